"""The demo's sign-ins on the home page: who a visitor can be. Nowhere else do they exist."""

from typing import NamedTuple

from flask import current_app, url_for
from flask_babel import gettext as _

from app.demo import people, sign_ins, stations, trustee
from app.web.words import word


class SignInLine(NamedTuple):
    """A line of the table: words, and the page on which to sign in."""

    role: str
    name: str
    login: str
    password: str
    url: str


def list_sign_ins() -> list[SignInLine]:
    """None in production, and none before the demo's people are there."""
    if not current_app.extensions["hanpyo"].is_demo or not people.are_here():
        return []
    return [_line(one) for one in sign_ins.list_sign_ins()]


def voter_at_the_desk() -> stations.Person:
    """Whom the officers of the demo's stations find on the roll."""
    return stations.voter(stations.VISITOR)


def find_trustee_words() -> str | None:
    """Those that open the box of the demo's round that votes."""
    return trustee.find_words() if current_app.extensions["hanpyo"].is_demo else None


def _line(one: sign_ins.SignIn) -> SignInLine:
    if one.role == sign_ins.RESIDENT:
        by_code = _("비밀번호 없이 휴대전화 인증번호로 로그인합니다. 다른 휴대전화 번호도 쓸 수 있습니다.")
        return SignInLine(word("actor", "resident"), one.name, one.login, by_code, url_for("public.resident_sign_in"))
    return SignInLine(word("role", one.role), one.name, one.login, one.password, url_for("public.account_sign_in"))
