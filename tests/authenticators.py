"""What people hold in their hands: an app that shows codes, and a device with a passkey."""

import hashlib
import json
import struct
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import cbor2
import pyotp
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from flask import current_app
from webauthn.helpers import bytes_to_base64url

from app.clock import Clock
from app.people import ciphers
from app.people.factor_rules import STEP, step_of
from app.people.models import Account, AuthenticatorApp
from tests import factories
from tests.actors import Person
from tests.page import Page

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def give_app(account: Account) -> None:
    """Enrolled without the pages (which have tests of their own). All have the same secret."""
    kept = ciphers.encipher(current_app.extensions["hanpyo"].identity_key, f"account:{account.id}", SECRET)
    factories.keep(AuthenticatorApp(account_id=account.id, secret=kept, last_step=0, added_at=factories.LONG_AGO))


def next_code(clock: Clock, secret: str = SECRET) -> str:
    """Half a minute later, for no code counts twice."""
    clock.offset += timedelta(seconds=STEP)
    return code_now(clock, secret)


def code_now(clock: Clock, secret: str = SECRET) -> str:
    return pyotp.TOTP(secret).generate_otp(step_of(clock.now()))


def give_code(person: Person, page: Page, button: str = "확인하고 로그인하기") -> Page:
    """At a page that asks for the second factor."""
    return person.submit(page, button=button, proof=next_code(person.client.application.extensions["clock"]))


@dataclass
class Device:
    """A software authenticator (WebAuthn, 6): one key pair, ES256, no attestation."""

    site: str = "http://localhost"
    is_verified: bool = True
    count: int = 0
    credential_id: bytes = b"credential of this device"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: dict[str, Any]) -> str:
        """What `navigator.credentials.create` answers, as JSON."""
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        named = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + cbor2.dumps(cose)
        data = self._data(options["rp"]["id"], ATTESTED) + named
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options)
        return self._answer(clientDataJSON=client, attestationObject=attestation)

    def get(self, options: dict[str, Any]) -> str:
        """What `navigator.credentials.get` answers, as JSON."""
        self.count += 1
        data, client = self._data(options["rpId"], 0), self._client("webauthn.get", options)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signature)

    def _data(self, host: str, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.is_verified else 0)
        return hashlib.sha256(host.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.site}).encode()

    def _answer(self, **response: bytes) -> str:
        name = bytes_to_base64url(self.credential_id)
        said = {key: bytes_to_base64url(value) for key, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": said})
