"""부서 검토: who decides what, with which grounds, and when anybody learns of it."""

from itertools import product

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.clock import Clock, now
from app.database import db
from app.people.models import DEPARTMENT_ROLE
from app.proposals import rules as proposals
from app.reviews import check_rules, queries, rules
from app.reviews import check_services as services
from app.reviews.models import DepartmentCheck
from app.rounds import rules as rounds
from tests import factories
from tests.reviews.papers import decision, lines, refusal

ALLOWED = {
    ("assigned", "assigned"),
    ("assigned", "decided"),
    ("decided", "decided"),
    ("decided", "released"),
}


def adjusted(cost_won: int) -> dict[str, object]:
    return {"adjusted_cost_won": cost_won, "cost_reason": "단가를 맞춤"}


def become(check: DepartmentCheck, wanted: str) -> None:
    """The verb that leads to a state of the table."""
    by = factories.account().actor
    if wanted == rules.ASSIGNED:
        services.forward_check(check, factories.department("도로과"), "도로입니다.", seen=1, at=now(), by=by)
    elif wanted == rules.DECIDED:
        services.decide_check(check, decision(), at=now(), by=by)
    else:
        services.release_check(check, at=now(), by=by)


@pytest.mark.parametrize(("state", "wanted"), [*product(rules.CHECK_STATES, repeat=2)])
def test_a_check_moves_only_as_its_table_says(app: Flask, state: str, wanted: str) -> None:
    check = factories.check(factories.proposal(factories.round_(running="department_check")), state=state)
    if (state, wanted) in ALLOWED:
        become(check, wanted)
        assert check.state == wanted
    else:
        with pytest.raises(rules.WrongState):
            become(check, wanted)
        db.session.refresh(check)
        assert check.state == state


def test_a_submitted_proposal_is_given_to_a_department(app: Flask) -> None:
    proposal, staff = factories.proposal(factories.round_(running="intake")), factories.account("staff")
    services.assign_check(proposal, factories.department(), at=now(), by=staff.actor)
    check = queries.get_check(proposal.id)
    assert (check.state, check.department.name_ko) == (rules.ASSIGNED, "공원녹지과")
    assert lines("check.assign") == 1


def test_only_a_submitted_proposal_is_given_to_a_department(app: Flask) -> None:
    round_, department, by = factories.round_(running="intake"), factories.department(), factories.account().actor
    for state in set(proposals.STATES) - {proposals.SUBMITTED}:
        proposal = factories.proposal(round_, state=state)
        with pytest.raises(proposals.WrongState):
            services.assign_check(proposal, department, at=now(), by=by)
        assert queries.find_check(proposal.id) is None


def test_an_officer_decides_and_can_think_again_until_it_is_released(app: Flask) -> None:
    check = factories.check(factories.proposal(factories.round_(running="department_check")))
    officer = factories.account(DEPARTMENT_ROLE)
    services.decide_check(check, refusal(reason="같은 사업이 있습니다."), at=now(), by=officer.actor)
    services.decide_check(
        check,
        decision(opinions={"urgency": "급합니다."}, **adjusted(40_000_000)),
        at=now(),
        by=officer.actor,
    )
    db.session.expire_all()
    assert (check.verdict, check.grounds, check.opinions) == ("eligible", [], {"urgency": "급합니다."})
    assert (check.officer, check.adjusted_cost_won) == (officer, 40_000_000)
    assert check.proposal.state == proposals.SUBMITTED


@pytest.mark.parametrize(("paper", "state"), [(decision(), "eligible"), (refusal(), "ineligible")])
def test_release_makes_the_verdict_the_proposals_state_and_public(
    app: Flask, paper: rules.CheckDecision, state: str
) -> None:
    check = factories.check(factories.proposal(factories.round_(running="department_check")))
    services.decide_check(check, paper, at=now(), by=factories.account(DEPARTMENT_ROLE).actor)
    assert queries.public_findings(check.proposal_id).check is None
    services.release_check(check, at=now(), by=factories.account("staff").actor)
    assert check.proposal.state == state
    assert queries.public_findings(check.proposal_id).check is check


