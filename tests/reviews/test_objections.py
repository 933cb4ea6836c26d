"""이의신청: once, in time, decided by somebody else, and what rests on it waits."""

from datetime import date, timedelta
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.audit.models import SYSTEM, Actor
from app.ballots import sign_off
from app.ballots.rules import ConflictsOpen
from app.clock import SEOUL, Clock, now, seoul_day
from app.committee import queries as committee_queries
from app.database import db
from app.people.models import Account, RoleGrant
from app.proposals import conflict_queries, conflict_rules, conflict_services
from app.proposals import rules as proposals
from app.proposals.conflict_models import ProposalConflict
from app.proposals.models import Proposal
from app.reviews import (
    check_services,
    objection_queries,
    objection_services,
    outing_services,
    rules,
    services,
    sheet_queries,
    sheet_services,
)
from app.reviews import objection_rules as objections
from app.reviews.heard_rules import Heard, HeardOutside
from app.reviews.models import Recusal
from app.reviews.objection_models import Objection, ShortlistRecord
from app.reviews.visit_rules import OutingPlan
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.rounds.settings import PhasePlan
from app.tally import written, written_file
from tests import factories
from tests.ballots.elections import give_key, publish_ballot
from tests.reviews.papers import lines, members, visited
from tests.reviews.test_recusals import declare, reviewing, score


def refused(**settings: object) -> Proposal:
    """Found ineligible by the department, which is released."""
    round_ = factories.round_(running="site_visit", **settings)
    proposal = factories.proposal(round_, state="ineligible")
    check = factories.check(proposal, state=rules.RELEASED, officer=factories.account("department"))
    check.verdict, check.grounds = rules.INELIGIBLE, ["duplicate"]
    db.session.commit()
    return proposal


def left_out(**settings: object) -> Proposal:
    """Beside one that was chosen, with one sheet each; the vote is still to come."""
    round_ = reviewing(shortlist_places=1, **settings)
    other = {"title": "도서관에 전자책 들이기", "place": "시립도서관"}  # at odds with nothing
    chosen, proposal, (member,) = visited(round_), visited(round_, **other), members(round_, 1)
    score(chosen, member, 90)
    score(proposal, member, 50)
    sheet_services.decide_shortlist(round_, at=now(), by=SYSTEM)
    return proposal


def object_to(proposal: Proposal, reason: str = "다시 보아 주세요.") -> Objection:
    return objection_services.file_objection(proposal, reason, at=now(), by=proposal.resident.actor)


def decide(row: Objection, outcome: str = objections.UPHELD, by: Account | None = None) -> None:
    account = by or factories.account("staff")
    objection_services.decide_objection(row, outcome, "살펴보니 그렇습니다.", account, at=now())


@pytest.mark.parametrize(("state", "wanted"), [*product(objections.OBJECTION_STATES, repeat=2)])
def test_an_objection_is_decided_once(state: str, wanted: str) -> None:
    may = wanted in objections.OBJECTION_TRANSITIONS[state]
    assert may == (state == objections.OPEN and wanted != objections.OPEN)


@pytest.mark.parametrize(
    ("kind", "outcome", "state"),
    [
        ("check", objections.UPHELD, proposals.ELIGIBLE),
        ("check", objections.REJECTED, proposals.INELIGIBLE),
        ("shortlist", objections.UPHELD, proposals.SHORTLISTED),
        ("shortlist", objections.REJECTED, proposals.LEFT_OUT),
    ],
)
def test_it_goes_back_to_where_it_would_have_been_or_stays(app: Flask, kind: str, outcome: str, state: str) -> None:
    proposal = refused() if kind == "check" else left_out()
    row = object_to(proposal)
    assert (row.against, objection_queries.list_decided(proposal.id)) == (kind, [])
    decide(row, outcome)
    assert (row.state, proposal.state, lines("objection.decide")) == (outcome, state, 1)
    assert objection_queries.list_decided(proposal.id) == [row]
    with pytest.raises(rules.WrongState):
        decide(row, objections.REJECTED)
    with pytest.raises((objections.AlreadyObjected, objections.NothingToObjectTo)):
        object_to(proposal)
    for statement in ("UPDATE objection SET answer = 'x'", "DELETE FROM objection"):
        with pytest.raises(IntegrityError):
            db.session.execute(text(statement))
        db.session.rollback()


