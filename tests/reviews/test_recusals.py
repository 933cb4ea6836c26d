"""제척·기피·회피: whom the rules find, what a challenge takes, and that a barred member is not counted."""

from datetime import timedelta
from itertools import product

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.audit.models import SYSTEM, AuditLine
from app.clock import Clock, now
from app.database import db
from app.notices import kinds
from app.notices.delivery_rules import Person
from app.notices.letter_queries import list_notices
from app.people.models import Account, RoleGrant
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.reviews import (
    queries,
    recusal_queries,
    recusal_services,
    rules,
    services,
    sheet_queries,
    sheet_services,
    visit_queries,
)
from app.reviews import recusal_rules as recusals
from app.reviews.models import Recusal
from app.reviews.recusal_models import Challenge, ChallengeVoter
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.reviews.papers import begin, lines, members, visited


def reviewing(**settings: object) -> Round:
    round_ = factories.round_(running="written_review", **settings)
    factories.criteria(round_, (100,))
    return round_


def declare(round_: Round, account: Account, **facts: object) -> int:
    told = {"phone_key": None, "departments": (), "bodies": "", **facts}
    return recusal_services.declare_interests(round_, account, at=now(), by=account.actor, **told)


def score(proposal: Proposal, member: Account, points: int, *, submit: bool = True) -> None:
    (criterion,) = sheet_queries.list_criteria(proposal.round_id)
    begin(proposal, member)
    sheet = sheet_queries.get_sheet(proposal.id, member.id)
    sheet_services.save_sheet(sheet, {criterion.id: points}, "", at=now(), by=member.actor)
    if submit:
        sheet_services.submit_sheet(sheet, at=now(), by=member.actor)


# Excluded by rule


def test_a_member_is_excluded_from_what_they_proposed_by_the_same_phone(app: Flask) -> None:
    round_ = reviewing()
    mine, others = visited(round_, by=factories.resident("key of mine")), visited(round_)
    one, other = members(round_)
    assert declare(round_, one, phone_key="key of mine") == 1
    assert [(row.proposal_id, row.account_id, row.kind) for row in queries.list_recusals(round_.id)] == [
        (mine.id, one.id, rules.EXCLUDED)
    ]
    assert lines("recusal.by_rule") == 1
    with pytest.raises(rules.Recused):
        score(mine, one, 100)
    score(others, one, 50)
    score(mine, other, 50)
    assert declare(round_, one) == 0
    assert recusal_queries.find_interest(round_.id, one.id).phone_key == "key of mine"


def test_a_member_who_proposes_together_with_another_is_excluded_once_they_have_accepted(app: Flask) -> None:
    round_ = reviewing()
    proposal, resident = visited(round_), factories.resident("key of mine")
    (one,) = members(round_, 1)
    declare(round_, one, phone_key="key of mine")
    seat = factories.co_proposer(proposal, resident)
    assert not recusal_queries.is_barred(proposal, one.id)
    seat.state, seat.resident, seat.consented_at, seat.answered_at = proposals.ACCEPTED, resident, now(), now()
    db.session.commit()
    assert recusal_queries.is_barred(proposal, one.id)
    assert one not in visit_queries.list_possible_visitors(proposal)
    with pytest.raises(rules.Recused):
        score(proposal, one, 100)


def test_a_phone_declared_in_an_earlier_round_still_tells(app: Flask) -> None:
    before, round_ = reviewing(), reviewing()
    (one,) = members(round_, 1)
    declare(before, one, phone_key="key of mine")
    proposal = visited(round_, by=factories.resident("key of mine"))
    assert recusal_queries.is_barred(proposal, one.id)


@pytest.mark.parametrize("how", ["declared", "officer"])
def test_a_member_is_excluded_from_what_their_department_checked(app: Flask, how: str) -> None:
    round_ = reviewing()
    proposal = visited(round_)
    factories.check(proposal, state=rules.RELEASED)
    (one,) = members(round_, 1)
    if how == "declared":
        declare(round_, one, departments=[factories.department().id])
    else:
        one.roles.append(RoleGrant(role="department", programme=round_.programme, department=factories.department()))
        db.session.commit()
    assert recusal_queries.list_conflicts(round_.id) == {(proposal.id, one.id): how}
    with pytest.raises(rules.Recused):
        score(proposal, one, 1)
    assert sheet_queries.count_sheets(round_.id) == 0


