"""The kit by itself: the layouts and components in the smallest application that can hold them."""

from flask import Flask
from flask_babel import Babel
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined

from app.config import ROOT
from app.web import filters, kit
from tests.page import LintingClient


def make(locale: str = "ko") -> Flask:
    app = Flask("kit", root_path=str(ROOT))
    app.config.update(
        SECRET_KEY="kit" * 16, TESTING=True, BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "app" / "translations")
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Babel(app, locale_selector=lambda: locale)
    CSRFProtect(app)
    filters.register(app)
    app.register_blueprint(kit.wing)
    app.test_client_class = LintingClient
    return app
