"""The fee sheet of a year, out of who was at which meeting."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import func, select

from app.clock import seoul_day
from app.committee.models import AgendaItem, Attendance, CommitteeMember, ItemAttendance, Meeting
from app.committee.rules import ENDED
from app.database import db
from app.fees import rules
from app.fees.models import FeeBudget, FeeRate
from app.people.models import Account


def list_rates(programme_id: int) -> Sequence[FeeRate]:
    """The newest first."""
    return db.session.scalars(
        select(FeeRate).where(FeeRate.programme_id == programme_id).order_by(FeeRate.from_on.desc())
    ).all()


def find_budget(programme_id: int, year: int) -> FeeBudget | None:
    return db.session.get(FeeBudget, (programme_id, year))


def get_sheet(programme_id: int, year: int) -> rules.Sheet:
    """By name. A meeting counts on the day in Seoul on which it was opened, once it has ended; a member with two terms
    in the year has one line, and with two at one meeting is paid for it once."""
    rates = list_rates(programme_id)
    meetings = {meeting: met for meeting, met in _list_meetings(programme_id) if met.on.year == year}
    places = {meeting: place for place, meeting in enumerate(meetings)}
    names: dict[int, str] = {}
    fees: dict[int, list[rules.Fee]] = {}
    items, present = _count_items(meetings), _count_present(meetings)
    there: dict[tuple[int, int], tuple[int, int]] = {}
    for meeting, member_id, account_id, name in _list_attended(meetings):
        names[account_id] = name
        more, before = present.get((meeting, member_id), (0, 0)), there.get((meeting, account_id), (0, 0))
        there[meeting, account_id] = (before[0] + more[0], before[1] + more[1])
    for (meeting, account_id), counted in there.items():
        seen = rules.Seen(items[meeting], *counted)
        fees.setdefault(account_id, []).append(rules.fee_of(seen, rates, meetings[meeting], places[meeting]))
    met = tuple(meetings.values())
    paid = {one: rules.fees_of(own, rates, met) for one, own in fees.items()}
    lines = [rules.Line(one, names[one], paid[one]) for one in sorted(names, key=lambda one: (names[one], one))]
    budget = find_budget(programme_id, year)
    return rules.Sheet(year, met, tuple(lines), budget.budget_won if budget else None)


def list_meeting_days(programme_id: int) -> list[date]:
    """Of all meetings that have ended."""
    return [met.on for _, met in _list_meetings(programme_id)]


def _list_meetings(programme_id: int) -> list[tuple[int, rules.Met]]:
    """Id and day of those that have ended, in order."""
    ended = db.session.execute(
        select(Meeting.id, Meeting.opened_at, Meeting.subcommittee_id)
        .where(Meeting.programme_id == programme_id, Meeting.state == ENDED)
        .order_by(Meeting.opened_at, Meeting.id)
    )
    return [
        (meeting_id, rules.Met(seoul_day(opened_at), subcommittee_id is not None))
        for meeting_id, opened_at, subcommittee_id in ended
        if opened_at is not None
    ]


def _list_attended(meetings: Collection[int]) -> list[tuple[int, int, int, str]]:
    """Meeting, member, account and name, in the meetings' order."""
    rows = db.session.execute(
        select(Meeting.id, CommitteeMember.id, Account.id, Account.name)
        .join(Attendance, Attendance.meeting_id == Meeting.id)
        .join(CommitteeMember, CommitteeMember.id == Attendance.member_id)
        .join(Account, Account.id == CommitteeMember.account_id)
        .where(Meeting.id.in_(meetings))
        .order_by(Meeting.opened_at, Meeting.id)
    )
    return [(meeting, member_id, account_id, name) for meeting, member_id, account_id, name in rows]


def _count_items(meetings: Collection[int]) -> Counter[int]:
    """Meeting → items that were closed."""
    rows = db.session.execute(
        select(AgendaItem.meeting_id, func.count())
        .where(AgendaItem.meeting_id.in_(meetings), AgendaItem.closed_at.is_not(None))
        .group_by(AgendaItem.meeting_id)
    )
    return Counter({row[0]: row[1] for row in rows})


def _count_present(meetings: Collection[int]) -> dict[tuple[int, int], tuple[int, int]]:
    """Meeting and member → items present at, and those of them recused from."""
    there = select(AgendaItem.meeting_id, ItemAttendance.member_id, ItemAttendance.is_recused, func.count()).join(
        AgendaItem, AgendaItem.id == ItemAttendance.item_id
    )
    columns = (AgendaItem.meeting_id, ItemAttendance.member_id, ItemAttendance.is_recused)
    counted: dict[tuple[int, int], tuple[int, int]] = {}
    for meeting, member_id, is_recused, number in db.session.execute(
        there.where(AgendaItem.meeting_id.in_(meetings)).group_by(*columns)
    ):
        present, recused = counted.get((meeting, member_id), (0, 0))
        counted[meeting, member_id] = (present + number, recused + (number if is_recused else 0))
    return counted
