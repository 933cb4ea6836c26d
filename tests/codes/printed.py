"""Rounds with printed codes, for tests."""

from datetime import date

from app.audit.models import SYSTEM
from app.clock import now
from app.codes import rules, services
from app.codes.models import VotingCodeBatch
from app.codes.services import Given, Source
from app.programmes.models import Area
from app.roll.models import RollEntry
from app.roll.rules import LISTED
from app.roll.services import Claim, person_key
from app.rounds.models import Round
from tests import factories

KEY = "test-identity-key-of-at-least-32-characters"  # of `config_for`
HERE = Source("a browser", "192.0.2.1")


def entry(round_: Round, name: str = "이순신", born_on: date = date(1980, 4, 28), **settings: object) -> RollEntry:
    """On the round's list. Raises nothing: tests write what an upload would."""
    values = {"area_id": None, "age_band": "40-49", "basis": "address", "phone_key": None, **settings}
    key = person_key(round_.id, name, born_on, key=KEY)
    return factories.keep(RollEntry(round_id=round_.id, person_key=key, source=LISTED, entered_at=now(), **values))


def made(
    round_: Round, size: int = 0, selection: str | None = None, is_test: bool = False, **more: Area
) -> VotingCodeBatch:
    selection = selection or (rules.BEARER if size else rules.ALL)
    return services.make_batch(round_, selection, size=size, is_test=is_test, at=now(), by=SYSTEM, **more)


def given(batch: VotingCodeBatch) -> Given:
    return services.give_codes(batch, key=KEY, at=now(), by=SYSTEM)


def active(round_: Round, size: int = 0, is_test: bool = False) -> tuple[VotingCodeBatch, list[str]]:
    """A batch that may be used, and its codes."""
    batch = made(round_, size, is_test=is_test)
    codes = [code for _, code, _ in given(batch).lines()]
    services.activate(batch, at=now(), by=SYSTEM)
    return batch, codes


def claim_of(round_: Round, name: str = "유관순", born_on: date = date(1992, 12, 16)) -> Claim:
    area = round_.programme.area
    return Claim(name, born_on, "address", area if area.kind == "dong" else factories.area())
