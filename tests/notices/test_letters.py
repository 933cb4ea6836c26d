"""Wording a notice, telling of a step in its own transaction, and having seen it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.audit.models import AuditLine
from app.clock import now
from app.database import db
from app.notices import kinds
from app.notices import letter_queries as queries
from app.notices import letter_rules as rules
from app.notices import letter_services as services
from app.notices.delivery_rules import Person
from app.notices.letter_models import LetterTemplate, Notice
from app.people.models import STAFF_ROLE, Account, Resident
from app.programmes.models import Programme
from app.proposals import rules as proposals
from app.proposals import services as proposing
from app.proposals import together
from app.proposals.models import Proposal
from app.proposals.telling import tell_proposer
from app.reviews import check_services as checking
from app.reviews import outing_services, sheet_services, visit_services
from app.reviews import rules as reviews
from app.reviews.models import DepartmentCheck, Recusal, Score, WrittenReview
from app.reviews.objection_rules import UPHELD
from app.reviews.recusal_rules import MOOT
from app.rounds import rules as rounds
from tests import factories
from tests.reviews import papers
from tests.reviews.test_objections import decide, object_to
from tests.reviews.test_objections import refused as refused_by_check
from tests.reviews.test_recusals import challenge, challengeable, close


@pytest.fixture
def programme(app: Flask) -> Programme:
    return factories.programme()


@pytest.fixture
def staff(programme: Programme) -> Account:
    return factories.account(STAFF_ROLE, of=programme)


def save(programme: Programme, staff: Account, body: str = "{제목}!", seen: int = 0) -> None:
    texts = services.Texts(body, "Got {제목}")
    services.save_letter(programme.id, kinds.SUBMITTED, texts, seen=seen, at=now(), by=staff.actor)


def told(resident: Resident | None) -> list[tuple[str, dict[str, str]]]:
    assert resident is not None
    db.session.rollback()
    return [(one.kind, one.facts) for one in reversed(queries.list_notices(Person(resident.id)))]


def counts() -> list[int]:
    tables = (LetterTemplate, Notice, AuditLine)
    return [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def refused(error: type[Exception], act: Callable[[], object]) -> None:
    """And nothing was written."""
    before = counts()
    with pytest.raises(error):
        act()
    db.session.rollback()
    assert counts() == before


# Words


def test_staffs_own_words_hold_until_they_are_reset_and_every_version_stays(
    programme: Programme, staff: Account
) -> None:
    assert queries.get_wording(programme.id, kinds.SUBMITTED).body_ko == rules.KINDS[kinds.SUBMITTED].ko
    save(programme, staff)
    save(programme, staff, "둘째 {제목}", seen=1)
    between = now()
    services.reset_letter(programme.id, kinds.SUBMITTED, seen=2, at=now() + timedelta(seconds=1), by=staff.actor)
    latest = queries.get_wording(programme.id, kinds.SUBMITTED)
    assert (latest.version, latest.is_own, latest.body_en) == (3, False, rules.KINDS[kinds.SUBMITTED].en)
    assert queries.get_wording(programme.id, kinds.SUBMITTED, between).body_ko == "둘째 {제목}"
    assert [one.body_ko for one in queries.list_versions(programme.id, kinds.SUBMITTED)] == [
        "",
        "둘째 {제목}",
        "{제목}!",
    ]


def test_words_of_one_programme_and_kind_are_of_no_other(programme: Programme, staff: Account) -> None:
    save(programme, staff)
    assert not queries.get_wording(programme.id, kinds.WITHDRAWN).is_own
    assert not queries.get_wording(factories.programme("other").id, kinds.SUBMITTED).is_own


@pytest.mark.parametrize(
    ("body", "error"),
    [("{이름}", rules.UnknownVariable), ("{제목", rules.LooseBrace), (" ", rules.LetterUnfit)],
)
def test_an_unfit_text_is_not_saved(programme: Programme, staff: Account, body: str, error: type[Exception]) -> None:
    refused(error, lambda: save(programme, staff, body))


def test_whoever_edits_an_older_version_is_refused(programme: Programme, staff: Account) -> None:
    save(programme, staff)
    refused(rules.LetterMoved, lambda: save(programme, staff, seen=0))
    again = {"seen": 0, "at": now(), "by": staff.actor}
    refused(rules.LetterMoved, lambda: services.reset_letter(programme.id, kinds.SUBMITTED, **again))


def test_the_database_keeps_versions_apart_and_a_text_in_both_languages(programme: Programme, staff: Account) -> None:
    save(programme, staff)
    row = {"programme_id": programme.id, "body_ko": "가", "body_en": "a", "saved_at": now(), "saved_by": staff.id}
    for wrong in ({"version": 1}, {"version": 2, "sms_ko": "가"}, {"version": 2, "subject_en": "a"}):
        with pytest.raises(IntegrityError):
            factories.keep(LetterTemplate(kind=kinds.SUBMITTED, **(row | wrong)))
        db.session.rollback()


# Steps


def test_submitting_and_withdrawing_tell_the_proposer_alone(app: Flask) -> None:
    round_ = factories.round_(running=rounds.INTAKE)
    resident, other = factories.resident(), factories.resident()
    draft = factories.proposal(round_, state=proposals.DRAFT, by=resident, consented_at=now())
    resident.name = "박제안"
    db.session.commit()
    proposing.submit_proposal(draft, at=now(), by=resident.actor)
    proposing.withdraw_proposal(draft, reason="", at=now(), by=resident.actor)
    assert told(resident) == [(kinds.SUBMITTED, {}), (kinds.WITHDRAWN, {})]
    assert told(other) == []


def test_all_who_propose_together_are_told_and_who_leaves_has_nothing_of_it_any_more(app: Flask) -> None:
    round_ = factories.round_(running=rounds.INTAKE)
    draft = factories.proposal(round_, state=proposals.DRAFT, consented_at=now())
    first, second, asked = (factories.resident() for _ in range(3))
    seats = [factories.co_proposer(draft, one, state=proposals.ACCEPTED) for one in (first, second)]
    factories.co_proposer(draft, asked)
    proposing.submit_proposal(draft, at=now(), by=draft.resident.actor)
    assert [len(told(one)) for one in (draft.resident, first, second, asked)] == [1, 1, 1, 0]
    together.leave(seats[0], at=now(), by=first.actor)
    assert [len(told(one)) for one in (draft.resident, first, second, asked)] == [2, 0, 1, 0]


def test_who_asked_somebody_hears_what_came_of_it_and_no_phone(app: Flask) -> None:
    draft = factories.proposal(factories.round_(running=rounds.INTAKE), state=proposals.DRAFT, consented_at=now())
    first, second = factories.resident(), factories.resident()
    one, two = (factories.co_proposer(draft, of) for of in (first, second))
    together.accept(one, first, name="박함께", at=now(), by=first.actor)
    together.decline(two, at=now(), by=second.actor)
    together.leave(one, at=now(), by=first.actor)
    moved = [(kinds.CO_PROPOSER_MOVED, {"joining": state}) for state in ("accepted", "declined", "left")]
    assert told(draft.resident) == moved
    assert (told(first), told(second)) == ([], [])


def test_a_draft_that_was_told_of_can_be_discarded(app: Flask) -> None:
    draft = factories.proposal(factories.round_(running=rounds.INTAKE), state=proposals.DRAFT)
    resident = draft.resident
    row = {"kind": kinds.RETURNED, "facts": {}, "made_at": now(), "round_id": draft.round_id}
    factories.keep(Notice(resident_id=resident.id, proposal_id=draft.id, **row))
    proposing.discard_draft(draft, at=now(), by=resident.actor)
    assert told(resident) == []


def test_an_objection_is_told_when_it_is_decided_and_a_challenge_when_it_is_closed(app: Flask) -> None:
    proposal = refused_by_check()
    objection = object_to(proposal)
    assert told(proposal.resident) == []
    decide(objection, UPHELD)
    assert told(proposal.resident) == [(kinds.OBJECTION_DECIDED, {"objection": UPHELD})]
    proposal, (member, *_others) = challengeable()
    row = challenge(proposal, member)
    factories.keep(Recusal(kind=reviews.EXCLUDED, reason="가족", declared_at=now(), **keys(proposal, member)))
    close(row)
    assert told(proposal.resident) == [(kinds.CHALLENGE_CLOSED, {"challenge": MOOT})]


def keys(proposal: Proposal, member: Account) -> dict[str, int]:
    return {"proposal_id": proposal.id, "account_id": member.id}


def test_a_step_that_is_refused_tells_nobody(app: Flask) -> None:
    proposal = factories.proposal(factories.round_(running=rounds.INTAKE))
    act = {"at": now(), "by": factories.account().actor}
    refused(proposals.WrongState, lambda: proposing.submit_proposal(proposal, **act))


def test_a_check_is_told_at_its_release_and_not_before(app: Flask, staff: Account) -> None:
    proposal = factories.proposal(factories.round_(running=rounds.DEPARTMENT_CHECK))
    resident = proposal.resident
    checking.assign_check(proposal, factories.department(), at=now(), by=staff.actor)
    check = reviews_check(proposal.id)
    checking.decide_check(check, papers.decision(), at=now(), by=staff.actor)
    assert told(resident) == []
    checking.release_check(reviews_check(proposal.id), at=now(), by=staff.actor)
    assert told(resident) == [(kinds.CHECK_RELEASED, {"verdict": reviews.ELIGIBLE, "objection_until": None})]


def test_only_who_may_object_is_told_until_when(app: Flask, staff: Account) -> None:
    proposal = factories.proposal(factories.round_(running=rounds.DEPARTMENT_CHECK, review_objection_days=7))
    together = factories.co_proposer(proposal, factories.resident(), state="accepted").resident
    checking.assign_check(proposal, factories.department(), at=now(), by=staff.actor)
    checking.decide_check(reviews_check(proposal.id), papers.refusal(), at=now(), by=staff.actor)
    checking.release_check(reviews_check(proposal.id), at=now(), by=staff.actor)
    until = [one[-1][1]["objection_until"] for one in (told(proposal.resident), told(together))]
    assert until[0] is not None and until[1] is None


def reviews_check(proposal_id: int) -> DepartmentCheck:
    return db.session.query(DepartmentCheck).filter_by(proposal_id=proposal_id).one()


def test_a_visit_is_told_when_it_is_planned_recorded_and_closed(app: Flask) -> None:
    round_ = factories.round_(running=rounds.SITE_VISIT)
    papers.checklist(round_)
    proposal = factories.proposal(round_, state=proposals.ELIGIBLE)
    resident, members = proposal.resident, papers.members(round_)
    outing = factories.outing(round_, *members)
    by = factories.account(STAFF_ROLE).actor
    visit = outing_services.put_on_outing(proposal, outing, at=now(), by=by)
    outing_services.put_on_outing(proposal, outing, at=now(), by=by)  # where it is already: nothing new
    planned = (kinds.VISIT_PLANNED, {"visit_on": outing.starts_at.isoformat()})
    assert told(resident) == [planned]
    papers.fill(visit, members[0])
    papers.record(visit, *members)
    assert visit.answer_until is not None
    recorded = (kinds.VISIT_RECORDED, {"answer_until": visit.answer_until.isoformat()})
    assert told(resident) == [planned, recorded]
    papers.sign(visit, *members)
    visit.answer_until = now() - timedelta(days=1)
    db.session.commit()
    visit_services.sign_off_visit(visit, at=now(), by=by)
    assert told(resident) == [planned, recorded, (kinds.VISIT_CLOSED, {})]


def test_the_shortlist_tells_everybody_whose_proposal_was_decided(app: Flask) -> None:
    round_ = factories.round_(running=rounds.WRITTEN_REVIEW, shortlist_threshold="50")
    criteria, member = factories.criteria(round_), papers.members(round_)[0]
    residents = []
    for points in (1, 0):
        proposal = factories.proposal(round_, state=proposals.VISITED)
        visit, at = factories.visit(proposal), now()
        sheet = {"visit_id": visit.id, "account_id": member.id, "declared_at": at}
        scores = [Score(criterion_id=one.id, points=one.points_max * points) for one in criteria]
        written = factories.keep(WrittenReview(scores=scores, **sheet))
        written.state, written.submitted_at = reviews.SUBMITTED, at
        db.session.commit()
        residents.append(proposal.resident)
    for phase in round_.phases:
        if phase.kind == rounds.WRITTEN_REVIEW:
            phase.ends_at = now()
    db.session.commit()
    sheet_services.decide_shortlist(round_, at=now(), by=factories.account(STAFF_ROLE).actor)
    told_of = [[kind for kind, _ in told(one)] for one in residents]
    assert told_of == [[kinds.SHORTLISTED], [kinds.LEFT_OUT]]


def test_a_proposal_from_history_is_nobodys_and_nobody_is_told(app: Flask) -> None:
    proposal = factories.proposal(factories.round_(running=rounds.INTAKE))
    proposal.resident = None
    db.session.commit()
    tell_proposer(proposal, kinds.SUBMITTED, at=now())
    assert counts()[1] == 0


# Seeing


def test_what_came_after_the_page_was_opened_stays_new(app: Flask) -> None:
    proposal, resident = factories.proposal(factories.round_(running=rounds.INTAKE)), factories.resident()
    of = {"resident_id": resident.id, "round_id": proposal.round_id, "proposal_id": proposal.id, "facts": {}}
    first, _second = (factories.keep(Notice(kind=kinds.SUBMITTED, made_at=now(), **of)) for _ in range(2))
    other = factories.resident()
    factories.keep(Notice(kind=kinds.SUBMITTED, made_at=now(), **(of | {"resident_id": other.id})))
    services.see_notices(Person(resident.id), first.id, at=now(), by=resident.actor)
    assert (queries.count_unseen(Person(resident.id)), queries.count_unseen(Person(other.id))) == (1, 1)
    services.see_notices(Person(resident.id), 10**9, at=now(), by=resident.actor)
    before = counts()
    services.see_notices(Person(resident.id), 10**9, at=now(), by=resident.actor)
    assert queries.count_unseen(Person(resident.id)) == 0 and counts() == before
