"""What is merged leaves the reviews where it stood; what stands goes on, and passes over none of them."""

from datetime import timedelta

import pytest
from flask import Flask

from app.audit.models import SYSTEM
from app.clock import now, seoul_day
from app.database import db
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.reviews import (
    check_queries,
    check_services,
    queries,
    recusal_queries,
    rules,
    sheet_queries,
    sheet_services,
    visit_services,
)
from app.reviews.recusal_models import Interest
from app.rounds.rules import DEPARTMENT_CHECK, SITE_VISIT, WRITTEN_REVIEW
from tests import factories
from tests.fates.offers import agree, called, merge, split, text_of
from tests.reviews.papers import begin, checklist, decision, fill


def merged(running: str, state: str) -> tuple[Proposal, Proposal]:
    """(the one that leads, the one that will have joined it): not merged yet."""
    round_ = called(running)
    return factories.proposal(round_, state=state), factories.proposal(round_, state=state)


def test_a_check_of_what_was_merged_is_neither_decided_nor_waited_for(app: Flask) -> None:
    lead, gone = merged(DEPARTMENT_CHECK, "submitted")
    for proposal in (lead, gone):
        factories.check(proposal)
    agree(merge(lead, gone))
    check = queries.get_check(gone.id)
    with pytest.raises(proposals.WrongState):
        check_services.decide_check(check, decision(), at=now(), by=factories.account("department").actor)
    assert check.state == rules.ASSIGNED
    posts = [(check.department_id, lead.round.programme_id)]
    due = seoul_day(now()) + timedelta(days=60)
    assert [one.proposal.id for one in queries.list_checks(posts)] == [lead.id]
    assert [one.proposal_id for one in check_queries.due_soon(due)] == [lead.id]


def test_on_the_spot_nothing_more_is_written_of_what_was_merged(app: Flask) -> None:
    lead, gone = merged(SITE_VISIT, "eligible")
    checklist(lead.round)
    visit = factories.visit(gone, state=rules.PLANNED)
    agree(merge(lead, gone))
    with pytest.raises(proposals.WrongState):
        fill(visit, factories.account("committee"))
    with pytest.raises(proposals.WrongState):
        visit_services.ensure_may_write(visit, now(), SYSTEM)


def test_a_new_text_is_not_scored_before_it_was_visited_itself(app: Flask) -> None:
    lead, gone = merged(WRITTEN_REVIEW, "visited")
    check = next(phase for phase in lead.round.phases if phase.kind == DEPARTMENT_CHECK)
    check.ends_at = now() + timedelta(days=1)
    for proposal in (lead, gone):
        factories.visit(proposal)
    (target,) = agree(merge(lead, gone, text=text_of(lead))).targets
    member = factories.account("committee")
    factories.criteria(lead.round)
    assert target.proposal is not None
    with pytest.raises(rules.NotVisitedYet):
        begin(target.proposal, member)


def test_parts_of_what_was_visited_are_not_scored_before_they_were_visited(app: Flask) -> None:
    whole, _other = merged(WRITTEN_REVIEW, "visited")
    check = next(phase for phase in whole.round.phases if phase.kind == DEPARTMENT_CHECK)
    check.ends_at = now() + timedelta(days=1)
    factories.visit(whole)
    member = factories.account("committee")
    factories.criteria(whole.round)
    for target in agree(split(whole)).targets:
        assert target.proposal is not None
        with pytest.raises(rules.NotVisitedYet):
            begin(target.proposal, member)


def test_what_leads_keeps_its_sheets_and_those_of_the_others_are_closed(app: Flask) -> None:
    lead, gone = merged(WRITTEN_REVIEW, "visited")
    factories.criteria(lead.round)
    member = factories.account("committee")
    for proposal in (lead, gone):
        factories.visit(proposal)
        begin(proposal, member)
    sheets = [sheet_queries.find_sheet(proposal.id, member.id) for proposal in (lead, gone)]
    agree(merge(lead, gone))
    with pytest.raises(proposals.WrongState):
        sheet_services.submit_sheet(sheets[1], at=now(), by=member.actor)
    with pytest.raises(rules.ScoresMissing):  # what leads is only lacking its points
        sheet_services.submit_sheet(sheets[0], at=now(), by=member.actor)


def test_a_member_who_proposed_one_of_them_is_barred_from_what_it_became(app: Flask) -> None:
    lead, gone = merged(SITE_VISIT, "eligible")
    member = factories.account("committee")
    who = {"round_id": lead.round_id, "account_id": member.id, "phone_key": gone.resident.phone_key}
    factories.keep(Interest(**who, departments=[], bodies="", declared_at=now()))
    assert not recusal_queries.is_barred(lead, member.id)
    agree(merge(lead, gone))
    db.session.expire_all()
    assert recusal_queries.is_barred(lead, member.id)
