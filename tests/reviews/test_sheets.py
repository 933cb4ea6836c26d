"""서면심사: after the visit only, after a declaration, with points in range, locked once submitted."""

from datetime import timedelta
from itertools import product

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.audit.models import SYSTEM
from app.clock import Clock, now
from app.database import db
from app.people.models import Account
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.reviews import recusal_rules as recusals
from app.reviews import rules, services, sheet_queries, sheet_services
from app.reviews.models import Score, WrittenReview
from app.reviews.sheet_rules import CriterionLine
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.reviews.papers import begin, declare, lines, members, visited

NEED = CriterionLine("필요성", "Need", "주민에게 필요한가요?", "Do residents need it?", 40)
EFFECT = CriterionLine("효과", "Effect", "", "", 60)
ALLOWED = {("begun", "begun"), ("begun", "submitted")}


def scoring_round(**settings: object) -> Round:
    round_ = factories.round_(running="written_review", **settings)
    factories.criteria(round_)
    return round_


def begun(proposal: Proposal, member: Account) -> WrittenReview:
    begin(proposal, member)
    sheet = sheet_queries.find_sheet(proposal.id, member.id)
    assert sheet is not None
    return sheet


def fill(sheet: WrittenReview, points: int = 20) -> None:
    criteria = sheet_queries.list_criteria(sheet.visit.proposal.round_id)
    given = dict.fromkeys([one.id for one in criteria], points)
    sheet_services.save_sheet(sheet, given, "좋습니다.", at=now(), by=sheet.account.actor)


def become(sheet: WrittenReview, wanted: str) -> None:
    if wanted == rules.BEGUN:
        fill(sheet)
    else:
        sheet_services.submit_sheet(sheet, at=now(), by=sheet.account.actor)


@pytest.mark.parametrize(("state", "wanted"), [*product(rules.SHEET_STATES, repeat=2)])
def test_a_sheet_moves_only_as_its_table_says(app: Flask, state: str, wanted: str) -> None:
    round_ = scoring_round()
    sheet = begun(visited(round_), members(round_, 1)[0])
    fill(sheet)
    if state == rules.SUBMITTED:
        become(sheet, state)
    if (state, wanted) in ALLOWED:
        become(sheet, wanted)
        assert sheet.state == wanted
    else:
        with pytest.raises(rules.WrongState):
            become(sheet, wanted)
        assert sheet.state == state


def test_declaring_no_conflict_begins_the_sheet_and_once_is_enough(app: Flask) -> None:
    round_ = scoring_round()
    proposal, member = visited(round_), members(round_, 1)[0]
    sheet = begun(proposal, member)
    assert begun(proposal, member) is sheet
    assert (sheet.state, sheet.declared_at is not None, lines("sheet.begin")) == (rules.BEGUN, True, 1)


@pytest.mark.parametrize("state", ["planned", "recorded", "answered"])
def test_the_written_review_comes_after_the_on_site_review(app: Flask, state: str) -> None:
    round_ = scoring_round()
    proposal, member = factories.proposal(round_, state="eligible"), members(round_, 1)[0]
    with pytest.raises(rules.NotVisitedYet):
        begin(proposal, member)
    factories.visit(proposal, state=state)
    with pytest.raises(rules.NotVisitedYet):
        begin(proposal, member)
    assert sheet_queries.count_sheets(round_.id) == 0


@pytest.mark.parametrize("state", ["planned", "recorded", "answered"])
def test_the_database_knows_no_sheet_without_a_signed_off_visit(app: Flask, state: str) -> None:
    round_ = scoring_round()
    visit = factories.visit(factories.proposal(round_, state="eligible"), state=state)
    account_id = members(round_, 1)[0].id
    for claimed in (state, "signed_off"):
        db.session.add(WrittenReview(visit_id=visit.id, visit_state=claimed, account_id=account_id, declared_at=now()))
        with pytest.raises(IntegrityError):
            db.session.commit()
        db.session.rollback()


