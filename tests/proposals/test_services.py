"""What a resident may write, when, and that a refusal leaves everything as it was."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.audit.models import AuditLine
from app.clock import now
from app.database import db
from app.people.models import Resident
from app.proposals import rules, services
from app.proposals.models import Proposal
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories

WRITTEN = {
    "title": "골목 보안등 바꾸기",
    "need": "밤에 골목이 어둡습니다.",
    "content": "보안등 열 개를 바꿉니다.",
    "effect": "밤에도 마음 놓고 다닙니다.",
    "cost_won": 120_000_000,
}
COLUMNS = [column.key for column in Proposal.__table__.columns]


@pytest.fixture
def intake(app: Flask) -> Round:
    return factories.round_(running=rounds.INTAKE, per_project_limit_won=300_000_000)


@pytest.fixture
def resident(app: Flask) -> Resident:
    return factories.resident()


@pytest.fixture
def draft(intake: Round, resident: Resident) -> Proposal:
    return factories.proposal(intake, state=rules.DRAFT, by=resident, consented_at=now(), **WRITTEN)


def acts(by: Resident) -> dict[str, Any]:
    return {"at": now(), "by": by.actor}


def stored(proposal: Proposal) -> dict[str, Any]:
    db.session.rollback()
    db.session.refresh(proposal)
    return {name: getattr(proposal, name) for name in COLUMNS}


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditLine.action).order_by(AuditLine.id)))


class Unchanged:
    """A block that must raise `error`, and leave proposal and audit as they were."""

    def __init__(self, proposal: Proposal, error: type[Exception]) -> None:
        self.proposal, self.error = proposal, error

    def __enter__(self) -> None:
        self.before = (stored(self.proposal), actions())

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        assert kind is not None and issubclass(kind, self.error), f"{kind} instead of {self.error}"
        assert (stored(self.proposal), actions()) == self.before
        return True


def test_a_draft_begins_without_a_number_and_leaves_one_line(intake: Round, resident: Resident) -> None:
    draft = services.begin_draft(
        intake, resident, changes={"title": "쉼터", "section_id": intake.sections[0].id}, **acts(resident)
    )
    assert (draft.state, draft.number, draft.title) == (rules.DRAFT, None, "쉼터")
    assert actions() == ["proposal.begin"]


def test_a_draft_of_another_rounds_section_is_not_begun(intake: Round, resident: Resident) -> None:
    other = factories.round_(running=rounds.INTAKE)
    with pytest.raises(rules.UnknownSection):
        services.begin_draft(
            intake, resident, changes={"title": "쉼터", "section_id": other.sections[0].id}, **acts(resident)
        )
    assert db.session.scalar(select(func.count()).select_from(Proposal)) == 0
    assert actions() == []


def test_no_draft_begins_outside_the_intake(app: Flask, resident: Resident) -> None:
    for state, running in (
        (rounds.CALLED, None),
        (rounds.DRAFT, rounds.INTAKE),
        (rounds.CALLED, rounds.SITE_VISIT),
        (rounds.BALLOT_PUBLISHED, rounds.INTAKE),
    ):
        round_ = factories.round_(state=state, running=running)
        factories.round_(running=rounds.INTAKE)  # that is where it can be begun
        with pytest.raises(rounds.OutsidePhase):
            services.begin_draft(round_, resident, changes={"title": "쉼터"}, **acts(resident))
    assert db.session.scalar(select(func.count()).select_from(Proposal)) == 0


def test_an_edit_names_the_fields_that_changed_and_not_what_they_say(draft: Proposal, resident: Resident) -> None:
    changes = {**WRITTEN, "title": "비밀 제목", "need": "비밀 사연"}
    services.edit_proposal(draft, changes=changes, seen=1, **acts(resident))
    line = db.session.scalars(select(AuditLine)).one()
    assert (line.action, line.fields) == ("proposal.edit", {"changed": "title, need"})
    assert (draft.title, draft.version) == ("비밀 제목", 2)


def test_an_edit_that_changes_nothing_writes_nothing(draft: Proposal, resident: Resident) -> None:
    services.edit_proposal(draft, changes=WRITTEN, seen=1, **acts(resident))
    assert (draft.version, actions()) == (1, [])


def test_a_save_from_a_page_opened_earlier_is_refused(draft: Proposal, resident: Resident) -> None:
    services.edit_proposal(draft, changes={"title": "첫째 창"}, seen=1, **acts(resident))
    with Unchanged(draft, rules.Stale):
        services.edit_proposal(draft, changes={"title": "둘째 창"}, seen=1, **acts(resident))


REFUSED_CHANGES = (
    ({"cost_won": 0}, rules.CostNotPositive),
    ({"cost_won": -5}, rules.CostNotPositive),
    ({"cost_won": 300_000_001}, rules.OverTheLimit),
    ({"title": "가" * 81}, rules.TooLong),
    ({"need": "가" * 2001}, rules.TooLong),
    ({"section_id": 999_999}, rules.UnknownSection),
    ({"area_id": 999_999}, rules.UnknownArea),
    ({"state": rules.SHORTLISTED}, ValueError),
)


def test_an_edit_that_breaks_a_rule_changes_nothing(draft: Proposal, resident: Resident) -> None:
    for changes, error in REFUSED_CHANGES:
        with Unchanged(draft, error):
            services.edit_proposal(draft, changes={"place": "새 장소", **changes}, seen=1, **acts(resident))


def test_a_dong_outside_the_programmes_area_is_refused(draft: Proposal, resident: Resident) -> None:
    elsewhere = factories.area("mapo", "gu", "마포구", "Mapo-gu")
    far = factories.keep(
        type(elsewhere)(
            code="hapjeong", kind="dong", name_ko="합정동", name_en="Hapjeong", position=99, parent=elsewhere
        )
    )
    with Unchanged(draft, rules.UnknownArea):
        services.edit_proposal(draft, changes={"area_id": far.id}, seen=1, **acts(resident))


def test_numbers_are_given_in_the_order_of_submission_without_a_gap(intake: Round, resident: Resident) -> None:
    drafts = [
        factories.proposal(intake, state=rules.DRAFT, by=resident, consented_at=now(), **WRITTEN) for _ in range(3)
    ]
    for draft in reversed(drafts):
        services.submit_proposal(draft, **acts(resident))
    assert [draft.number for draft in drafts] == [3, 2, 1]
    assert actions() == ["proposal.submit"] * 3


def test_the_database_itself_refuses_a_number_given_twice(intake: Round) -> None:
    first, second = factories.proposal(intake), factories.proposal(intake)
    second.number = first.number
    with pytest.raises(IntegrityError):
        db.session.commit()


def test_a_withdrawn_proposals_number_is_not_given_again(draft: Proposal, intake: Round, resident: Resident) -> None:
    services.submit_proposal(draft, **acts(resident))
    services.withdraw_proposal(draft, reason="", **acts(resident))
    second = factories.proposal(intake, state=rules.DRAFT, by=resident, consented_at=now(), **WRITTEN)
    services.submit_proposal(second, **acts(resident))
    assert (draft.number, second.number) == (1, 2)


def test_a_draft_that_lacks_something_is_not_submitted(intake: Round, resident: Resident) -> None:
    for field in rules.REQUIRED:
        lacking = {field: "" if field in rules.LETTERS_MAX else None}
        draft = factories.proposal(intake, state=rules.DRAFT, by=resident, **{"consented_at": now(), **lacking})
        with Unchanged(draft, rules.Incomplete):
            services.submit_proposal(draft, **acts(resident))


def test_a_draft_above_a_limit_lowered_meanwhile_is_not_submitted(draft: Proposal, resident: Resident) -> None:
    draft.round.per_project_limit_won = 100_000_000
    db.session.commit()
    with Unchanged(draft, rules.OverTheLimit):
        services.submit_proposal(draft, **acts(resident))


def test_the_moment_intake_ends_nothing_is_submitted_or_edited(draft: Proposal, resident: Resident) -> None:
    ends_at = next(phase.ends_at for phase in draft.round.phases if phase.kind == rounds.INTAKE)
    with Unchanged(draft, rounds.OutsidePhase):
        services.submit_proposal(draft, at=ends_at, by=resident.actor)
    services.submit_proposal(draft, at=ends_at - timedelta(microseconds=1), by=resident.actor)
    assert draft.state == rules.SUBMITTED
    with Unchanged(draft, rounds.OutsidePhase):
        services.edit_proposal(draft, changes={"title": "늦은 제목"}, seen=1, at=ends_at, by=resident.actor)


def test_a_submitted_proposal_is_edited_until_intake_ends_but_never_emptied(
    draft: Proposal, resident: Resident
) -> None:
    services.submit_proposal(draft, **acts(resident))
    services.edit_proposal(draft, changes={"title": "고친 제목"}, seen=1, **acts(resident))
    assert (draft.title, actions()[-1]) == ("고친 제목", "proposal.edit")
    with Unchanged(draft, rules.Incomplete):
        services.edit_proposal(draft, changes={"need": ""}, seen=2, **acts(resident))


def in_state(state: str, intake: Round, resident: Resident) -> Proposal:
    return factories.proposal(intake, state=state, by=resident, consented_at=now(), **WRITTEN)


def test_from_each_state_only_what_the_table_allows_happens(intake: Round, resident: Resident) -> None:
    verbs = {
        rules.SUBMITTED: lambda row: services.submit_proposal(row, **acts(resident)),
        rules.WITHDRAWN: lambda row: services.withdraw_proposal(row, reason="", **acts(resident)),
    }
    for state, (wanted, verb) in product(rules.STATES, verbs.items()):
        proposal = in_state(state, intake, resident)
        if rules.may_become(state, wanted):
            verb(proposal)
            assert proposal.state == wanted
        else:
            with Unchanged(proposal, rules.WrongState):
                verb(proposal)


def test_only_drafts_and_submitted_proposals_are_edited(intake: Round, resident: Resident) -> None:
    for state in rules.STATES:
        proposal = in_state(state, intake, resident)
        if state in rules.EDITABLE:
            services.edit_proposal(proposal, changes={"title": "고침"}, seen=1, **acts(resident))
            assert proposal.title == "고침"
        else:
            with Unchanged(proposal, rules.WrongState):
                services.edit_proposal(proposal, changes={"title": "고침"}, seen=1, **acts(resident))


def test_only_drafts_are_discarded(intake: Round, resident: Resident) -> None:
    for state in set(rules.STATES) - {rules.DRAFT}:
        proposal = in_state(state, intake, resident)
        with Unchanged(proposal, rules.WrongState):
            services.discard_draft(proposal, **acts(resident))
    draft = in_state(rules.DRAFT, intake, resident)
    key = draft.id
    services.discard_draft(draft, **acts(resident))
    assert db.session.get(Proposal, key) is None
    assert actions() == ["proposal.discard"]


def test_a_withdrawal_keeps_its_reason_with_the_proposal_and_out_of_the_audit(
    draft: Proposal, resident: Resident
) -> None:
    services.submit_proposal(draft, **acts(resident))
    services.withdraw_proposal(draft, reason="이미 고쳐졌습니다.", **acts(resident))
    assert (draft.state, draft.withdrawal_reason) == (rules.WITHDRAWN, "이미 고쳐졌습니다.")
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "proposal.withdraw")).one()
    assert line.fields == {"number": 1}


def test_once_the_ballot_is_published_nothing_is_withdrawn(draft: Proposal, resident: Resident) -> None:
    services.submit_proposal(draft, **acts(resident))
    draft.round.state = rounds.BALLOT_PUBLISHED
    db.session.commit()
    with Unchanged(draft, rules.BallotPublished):
        services.withdraw_proposal(draft, reason="", **acts(resident))


def test_a_reason_too_long_withdraws_nothing(draft: Proposal, resident: Resident) -> None:
    services.submit_proposal(draft, **acts(resident))
    with Unchanged(draft, rules.TooLong):
        services.withdraw_proposal(draft, reason="가" * 501, **acts(resident))


def test_consent_keeps_name_and_phone_with_the_resident(intake: Round, resident: Resident) -> None:
    draft = factories.proposal(intake, state=rules.DRAFT, by=resident)
    services.record_consent(draft, name="홍길동", phone="01012345678", seen=1, **acts(resident))
    assert (resident.name, resident.phone) == ("홍길동", "010-1234-5678")
    assert draft.consented_at is not None
    line = db.session.scalars(select(AuditLine)).one()
    assert line.fields == {"changed": "name, phone, consented_at"}


REFUSED_CONSENTS = (
    ("", "", rules.Incomplete),
    ("가" * 61, "", rules.TooLong),
    ("홍길동", "모름", rules.NotAPhoneNumber),
)


def test_consent_without_a_name_or_with_a_wrong_phone_keeps_nothing(intake: Round, resident: Resident) -> None:
    draft = factories.proposal(intake, state=rules.DRAFT, by=resident)
    for name, phone, error in REFUSED_CONSENTS:
        with Unchanged(draft, error):
            services.record_consent(draft, name=name, phone=phone, seen=1, **acts(resident))
    assert (resident.name, resident.phone) == (None, None)
