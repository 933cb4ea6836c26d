from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.audit.models import SYSTEM, AuditLine
from app.clock import Clock, now, seoul_day
from app.committee import letters, queries, rules, services
from app.committee.models import CommitteeMember
from app.database import db
from app.people import services as people
from app.people.models import COMMITTEE_ROLE, STAFF_ROLE, Account
from app.programmes.models import Programme
from tests import factories

START, END = date(2026, 4, 1), date(2028, 4, 1)


def appoint(programme: Programme, account: Account, start: date = START, end: date = END) -> CommitteeMember:
    return services.appoint_member(
        programme,
        account,
        route="open_call",
        office="member",
        appointed_on=start,
        term_ends_on=end,
        at=now(),
        by=SYSTEM,
    )


def candidate() -> Account:
    return factories.account(COMMITTEE_ROLE)


def rows() -> tuple[int, int]:
    db.session.rollback()
    return db.session.query(CommitteeMember).count(), db.session.query(AuditLine).count()


def fill(programme: Programme, seats: int, start: date = START, end: date = END) -> None:
    db.session.add_all(
        CommitteeMember(
            programme=programme,
            account=candidate(),
            route="recommended",
            office="member",
            appointed_on=start,
            term_ends_on=end,
        )
        for _ in range(seats)
    )
    db.session.commit()


def test_an_appointment_holds_from_its_first_day_until_its_end(app: Flask) -> None:
    programme, account = factories.programme(), candidate()
    member = appoint(programme, account)
    for day, holds in ((START - timedelta(1), False), (START, True), (END - timedelta(1), True), (END, False)):
        assert (queries.find_member(programme.id, account.id, day) is not None) is holds
        assert rules.is_enrolled(member, day) is holds
        assert queries.count_enrolled(programme.id, day) == int(holds)


def test_there_are_forty_seats(app: Flask) -> None:
    programme = factories.programme()
    fill(programme, rules.SEATS - 1)
    appoint(programme, candidate())
    last, before = candidate(), rows()
    with pytest.raises(rules.SeatsTaken):
        appoint(programme, last)
    assert rows() == before


def test_a_seat_taken_later_in_the_term_counts_as_well(app: Flask) -> None:
    programme = factories.programme()
    fill(programme, rules.SEATS - 1)
    appoint(programme, candidate(), START + timedelta(90))
    with pytest.raises(rules.SeatsTaken):
        appoint(programme, candidate(), START)
    appoint(programme, candidate(), START, START + timedelta(90))  # one who leaves before the other comes


def test_an_account_has_one_seat_at_a_time(app: Flask) -> None:
    programme, account = factories.programme(), candidate()
    appoint(programme, account)
    before = rows()
    with pytest.raises(rules.AlreadyEnrolled):
        appoint(programme, account, START + timedelta(10))
    assert rows() == before
    appoint(programme, account, END, END + timedelta(365))


def test_only_accounts_with_the_committees_role_in_this_programme_are_appointed(app: Flask) -> None:
    programme = factories.programme()
    strangers = [factories.account(STAFF_ROLE), factories.account(COMMITTEE_ROLE, of=factories.programme("other"))]
    before = rows()
    for stranger in strangers:
        with pytest.raises(rules.NotAMember):
            appoint(programme, stranger)
    assert rows() == before


def test_a_term_ends_after_it_begins(app: Flask) -> None:
    programme, account = factories.programme(), candidate()
    before = rows()
    with pytest.raises(rules.TermBackwards):
        appoint(programme, account, START, START)
    assert rows() == before


def test_a_dismissed_member_no_longer_counts_and_frees_the_seat(app: Flask) -> None:
    programme = factories.programme()
    member = factories.member(programme)
    today = seoul_day(now())
    services.dismiss_member(member, on=today, ground="own_wish", reason="본인 요청", at=now(), by=SYSTEM)
    assert queries.count_enrolled(programme.id, today) == 0
    assert queries.count_enrolled(programme.id, today - timedelta(1)) == 1
    dismissed, revoked = db.session.query(AuditLine).order_by(AuditLine.id)
    assert dismissed.fields == {"on": today.isoformat(), "ground": "own_wish", "reason": "본인 요청"}
    assert (revoked.action, revoked.fields["role"]) == ("role.revoke", "committee")
    assert member.account not in queries.list_eligible_accounts(programme.id)


def roles(member: CommitteeMember) -> list[str]:
    db.session.rollback()
    return [grant.role for grant in member.account.roles]


@pytest.mark.parametrize("how", ["dismissed", "term"])
def test_when_a_term_is_over_the_role_goes_with_it_and_what_was_done_in_office_stays(
    app: Flask, clock: Clock, how: str
) -> None:
    programme, today = factories.programme(), seoul_day(now())
    member, other = factories.member(programme), factories.member(programme)
    if how == "dismissed":
        on = today + timedelta(1)
        services.dismiss_member(member, on=on, ground="own_wish", reason="본인 요청", at=now(), by=SYSTEM)
    else:
        member.term_ends_on = today + timedelta(1)
        db.session.commit()
    assert (services.end_terms(at=now()), roles(member)) == (0, ["committee"])
    clock.offset += timedelta(1)
    assert [services.end_terms(at=now()) for _ in range(2)] == [1, 0]
    assert (roles(member), roles(other)) == ([], ["committee"])
    revoked, over = db.session.query(AuditLine).order_by(AuditLine.id.desc()).limit(2).all()[::-1]
    assert (revoked.action, over.action, over.fields) == ("role.revoke", "member.over", {"roles": 1})
    assert (revoked.actor_kind, over.subject_id) == ("system", member.id)
    people.grant_role(member.account, COMMITTEE_ROLE, programme=programme, at=now(), by=SYSTEM)
    assert (services.end_terms(at=now()), roles(member)) == (0, ["committee"]), "given anew, for a term to come"


