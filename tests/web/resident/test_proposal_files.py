"""Photos and documents on pages: sent one at a time, shown where the proposal is, handed out so that none does harm."""

import gc
import warnings
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app.adapters.files import folder
from app.audit.models import AuditLine
from app.clock import Clock, now
from app.database import db
from app.files.models import StoredFile
from app.files.rules import BYTES_MAX, DOCUMENT, PHOTO
from app.people.models import Resident
from app.proposals import file_queries, rules
from app.proposals import services as proposals
from app.proposals.models import Proposal, ProposalFile
from app.rounds import rules as rounds
from app.web.file_answers import POLICY
from app.web.resident.proposal_files import LARGEST
from tests import factories
from tests.actors import Person
from tests.files import attacks, builders
from tests.page import Page

SENT = "사진을 올렸습니다."
GPS = builders.jpeg(exif=builders.gps_exif(attacks.PAYLOAD))


@pytest.fixture
def resident(app: Flask) -> Resident:
    return factories.resident()


@pytest.fixture
def draft(resident: Resident) -> Proposal:
    return factories.proposal(
        factories.round_(running=rounds.INTAKE), state=rules.DRAFT, by=resident, consented_at=now()
    )


@pytest.fixture
def person(app: Flask, resident: Resident) -> Person:
    return Person(app, resident)


def url(proposal: Proposal) -> str:
    return f"/my/proposals/{proposal.id}/files"


def send(person: Person, proposal: Proposal, data: bytes, name: str = "a.jpg", kind: str = PHOTO, **words: str) -> Page:
    """One file by the form, as a browser without scripts does."""
    page = person.get(url(proposal))
    button = "사진 올리기" if kind == PHOTO else "문서 올리기"
    said = {"photo-alt": "어두운 골목"} if kind == PHOTO else {}
    return person.submit(page, button=button, **{f"{kind}-file": (BytesIO(data), name), **said, **words})


def stored() -> tuple[Any, ...]:
    """Rows, lines and files: all that a refusal leaves as it was."""
    db.session.rollback()
    counts = [db.session.scalar(select(func.count(one.id))) for one in (ProposalFile, StoredFile, AuditLine)]
    there = sorted(path for path in folder().path.rglob("*") if path.is_file() and path.name != ".lock")
    return (*counts, *there)


def files_of(proposal: Proposal) -> dict[str, list[ProposalFile]]:
    db.session.rollback()
    return file_queries.list_files(proposal.id)


def test_a_resident_sends_a_photo_and_a_document_and_everybody_sees_them(
    app: Flask, person: Person, draft: Proposal
) -> None:
    page = send(person, draft, GPS, **{"photo-caption": "밤 아홉 시"})
    assert page.status == 200 and SENT in page.flashes[0]
    page = send(person, draft, builders.pdf(), "../도면\u202e.PDF", DOCUMENT)
    assert page.flashes == ["문서를 올렸습니다."]
    shown = page.soup.find("figure")
    assert shown and shown.img and (shown.img["alt"], shown.img["loading"]) == ("어두운 골목", "lazy")
    assert page.has("밤 아홉 시") and page.link("도면.pdf")
    proposals.submit_proposal(draft, at=now(), by=draft.resident.actor)
    page = Person(app).get(f"/proposals/{draft.id}")
    assert page.soup.figure and page.soup.figure.a and page.link("도면.pdf").endswith(".pdf")
    large = Person(app).client.get(str(page.soup.figure.a["href"]))
    with Image.open(BytesIO(large.data)) as image:
        assert image.format == "JPEG" and not image.getexif() and image.size == builders.SIZE
    assert attacks.MARK not in large.data


