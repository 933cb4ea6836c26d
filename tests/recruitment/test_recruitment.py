"""The open call: who may apply when, what is drawn from, and whose seat is offered to whom."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.audit.models import SYSTEM, AuditLine
from app.clock import Clock, now, seoul_day
from app.committee import services as committee
from app.committee.models import CommitteeMember
from app.committee.rules import SexLimit
from app.database import db
from app.people.models import APPROVER_ROLE, COMMITTEE_ROLE, STAFF_ROLE
from app.recruitment import queries, rules, services
from app.recruitment.models import Application, Recommendation, Recruitment
from app.tally import canonical, draw
from tests import factories

TOLD: dict[str, Any] = {
    "name": "홍길동",
    "birth_year": 1990,
    "sex": "m",
    "basis": "address",
    "motive": "함께 정하고 싶습니다.",
    "phone": None,
    "is_vulnerable": True,
}


def told() -> dict[str, Any]:
    return {**TOLD, "area_id": factories.area().id}


def rows() -> list[Any]:
    """All that a refusal must leave as it was."""
    db.session.rollback()
    tables = (Recruitment, Application, Recommendation, CommitteeMember, AuditLine)
    return [
        tuple(getattr(row, column.key) for column in table.__table__.columns)
        for table in tables
        for row in db.session.query(table).order_by(*table.__table__.primary_key.columns)
    ]


def refused(error: type[Exception], act: Callable[[], Any]) -> None:
    before = rows()
    with pytest.raises(error):
        act()
    assert rows() == before


def over(clock: Clock, **settings: Any) -> Recruitment:
    """Its period has just ended; the seed comes out in two days."""
    row = factories.recruitment(**settings)
    clock.offset += timedelta(days=10)
    return row


def fixed(clock: Clock, people: str, **settings: Any) -> Recruitment:
    """`people`: the sexes of those who are eligible. Now is the day of the seed."""
    row = over(clock, **{"vulnerable_least": 0, "youth_least": 0, "sex_tenths": 10, **settings})
    for sex in people:
        factories.application(row, state=rules.ELIGIBLE, sex=sex)
    services.fix(row, at=now(), by=SYSTEM)
    clock.offset += timedelta(days=2)
    return row


def drawn(clock: Clock, people: str = "fmfmf", **settings: Any) -> Recruitment:
    row = fixed(clock, people, **settings)
    for role, take in ((STAFF_ROLE, services.enter_seed), (APPROVER_ROLE, services.confirm_seed)):
        take(row, " 3  11 ", factories.account(role), at=now())
    return row


def appointed(one: Application) -> CommitteeMember:
    day = seoul_day(now())
    term = {"office": "member", "appointed_on": day, "term_ends_on": day + timedelta(700)}
    return services.appoint_application(one, factories.account(COMMITTEE_ROLE), **term, at=now(), by=SYSTEM)


def test_applications_are_taken_within_the_period_by_the_clock(app: Flask, clock: Clock) -> None:
    row, who = factories.recruitment(opens_at=now() + timedelta(hours=1)), factories.resident()
    refused(rules.NotTaking, lambda: services.apply(row, who, told=told(), at=now()))
    one = services.apply(row, who, told=told(), at=row.opens_at)
    assert (one.number, one.state, one.name) == (1, rules.SUBMITTED, "홍길동")
    other = factories.resident()
    refused(rules.NotTaking, lambda: services.apply(row, other, told=told(), at=row.closes_at))
    draft = factories.recruitment(state=rules.DRAFT)
    refused(rules.NotTaking, lambda: services.apply(draft, other, told=told(), at=now()))
    assert "홍길동" not in str([line.fields for line in db.session.query(AuditLine)])


def test_everybody_applies_once_and_after_withdrawing_again_with_another_number(app: Flask) -> None:
    row, who = factories.recruitment(), factories.resident()
    one = services.apply(row, who, told=told(), at=now())
    refused(rules.AppliedAlready, lambda: services.apply(row, who, told=told(), at=now()))
    services.withdraw(one, at=now(), by=who.actor)
    assert (one.state, one.name, one.motive, one.resident_id, one.sex) == (rules.WITHDRAWN, None, "", None, None)
    refused(rules.ApplicationWrongState, lambda: services.withdraw(one, at=now(), by=who.actor))
    assert services.apply(row, who, told=told(), at=now()).number == 2


@pytest.mark.parametrize("year", [85, 1850, 2040])
def test_a_year_of_birth_is_one_of_somebody_alive(app: Flask, year: int) -> None:
    row, who = factories.recruitment(), factories.resident()
    refused(rules.BirthYearUnfit, lambda: services.apply(row, who, told={**told(), "birth_year": year}, at=now()))


def test_a_call_is_changed_until_it_is_announced_and_announced_before_it_ends(app: Flask, clock: Clock) -> None:
    row = factories.recruitment(state=rules.DRAFT)
    services.change_recruitment(row, settings={"seats": 5}, at=now(), by=SYSTEM)
    late = {"draw_on": seoul_day(row.closes_at)}
    refused(rules.PeriodBackwards, lambda: services.change_recruitment(row, settings=late, at=now(), by=SYSTEM))
    refused(rules.CallTooLate, lambda: services.call(row, at=row.closes_at, by=SYSTEM))
    services.call(row, at=now(), by=SYSTEM)
    assert (row.state, row.seats) == (rules.CALLED, 5)
    refused(rules.WrongState, lambda: services.call(row, at=now(), by=SYSTEM))
    refused(rules.WrongState, lambda: services.change_recruitment(row, settings={"seats": 9}, at=now(), by=SYSTEM))


def test_the_list_is_fixed_after_the_period_when_all_are_decided_and_before_the_seed(app: Flask, clock: Clock) -> None:
    row = factories.recruitment(seats=1)
    waiting = factories.application(row)
    factories.application(row, state=rules.ELIGIBLE)
    refused(rules.StillTaking, lambda: services.fix(row, at=now(), by=SYSTEM))
    clock.offset += timedelta(days=10)
    refused(rules.Undecided, lambda: services.fix(row, at=now(), by=SYSTEM))
    services.decide(waiting, is_eligible=True, reason="", at=now(), by=SYSTEM)
    clock.offset += timedelta(days=2)
    refused(rules.SeedOutAlready, lambda: services.fix(row, at=now(), by=SYSTEM))
    source = {"source_ko": "다른 번호", "source_en": "Another number", "at": now(), "by": SYSTEM}
    refused(rules.SeedEarly, lambda: services.move_draw(row, draw_on=seoul_day(now()), **source))
    services.move_draw(row, draw_on=seoul_day(now()) + timedelta(days=1), **source)
    services.fix(row, at=now(), by=SYSTEM)
    assert (row.state, row.sha256) == (rules.FIXED, hashlib.sha256(str(row.body).encode()).hexdigest())
    refused(rules.WrongState, lambda: services.decide(waiting, is_eligible=False, reason="x", at=now(), by=SYSTEM))
    refused(rules.WrongState, lambda: services.withdraw(waiting, at=now(), by=SYSTEM))
    later = seoul_day(now()) + timedelta(days=5)
    refused(rules.WrongState, lambda: services.move_draw(row, draw_on=later, **source))


def extended(row: Recruitment, **changes: Any) -> Callable[[], None]:
    days = {"closes_at": now() + timedelta(days=5), "draw_on": seoul_day(now()) + timedelta(days=8)}
    source = {"source_ko": "다음 번호", "source_en": "The next", "term_starts_on": row.term_starts_on}
    return lambda: services.extend(row, **{**days, **source, **changes}, reason="신청이 적음", at=now(), by=SYSTEM)


def test_a_call_is_extended_with_days_that_fit_until_its_list_is_fixed_and_who_has_applied_stays(
    app: Flask, clock: Clock
) -> None:
    row = over(clock, seats=1)
    one = factories.application(row, state=rules.ELIGIBLE)
    refused(rules.NotExtended, extended(row, closes_at=now()))
    refused(rules.PeriodBackwards, extended(row, draw_on=seoul_day(now()) + timedelta(days=5)))
    refused(rules.PeriodBackwards, extended(row, term_starts_on=seoul_day(now()) + timedelta(days=7)))
    extended(row)()
    assert (row.state, one.state, [change.reason for change in row.changes]) == (
        rules.CALLED,
        rules.ELIGIBLE,
        ["신청이 적음"],
    )
    other = services.apply(row, factories.resident(), told=told(), at=now())
    assert other.number == 2
    refused(rules.NotExtended, extended(row, closes_at=row.closes_at))
    services.decide(other, is_eligible=True, reason="", at=now(), by=SYSTEM)
    clock.offset += timedelta(days=6)
    services.fix(row, at=now(), by=SYSTEM)
    refused(rules.WrongState, extended(row))


def test_the_draw_does_not_move_beyond_the_first_day_of_the_term(app: Flask, clock: Clock) -> None:
    row = over(clock)
    source = {"source_ko": "다른 번호", "source_en": "Another number", "at": now(), "by": SYSTEM}
    late = row.term_starts_on + timedelta(days=1)
    refused(rules.PeriodBackwards, lambda: services.move_draw(row, draw_on=late, **source))
    services.move_draw(row, draw_on=row.term_starts_on, **source)


def test_a_cancelled_call_promises_nothing_goes_no_further_and_is_erased_when_it_could_be_read_of(
    app: Flask, clock: Clock
) -> None:
    row = factories.recruitment(seats=20)
    one, named = factories.application(row), factories.recommendation(row)
    day, account = seoul_day(now()), factories.account(COMMITTEE_ROLE)
    seat = {"route": "open_call", "office": "member", "appointed_on": day, "term_ends_on": day + timedelta(700)}
    seat |= {"sex": "f", "birth_year": 1980, "reason": "", "at": now(), "by": SYSTEM}
    refused(rules.ReasonNeeded, lambda: services.appoint_beside(row.programme, account, **seat))
    services.cancel(row, reason="잘못 공고함", at=now(), by=SYSTEM)
    services.appoint_beside(row.programme, account, **seat)
    term = {"office": "member", "appointed_on": day, "term_ends_on": day + timedelta(700), "at": now(), "by": SYSTEM}
    for step in (
        lambda: services.apply(row, factories.resident(), told=told(), at=now()),
        lambda: services.decide(one, is_eligible=True, reason="", at=now(), by=SYSTEM),
        lambda: services.fix(row, at=now(), by=SYSTEM),
        lambda: services.cancel(row, reason="또", at=now(), by=SYSTEM),
        lambda: services.appoint_recommended(named, account, **term),
        extended(row),
    ):
        with pytest.raises((rules.WrongState, rules.NotTaking)):
            step()
    refused(rules.StillKept, lambda: services.erase(row, at=now(), by=SYSTEM))
    clock.offset += timedelta(days=rules.CANCELLED_KEPT_DAYS)
    services.erase_due(at=now())
    assert (one.name, one.resident_id, named.name, row.erased_at is None) == (None, None, None, False)


def test_a_published_list_is_cancelled_only_while_nobody_can_know_what_it_draws(app: Flask, clock: Clock) -> None:
    row = fixed(clock, "fmfmf")
    early = now() - timedelta(days=1)
    refused(rules.CancelledTooLate, lambda: services.cancel(row, reason="취소", at=now(), by=SYSTEM))
    services.cancel(row, reason="취소", at=early, by=SYSTEM)
    assert (row.state, row.body is None) == (rules.CANCELLED, False)
    other = drawn(clock)
    refused(rules.WrongState, lambda: services.cancel(other, reason="취소", at=now(), by=SYSTEM))
    with pytest.raises(Exception, match="never changed"), db.engine.begin() as connection:
        connection.execute(db.text("UPDATE recruitment_change SET reason = 'x'"))


def test_what_the_committee_will_be_is_known_before_the_last_of_them_is_refused(app: Flask, clock: Clock) -> None:
    """16 men recommended and 12 drawn would be 28 of at most 24."""
    row, dong = factories.recruitment(seats=20, per_dong=10), factories.area()
    for _ in range(12):
        factories.recommendation(row, is_vulnerable=True)
    assert not queries.outlook(row).may_pass
    factories.recommendation(row)
    before = queries.outlook(row)
    assert (before.men, before.women, before.vulnerable, before.youth) == (13, 0, 12, 0)
    assert (before.to_draw, before.draw_most, before.may_pass, before.passes) == (20, 12, True, False)
    for _ in range(10):
        sitting = factories.member(row.programme)
        sitting.sex = "m"
    sitting.is_youth = True
    db.session.commit()
    who = {"recommended_by": "주민자치회", "name": "하나", "birth_year": 1960, "is_vulnerable": False}

    def add(sex: str) -> Recommendation:
        other = factories.area("doksan", "dong", "독산동", "Doksan-dong")
        return services.recommend(row, area=other, sex=sex, **who, at=now(), by=SYSTEM)

    add("m")
    assert (queries.outlook(row).men, queries.outlook(row).youth, dong.code) == (24, 1, "gasan")
    refused(SexLimit, lambda: add("m"))
    add("f")


def test_where_nobody_must_be_left_out_all_are_selected_without_a_seed(app: Flask, clock: Clock) -> None:
    row = fixed(clock, "fmm")
    assert (row.state, row.seed) == (rules.DRAWN, "")
    assert {one.state for one in queries.list_applications(row)} == {rules.SELECTED}


def test_the_seed_is_typed_by_two_people_on_its_day_and_then_it_is_drawn(app: Flask, clock: Clock) -> None:
    row = fixed(clock, "fmfmf")
    first, second = factories.account(STAFF_ROLE), factories.account(APPROVER_ROLE)
    early = now() - timedelta(days=2)
    refused(rules.SeedNotOutYet, lambda: services.enter_seed(row, "1", first, at=early))
    refused(rules.NoSeedYet, lambda: services.confirm_seed(row, "1", second, at=now()))
    services.enter_seed(row, "1", first, at=now())
    services.enter_seed(row, "3  11", first, at=now())
    refused(rules.SeedWithoutNumbers, lambda: services.enter_seed(row, "로또", first, at=now()))
    refused(rules.SeedWithoutNumbers, lambda: services.confirm_seed(row, "로또", second, at=now()))
    refused(rules.SamePerson, lambda: services.confirm_seed(row, "3 11", first, at=now()))
    refused(rules.SeedDiffers, lambda: services.confirm_seed(row, "3 12", second, at=now()))
    services.confirm_seed(row, "11,03", second, at=now())
    assert row.seed == "3 11"
    refused(rules.WrongState, lambda: services.enter_seed(row, "4", first, at=now()))
    result = canonical.loads(str(row.result).encode())
    again = draw.draw(draw.read_call(canonical.loads(str(row.body).encode())), str(row.sha256), "3 11")
    assert result["selected"] == list(again.selected)
    assert [one.number for one in queries.list_applications(row, rules.SELECTED)] == sorted(again.selected)
    assert [one.number for one in queries.list_reserve(row)] == list(again.reserve)


def test_a_published_list_and_draw_are_not_changed_even_by_hand(app: Flask, clock: Clock) -> None:
    row = drawn(clock)
    before = rows()
    for column, value in (("body", "{}"), ("result", "{}"), ("seed", "9"), ("state", "called"), ("seats", 9)):
        with pytest.raises(Exception, match="frozen"):
            db.session.execute(db.update(Recruitment).where(Recruitment.id == row.id).values({column: value}))
        assert rows() == before


def test_where_and_when_the_seed_comes_out_stays_as_it_was_when_the_list_was_fixed(app: Flask, clock: Clock) -> None:
    row = fixed(clock, "fmfmf")
    before = rows()
    for column, value in (("draw_on", row.term_starts_on), ("seed_source_ko", "나"), ("seed_source_en", "I")):
        with pytest.raises(Exception, match="frozen"):
            db.session.execute(db.update(Recruitment).where(Recruitment.id == row.id).values({column: value}))
        assert rows() == before


def test_a_vacant_seat_goes_to_the_next_in_reserve_who_fits_the_limit_of_the_sexes(app: Flask, clock: Clock) -> None:
    row = drawn(clock, "ffffm", seats=3, sex_tenths=7)  # two of one sex at most
    man = next(one for one in queries.list_applications(row) if one.sex == "m")
    assert man.state == rules.SELECTED
    refused(rules.NoVacancy, lambda: services.offer_next(row, at=now(), by=SYSTEM))
    services.decline(man, reason="이사", at=now(), by=SYSTEM)
    refused(rules.NobodyInReserve, lambda: services.offer_next(row, at=now(), by=SYSTEM))
    woman, waiting = queries.list_applications(row, rules.SELECTED)[0], queries.list_reserve(row)
    services.decline(woman, reason="이사", at=now(), by=SYSTEM)
    refused(rules.ApplicationWrongState, lambda: services.decline(woman, reason="", at=now(), by=SYSTEM))
    assert services.offer_next(row, at=now(), by=SYSTEM) == waiting[0]
    assert waiting[0].state == rules.SELECTED


def test_a_vacant_seat_keeps_the_promised_least_numbers(app: Flask, clock: Clock) -> None:
    row = over(clock, seats=1, sex_tenths=10, vulnerable_least=1, youth_least=0)
    for is_vulnerable in (True, True, False, False, False, False):
        factories.application(row, state=rules.ELIGIBLE, is_vulnerable=is_vulnerable)
    services.fix(row, at=now(), by=SYSTEM)
    clock.offset += timedelta(days=2)
    for role, take in ((STAFF_ROLE, services.enter_seed), (APPROVER_ROLE, services.confirm_seed)):
        take(row, "3", factories.account(role), at=now())
    first = queries.list_applications(row, rules.SELECTED)[0]
    other = next(one for one in queries.list_reserve(row) if one.is_vulnerable)
    before = [one.number for one in queries.list_reserve(row)]
    passed = before[: before.index(other.number)]
    assert passed, "with this seed somebody else comes first"
    services.decline(first, reason="이사", at=now(), by=SYSTEM)
    assert services.offer_next(row, at=now(), by=SYSTEM) == other
    line = db.session.query(AuditLine).filter_by(action="recruitment.offer").one()
    assert line.fields["passed"] == " ".join(map(str, passed))


def test_a_seat_is_vacant_again_when_its_member_is_dismissed(app: Flask, clock: Clock) -> None:
    row = drawn(clock)
    members = [appointed(one) for one in queries.list_applications(row, rules.SELECTED)]
    assert {one.route for one in members} == {"open_call"} and {one.sex for one in members} <= {"f", "m"}
    refused(rules.NoVacancy, lambda: services.offer_next(row, at=now(), by=SYSTEM))
    day = seoul_day(now())
    committee.dismiss_member(members[0], on=day, ground="moved_away", reason="이사", at=now(), by=SYSTEM)
    first = queries.list_reserve(row)[0]
    assert services.offer_next(row, at=now(), by=SYSTEM) == first


def test_what_was_told_is_erased_with_who_declines_and_whoever_is_on_no_list_takes_it_back_at_any_time(
    app: Flask, clock: Clock
) -> None:
    row, who = over(clock, vulnerable_least=0, youth_least=0), factories.resident()
    unfit = factories.application(row, state=rules.INELIGIBLE, reason="관외", by=who)
    listed = [factories.application(row, state=rules.ELIGIBLE, sex=sex) for sex in "fmfm"]
    services.fix(row, at=now(), by=SYSTEM)
    refused(rules.WrongState, lambda: services.withdraw(listed[0], at=now(), by=who.actor))
    services.withdraw(unfit, at=now(), by=who.actor)
    assert (unfit.state, unfit.name, unfit.number) == (rules.WITHDRAWN, None, 1)
    clock.offset += timedelta(days=2)
    for take in (services.enter_seed, services.confirm_seed):
        take(row, "3", factories.account(STAFF_ROLE), at=now())
    first, second, third = queries.list_applications(row, rules.SELECTED)
    services.decline(first, reason="", at=now(), by=who.actor)
    assert (first.state, first.name, first.resident_id) == (rules.DECLINED, None, None)
    services.decline(second, reason="전화로 사양", at=now(), by=SYSTEM)
    assert (second.state, second.reason) == (rules.DECLINED, "전화로 사양")
    services.withdraw(second, at=now(), by=who.actor)
    assert (second.state, second.name, second.reason) == (rules.WITHDRAWN, None, "")
    refused(rules.ApplicationWrongState, lambda: services.withdraw(third, at=now(), by=who.actor))
    assert services.offer_next(row, at=now(), by=SYSTEM).state == rules.SELECTED


def test_only_those_selected_are_appointed_and_once(app: Flask, clock: Clock) -> None:
    row = drawn(clock)
    waiting, one = queries.list_reserve(row)[0], queries.list_applications(row, rules.SELECTED)[0]
    for wrong in (waiting,):
        account, before = factories.account(COMMITTEE_ROLE), rows()
        day = seoul_day(now())
        with pytest.raises(rules.ApplicationWrongState):
            services.appoint_application(
                wrong, account, office="member", appointed_on=day, term_ends_on=day + timedelta(9), at=now(), by=SYSTEM
            )
        assert rows() == before
    member = appointed(one)
    assert (one.state, one.member_id, member.is_youth) == (rules.APPOINTED, member.id, False)


def test_each_dong_recommends_two_and_another_when_a_seat_is_free_again(app: Flask) -> None:
    row, dong = factories.recruitment(), factories.area()
    who = {"area": dong, "recommended_by": "주민자치회", "birth_year": 1960, "sex": "f", "is_vulnerable": False}

    def add(name: str) -> Recommendation:
        return services.recommend(row, name=name, **who, at=now(), by=SYSTEM)

    first, second = add("하나"), add("둘")
    refused(rules.DongSeatsTaken, lambda: add("셋"))
    services.remove_recommendation(second, at=now(), by=SYSTEM)
    add("둘")
    day = seoul_day(now())
    term = {"office": "member", "appointed_on": day, "term_ends_on": day + timedelta(700), "at": now(), "by": SYSTEM}
    member = services.appoint_recommended(first, factories.account(COMMITTEE_ROLE), **term)
    assert (member.route, member.sex) == ("recommended", "f")
    account = factories.account(COMMITTEE_ROLE)
    refused(rules.RecommendedAlready, lambda: services.appoint_recommended(first, account, **term))
    refused(rules.RecommendedAlready, lambda: services.remove_recommendation(first, at=now(), by=SYSTEM))
    refused(rules.DongSeatsTaken, lambda: add("셋"))
    committee.dismiss_member(member, on=day, ground="own_wish", reason="사임", at=now(), by=SYSTEM)
    assert add("셋").number == 3


def test_what_people_told_is_erased_when_the_period_is_over_and_numbers_and_draw_stay(app: Flask, clock: Clock) -> None:
    row = drawn(clock)
    factories.recommendation(row)
    member = appointed(queries.list_applications(row, rules.SELECTED)[0])
    result, numbers = row.result, [one.number for one in queries.list_applications(row)]
    refused(rules.StillKept, lambda: services.erase(row, at=now(), by=SYSTEM))
    said = app.test_cli_runner().invoke(args=["applications", "erase"])
    assert "No open call" in said.output
    clock.offset += timedelta(days=row.kept_days)
    before = rows()
    assert "would be erased" in app.test_cli_runner().invoke(args=["applications", "erase", "--dry-run"]).output
    assert rows() == before
    said = app.test_cli_runner().invoke(args=["applications", "erase"])
    assert "applications 5" in said.output and "recommendations 1" in said.output
    db.session.rollback()
    kept = queries.list_applications(row)
    assert {(one.name, one.birth_year, one.sex, one.motive, one.resident_id) for one in kept} == {
        (None, None, None, "", None)
    }
    assert [one.number for one in kept] == numbers and row.result == result
    assert queries.list_recommendations(row)[0].name is None
    assert db.session.get(CommitteeMember, member.id).sex is not None
    seat = queries.list_applications(row, rules.SELECTED)[0]
    services.decline(seat, reason="", at=now(), by=SYSTEM)
    refused(rules.NobodyInReserve, lambda: services.offer_next(row, at=now(), by=SYSTEM))


def test_no_number_can_be_joined_to_a_resident_by_the_audit(app: Flask, clock: Clock) -> None:
    row = factories.recruitment(seats=1, vulnerable_least=0, youth_least=0)
    people = [factories.resident() for _ in range(3)]
    first, *others = [services.apply(row, who, told=told(), at=now()) for who in people]
    services.withdraw(first, at=now(), by=people[0].actor)
    for one in others:
        services.decide(one, is_eligible=True, reason="", at=now(), by=SYSTEM)
    clock.offset += timedelta(days=10)
    services.fix(row, at=now(), by=SYSTEM)
    clock.offset += timedelta(days=2)
    for role, take in ((STAFF_ROLE, services.enter_seed), (APPROVER_ROLE, services.confirm_seed)):
        take(row, "3 11", factories.account(role), at=now())
    one, staff = queries.list_applications(row, rules.SELECTED)[0], factories.account(STAFF_ROLE)
    services.decline(one, reason="", at=now(), by=people[one.number - 1].actor)
    services.decline(queries.list_reserve(row)[0], reason="전화", at=now(), by=staff.actor)
    clock.offset += timedelta(days=row.kept_days)
    services.erase(row, at=now(), by=SYSTEM)
    lines = db.session.query(AuditLine).filter(AuditLine.action.startswith("application.")).all()
    by_residents = [line for line in lines if line.actor_kind == "resident"]
    assert {line.action.partition(".")[2] for line in by_residents} == {"submit", "withdraw", "decline"}
    assert {(line.actor_id, line.at.minute, line.at.second) for line in by_residents} == {(None, 0, 0)}
    assert [line.actor_id for line in lines if line.actor_kind == "account"] == [staff.id]


def test_a_call_that_was_not_drawn_is_kept_from_the_day_of_its_draw_and_erased_it_goes_no_further(
    app: Flask, clock: Clock
) -> None:
    row = over(clock, kept_days=1, seats=1)
    one, other = factories.application(row), factories.application(row, state=rules.ELIGIBLE)
    clock.offset += timedelta(days=2)  # the day of the draw; the applications ended two days ago
    refused(rules.StillKept, lambda: services.erase(row, at=now(), by=SYSTEM))
    assert queries.list_to_erase(now()) == []
    clock.offset += timedelta(days=2)
    services.erase(row, at=now(), by=SYSTEM)
    later = seoul_day(now()) + timedelta(days=5)
    source = {"source_ko": "다른 번호", "source_en": "Another number", "at": now(), "by": SYSTEM}
    refused(rules.ErasedAlready, lambda: services.move_draw(row, draw_on=later, **source))
    for told_of in (one, other):
        refused(
            rules.ErasedAlready,
            lambda it=told_of: services.decide(it, is_eligible=True, reason="", at=now(), by=SYSTEM),
        )
    refused(rules.ErasedAlready, lambda: services.fix(row, at=now(), by=SYSTEM))


def test_a_list_that_was_fixed_and_erased_is_not_drawn_from(app: Flask, clock: Clock) -> None:
    row = fixed(clock, "fmfmf", kept_days=1)
    clock.offset += timedelta(days=2)
    services.erase(row, at=now(), by=SYSTEM)
    refused(rules.ErasedAlready, lambda: services.enter_seed(row, "1", factories.account(STAFF_ROLE), at=now()))
