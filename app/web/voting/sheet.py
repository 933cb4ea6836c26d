"""The sheet: the sections with their projects, each with its counter, and the bar below."""

from functools import lru_cache
from typing import NamedTuple

from flask import get_template_attribute
from flask_babel import gettext as _
from markupsafe import Markup

from app.ballots import queries, rules
from app.ballots.queries import PaperItem
from app.tally.paper import Paper
from app.web.fields import Form
from app.web.round_words import picks_words
from app.web.voting.ballot_forms import SectionField, ballot_form, section_fields


class SheetSection(NamedTuple):
    """A section as one voter sees it: items in their order, and how many to pick."""

    field: SectionField
    items: list[PaperItem]
    least: int
    most: int
    hint: str


@lru_cache(maxsize=4 * rules.ORDERS)
def blank_sheet(sha256: str, chamber: str, order: int, _language: str) -> Markup:
    """With nothing ticked and nothing barred. On the opening day this is what everybody asks for, and what is
    published never changes, so that each process draws it once for each order and language."""
    paper = queries.paper_of(sha256, chamber)
    return draw_sheet(paper, order, ballot_form(paper))


def draw_sheet(paper: Paper, order: int, form: Form, barred: frozenset[str] = frozenset()) -> Markup:
    """With the ticks and the faults of `form`, and the items in `barred` not to be ticked."""
    limits = paper.limits_without(barred)
    limit_of = {section.id: limit for section, limit in zip(paper.manifest.sections, limits.sections, strict=True)}
    items = {item.code: item for item in queries.list_paper_items(paper)}
    sections = [
        _section(field, [items[code] for code in rules.shuffled(field.codes, order)], limit_of[field.section], barred)
        for field in section_fields(form)
    ]
    least, most = limits.total
    sheet = get_template_attribute("voting/_sheet.html", "sheet")(
        sections,
        barred,
        chosen=sum(len(section.field.ticked) for section in sections),
        least=max(least, sum(section.least for section in sections)),
        most=min(most, sum(section.most for section in sections)),
    )
    return Markup(sheet)


def _section(
    field: SectionField, items: list[PaperItem], limits: tuple[int, int], barred: frozenset[str]
) -> SheetSection:
    least, most = limits
    most = min(most, sum(item.code not in barred for item in items))
    return SheetSection(field, items, least, most, _hint(least, most))


def _hint(least: int, most: int) -> str:
    if most == 0:
        return _("고를 수 있는 사업이 없습니다.")
    return _("%(picks)s 골라 주세요.", picks=picks_words(least, most))
