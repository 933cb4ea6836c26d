"""What must not happen through a merge, a split or a carrying-over: nothing is funded twice, nobody's challenge, name
or bar is lost, and nobody disposes alone of what is many people's."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.audit.models import SYSTEM
from app.clock import Clock, now
from app.database import db
from app.fates import making, queries, rules, services
from app.people.models import Account
from app.proposals import file_services as hanging
from app.proposals import rules as proposals
from app.proposals import services as writing
from app.proposals import together, waiting
from app.proposals.models import Proposal
from app.proposals.queries import list_own
from app.reviews import check_services, recusal_services
from app.reviews import queries as reviews
from app.reviews import services as reviewing
from app.reviews.recusal_models import Challenge
from app.rounds import rules as rounds
from app.rounds.rules import INTAKE, SITE_VISIT, WRITTEN_REVIEW
from tests import factories
from tests.fates.offers import agree, called, carry, is_sound, merge, split, staff, states, text_of
from tests.fates.test_merge import stored, two
from tests.fates.test_split_and_carry import next_round, parted, through
from tests.proposals.test_files import A_PHOTO
from tests.reviews.papers import decision


def test_what_was_carried_over_is_at_its_end_in_its_round_though_the_phases_are_moved(app: Flask, clock: Clock) -> None:
    left, other = two()
    check = factories.check(left)
    clock.offset += timedelta(days=90)
    agree(carry(left))
    clock.offset -= timedelta(days=90)
    before = stored()
    with pytest.raises(proposals.WrongState):
        check_services.decide_check(check, decision(), at=now(), by=factories.account("department").actor)
    with pytest.raises(rules.NotOnItsWay):
        merge(other, left)
    with pytest.raises(proposals.WrongState):
        services.withdraw_proposal(left, reason="", at=now(), by=left.resident.actor)
    assert (stored(), states([left]), is_sound()) == (before, ["carried"], True)


def test_what_its_round_comes_to_after_all_is_not_carried_over_by_a_late_yes(app: Flask, clock: Clock) -> None:
    left = factories.proposal(called(), state="visited")
    clock.offset += timedelta(days=90)
    offer = carry(left)
    clock.offset -= timedelta(days=90)
    before = stored()
    with pytest.raises(rules.OfferStale):
        agree(offer)
    assert (queries.find_staleness(offer, now()), stored()) == (rules.MOVED, before)


def challenged(proposal: Proposal) -> Challenge:
    member = factories.account("committee")
    what: dict[str, Any] = {"reason": "같은 단체의 사람입니다.", "at": now(), "by": proposal.resident.actor}
    return recusal_services.file_challenge(proposal, member, **what)


def test_a_challenge_is_decided_before_its_proposal_goes(app: Flask) -> None:
    one, other = two("eligible", running=SITE_VISIT)
    offer = merge(one, other)
    challenge = challenged(other)
    third = factories.proposal(one.round, state="eligible")
    before = stored()
    with pytest.raises(rules.OfferStale):
        agree(offer)
    with pytest.raises(rules.ChallengeOpen):
        merge(third, other)
    with pytest.raises(rules.ChallengeOpen):
        split(other)
    assert (queries.find_staleness(offer, now()), stored()) == (rules.CHALLENGED, before)
    challenge.state, challenge.closed_at, challenge.entitled, challenge.answer = "moot", now(), 1, "이미 빠졌습니다."
    db.session.commit()
    assert agree(offer).state == rules.DONE


def test_staff_who_are_barred_write_down_the_last_yes_and_the_bars_come_along(app: Flask) -> None:
    one, other = two("eligible", running=SITE_VISIT)
    factories.filing(other)
    members = [factories.account(role) for role in ("committee", "staff")]
    for member in members:
        what = {"at": now(), "by": member.actor}
        reviewing.recuse(other, member, "stepped_back", "아는 사람입니다.", **what)
        if member is members[1]:
            reviewing.recuse(one, member, "stepped_back", "아는 사람입니다.", **what)
    offer = agree(merge(one, other), one.resident)
    consent = next(row for row in offer.consents if row.proposal_id == other.id)
    services.record_answer(consent, True, "창구에서 서명", at=now(), by=members[1])
    assert offer.state == rules.DONE
    assert {row.account_id for row in reviews.list_recusals(one.round_id) if row.proposal_id == one.id} == {
        member.id for member in members
    }


def test_nothing_is_merged_or_split_while_one_alone_could_still_change_it(app: Flask) -> None:
    one, other = two(running=INTAKE)
    before = stored()
    for attempt in (lambda: merge(one, other), lambda: split(one)):
        with pytest.raises(rules.NotNow) as refused:
            attempt()
        assert refused.value.why == rules.TAKING
    assert stored() == before


def test_what_many_have_merged_into_is_not_withdrawn_by_one_of_them_alone(app: Flask) -> None:
    one, other = two()
    agree(merge(one, other))
    what = {"reason": "", "at": now(), "by": one.resident.actor}
    before = stored()
    with pytest.raises(rules.OthersRemain):
        services.withdraw_proposal(one, **what)
    assert stored() == before
    seat = one.co_proposers[0]
    with pytest.raises(rounds.OutsidePhase):  # nor do they leave while others review it
        together.leave(seat, at=now(), by=other.resident.actor)
    db.session.rollback()
    seat.state, seat.seat = proposals.LEFT, None  # as it was possible once
    db.session.commit()
    services.withdraw_proposal(one, **what)
    assert states([one, other]) == ["withdrawn", "merged"]


def test_nobody_alone_changes_what_many_have_merged_into_though_the_intake_is_open_again(app: Flask) -> None:
    one, other = two()
    agree(merge(one, other))
    (intake,) = (phase for phase in one.round.phases if phase.kind == INTAKE)
    intake.ends_at = now() + timedelta(hours=1)
    db.session.commit()
    assert proposals.is_taking(one.round, now()) and not proposals.may_edit(one, now())
    before, what = stored(), {"seen": one.version, "at": now(), "by": one.resident.actor}
    for attempt in (
        lambda: writing.edit_proposal(one, changes={"need": "혼자 고친 글"}, **what),
        lambda: hanging.add_photo(one, A_PHOTO, alt="혼자 올린 사진", **what),
    ):
        with pytest.raises(proposals.AgreedText):
            attempt()
    assert stored() == before


def test_somebody_who_was_asked_already_takes_no_second_seat(app: Flask) -> None:
    one, other = two()
    factories.co_proposer(one, other.resident)
    for _n in range(proposals.SEATS - 1):
        factories.co_proposer(one, factories.resident())
    offer = agree(merge(one, other))
    assert (offer.state, states([one, other])) == (rules.DONE, ["submitted", "merged"])
    assert [seat.state for seat in one.co_proposers if seat.resident_id == other.resident_id] == [proposals.ACCEPTED]


def on_paper(proposal: Proposal) -> Proposal:
    """Of somebody who has no phone."""
    proposal.resident = None
    db.session.commit()
    factories.filing(proposal)
    return proposal


def test_who_proposed_on_paper_and_has_no_phone_does_not_disappear(app: Flask) -> None:
    one, other = two()
    on_paper(other)
    before = stored()
    for said in ({"lead": one}, {"text": text_of(one)}):
        with pytest.raises(rules.PaperLost) as refused:
            merge(one, other, **said)
        assert refused.value.number == other.number
    assert stored() == before
    assert merge(one, other, lead=other).state == rules.OPEN


def test_where_nobody_with_a_phone_proposes_all_who_joined_need_a_seat(app: Flask) -> None:
    one, other = (on_paper(proposal) for proposal in two())
    factories.co_proposer(one, factories.resident(), state=proposals.ACCEPTED)
    assert making.count_further(None, (one, other)) == 1
    assert making.count_further(None, two()) == 1


def test_a_stale_question_is_asked_of_nobody_and_stands_in_nobodys_way(app: Flask) -> None:
    one, other = two()
    offer = merge(one, other)
    assert queries.list_asked(one.resident, now()) == [offer] == [queries.find_asked(one.id, one.resident, now())]
    one.round.state = rounds.BALLOT_PUBLISHED
    db.session.commit()
    assert (queries.list_asked(one.resident, now()), queries.find_asked(one.id, one.resident, now())) == ([], None)
    services.carry_over(one, one.resident, reason="다시 올립니다.", at=now())
    db.session.refresh(offer)
    assert (offer.state, states([one])) == (rules.LAPSED, ["carried"])


def test_a_merge_is_stale_once_its_round_is_through(app: Flask, clock: Clock) -> None:
    one, other = two()
    offer = agree(merge(one, other), one.resident)
    offer.answer_by = None  # it would be over long before
    db.session.commit()
    clock.offset += timedelta(days=90)
    before = stored()
    with pytest.raises(rules.OfferStale):
        agree(offer, other.resident)
    assert (queries.find_staleness(offer, now()), stored()) == (rules.OVER, before)


def test_only_who_began_to_carry_over_their_own_takes_it_back(app: Flask) -> None:
    left, third = through(), factories.resident()
    factories.co_proposer(left, third, state=proposals.ACCEPTED)
    offer = services.carry_over(left, left.resident, reason="다시 올립니다.", at=now())
    before = stored()
    with pytest.raises(proposals.NotTheProposer):
        services.withdraw_own(offer, third, "아니요.", at=now())
    assert stored() == before
    services.withdraw_own(offer, left.resident, "고쳐서 새로 내겠습니다.", at=now())
    assert (offer.state, states([left])) == (rules.WITHDRAWN, ["eligible"])
    of_staff = agree(carry(left), left.resident)
    assert not queries.has_begun(of_staff, left.resident)


def barred_before(kind: str) -> tuple[Proposal, Account]:
    """What was carried over, and a member who was barred from it."""
    left, member = factories.proposal(called(WRITTEN_REVIEW), state="visited"), factories.account("committee")
    reviewing.recuse(left, member, kind, "위원회에서 정했습니다.", at=now(), by=SYSTEM)
    left.round.state = rounds.BALLOT_PUBLISHED
    db.session.commit()
    agree(carry(left))
    next_round(left.round)
    waiting.roll_on(at=now())
    db.session.expire_all()
    (again,) = parted(left)
    again.state = "eligible"
    db.session.commit()
    return again, member


def test_who_was_barred_from_the_text_before_is_looked_at_again(app: Flask) -> None:
    for kind, found in (("challenged", 1), ("stepped_back", 1), ("excluded", 0)):
        again, member = barred_before(kind)
        doubts = queries.list_doubts(again.round)
        assert [(one.proposal, one.account, one.why) for one in doubts] == [(again, member, "before")] * found
        reviewing.recuse(again, member, "stepped_back", "그대로입니다.", at=now(), by=staff().actor)
        assert queries.list_doubts(again.round) == []
        again.round.state = rounds.BALLOT_PUBLISHED
        db.session.commit()


def test_a_draft_of_what_was_carried_over_is_the_proposers_own(app: Flask) -> None:
    left = through()
    agree(carry(left))
    assert sorted(one.state for one in list_own(left.resident)) == ["carried", "draft"]
