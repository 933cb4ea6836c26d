"""What those who apply to an open call are told; all of it goes with the application."""

from datetime import timedelta

from flask import Flask, current_app

from app.audit.models import SYSTEM
from app.clock import Clock, now, seoul_day
from app.database import db
from app.notices import kinds
from app.notices import letter_queries as letters
from app.notices.delivery_rules import UNWANTED, WAITING, Person
from app.notices.letter_models import Delivery, Notice
from app.people.models import Resident
from app.recruitment import queries, rules, services
from app.recruitment.models import Application
from app.web import letter_view as view
from app.web.filters import speaking
from tests import factories
from tests.questions import questions
from tests.recruitment.test_recruitment import drawn, told


def notices(who: int | None) -> list[tuple[str, dict[str, str]]]:
    db.session.rollback()
    return [(one.kind, one.facts) for one in reversed(letters.list_notices(Person(who)))]


def read(who: Resident, code: str = "ko") -> list[tuple[str, str]]:
    """Text and page, the oldest first."""
    with current_app.test_request_context(), speaking(code):
        return [(one.text, one.url) for one in reversed(view.read_all(letters.list_notices(Person(who.id))))]


def decide(one: Application, *, is_eligible: bool) -> None:
    services.decide(one, is_eligible=is_eligible, reason="주소가 다름", at=now(), by=SYSTEM)


def test_who_applies_is_told_of_it_and_of_the_last_decision_and_nothing_stays_of_who_withdraws(app: Flask) -> None:
    row, who, other = factories.recruitment(), factories.resident(), factories.resident()
    one, still = (services.apply(row, person, told=told(), at=now()) for person in (who, other))
    for is_eligible in (False, True):
        decide(one, is_eligible=is_eligible)
    facts = [{"eligibility": state} for state in (rules.INELIGIBLE, rules.ELIGIBLE)]
    assert notices(who.id) == [(kinds.APPLIED, {}), *((kinds.APPLICATION_DECIDED, each) for each in facts)]
    decided = db.session.query(Delivery.state).filter(Delivery.notice.has(kind=kinds.APPLICATION_DECIDED))
    assert [state for (state,) in decided.order_by(Delivery.id)] == [UNWANTED, WAITING]
    assert "(신청번호 1)의 자격을 확인했습니다: 자격 확인." in read(who)[2][0]
    services.withdraw(one, at=now(), by=who.actor)
    assert (notices(who.id), notices(other.id)) == ([], [(kinds.APPLIED, {})])
    assert {delivery.notice.application_id for delivery in db.session.query(Delivery)} == {still.id}


def test_who_was_drawn_or_waits_is_told_and_who_moves_up_and_all_goes_with_the_erasing(
    app: Flask, clock: Clock
) -> None:
    row = drawn(clock)
    seated, waiting = queries.list_applications(row, rules.SELECTED)[0], queries.list_reserve(row)
    last = waiting[-1]
    assert notices(seated.resident_id) == [(kinds.APPLICATION_DRAWN, {"drawn": f"selected/{seated.place}"})]
    assert notices(last.resident_id) == [(kinds.APPLICATION_DRAWN, {"drawn": f"reserve/{last.place}"})]
    who = db.session.get_one(Resident, last.resident_id)
    ((korean, page),) = read(who)
    assert korean.startswith(f"‘위원 공개모집’의 위원을 정했습니다. 신청번호 {last.number}: ")
    assert f"{last.place}번" in korean and page == f"/my/applications/{last.id}"
    assert read(who, "en")[0][0].startswith("The members of “Open call for members” have been drawn. Number ")
    services.decline(seated, reason="이사", at=now(), by=SYSTEM)
    offered = services.offer_next(row, at=now(), by=SYSTEM)
    assert [kind for kind, _facts in notices(offered.resident_id)] == [kinds.APPLICATION_DRAWN, kinds.SEAT_OFFERED]
    clock.offset += timedelta(days=row.kept_days)
    services.erase(row, at=now(), by=SYSTEM)
    assert (db.session.query(Notice).count(), db.session.query(Delivery).count()) == (0, 0)


def test_who_has_applied_is_told_of_an_extension_and_of_a_cancellation_until_it_is_erased(
    app: Flask, clock: Clock
) -> None:
    row, who = factories.recruitment(), factories.resident()
    one, gone = factories.application(row, by=who), factories.application(row)
    other = gone.resident_id
    services.withdraw(gone, at=now(), by=SYSTEM)
    days = {"closes_at": row.closes_at + timedelta(days=7), "draw_on": row.draw_on + timedelta(days=7)}
    days |= {"term_starts_on": row.term_starts_on, "source_ko": "다음 번호", "source_en": "The next"}
    services.extend(row, **days, reason="신청이 적음", at=now(), by=SYSTEM)
    services.cancel(row, reason="잘못 공고함", at=now(), by=SYSTEM)
    assert row.cancelled_at is not None
    kept = seoul_day(row.cancelled_at + timedelta(days=rules.CANCELLED_KEPT_DAYS)).isoformat()
    extended = {"closes_at": days["closes_at"].isoformat(), "draw_on": days["draw_on"].isoformat()}
    assert notices(who.id) == [(kinds.CALL_EXTENDED, extended), (kinds.CALL_CANCELLED, {"erased_on": kept})]
    assert notices(other) == [] and not any("적음" in text or "잘못" in text for text, _page in read(who))
    assert read(who, "en")[1][0].startswith("The open call “Open call for members” is cancelled.")
    services.withdraw(one, at=now(), by=who.actor)
    assert (notices(who.id), one.name) == ([], None)


def test_many_notices_of_applications_need_as_many_questions_as_few(app: Flask, clock: Clock) -> None:
    who, asked = factories.resident(), []
    for more in (1, 3):
        for _ in range(more):
            services.apply(factories.recruitment(), who, told=told(), at=now())
        with questions() as sent:
            assert all("신청번호는 1입니다." in text for text, _page in read(who))
        asked.append(len(sent))
    assert asked[0] == asked[1]