def test_what_the_rules_find_late_is_not_counted_and_is_recorded_when_the_shortlist_is_decided(app: Flask) -> None:
    """Nobody had recorded it: the sheet was submitted before the check named the member's department."""
    round_ = reviewing()
    proposal, (one, other) = visited(round_), members(round_)
    declare(round_, one, departments=[factories.department().id])
    score(proposal, one, 100)
    score(proposal, other, 50)
    factories.check(proposal, state=rules.RELEASED)
    progress = sheet_queries.progress(round_)
    assert (progress.recusal(proposal, one), progress.expected(proposal), progress.missing) == ("excluded", 1, 0)
    sheet_services.decide_shortlist(round_, at=now(), by=SYSTEM)
    decision = queries.find_decision(proposal.id)
    assert (decision.mean, decision.sheets) == (50, 1)
    assert queries.find_recusal(proposal.id, one.id).kind == rules.EXCLUDED


def test_a_declaration_of_departments_that_do_not_exist_keeps_nothing(app: Flask) -> None:
    round_ = reviewing()
    (one,) = members(round_, 1)
    with pytest.raises(rules.NotOnTheList):
        declare(round_, one, departments=[10**6])
    assert (recusal_queries.find_interest(round_.id, one.id), lines("interest.declare")) == (None, 0)


def test_a_name_alone_and_an_organisation_are_for_staff_to_look_at(app: Flask) -> None:
    round_ = reviewing()
    named = visited(round_, by=factories.resident(name="위원0"))
    spoken_of = visited(round_, content="금빛 마을회와 함께 합니다.")
    one, other = members(round_)
    declare(round_, other, bodies="금빛마을회\n가")
    found = [(doubt.proposal.id, doubt.account.id, doubt.why) for doubt in recusal_queries.list_doubts(round_)]
    assert found == [(named.id, one.id, "name"), (spoken_of.id, other.id, "body")]
    assert recusal_queries.list_bars(round_.id) == {}
    services.recuse(named, one, rules.EXCLUDED, "확인함", at=now(), by=SYSTEM)
    assert [doubt.why for doubt in recusal_queries.list_doubts(round_)] == ["body"]


def test_the_name_on_a_paper_is_looked_at_as_well(app: Flask) -> None:
    round_ = reviewing()
    proposal, (one,) = visited(round_), members(round_, 1)
    factories.filing(proposal).name = one.name
    db.session.commit()
    (doubt,) = recusal_queries.list_doubts(round_)
    assert (doubt.proposal, doubt.account, doubt.why) == (proposal, one, "name")


def test_a_sheet_that_does_not_count_does_not_count_either_once_its_member_reviews_no_more(app: Flask) -> None:
    round_ = reviewing()
    proposal, (one, other) = visited(round_), members(round_)
    for member, points in ((one, 100), (other, 50)):
        score(proposal, member, points)
    proposal.resident.phone_key = "key of mine"
    recusal_queries.find_interest(round_.id, one.id).phone_key = "key of mine"
    one.roles.clear()
    db.session.commit()
    assert [standing.mean for standing in sheet_queries.standings(round_)] == [50]
    sheet_services.decide_shortlist(round_, at=now(), by=SYSTEM)
    assert queries.find_recusal(proposal.id, one.id).kind == rules.EXCLUDED


def test_a_member_is_told_of_their_own_exclusions_alone(app: Flask) -> None:
    round_ = reviewing()
    one, other = members(round_)
    declare(round_, one, phone_key="key of one")
    visited(round_, by=factories.resident("key of one"))
    assert declare(round_, other) == 0
    assert [row.account_id for row in queries.list_recusals(round_.id)] == [one.id]


