"""The life of a proposal, from a resident's draft to the shortlist."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from app.clock import seoul_day
from app.rounds import rules as rounds

DRAFT = "draft"
SUBMITTED = "submitted"
WITHDRAWN = "withdrawn"
ELIGIBLE = "eligible"  # 적격: the department sees no obstacle
INELIGIBLE = "ineligible"  # 부적격, with grounds
VISITED = "visited"  # 현장심사 signed off
SHORTLISTED = "shortlisted"  # on the ballot
LEFT_OUT = "left_out"  # reviewed and not shortlisted
MERGED = "merged"  # another stands for it
SPLIT = "split"  # its parts stand for it
CARRIED = "carried"  # its round did not come to it: another stands for it in a later one

GONE = (MERGED, SPLIT, CARRIED)  # others stand for them
STATES = (DRAFT, SUBMITTED, WITHDRAWN, ELIGIBLE, INELIGIBLE, VISITED, SHORTLISTED, LEFT_OUT, *GONE)
TRANSITIONS: dict[str, tuple[str, ...]] = {
    DRAFT: (SUBMITTED,),
    SUBMITTED: (WITHDRAWN, ELIGIBLE, INELIGIBLE, *GONE),
    WITHDRAWN: (),
    ELIGIBLE: (VISITED, *GONE),  # never straight to the written review (P7)
    INELIGIBLE: (ELIGIBLE,),  # by an objection that is upheld
    VISITED: (SHORTLISTED, LEFT_OUT, *GONE),
    SHORTLISTED: (),
    LEFT_OUT: (SHORTLISTED,),  # likewise
    MERGED: (),
    SPLIT: (),
    CARRIED: (),
}
PUBLIC = tuple(state for state in STATES if state not in (DRAFT, WITHDRAWN))
LISTED = tuple(state for state in PUBLIC if state not in GONE)  # unless they are asked for
EDITABLE = (DRAFT, SUBMITTED)  # until intake closes

INVITED = "invited"
ACCEPTED = "accepted"
DECLINED = "declined"
LEFT = "left"
CO_STATES = (INVITED, ACCEPTED, DECLINED, LEFT)  # of somebody asked to propose together
CO_TRANSITIONS: dict[str, tuple[str, ...]] = {
    INVITED: (ACCEPTED, DECLINED),
    ACCEPTED: (LEFT,),
    DECLINED: (),  # nobody is asked twice
    LEFT: (),
}
ASKED_PER_DAY = 10  # whom one resident asks to propose together, and has told by SMS
SEATS = 5  # co-proposers at most, those who were asked counted

WAYS = ("paper", "counter", "phone")  # 서면 접수: how a proposal came that staff enter
WRITERS = ("resident", "account", "system")  # whose change a version is

LINES_MAX = 20
WHAT_MAX = 80
QUANTITY_MAX = 100_000
UNIT_MAX = 10**12  # won; the sum of all lines stays far below what a BIGINT holds

TITLE_MAX = 80
PLACE_MAX = 120
TEXT_MAX = 2000
REASON_MAX = 500
CLIENT_KEY_MAX = 36
NAME_MAX = 60
# What a resident writes, and the most letters each may have.
LETTERS_MAX = {
    "title": TITLE_MAX,
    "place": PLACE_MAX,
    "need": TEXT_MAX,
    "content": TEXT_MAX,
    "effect": TEXT_MAX,
    "beneficiaries": PLACE_MAX,
    "cost_note": TEXT_MAX,
}
FIELDS = (*LETTERS_MAX, "section_id", "area_id", "latitude", "longitude", "cost_won", "cost_lines")
REQUIRED = ("title", "section_id", "need", "content", "effect", "cost_won", "consented_at")


class ProposalError(Exception):
    """A rule of proposals was not kept."""


class WrongState(ProposalError):
    """The proposal has moved on: from where it is now, this cannot happen."""

    def __init__(self, state: str, wanted: str) -> None:
        super().__init__(f"{state} → {wanted}")
        self.state, self.wanted = state, wanted


class NotTheProposer(ProposalError):
    """Only the one who proposed may do this."""


class Stale(ProposalError):
    """It was changed after the page was opened: saving would undo that unseen."""


class AgreedText(ProposalError):
    """Several have merged theirs into it and agreed on what it says: nobody changes that alone."""


class StillNeeded(ProposalError):
    """The proposal is on its way: whoever reviews it must be able to reach the one who proposed it."""

    def __init__(self, number: int | None) -> None:
        super().__init__(str(number))
        self.number = number


class NotLost(ProposalError):
    """Only what was left out, or not funded, is proposed again: the others are on their way, or have come through."""


class BallotPublished(ProposalError):
    """The ballot of the round is out: its proposals no longer change."""


class TooLong(ProposalError):
    def __init__(self, field: str, most: int) -> None:
        super().__init__(field)
        self.field, self.most = field, most


class UnknownSection(ProposalError):
    """The section is another round's."""


