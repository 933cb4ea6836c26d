"""What becomes of proposals (합치기·나누기·넘기기): merged into one, split into several, carried over. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from app.clock import seoul_day, start_of_day
from app.proposals import rules as proposals

MERGE = "merge"
SPLIT = "split"
CARRY = "carry"
KINDS = (MERGE, SPLIT, CARRY)

OPEN = "open"
DONE = "done"
REFUSED = "refused"  # one of those asked has said no
WITHDRAWN = "withdrawn"  # by staff, with a reason
LAPSED = "lapsed"  # it had gone stale: something had changed, or not all had answered in time
STATES = (OPEN, DONE, REFUSED, WITHDRAWN, LAPSED)
TRANSITIONS: dict[str, tuple[str, ...]] = {
    OPEN: (DONE, REFUSED, WITHDRAWN, LAPSED),
    DONE: (),
    REFUSED: (),
    WITHDRAWN: (),
    LAPSED: (),
}

# On its way and not decided. In the order of the review: the merged one goes on from where the least advanced stood.
STAGES = (proposals.SUBMITTED, proposals.ELIGIBLE, proposals.VISITED)
GONE_AS = {MERGE: proposals.MERGED, SPLIT: proposals.SPLIT, CARRY: proposals.CARRIED}

MOST = 5  # proposals merged at once, and parts of one
REASON_MAX = 2000
NOTE_MAX = 500

# Why an offer has gone stale: it cannot be agreed to any more.
MOVED = "moved"  # withdrawn, decided, or taken the next step of the review
EDITED = "edited"
PEOPLE = "people"  # others propose it now than were asked
FROZEN = "frozen"  # the ballot is out
LATE = "late"  # a new text could not be checked any more
TAKING = "taking"  # the intake runs: who proposed what they led could change it alone
OVER = "over"  # the round is through
CHALLENGED = "challenged"  # 기피신청: of a proposal that is gone nobody could decide it
UNANSWERED = "unanswered"  # the days to answer in are over
FOR_GOOD = (MOVED, EDITED, PEOPLE, FROZEN, OVER, UNANSWERED)  # the others may pass

DAYS_TO_ANSWER = 14  # whole ones, after the day of the question


class FateError(proposals.ProposalError):
    """A rule of merging, splitting or carrying over was not kept."""


class TooFew(FateError):
    """A merge takes two proposals, and a split two parts, at the least; one and the same is no two."""


class TooMany(FateError):
    """More than MOST proposals or parts."""


class AnotherRound(FateError):
    """Only proposals of one round are merged."""


class NotOnItsWay(FateError):
    """The proposal is not one of STAGES: on the ballot, decided, withdrawn, gone."""

    def __init__(self, number: int | None) -> None:
        super().__init__(str(number))
        self.number = number


class NotTheLeast(FateError):
    """The one that leads has come further than another, which would so pass over a review."""

    def __init__(self, number: int | None) -> None:
        super().__init__(str(number))
        self.number = number


class OfferOpen(FateError):
    """Those who proposed it are being asked already."""

    def __init__(self, number: int | None) -> None:
        super().__init__(str(number))
        self.number = number


class OfferStale(FateError):
    """`why`: one of MOVED, EDITED, PEOPLE, FROZEN, LATE, OVER, TAKING, CHALLENGED, UNANSWERED."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotNow(FateError):
    """Nothing is merged or split now. `why`: TAKING or OVER."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class ChallengeOpen(FateError):
    """Whether a member reviews it has been challenged, and is not decided."""

    def __init__(self, number: int | None) -> None:
        super().__init__(str(number))
        self.number = number


class PaperLost(FateError):
    """Who proposed it on paper has no phone, and can only stay its proposer where it leads."""

    def __init__(self, number: int | None) -> None:
        super().__init__(str(number))
        self.number = number


class OthersRemain(FateError):
    """What many have merged into it is not withdrawn by one alone."""


class OfferOver(FateError):
    """It is not open any more: it has happened, was refused or withdrawn."""


class AnsweredAlready(FateError):
    """An answer is given once."""


class NotOnPaper(FateError):
    """For somebody who proposed with their own phone nobody else answers."""


class ReasonUnfit(FateError):
    """There is no reason, or one that is too long."""


class SumDiffers(FateError):
    """The parts cost together what the whole did, or it is said why not. Whole won."""

    def __init__(self, whole_won: int, parts_won: int) -> None:
        super().__init__(f"{whole_won} ≠ {parts_won}")
        self.whole_won, self.parts_won = whole_won, parts_won


class TooLateToCheck(FateError):
    """A new text is checked by a department first, and the time for that is over."""


class NotUndecided(FateError):
    """Only what its round has left undecided is carried over."""


def answer_by(asked_at: datetime) -> datetime:
    """The end of the last day, in Seoul."""
    return start_of_day(seoul_day(asked_at) + timedelta(days=DAYS_TO_ANSWER + 1))


def ensure_open(state: str) -> None:
    if state != OPEN:
        raise OfferOver


def ensure_reason(reason: str, most: int = REASON_MAX) -> None:
    if not 0 < len(reason) <= most:
        raise ReasonUnfit


def ensure_number(things: Collection[Any]) -> None:
    if len(things) < 2:
        raise TooFew
    if len(things) > MOST:
        raise TooMany


def may_lead(state: str, others: Collection[str]) -> bool:
    """Whether it stands no further than any other: the merged one starts where the least advanced
    stood, with that one's own check and visit, so that no review is passed over."""
    return all(STAGES.index(state) <= STAGES.index(other) for other in others)


