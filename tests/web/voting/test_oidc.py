"""Voting with an account at an identity provider: it says who one is, over a real socket; what does not hold changes
nothing."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.adapters import oidc
from app.clock import Clock, now
from app.config import ConfigError, from_env
from app.database import db
from app.factory import create_app
from app.people import identity
from app.roll import rules as roll
from app.roll.models import RollEntry
from app.rounds import rules as rounds
from tests.actors import Person
from tests.ballots.elections import census, published
from tests.codes.printed import KEY, entry
from tests.databases import config_for
from tests.provider import Provider, connected, go, leave

ONCE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
REFUSALS = {
    "state": (400, "답이 맞지 않아"),
    "nonce": (400, "답이 맞지 않아"),
    "no nonce": (400, "답이 맞지 않아"),
    "issuer": (400, "답이 맞지 않아"),
    "audience": (400, "답이 맞지 않아"),
    "expired": (400, "답이 맞지 않아"),
    "signature": (400, "답이 맞지 않아"),
    "unsigned": (400, "답이 맞지 않아"),
    "denied": (409, "확인을 마치지 않았습니다"),
    "token error": (409, "확인을 마치지 않았습니다"),
    "token broken": (503, "지금 답하지 않습니다"),
}


@pytest.fixture
def provider(app: Flask) -> Iterator[Provider]:
    with connected(app) as provider:
        yield provider


def people() -> int:
    db.session.rollback()
    return db.session.query(RollEntry).count()


def test_somebody_of_the_list_comes_to_the_ballot_and_nobody_else_does(
    app: Flask, clock: Clock, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="app")
    round_ = published(clock, voters=rounds.LIST)
    entry(round_)
    assert go(provider, Person(app), round_).h1 == "사업을 골라 주세요"
    provider.claims["name"] = "원균"
    before = census()
    stranger = go(provider, Person(app), round_)
    assert (stranger.status, stranger.has("명부에서 찾지 못했습니다")) == (404, True)
    assert (census(), people()) == (before, 1)
    assert "nobody keeps me" not in caplog.text and "이순신" not in caplog.text


@ONCE
def test_a_phone_that_the_provider_has_verified_tells_two_of_one_name_apart(
    app: Flask, clock: Clock, provider: Provider
) -> None:
    round_ = published(clock, voters=rounds.LIST)
    phones = ["+821011110001", "+821011110002"]
    for twin, phone in enumerate(phones):
        entry(round_, twin=twin, phone_key=identity.phone_key(KEY, phone))
    assert go(provider, Person(app), round_).status == 404
    provider.claims |= {"phone_number": "010-1111-0002", "phone_number_verified": False}
    assert go(provider, Person(app), round_).status == 404
    provider.claims["phone_number_verified"] = True
    assert go(provider, Person(app), round_).h1 == "사업을 골라 주세요"
    provider.claims["phone_number"] = "010-9999-0000"
    assert go(provider, Person(app), round_).status == 404


def test_on_a_register_the_tie_to_the_area_is_asked_once(app: Flask, clock: Clock, provider: Provider) -> None:
    round_ = published(clock, voters=rounds.REGISTER)
    person = Person(app)
    asked = go(provider, person, round_)
    assert (asked.h1, asked.has("이순신 님"), people()) == ("투표하시는 분", True, 0)
    fields = {"basis": "address"}
    if asked.soup.find(id="area"):
        fields["area"] = str(asked.soup.select("#area option")[1]["value"])
    assert person.submit(asked, **fields).h1 == "사업을 골라 주세요"
    row = db.session.query(RollEntry).one()
    assert (row.source, row.phone_key) == (roll.OIDC, None)
    assert go(provider, Person(app), round_).h1 == "사업을 골라 주세요"
    assert people() == 1


@ONCE
def test_whatever_does_not_hold_is_refused_in_a_sentence_and_changes_nothing(
    app: Flask, clock: Clock, provider: Provider
) -> None:
    round_ = published(clock, voters=rounds.LIST)
    entry(round_)
    before = census()
    for provider.fault, (status, words) in REFUSALS.items():
        person = Person(app)
        refused = go(provider, person, round_)
        assert (provider.fault, refused.status, refused.has(words)) == (provider.fault, status, True)
        assert person.status(f"/vote/{round_.id}") == 302  # to the sign-in: nobody is known
    assert (census(), people()) == (before, 1)


@ONCE
def test_a_provider_that_says_too_little_or_is_somebody_else_or_slow_or_away_is_told(
    app: Flask, clock: Clock, provider: Provider
) -> None:
    round_, person = published(clock, voters=rounds.REGISTER), Person(app)
    for missing in ("name", "birthdate"):
        provider.claims = {"name": "이순신", "birthdate": "1980-04-28"} | {missing: ""}
        assert go(provider, person, round_).status == 409
    start = f"/vote/{round_.id}/oidc"
    provider.fault = "discovery"
    assert person.get(start).status == 400
    provider.held.clear()
    oidc.client().timeout = 0.2
    assert person.get(start).status == 503
    provider.held.set()
    oidc.client().issuer = "http://127.0.0.1:9"
    assert person.get(start).status == 503
    assert people() == 0


@ONCE
def test_what_came_back_is_good_once_in_its_own_browser_and_for_a_while(
    app: Flask, clock: Clock, provider: Provider
) -> None:
    round_, person = published(clock, voters=rounds.LIST), Person(app)
    entry(round_)
    provider.now = int(now().timestamp())
    back = leave(person, round_)
    assert Person(app).get(back).status == 400
    assert person.get(back).status == 200
    assert person.get(back).status == 400


@ONCE
def test_a_round_that_asks_for_nothing_but_a_phone_does_not_offer_it(
    app: Flask, clock: Clock, provider: Provider
) -> None:
    round_, register = published(clock), published(clock, voters=rounds.REGISTER)
    assert Person(app).status(f"/vote/{round_.id}/oidc") == 409
    assert not Person(app).get(f"/sign-in?next=/vote/{round_.id}").has("다른 기관 계정")
    assert Person(app).get(f"/sign-in?next=/vote/{register.id}").link("다른 기관 계정") == f"/vote/{register.id}/oidc"


def test_configured_without_the_extra_the_start_stops_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    config = replace(
        config_for("sqlite://"), oidc_issuer="https://id.example", oidc_client_id="a", oidc_client_secret="b"
    )
    assert "oidc" in create_app(config).extensions
    monkeypatch.setattr(oidc, "EXTRA", "no_such_package_is_installed")
    with pytest.raises(ConfigError, match="requirements-oidc"):
        create_app(config)


def test_half_a_configuration_is_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        from_env({"OIDC_ISSUER": "http://id.example", "OIDC_CLIENT_ID": "a"}, tmp_path)
    assert refused.value.faults == [
        "OIDC_CLIENT_SECRET: missing beside OIDC_ISSUER",
        "OIDC_ISSUER: must begin with https://",
    ]
