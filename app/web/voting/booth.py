"""One voter before one ballot: ballot, check page, cast, receipt. Residents and the committee share it; each wing
has its own door and asks its own conditions."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from flask import redirect, render_template, request, session, url_for
from markupsafe import Markup
from werkzeug import Response

from app.ballots import lids, queries, rules
from app.ballots import voter_queries as voters
from app.ballots.box import Put
from app.ballots.queries import PaperItem
from app.ballots.receipts import receipt_for
from app.ballots.voter_queries import Standing
from app.committee.queries import Presence
from app.people.models import Account, Resident
from app.roll.models import RollEntry
from app.rounds import rules as rounds
from app.tally.paper import Paper, Reading
from app.web.faults import Named
from app.web.fields import Form
from app.web.navigation import programme_frame
from app.web.qr import qr_code
from app.web.stations_link import whom_to_ask
from app.web.voting.ballot_forms import PICK, ballot_form, section_fields, show_faults
from app.web.voting.draft import Draft, drop_draft, find_draft, keep_draft
from app.web.voting.sheet import blank_sheet, draw_sheet, is_foreign
from app.web.words import said

Answer = Response | str | tuple[str, int]


NOTHING: frozenset[str] = frozenset()


class Place(NamedTuple):
    """Where one votes: `wing` says whose pages these are, `frame` what they stand in, `done` how they end."""

    round_id: int
    chamber: str
    wing: str
    frame: str = "layouts/plain.html"
    done: str = "voting/done.html"

    def url(self, page: str) -> str:
        return url_for(f"{self.wing}.{page}", round_id=self.round_id)

    @property
    def receipt(self) -> str:
        """Where in the voter's session the hash of their sealed ballot is: all that a receipt is made of."""
        return f"receipt-{self.round_id}-{self.chamber}"


@dataclass(frozen=True)
class Booth:
    """`barred`: the codes that this voter cannot pick: from which a member is recused, which are shown all the same, or
    on other dong's own ballots (`foreign`), which are not. `presence` at the committee's meeting."""

    place: Place
    standing: Standing
    paper: Paper
    key: str
    barred: frozenset[str] = NOTHING
    presence: Presence | None = None
    foreign: frozenset[str] = NOTHING

    @cached_property
    def items(self) -> tuple[PaperItem, ...]:
        return queries.list_paper_items(self.paper)

    @cached_property
    def has_voted(self) -> bool:
        return voters.has_voted(self.place.round_id, self.place.chamber, self.key)

    @property
    def is_open(self) -> bool:
        """Whether everybody will be able to open the ballot, and so to see what a receipt stands for."""
        return lids.is_open(self.paper.manifest)

    @property
    def draft(self) -> Draft | None:
        return find_draft(self.key)

    def ballot_page(self) -> str:
        """With the ticks of a draft, for one who comes back from the check page."""
        draft = self.draft
        if draft is not None or self.barred != self.foreign:
            return self._show(self._drawn(ballot_form(self.paper, draft.choices if draft else ())))
        return self._show(blank_sheet(self.paper, self.key, self.foreign))

    def check(self) -> Answer:
        """The ballot again with its faults in words, or on to the check page."""
        reading = self._read(request.form.getlist(PICK))
        if reading.faults:
            return self._refused(reading)
        draft = Draft(list(reading.choices), secrets.token_hex(rules.TOKEN_BYTES))
        return keep_draft(redirect(self.place.url("check")), draft, self.key, self.place.url("ballot"))

    def check_page(self) -> Answer:
        """What was chosen, once more; without a draft (or with one that no longer holds) back to the ballot."""
        draft = self.draft
        if draft is None or self._read(draft.choices).faults:
            return redirect(self.place.url("ballot"))
        chosen = [item for item in self.items if item.code in draft.choices]
        return render_template(
            "voting/check.html",
            sections=[
                (field.label.text, [item for item in chosen if item.section == field.section])
                for field in section_fields(ballot_form(self.paper))
                if not is_foreign(field, self.foreign)
            ],
            chosen=chosen,
            cost_won=sum(item.cost_won for item in chosen),
            token=draft.token,
            **self._frame(),
        )

    def refused(self, choices: Sequence[str]) -> tuple[str, int]:
        """The ballot again with what is wrong with `choices` in words."""
        return self._refused(self._read(choices))

    def done_page(self, *, again: bool) -> str:
        leaf = session.get(self.place.receipt)
        receipt = receipt_for(self.place.round_id, leaf) if leaf else None
        qr = qr_code(str(receipt)) if receipt else ""
        asked = whom_to_ask(self.place.round_id) if again and self.place.wing == "voting" else {}
        return render_template(self.place.done, again=again, receipt=receipt, qr=qr, asked=asked, **self._frame())

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
        return draw_sheet(self.paper, self.key, form, self.barred, self.foreign)

    def _names(self) -> Named:
        return Named(items={item.code: said(item, "title") for item in self.items})

    def _frame(self) -> dict[str, Any]:
        return {
            "heading": self.standing.heading,
            "programme": programme_frame(self.standing.heading),
            "booth": self,
            "phase": rounds.find_period(self.standing.spans, rounds.CHAMBER_PHASE[self.place.chamber]),
        }

    def ensure_open(self) -> None:
        """By the database's clock, like the cast itself. Raises OutsidePhase, NotPublished."""
        self.standing.ensure_open(self.place.chamber)


def enter(place: Place, person: Resident | Account | RollEntry | None, standing: Standing | None = None) -> Booth:
    """Before publication there is nothing to enter, nor after it was erased who voted. None: somebody who has voted
    where nothing says any more who they are. `standing`: where it was asked for already. Raises NotFound, OutsidePhase,
    NotPublished."""
    standing = standing or voters.get_standing(place.round_id)
    if standing.sha256 is None or standing.secret is None:
        standing.ensure_open(place.chamber)
        raise rules.NotPublished
    paper = queries.paper_of(standing.sha256, place.chamber)
    foreign = queries.list_foreign_codes(place.round_id, person.area_id) if isinstance(person, RollEntry) else NOTHING
    key = standing.voter_key(voters.identity_of(person)) if person else ""
    return Booth(place, standing, paper, key, foreign, foreign=foreign)


def cast(place: Place, put: Callable[[Sequence[str], str], Put], enter_again: Callable[[], Booth]) -> Answer:
    """`put` casts choices under a token and gives what the receipt is made of, which is kept in the voter's own cookie
    only. The booth is asked for by those alone whom it has to tell something."""
    choices = request.form.getlist(PICK)
    try:
        kept = put(choices, request.form.get("token", ""))
    except rules.AlreadyVoted:
        return enter_again().done_page(again=True), 409
    except rules.NotValid:
        return enter_again().refused(choices)
    session[place.receipt] = kept.leaf
    return drop_draft(redirect(place.url("receipt")), place.url("ballot"))
