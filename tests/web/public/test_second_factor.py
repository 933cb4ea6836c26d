"""Staff sign in with two factors: the first time, every time, without the phone; and see where they are signed in."""

import re
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask

from app.audit.models import SYSTEM, AuditLine
from app.clock import Clock
from app.config import ROOT
from app.database import db
from app.people import factor_rules as rules
from app.people import passwords, queries, services
from app.people.models import ADMIN_ROLE, STAFF_ROLE, Account, AccountSession, RecoveryCode
from tests import factories
from tests.actors import Person
from tests.authenticators import Device, give_app, give_code, next_code
from tests.page import Page

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # both: tests/people/test_factors.py
PASSWORD = "correct horse battery"
SIGN_IN = "직원·위원 로그인"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id all the same, with little memory and one pass."""
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobody.cache_clear()


@pytest.fixture
def admin(app: Flask, clock: Clock) -> Account:
    account = services.create_account("admin", "이관리", PASSWORD, at=clock.now(), by=SYSTEM)
    services.grant_role(account, ADMIN_ROLE, at=clock.now(), by=SYSTEM)
    return account


def give_password(person: Person, path: str = "/staff/sign-in", password: str = PASSWORD) -> Page:
    return person.submit(person.get(path), button="로그인하기", login="admin", password=password)


def sign_in(person: Person) -> Page:
    return give_code(person, give_password(person))


def prove_by(person: Person, device: Device, purpose: str, page: Page, **answer: str) -> Page:
    """What `passkey.js` does: asks, has the device answer, sends the form."""
    form = next(
        form for form in page.soup.main.find_all("form") if str(form.get("data-ask", "")).endswith(f"/{purpose}")
    )
    token = form.find("input", {"name": "csrf_token"})["value"]
    options = person.client.post(form["data-ask"], headers={"X-CSRFToken": token}).get_json()
    field = form.find("input", {"data-answer": True})["name"]
    made = device.create(options) if form["data-act"] == "create" else device.get(options)
    kept = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    return person.post(str(form["action"]), {**kept, **answer, field: made})


def test_the_first_sign_in_sets_up_an_app_and_then_leads_where_one_wanted_to_go(
    app: Flask, admin: Account, clock: Clock
) -> None:
    person = Person(app)
    page = give_password(person, "/staff/sign-in?next=/admin/departments")
    assert page.h1 == "두 번째 인증 수단 정하기" and person.get("/admin/accounts").h1 == SIGN_IN
    page = person.get(page.link("인증 앱 등록하기"))
    secret = page.soup.select_one("figure code").text.replace(" ", "")
    assert page.soup.select_one("figure svg") and person.get(page.response.request.full_path).has(secret[:4])
    page = person.submit(page, button="등록하기", code="wrong")
    assert page.status == 422 and page.errors[0].startswith("앱에 나온 번호와 다릅니다.")
    page = person.submit(page, button="등록하기", code=next_code(clock, secret))
    codes = [one.text for one in page.soup.select("main li code")]
    assert page.h1 == "복구 코드를 적어 두세요" and len(set(codes)) == rules.RECOVERY_CODES
    assert person.get(page.link("적어 두었습니다.")).h1 == "부서 목록"
    again = Person(app)
    page = give_password(again)
    assert page.h1 == "두 번째 인증"
    page = again.submit(page, button="확인하고 로그인하기", proof=next_code(clock, secret))
    assert page.h1 == "계정"


def test_a_password_alone_opens_nothing(app: Flask, admin: Account) -> None:
    give_app(admin)
    person = Person(app)
    give_password(person)
    for path in ("/admin/accounts", "/staff/password", "/staff/security", "/staff/security/app", "/staff/sessions"):
        assert person.get(path).h1 == SIGN_IN, path
    assert give_code(person, person.get("/staff/sign-in/second")).h1 == "계정"


def test_half_a_sign_in_does_not_wait_for_ever(app: Flask, admin: Account, clock: Clock) -> None:
    give_app(admin)
    person = Person(app)
    page = give_password(person)
    clock.offset += rules.HALF_LIFE
    assert give_code(person, page).h1 == SIGN_IN
    assert person.get("/admin/accounts").h1 == SIGN_IN


def test_five_wrong_codes_end_the_sign_in_and_stay_locked_after_another_password(
    app: Flask, admin: Account, clock: Clock
) -> None:
    give_app(admin)
    person = Person(app)
    page = give_password(person)
    for _ in range(4):
        page = person.submit(page, button="확인하고 로그인하기", proof="ABCDE-FGHJK")
        assert page.status == 422 and page.errors[0].startswith("인증번호나 복구 코드가 맞지 않거나")
    page = person.submit(page, button="확인하고 로그인하기", proof="ABCDE-FGHJK")
    assert page.h1 == SIGN_IN and "다섯 번 잘못 입력하여 로그아웃했습니다" in page.flashes[0]
    assert db.session.query(AccountSession).count() == 0
    assert sign_in(person).h1 == SIGN_IN, "even with the right one"
    clock.offset += timedelta(minutes=15)
    assert sign_in(person).h1 == "계정"


def test_a_recovery_code_stands_in_once_however_it_is_typed(app: Flask, admin: Account) -> None:
    give_app(admin)
    person = Person(app)
    sign_in(person)
    page = person.submit(person.get("/staff/security/codes"), button="새로 만들기")
    codes = [one.text for one in page.soup.select("main li code")]
    for typed, heading in ((f" {codes[0].lower().replace('-', ' ')} ", "계정"), (codes[0], "두 번째 인증")):
        other = Person(app)
        assert other.submit(give_password(other), button="확인하고 로그인하기", proof=typed).h1 == heading
    assert person.get("/staff/security").has("쓸 수 있는 복구 코드가 9개")
    before = {row.code_key for row in db.session.query(RecoveryCode)}
    person.submit(person.get("/staff/security/codes"), button="새로 만들기")
    assert before.isdisjoint(row.code_key for row in db.session.query(RecoveryCode))


def test_a_passkey_is_set_up_signs_in_without_a_password_and_is_removed_when_another_factor_is_left(
    app: Flask, admin: Account
) -> None:
    person, device = Person(app), Device()
    page = person.get(give_password(person).link("패스키 등록하기"))
    page = prove_by(person, device, "add", page, name="내 노트북")
    assert page.h1 == "복구 코드를 적어 두세요"
    page = person.get("/staff/security")
    assert [row["이름"] for row in page.table()] == ["내 노트북"]
    page = person.submit(person.get(page.link("내 노트북 지우기")), button="패스키 지우기")
    assert page.status == 422 and page.errors[0].startswith("하나 남은 두 번째 인증 수단은")
    other = Person(app)
    page = prove_by(other, device, "enter", other.get("/staff/sign-in?next=/admin/departments"))
    assert page.h1 == "부서 목록"
    second = Person(app)
    assert prove_by(second, device, "prove", give_password(second)).h1 == "계정"
    give_app(admin)
    page = person.submit(person.get(f"/staff/security/passkeys/{queries.list_passkeys(admin.id)[0].id}/remove"))
    assert page.flashes == ["패스키를 지웠습니다."] and queries.list_passkeys(admin.id) == []
    page = prove_by(other, device, "enter", other.get("/staff/sign-in"))
    assert page.h1 == SIGN_IN and page.flashes[0].startswith("이 계정에 등록된 패스키로 확인하지 못했습니다.")


def test_a_passkey_is_not_locked_by_wrong_passwords(app: Flask, admin: Account) -> None:
    person, device = Person(app), Device()
    prove_by(person, device, "add", person.get(give_password(person).link("패스키 등록하기")), name="내 노트북")
    attacker = Person(app)
    for _ in range(6):
        page = give_password(attacker, password="wrong")
    assert "로그인이 잠겼습니다" in page.errors[0]
    other = Person(app)
    assert "로그인이 잠겼습니다" in give_password(other).errors[0]
    assert prove_by(other, device, "enter", other.get("/staff/sign-in")).h1 == "계정"


def test_who_has_signed_in_at_this_browser_is_not_locked_out_by_wrong_passwords_typed_elsewhere(
    app: Flask, admin: Account
) -> None:
    give_app(admin)
    person, attacker = Person(app), Person(app)
    sign_in(person)
    person.post("/sign-out", {"csrf_token": person.get("/staff/password").form().data["csrf_token"][0]})
    for _ in range(6):
        page = give_password(attacker, password="wrong")
    assert "로그인이 잠겼습니다" in page.errors[0]
    assert sign_in(person).h1 == "계정"
    cookie = person.client.get_cookie("hanpyo_device", path="/staff")
    assert cookie is not None and "admin" not in cookie.value
    attacker.client.set_cookie("hanpyo_device", cookie.value[:-1] + "x", path="/staff")
    assert "로그인이 잠겼습니다" in give_password(attacker).errors[0], "a forged one is none"


def test_a_stolen_cookie_is_worthless_after_signing_out(app: Flask, admin: Account) -> None:
    give_app(admin)
    person, thief = Person(app), Person(app)
    page = sign_in(person)
    thief.client.set_cookie("hanpyo", person.client.get_cookie("hanpyo").value)
    assert thief.get("/admin/accounts").h1 == "계정"
    person.post("/sign-out", {"csrf_token": page.soup.select_one("input[name=csrf_token]")["value"]})
    assert thief.get("/admin/accounts").h1 == SIGN_IN
    assert db.session.query(AccountSession).count() == 0


@pytest.mark.parametrize(
    ("pause", "times", "stays"),
    [
        (rules.IDLE_LIFE - timedelta(minutes=1), 3, True),
        (rules.IDLE_LIFE, 1, False),
        (timedelta(minutes=50), 10, False),
    ],
)
def test_a_session_ends_after_an_hour_of_nothing_and_after_eight_hours_in_any_case(
    app: Flask, admin: Account, clock: Clock, pause: timedelta, times: int, stays: bool
) -> None:
    give_app(admin)
    person = Person(app)
    sign_in(person)
    for _ in range(times):
        clock.offset += pause
        page = person.get("/admin/accounts")
    assert (page.h1 == "계정") == stays


def test_one_sees_where_one_is_signed_in_and_ends_one_or_all_others(app: Flask, admin: Account, clock: Clock) -> None:
    give_app(admin)
    android = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile"
    here, there, elsewhere = Person(app), Person(app), Person(app)
    there.client.environ_base["HTTP_USER_AGENT"] = android
    for one in (here, there, elsewhere):
        sign_in(one)
    page = here.get("/staff/sessions")
    assert [row["기기"] for row in page.table()] == ["알 수 없는 기기", "Chrome · Android", "알 수 없는 기기 (이 기기)"]
    ends = [form["action"] for form in page.soup.main.find_all("form") if "sessions" in form["action"]]
    token = page.soup.select_one("main input[name=csrf_token]")["value"]
    stranger = Person(app, factories.account(STAFF_ROLE))
    theirs = stranger.get("/staff/password").form().data["csrf_token"][0]
    assert stranger.post(ends[1], {"csrf_token": theirs}).status == 404, "not one's own"
    assert here.post(ends[1], {"csrf_token": token}).flashes == ["그 기기에서 로그아웃했습니다."]
    assert (there.get("/staff/sessions").h1, elsewhere.get("/staff/sessions").h1) == (SIGN_IN, "로그인된 기기")
    here.post(ends[-1], {"csrf_token": token})
    assert (elsewhere.get("/staff/sessions").h1, here.get("/staff/sessions").h1) == (SIGN_IN, "로그인된 기기")


def test_of_the_use_of_a_session_the_hour_is_kept_and_fetching_pages_writes_nothing(
    app: Flask, admin: Account, clock: Clock
) -> None:
    give_app(admin)
    person = Person(app)
    sign_in(person)
    before = db.session.query(AccountSession).one().seen_at
    assert (before.minute, before.second, before.microsecond) == (0, 0, 0)
    clock.offset += timedelta(minutes=59)
    person.get("/admin/accounts")
    clock.offset += timedelta(minutes=2)
    page = person.get("/staff/password")
    assert db.session.query(AccountSession).one().seen_at == before
    person.submit(page, button="비밀번호 바꾸기")
    db.session.rollback()
    assert db.session.query(AccountSession).one().seen_at == rules.hour_of(clock.now()) > before


def test_an_administrator_forgets_somebodys_second_factors_without_seeing_them(app: Flask, clock: Clock) -> None:
    admin, one = Person(app, factories.account(ADMIN_ROLE)), factories.account(STAFF_ROLE, name="박주임", login="park")
    give_app(one)
    theirs = Person(app, one)
    page = admin.get(f"/admin/accounts/{one.id}")
    assert not page.has("JBSW")
    page = admin.submit(admin.get(page.link("두 번째 인증 수단 지우기")), button="모두 지우기")
    assert page.flashes == ["박주임 님의 두 번째 인증 수단을 모두 지웠습니다."]
    assert theirs.get("/staff/security").h1 == SIGN_IN and not queries.has_factor(one.id)
    line = db.session.query(AuditLine).filter_by(action="factor.reset").one()
    assert (line.actor_kind, line.subject_id, line.fields["app"]) == ("account", one.id, 1)


def test_who_signs_in_where_another_was_signed_in_is_alone_there(app: Flask, admin: Account) -> None:
    """One identity at a time, and none beneath it to come back to."""
    give_app(admin)
    person = Person(app, factories.account(STAFF_ROLE, name="박주임"))
    sign_in(person)
    with person.client.session_transaction() as session:
        kept: dict[str, Any] = dict(session)
    assert kept.keys() <= {"_user_id", "_fresh", "_id", "_flashes", "csrf_token", "locale", "seen"}
    assert person.status("/office/") == 404 and person.get("/admin/accounts").has("이관리")


def test_nothing_signs_anybody_in_but_their_own_password_passkey_or_code(database_url: str) -> None:
    """Impersonation does not exist: three views take up an identity, and each has just been given its proof."""
    takers = {
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in (ROOT / "app").rglob("*.py")
        for line in path.read_text().splitlines()
        if re.search(r"guard\.(sign_in|take_up)\(|(?<!def )login_user\(", line)
    }
    assert takers == {
        'app/web/guard.py: login_user(SignedIn("resident", row))',
        'app/web/guard.py: login_user(SignedIn("account", found.account, found, token))',
        "app/web/public/sign_in.py: guard.sign_in(_check_code(phone, browser, form.code.data))",
        "app/web/public/account_sign_in.py: "
        "return _arrive(guard.take_up(_sign_in(form.login.data, form.password.data)), form.next.data)",
        "app/web/public/account_sign_in.py: return _arrive(guard.take_up(token), form.next.data)",
        "app/web/public/account_sign_in.py: return _welcome(guard.take_up(token), target)",
    }
