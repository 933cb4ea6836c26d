"""From submitted sheets to the ballot's shortlist: once, for everybody, with a reason each."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.audit.models import SYSTEM
from app.clock import Clock, now
from app.database import db
from app.people.models import Account
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.reviews import queries, rules, scoring, services, sheet_queries, sheet_services, visit_services
from app.reviews.models import Recusal, Score, ShortlistDecision, WrittenReview
from app.rounds import rules as rounds
from app.rounds import settings
from app.rounds.models import Round
from app.rounds.settings import ReviewPlan
from tests import factories
from tests.reviews.papers import begin, lines, members, visited


def scoring_round(**settings: object) -> Round:
    round_ = factories.round_(running="written_review", **settings)
    factories.criteria(round_, (60, 40))
    return round_


def submitted(proposal: Proposal, member: Account, total: int) -> None:
    first, second = sheet_queries.list_criteria(proposal.round_id)
    sheet = factories.keep(
        WrittenReview(
            visit=queries.get_visit(proposal.id),
            account=member,
            declared_at=now(),
            scores=[
                Score(criterion_id=first.id, points=min(total, 60)),
                Score(criterion_id=second.id, points=max(total - 60, 0)),
            ],
        )
    )
    sheet.state, sheet.submitted_at = rules.SUBMITTED, now()
    db.session.commit()


def decide(round_: Round, **options: str) -> None:
    sheet_services.decide_shortlist(round_, at=now(), by=factories.account("staff").actor, **options)


def reasons(round_: Round) -> dict[int, str]:
    return {one.proposal_id: one.reason for one in sheet_queries.list_decisions(round_.id)}


def test_the_best_of_each_section_are_shortlisted_and_everybody_learns_why(app: Flask) -> None:
    round_ = scoring_round(shortlist_places=1, shortlist_threshold="50")
    best, second, low, other = (visited(round_) for _ in range(4))
    other.section_id = round_.sections[1].id
    db.session.commit()
    for member, totals in zip(members(round_), ((90, 80, 10, 70), (91, 81, 11, 70)), strict=True):
        for proposal, total in zip((best, second, low, other), totals, strict=True):
            submitted(proposal, member, total)
    decide(round_)
    assert reasons(round_) == {
        best.id: "chosen",
        second.id: "beyond_places",
        low.id: "below_threshold",
        other.id: "chosen",
    }
    assert [one.state for one in (best, second, low, other)] == ["shortlisted", "left_out", "left_out", "shortlisted"]
    assert queries.public_findings(best.id).mean == "90.5"
    assert queries.find_decision(best.id).mean_score == "181/2"
    assert lines("shortlist.decide") == 1


def test_those_who_share_the_last_place_are_all_in(app: Flask) -> None:
    round_ = scoring_round(shortlist_places=1)
    first, second = visited(round_), visited(round_)
    for member in members(round_):
        submitted(first, member, 77)
        submitted(second, member, 77)
    decide(round_)
    assert reasons(round_) == {first.id: "chosen", second.id: "chosen"}


def test_a_recused_members_sheet_is_kept_and_left_out_of_the_mean(app: Flask) -> None:
    round_ = scoring_round()
    proposal, (fair, relative) = visited(round_), members(round_)
    submitted(proposal, fair, 50)
    submitted(proposal, relative, 100)
    services.recuse(proposal, relative, rules.EXCLUDED, "친척입니다.", at=now(), by=fair.actor)
    decide(round_)
    kept = queries.find_decision(proposal.id)
    assert (kept.mean_score, kept.sheets) == ("50", 1)
    assert sheet_queries.find_sheet(proposal.id, relative.id) is not None


def test_the_highest_and_the_lowest_are_dropped_where_the_round_says_so(app: Flask) -> None:
    round_ = scoring_round(drops_extremes=True)
    proposal = visited(round_)
    for member, total in zip(members(round_, 4), (0, 60, 61, 100), strict=True):
        submitted(proposal, member, total)
    assert sheet_queries.standings(round_)[0].mean == scoring.Fraction(121, 2)


def test_nothing_is_decided_before_the_written_review_begins(app: Flask) -> None:
    round_ = factories.round_(running="site_visit")
    proposal = visited(round_)
    with pytest.raises(rounds.OutsidePhase):
        decide(round_)
    assert (proposal.state, reasons(round_)) == (proposals.VISITED, {})


def test_while_it_runs_every_member_must_have_submitted_or_be_recused(app: Flask) -> None:
    round_ = scoring_round()
    proposal, (one, other) = visited(round_), members(round_)
    submitted(proposal, one, 80)
    begin(proposal, other)
    with pytest.raises(rules.SheetsMissing) as refused:
        decide(round_)
    assert (refused.value.count, proposal.state) == (1, proposals.VISITED)
    services.recuse(proposal, other, rules.STEPPED_BACK, "이웃입니다.", at=now(), by=other.actor)
    decide(round_)
    assert proposal.state == proposals.SHORTLISTED


def test_once_it_is_over_those_who_did_not_submit_cannot_stop_the_round(app: Flask, clock: Clock) -> None:
    round_ = scoring_round()
    scored, unscored = visited(round_), visited(round_)
    submitted(scored, members(round_)[0], 80)
    clock.offset += timedelta(days=9)
    decide(round_)
    assert reasons(round_) == {scored.id: "chosen", unscored.id: "no_sheets"}
    assert queries.public_findings(unscored.id).mean is None


def test_without_a_single_sheet_nothing_is_decided_and_the_review_can_go_on(app: Flask, clock: Clock) -> None:
    """Decided, it would have left out every proposal for ever."""
    round_ = scoring_round()
    proposal, (one, relative) = visited(round_), members(round_)
    submitted(proposal, relative, 80)
    services.recuse(proposal, relative, rules.EXCLUDED, "가족", at=now(), by=one.actor)
    clock.offset += timedelta(days=10)
    with pytest.raises(rules.NoSheets):
        decide(round_)
    assert (proposal.state, reasons(round_), lines("shortlist.decide")) == (proposals.VISITED, {}, 0)
    extend(round_)
    submitted(proposal, one, 80)
    decide(round_)
    assert reasons(round_) == {proposal.id: "chosen"}


def test_once_the_shortlist_is_decided_the_written_review_stays_over(app: Flask, clock: Clock) -> None:
    round_ = scoring_round()
    submitted(visited(round_), members(round_, 1)[0], 80)
    clock.offset += timedelta(days=10)
    decide(round_)
    before = settings.of(round_).phases
    with pytest.raises(rounds.PhaseBegun):
        extend(round_)
    assert settings.of(round_).phases == before


def extend(round_: Round) -> None:
    """The written review ends five days from now, and votes come later still."""
    soon = now() + timedelta(days=5)
    later = {
        rounds.WRITTEN_REVIEW: {"ends_at": soon},
        rounds.VOTING: {"starts_at": soon, "ends_at": soon + timedelta(days=9)},
        rounds.COMMITTEE_VOTE: {"starts_at": soon, "ends_at": soon + timedelta(days=9)},
    }
    phases = [replace(phase, **later.get(phase.kind, {})) for phase in settings.of(round_).phases]
    sheet_services.set_phases(round_, phases, at=now(), by=SYSTEM)


def test_the_shortlist_is_decided_once(app: Flask) -> None:
    round_ = scoring_round()
    proposal = visited(round_)
    submitted(proposal, members(round_, 1)[0], 80)
    decide(round_)
    late = factories.proposal(round_, state="visited")
    with pytest.raises(rules.AlreadyDecided):
        decide(round_)
    assert (late.state, lines("shortlist.decide")) == (proposals.VISITED, 1)


def test_a_visit_is_not_signed_off_once_the_shortlist_is_decided(app: Flask) -> None:
    round_ = scoring_round()
    submitted(visited(round_), members(round_, 1)[0], 80)
    decide(round_)
    phase = rounds.find_period(round_.phases, rounds.SITE_VISIT)
    phase.ends_at = now() + timedelta(days=1)
    db.session.commit()
    late = factories.visit(factories.proposal(round_, state="eligible"), state=rules.RECORDED)
    with pytest.raises(rules.AlreadyDecided):
        visit_services.sign_off_visit(late, at=now(), by=factories.account().actor)
    assert late.state == rules.RECORDED


def test_standings_that_moved_after_they_were_shown_are_not_decided(app: Flask, clock: Clock) -> None:
    round_ = scoring_round()
    proposal, (fair, relative) = visited(round_), members(round_)
    submitted(proposal, fair, 50)
    submitted(proposal, relative, 100)
    shown = scoring.fingerprint(sheet_queries.standings(round_))
    services.recuse(proposal, relative, rules.EXCLUDED, "가족", at=now(), by=fair.actor)
    with pytest.raises(rules.StandingsMoved):
        decide(round_, seen=shown)
    assert proposal.state == proposals.VISITED
    decide(round_, seen=scoring.fingerprint(sheet_queries.standings(round_)))
    assert proposal.state == proposals.SHORTLISTED


def test_a_round_without_a_visited_proposal_has_nothing_to_decide(app: Flask) -> None:
    round_ = scoring_round()
    factories.proposal(round_, state="eligible")
    with pytest.raises(rules.NothingToDecide):
        decide(round_)
    assert sheet_queries.count_waiting_for_visit(round_.id) == 1


def test_progress_says_who_has_submitted_and_never_what(app: Flask) -> None:
    round_ = scoring_round()
    first, second, (one, other) = visited(round_), visited(round_), members(round_)
    submitted(first, one, 80)
    begin(first, other)
    services.recuse(second, other, rules.STEPPED_BACK, "이웃", at=now(), by=other.actor)
    progress = sheet_queries.progress(round_)
    assert [progress.state(first, one), progress.state(first, other)] == ["submitted", "begun"]
    assert progress.recusal(second, other) == rules.STEPPED_BACK
    assert (progress.missing_for(first), progress.missing_for(second)) == ([other], [one])
    assert (progress.missing, progress.expected(second)) == (2, 1)


@pytest.mark.parametrize("values", [{"shortlisted": True, "reason": "no_sheets"}, {"reason": "why not"}])
def test_the_database_refuses_a_decision_without_its_reason(app: Flask, values: dict[str, object]) -> None:
    proposal = visited(scoring_round())
    row = {"shortlisted": False, "reason": "chosen", "place": 1, "mean_score": "1", "sheets": 1, "decided_at": now()}
    with pytest.raises(IntegrityError):
        factories.keep(ShortlistDecision(proposal=proposal, **{**row, **values}))
    db.session.rollback()


def test_the_database_refuses_an_unknown_kind_of_recusal(app: Flask) -> None:
    round_ = scoring_round()
    with pytest.raises(IntegrityError):
        factories.keep(
            Recusal(
                proposal=visited(round_), account=members(round_, 1)[0], kind="tired", reason="피곤", declared_at=now()
            )
        )
    db.session.rollback()


def test_once_the_shortlist_is_decided_its_rules_stay_as_they_were(app: Flask) -> None:
    round_ = scoring_round(shortlist_places=1)
    proposal = visited(round_)
    sheet_services.set_review(round_, ReviewPlan(2, shortlist_places=5), at=now(), by=SYSTEM)
    submitted(proposal, members(round_, 1)[0], 90)
    decide(round_)
    before = settings.of(round_)

    with pytest.raises(rules.AlreadyDecided):
        sheet_services.set_review(round_, ReviewPlan(2, shortlist_places=1), at=now(), by=SYSTEM)

    db.session.rollback()
    assert settings.of(round_) == before
    assert (before.review.shortlist_places, lines("round.change")) == (5, 1)


KEPT = ReviewPlan(2, shortlist_places=5, shortlist_threshold=Fraction(50), sheets_needed=2, review_objection_days=7)


@pytest.mark.parametrize(
    "change",
    [
        {"shortlist_threshold": Fraction(90)},
        {"shortlist_threshold": None},
        {"shortlist_places": 1},
        {"drops_extremes": True},
        {"sheets_needed": 3},
        {"visitors_needed": 1},
        {"review_objection_days": 6},
        {"review_objection_days": 0},
    ],
)
def test_no_setting_of_the_reviews_is_changed_that_somebody_already_goes_by(
    app: Flask, change: dict[str, object]
) -> None:
    """A sheet is begun, a visit is recorded and a check is released."""
    round_ = scoring_round()
    sheet_services.set_review(round_, KEPT, at=now(), by=SYSTEM)
    proposal = visited(round_)
    factories.check(proposal, state=rules.RELEASED)
    begun = WrittenReview(visit=queries.get_visit(proposal.id), account=members(round_, 1)[0], declared_at=now())
    factories.keep(begun)
    with pytest.raises(rounds.Unsound) as refused:
        sheet_services.set_review(round_, replace(KEPT, **change), at=now(), by=SYSTEM)
    db.session.rollback()
    assert [fault.where for fault in refused.value.faults] == list(change)
    assert (settings.of(round_).review, lines("round.change")) == (KEPT, 1)
    more = replace(KEPT, review_objection_days=8, sheets_needed=None)
    sheet_services.set_review(round_, more, at=now(), by=SYSTEM)
    assert settings.of(round_).review == more
