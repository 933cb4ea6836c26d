"""On the spot: each answer by itself, photos, who was there, signatures; and nobody else."""

import io

import pytest
from flask import Flask
from PIL import Image

from app.clock import now
from app.database import db
from app.people.models import COMMITTEE_ROLE, DEPARTMENT_ROLE, STAFF_ROLE, Account
from app.proposals.models import Proposal
from app.reviews import queries, rules, visit_queries
from app.reviews import services as reviewing
from app.reviews.visit_models import SiteVisit, VisitEntry, VisitPhoto
from tests import factories
from tests.actors import Person
from tests.page import Page
from tests.reviews.papers import checklist, members, record

JPEG = (200, "image/jpeg")


@pytest.fixture
def proposal(app: Flask) -> Proposal:
    round_ = factories.round_(running="site_visit")
    checklist(round_)
    return factories.proposal(round_, state="eligible", place="안양천", by=factories.resident())


@pytest.fixture
def gone(proposal: Proposal) -> list[Account]:
    """Two members, who are on the outing."""
    return members(proposal.round)


@pytest.fixture
def visit(proposal: Proposal, gone: list[Account]) -> SiteVisit:
    outing = factories.outing(proposal.round, *gone)
    return factories.visit(proposal, state=rules.PLANNED, on=outing)


@pytest.fixture
def member(app: Flask, gone: list[Account]) -> Person:
    return Person(app, gone[0])


def at(visit: SiteVisit, page: str = "") -> str:
    return f"/onsite/visits/{visit.proposal_id}{page}"


def send(person: Person, visit: SiteVisit, item: str, **fields: str) -> Page:
    page = person.get(at(visit))
    return person.submit(page, form_id=item, **{f"{item}-{name}": value for name, value in fields.items()})


def send_json(person: Person, visit: SiteVisit, item: str, **fields: str) -> tuple[int, dict[str, object]]:
    """As the page's script does."""
    form = person.get(at(visit)).form(item).fill(**{f"{item}-{name}": value for name, value in fields.items()})
    headers = {"Accept": "application/json"}
    answer = person.client.post(at(visit, f"/answers/{item}"), data=form.data, headers=headers)
    return answer.status_code, answer.get_json()


def photo(alt: str = "그늘이 없는 길", **fields: object) -> dict[str, object]:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(file, "JPEG")
    return {"photo": (io.BytesIO(file.getvalue()), "길.jpg"), "alt": alt, "client_key": "key", **fields}


def send_photo(person: Person, visit: SiteVisit, **fields: object) -> Page:
    token = person.get(at(visit, "/photos")).soup.find("input", attrs={"name": "csrf_token"})["value"]
    return person.post(at(visit, "/photos"), {"csrf_token": token, **photo(**fields)})


def test_a_member_finds_the_way_and_writes_answer_by_answer(
    app: Flask, visit: SiteVisit, member: Person, gone: list[Account]
) -> None:
    page = member.get(member.get("/committee/").soup.select_one("main a[href*='/onsite/outings/']")["href"])
    assert page.has("구청 정문") and page.has(visit.proposal.title)
    assert page.link("달력에 넣기").endswith("outing.ics")
    page = member.get(page.link("방문 결과 쓰기"))
    for item in visit_queries.list_items(visit):
        fields = {"words": "그늘이 없습니다."} if item.name == "summary" else {"answer": "yes"}
        if item.line is None and item.name != "summary":
            fields = {"answer": "partly", "words": "일부만 보았습니다."}
        page = send(member, visit, item.name, **fields)
    assert page.has("저장됨") and page.has("위원0")
    page = member.submit(member.get(page.link("다 썼습니다")), button="방문 결과 마치기")
    assert page.h1 == "방문 결과에 서명하기"
    member.submit(page, button="서명하기")
    db.session.expire_all()
    assert (visit.state, [one.account for one in visit.signed]) == (rules.RECORDED, [gone[0]])
    assert {one.account for one in visit.visitors} == set(gone)


