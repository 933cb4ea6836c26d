"""Somebody else's identity provider (OpenID Connect Core 1.0), where one is configured: whom it says that somebody is.

What asks it is in `oidc_client`, which stands on an extra (requirements-oidc.in) and is imported only then.
"""

import importlib
import importlib.util
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from flask import Flask, current_app

from app.config import Config, ConfigError

EXTRA = "authlib"


class OidcError(Exception):
    """Nobody was signed in through the provider."""


class ProviderAway(OidcError):
    """It did not answer, or too late, or something else than a provider says."""


class ProviderRefused(OidcError):
    """It says that it will not, or its user has changed their mind."""


class NotTrusted(OidcError):
    """What came back is not what was asked for: state, nonce, issuer, audience, time or signature do not hold."""


class ClaimsMissing(OidcError):
    """It does not say name and birth date."""


class Begun(NamedTuple):
    """What this browser keeps while its user is away at `url`. `verifier`: PKCE's (RFC 7636)."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Identity:
    """`phone` is E.164, or None where the provider names none that it has verified."""

    name: str
    born_on: date
    phone: str | None


class Client(Protocol):
    def begin(self, redirect_uri: str) -> Begun:
        """Raises ProviderAway, NotTrusted."""

    def finish(self, code: str, nonce: str, verifier: str, redirect_uri: str) -> Identity:
        """Raises ProviderAway, ProviderRefused, NotTrusted, ClaimsMissing."""


def register(app: Flask) -> None:
    """Raises ConfigError where it is configured and the extra is not installed."""
    config: Config = app.extensions["hanpyo"]
    if config.oidc_issuer is None:
        return
    if importlib.util.find_spec(EXTRA) is None:
        raise ConfigError(["OIDC_ISSUER: needs the extra: pip install -r requirements-oidc.txt"])
    app.extensions["oidc"] = importlib.import_module("app.adapters.oidc_client").ProviderClient(config)


def is_configured() -> bool:
    return "oidc" in current_app.extensions


def client() -> Client:
    found: Client = current_app.extensions["oidc"]
    return found
