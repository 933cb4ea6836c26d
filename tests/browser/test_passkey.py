"""Staff at Chromium with a passkey in a virtual authenticator, and at the pages of the second factor."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.audit.models import SYSTEM
from app.clock import Clock
from app.database import db
from app.people import factor_rules as rules
from app.people import queries, services
from app.people.models import ADMIN_ROLE
from tests import factories
from tests.authenticators import give_app
from tests.browser.conftest import NewScreen
from tests.browser.screen import Screen

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
PASSWORD = "correct horse battery"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def server(server: str) -> Iterator[str]:
    """By a name: an address of numbers has no passkeys."""
    yield server.replace("127.0.0.1", "localhost")


def with_device(screen: Screen) -> Screen:
    devices = screen.page.context.new_cdp_session(screen.page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return screen


def use_passkey(screen: Screen, button: str) -> None:
    """The device answers by itself, and the page sends its answer."""
    with screen.page.expect_navigation():
        screen.page.get_by_role("button", name=button, exact=True).click()
    screen.look()


def test_a_passkey_is_set_up_at_the_first_sign_in_and_signs_in_alone_afterwards(
    app: Flask, clock: Clock, screen: NewScreen
) -> None:
    account = services.create_account("lee", "이관리", PASSWORD, at=clock.now(), by=SYSTEM)
    services.grant_role(account, ADMIN_ROLE, at=clock.now(), by=SYSTEM)
    one = with_device(screen())
    one.open("/staff/sign-in?next=/admin/departments")
    one.fill(login="lee", password=PASSWORD)
    one.press("로그인하기")
    one.follow("인증 앱 등록하기")
    one.page.go_back()
    one.follow("패스키 등록하기")
    one.fill(name="내 휴대전화")
    use_passkey(one, "패스키 등록하기")
    assert one.heading == "복구 코드를 적어 두세요"
    one.follow("적어 두었습니다. 계속하기")
    assert one.heading == "부서 목록"
    for page in ("security", "sessions"):
        one.open(f"/staff/{page}")
    one.press("로그아웃")
    one.open("/staff/sign-in")
    use_passkey(one, "패스키 쓰기")
    assert one.heading == "계정"
    clock.offset += rules.PROOF_LIFE
    one.open("/staff/security/codes")
    assert one.heading == "본인인지 다시 확인해 주세요"
    use_passkey(one, "패스키로 확인하기")
    assert one.heading == "복구 코드를 새로 만들까요?"
    db.session.rollback()
    assert [(key.name, key.sign_count > 0) for key in queries.list_passkeys(account.id)] == [("내 휴대전화", True)]


def test_without_javascript_the_page_says_what_else_there_is(app: Flask, screen: NewScreen) -> None:
    account = factories.account(ADMIN_ROLE)
    give_app(account)
    one = screen(javascript=False)
    one.open("/staff/sign-in")
    assert "위에서 아이디와 비밀번호로 로그인해 주세요" in one.text
    assert not one.page.get_by_role("button", name="패스키 쓰기").is_visible()
