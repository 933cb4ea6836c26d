"""A strict identity provider over a real socket. Each fault is a switch: what it then says must convince nobody."""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from flask import Flask
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from app.adapters import oidc_client
from app.clock import now
from app.rounds.models import Round
from tests.actors import Person
from tests.outside import Quiet, serving
from tests.page import Page

CLIENT, SECRET = "hanpyo", "a secret of the provider"
KEY, STRANGE = (RSAKey.generate_key(2048, {"kid": kid}) for kid in ("one", "one"))
PERSON = {"name": "이순신", "birthdate": "1980-04-28"}


class Provider:
    """`fault`: what is wrong, if anything. `now`: seconds since 1970. `held`: it answers nothing until this is set."""

    def __init__(self) -> None:
        self.fault, self.claims, self.now, self.issuer = "", dict[str, Any](PERSON), 0, ""
        self.codes: dict[str, dict[str, str]] = {}
        self.held = threading.Event()
        self.held.set()

    def discovery(self) -> dict[str, str]:
        issuer = "https://somebody.else" if self.fault == "discovery" else self.issuer
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
        return {"issuer": issuer} | {name: f"{self.issuer}/{path}" for name, path in names.items()}

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to."""
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert asked["code_challenge_method"] == "S256" and "openid" in asked["scope"].split()
        if self.fault == "denied":
            back = {"error": "access_denied", "state": asked["state"]}
        else:
            code = secrets.token_urlsafe(16)
            self.codes[code] = asked
            back = {"code": code, "state": "another" if self.fault == "state" else asked["state"]}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.codes.pop(form.get("code", ""), None)  # a code is good once
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        fits = asked is not None and (
            asked["code_challenge"] == challenge.decode().rstrip("=")
            and asked["redirect_uri"] == form.get("redirect_uri")
        )
        if authorization != f"Basic {basic}":
            return 401, {"error": "invalid_client"}
        if asked is None or not fits or self.fault == "token error":
            return 400, {"error": "invalid_grant"}
        if self.fault == "token broken":
            return 500, {}
        return 200, {"token_type": "Bearer", "access_token": "nobody keeps me", "id_token": self._id_token(asked)}

    def _id_token(self, asked: dict[str, str]) -> str:
        claims = {
            "iss": self.issuer if self.fault != "issuer" else "https://somebody.else",
            "aud": CLIENT if self.fault != "audience" else "another",
            "sub": "1",
            "iat": self.now - 7200 if self.fault == "expired" else self.now,
            "exp": self.now - 3600 if self.fault == "expired" else self.now + 300,
            "nonce": asked["nonce"] if self.fault != "nonce" else "another",
            **self.claims,
        }
        if self.fault == "no nonce":
            del claims["nonce"]
        if self.fault == "unsigned":
            parts = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
            return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."
        key = STRANGE if self.fault == "signature" else KEY
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)


@contextmanager
def running_provider() -> Iterator[Provider]:
    provider = Provider()

    class Handler(Quiet):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            if not provider.held.wait(5):
                return
            if url.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize(_flat(url.query)))
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif url.path == "/jwks":
                self.say(200, KeySet([KEY]).as_dict(private=False))
            else:
                self.say(200, provider.discovery())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.say(*provider.token(_flat(body), self.headers.get("Authorization", "")))

        def say(self, status: int, answer: Any) -> None:
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with serving(Handler, provider.held.set) as url:
        provider.issuer = url
        yield provider


@contextmanager
def connected(app: Flask) -> Iterator[Provider]:
    """Configured in `app`, as `oidc.register` would."""
    with running_provider() as provider:
        said = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
        app.extensions["oidc"] = oidc_client.ProviderClient(replace(app.extensions["hanpyo"], **said))
        yield provider


def leave(person: Person, round_: Round) -> str:
    """Away to the provider; where it sends the browser back to."""
    answer = person.client.get(f"/vote/{round_.id}/oidc")
    assert answer.status_code == 302
    return str(httpx.get(answer.headers["Location"], follow_redirects=False).headers["Location"])


def go(provider: Provider, person: Person, round_: Round) -> Page:
    provider.now = int(now().timestamp())
    return person.get(leave(person, round_))


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