@pytest.mark.parametrize("submit", [True, False])
def test_the_sheet_of_a_member_who_is_barred_later_neither_counts_nor_is_missed(app: Flask, submit: bool) -> None:
    round_ = reviewing(drops_extremes=True)
    proposal, (one, other, third) = visited(round_), members(round_, 3)
    score(proposal, one, 100, submit=submit)
    for member in (other, third):
        score(proposal, member, 40)
    services.recuse(proposal, one, rules.STEPPED_BACK, "이웃", at=now(), by=one.actor)
    progress = sheet_queries.progress(round_)
    assert (progress.missing, progress.expected(proposal)) == (0, 2)
    (standing,) = sheet_queries.standings(round_)
    assert (standing.sheets, standing.mean) == (2, 40)  # with two sheets none is dropped


# Challenges


def challengeable(running: str = "site_visit") -> tuple[Proposal, list[Account]]:
    round_ = factories.round_(running=running)
    factories.criteria(round_, (100,))
    return factories.proposal(round_, state="eligible"), members(round_, 4)


def challenge(proposal: Proposal, member: Account, reason: str = "가까운 사이입니다.") -> Challenge:
    by = proposal.resident.actor
    return recusal_services.file_challenge(proposal, member, reason, at=now(), by=by)


def vote(row: Challenge, member: Account, how: str) -> None:
    recusal_services.vote_on_challenge(row, member, how, at=now(), by=member.actor)


def close(row: Challenge, answer: str = "그렇게 볼 만합니다.") -> None:
    recusal_services.close_challenge(row, answer, at=now(), by=SYSTEM)


@pytest.mark.parametrize(
    ("votes", "outcome"),
    [
        (("for", "for"), recusals.ACCEPTED),
        (("for", "for", "against"), recusals.ACCEPTED),
        (("for", "abstain"), recusals.REJECTED),
        (("for", "against"), recusals.REJECTED),
        (("abstain", "abstain", "for"), recusals.REJECTED),
    ],
)
def test_a_majority_of_those_who_vote_decides_without_the_challenged(
    app: Flask, votes: tuple[str, ...], outcome: str
) -> None:
    proposal, (challenged, *others) = challengeable()
    row = challenge(proposal, challenged)
    for member, how in zip(others, votes, strict=False):
        vote(row, member, how)
    close(row)
    kept = queries.find_recusal(proposal.id, challenged.id)
    assert (row.state, row.entitled, kept is not None) == (outcome, 3, outcome == recusals.ACCEPTED)
    assert (row.votes_for, row.cast) == (votes.count("for"), len(votes))
    if kept is not None:
        assert (kept.kind, kept.reason) == (rules.CHALLENGED, "그렇게 볼 만합니다.")


def test_those_whose_votes_are_counted_are_counted_among_those_entitled(app: Flask) -> None:
    """Two have voted and are barred since: of one entitled they were no majority, but of three."""
    proposal, (challenged, one, other, _last) = challengeable()
    row = challenge(proposal, challenged)
    vote(row, one, "for")
    services.recuse(proposal, one, rules.STEPPED_BACK, "이웃", at=now(), by=one.actor)
    with pytest.raises(recusals.TooFewVotes) as few:
        close(row)
    assert (few.value.cast, few.value.entitled, row.state) == (1, 3, recusals.OPEN)
    vote(row, other, "for")
    services.recuse(proposal, other, rules.STEPPED_BACK, "이웃", at=now(), by=other.actor)
    close(row)
    assert (row.state, row.cast, row.entitled) == (recusals.ACCEPTED, 2, 3)


def told(who: Account) -> list[str]:
    return [one.kind for one in list_notices(Person(account_id=who.id))]


