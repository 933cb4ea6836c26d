"""The ballot as a form: boxes in sections. Ticking too many is never prevented; it is answered in words."""

from collections.abc import Sequence
from typing import Any

from wtforms import Field

from app.tally.paper import Paper, Reading
from app.web.faults import Named, paper_sentence
from app.web.fields import Form
from app.web.filters import language

PICK = "pick"


class SectionField(Field):
    """The ticks of one section. All sections send the name `pick`: the paper, not the page, says what belongs where."""

    def __init__(self, *args: Any, section: str, codes: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.section, self.codes = section, codes

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [code for code in self.codes if code in valuelist]

    @property
    def ticked(self) -> list[str]:
        return self.data or []


def ballot_form(paper: Paper, ticked: Sequence[str] = ()) -> Form:
    """One SectionField for each section in which this chamber votes. What was sent goes before `ticked`."""
    sections = {
        f"section {section.id}": SectionField(  # a key that nothing of the form itself can have
            getattr(section.name, language()) or section.name.ko,
            section=section.id,
            codes=[item.id for item in paper.manifest.items_of_section[section.id]],
            default=[item.id for item in paper.manifest.items_of_section[section.id] if item.id in ticked],
            name=PICK,
            id=f"section-{place}",
        )
        for place, section in enumerate(paper.manifest.sections, start=1)
        if paper.chamber.picks[section.id] != (0, 0)
    }
    return type("BallotForm", (Form,), sections)()


def section_fields(form: Form) -> list[SectionField]:
    return [field for field in form if isinstance(field, SectionField)]


def show_faults(form: Form, reading: Reading, names: Named) -> None:
    """A section's fault at the section, with its name; any other above the form."""
    fields = {field.section: field for field in section_fields(form)}
    for fault in reading.faults:
        words = paper_sentence(fault, names)
        if fault.code.endswith("_in_section") and fault.where in fields:
            field = fields[fault.where]
            form.refuse(f"{field.label.text}: {words}", field)
        else:
            form.refuse(words)
