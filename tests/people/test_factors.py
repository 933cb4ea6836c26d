"""Second factors: what is kept of them and how, what counts once, and what is never taken."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pyotp
import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask

from app.audit.models import SYSTEM
from app.clock import Clock
from app.database import db
from app.errors import NotFound
from app.people import ciphers, factors, passkeys, queries, services, sessions
from app.people import factor_rules as rules
from app.people.models import (
    STAFF_ROLE,
    Account,
    AccountSession,
    AuthenticatorApp,
    Passkey,
    PasskeyChallenge,
    RecoveryCode,
)
from app.people.passkeys import Site
from tests import factories
from tests.authenticators import SECRET, Device, give_app, next_code
from tests.databases import config_for

KEY = config_for("sqlite://").identity_key
HERE = Site("http://localhost", "localhost")


@pytest.fixture
def officer(app: Flask) -> Account:
    return factories.account(STAFF_ROLE)


def begin(account: Account, clock: Clock) -> AccountSession:
    token = sessions.begin(account, "Firefox · Linux", factor=rules.PASSWORD, key=KEY, at=clock.now())
    found = sessions.find(token, key=KEY, at=clock.now())
    assert found is not None
    return found


def give(session: AccountSession, typed: str, clock: Clock) -> str:
    return factors.give_code(session, typed, key=KEY, at=clock.now())


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Linux; Android 10; K) Chrome/142.0.0.0 Mobile Safari/537.36", "Chrome · Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari · iOS"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox · macOS"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_of_a_device_only_its_browser_and_system_are_named(user_agent: str, words: str) -> None:
    assert rules.device_words(user_agent) == words


def test_a_secret_is_read_again_only_with_its_key_and_for_its_owner() -> None:
    kept = ciphers.encipher(KEY, "account:1", SECRET)
    assert SECRET not in kept and kept != ciphers.encipher(KEY, "account:1", SECRET)
    assert ciphers.decipher(KEY, "account:1", kept) == SECRET
    changed = f"{'01' if kept[:2] == '00' else '00'}{kept[2:]}"
    for key, whose, text in ((KEY, "account:2", kept), ("x" * 32, "account:1", kept), (KEY, "account:1", changed)):
        with pytest.raises(InvalidTag):
            ciphers.decipher(key, whose, text)


def test_nothing_that_is_kept_can_be_typed(officer: Account, clock: Clock) -> None:
    session = begin(officer, clock)
    secret, _uri = factors.offer_app(session, key=KEY)
    codes = factors.set_app(session, next_code(clock, secret), key=KEY, at=clock.now())
    rows = [db.session.query(AuthenticatorApp).one(), session, *db.session.query(RecoveryCode)]
    stored = " ".join(str(getattr(row, column.name)) for row in rows for column in row.__table__.columns)
    assert len(codes) == 10 and not any(code in stored or code.replace("-", "") in stored for code in [*codes, secret])


def test_the_app_offered_stays_the_same_until_it_is_taken_and_is_another_for_everybody(
    officer: Account, clock: Clock
) -> None:
    session, other = begin(officer, clock), begin(officer, clock)
    offered = factors.offer_app(session, key=KEY)
    assert offered == factors.offer_app(session, key=KEY) != factors.offer_app(other, key=KEY)
    with pytest.raises(rules.WrongSetupCode):
        factors.set_app(session, "12345", key=KEY, at=clock.now())
    assert queries.find_app(officer.id) is None
    factors.set_app(session, next_code(clock, offered[0]), key=KEY, at=clock.now())
    assert factors.offer_app(session, key=KEY) != offered, "a replacement has another secret"
    assert f"secret={offered[0]}" in offered[1] and officer.login in offered[1]


def test_a_code_counts_a_step_early_or_late(officer: Account, clock: Clock) -> None:
    give_app(officer)
    session, step = begin(officer, clock), rules.step_of(clock.now())
    code = pyotp.TOTP(SECRET).generate_otp(step)
    for late in (-2, 2):
        with pytest.raises(rules.WrongFactor):
            factors.give_code(session, code, key=KEY, at=moment_of(step + late))
    for late in (-1, 0, 1):
        queries.find_app(officer.id).last_step = 0
        db.session.commit()
        assert factors.give_code(session, code, key=KEY, at=moment_of(step + late)) == rules.APP


def moment_of(step: int) -> datetime:
    return datetime.fromtimestamp(step * rules.STEP, UTC)


def test_a_code_counts_once_and_none_before_it_counts_afterwards(officer: Account, clock: Clock) -> None:
    give_app(officer)
    session, before = begin(officer, clock), next_code(clock)
    code = next_code(clock)
    assert give(session, f" {code[:3]} {code[3:]} ", clock) == rules.APP
    for used in (code, before):
        with pytest.raises(rules.WrongFactor):
            give(session, used, clock)


def test_a_recovery_code_counts_once_and_is_nobody_elses(officer: Account, clock: Clock) -> None:
    codes = factors.renew_codes(officer, key=KEY, at=clock.now())
    session, other = begin(officer, clock), begin(factories.account(), clock)
    with pytest.raises(rules.WrongFactor):
        give(other, codes[0], clock)
    assert (
        give(session, codes[0].lower().replace("0", "o").replace("1", "l").replace("-", "  "), clock) == rules.RECOVERY
    )
    with pytest.raises(rules.WrongFactor):
        give(session, codes[0], clock)
    assert queries.count_recovery_codes(officer.id) == 9


def test_wrong_codes_of_a_known_browser_are_counted_apart(officer: Account, clock: Clock) -> None:
    give_app(officer)
    for _ in range(4):
        with pytest.raises(rules.WrongFactor):
            give(begin(officer, clock), "wrong", clock)
    with pytest.raises(rules.FactorLocked):
        give(begin(officer, clock), "wrong", clock)
    with pytest.raises(rules.FactorLocked):
        give(begin(officer, clock), next_code(clock), clock)
    mine = begin(officer, clock)
    assert factors.give_code(mine, next_code(clock), known_browser="mine", key=KEY, at=clock.now()) == rules.APP


def test_a_session_whose_account_has_ended_or_changed_is_not_completed(officer: Account, clock: Clock) -> None:
    session = begin(officer, clock)
    services.grant_role(officer, "approver", programme=factories.programme(), at=clock.now(), by=SYSTEM)
    with pytest.raises(rules.SignInOver):
        sessions.complete(session, factor=rules.APP, key=KEY, at=clock.now())
    with pytest.raises(rules.SignInOver):
        sessions.renew_proof(session, factor=rules.APP, at=clock.now())
    assert db.session.query(AccountSession).count() == 0


def test_what_is_over_is_forgotten_and_nothing_is_written_when_nothing_is(officer: Account, clock: Clock) -> None:
    assert sessions.forget_over(at=clock.now()) == 0
    begin(officer, clock)
    passkeys.ask(rules.ENTER, None, HERE, key=KEY, at=clock.now())
    assert sessions.forget_over(at=clock.now()) == 0
    clock.offset += rules.CHALLENGE_LIFE
    assert sessions.forget_over(at=clock.now()) == 1
    clock.offset += rules.SESSION_LIFE
    assert sessions.forget_over(at=clock.now()) == 1
    assert db.session.query(AccountSession).count() + db.session.query(PasskeyChallenge).count() == 0


# Passkeys: what a browser may send.


def ask(purpose: str, account: Account | None, clock: Clock, site: Site = HERE) -> tuple[str, dict[str, Any]]:
    challenge, options = passkeys.ask(purpose, account, site, key=KEY, at=clock.now())
    return challenge, json.loads(options)


def add(account: Account, device: Device, clock: Clock, site: Site = HERE) -> list[str]:
    challenge, options = ask(rules.ADD, account, clock, site)
    made = device.create(options)
    return passkeys.add(account, "노트북", made, challenge, site, key=KEY, at=clock.now())


def enter(device: Device, clock: Clock, change: Callable[[str], str] = str, site: Site = HERE) -> Account:
    challenge, options = ask(rules.ENTER, None, clock)
    answer = change(device.get(options))
    return passkeys.sign_in(answer, challenge, site, device="", key=KEY, at=clock.now())[0]


def test_a_passkey_knows_its_owner_and_counts_up(officer: Account, clock: Clock) -> None:
    device = Device()
    assert len(add(officer, device, clock)) == rules.RECOVERY_CODES
    assert [enter(device, clock).id for _ in range(2)] == [officer.id] * 2
    assert db.session.query(Passkey).one().sign_count == 2
    device.count = 0
    with pytest.raises(rules.PasskeyRefused):
        enter(device, clock)  # a copy that was left behind
    assert db.session.query(Passkey).one().sign_count == 2


def test_a_passkey_is_added_once_and_asks_who_is_there(officer: Account, clock: Clock) -> None:
    _challenge, options = ask(rules.ADD, officer, clock)
    chosen = options["authenticatorSelection"]
    assert (chosen["userVerification"], chosen["residentKey"]) == ("required", "required")
    assert officer.login not in options["user"]["id"]
    device = Device()
    add(officer, device, clock)
    with pytest.raises(rules.PasskeyKnown):
        add(factories.account(), device, clock)
    with pytest.raises(rules.PasskeyRefused):
        add(officer, Device(is_verified=False, credential_id=b"another"), clock)
    with pytest.raises(rules.PasskeyRefused):
        add(officer, Device(site="http://evil.example", credential_id=b"another"), clock)
    assert db.session.query(Passkey).count() == 1


def test_a_challenge_is_answered_once_in_time_for_its_purpose_and_by_who_was_asked(
    officer: Account, clock: Clock
) -> None:
    device, other = Device(), factories.account()
    add(officer, device, clock)
    challenge, options = ask(rules.ENTER, None, clock)
    answer = device.get(options)
    assert passkeys.sign_in(answer, challenge, HERE, device="", key=KEY, at=clock.now())[0].id == officer.id
    replayed = replace(device, count=device.count + 5).get(options)
    late, late_options = ask(rules.ENTER, None, clock)
    proof, proof_options = ask(rules.PROVE, other, clock)
    for asked, given, at in (
        (challenge, replayed, clock.now()),
        (None, replayed, clock.now()),
        ("AAAA", replayed, clock.now()),
        (late, device.get(late_options), clock.now() + rules.CHALLENGE_LIFE),
        (proof, device.get(proof_options), clock.now()),
    ):
        with pytest.raises(rules.ChallengeOver):
            passkeys.sign_in(given, asked, HERE, device="", key=KEY, at=at)
    proof, proof_options = ask(rules.PROVE, other, clock)
    with pytest.raises(rules.PasskeyRefused):
        passkeys.give(begin(other, clock), device.get(proof_options), proof, HERE, key=KEY, at=clock.now())


def test_whatever_else_is_sent_is_refused(officer: Account, clock: Clock) -> None:
    almost = '{"id": "a", "rawId": "a", "type": "public-key", "response": {"clientDataJSON": "e30"}}'
    for sent in ("", "{}", "[]", "null", "nonsense", '{"id": 1}', "\x00", "[" * 10_000, almost):
        with pytest.raises(rules.PasskeyRefused):
            enter(Device(), clock, lambda _answer, sent=sent: sent)
        challenge, _options = ask(rules.ADD, officer, clock)
        with pytest.raises(rules.PasskeyRefused):
            passkeys.add(officer, "노트북", sent, challenge, HERE, key=KEY, at=clock.now())
    assert db.session.query(Passkey).count() == 0


def test_a_signature_that_does_not_fit_is_refused(officer: Account, clock: Clock) -> None:
    add(officer, Device(), clock)
    with pytest.raises(rules.PasskeyRefused):
        enter(Device(), clock)  # the same id, another key
    with pytest.raises(rules.PasskeyRefused):
        enter(Device(), clock, site=Site("https://elsewhere.example", "elsewhere.example"))


def test_of_ones_own_passkeys_the_last_factor_stays(officer: Account, clock: Clock) -> None:
    one, foreign = factories.passkey(officer), factories.passkey(factories.account())
    for passkey_id, refusal in ((one.id, rules.LastFactor), (foreign.id, NotFound)):
        with pytest.raises(refusal):
            passkeys.remove(officer, passkey_id, at=clock.now())
    assert db.session.query(Passkey).count() == 2
    give_app(officer)
    passkeys.remove(officer, one.id, at=clock.now())
    assert queries.list_passkeys(officer.id) == []


def test_a_reset_forgets_all_of_one_account_and_nothing_of_others(officer: Account, clock: Clock) -> None:
    other = factories.account()
    for one in (officer, other):
        give_app(one)
        factories.passkey(one)
        factors.renew_codes(one, key=KEY, at=clock.now())
        begin(one, clock)
    factors.reset(officer, at=clock.now(), by=SYSTEM)
    for table in (AuthenticatorApp, Passkey, RecoveryCode, AccountSession):
        assert {row.account_id for row in db.session.query(table)} == {other.id}
