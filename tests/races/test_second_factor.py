"""The same code at the same moment in two browsers, or more: one is let in.

The control looks whether the code is good and not used, without taking it in the same statement: then all are let in.
"""

from threading import Barrier

import pytest
from flask import Flask

from app.clock import Clock, now
from app.database import db
from app.people import factor_rules as rules
from app.people import factors, identity, sessions
from app.people.models import Account, AuthenticatorApp, RecoveryCode
from tests import factories
from tests.authenticators import give_app, next_code
from tests.races.test_cast import at_once

THREADS = 4


def codes(app: Flask, account: Account, clock: Clock, factor: str) -> str:
    give_app(account)
    recovery = factors.renew_codes(account, key=app.extensions["hanpyo"].identity_key, at=now())
    return recovery[0] if factor == rules.RECOVERY else next_code(clock)


@pytest.mark.parametrize("factor", [rules.APP, rules.RECOVERY])
def test_one_of_many_browsers_with_the_same_code_is_let_in(app: Flask, clock: Clock, factor: str) -> None:
    account, key = factories.account("staff"), app.extensions["hanpyo"].identity_key
    code = codes(app, account, clock, factor)
    tokens = [sessions.begin(account, "", factor=rules.PASSWORD, key=key, at=now()) for _ in range(THREADS)]

    def give(n: int, barrier: Barrier) -> str:
        mine = sessions.find(tokens[n], key=key, at=now())
        assert mine is not None
        barrier.wait(30)
        try:
            return factors.give_code(mine, code, known_browser=str(n), key=key, at=now())
        except rules.WrongFactor:
            return "wrong"

    assert at_once(app, give, THREADS) == {factor: 1, "wrong": THREADS - 1}


@pytest.mark.parametrize("factor", [rules.APP, rules.RECOVERY])
def test_control_who_looks_without_taking_finds_the_code_unused_as_all_others_do(
    app: Flask, clock: Clock, factor: str
) -> None:
    account, key = factories.account("staff"), app.extensions["hanpyo"].identity_key
    code, account_id = codes(app, account, clock, factor), account.id
    code_key = identity.recovery_key(key, account_id, rules.read_recovery_code(code))

    def look(_n: int, barrier: Barrier) -> str:
        if factor == rules.APP:
            unused = db.session.get_one(AuthenticatorApp, account_id).last_step < rules.step_of(now())
        else:
            unused = db.session.query(RecoveryCode).filter_by(code_key=code_key, used_at=None).count() == 1
        barrier.wait(30)
        return "good" if unused else "used"

    assert at_once(app, look, THREADS) == {"good": THREADS}