def test_the_database_keeps_a_visit_signed_off_that_sheets_hang_on(app: Flask) -> None:
    round_ = scoring_round()
    sheet = begun(visited(round_), members(round_, 1)[0])
    sheet.visit.state, sheet.visit.signed_off_at = rules.RECORDED, None
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def test_a_draft_is_kept_and_changed_until_it_is_submitted(app: Flask) -> None:
    round_ = scoring_round()
    sheet = begun(visited(round_), members(round_, 1)[0])
    one, two, three = sheet_queries.list_criteria(round_.id)
    by = sheet.account.actor
    sheet_services.save_sheet(sheet, {one.id: 40, two.id: 0}, "", at=now(), by=by)
    sheet_services.save_sheet(sheet, {one.id: 10, three.id: 30}, "고쳐 씁니다.", at=now(), by=by)
    db.session.expire_all()
    assert {score.criterion_id: score.points for score in sheet.scores} == {one.id: 10, three.id: 30}
    with pytest.raises(rules.ScoresMissing) as refused:
        sheet_services.submit_sheet(sheet, at=now(), by=by)
    assert (refused.value.missing, sheet.state, sheet.submitted_at) == ((two.id,), rules.BEGUN, None)
    assert lines("sheet.submit") == 0


@pytest.mark.parametrize("points", [-1, 41])
def test_points_are_between_nothing_and_the_criterions_most(app: Flask, points: int) -> None:
    round_ = scoring_round()
    sheet = begun(visited(round_), members(round_, 1)[0])
    first = sheet_queries.list_criteria(round_.id)[0]
    with pytest.raises(rules.PointsOutOfRange) as refused:
        sheet_services.save_sheet(sheet, {first.id: points}, "", at=now(), by=sheet.account.actor)
    assert (refused.value.criterion_id, refused.value.points_max) == (first.id, 40)
    assert sheet.scores == []


def test_a_criterion_of_another_round_and_an_endless_comment_are_refused(app: Flask) -> None:
    round_ = scoring_round()
    sheet = begun(visited(round_), members(round_, 1)[0])
    elsewhere = factories.criteria(factories.round_())[0]
    with pytest.raises(rules.NotOnTheList):
        sheet_services.save_sheet(sheet, {elsewhere.id: 1}, "", at=now(), by=sheet.account.actor)
    with pytest.raises(rules.TextTooLong):
        sheet_services.save_sheet(sheet, {}, "가" * 2001, at=now(), by=sheet.account.actor)
    assert (sheet.scores, sheet.comment, lines("sheet.save")) == ([], "", 0)


@pytest.mark.parametrize("running", [None, "site_visit", "voting"])
def test_sheets_are_written_in_their_phase_only(app: Flask, running: str | None) -> None:
    round_ = factories.round_(running=running)
    factories.criteria(round_)
    proposal, member = visited(round_), members(round_, 1)[0]
    sheet = factories.keep(
        WrittenReview(visit=services.queries.get_visit(proposal.id), account=member, declared_at=now())
    )
    with pytest.raises(rounds.OutsidePhase):
        begin(proposal, member)
    for wanted in rules.SHEET_STATES:
        with pytest.raises(rounds.OutsidePhase):
            become(sheet, wanted)
    assert (sheet.state, sheet.scores) == (rules.BEGUN, [])


def test_nobody_scores_what_has_been_decided(app: Flask) -> None:
    round_ = scoring_round()
    sheet = begun(visited(round_), members(round_, 1)[0])
    sheet.visit.proposal.state = proposals.LEFT_OUT
    db.session.commit()
    with pytest.raises(proposals.WrongState):
        fill(sheet)


