"""Counting and publishing: who must sign, and what stops a result."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from app.people.rules import APPROVER as APPROVER
from app.people.rules import SIGNERS as SIGNERS
from app.people.rules import STAFF as STAFF
from app.people.rules import AlreadySigned as AlreadySigned
from app.people.rules import SamePerson as SamePerson
from app.people.rules import StaffSignsFirst as StaffSignsFirst
from app.people.rules import ensure_may_sign as ensure_may_sign
from app.people.rules import is_complete as is_complete
from app.rounds.rules import CHAMBER_PHASE, COMMITTEE, HELD, Period
from app.tally.gates import Gate

MEETING = "meeting"
LONGEST_SEED = 120
LONGEST_SOURCE = 200


class ResultError(Exception):
    """A rule of counting was not kept."""


class VotingStillOpen(ResultError):
    """The box stays shut until all voting has ended. `waits_for`: phases that run on or are missing, and "meeting"."""

    def __init__(self, waits_for: tuple[str, ...]) -> None:
        super().__init__(", ".join(waits_for))
        self.waits_for = waits_for


class SeedMissing(ResultError):
    """A tie goes to the lot, and the public seed has not been confirmed yet. `items`: how many are tied."""

    def __init__(self, items: int) -> None:
        super().__init__(str(items))
        self.items = items


class SeedDiffers(ResultError):
    """The second person typed another seed than the first."""


class SeedSettled(ResultError):
    """Two people have typed the same seed: it cannot be changed any more."""


class NoSeedYet(ResultError):
    """There is nothing to confirm: nobody has typed a seed."""


class GatesBroken(ResultError):
    """The sums do not add up, so nothing is stored. `gates`: those of `app.tally.gates` that do not hold."""

    def __init__(self, gates: tuple[Gate, ...]) -> None:
        super().__init__(", ".join(f"{gate.code} ({gate.where})" for gate in gates))
        self.gates = gates

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(gate.code for gate in self.gates))


class NotStanding(ResultError):
    """This count has been withdrawn or published meanwhile."""


class OtherSigningKey(ResultError):
    """The server's signing key is not the one that the published rules name."""


class SecondCounterDiffers(ResultError):
    """The second counter does not come to the same result, so that nothing is published. `what`: in its own words,
    Korean and English, the first thing that does not hold."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class BoxChanged(ResultError):
    """The ballots in the database are not those that the certificate of the published count names."""

    def __init__(self, chamber: str) -> None:
        super().__init__(chamber)
        self.chamber = chamber


class LogDisagrees(ResultError):
    """The log of the box, its last checkpoint, and the ballots that were opened are not of one number, or the log's
    root is another than was signed. Numbers of ballots."""

    def __init__(self, sealed: int, signed: int, opened: int) -> None:
        super().__init__(f"{sealed} in the box, {signed} in its last checkpoint, {opened} opened")
        self.sealed, self.signed, self.opened = sealed, signed, opened


class OtherPrivateKey(ResultError):
    """The rules promise the private key of the box to everybody, and the one that was kept at the opening is gone or is
    that of another box."""


class HeldHere(ResultError):
    """A round that was held here is published by two signatures and in no other way."""


class AlreadyImported(ResultError):
    """The same file has been imported before, as this round."""

    def __init__(self, round_id: int) -> None:
        super().__init__(str(round_id))
        self.round_id = round_id


class NotExpressible(ResultError):
    """An imported election whose rules have no counterpart here. `code`: see `app.cli.pb`."""

    def __init__(self, code: str, values: Mapping[str, str | int] | None = None) -> None:
        super().__init__(code)
        self.code, self.values = code, dict(values or {})


def list_open(source: str, chambers: Iterable[Any], phases: Iterable[Period], meeting: Any, at: datetime) -> list[str]:
    """What must end before the box is shut, and has not. `meeting`: the general meeting, or None; only rounds held
    here have one."""
    ends = {period.kind: period.ends_at for period in phases}
    kinds = [CHAMBER_PHASE[chamber.code] for chamber in chambers if chamber.code in CHAMBER_PHASE]
    waits_for = [kind for kind in kinds if kind not in ends or at < ends[kind]]
    needs_meeting = source == HELD and any(chamber.code == COMMITTEE for chamber in chambers)
    if needs_meeting and (meeting is None or meeting.ended_at is None):
        waits_for.append(MEETING)
    return waits_for


def plain_seed(written: str) -> str:
    """As it is hashed: no blanks around it, single ones within."""
    return " ".join(written.split())