def test_an_answer_by_script_is_saved_once_and_said(app: Flask, visit: SiteVisit, member: Person) -> None:
    form = member.get(at(visit)).form("need").fill(**{"need-answer": "confirmed"})
    headers = {"Accept": "application/json"}
    answers = [member.client.post(at(visit, "/answers/need"), data=form.data, headers=headers) for _n in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].get_json()["words"].startswith("저장됨 ")
    assert [answer.get_json()["version"] for answer in answers] == [1, 1]
    assert db.session.query(VisitEntry).count() == 1


@pytest.mark.parametrize("is_script", [True, False])
def test_the_second_of_two_phones_sees_what_the_first_saved(
    app: Flask, visit: SiteVisit, member: Person, gone: list[Account], is_script: bool
) -> None:
    other = Person(app, gone[1])
    mine = member.get(at(visit))
    send(other, visit, "need", answer="confirmed", words="보았습니다.")
    form = mine.form("need").fill(**{"need-answer": "partly", "need-words": "반만 보았습니다."})
    headers = {"Accept": "application/json"} if is_script else {}
    answer = member.client.post(at(visit, "/answers/need"), data=form.data, headers=headers)
    assert answer.status_code == (409 if is_script else 422)
    said = "위원1 님이 먼저 다른 답을 저장했습니다: 확인됨 — 보았습니다."
    if is_script:
        assert (answer.get_json()["words"], answer.get_json()["version"]) == (said, 1)
    else:
        page = Page(answer)
        assert page.has(said) and page.has("반만 보았습니다.")
        assert page.soup.find("input", attrs={"name": "need-seen"})["value"] == "1"
    assert visit_queries.entries_of(visit.id)["need"].answer == "confirmed"