def test_files_are_described_moved_and_removed(person: Person, draft: Proposal) -> None:
    for alt in ("하나", "둘"):
        send(person, draft, builders.jpeg(), **{"photo-alt": alt})
    page = person.get(url(draft))
    page = person.submit(page, button="앞으로 옮기기")
    assert [item.alt for item in files_of(draft)[PHOTO]] == ["둘", "하나"]
    page = person.submit(person.get(page.link("설명 고치기")), alt="두 번째", caption="")
    assert page.flashes == ["저장했습니다."]
    first, *_ = files_of(draft)[PHOTO]
    token = page.form(button="사진 올리기").data["csrf_token"]
    page = person.post(f"{url(draft)}/{first.id}/remove", {"csrf_token": token, "version": draft.version})
    assert page.flashes == ["지웠습니다."] and [item.alt for item in files_of(draft)[PHOTO]] == ["하나"]


REFUSED = {
    "nothing chosen": (b"", "", PHOTO, {}, "올릴 사진을 골라 주세요."),
    "no description": (builders.jpeg(), "a.jpg", PHOTO, {"photo-alt": " "}, "사진에 무엇이 보이는지 써 주세요."),
    "a description too long": (builders.jpeg(), "a.jpg", PHOTO, {"photo-alt": "가" * 151}, "150자까지"),
    "an empty photo": (b"", "a.jpg", PHOTO, {}, "파일이 비어 있습니다."),
    "a page": (b"<html>" + attacks.PAYLOAD, "a.jpg", PHOTO, {}, "사진이 아니거나 받지 않는 종류입니다."),
    "a HEIC": (b"\0\0\0\x1cftypheic" + b"\0" * 60, "a.jpg", PHOTO, {}, "HEIC 사진은 받지 않습니다."),
    "a bomb": (builders.resized_jpeg(GPS, 65535, 65535), "a.jpg", PHOTO, {}, "가로세로가 너무 큽니다."),
    "half a photo": (builders.png()[:60], "a.png", PHOTO, {}, "깨져 있어"),
    "a document for a photo": (builders.pdf(), "a.pdf", PHOTO, {}, "사진이 아니거나"),
    "a photo for a document": (builders.jpeg(), "a.pdf", DOCUMENT, {}, "PDF 문서가 아닙니다."),
    "a Hangul document": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "a.hwp", DOCUMENT, {}, "한글 문서"),
    "a document with a script": (builders.pdf(b"<< /S /JavaScript >>\n"), "a.pdf", DOCUMENT, {}, "받지 않습니다."),
}


def test_what_is_refused_is_said_at_its_field_and_changes_nothing(person: Person, draft: Proposal) -> None:
    before = stored()
    for name, (data, sent_as, kind, words, said) in REFUSED.items():
        page = send(person, draft, data, sent_as, kind, **words)
        assert page.status == 422 and len(page.errors) == 1 and said in page.errors[0], name
        assert stored() == before, name
    page = send(person, draft, b"nothing", **{"photo-caption": "쓴 글"})
    assert page.form(button="사진 올리기").data["photo-caption"] == ["쓴 글"]  # nothing typed is lost


def post(person: Person, to: Proposal, **fields: Any) -> TestResponse:
    """A form that is too long for the client to put together without a file of its own."""
    token = person.get("/staff/sign-in").soup.find("input", {"name": "csrf_token"})
    assert token is not None
    values = {name.replace("_", "-", 1): value for name, value in fields.items()}
    boundary, body = encode_multipart({**values, "csrf_token": token["value"]})
    return person.client.post(url(to), data=body, content_type=f"multipart/form-data; boundary={boundary}")


def test_a_file_that_is_too_large_is_refused_with_the_most_that_is_taken(person: Person, draft: Proposal) -> None:
    before = stored()
    photo = FileStorage(BytesIO(GPS + b"\0" * BYTES_MAX[PHOTO]), "a.jpg")
    answer = post(person, draft, photo_version="1", photo_alt="골목", photo_file=photo)
    assert answer.status_code == 422 and "20MB까지" in Page(answer).errors[0]
    document = FileStorage(BytesIO(b"%PDF-1.7" + b"\0" * BYTES_MAX[DOCUMENT]), "a.pdf")
    answer = post(person, draft, document_version="1", document_file=document)
    assert answer.status_code == 422 and "10MB까지" in Page(answer).errors[0]
    assert stored() == before