class UnknownArea(ProposalError):
    """The dong is not one of the programme's area."""


class CostNotPositive(ProposalError):
    """A project costs something."""


class NotAPhoneNumber(ProposalError):
    """Not a Korean phone number at which somebody could be called back."""


class OverTheLimit(ProposalError):
    """The cost is above the round's limit per project."""

    def __init__(self, limit_won: int) -> None:
        super().__init__(str(limit_won))
        self.limit_won = limit_won


class TooManyLines(ProposalError):
    """The cost has more lines than LINES_MAX."""


class LineUnfit(ProposalError):
    """A line of the cost does not say how many of what at which price. `number` counts from 1."""

    def __init__(self, number: int) -> None:
        super().__init__(str(number))
        self.number = number


class NotTheSum(ProposalError):
    """The cost has lines, and is not their sum."""


class PointUnfit(ProposalError):
    """Half a point, or one that is nowhere on earth."""


class SeatsTaken(ProposalError):
    """As many as may propose together have been asked."""


class AskedBefore(ProposalError):
    """Whoever has this phone was asked before: nobody is asked twice."""


class OwnPhone(ProposalError):
    """The proposer cannot propose together with themselves."""


class TakenNow(ProposalError):
    """Proposals are taken now: what is complete is submitted, and need not wait."""


class KeyedTooLate(ProposalError):
    """What came on paper is entered and corrected from the intake on, as long as a department can check it."""


class NotOnPaper(ProposalError):
    """It did not come on paper: whoever proposed it acts themselves."""


class ReasonMissing(ProposalError):
    """Staff say why, in REASON_MAX letters at most."""


class ReceivedOutside(ProposalError):
    """The day on which a sheet came in is to come, or not in the intake."""


class Incomplete(ProposalError):
    """It lacks what a proposal needs. `missing` names the fields."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


class Line(NamedTuple):
    """One line of a cost."""

    what: str
    quantity: int
    unit_won: int

    @property
    def amount_won(self) -> int:
        return self.quantity * self.unit_won


def add_up(lines: Sequence[Line]) -> int:
    """Whole won."""
    return sum(line.amount_won for line in lines)


def may_become(state: str, wanted: str) -> bool:
    return wanted in TRANSITIONS[state]


def ensure_may_become(state: str, wanted: str) -> None:
    if not may_become(state, wanted):
        raise WrongState(state, wanted)


def ensure_state(state: str, wanted: str) -> None:
    """For a step that is taken from one state only, where others lead to the same."""
    if state != wanted:
        raise WrongState(state, wanted)


def ensure_draft(state: str) -> None:
    if state != DRAFT:
        raise WrongState(state, "discarded")


def ensure_editable(state: str) -> None:
    if state not in EDITABLE:
        raise WrongState(state, "edited")


def is_taking(round_: Any, at: datetime) -> bool:
    """Proposals are taken while the call is out and the intake runs."""
    if round_.state != rounds.CALLED:
        return False
    period = rounds.find_period(round_.phases, rounds.INTAKE)
    return period is not None and rounds.is_running(period, at)


def ensure_taking(round_: Any, at: datetime) -> None:
    """Raises OutsidePhase."""
    if not is_taking(round_, at):
        raise rounds.OutsidePhase(rounds.INTAKE, rounds.find_period(round_.phases, rounds.INTAKE))


def may_join(proposal: Any, at: datetime) -> bool:
    """Whether others may come to propose it, or leave it: a draft at any time, then while the intake runs."""
    return proposal.state == DRAFT or (proposal.state == SUBMITTED and is_taking(proposal.round, at))


def may_edit(proposal: Any, at: datetime) -> bool:
    """Likewise by its writer; but not what others have merged theirs into."""
    return may_join(proposal, at) and not proposal.is_joint


def ensure_not_joint(proposal: Any) -> None:
    if proposal.is_joint:
        raise AgreedText


def ensure_not_taking(round_: Any, at: datetime) -> None:
    if is_taking(round_, at):
        raise TakenNow


def is_keying(round_: Any, at: datetime) -> bool:
    """Whether what came on paper in the intake can still be entered and corrected: as long as a department can check
    it. Later it could only stand there unchecked, and never come on the ballot."""
    if round_.state != rounds.CALLED:
        return False
    intake, check = (rounds.find_period(round_.phases, kind) for kind in (rounds.INTAKE, rounds.DEPARTMENT_CHECK))
    return intake is not None and intake.starts_at <= at < max(one.ends_at for one in (intake, check) if one)


def ensure_keying(round_: Any, at: datetime) -> None:
    """Raises KeyedTooLate, also before the intake has begun."""
    if not is_keying(round_, at):
        raise KeyedTooLate


def ensure_received(round_: Any, received_on: date, today: date) -> None:
    """A sheet came in on a day of the intake that is not to come. Days are days in Seoul."""
    period = rounds.find_period(round_.phases, rounds.INTAKE)
    if period is None or not seoul_day(period.starts_at) <= received_on <= min(today, last_day(period)):
        raise ReceivedOutside


def last_day(period: rounds.Period) -> date:
    """In Seoul; a period that ends at midnight ends with the day before."""
    return seoul_day(period.ends_at - timedelta.resolution)


def is_carried_on_paper(proposal: Any) -> bool:
    """Whether it waits for the next call, and nobody but staff can get at it: carried over from a sheet of paper, of
    somebody who has no account."""
    return proposal.waiting_since is not None and proposal.resident_id is None and proposal.filing is not None


def is_correctable(proposal: Any, at: datetime) -> bool:
    """By staff, of what came on paper."""
    if proposal.filing is None:
        return False
    return is_carried_on_paper(proposal) or (proposal.state == SUBMITTED and is_keying(proposal.round, at))


def ensure_correctable(proposal: Any, at: datetime) -> None:
    """Raises NotOnPaper, WrongState, KeyedTooLate."""
    if proposal.filing is None:
        raise NotOnPaper
    if not is_correctable(proposal, at):
        ensure_state(proposal.state, SUBMITTED)
        raise KeyedTooLate


def list_missing(proposal: Any) -> tuple[str, ...]:
    """Names of what a proposal still needs before it can be submitted."""
    return tuple(name for name in REQUIRED if getattr(proposal, name) in (None, ""))


def ensure_complete(proposal: Any) -> None:
    missing = list_missing(proposal)
    if missing:
        raise Incomplete(missing)


def ensure_within_length(changes: Mapping[str, Any]) -> None:
    for name, most in LETTERS_MAX.items():
        if len(changes.get(name) or "") > most:
            raise TooLong(name, most)


def ensure_reason(reason: str) -> None:
    if not 0 < len(reason) <= REASON_MAX:
        raise ReasonMissing


def ensure_name(name: str) -> None:
    if not name:
        raise Incomplete(("name",))
    if len(name) > NAME_MAX:
        raise TooLong("name", NAME_MAX)


def ensure_cost(cost_won: int | None, limit_won: int | None) -> None:
    """A cost, where there is one, is above nothing and within the round's limit per project."""
    if cost_won is None:
        return
    if cost_won <= 0:
        raise CostNotPositive
    if limit_won is not None and cost_won > limit_won:
        raise OverTheLimit(limit_won)


