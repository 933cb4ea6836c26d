"""What was not funded goes to a department, which says what became of it; nothing of that is ever rewritten."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.clock import Clock, now
from app.database import db
from app.people.models import Department
from app.proposals.models import Proposal
from app.results import handing_queries as queries
from app.results import handing_rules as rules
from app.results import handing_services as services
from app.results.handing_models import HandOver, HandOverStep
from app.results.handing_rules import Answer
from app.rounds.models import Round
from tests import factories
from tests.ballots.elections import items
from tests.results.elections import actions, counted, publish
from tests.reviews.papers import lines

MONEY_FOR_TWO = 100_000_000


def decided(clock: Clock) -> tuple[Round, Department]:
    """Six projects, and money for two; one department with an officer."""
    round_ = publish(counted(clock, cap_won=MONEY_FOR_TWO)).round
    return round_, factories.account("department", of=round_.programme).roles[0].department


def loser(round_: Round) -> Proposal:
    return queries.list_losers(round_)[0]


def hand(proposal: Proposal, department: Department, **said: Any) -> bool:
    return services.hand_over(proposal, department, at=now(), by=factories.account("staff"), **said)


def answered(handed: HandOver, said: Answer, seen: int | None = None) -> None:
    seen = len(handed.steps) if seen is None else seen
    services.answer(handed, said, seen=seen, at=now(), by=factories.account("department"))


def test_all_that_was_lost_is_handed_over_at_once_and_once(app: Flask, clock: Clock) -> None:
    round_, department = decided(clock)
    by = factories.account("staff")
    lost = queries.list_losers(round_)
    assert len(lost) == 4
    with pytest.raises(rules.NobodyToAnswer):
        services.hand_over_all(round_, at=now(), by=by)
    assert queries.list_handed(round_.id) == {}
    assert hand(lost[0], department)
    assert [services.hand_over_all(round_, department, at=now(), by=by) for _ in range(2)] == [3, 0]
    handed = queries.list_handed(round_.id)
    assert set(handed) == {one.id for one in lost}
    assert [(one.now.department_id, one.now.answer, len(one.steps)) for one in handed.values()] == [
        (department.id, rules.EXAMINING, 1)
    ] * 4
    assert lines("handing.hand_over") == 4


def test_it_goes_to_the_department_that_checked_it_unless_another_is_named(app: Flask, clock: Clock) -> None:
    round_, department = decided(clock)
    factories.check(loser(round_), state="released")
    other = factories.department("도로과")
    factories.account("department", of=round_.programme).roles[0].department = other
    db.session.commit()
    services.hand_over_all(round_, other, at=now(), by=factories.account("staff"))
    found = queries.list_handed(round_.id)
    assert sorted(one.now.department.name_ko for one in found.values()) == [department.name_ko, *[other.name_ko] * 3]
    assert found[loser(round_).id].now.department_id == department.id


def test_a_second_time_changes_nothing(app: Flask, clock: Clock) -> None:
    round_, department = decided(clock)
    assert (hand(loser(round_), department), hand(loser(round_), department)) == (True, False)
    assert (db.session.query(HandOverStep).count(), actions("handing.")) == (1, ["handing.hand_over"])


def test_winners_stay_and_nothing_is_handed_over_before_the_result_is_public(app: Flask, clock: Clock) -> None:
    count = counted(clock, cap_won=MONEY_FOR_TWO)
    everybody = [item.proposal for section in count.round.sections for item in items(count.round, section.code)]
    department = factories.account("department", of=count.round.programme).roles[0].department
    with pytest.raises(rules.NotALoser):
        hand(everybody[0], department)
    publish(count)
    lost = {one.id for one in queries.list_losers(count.round)}
    for winner in everybody:
        if winner.id not in lost:
            with pytest.raises(rules.NotALoser):
                hand(winner, department)
    with pytest.raises(rules.NotALoser):
        hand(factories.proposal(count.round, state="left_out"), department)
    with pytest.raises(rules.NobodyToAnswer):
        hand(everybody[-1] if everybody[-1].id in lost else everybody[0], factories.department("없는 과"))
    assert (db.session.query(HandOver).count(), lines("handing.hand_over")) == (0, 0)


def test_a_department_says_what_became_of_it_and_may_say_something_else_later(app: Flask, clock: Clock) -> None:
    round_, department = decided(clock)
    hand(loser(round_), department, words="살펴봐 주세요.")
    handed = queries.get_hand_over(loser(round_).id)
    answered(handed, Answer(rules.NOT_TAKEN_UP, "예산이 모자랍니다."))
    answered(handed, Answer(rules.TAKEN_UP, "본예산에 넣었습니다.", round_.fiscal_year + 1, 40_000_000))
    db.session.expire_all()
    assert [(one.answer, one.budget_year, one.amount_won) for one in handed.steps] == [
        (rules.EXAMINING, None, None),
        (rules.NOT_TAKEN_UP, None, None),
        (rules.TAKEN_UP, round_.fiscal_year + 1, 40_000_000),
    ]
    with pytest.raises(rules.MovedOn):
        answered(handed, Answer(rules.EXAMINING), seen=2)
    assert (len(handed.steps), lines("handing.answer")) == (3, 2)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Answer("perhaps"), "answer"),
        (Answer(rules.NOT_TAKEN_UP), "words"),
        (Answer(rules.EXAMINING, "가" * 2001), "words"),
        (Answer(rules.TAKEN_UP, "", None, 1), "budget_year"),
        (Answer(rules.TAKEN_UP, "", -1, 1), "budget_year"),
        (Answer(rules.TAKEN_UP, "", 11, 1), "budget_year"),
        (Answer(rules.TAKEN_UP, "", 1, None), "amount_won"),
        (Answer(rules.TAKEN_UP, "", 1, 0), "amount_won"),
        (Answer(rules.TAKEN_UP, "", 1, 10**13 + 1), "amount_won"),
        (Answer(rules.EXAMINING, "", 1, None), "budget_year"),
        (Answer(rules.EXAMINING, "", None, 1), "amount_won"),
    ],
)
def test_an_answer_that_says_too_little_or_too_much_is_refused(said: Answer, field: str) -> None:
    year = 2027
    said = said._replace(budget_year=None if said.budget_year is None else year + said.budget_year)
    with pytest.raises(rules.StepUnfit) as refused:
        rules.ensure_answer(said, year)
    assert refused.value.field == field


def test_it_is_passed_on_with_its_history(app: Flask, clock: Clock) -> None:
    round_, department = decided(clock)
    other = factories.department("도로과")
    hand(loser(round_), department)
    handed, by = queries.get_hand_over(loser(round_).id), factories.account("staff")
    for to, error in ((department, rules.SameDepartment), (other, rules.NobodyToAnswer)):
        with pytest.raises(error):
            services.pass_on(handed, to, "", seen=1, at=now(), by=by)
    assert len(handed.steps) == 1
    factories.account("department", of=round_.programme).roles[0].department = other
    db.session.commit()
    services.pass_on(handed, other, "도로의 일입니다.", seen=1, at=now(), by=by)
    assert [one.department.name_ko for one in handed.steps] == [department.name_ko, "도로과"]
    posts = [{(one.id, round_.programme_id)} for one in (department, other)]
    assert [len(queries.list_with(post)) for post in posts] == [0, 1]
    assert lines("handing.pass_on") == 1


def test_the_database_keeps_every_step(app: Flask, clock: Clock) -> None:
    round_, department = decided(clock)
    hand(loser(round_), department)
    for statement in ("UPDATE hand_over_step SET words = 'x'", "DELETE FROM hand_over_step"):
        with pytest.raises(DatabaseError, match="never changed"), db.engine.begin() as connection:
            connection.execute(text(statement))
    assert queries.get_hand_over(loser(round_).id).now.words == ""
