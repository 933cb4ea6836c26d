"""create_app: a table of contents of the application."""

from typing import Any

from flask import Flask, request, session
from flask_babel import Babel
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from app import schema
from app.adapters import files, mail, oidc, sms
from app.cli import commands
from app.clock import Clock
from app.config import ROOT, Config
from app.database import ISOLATION, db
from app.lazy import Lazy
from app.notices import courier
from app.web import (
    addresses,
    errors,
    fault_log,
    fence,
    filters,
    guard,
    headers,
    maps,
    meeting_pages,
    navigation,
    proposal_files,
    release,
    wings,
    words,
)

LOCALES = ("ko", "en")
flask_migrate = Lazy("flask_migrate")


def create_app(config: Config, clock: Clock | None = None) -> Flask:
    """`clock` is moved by tests and rehearsals; everybody else leaves it alone."""
    static_path = f"/static/{release.of(ROOT / 'static')}"
    app = Flask(
        "hanpyo",
        root_path=str(ROOT),
        static_folder=str(ROOT / "static"),
        static_url_path=static_path,
        template_folder=str(ROOT / "templates"),
    )
    app.config.from_mapping(settings(config))
    app.extensions["clock"] = clock or Clock()
    app.extensions["hanpyo"] = config
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    db.init_app(app)
    app.extensions["migrate"] = Migrations(app)
    Babel(app, locale_selector=choose_locale)
    CSRFProtect(app)
    for part in (
        addresses,
        fence,
        sms,
        mail,
        files,
        courier,
        oidc,
        headers,
        errors,
        fault_log,
        filters,
        words,
        guard,
        maps,
        navigation,
        proposal_files,
        meeting_pages,
        wings,
        commands,
    ):
        part.register(app)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(ROOT / "static"),
        prefix=static_path,
        allow_all_origins=False,
        max_age=365 * 24 * 3600,
        add_headers_function=headers.add_to_static,
    )
    if config.trusted_proxies:
        near = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=near, x_proto=near)  # type: ignore[method-assign]
    assert schema.metadata is db.metadata
    return app


class Migrations:
    """Stands where Flask-Migrate keeps what it knows of an application, and makes way for it when a command asks:
    Alembic and what it needs are 11 MiB that no worker has a use for."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __getattr__(self, attribute: str) -> Any:
        flask_migrate.Migrate(self.app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
        return getattr(self.app.extensions["migrate"], attribute)


def settings(config: Config) -> dict[str, Any]:
    """Flask's own settings, derived from ours in one place."""
    options: dict[str, Any] = {"hide_parameters": True}  # an error's text repeats no choices, phones or codes
    if config.database_url.startswith("postgresql"):
        options |= {"pool_size": 8, "max_overflow": 8, "isolation_level": ISOLATION}
    return {
        "SECRET_KEY": config.secret_key,
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": options,
        "SESSION_COOKIE_NAME": "hanpyo",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": config.is_production,
        "PERMANENT_SESSION_LIFETIME": 8 * 3600,
        "BABEL_DEFAULT_LOCALE": "ko",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Seoul",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "app" / "translations"),
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: nobody loses what they typed to a timer
        "WTF_CSRF_SSL_STRICT": False,  # our pages send no Referer (see headers); the token stands by itself
        "TESTING": config.mode == "testing",
    }


def choose_locale() -> str:
    """What the person chose; Korean unless the browser asks for another language we have."""
    if session.get("locale") in LOCALES:
        return str(session["locale"])
    return request.accept_languages.best_match(LOCALES, default="ko") or "ko"
