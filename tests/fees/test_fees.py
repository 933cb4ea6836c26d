"""The fee sheet: who is paid for which meeting, and sums to the won."""

from datetime import date, timedelta
from typing import NamedTuple

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.audit.models import SYSTEM, AuditLine
from app.clock import now, seoul_day, start_of_day
from app.committee import agenda_rules as agenda
from app.committee import queries as committee
from app.committee.models import CommitteeMember, ItemAttendance, Subcommittee
from app.database import db
from app.fees import queries, rules, services
from app.fees.models import FeeRate
from app.programmes.models import Programme
from app.rounds import rules as rounds
from tests import factories
from tests.questions import questions


class Rate(NamedTuple):
    from_on: date
    rate_won: int
    least_items: int = 1
    counts_recused: bool = True
    subcommittee_won: int = 40_000
    once_a_day: bool = False


DAY = date(2027, 6, 1)


@pytest.mark.parametrize(
    ("seen", "rate", "won"),
    [
        (rules.Seen(3, 1, 0), Rate(DAY, 70_000), 70_000),  # came for one of three
        (rules.Seen(3, 0, 0), Rate(DAY, 70_000), 0),  # signed in, and gone before the first was closed
        (rules.Seen(0, 0, 0), Rate(DAY, 70_000), 70_000),  # a meeting without an agenda
        (rules.Seen(3, 0, 0), Rate(DAY, 70_000, 0), 70_000),
        (rules.Seen(3, 1, 0), Rate(DAY, 70_000, 2), 0),
        (rules.Seen(1, 1, 0), Rate(DAY, 70_000, 2), 70_000),  # there was only one
        (rules.Seen(1, 1, 1), Rate(DAY, 70_000), 70_000),
        (rules.Seen(1, 1, 1), Rate(DAY, 70_000, 1, False), 0),
        (rules.Seen(1, 1, 0), Rate(DAY + timedelta(1), 70_000), 0),  # no rate holds yet
    ],
)
def test_who_is_paid_by_how_long_they_were_there(seen: rules.Seen, rate: Rate, won: int) -> None:
    assert rules.fee_of(seen, [rate], rules.Met(DAY), 0).won == won


def test_the_rate_is_the_latest_that_holds_on_the_day() -> None:
    rates = [Rate(DAY, 70_000), Rate(DAY + timedelta(30), 80_000)]
    days = (DAY - timedelta(1), DAY, DAY + timedelta(29), DAY + timedelta(30))
    found = [rules.find_rate(rates, day) for day in days]
    assert [rate.rate_won if rate else None for rate in found] == [None, 70_000, 70_000, 80_000]


fees = st.builds(rules.Fee, st.integers(0, 9), st.none() | st.integers(0, rules.RATE_MAX), st.booleans())


@given(st.lists(st.lists(fees, max_size=6), max_size=8), st.integers(0, 10**9))
def test_the_sum_is_that_of_its_lines_and_of_their_rates_to_the_won(people: list[list[rules.Fee]], budget: int) -> None:
    lines = tuple(rules.Line(n, "이름", tuple(own)) for n, own in enumerate(people))
    sheet = rules.Sheet(2027, (), lines, budget)
    assert sheet.won == sum(fee.rate_won or 0 for own in people for fee in own if fee.is_due)
    assert all(line.won == sum(rate * times for rate, times in line.rates.items()) for line in lines)
    assert sheet.left_won == budget - sheet.won


def test_the_sheet_counts_the_meetings_that_ended_in_the_year(app: Flask) -> None:
    year = seoul_day(now() - timedelta(hours=1)).year
    round_ = factories.round_(running=rounds.COMMITTEE_VOTE)
    one, other, absent = (factories.member(name=name) for name in ("가위원", "나위원", "다위원"))
    meeting = factories.meeting(round_, state="ended")
    factories.meeting(factories.round_(running=rounds.COMMITTEE_VOTE))  # still open
    elsewhere = factories.meeting(factories.round_(of=factories.programme("other")), state="ended")
    for member in (one, other):
        factories.attendance(meeting, member)
    factories.attendance(elsewhere, absent)
    item = factories.item(meeting, state=agenda.CLOSED)
    factories.keep(ItemAttendance(item_id=item.id, member_id=one.id, is_recused=False))
    empty = queries.get_sheet(one.programme_id, year)
    assert (empty.won, empty.lacks_rate) == (0, True)
    rate = {"rate_won": 70_000, "least_items": 1, "counts_recused": True, "at": now(), "by": SYSTEM}
    services.set_rate(one.programme, from_on=date(year, 1, 1), **rate)
    services.set_budget(one.programme, year=year, budget_won=rules.BUDGET_LINE, at=now(), by=SYSTEM)
    sheet = queries.get_sheet(one.programme_id, year)
    assert [(line.name, len(line.fees), line.paid, line.won) for line in sheet.lines] == [
        ("가위원", 1, 1, 70_000),
        ("나위원", 1, 0, 0),
    ]
    assert (len(sheet.meetings), sheet.won, sheet.left_won) == (1, 70_000, 15_170_000)
    assert queries.get_sheet(one.programme_id, year - 1).lines == ()


