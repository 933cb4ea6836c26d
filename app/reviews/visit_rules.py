"""The words of the on-site review: what is asked on the spot, what may be answered, and until when."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from app.clock import seoul_day, start_of_day
from app.reviews import rules

FACILITY = "facility"
PROGRAMME = "programme"
OTHER = "other"
KINDS = (FACILITY, PROGRAMME, OTHER)  # 시설·공사, 행사·교육, 그 밖

ANSWERS = ("yes", "no", "unclear")  # to a line of the checklist
CLAIMS = ("need", "content", "effect", "beneficiaries", "cost", "place")  # of the proposal
CONFIRMED = "confirmed"
FINDINGS = (CONFIRMED, "partly", "not_confirmed", "cannot_tell")  # on a claim
SUMMARY = "summary"  # in words alone

LINE_MAX = 120
LINES_MAX = 12
CLIENT_KEY_MAX = 36
ALT_MAX = 150
PHOTOS_MAX = 10
ANSWER_DAYS = 7
ANSWER_DAYS_MAX = 60


class Line(NamedTuple):
    kind: str
    text_ko: str
    text_en: str


_COMMON = (
    ("제안서의 장소와 현장이 같다", "The place is the one in the proposal"),
    ("제안서에 적힌 필요를 현장에서 볼 수 있다", "The need in the proposal can be seen on the spot"),
    ("가까이에 같은 구실을 하는 것이 없다", "Nothing nearby serves the same purpose"),
)
_BY_KIND = {
    FACILITY: (
        *_COMMON,
        ("땅이나 시설의 소유와 관리가 분명하다", "It is clear who owns and looks after the land or facility"),
        ("안전하고 누구나 이용할 수 있다", "It is safe and everybody can use it"),
        ("공사할 자리와 드나들 길이 있다", "There is room and access for the works"),
        ("현장을 보니 사업비가 알맞다", "Seen on the spot, the cost is plausible"),
    ),
    PROGRAMME: (
        *_COMMON,
        ("행사나 교육을 열 곳이 마련되어 있다", "There is a venue for it"),
        ("휠체어로 드나들 수 있고 화장실이 가깝다", "A wheelchair gets in, and a toilet is near"),
        ("참여할 주민이 있다", "There are residents who would take part"),
        ("내용과 인원에 견주어 사업비가 알맞다", "The cost is plausible for what is offered and to how many"),
    ),
    OTHER: (
        *_COMMON,
        ("안전하고 누구나 이용할 수 있다", "It is safe and everybody can use it"),
        ("현장을 보니 사업비가 알맞다", "Seen on the spot, the cost is plausible"),
    ),
}
DEFAULT_LINES = tuple(Line(kind, *texts) for kind, lines in _BY_KIND.items() for texts in lines)


class OutingPlan(NamedTuple):
    """`companions`: ids of the accounts that go. `answer_days`: how long the proposers have to answer."""

    starts_at: datetime
    meeting_point: str
    companions: frozenset[int]
    answer_days: int = ANSWER_DAYS


class Entry(NamedTuple):
    """An answer on its way. `seen`: the version that stood on the page, 0 for none. `client_key`: the same whenever
    this one is sent again."""

    item: str
    answer: str
    words: str
    seen: int
    client_key: str


class RecordIncomplete(rules.ReviewError):
    """`missing` holds the items without an answer, or whose finding needs words and has none."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


class SavedByAnother(rules.ReviewError):
    """Somebody has saved another answer since `seen`: `version` is what stands now."""

    def __init__(self, item: str, version: int) -> None:
        super().__init__(f"{item}: {version}")
        self.item, self.version = item, version


class TooManyPhotos(rules.ReviewError):
    """A visit has PHOTOS_MAX already."""


class RecordMoved(rules.ReviewError):
    """What would be signed is no longer what was shown."""


class FindingsMoved(rules.ReviewError):
    """What would be answered is no longer what was shown: the findings, or what another proposer has answered."""


class NotThere(rules.ReviewError):
    """Only who was there signs."""


class TooFewSignatures(rules.ReviewError):
    """`signed` members of the `needed` who were there have signed the record as it is now."""

    def __init__(self, signed: int, needed: int) -> None:
        super().__init__(f"{signed} of {needed}")
        self.signed, self.needed = signed, needed


class AnswerTooLate(rules.ReviewError):
    def __init__(self, until: datetime) -> None:
        super().__init__(str(until))
        self.until = until


