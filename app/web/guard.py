"""Who is here, and what is theirs. Shut by default; what is not yours does not exist (404).

Flask-Login is wrapped here and nowhere else. There are two kinds of people: a resident, known by a
phone, and an account, known by a password. A session holds one of them at a time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, abort, current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, current_user, login_user, logout_user

from app.config import Config
from app.database import db
from app.people.models import ADMIN_ROLE, Account, Resident
from app.programmes.models import Programme

manager = LoginManager()


@dataclass(frozen=True)
class SignedIn:
    """What Flask-Login carries: the kind of person and their row."""

    kind: str
    row: Account | Resident
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        key = self.row.session_key if isinstance(self.row, Account) else ""
        return f"{self.kind}:{self.row.id}:{key}"


@manager.user_loader
def _load(identity: str) -> SignedIn | None:
    kind, id_text, key = identity.split(":", 2)
    if kind == "resident":
        resident = db.session.get(Resident, int(id_text))
        return SignedIn("resident", resident) if resident else None
    account = db.session.get(Account, int(id_text))
    if account is None or account.ended_at is not None or account.session_key != key:
        return None
    return SignedIn("account", account)


def register(app: Flask) -> None:
    manager.init_app(app)
    app.before_request(_shut_by_default)
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


def sign_in(row: Account | Resident) -> None:
    """A new session: nothing of an earlier person's is carried over, but the language."""
    locale = session.get("locale")
    session.clear()
    if locale:
        session["locale"] = locale
    login_user(SignedIn("account" if isinstance(row, Account) else "resident", row))


def sign_out() -> None:
    locale = session.get("locale")
    logout_user()
    session.clear()
    if locale:
        session["locale"] = locale


def ask_nobody() -> None:
    """For the rest of this request everybody is a stranger: the database, which knows who they are, is away."""
    g._login_user = manager.anonymous_user()  # where Flask-Login keeps what it has asked


def find_account() -> Account | None:
    return current_user.row if current_user.is_authenticated and current_user.kind == "account" else None


def find_resident() -> Resident | None:
    return current_user.row if current_user.is_authenticated and current_user.kind == "resident" else None


def get_account() -> Account:
    """The account signed in. 404 where there is none (a wing's door has asked before)."""
    return find_account() or abort(404)


def get_resident() -> Resident:
    return find_resident() or abort(404)


def account_door(*roles: str) -> Entry:
    """Lets in accounts that hold one of `roles` anywhere; others see nothing, strangers the sign-in."""

    def entry() -> Any:
        account = find_account()
        if account is None:
            return redirect(url_for("public.account_sign_in", next=_here()))
        if not any(grant.role in roles for grant in account.roles):
            abort(404)
        return None

    return entry


def resident_door() -> Any:
    if find_resident() is None:
        return redirect(url_for("public.resident_sign_in", next=_here()))
    return None


def identity_key() -> str:
    """What turns phones and logins into keys."""
    config: Config = current_app.extensions["hanpyo"]
    return config.identity_key


def _here() -> str:
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