def test_who_has_another_seat_or_never_had_one_keeps_the_role(app: Flask) -> None:
    programme, today = factories.programme(), seoul_day(now())
    member, waiting = factories.member(programme), factories.account(COMMITTEE_ROLE)
    term = {"appointed_on": today + timedelta(1), "term_ends_on": today + timedelta(9)}
    seated = {"programme": programme, "account": member.account, "route": "recommended", **term}
    factories.keep(CommitteeMember(**seated))
    services.dismiss_member(member, on=today, ground="own_wish", reason="본인 요청", at=now(), by=SYSTEM)
    member.role_settled_at = None
    db.session.commit()
    assert services.end_terms(at=now()) == 1
    assert (roles(member), [grant.role for grant in waiting.roles]) == (["committee"], ["committee"])


@pytest.mark.parametrize("days", [-1, 0])
def test_nobody_is_dismissed_twice_or_after_the_term(app: Flask, days: int) -> None:
    member = factories.member()
    if days == 0:
        services.dismiss_member(
            member, on=member.appointed_on + timedelta(9), ground="own_wish", reason="위촉 해제", at=now(), by=SYSTEM
        )
    before = rows()
    on = member.term_ends_on if days == -1 else member.appointed_on + timedelta(5)
    with pytest.raises(rules.NotAMember):
        services.dismiss_member(member, on=on, ground="own_wish", reason="다시", at=now(), by=SYSTEM)
    assert rows() == before


def test_nobody_is_dismissed_before_being_appointed(app: Flask) -> None:
    member = factories.member()
    with pytest.raises(rules.TermBackwards):
        services.dismiss_member(
            member, on=member.appointed_on - timedelta(1), ground="own_wish", reason="", at=now(), by=SYSTEM
        )
    assert member.dismissed_on is None


def test_a_term_has_two_years_and_one_renewal(app: Flask) -> None:
    programme, account = factories.programme(), candidate()
    before = rows()
    with pytest.raises(rules.TermTooLong):
        appoint(programme, account, START, END + timedelta(1))
    assert rows() == before
    appoint(programme, account)
    third = date(2030, 4, 1)
    appoint(programme, account, END + timedelta(5), third)
    before = rows()
    for start in (third, third + rules.BREAK):
        with pytest.raises(rules.RenewedAlready):
            appoint(programme, account, start, start + timedelta(9))
        assert rows() == before
    appoint(programme, account, third + rules.BREAK + timedelta(1), third + rules.BREAK + timedelta(9))


def test_a_leap_days_term_ends_on_the_first_of_march() -> None:
    assert rules.longest_end(date(2028, 2, 29)) == date(2030, 3, 1)
    assert rules.longest_end(START) == END


def test_each_route_has_twenty_seats(app: Flask) -> None:
    programme = factories.programme()
    for _ in range(rules.ROUTE_SEATS["open_call"]):
        appoint(programme, candidate())
    last, before = candidate(), rows()
    with pytest.raises(rules.RouteSeatsTaken):
        appoint(programme, last)
    assert rows() == before


def test_no_sex_has_more_than_six_tenths_of_all_seats_and_an_unbalanced_committee_is_seen(app: Flask) -> None:
    programme = factories.programme()
    for _ in range(rules.SEATS * rules.SEX_TENTHS // 10):
        factories.member(programme).sex = "m"
    db.session.commit()
    today = seoul_day(now())
    assert queries.composition(programme.id, today).is_lopsided
    term = {"route": "recommended", "office": "member", "appointed_on": today, "at": now(), "by": SYSTEM}
    last, before = candidate(), rows()
    with pytest.raises(rules.SexLimit):
        services.appoint_member(programme, last, **term, term_ends_on=today + timedelta(9), sex="m")
    assert rows() == before
    services.appoint_member(programme, last, **term, term_ends_on=today + timedelta(9), sex="f")
    assert queries.composition(programme.id, today).women == 1


@given(st.integers(0, 24), st.integers(0, 24))
def test_lopsided_is_more_than_six_in_ten_where_a_balance_can_be(women: int, men: int) -> None:
    now_sits = rules.Composition(women + men, women, men, 0, 0, 0, 0)
    more = 5 * max(women, men) > 3 * (women + men)
    assert now_sits.is_lopsided == (more and abs(women - men) > 1)


@pytest.mark.parametrize(
    ("seats", "most"), [(0, 0), (1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (10, 6), (20, 12), (40, 24)]
)
def test_the_limit_of_one_sex_leaves_few_seats_to_be_filled(seats: int, most: int) -> None:
    assert rules.most_of_one_sex(seats, rules.SEX_TENTHS) == most


def test_a_letter_keeps_its_number_which_is_found_however_it_is_typed(app: Flask) -> None:
    members = [factories.member(name=name) for name in ("하나", "둘")]
    letters.issue_letters(members, at=now(), by=SYSTEM)
    numbers = [str(member.letter_number) for member in members]
    assert len(set(numbers)) == 2 and all(len(number) == 19 for number in numbers)
    before = rows()
    letters.issue_letters(members, at=now(), by=SYSTEM)
    assert (rows(), [member.letter_number for member in members]) == (before, numbers)
    typed = f" {numbers[0].lower().replace('-', ' ')} "
    assert queries.find_letter(letters.tidy_number(typed)) == members[0]
    assert queries.find_letter(letters.tidy_number("2026")) is None