def test_what_is_neither_ineligible_nor_left_out_has_nothing_to_object_to(app: Flask) -> None:
    round_ = factories.round_(running="site_visit")
    for state in proposals.STATES:
        proposal = factories.proposal(round_, state=state)
        with pytest.raises(objections.NothingToObjectTo):  # an ineligible one without a released check as well
            object_to(proposal)
    assert lines("objection.file") == 0


def test_only_the_proposer_objects_and_with_a_reason(app: Flask) -> None:
    proposal = refused()
    with pytest.raises(proposals.NotTheProposer):
        objection_services.file_objection(proposal, "까닭", at=now(), by=factories.resident().actor)
    with pytest.raises(rules.TextMissing):
        object_to(proposal, "")
    with pytest.raises(rules.TextTooLong):
        object_to(proposal, "가" * 2001)
    assert objection_queries.list_objections_of(proposal.id) == []


def test_the_days_are_whole_days_after_the_release(app: Flask, clock: Clock) -> None:
    proposal = refused(review_objection_days=3)
    window = objection_queries.find_window(proposal)
    released = objection_queries.queries.get_check(proposal.id).released_at
    said = window.until.astimezone(SEOUL)
    assert (said.date() - released.astimezone(SEOUL).date(), said.hour, said.minute) == (timedelta(days=4), 0, 0)
    clock.offset += window.until - now()
    with pytest.raises(objections.ObjectionTooLate) as late:
        object_to(proposal)
    assert (late.value.until, lines("objection.file")) == (window.until, 0)


def test_a_round_may_take_no_objections(app: Flask) -> None:
    proposal = refused(review_objection_days=0)
    with pytest.raises(objections.ObjectionTooLate):
        object_to(proposal)
    assert objection_queries.find_waiting(proposal.round, now()) == (0, None)


@pytest.mark.parametrize("part", ["officer", "colleague", "reviewer"])
def test_whoever_had_a_part_in_the_check_does_not_decide(app: Flask, part: str) -> None:
    proposal = refused()
    row, account = object_to(proposal), factories.account("staff")
    if part == "officer":
        account = objection_queries.queries.get_check(proposal.id).officer
    elif part == "colleague":
        department, programme = factories.department(), proposal.round.programme
        account.roles.append(RoleGrant(role="department", programme=programme, department=department))
    else:
        account.roles.append(RoleGrant(role="committee", programme=proposal.round.programme))
    db.session.commit()
    with pytest.raises(objections.NotImpartial):
        decide(row, by=account)
    assert (row.state, proposal.state, lines("objection.decide")) == (objections.OPEN, proposals.INELIGIBLE, 0)


@pytest.mark.parametrize("part", ["released", "recused"])
def test_whoever_released_the_check_or_is_recused_does_not_decide(app: Flask, part: str) -> None:
    round_, account = factories.round_(running="department_check"), factories.account("staff")
    check = factories.check(factories.proposal(round_), state=rules.DECIDED)
    check.verdict, check.grounds = rules.INELIGIBLE, ["duplicate"]
    db.session.commit()
    by = account if part == "released" else factories.account("staff")
    check_services.release_check(check, at=now(), by=by.actor)
    row = object_to(check.proposal)
    if part == "recused":
        facts = {"kind": rules.EXCLUDED, "reason": "가족", "declared_at": now()}
        factories.keep(Recusal(proposal_id=check.proposal_id, account_id=account.id, **facts))
    with pytest.raises(objections.NotImpartial):
        decide(row, by=account)
    assert (row.state, check.proposal.state, lines("objection.decide")) == ("open", proposals.INELIGIBLE, 0)
    decide(row)
    assert row.state == objections.UPHELD


def test_whoever_scored_or_decided_the_shortlist_does_not_decide(app: Flask) -> None:
    round_ = reviewing(shortlist_threshold="60/1")
    chosen, proposal, (member,) = visited(round_), visited(round_), members(round_, 1)
    for one, points in ((chosen, 90), (proposal, 50)):
        score(one, member, points)
    decider = factories.account("staff")
    sheet_services.decide_shortlist(round_, at=now(), by=decider.actor)
    row = object_to(proposal)
    for account in (member, decider):
        with pytest.raises(objections.NotImpartial):
            decide(row, by=account)
    assert row.state == objections.OPEN
    decide(row, by=factories.account("approver"))
    assert proposal.state == proposals.SHORTLISTED