def ensure_adds_up(whole_won: int | None, parts_won: Sequence[int | None], explanation: str) -> None:
    whole, parts = whole_won or 0, sum(part or 0 for part in parts_won)
    if whole != parts and not explanation:
        raise SumDiffers(whole, parts)


# That nothing is lost and nothing counted twice


class Course(NamedTuple):
    """One merge, split or carrying-over that has happened, in ids of proposals. `lead`: the one that the others joined,
    where there was no new text. `targets`: None where a draft that was carried over was discarded by its writer."""

    kind: str
    gone: tuple[int, ...]
    lead: int | None
    targets: tuple[int | None, ...]


class Ledger(NamedTuple):
    """What a round has received and what became of it, in numbers of proposals: `received + written` are all that were
    ever given a number, and the others are what they are now, each of them once."""

    received: int  # from residents, those that were carried in among them
    written: int  # anew, by a merge or a split
    waiting: int  # on their way
    carried: int
    ineligible: int
    left_out: int
    shortlisted: int
    withdrawn: int
    merged: int
    split: int

    @property
    def adds_up(self) -> bool:
        return self.received + self.written == sum(self[2:])


def keep_ledger(states: Mapping[int, str], courses: Sequence[Course]) -> Ledger:
    """Of the proposals of one round that have a number: id → state."""
    made = {one for course in courses if course.kind != CARRY and course.lead is None for one in course.targets}
    written = len(made & states.keys())
    by_state = list(states.values())
    decided = (proposals.INELIGIBLE, proposals.LEFT_OUT, proposals.SHORTLISTED)
    ends = (proposals.CARRIED, *decided, proposals.WITHDRAWN, proposals.MERGED, proposals.SPLIT)
    return Ledger(
        len(states) - written,
        written,
        sum(by_state.count(stage) for stage in STAGES),
        *(by_state.count(end) for end in ends),
    )


def list_faults(states: Mapping[int, str], courses: Sequence[Course]) -> Iterator[str]:
    """Where the counts are not conserved: every proposal has one fate, and what is gone has somebody who stands for
    it. `states`: of all proposals, id → state."""
    gone = [one for course in courses for one in course.gone]
    made = [one for course in courses if course.lead is None for one in course.targets if one is not None]
    yield from (f"{one}: × {gone.count(one)}" for one in sorted(set(gone)) if gone.count(one) > 1)
    yield from (f"{one} ← × {made.count(one)}" for one in sorted(set(made)) if made.count(one) > 1)
    known = {state: {one for one, has in states.items() if has == state} for state in proposals.GONE}
    for kind, state in GONE_AS.items():
        told = {one for course in courses if course.kind == kind for one in course.gone}
        yield from (f"{one}: {state} ≠ {kind}" for one in sorted(told ^ known[state]))
    yield from (f"{one.kind} {one.gone} → {one.targets}" for one in courses if not _is_whole(one))
    yield from _circles(courses)


def _is_whole(course: Course) -> bool:
    """Many become one, one becomes many, one becomes one."""
    gone, targets = len(course.gone), len(course.targets)
    if course.kind == CARRY:
        return (gone, targets) == (1, 1)
    if course.kind == SPLIT:
        return gone == 1 and targets >= 2 and None not in course.targets
    if course.lead is not None:
        return gone >= 1 and course.targets == (course.lead,)
    return gone >= 2 and targets == 1 and None not in course.targets


def _circles(courses: Sequence[Course]) -> Iterator[str]:
    ways: dict[int, list[int]] = {}
    for course in courses:
        for one in course.gone:
            ways.setdefault(one, []).extend(target for target in course.targets if target is not None)
    for first in sorted(ways):
        seen, ahead = set[int](), list(ways[first])
        while ahead:
            one = ahead.pop()
            if one not in seen:
                seen.add(one)
                ahead.extend(ways.get(one, ()))
        if first in seen:
            yield f"{first} → {first}"
