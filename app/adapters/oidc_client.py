"""Asks an identity provider by the authorization code flow with PKCE. Tokens are looked at once and kept nowhere."""

import secrets
from datetime import date
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app import clock
from app.adapters.oidc import Begun, ClaimsMissing, Identity, NotTrusted, ProviderAway, ProviderRefused
from app.config import Config
from app.people.identity import normalise_phone
from app.people.rules import NotAMobileNumber

TIMEOUT = 5.0  # seconds; a person is waiting
LEEWAY = 60  # seconds by which clocks may differ
SIGNED_BY = ["RS256", "PS256", "ES256"]  # never "none", never a shared secret
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
MOST_BYTES = 256 * 1024


class ProviderClient:
    def __init__(self, config: Config, timeout: float = TIMEOUT) -> None:
        self.issuer, self.client_id, self.secret = config.oidc_issuer, config.oidc_client_id, config.oidc_client_secret
        self.names = (config.oidc_name_claim, config.oidc_birthdate_claim, config.oidc_phone_claim)
        self.timeout = timeout

    def begin(self, redirect_uri: str) -> Begun:
        found = self._discover()
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "scope": "openid profile phone",
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        endpoint = found["authorization_endpoint"]
        return Begun(f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}", state, nonce, verifier)

    def finish(self, code: str, nonce: str, verifier: str, redirect_uri: str) -> Identity:
        found = self._discover()
        told = self._ask(
            "POST",
            found["token_endpoint"],
            auth=(self.client_id, self.secret),
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": redirect_uri,
                "code_verifier": verifier,
            },
        )
        keys = self._ask("GET", found["jwks_uri"])
        return self._identity(self._checked(told, keys, nonce))

    def _discover(self) -> dict[str, Any]:
        """OpenID Connect Discovery 1.0, §4. Raises NotTrusted where somebody else answers for the issuer."""
        found = self._ask("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.issuer:
            raise NotTrusted
        for name in ENDPOINTS:
            scheme = urlsplit(str(found.get(name, ""))).scheme
            if scheme not in ("https", urlsplit(self.issuer).scheme):
                raise NotTrusted
        return found

    def _ask(self, method: str, url: str, **options: Any) -> dict[str, Any]:
        """Raises ProviderAway; ProviderRefused where the provider says no."""
        try:
            answer = httpx.request(method, url, timeout=self.timeout, follow_redirects=False, **options)
            said = answer.json() if len(answer.content) <= MOST_BYTES else None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise ProviderAway(type(error).__name__) from None  # what it said, and what was sent, is in no log
        if 400 <= answer.status_code < 500:
            raise ProviderRefused
        if answer.status_code != 200 or not isinstance(said, dict):
            raise ProviderAway(str(answer.status_code))
        return said

    def _checked(self, told: dict[str, Any], keys: dict[str, Any], nonce: str) -> dict[str, Any]:
        """The claims of the ID token (Core, §3.1.3.7). Raises NotTrusted."""
        must = {name: {"essential": True, "value": value} for name, value in self._expected().items()}
        known = {"nonce": nonce, "client_id": self.client_id, "access_token": told.get("access_token")}
        try:
            token = jwt.decode(str(told.get("id_token")), KeySet.import_key_set(keys), algorithms=SIGNED_BY)
            claims = CodeIDToken(token.claims, token.header, must, known)
            claims.validate(now=int(clock.now().timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError):
            raise NotTrusted from None
        return dict(claims)

    def _expected(self) -> dict[str, str]:
        return {"iss": self.issuer, "aud": self.client_id}

    def _identity(self, claims: dict[str, Any]) -> Identity:
        name, born_on, phone = (claims.get(claim) for claim in self.names)
        if not isinstance(name, str) or not name.strip():
            raise ClaimsMissing
        return Identity(name, _day(born_on), _phone(phone) if claims.get("phone_number_verified", True) else None)


def _day(said: object) -> date:
    """1980-04-28, or as some write it, 19800428. Raises ClaimsMissing."""
    try:
        return date.fromisoformat(str(said))
    except ValueError:
        raise ClaimsMissing from None


def _phone(said: object) -> str | None:
    try:
        return normalise_phone(str(said)) if said else None
    except NotAMobileNumber:
        return None