def test_one_who_came_by_two_appointments_is_one_and_paid_once(app: Flask) -> None:
    """The one ended while they met and the other began; for all items together they were there long enough."""
    at = now() - timedelta(hours=1)
    round_ = factories.round_(running=rounds.COMMITTEE_VOTE)
    meeting = factories.meeting(round_, state="ended")
    one = factories.member(name="가위원")
    again = factories.keep(
        CommitteeMember(
            programme=one.programme,
            account=one.account,
            route=one.route,
            appointed_on=one.appointed_on + timedelta(1),
            term_ends_on=one.term_ends_on,
        )
    )
    for term in (one, again):
        factories.attendance(meeting, term)
        item = factories.item(meeting, state=agenda.CLOSED)
        factories.keep(ItemAttendance(item_id=item.id, member_id=term.id, is_recused=False))
    year = seoul_day(at).year
    set_rate(one.programme, date(year, 1, 1), 70_000, 2)
    (line,) = queries.get_sheet(one.programme_id, year).lines
    assert (len(line.fees), line.won) == (1, 70_000)
    assert (committee.count_came(meeting), committee.list_attended(round_.id)) == (1, [one.account_id])


def set_rate(programme: Programme, from_on: date, rate_won: int, least_items: int = 1) -> None:
    services.set_rate(
        programme,
        from_on=from_on,
        rate_won=rate_won,
        least_items=least_items,
        counts_recused=True,
        at=now(),
        by=SYSTEM,
    )


def test_a_rate_is_set_anew_for_its_day_and_what_it_was_stays_in_the_audit(app: Flask) -> None:
    programme = factories.programme()
    set_rate(programme, DAY, 70_000)
    set_rate(programme, DAY, 80_000, 2)
    assert [(row.rate_won, row.least_items) for row in db.session.query(FeeRate)] == [(80_000, 2)]
    lines = [line.fields for line in db.session.query(AuditLine).order_by(AuditLine.id)]
    assert [(line["rate_won_before"], line["least_items_before"]) for line in lines] == [(None, None), (70_000, 1)]


@pytest.mark.parametrize("days", [0, 3])  # from the rate to the one that is set now; the meeting is on the third
def test_what_a_meeting_that_ended_is_paid_is_not_changed(app: Flask, days: int) -> None:
    meeting = factories.meeting(factories.round_(running=rounds.COMMITTEE_VOTE), state="ended")
    programme, day = meeting.round.programme, seoul_day(meeting.opened_at or now())
    first = day - timedelta(3)
    set_rate(programme, first, 70_000)  # the meeting had none
    with pytest.raises(rules.FeesSettled, match=day.isoformat()):
        set_rate(programme, first + timedelta(days), 90_000)
    db.session.rollback()
    assert [row.rate_won for row in db.session.query(FeeRate)] == [70_000]
    assert db.session.query(AuditLine).count() == 1
    set_rate(programme, day + timedelta(1), 90_000)
    set_rate(programme, first - timedelta(9), 60_000)  # the meeting has a later one
    rate = rules.find_rate(queries.list_rates(programme.id), day)
    assert rate is not None and rate.rate_won == 70_000


def test_the_sheet_asks_as_much_for_ten_members_as_for_one(app: Flask) -> None:
    meeting = factories.meeting(factories.round_(running=rounds.COMMITTEE_VOTE), state="ended")
    item, programme = factories.item(meeting, state=agenda.CLOSED), meeting.round.programme
    year = seoul_day(meeting.opened_at or now()).year

    def attend(people: int) -> None:
        for _ in range(people):
            member = factories.member()
            factories.attendance(meeting, member)
            factories.keep(ItemAttendance(item_id=item.id, member_id=member.id, is_recused=False))

    asked = []
    for more in (1, 9):
        attend(more)
        db.session.expire_all()
        programme_id = programme.id
        with questions() as those:
            sheet = queries.get_sheet(programme_id, year)
        asked.append(len(those))
    assert len(sheet.lines) == 10 and asked[0] == asked[1]


