"""Who is here, and what is theirs. Shut by default; what is not yours does not exist (404).

Flask-Login is wrapped here and nowhere else. There are two kinds of people: a resident, known by a
phone, and an account, known by a password and a second factor. A session holds one of them at a time, and nobody is
ever somebody else. A resident's session is the cookie; an account's is a row (`app/people/sessions.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, abort, current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, current_user, login_user, logout_user

from app import clock
from app.config import Config
from app.database import db
from app.notices.delivery_rules import Person
from app.people import factor_rules, sessions
from app.people.models import ADMIN_ROLE, Account, AccountSession, Resident
from app.programmes.models import Programme

manager = LoginManager()
GLANCE = timedelta(minutes=1)  # how exactly the cookie knows when it was last used


@dataclass(frozen=True)
class SignedIn:
    """What Flask-Login carries: the kind of person, their row, and of an account the session and its token."""

    kind: str
    row: Account | Resident
    session: AccountSession | None = None
    token: str = ""
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        return f"{self.kind}:{self.token or self.row.id}:"


@manager.user_loader
def _load(identity: str) -> SignedIn | None:
    kind, known_by, _ = identity.split(":", 2)
    if kind == "resident":
        resident = db.session.get(Resident, int(known_by))
        return SignedIn("resident", resident) if resident else None
    found = None if _has_idled() else sessions.find(known_by, key=identity_key(), at=clock.now())
    if found is None or found.proved_at is None:
        return None
    return SignedIn("account", found.account, found, known_by)


def register(app: Flask) -> None:
    manager.init_app(app)
    app.before_request(_shut_by_default)
    app.before_request(_note_use)
    app.jinja_env.globals.update(
        current_account=find_account, current_resident=find_resident, has_role=has_role, roles_held=roles_held
    )


Entry = Callable[[], Any]
_entries: dict[str, Entry] = {"public": lambda: None}


def guard(blueprint: Blueprint, entry: Entry) -> Blueprint:
    """Give a wing its door: `entry` returns None to let in, answers with a redirect, or aborts."""
    _entries[blueprint.name] = entry
    return blueprint


def _shut_by_default() -> Any:
    """A wing without a door stays shut; only static files need none."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    entry = _entries.get(request.blueprint or "")
    return entry() if entry else abort(404)


def _note_use() -> None:
    """In the cookie to the minute, which costs no writing: by it an idle session is over. In the database to the hour,
    when something is sent, for the list of one's devices; not of those who vote: beside a vote stands no such line."""
    if "seen" not in session or (found := find_session()) is None:
        return
    at = clock.now()
    if int(at.timestamp()) >= session["seen"] + GLANCE.total_seconds():
        session["seen"] = int(at.timestamp())
    if request.method == "POST" and request.blueprint != "committee":
        sessions.note_hour(found, at=at)


def _has_idled() -> bool:
    return clock.now().timestamp() >= session.get("seen", 0) + factor_rules.IDLE_LIFE.total_seconds()


def sign_in(row: Resident) -> None:
    """A new session: nothing of an earlier person's is carried over, but the language."""
    _clear()
    login_user(SignedIn("resident", row))


def take_up(token: str) -> AccountSession:
    """Likewise for an account, whose session has been begun. By half a one nobody is signed in yet."""
    found = sessions.find(token, key=identity_key(), at=clock.now()) or abort(404)
    _clear()
    if found.proved_at is None:
        session["half"] = token
    else:
        session["seen"] = int(clock.now().timestamp())
        login_user(SignedIn("account", found.account, found, token))
    return found


def find_half() -> AccountSession | None:
    """The sign-in in this browser that owes its second factor."""
    token = session.get("half")
    found = sessions.find(token, key=identity_key(), at=clock.now()) if token else None
    return found if found is not None and found.proved_at is None else None


def sign_out() -> None:
    found = find_session() or find_half()
    if found is not None:
        sessions.end(found.account, found.id, at=clock.now())
    logout_user()
    _clear()


def _clear() -> None:
    locale = session.get("locale")
    session.clear()
    if locale:
        session["locale"] = locale


def ask_nobody() -> None:
    """For the rest of this request everybody is a stranger: the database, which knows who they are, is away."""
    g._login_user = manager.anonymous_user()  # where Flask-Login keeps what it has asked


def find_account() -> Account | None:
    return current_user.row if current_user.is_authenticated and current_user.kind == "account" else None


def find_session() -> AccountSession | None:
    """That of the account signed in."""
    return current_user.session if current_user.is_authenticated else None


def find_resident() -> Resident | None:
    return current_user.row if current_user.is_authenticated and current_user.kind == "resident" else None


def get_account() -> Account:
    """The account signed in. 404 where there is none (a wing's door has asked before)."""
    return find_account() or abort(404)


def get_session() -> AccountSession:
    return find_session() or abort(404)


def is_proved() -> bool:
    """Whether the second factor was given lately enough for a dangerous step."""
    return factor_rules.is_fresh(get_session().proved_at, clock.now())


def get_resident() -> Resident:
    return find_resident() or abort(404)


def find_person() -> Person | None:
    """Whoever is signed in."""
    resident, account = find_resident(), find_account()
    return Person(resident and resident.id, account and account.id) if resident or account else None


def get_person() -> Person:
    return find_person() or abort(404)


def account_door(*roles: str) -> Entry:
    """Lets in accounts that hold one of `roles` anywhere; others see nothing, strangers the sign-in."""

    def entry() -> Any:
        account = find_account()
        if account is None:
            return redirect(url_for("public.account_sign_in", next=here()))
        if not any(grant.role in roles for grant in account.roles):
            abort(404)
        return None

    return entry


def resident_door() -> Any:
    if find_resident() is None:
        return redirect(url_for("public.resident_sign_in", next=here()))
    return None


def identity_key() -> str:
    """What turns phones and logins into keys."""
    config: Config = current_app.extensions["hanpyo"]
    return config.identity_key


def here() -> str:
    """Where to come back to after signing in: only a page that can be fetched again."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


def safe_next(target: str | None, default: str) -> str:
    """`target` when it is a path of this site, else `default`: no open redirect.

    Browsers read a backslash as a slash and drop tabs and line ends: "/\\t/elsewhere" would lead away.
    """
    if target and target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable():
        return target
    return default


def has_role(role: str, programme: Programme | None = None) -> bool:
    """Whether the account signed in holds `role` (in `programme`, where one is given)."""
    account = find_account()
    if account is None:
        return False
    return any(
        grant.role == role and (programme is None or role == ADMIN_ROLE or grant.programme_id == programme.id)
        for grant in account.roles
    )


def roles_held() -> set[str]:
    account = find_account()
    return {grant.role for grant in account.roles} if account else set()


def ensure_role(programme: Programme, *roles: str) -> Account:
    """The account, when it holds one of `roles` in `programme`; else this does not exist (404)."""
    if not any(has_role(role, programme) for role in roles):
        abort(404)
    return get_account()
