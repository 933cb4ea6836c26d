"""An answer given on the spot, and who was there."""

import secrets
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from app.people.models import Account
from app.reviews import rules, visit_rules
from app.reviews.visit_queries import Item
from app.web.fields import (
    Form,
    Length,
    MultiCheckboxField,
    RadioChoiceField,
    Required,
    SeenField,
    TrimmedText,
    choices,
)
from app.web.words import choices as word_choices
from app.web.words import said, word


class EntryForm(Form):
    """One question: made for its item, by whose name its fields are called."""

    answer = RadioChoiceField(_l("답"), [Required(_l("답을 골라 주세요."))])
    words = TrimmedText(_l("적을 것"), [Length(most=rules.TEXT_MAX)])
    seen = SeenField()
    client_key = HiddenField()

    def entry(self, item: str) -> visit_rules.Entry:
        return visit_rules.Entry(
            item=item,
            answer=self.answer.data if "answer" in self else "",
            words=self.words.data or "",
            seen=self.seen.number(),
            client_key=str(self.client_key.data or ""),
        )


def entry_form(item: Item) -> EntryForm:
    """With what stands now. What is sent is sent with a key of this page's, so that it counts once."""
    entry = item.entry
    kept = {"answer": entry.answer, "words": entry.words} if entry is not None else {}
    form = EntryForm(
        prefix=f"{item.name}-", data={**kept, "seen": str(item.version), "client_key": secrets.token_hex(8)}
    )
    if item.name == visit_rules.SUMMARY:
        del form.answer
        form.words.label.text = _("현장에서 본 것")
        form.words.validators = [Required(_l("현장에서 본 것을 써 주세요.")), *form.words.validators]
        form.words.flags.required = True
    else:
        form.answer.label.text = question(item)
        kind = "answer" if item.line is not None else "finding"
        form.answer.choices = choices(*word_choices(kind, visit_rules.answers_to(item.name)))
    return form


def question(item: Item) -> str:
    return said(item.line, "text") if item.line is not None else str(word("claim", item.name))


class VisitorsForm(Form):
    visitors = MultiCheckboxField(_l("함께 간 사람"), [Required(_l("함께 간 사람을 골라 주세요."))])

    def offer(self, people: Sequence[Account]) -> None:
        self.visitors.choices = choices(*((str(one.id), one.name) for one in people))

    def there(self) -> frozenset[int]:
        return frozenset(int(one) for one in self.visitors.data or ())


class SignForm(Form):
    """Signs the record that stood on the page."""

    seen = HiddenField()
