"""The agenda (의사일정) of a meeting, its notice, and what makes a decision (ordinance: 재적위원 과반수의
출석과 출석위원 과반수의 찬성)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.clock import seoul_day
from app.committee.rules import CommitteeError

USUAL_NOTICE_DAYS = 7  # a setting of each meeting
LONGEST_NOTICE_DAYS = 90
TITLE_MAX = 200
REASON_MAX = 500
MINUTES_MAX = 20_000

BALLOT = "ballot"  # the committee's vote on the round's projects
DECISION = "decision"  # anything else that is put to the vote, by show of hands
REPORT = "report"
ITEM_KINDS = (BALLOT, DECISION, REPORT)

TO_COME = "to_come"
UNDER_DISCUSSION = "under_discussion"
CLOSED = "closed"
ITEM_STATES = (TO_COME, UNDER_DISCUSSION, CLOSED)
ITEM_TRANSITIONS: dict[str, tuple[str, ...]] = {
    TO_COME: (UNDER_DISCUSSION,),
    UNDER_DISCUSSION: (CLOSED,),
    CLOSED: (),
}

ADD, REMOVE, ORDER = AGENDA_ACTS = ("add", "remove", "order")

ADOPTED = "adopted"
REJECTED = "rejected"
OUTCOMES = (ADOPTED, REJECTED)


@dataclass(frozen=True)
class Hands:
    """For, against and abstaining, counted by hand."""

    votes_for: int
    votes_against: int
    abstained: int

    @property
    def raised(self) -> int:
        return self.votes_for + self.votes_against + self.abstained


class NoticeTooShort(CommitteeError):
    """The invitation went out too late for this day, or never, and no reason is recorded. `by`: the last day on which
    it would have been in time. `sent_on`: the day it was sent."""

    def __init__(self, by: date, sent_on: date | None) -> None:
        super().__init__(f"by {by}, sent {sent_on}")
        self.by, self.sent_on = by, sent_on


class NoticeLowered(CommitteeError):
    """Who was invited was promised so many days: they are fewer only where a move invites anew."""


class AgendaFrozen(CommitteeError):
    """The agenda is no longer changed: the meeting has been opened, or was not held."""


class AgendaAnnounced(CommitteeError):
    """The invitation has told of the agenda: it is changed with a reason only, which stands in the minutes."""


class BallotElsewhere(CommitteeError):
    """The vote on the projects is held at the general meeting."""


class BallotOnAgenda(CommitteeError):
    """The vote on the projects stands on the agenda once."""


class BallotMissing(CommitteeError):
    """There is an agenda, and the vote on the projects is not on it: it could never be held."""


class BallotNotUp(CommitteeError):
    """The vote on the projects is not what the meeting is at."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class ItemWrongState(CommitteeError):
    """The item has moved on: from where it is now, this cannot happen."""

    def __init__(self, state: str, wanted: str) -> None:
        super().__init__(f"{state} → {wanted}")
        self.state, self.wanted = state, wanted


class OtherItemUp(CommitteeError):
    """Another item is under discussion: one at a time."""


class NotToBeDecided(CommitteeError):
    """A report, and the ballot, are not decided by show of hands."""


class HandsDoNotAddUp(CommitteeError):
    """More hands than members who may vote on this item, or fewer than none."""

    def __init__(self, raised: int, may_vote: int) -> None:
        super().__init__(f"{raised} of {may_vote}")
        self.raised, self.may_vote = raised, may_vote


class NotThere(CommitteeError):
    """Somebody is named as recused who is not present."""


class MinutesPublished(CommitteeError):
    """Published minutes are not written again."""


class MinutesTooEarly(CommitteeError):
    """Minutes are published when the meeting is over."""


class MinutesNotApproved(CommitteeError):
    """The minutes of any meeting but the general one are published once the chair has approved them."""


class MinutesChanged(CommitteeError):
    """The words that were to be approved have been written anew since they were read."""


class MinutesUnpublished(CommitteeError):
    """Minutes that are not out are corrected themselves; an addendum is for those that are."""


def notice_by(starts_at: datetime, notice_days: int) -> date:
    """The last day on which the invitation is in time: `notice_days` whole days lie between it and the meeting's day.
    Neither of the two is counted (Civil Act, art. 157)."""
    return seoul_day(starts_at) - timedelta(days=notice_days + 1)


def ensure_in_time(sent_at: datetime | None, starts_at: datetime, notice_days: int) -> None:
    """Raises NoticeTooShort. Where no days are asked for, no invitation is."""
    if notice_days == 0:
        return
    by = notice_by(starts_at, notice_days)
    if sent_at is None or seoul_day(sent_at) > by:
        raise NoticeTooShort(by, seoul_day(sent_at) if sent_at else None)


def ensure_not_lowered(promised: int, notice_days: int) -> None:
    """Raises NoticeLowered."""
    if notice_days < promised:
        raise NoticeLowered


def ensure_item_may_become(state: str, wanted: str) -> None:
    if wanted not in ITEM_TRANSITIONS[state]:
        raise ItemWrongState(state, wanted)


def outcome_of(hands: Hands, may_vote: int) -> str:
    """A majority of those present decides; who abstains is present. Raises HandsDoNotAddUp."""
    if min(hands.votes_for, hands.votes_against, hands.abstained) < 0 or hands.raised > may_vote:
        raise HandsDoNotAddUp(hands.raised, may_vote)
    return ADOPTED if hands.votes_for * 2 > may_vote else REJECTED


def moved(ids: Sequence[int], one: int, up: bool) -> list[int]:
    """The order with `one` a place further up or down; at the end of the list it stays where it is."""
    order = list(ids)
    place = order.index(one)
    other = place - 1 if up else place + 1
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    return order
