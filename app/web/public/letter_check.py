"""Whether a letter of appointment is real: asked with the number on it, answered with what stands on it and no more."""

from flask import render_template, request
from flask_babel import lazy_gettext as _l

from app import clock
from app.committee import letters, queries, rules
from app.proposals.rules import mask_name
from app.web.fields import GetForm, Length, TrimmedString, Unmarked
from app.web.public.audience import wing


class LetterForm(GetForm):
    number = TrimmedString(_l("위촉장 번호"), [Unmarked(), Length(most=40)], description=_l("예: 2026-K7QX-M4PA-92HT"))


@wing.get("/letters")
def letter_check() -> str:
    form = LetterForm(request.args)
    asked = form.number.data if form.validate() else ""
    member = queries.find_letter(letters.tidy_number(asked)) if asked else None
    return render_template(
        "public/letter_check.html",
        form=form,
        asked=asked,
        member=member,
        name=mask_name(member.account.name) if member else "",
        holds=member is not None and rules.is_enrolled(member, clock.seoul_day(clock.now())),
    )