def test_who_has_not_declared_their_interests_for_the_round_has_no_sheet(app: Flask) -> None:
    """Of who is silent the rules know nothing: they would score what they proposed themselves."""
    round_, before = scoring_round(), scoring_round()
    proposal, member = visited(round_), members(round_, 1)[0]
    declare(before, member)
    with pytest.raises(recusals.InterestMissing):
        sheet_services.begin_sheet(proposal, member, at=now(), by=member.actor)
    assert (sheet_queries.count_sheets(round_.id), lines("sheet.begin")) == (0, 0)
    begin(proposal, member)
    assert sheet_queries.count_sheets(round_.id) == 1


def test_without_criteria_there_is_no_sheet(app: Flask) -> None:
    round_ = factories.round_(running="written_review")
    member = members(round_, 1)[0]
    with pytest.raises(rules.NoCriteria):
        begin(visited(round_), member)
    assert sheet_queries.count_sheets(round_.id) == 0


@pytest.mark.parametrize("kind", rules.RECUSAL_KINDS)
def test_a_recused_member_neither_begins_nor_goes_on_with_a_sheet(app: Flask, kind: str) -> None:
    round_ = scoring_round()
    proposal, other = visited(round_), visited(round_)
    member = members(round_, 1)[0]
    sheet = begun(proposal, member)
    fill(sheet)
    for barred in (proposal, other):
        services.recuse(barred, member, kind, "가까운 사이입니다.", at=now(), by=SYSTEM)
    with pytest.raises(rules.Recused):
        begin(other, member)
    for wanted in rules.SHEET_STATES:
        with pytest.raises(rules.Recused):
            become(sheet, wanted)
    assert (sheet.state, len(sheet.scores)) == (rules.BEGUN, 3)


def test_a_recusal_is_recorded_once_with_its_reason(app: Flask) -> None:
    round_ = scoring_round()
    proposal, member, staff = visited(round_), members(round_, 1)[0], factories.account("staff")
    with pytest.raises(rules.TextMissing):
        services.recuse(proposal, member, rules.EXCLUDED, "", at=now(), by=member.actor)
    with pytest.raises(rules.NotOnTheList):
        services.recuse(proposal, member, "forgotten", "까닭", at=now(), by=member.actor)
    with pytest.raises(rules.NotOnTheList):
        services.recuse(proposal, member, rules.CHALLENGED, "아무도 표결하지 않았습니다.", at=now(), by=staff.actor)
    services.recuse(proposal, member, rules.EXCLUDED, "제안자의 가족", at=now(), by=staff.actor)
    with pytest.raises(rules.AlreadyRecused):
        services.recuse(proposal, member, rules.EXCLUDED, "다시", at=now(), by=member.actor)
    kept = services.queries.find_recusal(proposal.id, member.id)
    assert kept.recorded_by == staff.id
    assert (kept.kind, kept.reason, lines("recusal.record")) == (rules.EXCLUDED, "제안자의 가족", 1)


def test_nobody_is_recused_from_what_is_over(app: Flask) -> None:
    round_ = scoring_round()
    member = members(round_, 1)[0]
    for state in (proposals.DRAFT, proposals.WITHDRAWN, proposals.INELIGIBLE, proposals.LEFT_OUT):
        with pytest.raises(proposals.WrongState):
            services.recuse(
                factories.proposal(round_, state=state), member, rules.EXCLUDED, "까닭", at=now(), by=member.actor
            )
    proposal = visited(round_)
    round_.state = rounds.CLOSED
    db.session.commit()
    with pytest.raises(rounds.WrongState):
        services.recuse(proposal, member, rules.EXCLUDED, "까닭", at=now(), by=member.actor)
    assert services.queries.list_recusals(round_.id) == []


