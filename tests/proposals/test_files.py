"""Photos and documents of a proposal: who may hang them on when, and that a refusal leaves everything as it was."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.adapters.files import CannotKeep, folder
from app.audit.models import AuditLine
from app.clock import Clock, now
from app.database import db
from app.files import queries as kept
from app.files import services as files
from app.files.models import StoredFile
from app.files.rules import DOCUMENT, PHOTO, Document, Photo, Picture
from app.people.models import Resident
from app.proposals import file_queries, file_rules, queries, rules, services
from app.proposals import file_services as hung
from app.proposals.models import Proposal, ProposalFile
from app.rounds import rules as rounds
from tests import factories

PIXEL = Picture(factories.PIXEL, 1, 1)
A_PHOTO = Photo(PIXEL, PIXEL)
A_DOCUMENT = Document(b"%PDF-1.7\n%%EOF\n", "도면.pdf")


@pytest.fixture
def resident(app: Flask) -> Resident:
    return factories.resident()


@pytest.fixture
def draft(resident: Resident) -> Proposal:
    return factories.proposal(factories.round_(running=rounds.INTAKE), state=rules.DRAFT, by=resident)


def act(proposal: Proposal) -> dict[str, Any]:
    return {"seen": proposal.version, "at": now(), "by": proposal.resident.actor}


def add(proposal: Proposal, alt: str = "골목", **others: Any) -> ProposalFile:
    return hung.add_photo(proposal, A_PHOTO, alt=alt, **{**act(proposal), **others})


def stored() -> dict[str, Any]:
    """All that a refusal leaves as it was: rows, the book, and the folder."""
    db.session.rollback()
    tables = (Proposal.__table__, ProposalFile.__table__, StoredFile.__table__)
    rows = [[tuple(row) for row in db.session.execute(select(one).order_by(one.c.id))] for one in tables]
    there = sorted(path.name for path in folder().path.rglob("*") if path.is_file() and path.name != ".lock")
    return {"rows": rows, "lines": db.session.scalar(select(func.count(AuditLine.id))), "files": there}


def alts(proposal: Proposal) -> list[str | None]:
    db.session.rollback()
    return [item.alt for item in file_queries.list_files(proposal.id)[PHOTO]]


def test_a_photo_and_a_document_are_hung_on_with_a_line_that_names_no_file(draft: Proposal) -> None:
    add(draft)
    item = hung.add_document(draft, A_DOCUMENT, caption="덧붙임", **act(draft))
    found = file_queries.list_files(draft.id)
    assert [one.file.media_type for one in (*found[PHOTO], *found[DOCUMENT])] == ["image/jpeg", "application/pdf"]
    assert item.file.name == "도면.pdf" and kept.get_bytes(item.file) == A_DOCUMENT.data
    assert kept.get_bytes(found[PHOTO][0].file, small=True) == PIXEL.data
    lines = list(db.session.scalars(select(AuditLine).where(AuditLine.action == "proposal.file_add")))
    assert [line.fields for line in lines] == [{"kind": PHOTO}, {"kind": DOCUMENT}]
    assert draft.version == 3  # it counts as an edit


def test_a_file_is_described_moved_and_removed(draft: Proposal) -> None:
    first, second, third = (add(draft, alt=alt) for alt in ("하나", "둘", "셋"))
    hung.move_up(third, **act(draft))
    assert alts(draft) == ["하나", "셋", "둘"]
    hung.move_up(first, **act(draft))  # it is the first already
    hung.describe_file(second, alt="두 번째", caption="밤", **act(draft))
    assert alts(draft) == ["하나", "셋", "두 번째"]
    hung.remove_file(first, **act(draft))
    assert alts(draft) == ["셋", "두 번째"]
    add(draft, alt="넷")
    assert alts(draft) == ["셋", "두 번째", "넷"]


def test_of_what_was_handed_in_every_change_of_a_file_is_kept_as_a_version_with_its_fingerprint(app: Flask) -> None:
    proposal = factories.proposal(factories.round_(running=rounds.INTAKE))
    item = add(proposal)
    hung.describe_file(item, alt="골목", caption="밤", **act(proposal))
    hung.remove_file(item, **act(proposal))
    versions = queries.list_versions(proposal.id)
    photo = [PHOTO, sha256(PIXEL.data).hexdigest(), "골목"]
    assert [row.written["files"] for row in versions] == [[], [[*photo, ""]], [[*photo, "밤"]], []]
    assert len({row.written["content"] for row in versions}) == 1


def test_a_draft_keeps_no_version_of_its_files(draft: Proposal) -> None:
    add(draft)
    assert queries.list_versions(draft.id) == []


REFUSED: dict[str, tuple[type[Exception], Callable[[Proposal], object]]] = {
    "of an older page": (rules.Stale, lambda one: add(one, seen=one.version - 1)),
    "without a description": (rules.Incomplete, lambda one: add(one, alt="")),
    "described by blanks": (rules.Incomplete, lambda one: add(one, alt="  ")),
    "described too long": (rules.TooLong, lambda one: add(one, alt="가" * (file_rules.ALT_MAX + 1))),
    "with too much said below": (rules.TooLong, lambda one: add(one, caption="가" * (file_rules.CAPTION_MAX + 1))),
    "described by nothing later": (
        rules.Incomplete, lambda one: hung.describe_file(first(one), alt="", caption="", **act(one)),
    ),
    "moved on an older page": (rules.Stale, lambda one: hung.move_up(first(one), **{**act(one), "seen": 0})),
    "removed on an older page": (rules.Stale, lambda one: hung.remove_file(first(one), **{**act(one), "seen": 0})),
}  # fmt: skip


def first(proposal: Proposal) -> ProposalFile:
    return file_queries.list_files(proposal.id)[PHOTO][0]


def test_what_is_refused_changes_nothing(draft: Proposal) -> None:
    add(draft)
    for name, (error, attempt) in REFUSED.items():
        before = stored()
        with pytest.raises(error):
            attempt(draft)
        assert stored() == before, name


def test_when_the_intake_is_over_what_was_handed_in_takes_no_file(app: Flask) -> None:
    proposal = factories.proposal(factories.round_(running=rounds.INTAKE))
    before = stored()
    with pytest.raises(rounds.OutsidePhase):
        add(proposal, at=now() + timedelta(days=900))
    assert stored() == before


def test_there_are_no_more_than_so_many_of_each_kind(draft: Proposal) -> None:
    for n in range(file_rules.MOST[PHOTO]):
        add(draft, alt=str(n))
    for _ in range(file_rules.MOST[DOCUMENT]):
        hung.add_document(draft, A_DOCUMENT, **act(draft))
    before = stored()
    for attempt in (add, lambda one: hung.add_document(one, A_DOCUMENT, **act(one))):
        with pytest.raises(file_rules.TooManyFiles):
            attempt(draft)
        assert stored() == before


@pytest.mark.parametrize("state", [state for state in rules.STATES if state not in rules.EDITABLE])
def test_a_proposal_that_moved_on_takes_and_loses_no_file(app: Flask, state: str) -> None:
    proposal = factories.proposal(factories.round_(running=rounds.INTAKE), state=state)
    item = factories.photo_of(proposal)
    before = stored()
    for attempt in (lambda: add(proposal), lambda: hung.remove_file(item, **act(proposal))):
        with pytest.raises(rules.WrongState):
            attempt()
        assert stored() == before


def test_a_full_disk_changes_nothing(draft: Proposal, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stored()

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken, pytest.raises(CannotKeep):
        broken.setattr("os.replace", full)
        add(draft)
    assert stored() == before


def test_the_database_keeps_a_photo_described_and_a_file_of_one_proposal(draft: Proposal) -> None:
    item = add(draft)
    other = factories.document_of(draft)
    for wrong in (
        {"alt": None}, {"alt": ""}, {"position": 0}, {"kind": DOCUMENT, "alt": None}, {"file_id": other.file_id},
    ):  # fmt: skip
        with pytest.raises(IntegrityError):
            db.session.execute(ProposalFile.__table__.update().where(ProposalFile.id == item.id).values(**wrong))
        db.session.rollback()


def test_what_nothing_refers_to_goes_after_a_while_and_all_else_stays(draft: Proposal, clock: Clock) -> None:
    stays, goes = add(draft).file, hung.add_document(draft, A_DOCUMENT, **act(draft))
    hung.remove_file(goes, **act(draft))
    assert files.sweep(at=now()) == 0 and len(stored()["files"]) == 2
    clock.offset += timedelta(hours=2)
    assert files.sweep(at=now()) == 1
    assert [row.id for row in db.session.scalars(select(StoredFile))] == [stays.id]
    assert stored()["files"] == [stays.sha256]
    assert files.sweep(at=now()) == 0
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "file.sweep")).one()
    assert line.fields == {"files": 1} and line.actor_kind == "system"


def test_equal_bytes_stay_while_one_of_them_is_used(draft: Proposal, clock: Clock) -> None:
    one, other = add(draft), add(draft)
    hung.remove_file(one, **act(draft))
    clock.offset += timedelta(hours=2)
    assert files.sweep(at=now()) == 0
    assert kept.get_bytes(other.file) == PIXEL.data


def test_a_draft_that_is_discarded_takes_its_files_with_it(draft: Proposal, clock: Clock) -> None:
    add(draft)
    services.discard_draft(draft, at=now(), by=draft.resident.actor)
    clock.offset += timedelta(hours=2)
    files.sweep(at=now())
    assert stored()["rows"] == [[], [], []] and stored()["files"] == []