def test_what_is_too_large_for_any_file_is_refused_unread_with_the_reason(person: Person, draft: Proposal) -> None:
    before, token = stored(), person.get(url(draft)).form(button="사진 올리기").data["csrf_token"]

    class Unread(BytesIO):
        """A body that fails the test when somebody reads it."""

        def read(self, *_args: object) -> bytes:
            raise AssertionError("it was read")

        readline = readlines = __iter__ = readinto = read

    for size in (LARGEST + 1, 10**15):
        answer = person.client.open(
            url(draft),
            method="POST",
            environ_overrides={"CONTENT_LENGTH": str(size), "CONTENT_TYPE": "multipart/form-data; boundary=x"},
            input_stream=Unread(),
        )
        assert answer.status_code == 422 and "20MB까지" in Page(answer).errors[0]
    assert stored() == before and token
    others = person.client.post(f"{url(draft)}/1/up", data={"x": "y" * (3 << 20)})
    assert others.status_code == 413  # elsewhere no more is taken than always


def test_a_stranger_and_another_resident_may_send_nothing(app: Flask, draft: Proposal) -> None:
    before = stored()
    for other in (Person(app), Person(app, factories.resident())):
        form = {"photo_version": "1", "photo_alt": "x"}
        answer = post(other, draft, photo_file=FileStorage(BytesIO(GPS), "a.jpg"), **form)
        assert answer.status_code in (302, 404)
        answer = post(other, draft, photo_file=FileStorage(BytesIO(b"\0" * (LARGEST + 1)), "a.jpg"), **form)
        assert answer.status_code == 413
    assert stored() == before


BOUNDARY = b"--x\r\nContent-Disposition: form-data; name="
END = b"\r\n--x--\r\n"
ODD = {
    "no name of a file": BOUNDARY + b'"photo-file"\r\n\r\n' + GPS,
    "an empty name of a file": BOUNDARY + b'"photo-file"; filename=""\r\n\r\n' + GPS,
    "no type": BOUNDARY + b'"photo-file"; filename="a.html"\r\n\r\n<html>',
    "a type that is a lie": BOUNDARY + b'"photo-file"; filename="a"\r\nContent-Type: image/jpeg\r\n\r\n<html>',
    "a name with a zero": BOUNDARY + b'"photo-file"; filename="a\0.jpg"\r\n\r\nx',
    "a name of 100,000 letters": BOUNDARY + b'"photo-file"; filename="' + b"a" * 100_000 + b'"\r\n\r\nx',
    "a field of a million letters": BOUNDARY + b'"photo-alt"\r\n\r\n' + b"a" * 1_100_000,
    "900 files": (BOUNDARY + b'"photo-file"; filename="a"\r\n\r\nx\r\n') * 900,
    "a body that ends early": BOUNDARY + b'"photo-file"; filename="a.jpg"\r\n\r\n' + GPS[:50],
    "no body": b"",
    "noise": b"\xff\0" * 5000,
    "a list where a number was": BOUNDARY + b'"photo-version"\r\n\r\n[]',
}


def test_an_odd_form_is_refused_and_changes_nothing(person: Person, draft: Proposal) -> None:
    before, form = stored(), person.get(url(draft)).form(button="사진 올리기")
    token = str(form.data["csrf_token"][0]).encode()
    usual = BOUNDARY + b'"csrf_token"\r\n\r\n' + token + b"\r\n" + BOUNDARY + b'"photo-version"\r\n\r\n0\r\n'
    usual += BOUNDARY + b'"photo-alt"\r\n\r\nalley\r\n'
    with warnings.catch_warnings():
        # werkzeug leaves the files of a form that it cannot read to the garbage collector
        warnings.simplefilter("ignore", ResourceWarning)
        for name, body in ODD.items():
            for end in (END, b""):
                answer = person.client.post(
                    url(draft), data=usual + body + end, content_type="multipart/form-data; boundary=x"
                )
                assert answer.status_code in (400, 413, 422), name
                assert stored() == before, name
        gc.collect()
    bare = person.client.post(url(draft), data=usual, content_type="multipart/form-data")
    assert bare.status_code == 400 and stored() == before