def test_the_shortlist_waits_for_objections_to_checks_and_for_their_days(app: Flask, clock: Clock) -> None:
    round_ = reviewing()
    score(visited(round_), members(round_, 1)[0], 80)
    late, other = (refused_in(round_) for _ in range(2))
    with pytest.raises(objections.ObjectionsOpen) as waits:
        sheet_services.decide_shortlist(round_, at=now(), by=SYSTEM)
    assert waits.value.until is not None
    row = object_to(late)
    clock.offset += timedelta(days=9)
    with pytest.raises(objections.ObjectionsOpen) as waits:
        sheet_services.decide_shortlist(round_, at=now(), by=SYSTEM)
    assert (waits.value.count, waits.value.until) == (1, None)
    decide(row, objections.REJECTED)
    sheet_services.decide_shortlist(round_, at=now(), by=SYSTEM)
    assert (lines("shortlist.decide"), other.state) == (1, proposals.INELIGIBLE)


def refused_in(round_: Round) -> Proposal:
    proposal = factories.proposal(round_, state="ineligible")
    check = factories.check(proposal, state=rules.RELEASED)
    check.verdict, check.grounds = rules.INELIGIBLE, ["duplicate"]
    db.session.commit()
    return proposal


def test_one_that_became_eligible_can_still_be_visited_after_the_others(app: Flask, clock: Clock) -> None:
    proposal = refused()
    round_, visits = proposal.round, rounds.find_period(proposal.round.phases, rounds.SITE_VISIT)
    row = object_to(proposal)
    clock.offset += visits.ends_at - now() + timedelta(hours=1)
    later = [
        PhasePlan(one.kind, one.starts_at, now() + timedelta(days=5) if one is visits else one.ends_at)
        for one in round_.phases
    ]
    with pytest.raises(rounds.PhaseBegun):
        sheet_services.set_phases(round_, later, at=now(), by=SYSTEM)
    decide(row)
    sheet_services.set_phases(round_, later, at=now(), by=SYSTEM)
    plan = OutingPlan(now() + timedelta(days=1), "정문", frozenset())
    outing = outing_services.plan_outing(round_, plan, at=now(), by=SYSTEM)
    outing_services.put_on_outing(proposal, outing, at=now(), by=SYSTEM)
    assert sheet_queries.queries.get_visit(proposal.id).state == rules.PLANNED


def test_no_ballot_is_prepared_while_an_objection_is_open_or_can_still_come(app: Flask, clock: Clock) -> None:
    proposal = left_out(sections=1)
    round_ = proposal.round
    give_key(round_)
    with pytest.raises(objections.ObjectionsOpen) as waits:
        sign_off.prepare_ballot(round_, at=now(), by=SYSTEM)
    assert waits.value.until == objection_queries.find_window(proposal).until
    row = object_to(proposal)
    with pytest.raises(objections.ObjectionsOpen) as waits:
        sign_off.prepare_ballot(round_, at=now(), by=SYSTEM)
    assert (waits.value.count, lines("ballot.prepare")) == (1, 0)
    decide(row)
    prepared = sign_off.prepare_ballot(round_, at=now(), by=SYSTEM)
    assert proposal.title in prepared.body


@pytest.mark.parametrize("before", ["unknown", "settled"])
def test_one_that_comes_back_is_at_odds_again_with_the_one_that_stayed(app: Flask, before: str) -> None:
    """That it had left settled the matter, or kept it from being seen."""
    round_ = reviewing(shortlist_places=1, sections=1)
    chosen, proposal, (member,) = visited(round_), visited(round_), members(round_, 1)
    for one, points in ((chosen, 90), (proposal, 50)):
        score(one, member, points)
    sheet_services.decide_shortlist(round_, at=now(), by=SYSTEM)
    if before == "settled":
        for kind, state in zip(conflict_rules.KINDS, (conflict_rules.ONE_LEAVES, conflict_rules.MERGED), strict=True):
            settled(chosen, proposal, kind, state)
    give_key(round_)
    decide(object_to(proposal))
    assert [one.state for one in conflict_queries.list_conflicts(round_.id)] == ["open", "open"]
    assert lines("conflict.reopen") == (2 if before == "settled" else 0)
    with pytest.raises(ConflictsOpen):
        sign_off.prepare_ballot(round_, at=now(), by=SYSTEM)
    assert lines("ballot.prepare") == 0


