"""A sheet that is saved as one goes: field by field, seen by two tabs, and locked in the database once submitted."""

from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.audit.models import SYSTEM
from app.clock import now
from app.database import db
from app.reviews import rules, scoring, sheet_queries, sheet_rules, sheet_services
from app.reviews.models import Score, WrittenReview
from app.reviews.sheet_rules import CriterionLine
from tests import factories
from tests.reviews.papers import begin, lines, members, visited


@pytest.fixture
def sheet(app: Flask) -> WrittenReview:
    round_ = factories.round_(running="written_review")
    factories.criteria(round_, (40, 10))
    proposal, member = visited(round_), members(round_, 1)[0]
    begin(proposal, member)
    return sheet_queries.get_sheet(proposal.id, member.id)


def criteria_of(sheet: WrittenReview) -> list[int]:
    return [one.id for one in sheet_queries.list_criteria(sheet.visit.proposal.round_id)]


def choose(sheet: WrittenReview, criterion: int, points: int | None, seen: int) -> None:
    sheet_services.save_points(sheet, criterion, points, seen=seen, at=now(), by=sheet.account.actor)


def test_each_field_is_saved_by_itself_and_can_be_opened_again(sheet: WrittenReview) -> None:
    first, second = criteria_of(sheet)
    choose(sheet, first, 30, seen=0)
    choose(sheet, second, 7, seen=1)
    sheet_services.save_comment(sheet, "좋습니다.", seen=2, at=now(), by=sheet.account.actor)
    choose(sheet, first, None, seen=3)
    assert (sheet.points, sheet.comment, sheet.version, sheet.total) == ({second: 7}, "좋습니다.", 4, 7)


def test_what_is_sent_again_because_its_answer_was_lost_is_saved_once(sheet: WrittenReview) -> None:
    first, _ = criteria_of(sheet)
    choose(sheet, first, 30, seen=0)
    choose(sheet, first, 30, seen=0)
    assert (sheet.points, sheet.version, lines("sheet.save")) == ({first: 30}, 1, 1)


def test_a_second_tab_overwrites_nothing_unseen(sheet: WrittenReview) -> None:
    first, second = criteria_of(sheet)
    choose(sheet, first, 30, seen=0)
    with pytest.raises(sheet_rules.SheetMoved):
        choose(sheet, first, 10, seen=0)
    with pytest.raises(sheet_rules.SheetMoved):
        choose(sheet, second, 5, seen=0)
    with pytest.raises(sheet_rules.SheetMoved):
        sheet_services.save_sheet(sheet, {second: 5}, "", seen=0, at=now(), by=sheet.account.actor)
    with pytest.raises(sheet_rules.SheetMoved):
        sheet_services.submit_sheet(sheet, seen=0, at=now(), by=sheet.account.actor)
    assert (sheet.points, sheet.version, sheet.state, lines("sheet.save")) == ({first: 30}, 1, rules.BEGUN, 1)


def test_a_page_that_sends_all_at_once_knows_its_own_fields_that_were_under_way(sheet: WrittenReview) -> None:
    """It was sent before the answer to its last field had come."""
    first, second = criteria_of(sheet)
    kept = {"seen": 0, "at": now(), "by": sheet.account.actor}
    sheet_services.save_points(sheet, first, 30, page="this", **kept)
    with pytest.raises(sheet_rules.SheetMoved):
        sheet_services.save_sheet(sheet, {second: 5}, "", page="other", **kept)
    sheet_services.save_sheet(sheet, {first: 31, second: 5}, "", page="this", **kept)
    assert (sheet.points, sheet.version) == ({first: 31, second: 5}, 2)


@pytest.mark.parametrize("points", [-1, 41, 10**9])
def test_points_out_of_range_are_not_saved_field_by_field_either(sheet: WrittenReview, points: int) -> None:
    with pytest.raises(rules.PointsOutOfRange):
        choose(sheet, criteria_of(sheet)[0], points, seen=0)
    assert (sheet.points, sheet.version) == ({}, 0)