def test_of_two_files_in_one_form_the_first_is_taken(person: Person, draft: Proposal) -> None:
    page = person.get(url(draft))
    form = page.form(button="사진 올리기").fill(**{"photo-alt": "골목"})
    form.data["photo-file"] = [(BytesIO(builders.jpeg()), "a.jpg"), (BytesIO(attacks.PAYLOAD), "b.php")]
    answer = Page(form.submit(person.client, follow_redirects=True))
    assert SENT in answer.flashes[0] and len(files_of(draft)[PHOTO]) == 1


def test_a_page_that_was_overtaken_sends_nothing_and_can_be_sent_again(person: Person, draft: Proposal) -> None:
    old = person.get(url(draft)).form(button="문서 올리기")
    send(person, draft, builders.jpeg())
    before = stored()
    page = Page(old.fill(**{"document-file": (BytesIO(builders.pdf()), "a.pdf")}).submit(person.client))
    assert page.status == 422 and stored() == before
    page = person.submit(page, button="문서 올리기", **{"document-file": (BytesIO(builders.pdf()), "a.pdf")})
    assert page.flashes == ["문서를 올렸습니다."]


def test_after_the_intake_nothing_more_is_taken(person: Person, draft: Proposal, clock: Clock) -> None:
    """Of what was handed in; a draft goes on."""
    draft.state, draft.number, draft.submitted_at, draft.consented_at = "submitted", 1, now(), now()
    db.session.commit()
    form = person.get(url(draft)).form(button="사진 올리기")
    before = stored()
    clock.offset += timedelta(days=900)
    form.fill(**{"photo-alt": "골목", "photo-file": (BytesIO(builders.jpeg()), "a.jpg")})
    assert Page(form.submit(person.client)).status == 422 and stored() == before
    assert person.client.get(url(draft)).status_code == 409


def test_a_draft_takes_files_when_there_is_no_intake(person: Person, draft: Proposal, clock: Clock) -> None:
    clock.offset += timedelta(days=900)
    person = Person(person.client.application, draft.resident)
    assert SENT in send(person, draft, builders.jpeg()).flashes[0]
    assert len(files_of(draft)[PHOTO]) == 1