@pytest.mark.parametrize(
    ("paper", "error"),
    [
        (refusal(grounds={}), rules.GroundsNeeded),
        (decision(grounds={"duplicate": "있음"}), rules.GroundsNeeded),
        (refusal(grounds={"too_dull": "심심함"}), rules.NotOnTheList),
        (decision(verdict="perhaps"), rules.NotOnTheList),
        (decision(opinions={"beauty": "곱다"}), rules.NotOnTheList),
        (refusal(grounds={"duplicate": ""}), rules.TextMissing),
        (refusal(grounds={"duplicate": "가" * 2001}), rules.TextTooLong),
        (decision(adjusted_cost_won=1_000), check_rules.CostReasonNeeded),
        (decision(cost_reason="단가"), check_rules.CostReasonNeeded),
        (decision(reason=""), rules.TextMissing),
        (decision(reason="가" * 2001), rules.TextTooLong),
        (decision(opinions={"effect": "가" * 2001}), rules.TextTooLong),
        (decision(adjusted_cost_won=0, cost_reason="단가"), rules.CostOutOfRange),
        (decision(adjusted_cost_won=-1, cost_reason="단가"), rules.CostOutOfRange),
        (decision(adjusted_cost_won=300_000_001, cost_reason="단가"), rules.CostOutOfRange),
    ],
)
def test_an_opinion_that_is_not_in_order_changes_nothing(
    app: Flask, paper: rules.CheckDecision, error: type[Exception]
) -> None:
    round_ = factories.round_(running="department_check", per_project_limit_won=300_000_000)
    check = factories.check(factories.proposal(round_))
    with pytest.raises(error):
        services.decide_check(check, paper, at=now(), by=factories.account(DEPARTMENT_ROLE).actor)
    db.session.expire_all()
    assert (check.state, check.verdict, lines("check.decide")) == (rules.ASSIGNED, None, 0)


def test_an_opinion_is_of_the_text_that_was_read_and_only_that_is_released(app: Flask) -> None:
    check = factories.check(factories.proposal(factories.round_(running="department_check")))
    proposal, by = check.proposal, factories.account(DEPARTMENT_ROLE).actor
    proposal.version += 1
    db.session.commit()
    with pytest.raises(check_rules.ProposalMoved):
        services.decide_check(check, decision(), read=proposal.version - 1, at=now(), by=by)
    db.session.expire_all()
    assert (check.state, check.version, lines("check.decide")) == (rules.ASSIGNED, 1, 0)
    services.decide_check(check, decision(), read=proposal.version, at=now(), by=by)
    proposal.version += 1
    db.session.commit()
    with pytest.raises(check_rules.ProposalMoved):
        services.release_check(check, at=now(), by=by)
    db.session.expire_all()
    assert (check.state, check.is_outdated, proposal.state) == (rules.DECIDED, True, proposals.SUBMITTED)
    services.decide_check(check, decision(), read=proposal.version, at=now(), by=by)
    services.release_check(check, at=now(), by=by)
    assert (proposal.state, check.is_outdated, lines("check.release")) == (proposals.ELIGIBLE, False, 1)


def test_a_cost_at_the_limit_is_allowed(app: Flask) -> None:
    round_ = factories.round_(running="department_check", per_project_limit_won=300_000_000)
    check = factories.check(factories.proposal(round_))
    services.decide_check(check, decision(**adjusted(300_000_000)), at=now(), by=factories.account().actor)
    assert check.adjusted_cost_won == 300_000_000


@pytest.mark.parametrize("running", [None, "intake", "site_visit"])
def test_a_check_is_decided_and_released_in_its_phase_only(app: Flask, running: str | None) -> None:
    check = factories.check(factories.proposal(factories.round_(running=running)), state=rules.DECIDED)
    for wanted in (rules.DECIDED, rules.RELEASED):
        with pytest.raises(rounds.OutsidePhase):
            become(check, wanted)
        assert check.state == rules.DECIDED


