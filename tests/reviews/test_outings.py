"""현장심사 일정: who is told that it is planned, moved or cancelled, and what becomes of its proposals."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from app.clock import now
from app.database import db
from app.notices import kinds
from app.notices.letter_models import Delivery, Notice
from app.people.models import STAFF_ROLE, Account
from app.proposals.models import Proposal
from app.reviews import outing_services as services
from app.reviews import queries, rules, visit_queries, visit_rules, visit_services
from app.reviews import services as reviewing
from app.reviews.visit_models import Outing
from tests import factories
from tests.reviews.papers import checklist, lines, members


@pytest.fixture
def proposal(app: Flask) -> Proposal:
    round_ = factories.round_(running="site_visit")
    checklist(round_)
    return factories.proposal(round_, state="eligible", place="안양천")


@pytest.fixture
def staff(app: Flask) -> Account:
    return factories.account(STAFF_ROLE)


def plan(*who: Account, starts_at: datetime | None = None, meeting_point: str = "구청 정문") -> visit_rules.OutingPlan:
    return visit_rules.OutingPlan(starts_at or now(), meeting_point, frozenset(one.id for one in who))


def told(*, by: Account | None = None, of: Proposal | None = None) -> list[str]:
    who = {"account_id": by.id} if by is not None else {"resident_id": of.resident_id if of else None}
    return [one.kind for one in db.session.query(Notice).filter_by(**who).order_by(Notice.id)]


def test_those_who_go_are_told_of_an_outing_of_its_moves_and_when_they_go_no_longer(
    proposal: Proposal, staff: Account
) -> None:
    goes, left, joins = members(proposal.round, 3)
    first = plan(goes, left)
    outing = services.plan_outing(proposal.round, first, at=now(), by=staff.actor)
    services.change_outing(outing, first, at=now(), by=staff.actor)  # nothing is another now
    later = plan(goes, joins, starts_at=first.starts_at + timedelta(hours=1))
    services.change_outing(outing, later, at=now(), by=staff.actor)
    assert told(by=goes) == [kinds.OUTING_PLANNED, kinds.OUTING_MOVED]
    assert (told(by=joins), told(by=left)) == ([kinds.OUTING_PLANNED], [kinds.OUTING_PLANNED, kinds.OUTING_CANCELLED])
    last = db.session.query(Notice).filter_by(account_id=left.id).order_by(Notice.id.desc()).first()
    assert last.facts == {"outing": str(outing.id), "starts_at": first.starts_at.isoformat()}


def test_who_steps_back_from_one_proposal_still_goes_along_to_the_others(proposal: Proposal, staff: Account) -> None:
    first = plan(*members(proposal.round))
    outing = services.plan_outing(proposal.round, first, at=now(), by=staff.actor)
    services.plan_visit(proposal, outing, "facility", "안양천 입구", at=now(), by=staff.actor)
    one = db.session.get_one(Account, min(first.companions))
    reviewing.recuse(proposal, one, rules.STEPPED_BACK, "가족의 제안", at=now(), by=one.actor)
    services.change_outing(outing, first._replace(meeting_point="시장 앞"), at=now(), by=staff.actor)
    services.plan_visit(proposal, outing, "facility", "안양천 다리", at=now(), by=staff.actor)
    services.change_outing(outing, plan(*members(proposal.round, 1)), at=now(), by=staff.actor)
    with pytest.raises(visit_rules.RecusedOnRoute):
        services.change_outing(outing, first, at=now(), by=staff.actor)


def test_those_whose_proposal_is_visited_are_told_of_another_hour_or_meeting_point_and_of_nothing_else(
    proposal: Proposal, staff: Account
) -> None:
    first = plan(*members(proposal.round))
    outing = services.plan_outing(proposal.round, first, at=now(), by=staff.actor)
    visit = services.plan_visit(proposal, outing, "facility", "안양천 입구", at=now(), by=staff.actor)
    assert told(of=proposal) == [kinds.VISIT_PLANNED]  # once, of both
    services.change_outing(outing, first._replace(meeting_point="시장 앞"), at=now(), by=staff.actor)
    services.change_visit(visit, "programme", "안양천 입구", at=now(), by=staff.actor)
    assert len(told(of=proposal)) == 1
    services.change_visit(visit, "programme", "안양천 다리", at=now(), by=staff.actor)
    later = first._replace(starts_at=first.starts_at + timedelta(minutes=30))
    services.change_outing(outing, later, at=now(), by=staff.actor)
    assert told(of=proposal) == [kinds.VISIT_PLANNED] * 3
    visit_services.ask_impossible(proposal, "공사 중입니다.", at=now(), by=staff.actor)
    assert told(of=proposal)[3:] == [kinds.VISIT_CALLED_OFF]
    went_out = db.session.query(Delivery.state).filter(Delivery.notice.has(kind=kinds.VISIT_PLANNED))
    assert {state for (state,) in went_out} == {"unwanted"}, "what is true no longer goes out no more"


def cancel(outing: Outing, by: Account, reason: str = "비가 옵니다.") -> None:
    services.cancel_outing(outing, reason, at=now(), by=by.actor)


def test_a_cancelled_outing_is_told_and_its_proposals_wait_again(proposal: Proposal, staff: Account) -> None:
    (member,) = members(proposal.round, 1)
    outing, other = factories.outing(proposal.round, member), factories.outing(proposal.round)
    services.put_on_outing(proposal, outing, at=now(), by=staff.actor)
    cancel(outing, staff)
    assert (visit_queries.list_unplanned(proposal.round_id), outing.sequence) == ([proposal], 2)
    assert visit_queries.list_outings(proposal.round_id, cancelled=False) == [other]
    assert told(of=proposal) == [kinds.VISIT_PLANNED, kinds.VISIT_CALLED_OFF]
    assert told(by=member) == [kinds.OUTING_CANCELLED]
    for act in (
        lambda: cancel(outing, staff, "또"),
        lambda: services.change_outing(outing, plan(member), at=now(), by=staff.actor),
        lambda: services.put_on_outing(proposal, outing, at=now(), by=staff.actor),
    ):
        with pytest.raises(visit_rules.OutingCancelled):
            act()
    assert (outing.cancel_reason, outing.companions[0].account, queries.find_visit(proposal.id)) == (
        "비가 옵니다.",
        member,
        None,
    )
    services.put_on_outing(proposal, other, at=now(), by=staff.actor)
    assert queries.get_visit(proposal.id).outing == other


def test_an_outing_on_which_something_is_written_or_without_a_reason_is_not_cancelled(
    proposal: Proposal, staff: Account
) -> None:
    visit = factories.visit(proposal, state=rules.PLANNED)
    with pytest.raises(rules.TextMissing):
        cancel(visit.outing, staff, "")
    entry = visit_rules.Entry("need", "confirmed", "", 0, "key")
    visit_services.save_entry(visit, entry, at=now(), by=staff.actor)
    with pytest.raises(visit_rules.RecordBegun):
        cancel(visit.outing, staff)
    db.session.refresh(visit)
    assert (visit.outing.cancelled_at, visit.stop, lines("outing.cancel"), db.session.query(Notice).count()) == (
        None,
        1,
        0,
        0,
    )