@pytest.mark.parametrize("others", [0, 3])
def test_a_challenge_on_which_too_few_voted_in_time_is_not_accepted(app: Flask, clock: Clock, others: int) -> None:
    """Nor does it keep the round for ever where nobody is left who could vote."""
    round_ = factories.round_(running="site_visit")
    proposal, (challenged, *voters) = factories.proposal(round_, state="eligible"), members(round_, 1 + others)
    row = challenge(proposal, challenged)
    assert recusal_queries.count_to_vote(round_.id, challenged, now()) == 0
    for member in voters[:1]:
        assert recusal_queries.count_to_vote(round_.id, member, now()) == 1
        vote(row, member, "for")
        assert recusal_queries.count_to_vote(round_.id, member, now()) == 0
    clock.offset += row.vote_until - now() - timedelta(minutes=1)
    with pytest.raises(recusals.TooFewVotes):
        close(row)
    clock.offset += timedelta(minutes=2)
    for member in voters[1:]:
        assert recusal_queries.count_to_vote(round_.id, member, now()) == 0
        with pytest.raises(recusals.VotingOver):
            vote(row, member, "for")
    close(row, "정족수에 이르지 못했습니다.")
    assert (row.state, row.cast, row.entitled) == (recusals.LAPSED, min(others, 1), others)
    assert queries.find_recusal(proposal.id, challenged.id) is None
    assert recusal_queries.count_open_challenges(round_.id) == 0


def test_those_who_vote_and_the_challenged_are_told_of_a_challenge_and_the_challenged_of_its_end(app: Flask) -> None:
    proposal, (challenged, one, other, barred) = challengeable()
    services.recuse(proposal, barred, rules.STEPPED_BACK, "이웃", at=now(), by=barred.actor)
    row = challenge(proposal, challenged)
    for member in (one, other):
        vote(row, member, "for")
    close(row)
    assert told(challenged) == [kinds.CHALLENGE_DECIDED, kinds.CHALLENGE_NAMED]
    assert (told(one), told(other), told(barred)) == ([kinds.CHALLENGE_TO_VOTE], [kinds.CHALLENGE_TO_VOTE], [])


def test_without_a_majority_of_those_entitled_nothing_is_decided(app: Flask) -> None:
    proposal, (challenged, one, *_others) = challengeable()
    row = challenge(proposal, challenged)
    vote(row, one, "for")
    with pytest.raises(recusals.TooFewVotes) as refused:
        close(row)
    assert (refused.value.cast, refused.value.needed, refused.value.entitled) == (1, 2, 3)
    assert (row.state, queries.find_recusal(proposal.id, challenged.id)) == (recusals.OPEN, None)


def test_the_challenged_the_barred_and_strangers_do_not_vote_and_nobody_votes_twice(app: Flask) -> None:
    proposal, (challenged, barred, one, _last) = challengeable()
    row = challenge(proposal, challenged)
    services.recuse(proposal, barred, rules.STEPPED_BACK, "이웃", at=now(), by=barred.actor)
    for who in (challenged, barred, factories.account("committee", of=factories.programme("dong"))):
        with pytest.raises(recusals.NotEntitled):
            vote(row, who, "against")
    vote(row, one, "for")
    with pytest.raises(recusals.VotedAlready):
        vote(row, one, "for")
    with pytest.raises(rules.NotOnTheList):
        vote(row, one, "maybe")
    assert (row.votes_for, row.cast, lines("challenge.vote"), db.session.query(ChallengeVoter).count()) == (1, 1, 1, 1)


def test_who_voted_how_is_kept_nowhere(app: Flask) -> None:
    proposal, (challenged, one, *_others) = challengeable()
    row = challenge(proposal, challenged)
    vote(row, one, "against")
    (line,) = db.session.query(AuditLine).filter_by(action="challenge.vote")
    assert line.fields == {"challenge": row.id}
    assert set(ChallengeVoter.__table__.columns.keys()) == {"challenge_id", "account_id"}


def test_a_member_who_steps_back_meanwhile_needs_no_vote(app: Flask) -> None:
    proposal, (challenged, *_others) = challengeable()
    row = challenge(proposal, challenged)
    services.recuse(proposal, challenged, rules.STEPPED_BACK, "이웃", at=now(), by=challenged.actor)
    close(row, "스스로 회피했습니다.")
    assert (row.state, queries.find_recusal(proposal.id, challenged.id).kind) == (recusals.MOOT, rules.STEPPED_BACK)


@pytest.mark.parametrize(("state", "wanted"), [*product(recusals.CHALLENGE_STATES, repeat=2)])
def test_a_challenge_is_decided_once(app: Flask, state: str, wanted: str) -> None:
    if state == recusals.OPEN:
        assert (wanted in recusals.CHALLENGE_TRANSITIONS[state]) == (wanted != recusals.OPEN)
    else:
        assert wanted not in recusals.CHALLENGE_TRANSITIONS[state]