@pytest.mark.parametrize("said", [-1, 1])
def test_once_the_committee_may_vote_no_recusal_can_contradict_what_was_cast(
    app: Flask, clock: Clock, said: int
) -> None:
    """The database's clock decides, as it does for every cast: not the hour that the worker says."""
    round_ = scoring_round()
    member, proposal, other = members(round_, 1)[0], visited(round_), visited(round_)
    vote = rounds.find_period(round_.phases, rounds.COMMITTEE_VOTE)
    round_.state = rounds.BALLOT_PUBLISHED
    db.session.commit()
    at = vote.starts_at + timedelta(hours=said)
    services.recuse(other, member, rules.EXCLUDED, "까닭", at=at, by=member.actor)
    assert len(services.queries.list_recusals(round_.id)) == 1
    clock.offset += vote.starts_at - now()
    before = lines("recusal.record")
    with pytest.raises(rules.RecusalTooLate):
        services.recuse(proposal, member, rules.EXCLUDED, "까닭", at=at, by=member.actor)
    assert (len(services.queries.list_recusals(round_.id)), lines("recusal.record")) == (1, before)


def test_the_criteria_are_replaced_while_nobody_has_begun(app: Flask) -> None:
    round_, staff = scoring_round(), factories.account("staff")
    sheet_services.set_criteria(round_, (NEED, EFFECT), at=now(), by=staff.actor)
    kept = sheet_queries.list_criteria(round_.id)
    assert [(one.name_ko, one.points_max, one.position) for one in kept] == [("필요성", 40, 1), ("효과", 60, 2)]
    begun(visited(round_), members(round_, 1)[0])
    with pytest.raises(rules.SheetsExist):
        sheet_services.set_criteria(round_, (NEED,), at=now(), by=staff.actor)
    assert len(sheet_queries.list_criteria(round_.id)) == 2


@pytest.mark.parametrize(
    ("criteria", "error"),
    [
        ((), rules.NoCriteria),
        ((NEED._replace(name_ko=""),), rules.TextMissing),
        ((NEED._replace(name_en=""),), rules.TextMissing),
        ((NEED, EFFECT._replace(points_max=0)), rules.PointsOutOfRange),
        ((NEED._replace(points_max=101),), rules.PointsOutOfRange),
        ((NEED,) * 9, rules.NotOnTheList),
    ],
)
def test_criteria_that_are_not_in_order_change_nothing(
    app: Flask, criteria: tuple[CriterionLine, ...], error: type[Exception]
) -> None:
    round_ = scoring_round()
    with pytest.raises(error):
        sheet_services.set_criteria(round_, criteria, at=now(), by=factories.account().actor)
    assert [one.points_max for one in sheet_queries.list_criteria(round_.id)] == [40, 30, 30]


def test_the_criteria_of_a_published_ballot_stay_and_the_attempt_is_recorded(app: Flask) -> None:
    round_ = scoring_round()
    round_.state = rounds.BALLOT_PUBLISHED
    db.session.commit()
    with pytest.raises(rounds.Frozen):
        sheet_services.set_criteria(round_, (NEED,), at=now(), by=factories.account().actor)
    assert (len(sheet_queries.list_criteria(round_.id)), lines("round.change_refused")) == (3, 1)


@pytest.mark.parametrize(
    "values", [{"state": "submitted", "submitted_at": None}, {"state": "lost"}, {"declared_at": None}]
)
def test_the_database_refuses_a_sheet_that_no_rule_allows(app: Flask, values: dict[str, object]) -> None:
    round_ = scoring_round()
    sheet = begun(visited(round_), members(round_, 1)[0])
    for name, value in values.items():
        setattr(sheet, name, value)
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def test_the_database_refuses_a_second_sheet_and_points_below_nothing(app: Flask) -> None:
    round_ = scoring_round()
    sheet = begun(visited(round_), members(round_, 1)[0])
    for row in (
        WrittenReview(visit_id=sheet.visit_id, account_id=sheet.account_id, declared_at=now()),
        Score(review_id=sheet.id, criterion_id=sheet_queries.list_criteria(round_.id)[0].id, points=-1),
        Score(review_id=sheet.id, criterion_id=999_999, points=1),
    ):
        with pytest.raises(IntegrityError):
            factories.keep(row)
        db.session.rollback()
