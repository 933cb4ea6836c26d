"""One voter before one ballot: ballot, check page, cast, receipt. Residents and the committee share it; each wing
has its own door and asks its own conditions."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import redirect, render_template, request, session, url_for
from markupsafe import Markup
from werkzeug import Response

from app import clock
from app.ballots import queries, rules
from app.ballots.queries import PaperItem, Span
from app.committee.queries import Presence
from app.database import db
from app.people.models import Account, Resident
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.tally.paper import Paper, Reading
from app.web.faults import Named
from app.web.fields import Form
from app.web.filters import language
from app.web.navigation import programme_frame
from app.web.voting.ballot_forms import PICK, ballot_form, section_fields, show_faults
from app.web.voting.draft import Draft, drop_draft, find_draft, keep_draft
from app.web.voting.sheet import blank_sheet, draw_sheet
from app.web.words import said

Answer = Response | str | tuple[str, int]


@dataclass(frozen=True)
class Booth:
    """`wing`: whose pages these are. Of the committee: `barred`, the codes from which the voter is recused, and
    `presence` at the meeting."""

    round: Round
    chamber: str
    person: Resident | Account
    wing: str
    paper: Paper
    key: str
    barred: frozenset[str] = frozenset()
    presence: Presence | None = None

    @cached_property
    def items(self) -> tuple[PaperItem, ...]:
        return queries.list_paper_items(self.paper)

    @cached_property
    def spans(self) -> list[Span]:
        return queries.list_spans(self.round_id)

    @cached_property
    def has_voted(self) -> bool:
        return queries.has_voted(self.round.id, self.chamber, self.key)

    @cached_property
    def round_id(self) -> int:
        """Asked before the cast, it is known after it, when the round itself would be read again."""
        return self.round.id

    def url(self, page: str) -> str:
        return url_for(f"{self.wing}.{page}", round_id=self.round_id)

    @property
    def draft(self) -> Draft | None:
        return find_draft(self.key)

    def ballot_page(self) -> str:
        """With the ticks of a draft, for one who comes back from the check page."""
        draft = self.draft
        if draft is not None or self.barred:
            return self._show(self._drawn(ballot_form(self.paper, draft.choices if draft else ())))
        order = rules.order_of(self.key)
        return self._show(blank_sheet(self.paper.manifest.sha256, self.chamber, order, language()))

    def check(self) -> Answer:
        """The ballot again with its faults in words, or on to the check page."""
        reading = self._read(request.form.getlist(PICK))
        if reading.faults:
            return self._refused(reading)
        draft = Draft(list(reading.choices), secrets.token_hex(rules.TOKEN_BYTES))
        return keep_draft(redirect(self.url("check")), draft, self.key, self.url("ballot"))

    def check_page(self) -> Answer:
        """What was chosen, once more; without a draft (or with one that no longer holds) back to the ballot."""
        draft = self.draft
        if draft is None or self._read(draft.choices).faults:
            return redirect(self.url("ballot"))
        chosen = [item for item in self.items if item.code in draft.choices]
        return render_template(
            "voting/check.html",
            sections=[
                (field.label.text, [item for item in chosen if item.section == field.section])
                for field in section_fields(ballot_form(self.paper))
            ],
            chosen=chosen,
            cost_won=sum(item.cost_won for item in chosen),
            token=draft.token,
            **self._frame(),
        )

    def cast(self, put: Callable[[Sequence[str], str], str]) -> Answer:
        """`put` casts choices under a token and gives the receipt. It is kept in the voter's own cookie only."""
        choices, place = request.form.getlist(PICK), self._receipt_place
        try:
            receipt = put(choices, request.form.get("token", ""))
        except rules.AlreadyVoted:
            return self.done_page(again=True), 409
        except rules.NotValid:
            return self._refused(self._read(choices))
        session[place] = receipt
        return drop_draft(redirect(self.url("receipt")), self.url("ballot"))

    def done_page(self, *, again: bool) -> str:
        receipt = session.get(self._receipt_place)
        return render_template(
            "voting/done.html",
            again=again,
            receipt=[receipt[place : place + 4] for place in range(0, rules.RECEIPT_DIGITS, 4)] if receipt else [],
            **self._frame(),
        )

    @property
    def _receipt_place(self) -> str:
        return f"receipt-{self.round_id}-{self.chamber}"

    def _read(self, choices: Sequence[str]) -> Reading:
        return queries.read_paper(self.paper, choices, self.barred)

    def _refused(self, reading: Reading) -> tuple[str, int]:
        form = ballot_form(self.paper)
        show_faults(form, reading, self._names())
        return self._show(self._drawn(form), form), 422

    def _show(self, sheet: Markup, form: Form | None = None) -> str:
        """With `form`: what was wrong with it, above the sheet."""
        return render_template("voting/ballot.html", form=form, sheet=sheet, **self._frame())

    def _drawn(self, form: Form) -> Markup:
        return draw_sheet(self.paper, rules.order_of(self.key), form, self.barred)

    def _names(self) -> Named:
        return Named(items={item.code: said(item, "title") for item in self.items})

    def _frame(self) -> dict[str, Any]:
        return {
            "round": self.round,
            "programme": programme_frame(self.round.programme),
            "booth": self,
            "phase": rounds.find_period(self.spans, rounds.CHAMBER_PHASE[self.chamber]),
        }

    def ensure_open(self) -> None:
        """By the database's clock, like the cast itself. Raises OutsidePhase, NotPublished."""
        rules.ensure_open(self.round.state, self.spans, self.chamber, clock.database_now(db.session))


def enter(round_: Round, chamber: str, person: Resident | Account, wing: str) -> Booth:
    """Before publication there is nothing to enter. Raises OutsidePhase, NotPublished."""
    found = queries.find_paper_and_key(round_.id, chamber, person)
    if found is None:
        rules.ensure_open(round_.state, round_.phases, chamber, clock.database_now(db.session))
        raise rules.NotPublished
    return Booth(round_, chamber, person, wing, *found)