def test_what_was_decided_on_a_challenge_stays(app: Flask) -> None:
    proposal, (challenged, one, other, last) = challengeable()
    row = challenge(proposal, challenged)
    for member in (one, other):
        vote(row, member, "against")
    close(row)
    with pytest.raises(rules.WrongState):
        close(row, "다시")
    with pytest.raises(rules.WrongState):
        vote(row, last, "for")
    with pytest.raises(recusals.AlreadyChallenged):
        challenge(proposal, challenged)
    row.state = recusals.ACCEPTED
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()
    assert (row.state, row.votes_against, lines("challenge.close")) == (recusals.REJECTED, 2, 1)


def test_only_the_proposer_challenges_and_only_members_who_review(app: Flask) -> None:
    proposal, (one, barred, *_others) = challengeable()
    services.recuse(proposal, barred, rules.STEPPED_BACK, "이웃", at=now(), by=barred.actor)
    stranger = factories.resident()
    with pytest.raises(proposals.NotTheProposer):
        recusal_services.file_challenge(proposal, one, "까닭", at=now(), by=stranger.actor)
    with pytest.raises(rules.AlreadyRecused):
        challenge(proposal, barred)
    with pytest.raises(recusals.NotAReviewer):
        challenge(proposal, factories.account("staff"))
    with pytest.raises(rules.TextMissing):
        challenge(proposal, one, "")
    assert (recusal_queries.list_challenges_of(proposal.id), lines("challenge.file")) == ([], 0)


def test_challenges_end_when_the_written_review_begins_or_days_after_a_late_release(app: Flask, clock: Clock) -> None:
    proposal, (one, other, *_rest) = challengeable()
    begins = rounds.find_period(proposal.round.phases, rounds.WRITTEN_REVIEW).starts_at
    assert recusal_queries.find_challenge_end(proposal) == begins
    clock.offset += begins - now()
    with pytest.raises(recusals.ChallengeTooLate) as refused:
        challenge(proposal, one)
    assert refused.value.until == begins
    factories.check(proposal, state=rules.RELEASED)
    challenge(proposal, one)
    clock.offset += timedelta(days=8)
    with pytest.raises(recusals.ChallengeTooLate):
        challenge(proposal, other)
    assert len(recusal_queries.list_challenges_of(proposal.id)) == 1


def test_the_shortlist_waits_for_open_challenges(app: Flask) -> None:
    proposal, (challenged, one, other, last) = challengeable()
    row = challenge(proposal, challenged)
    proposal.state = proposals.VISITED
    round_ = proposal.round
    for phase in round_.phases:
        if phase.kind == rounds.WRITTEN_REVIEW:
            phase.starts_at = now() - timedelta(hours=1)
    db.session.commit()
    factories.visit(proposal)
    for member, points in ((challenged, 100), (one, 40), (other, 40), (last, 40)):
        score(proposal, member, points)
    with pytest.raises(recusals.ChallengesOpen):
        sheet_services.decide_shortlist(round_, at=now(), by=SYSTEM)
    assert proposal.state == proposals.VISITED
    for member in (one, other):
        vote(row, member, "for")
    close(row)
    sheet_services.decide_shortlist(round_, at=now(), by=SYSTEM)
    assert queries.find_decision(proposal.id).mean == 40


def test_the_database_takes_no_acceptance_without_its_majority(app: Flask) -> None:
    proposal, (challenged, *_others) = challengeable()
    facts = {"reason": "까닭", "filed_at": now(), "closed_at": now(), "answer": "까닭", "entitled": 3}
    with pytest.raises(IntegrityError):
        factories.keep(Challenge(proposal=proposal, account=challenged, state=recusals.ACCEPTED, votes_for=1, **facts))
    db.session.rollback()
    with pytest.raises(IntegrityError):
        factories.keep(Challenge(proposal=proposal, account=challenged, state=recusals.LAPSED, abstained=2, **facts))
    db.session.rollback()
    assert db.session.query(Recusal).count() == 0
