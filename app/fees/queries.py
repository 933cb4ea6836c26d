"""The fee sheet of a year, out of who was at which meeting."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, select

from app.clock import seoul_day
from app.committee.models import AgendaItem, Attendance, CommitteeMember, GeneralMeeting, ItemAttendance
from app.committee.rules import ENDED
from app.database import db
from app.fees import rules
from app.fees.models import FeeBudget, FeeRate
from app.people.models import Account
from app.rounds.models import Round


def list_rates(programme_id: int) -> Sequence[FeeRate]:
    """The newest first."""
    return db.session.scalars(
        select(FeeRate).where(FeeRate.programme_id == programme_id).order_by(FeeRate.from_on.desc())
    ).all()


def find_budget(programme_id: int, year: int) -> FeeBudget | None:
    return db.session.get(FeeBudget, (programme_id, year))


def get_sheet(programme_id: int, year: int) -> rules.Sheet:
    """By name. A meeting counts on the day in Seoul on which it was opened, once it has ended; a member with two terms
    in the year has one line."""
    rates, meetings = list_rates(programme_id), _list_meetings(programme_id, year)
    names: dict[int, str] = {}
    fees: dict[int, list[rules.Fee]] = {}
    for place, meeting in enumerate(meetings):
        assert meeting.opened_at is not None
        on = seoul_day(meeting.opened_at)
        for member_id, account_id, name in _list_attended(meeting):
            names[account_id] = name
            fees.setdefault(account_id, []).append(rules.fee_of(_seen(meeting, member_id), rates, on, place))
    lines = [rules.Line(one, names[one], tuple(fees[one])) for one in sorted(names, key=lambda one: (names[one], one))]
    budget = find_budget(programme_id, year)
    days = tuple(seoul_day(meeting.opened_at) for meeting in meetings if meeting.opened_at)
    return rules.Sheet(year, days, tuple(lines), budget.budget_won if budget else None)


def _list_meetings(programme_id: int, year: int) -> list[GeneralMeeting]:
    ended = db.session.scalars(
        select(GeneralMeeting)
        .join(Round)
        .where(Round.programme_id == programme_id, GeneralMeeting.state == ENDED)
        .order_by(GeneralMeeting.opened_at, GeneralMeeting.id)
    ).all()
    return [one for one in ended if one.opened_at is not None and seoul_day(one.opened_at).year == year]


def _list_attended(meeting: GeneralMeeting) -> list[tuple[int, int, str]]:
    rows = db.session.execute(
        select(CommitteeMember.id, Account.id, Account.name)
        .join(Attendance, Attendance.member_id == CommitteeMember.id)
        .join(Account, Account.id == CommitteeMember.account_id)
        .where(Attendance.meeting_id == meeting.id)
    )
    return [(member_id, account_id, name) for member_id, account_id, name in rows]


def _seen(meeting: GeneralMeeting, member_id: int) -> rules.Seen:
    items = select(func.count()).where(AgendaItem.meeting_id == meeting.id, AgendaItem.closed_at.is_not(None))
    there = db.session.scalars(
        select(ItemAttendance.is_recused)
        .join(AgendaItem, AgendaItem.id == ItemAttendance.item_id)
        .where(AgendaItem.meeting_id == meeting.id, ItemAttendance.member_id == member_id)
    ).all()
    return rules.Seen(db.session.scalar(items) or 0, len(there), Counter(there)[True])