def test_a_disk_that_is_full_is_said_and_changes_nothing(
    person: Person, draft: Proposal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = stored()
    with monkeypatch.context() as broken:
        (tmp_path / "file").write_text("where the folder should be")
        broken.setattr(folder(), "path", tmp_path / "file" / "files")
        page = send(person, draft, builders.jpeg())
    assert page.status == 422 and "저장할 곳이 없어" in page.errors[0] and stored() == before


def fetch(person: Person, path: str, **headers: str) -> TestResponse:
    return person.client.get(path, headers=headers)


def test_a_photo_is_handed_out_as_a_picture_that_can_do_nothing(app: Flask, draft: Proposal) -> None:
    proposal = factories.proposal(draft.round)
    item = factories.photo_of(proposal)
    path = f"/proposals/{proposal.id}/photos/{item.id}"
    answer = fetch(Person(app), f"{path}-large.jpg")
    assert answer.data == factories.PIXEL and answer.content_type == "image/jpeg"
    wanted = {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-cache",
        "ETag": f'"{item.file.sha256}"',
    }
    assert {name: answer.headers.get(name) for name in wanted} == wanted
    again = fetch(Person(app), f"{path}-large.jpg", **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Content-Security-Policy"] == POLICY
    for wrong in ("-huge.jpg", "-large.png", "-large.jpg/..", ".jpg"):
        assert fetch(Person(app), path + wrong).status_code == 404


def test_files_of_a_draft_are_handed_out_to_whom_its_pages_show_them_and_to_nobody_else(
    app: Flask, person: Person, draft: Proposal
) -> None:
    asked, together, declined, left = (factories.resident() for _ in range(4))
    for state, one in {"invited": asked, "accepted": together, "declined": declined, "left": left}.items():
        factories.co_proposer(draft, one, state=state)
    photo, document = factories.photo_of(draft), factories.document_of(draft)
    paths = [f"/my/proposals/{draft.id}/photos/{photo.id}-{size}.jpg" for size in ("small", "large")]
    paths.append(f"/my/proposals/{draft.id}/documents/{document.id}.pdf")

    def statuses(one: Person) -> list[int]:
        return [one.status(path) for path in paths]

    assert [statuses(one) for one in (person, Person(app, asked), Person(app, together))] == [[200] * 3] * 3
    strangers = [Person(app, one) for one in (declined, left, factories.resident())]
    assert [statuses(one) for one in strangers] == [[404] * 3] * 3
    invitation = next(one for one in draft.co_proposers if one.state == "invited")
    assert paths[0] in str(Person(app, asked).get(f"/my/invitations/{invitation.id}").soup)
    assert paths[0] in str(person.get(f"/my/proposals/{draft.id}/check").soup)
    draft.state, draft.number, draft.submitted_at, draft.consented_at = "withdrawn", 1, now(), now()
    draft.withdrawn_at = now()
    db.session.commit()
    assert statuses(Person(app, asked)) == [404] * 3  # nothing to answer any more
    assert statuses(Person(app, together)) == [200] * 3


def test_a_document_is_only_ever_saved_under_its_tidied_name(app: Flask, draft: Proposal) -> None:
    proposal = factories.proposal(draft.round)
    item = factories.document_of(proposal, "현장 도면.pdf")
    answer = fetch(Person(app), f"/proposals/{proposal.id}/documents/{item.id}.pdf")
    assert answer.content_type == "application/pdf"
    name = "%ED%98%84%EC%9E%A5%20%EB%8F%84%EB%A9%B4.pdf"
    assert answer.headers["Content-Disposition"] == f"attachment; filename=document.pdf; filename*=UTF-8''{name}"
    assert (answer.headers["Content-Security-Policy"], answer.headers["X-Content-Type-Options"]) == (POLICY, "nosniff")


def test_a_file_is_seen_only_where_its_proposal_is_and_no_longer_than_that(app: Flask, person: Person) -> None:
    proposal = factories.proposal(factories.round_(running=rounds.INTAKE), by=db.session.get_one(*person.who))
    other = factories.proposal(proposal.round)
    photo, document = factories.photo_of(proposal), factories.document_of(proposal)
    paths = [
        f"proposals/{proposal.id}/photos/{photo.id}-small.jpg",
        f"proposals/{proposal.id}/documents/{document.id}.pdf",
    ]
    strange = [path.replace(f"/{proposal.id}/", f"/{other.id}/") for path in paths]
    strange += [
        f"proposals/{proposal.id}/photos/{document.id}-small.jpg",
        f"proposals/{proposal.id}/documents/{photo.id}.pdf",
    ]
    assert [fetch(Person(app), f"/{path}").status_code for path in (*paths, *strange)] == [200, 200, 404, 404, 404, 404]
    tag = fetch(Person(app), f"/{paths[0]}").headers["ETag"]
    proposals.withdraw_proposal(proposal, reason="", at=now(), by=proposal.resident.actor)
    for path in paths:
        assert fetch(Person(app), f"/{path}", **{"If-None-Match": tag}).status_code == 404
        assert fetch(Person(app, factories.resident()), f"/my/{path}").status_code == 404
        assert fetch(person, f"/my/{path}").status_code == 200
    assert not Page(fetch(Person(app), f"/proposals/{other.id}")).soup.figure


def test_a_file_whose_bytes_are_gone_is_not_there(app: Flask, draft: Proposal) -> None:
    proposal = factories.proposal(draft.round)
    item = factories.photo_of(proposal)
    for path in folder().path.glob("??/*"):
        path.unlink()
    assert fetch(Person(app), f"/proposals/{proposal.id}/photos/{item.id}-large.jpg").status_code == 404