def ensure_lines(lines: Sequence[Line]) -> None:
    if len(lines) > LINES_MAX:
        raise TooManyLines
    for number, line in enumerate(lines, start=1):
        says_what = 0 < len(line.what) <= WHAT_MAX
        if not (says_what and 1 <= line.quantity <= QUANTITY_MAX and 1 <= line.unit_won <= UNIT_MAX):
            raise LineUnfit(number)


def ensure_point(latitude: float | None, longitude: float | None) -> None:
    if latitude is None and longitude is None:
        return
    if latitude is None or longitude is None or not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise PointUnfit


def ensure_may_answer(state: str, wanted: str) -> None:
    """Of somebody who was asked to propose together."""
    if wanted not in CO_TRANSITIONS[state]:
        raise WrongState(state, wanted)


def snapshot(proposal: Any) -> dict[str, Any]:
    """What a proposal says and shows now, with names as they are now, to be kept as a version: of its files the
    fingerprint of their bytes, and what is said of them."""
    return {
        **{name: getattr(proposal, name) for name in (*LETTERS_MAX, "latitude", "longitude", "cost_won")},
        "section": [proposal.section.name_ko, proposal.section.name_en] if proposal.section else ["", ""],
        "area": [proposal.area.name_ko, proposal.area.name_en] if proposal.area else None,
        "cost_lines": [list(line) for line in proposal.cost_lines],
        "files": [[one.kind, one.file.sha256, one.alt or one.file.name, one.caption] for one in proposal.files],
    }


def tidy_phone(typed: str) -> str:
    """ "010 1234 5678" → "010-1234-5678"; nothing stays nothing. Raises NotAPhoneNumber."""
    digits = re.sub(r"[\s().-]", "", typed)
    if not digits:
        return ""
    match = re.fullmatch(r"(02|0\d{2})(\d{3,4})(\d{4})", digits, re.ASCII)
    if match is None:
        raise NotAPhoneNumber
    return "-".join(match.groups())


def mask_name(name: str | None) -> str:
    """A name as the public sees it: 홍길동 → 홍○동, 홍길 → 홍○, Jane Doe → J○○○ D○○."""
    return " ".join(_mask_word(word) for word in (name or "").split())


def _mask_word(word: str) -> str:
    if len(word) == 1:
        return "○"
    if len(word) == 2 or word[0].isascii():
        return word[0] + "○" * (len(word) - 1)
    return word[0] + "○" * (len(word) - 2) + word[-1]