def test_what_is_not_in_order_is_said_to_a_script_too(app: Flask, visit: SiteVisit, member: Person) -> None:
    assert send_json(member, visit, "need", words="글만")[0] == 422
    assert send_json(member, visit, "need", answer="partly", words="가" * 2001)[0] == 422
    assert send_json(member, visit, "summary", words="")[0] == 422
    visit.outing.starts_at = now().replace(year=now().year + 1)
    db.session.commit()
    with_form = {"need-answer": "confirmed", "need-seen": "0", "need-client_key": "k"}
    token = member.get(at(visit, "/finish")).soup.find("input", attrs={"name": "csrf_token"})["value"]
    answer = member.client.post(
        at(visit, "/answers/need"), data={"csrf_token": token, **with_form}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 422 and "아직 오지 않았습니다" in answer.get_json()["words"]
    assert db.session.query(VisitEntry).count() == 0


def test_an_answer_without_its_token_or_from_a_stranger_is_not_saved(
    app: Flask, visit: SiteVisit, member: Person
) -> None:
    data = {"need-answer": "confirmed", "need-seen": "0", "need-client_key": "k"}
    assert member.client.post(at(visit, "/answers/need"), data=data).status_code == 400
    assert Person(app).status(at(visit)) == 302
    assert db.session.query(VisitEntry).count() == 0


def test_a_change_after_a_signature_is_said(app: Flask, visit: SiteVisit, member: Person, gone: list[Account]) -> None:
    record(visit, *gone)
    member.submit(member.get(at(visit, "/sign")), button="서명하기")
    page = send(Person(app, gone[1]), visit, "cost", answer="partly", words="단가가 높습니다.")
    assert "서명 1개가 무효가 되었습니다" in page.flashes[0]
    assert member.get(at(visit, "/sign")).has("서명 뒤에 내용이 바뀌어 서명 1개가 무효가 되었습니다.")
    page = send(member, visit, "need", answer="not_confirmed")
    assert page.status == 422 and "글을 함께 써 주세요" in page.errors[0]


def test_what_is_not_answered_yet_is_listed(app: Flask, visit: SiteVisit, member: Person) -> None:
    page = member.get(at(visit, "/finish"))
    assert page.has("왜 필요한가") and page.has("현장에서 본 것")
    page = member.submit(page, button="방문 결과 마치기")
    assert page.status == 422 and page.errors[0].startswith("아직 답하지 않았거나")
    db.session.expire_all()
    assert (visit.state, visit.visitors) == (rules.PLANNED, [])


def test_members_who_do_not_go_or_are_recused_are_kept_out(
    app: Flask, visit: SiteVisit, gone: list[Account], member: Person
) -> None:
    away = Person(app, members(visit.proposal.round, 1)[0])
    pages = [at(visit, page) for page in ("", "/finish", "/sign", "/photos")]
    assert [away.status(page) for page in pages] == [404] * 4
    assert away.status(f"/onsite/outings/{visit.outing_id}") == 404
    reviewing.recuse(visit.proposal, gone[0], rules.STEPPED_BACK, "이웃", at=now(), by=gone[0].actor)
    assert [member.status(page) for page in pages] == [403] * 4
    route = member.get(f"/onsite/outings/{visit.outing_id}")
    assert route.has("함께 심사하지 않습니다") and not route.has(visit.proposal.title)
    calendar = member.client.get(f"/onsite/outings/{visit.outing_id}/outing.ics")
    assert visit.proposal.title not in calendar.get_data(as_text=True).replace("\r\n ", "")
    assert Person(app, factories.account(STAFF_ROLE)).status(at(visit)) == 200


def test_the_calendar_has_the_route(app: Flask, visit: SiteVisit, member: Person) -> None:
    answer = member.client.get(f"/onsite/outings/{visit.outing_id}/outing.ics")
    text = answer.get_data(as_text=True).replace("\r\n ", "")
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Content-Disposition"] == "attachment; filename=outing.ics"
    assert f"1. {'구 전체' if visit.proposal.area is None else '가산동'} {visit.proposal.title}" in text


def test_members_read_no_proposers_on_the_spot_and_staff_do(
    app: Flask, visit: SiteVisit, member: Person, gone: list[Account]
) -> None:
    resident, proposal = visit.proposal.resident, visit.proposal
    resident.name = "제갈동백"
    proposal.title, proposal.need, proposal.place = "제갈동백 쉼터", "제갈동백이 봅니다.", "제갈동백 집 앞"
    visit.meeting_point = "제갈동백 집 앞"
    db.session.commit()
    route = f"/onsite/outings/{visit.outing_id}"
    pages = [route, f"{route}/outing.ics", *(at(visit, page) for page in ("", "/finish", "/sign", "/photos"))]

    def read(person: Person, path: str) -> str:
        return person.client.get(path).get_data(as_text=True)

    assert [path for path in pages if "제갈동백" in read(member, path)] == []
    record(visit, *gone)
    visit.state, visit.answered_at, visit.proposer_answer = rules.ANSWERED, now(), "제갈동백 드림"
    db.session.commit()
    assert "○○○ 드림" in read(member, at(visit)) and "○○○ 드림" in read(member, at(visit, "/sign"))
    assert "제갈동백 드림" in read(Person(app, factories.account(STAFF_ROLE)), at(visit))


def test_a_member_steps_back_before_the_visit_and_does_not_go(
    app: Flask, visit: SiteVisit, member: Person, gone: list[Account]
) -> None:
    there = member.get(f"/onsite/outings/{visit.outing_id}").link("이해관계가 있어 회피하기")
    assert member.get(at(visit)).link("이해관계가 있어 회피하기") == there
    staff = Person(app, factories.account(STAFF_ROLE))
    assert not staff.get(at(visit)).has("이해관계가 있어 회피하기")
    assert staff.get(f"/office/visits/{visit.proposal_id}").link("제척·기피 기록하기")
    page = member.submit(member.get(there), button="회피하기", reason="이웃입니다.")
    assert page.flashes == ["이 제안의 심사를 회피했습니다."]
    assert (member.status(at(visit)), member.status(there)) == (403, 404)
    unplanned = factories.proposal(visit.proposal.round, state="eligible")
    assert member.status(f"/committee/reviews/{unplanned.id}/step-back") == 200
    assert member.status(f"/committee/reviews/{factories.proposal(unplanned.round).id}/step-back") == 409


# Photos


def status(person: Person, path: str) -> tuple[int, str | None]:
    """Of a file, which is open until it has been read."""
    with person.client.get(path) as answer:
        return answer.status_code, answer.mimetype if answer.status_code == 200 else None


def test_a_photo_from_the_spot_is_seen_by_those_who_may(app: Flask, visit: SiteVisit, member: Person) -> None:
    proposal = visit.proposal
    assert send_photo(member, visit).flashes[0].startswith("사진을 올렸습니다.")
    send_photo(member, visit)  # again, with the same key
    (row,) = db.session.query(VisitPhoto).all()
    inside, own, public = (
        f"{place}/{row.id}-small.jpg"
        for place in (
            at(visit, "/photos"),
            f"/my/proposals/{proposal.id}/visit",
            f"/proposals/{proposal.id}/visit",
        )
    )
    resident, anybody = Person(app, proposal.resident), Person(app)
    assert (status(member, inside), resident.status(own), anybody.status(public)) == (JPEG, 404, 404)
    visit.state, visit.record_sha256, visit.answer_until = rules.RECORDED, "0" * 64, now()
    db.session.commit()
    assert (status(resident, own), anybody.status(public)) == (JPEG, 404)
    visit.state, visit.signed_off_at, proposal.state = rules.SIGNED_OFF, now(), "visited"
    db.session.commit()
    assert anybody.get(f"/proposals/{proposal.id}").soup.find("img", alt="그늘이 없는 길")
    assert status(anybody, public) == JPEG
    other = factories.visit(factories.proposal(proposal.round, state="visited"))
    assert anybody.status(f"/proposals/{other.proposal_id}/visit/{row.id}-small.jpg") == 404


def test_a_photo_that_is_none_or_has_no_words_is_refused(app: Flask, visit: SiteVisit, member: Person) -> None:
    for fields in ({"alt": ""}, {"photo": (io.BytesIO(b"<svg/>"), "a.jpg")}, {"photo": (io.BytesIO(b""), "a.jpg")}):
        page = send_photo(member, visit, **fields)
        assert (page.status, len(page.errors)) == (422, 1)
    assert db.session.query(VisitPhoto).count() == 0


def test_photos_belong_to_what_is_signed(app: Flask, visit: SiteVisit, member: Person, gone: list[Account]) -> None:
    record(visit, *gone)
    before = queries.get_visit(visit.proposal_id).record_sha256
    send_photo(member, visit)
    db.session.expire_all()
    after = visit.record_sha256
    assert after != before and after == visit_queries.hash_of(visit)
    page = member.submit(member.get(at(visit, "/photos")), button="이 사진 지우기")
    assert page.flashes == ["지웠습니다."]
    db.session.expire_all()
    assert (visit.record_sha256, db.session.query(VisitPhoto).count()) == (before, 0)


def test_a_visit_takes_so_many_photos_and_none_once_it_is_answered(
    app: Flask, visit: SiteVisit, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.reviews.visit_rules.PHOTOS_MAX", 1)
    send_photo(member, visit)
    assert send_photo(member, visit, client_key="another").status == 422
    page = member.get(at(visit, "/photos"))
    visit.state, visit.record_sha256, visit.answer_until = rules.ANSWERED, "0" * 64, now()
    db.session.commit()
    assert member.get(at(visit, "/photos")).soup.find("input", type="file") is None
    token = page.soup.find("input", attrs={"name": "csrf_token"})["value"]
    assert member.post(at(visit, "/photos"), {"csrf_token": token, **photo(client_key="late")}).status == 409
    assert db.session.query(VisitPhoto).count() == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_photo_that_is_too_large_is_refused_to_those_who_may_send_one_and_exists_for_nobody_else(
    app: Flask, visit: SiteVisit, member: Person
) -> None:
    """Before anything is read, and so before the door is asked: it asks here as well."""

    def send(person: Person) -> tuple[int, bool]:
        said = {"CONTENT_LENGTH": str(21 << 20), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
        answer = person.client.open(at(visit, "/photos"), method="POST", environ_overrides=said)
        return answer.status_code, "20MB까지" in answer.text

    assert send(member) == (422, True)
    assert send(Person(app, factories.account(DEPARTMENT_ROLE))) == (413, False)
    assert send(Person(app, factories.account(COMMITTEE_ROLE))) == (413, False)
    visit.state, visit.record_sha256, visit.answer_until = rules.ANSWERED, "0" * 64, now()
    db.session.commit()
    assert send(member) == (413, False)
    assert db.session.query(VisitPhoto).count() == 0