def settled(first: Proposal, second: Proposal, kind: str, state: str) -> None:
    row = factories.keep(ProposalConflict(first_id=first.id, second_id=second.id, kind=kind, found_at=now()))
    conflict_services.settle_conflict(row, state, "까닭", factories.account("staff"), at=now())


@pytest.mark.parametrize(
    ("state", "outcome"),
    [(conflict_rules.BOTH_STAY, objections.UPHELD), (conflict_rules.ONE_LEAVES, objections.REJECTED)],
)
def test_what_still_holds_stays_settled(app: Flask, state: str, outcome: str) -> None:
    round_ = reviewing(shortlist_places=1, sections=1)
    chosen, proposal, (member,) = visited(round_), visited(round_), members(round_, 1)
    for one, points in ((chosen, 90), (proposal, 50)):
        score(one, member, points)
    sheet_services.decide_shortlist(round_, at=now(), by=SYSTEM)
    for kind in conflict_rules.KINDS:
        settled(chosen, proposal, kind, state)
    decide(object_to(proposal), outcome)
    assert {one.state for one in conflict_queries.list_conflicts(round_.id)} == {state}
    assert lines("conflict.reopen") == 0


def test_a_member_whom_the_rules_find_after_the_shortlist_is_barred_at_the_meeting(app: Flask) -> None:
    """The proposal was out when the member declared their phone: there was nothing to bar them from."""
    proposal = left_out(sections=1)
    round_, (member,) = proposal.round, members(proposal.round, 1)
    give_key(round_)
    assert declare(round_, member, phone_key=proposal.resident.phone_key) == 0
    decide(object_to(proposal))
    assert committee_queries.list_barred(round_.id, member.id) == frozenset()
    publish_ballot(round_)
    assert committee_queries.list_barred(round_.id, member.id) == {proposal.id}
    assert lines("recusal.by_rule") == 1


@pytest.mark.parametrize("objected", [False, True])
def test_the_shortlist_waits_for_the_visit_of_every_eligible_proposal(app: Flask, objected: bool) -> None:
    round_ = reviewing()
    (member,) = members(round_, 1)
    score(visited(round_), member, 80)
    late = refused_in(round_) if objected else factories.proposal(round_, state="eligible")
    if objected:
        decide(object_to(late))
    with pytest.raises(objections.VisitOwed) as owed:
        sheet_services.decide_shortlist(round_, at=now(), by=SYSTEM)
    assert (owed.value.count, lines("shortlist.decide"), late.state) == (1, 0, proposals.ELIGIBLE)
    late.state = proposals.VISITED
    factories.visit(late)
    score(late, member, 70)
    sheet_services.decide_shortlist(round_, at=now(), by=SYSTEM)
    assert late.state == proposals.SHORTLISTED


# The file of the written review


def test_what_was_decided_comes_out_of_the_exported_sheets_exactly(app: Flask) -> None:
    round_ = reviewing(drops_extremes=True, shortlist_places=1, sheets_needed=3)
    first, second, own = visited(round_), visited(round_), members(round_, 4)
    for place, member in enumerate(own):
        score(first, member, (100, 70, 71, 10)[place])
        score(second, member, (60, 61, 63, 100)[place])
    services.recuse(second, own[3], rules.STEPPED_BACK, "이웃", at=now(), by=own[3].actor)
    sheet_services.decide_shortlist(round_, at=now(), by=SYSTEM)
    record = objection_queries.get_record(round_.id)
    review = written_file.loads(record.body)
    assert written_file.faults(review) == []
    again = written_file.recount(review)
    assert written.fingerprint(again) == record.fingerprint
    decided = {one.proposal.number: one for one in sheet_queries.list_decisions(round_.id)}
    assert {one.number: (one.mean, one.place, one.reason, one.sheets) for one in again} == {
        number: (one.mean, one.place, one.reason, one.sheets) for number, one in decided.items()
    }
    assert sorted(one.stands for one in review.sheets) == sorted(["counted"] * 3 + ["highest", "lowest"] * 2)
    assert not any(name in record.body for name in ("위원0", first.title, str(own[0].login)))