def test_once_submitted_nothing_is_saved_any_more(sheet: WrittenReview) -> None:
    first, second = criteria_of(sheet)
    sheet_services.save_sheet(sheet, {first: 1, second: 1}, "", at=now(), by=sheet.account.actor)
    sheet_services.submit_sheet(sheet, seen=1, at=now(), by=sheet.account.actor)
    with pytest.raises(rules.WrongState):
        choose(sheet, first, 2, seen=1)
    assert sheet.points == {first: 1, second: 1}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE score SET points = 2",
        "DELETE FROM score",
        "UPDATE written_review SET comment = 'x'",
        "UPDATE written_review SET state = 'begun', submitted_at = NULL",
    ],
)
def test_the_database_locks_a_submitted_sheet(sheet: WrittenReview, statement: str) -> None:
    first, second = criteria_of(sheet)
    sheet_services.save_sheet(sheet, {first: 1, second: 1}, "", at=now(), by=sheet.account.actor)
    sheet_services.submit_sheet(sheet, at=now(), by=sheet.account.actor)
    with pytest.raises(IntegrityError):
        db.session.execute(text(statement))
    db.session.rollback()
    assert (sheet.points, sheet.comment, sheet.state) == ({first: 1, second: 1}, "", rules.SUBMITTED)


def test_the_database_takes_no_points_above_the_criterions_most(sheet: WrittenReview) -> None:
    db.session.add(Score(review_id=sheet.id, criterion_id=criteria_of(sheet)[1], points=11))
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def test_points_count_as_often_as_their_criterion_weighs(app: Flask) -> None:
    round_ = factories.round_(running="written_review")
    weighty = CriterionLine("필요성", "Need", "", "", 10, 3, {"0": "아니다", "10": "그렇다"}, {})
    plain = CriterionLine("효과", "Effect", "", "", 5)
    sheet_services.set_criteria(round_, (weighty, plain), at=now(), by=SYSTEM)
    first, second = sheet_queries.list_criteria(round_.id)
    assert (first.total_max, first.anchors_ko, second.weight) == (30, {"0": "아니다", "10": "그렇다"}, 1)
    proposal, member = visited(round_), members(round_, 1)[0]
    begin(proposal, member)
    sheet = sheet_queries.get_sheet(proposal.id, member.id)
    sheet_services.save_sheet(sheet, {first.id: 7, second.id: 4}, "", at=now(), by=member.actor)
    sheet_services.submit_sheet(sheet, at=now(), by=member.actor)
    (standing,) = sheet_queries.standings(round_)
    assert (sheet.total, standing.mean, scoring.say_mean(standing.mean)) == (25, Fraction(25), "25")


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (CriterionLine("필요성", "Need", "", "", 10, 0), sheet_rules.WeightOutOfRange),
        (CriterionLine("필요성", "Need", "", "", 10, 101), sheet_rules.WeightOutOfRange),
        (CriterionLine("필요성", "Need", "", "", 10, 1, {"11": "너무 많다"}), sheet_rules.AnchorUnfit),
    ],
)
def test_weights_and_anchors_out_of_range_change_nothing(
    app: Flask, line: CriterionLine, error: type[Exception]
) -> None:
    round_ = factories.round_()
    with pytest.raises(error):
        sheet_services.set_criteria(round_, (line,), at=now(), by=SYSTEM)
    assert sheet_queries.list_criteria(round_.id) == []


def test_anchors_are_read_line_by_line() -> None:
    assert sheet_rules.read_anchors("10 꼭 필요\n\n 0: 필요 없음", 10) == {"0": "필요 없음", "10": "꼭 필요"}
    for wrong in ("11 너무", "필요", "5", "5 " + "가" * 61, "9999999999 a"):
        with pytest.raises(sheet_rules.AnchorUnfit):
            sheet_rules.read_anchors(wrong, 10)