def fee(place: int, won: int, due: bool = True) -> rules.Fee:
    return rules.Fee(place, won, due)


@pytest.mark.parametrize(
    ("days", "won", "once", "due"),
    [
        ((0, 0), (70, 40), True, [True, False]),
        ((0, 0), (40, 70), True, [False, True]),
        ((0, 0), (70, 70), True, [True, False]),  # of equal ones the first
        ((0, 0, 0), (40, 70, 70), True, [False, True, False]),
        ((0, 1), (70, 40), True, [True, True]),
        ((0, 0), (70, 40), False, [True, True]),
    ],
)
def test_once_a_day_the_best_paid_of_a_days_meetings_counts(
    days: tuple[int, ...], won: tuple[int, ...], once: bool, due: list[bool]
) -> None:
    meetings = [rules.Met(DAY + timedelta(day), is_subcommittee=True) for day in days]
    own = [fee(place, amount) for place, amount in enumerate(won)]
    paid = rules.fees_of(own, [Rate(DAY, 70, once_a_day=once)], meetings)
    assert [one.is_due for one in paid] == due


def test_a_meeting_that_is_not_paid_takes_nothing_from_another_of_its_day() -> None:
    meetings = [rules.Met(DAY), rules.Met(DAY)]
    paid = rules.fees_of([fee(0, 70, False), fee(1, 40)], [Rate(DAY, 70, once_a_day=True)], meetings)
    assert [one.won for one in paid] == [0, 40]


@pytest.mark.parametrize(("once", "sums"), [(False, [190_000, 40_000]), (True, [110_000, 40_000])])
def test_meetings_of_sub_committees_are_paid_by_their_own_rate(app: Flask, once: bool, sums: list[int]) -> None:
    """One was at two sub-committees' meetings and the committee's on one day, and at another's on the day before."""
    one, other = factories.member(name="가위원"), factories.member(name="나위원")
    rows = [factories.subcommittee(one.programme, one, other, name=name) for name in ("복지", "교육")]
    day = start_of_day(seoul_day(now()) - timedelta(2))
    came: list[tuple[Programme | Subcommittee, int, list[CommitteeMember]]] = [
        (rows[0], 9, [one]),
        (rows[1], 14, [one, other]),
        (one.programme, 16, [one]),
        (rows[0], -9, [one]),
    ]
    for of, hour, members in came:
        meeting = factories.committee_meeting(of, state="ended")
        meeting.opened_at = day + timedelta(hours=hour)
        for member in members:
            factories.attendance(meeting, member)
    year = seoul_day(day).year
    given = {"rate_won": 70_000, "subcommittee_won": 40_000, "least_items": 1, "counts_recused": True}
    services.set_rate(one.programme, from_on=date(year - 1, 1, 1), **given, once_a_day=once, at=now(), by=SYSTEM)
    lines = [line for at in (year - 1, year) for line in queries.get_sheet(one.programme_id, at).lines]
    paid = {name: sum(line.won for line in lines if line.name == name) for name in ("가위원", "나위원")}
    assert list(paid.values()) == sums


def test_a_rate_that_was_mistyped_is_corrected_with_a_reason_that_stays_in_the_audit(app: Flask) -> None:
    meeting = factories.meeting(factories.round_(running=rounds.COMMITTEE_VOTE), state="ended")
    programme, on = meeting.round.programme, seoul_day(meeting.opened_at or now())
    set_rate(programme, on, 700_000)
    rate = {"from_on": on, "rate_won": 70_000, "least_items": 1, "counts_recused": True}
    services.set_rate(programme, **rate, reason="0을 하나 더 씀", at=now(), by=SYSTEM)
    assert [row.rate_won for row in db.session.query(FeeRate)] == [70_000]
    line = db.session.query(AuditLine).order_by(AuditLine.id.desc()).first()
    assert line is not None
    assert (line.fields["rate_won_before"], line.fields["reason"]) == (700_000, "0을 하나 더 씀")