def test_a_withdrawn_proposal_is_not_released(app: Flask) -> None:
    proposal = factories.proposal(factories.round_(running="department_check"), state="withdrawn")
    check = factories.check(proposal, state=rules.DECIDED)
    with pytest.raises(proposals.WrongState):
        services.release_check(check, at=now(), by=factories.account().actor)
    db.session.expire_all()
    assert (check.state, proposal.state) == (rules.DECIDED, "withdrawn")


def test_nothing_is_decided_once_the_ballot_is_published_and_the_attempt_is_recorded(app: Flask) -> None:
    round_ = factories.round_(running="department_check")
    check = factories.check(factories.proposal(round_))
    round_.state = rounds.BALLOT_PUBLISHED
    db.session.commit()
    with pytest.raises(rounds.Frozen):
        services.decide_check(check, decision(), at=now(), by=factories.account().actor)
    assert (check.state, lines("round.change_refused")) == (rules.ASSIGNED, 1)


def test_the_ballot_takes_the_adjusted_cost_only_from_a_released_check(app: Flask) -> None:
    check = factories.check(factories.proposal(factories.round_(running="department_check"), cost_won=50_000_000))
    assert queries.ballot_cost(check.proposal) == 50_000_000
    services.decide_check(check, decision(**adjusted(45_000_000)), at=now(), by=factories.account().actor)
    assert queries.ballot_cost(check.proposal) == 50_000_000
    services.release_check(check, at=now(), by=factories.account().actor)
    assert queries.ballot_cost(check.proposal) == 45_000_000


def test_without_an_adjusted_cost_the_ballot_keeps_the_proposed_one(app: Flask) -> None:
    proposal = factories.proposal(factories.round_(), state="eligible", cost_won=7_000_000)
    assert queries.ballot_cost(proposal) == 7_000_000
    factories.check(proposal, state=rules.RELEASED)
    assert queries.ballot_cost(proposal) == 7_000_000


def test_an_officer_finds_the_checks_of_the_own_department_and_programme(app: Flask, clock: Clock) -> None:
    mine = factories.check(factories.proposal(factories.round_()))
    elsewhere = factories.check(factories.proposal(factories.round_(of=factories.programme("dong"))))
    other = factories.check(factories.proposal(factories.round_()))
    other.department = factories.department("도로과")
    db.session.commit()
    pair = (mine.department_id, mine.proposal.round.programme_id)
    other_pair = (elsewhere.department_id, elsewhere.proposal.round.programme_id)
    assert queries.list_checks([pair]) == [(mine.proposal, mine)]
    assert queries.list_checks([other_pair]) == [(elsewhere.proposal, elsewhere)]
    assert queries.list_checks([]) == []


def test_an_officer_finds_first_what_waits_for_an_opinion(app: Flask) -> None:
    round_ = factories.round_()
    released, waiting, decided = (
        factories.check(factories.proposal(round_), state=state)
        for state in (rules.RELEASED, rules.ASSIGNED, rules.DECIDED)
    )
    found = queries.list_checks([(waiting.department_id, round_.programme_id)])
    assert [one.check for one in found] == [waiting, decided, released]


@pytest.mark.parametrize(
    "values",
    [
        {"state": "lost"},
        {"state": "decided", "verdict": None},
        {"state": "released", "verdict": "eligible", "released_at": None},
        {"state": "decided", "verdict": "ineligible", "grounds": []},
        {"state": "decided", "verdict": "eligible", "grounds": ["duplicate"]},
        {"adjusted_cost_won": 0, "cost_reason": "단가"},
        {"adjusted_cost_won": 1_000},
        {"cost_reason": "단가"},
        {"state": "decided", "verdict": "eligible", "returned_at": factories.LONG_AGO},
        {"version": 0},
        {"verdict": "perhaps"},
        {"department_id": 999_999},
    ],
)
def test_the_database_refuses_a_check_that_no_rule_allows(app: Flask, values: dict[str, object]) -> None:
    check = factories.check(factories.proposal(factories.round_()))
    for name, value in values.items():
        setattr(check, name, value)
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def test_the_database_refuses_a_second_check_of_a_proposal(app: Flask) -> None:
    proposal = factories.proposal(factories.round_())
    factories.check(proposal)
    with pytest.raises(IntegrityError):
        factories.check(proposal)
    db.session.rollback()