def test_numbers_are_drawn_for_each_proposal_and_what_does_not_count_is_not_in_the_file(app: Flask) -> None:
    """Else the one sheet of a member who is known to be barred would give away all the others of theirs."""
    round_ = reviewing()
    own, papers = members(round_, 3), [visited(round_) for _ in range(12)]
    for proposal in papers:
        for points, member in zip((10, 20, 30), own, strict=True):
            score(proposal, member, points)
    services.recuse(papers[0], own[0], rules.EXCLUDED, "가족", at=now(), by=SYSTEM)
    sheet_services.decide_shortlist(round_, at=now(), by=SYSTEM)
    review = written_file.loads(objection_queries.get_record(round_.id).body)
    first = [one for one in review.sheets if one.proposal == papers[0].number]
    assert [(one.reviewer, one.total in (20, 30)) for one in first] == [(1, True), (2, True)]
    drawn = {
        tuple(sorted((one.reviewer, one.total) for one in review.sheets if one.proposal == paper.number))
        for paper in papers[1:]
    }
    assert len(drawn) > 1, "of 6 orders, 11 times the same: once in sixty million runs"
    assert written_file.faults(review) == []


def test_whose_number_is_whose_in_the_file_is_kept_nowhere_and_the_file_never_changes(app: Flask) -> None:
    left_out()
    assert set(ShortlistRecord.__table__.columns.keys()) == {
        *("round_id", "body", "fingerprint", "decided_by", "decided_at")
    }
    for statement in ("UPDATE shortlist_record SET body = 'x'", "DELETE FROM shortlist_record"):
        with pytest.raises(IntegrityError):
            db.session.execute(text(statement))
        db.session.rollback()


def test_with_too_few_sheets_nothing_is_decided(app: Flask) -> None:
    round_ = reviewing(sheets_needed=2)
    enough, lacking, (one, other) = visited(round_), visited(round_), members(round_)
    for member in (one, other):
        score(enough, member, 80)
    score(lacking, one, 80)
    services.recuse(lacking, other, rules.STEPPED_BACK, "이웃", at=now(), by=other.actor)
    with pytest.raises(rules.TooFewSheets) as few:
        sheet_services.decide_shortlist(round_, at=now(), by=SYSTEM)
    assert (few.value.lacking, few.value.needed) == ({lacking.number: 1}, 2)
    assert (enough.state, sheet_queries.list_decisions(round_.id)) == (proposals.VISITED, [])


def test_what_came_on_paper_is_objected_to_by_what_staff_heard_in_time(app: Flask, clock: Clock) -> None:
    proposal, staff = refused(review_objection_days=7), factories.account("staff")
    today = seoul_day(now())

    def write(on: date, by: Account = staff) -> Objection:
        return objection_services.file_objection(
            proposal, "다시 보아 주세요.", heard=Heard("phone", on), at=clock.now(), by=by.actor
        )

    with pytest.raises(proposals.NotTheProposer):
        write(today)  # it did not come on paper: the proposer objects themselves
    proposal.resident = None
    db.session.commit()
    assert objection_queries.find_waiting(proposal.round, now()).until is None  # as one from history
    factories.filing(proposal)
    assert objection_queries.find_waiting(proposal.round, now()).until is not None
    with pytest.raises(proposals.NotTheProposer):
        object_by_nobody(proposal)
    with pytest.raises(HeardOutside):
        write(today - timedelta(days=1))
    clock.offset += timedelta(days=9)
    with pytest.raises(HeardOutside):
        write(today + timedelta(days=10))
    with pytest.raises(objections.ObjectionTooLate):
        write(today + timedelta(days=8))
    assert objection_queries.list_objections_of(proposal.id) == []
    row = write(today + timedelta(days=7))
    assert not objection_queries.is_impartial(row, staff)
    with pytest.raises(objections.NotImpartial):
        decide(row, by=staff)
    decide(row, objections.REJECTED)


def object_by_nobody(proposal: Proposal) -> None:
    objection_services.file_objection(proposal, "다시 보아 주세요.", at=now(), by=Actor("resident"))
