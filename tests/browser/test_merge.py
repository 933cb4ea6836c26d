"""Two people have proposed the same: staff ask them, both agree on their phones, and one proposal goes on."""

import pytest
from flask import Flask

from app.people.models import STAFF_ROLE
from app.rounds.rules import DEPARTMENT_CHECK
from tests import factories
from tests.browser.conftest import NewScreen
from tests.browser.people import sign_in

pytestmark = pytest.mark.browser

BENCH = {"title": "안양천 산책로에 긴 의자 놓기", "place": "안양천 둔치"}
SHADE = {"title": "안양천 산책로에 어르신이 쉬어 갈 의자와 그늘막 놓기", "place": "안양천 둔치 농구장 옆"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_two_proposals_become_one_in_agreement(app: Flask, screen: NewScreen, server: str) -> None:
    round_ = factories.round_(running=DEPARTMENT_CHECK)
    one, other = (factories.resident(name=name) for name in ("김하나", "이두리"))
    bench = factories.proposal(round_, by=one, **BENCH)
    shade = factories.proposal(round_, by=other, **SHADE)
    staff = sign_in(app, screen(1280), server, factories.account(STAFF_ROLE))
    phones = [sign_in(app, screen(checked=person is one), server, person) for person in (one, other)]
    staff.open(f"/office/rounds/{round_.id}/fates")
    staff.fill(numbers=f"{bench.number}, {shade.number}")
    staff.press("합치기")
    staff.tick(f"{bench.number}번 {bench.title} – 이 글 그대로")
    staff.fill(reason="같은 산책로에 의자를 놓자는 제안입니다.")
    staff.press("제안하신 분들께 묻기")
    assert "2명 가운데 0명" in staff.text
    for phone, done in zip(phones, ("다른 분들이 모두 동의하시면", "모두 동의하여 이루어졌습니다."), strict=True):
        phone.open("/my/proposals")
        phone.follow("읽고 답하기")
        phone.tick("동의합니다")
        phone.press("답하기")
        assert done in phone.text
    anybody = screen()
    anybody.open(f"/proposals/{shade.id}")
    assert "다른 제안과 합쳐져 이 제안이 이어 갑니다." in anybody.text
    anybody.follow(f"{bench.number}번 {bench.title}")
    assert "이 제안들을 합쳤습니다." in anybody.text and "이○리" in anybody.text
    anybody.page.get_by_role("link", name=f"{shade.number}번 {shade.title}").click()
    assert anybody.heading == shade.title
