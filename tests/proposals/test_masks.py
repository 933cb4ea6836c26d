"""개인정보 가리기: what staff mask is erased wherever it stood, and nothing else of a version ever changes."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.adapters.files import folder
from app.audit.models import SYSTEM, AuditLine
from app.clock import Clock, now
from app.database import db
from app.fates import masking as fates
from app.files import services as files
from app.files.rules import PHOTO
from app.people.models import Account
from app.proposals import file_queries, forgetting, mask_rules, masking, queries, services
from app.proposals import file_services as hung
from app.proposals.mask_models import Mask, MaskedText
from app.proposals.models import Proposal, ProposalVersion
from app.proposals.rules import SHORTLISTED, Line, StillNeeded
from app.rounds import rules as rounds
from tests import factories
from tests.proposals.test_files import A_PHOTO

PHONE = "010-1234-5678"
CALL = f"김이웃({PHONE})에게 물어보세요."
LINES = (Line(f"안내판 {PHONE}", 2, 1_000_000),)


@pytest.fixture
def staff(app: Flask) -> Account:
    return factories.account("staff")


def said(staff: Account, **others: Any) -> dict[str, Any]:
    return {"ground": "contact", "reason": "이웃의 전화번호입니다.", "at": now(), "by": staff, **others}


def told(proposal: Proposal) -> Proposal:
    """It said the number once and says it no more in its content; in a line of its cost, and below a photo, it does."""
    act: dict[str, Any] = {"at": now(), "by": proposal.resident.actor}
    changes = {"content": CALL, "cost_lines": LINES}
    services.edit_proposal(proposal, changes=changes, seen=proposal.version, **act)
    services.edit_proposal(proposal, changes={"content": "물어보세요."}, seen=proposal.version, **act)
    hung.add_photo(proposal, A_PHOTO, alt=f"벽에 {PHONE}", seen=proposal.version, **act)
    return proposal


def stored() -> list[str]:
    """All that a reader of the database could find."""
    db.session.rollback()
    tables = [table for table in db.metadata.sorted_tables if table.name != "alembic_version"]
    return [str(tuple(row)) for table in tables for row in db.session.execute(select(table))]


def test_masked_words_are_nowhere_any_more_though_a_version_was_not_to_be_changed(app: Flask, staff: Account) -> None:
    proposal = told(factories.proposal(factories.round_(running=rounds.INTAKE)))
    proposal.state = "eligible"  # its lines are frozen otherwise
    db.session.commit()
    assert sum(PHONE in row for row in stored()) > 4
    seen, kept = proposal.version, [row.written["need"] for row in queries.list_versions(proposal.id)]
    fates.mask_words(proposal, PHONE, **said(staff))
    assert not any(PHONE in row for row in stored())
    written = [row.written["content"] for row in queries.list_versions(proposal.id)]
    assert written.count("김이웃(○○)에게 물어보세요.") == 1 and written[-1] == proposal.content == "물어보세요."
    assert [row.written["need"] for row in queries.list_versions(proposal.id)] == kept
    assert proposal.cost_lines == (Line("안내판 ○○", 2, 1_000_000),) and proposal.version == seen + 1
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "proposal.mask")).one()
    assert (line.fields["what"], line.fields["ground"], PHONE in str(line.fields)) == ("words", "contact", False)


def test_what_it_was_merged_into_says_it_no_more_either(app: Flask, staff: Account) -> None:
    one, other, alone = (factories.proposal(factories.round_(running=rounds.INTAKE), need=CALL) for _ in range(3))
    other.follows_id = one.id
    db.session.commit()
    fates.mask_words(one, PHONE, **said(staff))
    assert [PHONE in proposal.need for proposal in (one, other, alone)] == [False, False, True]


def test_a_masked_photo_goes_with_its_bytes_and_with_what_was_said_of_it(
    app: Flask, staff: Account, clock: Clock
) -> None:
    proposals = [told(factories.proposal(factories.round_(running=rounds.INTAKE))) for _ in range(2)]
    (item,) = file_queries.list_files(proposals[0].id)[PHOTO]
    masking.mask_file(item, **said(staff, ground="picture", reason="이웃의 얼굴이 보입니다."))
    for proposal in proposals:
        assert file_queries.list_files(proposal.id)[PHOTO] == []
        (file,) = queries.list_versions(proposal.id)[-1].written["files"]
        assert file[2:] == ["", ""]
        assert [one.ground for one in masking.list_masks(proposal.id)] == ["picture"]
    clock.offset += 2 * files.GRACE
    files.sweep(at=clock.now())
    assert [path for path in folder().path.rglob("*") if path.is_file() and path.name != ".lock"] == []


REFUSED: tuple[tuple[str, dict[str, Any], type[Exception]], ...] = (
    ("0", {}, mask_rules.WordsUnfit),
    ("가" * 101, {}, mask_rules.WordsUnfit),
    ("없는 말", {}, mask_rules.NothingFound),
    (PHONE, {"ground": "anything"}, mask_rules.MaskReasonUnfit),
    (PHONE, {"reason": ""}, mask_rules.MaskReasonUnfit),
    (PHONE, {"reason": f"{PHONE}이 있어서"}, mask_rules.MaskReasonUnfit),
    ("보안등", {}, mask_rules.OnTheBallot),
    (PHONE, {}, mask_rules.OnTheBallot),
)


def test_what_is_refused_masks_nothing(app: Flask, staff: Account) -> None:
    proposal = factories.proposal(factories.round_(), state=SHORTLISTED, title="골목 보안등", content=CALL)
    factories.version(proposal)
    proposal.round.state = rounds.BALLOT_PUBLISHED
    db.session.commit()
    before = stored()
    for words, others, error in REFUSED:
        with pytest.raises(error):
            fates.mask_words(proposal, words, **said(staff, **others))
        assert stored() == before, words


def test_names_that_nobody_wrote_and_fingerprints_of_files_are_not_masked_and_no_reading_is_outdated(
    app: Flask, staff: Account
) -> None:
    proposal = told(factories.proposal(factories.round_(running=rounds.INTAKE)))
    check = factories.check(proposal, state="decided")
    check.proposal_version = proposal.version
    db.session.commit()
    (file,) = queries.list_versions(proposal.id)[-1].written["files"]
    section, sha256 = proposal.section.name_ko, file[1]
    for words in (section[:2], sha256[:2]):
        with pytest.raises(mask_rules.NothingFound):
            fates.mask_words(proposal, words, **said(staff))
    fates.mask_words(proposal, "물어보세요", **said(staff))
    written = queries.list_versions(proposal.id)[-1].written
    assert (written["section"][0], written["files"][0][1], written["content"]) == (section, sha256, "○○.")
    db.session.expire_all()
    assert not check.is_outdated and check.proposal_version == proposal.version


@pytest.mark.every_database
def test_the_database_lets_a_version_become_what_its_mask_says_and_nothing_else(app: Flask, staff: Account) -> None:
    proposal = factories.proposal(factories.round_(), content=CALL)
    version = factories.version(proposal)
    mask = factories.keep(
        Mask(proposal_id=proposal.id, what="words", ground="contact", reason="?", masked_at=now(), masked_by=staff.id)
    )
    factories.keep(
        MaskedText(mask_id=mask.id, proposal_id=proposal.id, number=version.number, field="content", shown="○○")
    )
    for changes in ({"content": "○○○"}, {"need": "○○"}, {"content": "○○", "need": "○○"}):
        version.written = {**version.written, **changes}
        with pytest.raises(DBAPIError):
            db.session.commit()
        db.session.rollback()
    for statement in (
        "UPDATE masked_text SET shown = '\"?\"'",
        "DELETE FROM masked_text",
        "UPDATE mask SET ground = ''",
    ):
        with pytest.raises(DBAPIError):
            db.session.execute(text(statement))
        db.session.rollback()
    version.written = {**version.written, "content": "○○"}
    db.session.commit()
    assert db.session.scalars(select(ProposalVersion)).one().written["content"] == "○○"


def test_who_proposed_is_forgotten_at_their_wish_once_nothing_of_theirs_is_on_its_way(app: Flask) -> None:
    person = factories.resident(name="박잊음", phone="010-7777-8888")
    called, over = factories.round_(running=rounds.INTAKE), factories.round_(state=rounds.CLOSED)
    running, past = (factories.proposal(one, by=person) for one in (called, over))
    sheet = factories.filing(past)
    sheet.name, sheet.phone = "박잊음", "010-7777-8888"
    db.session.commit()
    before = stored()
    with pytest.raises(StillNeeded):
        forgetting.forget_proposer(past, at=now(), by=SYSTEM)
    assert stored() == before
    services.withdraw_proposal(running, reason="", at=now(), by=person.actor)
    said = app.test_cli_runner().invoke(args=["proposals", "forget-proposer", str(past.id)])
    assert said.exit_code == 0 and "제안 2" in said.output
    assert not any("박잊음" in row or "7777" in row for row in stored())
    assert app.test_cli_runner().invoke(args=["proposals", "forget-proposer", "99"]).exit_code == 1