class AnswerStillOpen(AnswerTooLate):
    """The proposer may still answer, and has not."""


class RecusedOnRoute(rules.ReviewError):
    """Somebody who is to go is barred from a proposal on the way. Names who, and the proposal's number."""

    def __init__(self, name: str, number: int | None) -> None:
        super().__init__(f"{name}: {number}")
        self.name, self.number = name, number


class RecordBegun(rules.ReviewError):
    """Something has been written on the spot, so the questions stay as they are, and the visit was possible."""


class DayBegun(rules.ReviewError):
    """Something has been recorded on this outing, so its day stays."""


class OutingCancelled(rules.ReviewError):
    """Nobody goes on this outing any more."""


class OtherRound(rules.ReviewError):
    """The outing is of another round than the proposal."""


class SamePerson(rules.ReviewError):
    """Whoever asked for it cannot confirm it."""


class ReasonMoved(rules.ReviewError):
    """What would be confirmed is no longer what was shown."""


class ChecklistEmpty(rules.ReviewError):
    """A kind of project has no line, or more than LINES_MAX."""


def guess_kind(place: str) -> str:
    """A project at a place is something to build, until somebody says otherwise."""
    return FACILITY if place else PROGRAMME


def answer_deadline(recorded_at: datetime, days: int) -> datetime:
    """The end of the last of so many days after the record, as people count them."""
    return start_of_day(seoul_day(recorded_at) + timedelta(days=days + 1))


def ensure_plan(plan: OutingPlan, first: date, last: date) -> None:
    """Its day is between the two, and it says where to meet."""
    if not first <= seoul_day(plan.starts_at) <= last:
        raise rules.VisitDayOutside(first, last)
    rules.ensure_text("meeting_point", plan.meeting_point)
    if not 1 <= plan.answer_days <= ANSWER_DAYS_MAX:
        raise rules.NotOnTheList


def ensure_lines(lines: Iterable[Line]) -> None:
    listed = tuple(lines)
    rules.ensure_listed([line.kind for line in listed], KINDS)
    for kind in KINDS:
        if not 1 <= sum(line.kind == kind for line in listed) <= LINES_MAX:
            raise ChecklistEmpty
    for line in listed:
        for text in line[1:]:
            rules.ensure_text("text", text)
            if len(text) > LINE_MAX:
                raise rules.TextTooLong("text")


def ensure_entry(entry: Entry, items: Iterable[str]) -> None:
    """The answer is one that its item takes. `items`: those of this visit."""
    rules.ensure_listed([entry.item], tuple(items))
    rules.ensure_listed([entry.answer], answers_to(entry.item))
    rules.ensure_not_too_long("words", entry.words)
    if entry.item == SUMMARY:
        rules.ensure_text("words", entry.words)
    if not 0 < len(entry.client_key) <= CLIENT_KEY_MAX:
        raise rules.NotOnTheList


def ensure_photo(alt: str, client_key: str, photos: int) -> None:
    """`photos`: how many there are."""
    rules.ensure_text("alt", alt)
    if len(alt) > ALT_MAX:
        raise rules.TextTooLong("alt")
    if not 0 < len(client_key) <= CLIENT_KEY_MAX:
        raise rules.NotOnTheList
    if photos >= PHOTOS_MAX:
        raise TooManyPhotos


def answers_to(item: str) -> tuple[str, ...]:
    if item == SUMMARY:
        return ("",)
    return FINDINGS if item in CLAIMS else ANSWERS


def ensure_complete(items: Iterable[str], written: Mapping[str, tuple[str, str]]) -> None:
    """`written`: item → (answer, words). A claim that is not wholly confirmed needs words."""
    missing = tuple(item for item in items if item not in written or _lacks_words(item, *written[item]))
    if missing:
        raise RecordIncomplete(missing)


def _lacks_words(item: str, answer: str, words: str) -> bool:
    return not words and item in CLAIMS and answer != CONFIRMED


def ensure_in_time(until: datetime | None, at: datetime) -> None:
    if until is not None and at >= until:
        raise AnswerTooLate(until)


def ensure_answered_or_over(state: str, until: datetime | None, at: datetime) -> None:
    """A proposer who does not answer cannot stop the round, once the time for it is over."""
    if state == rules.RECORDED and until is not None and at < until:
        raise AnswerStillOpen(until)
