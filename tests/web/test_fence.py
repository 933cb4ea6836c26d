"""The outer fence: what one address may ask of one process in a minute."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.clock import Clock
from app.config import ConfigError, from_env
from app.database import db
from app.factory import create_app
from app.web.fence import Fence
from tests.databases import config_for


def test_a_minute_has_its_limit_and_the_next_one_begins_anew() -> None:
    fence, at = Fence(2), Clock().now()
    assert [fence.admits("a", at) for _ in range(3)] == [True, True, False]
    assert fence.admits("a", at + timedelta(minutes=1))


def test_addresses_are_counted_apart() -> None:
    fence, at = Fence(1), Clock().now()
    assert fence.admits("a", at) and fence.admits("b", at) and not fence.admits("a", at)


def test_who_asks_too_often_is_told_so_and_let_in_a_minute_later(database_url: str) -> None:
    clock = Clock()
    app = create_app(replace(config_for(database_url), limit_per_address=1), clock)
    client = app.test_client()
    pages = [client.get("/privacy") for _ in range(3)]
    assert (pages[0].status_code, pages[2].status_code) == (200, 429)  # a minute may begin between the first two
    assert "요청이 너무 많습니다" in pages[2].get_data(as_text=True)
    clock.offset += timedelta(minutes=1)
    assert client.get("/privacy").status_code == 200
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("typed", ["600/minute", "0", "-1"])
def test_a_limit_that_is_no_number_of_requests_is_named_at_start(typed: str) -> None:
    with pytest.raises(ConfigError, match="LIMIT_PER_ADDRESS: must be a whole number"):
        from_env({"HANPYO_MODE": "testing", "LIMIT_PER_ADDRESS": typed})


@pytest.mark.parametrize(("proxies", "second"), [(0, 429), (1, 200)])
def test_only_a_trusted_proxy_says_who_really_asks(database_url: str, proxies: int, second: int) -> None:
    config = replace(config_for(database_url), limit_per_address=1, trusted_proxies=proxies)
    clock = Clock()
    app = create_app(config, clock)
    client = app.test_client()
    clock.offset -= timedelta(seconds=clock.now().second)  # both within one minute
    asked = [client.get("/privacy", headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code for n in (1, 2)]
    assert asked == [200, second]
    with app.app_context():
        db.engine.dispose()


def test_a_number_of_proxies_that_is_none_is_named_at_start() -> None:
    with pytest.raises(ConfigError, match="TRUSTED_PROXIES: must be a whole number"):
        from_env({"HANPYO_MODE": "testing", "TRUSTED_PROXIES": "one"})
