"""Casting: what a ballot may be refused for, and what is derived from one."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from app.rounds import rules as rounds
from app.tally import canonical
from app.tally.faults import Fault

MOBILE = "mobile"
MEETING = "meeting"
TABLET = "tablet"
KIOSK = "kiosk"
ASSISTED = "assisted"
PAPER = "paper"
MADE_UP = "made_up"
IMPORTED = "imported"

# Ballots that nobody cast here, and the rounds that take them.
POURED = {rounds.HISTORY: MADE_UP, rounds.PABULIB: IMPORTED}

# How people cast here; all residents' ways lead to one entry of the roll.
CAST = (MOBILE, MEETING, TABLET, KIOSK, ASSISTED, PAPER)
AT_A_STATION = (KIOSK, ASSISTED, PAPER)

# Ballots with boxes to tick. The count reads the other kinds too; there is no page to fill them in yet.
KINDS_OFFERED = ("approval", "choose-one")

MOST_TRUSTEES = 9

# An attempt at opening a box. After one that was broken off, or is not heard of any more, the words are typed again.
RUNNING, BROKEN_OFF, DONE = OPENING_STATES = ("running", "broken_off", "done")
UNHEARD_OF = timedelta(minutes=1)  # it says how far it has come every second or so, and not while all is written

# Why there is nothing to read in a sealed ballot.
NOT_OPENED = "not_opened"  # not sealed for this key, this manifest and this chamber
NOT_A_BALLOT = "not_a_ballot"  # opened, and not written as a ballot is

TOKEN_BYTES = 16
_TOKEN = re.compile(r"[0-9a-f]{32}")
RECEIPT_DIGITS = 16
_CODES = re.compile(rb'\[(?:"[0-9A-Za-z_-]*"(?:,"[0-9A-Za-z_-]*")*)?\]')  # plain as it stands: most ballots are


class BallotError(Exception):
    """A rule of the ballot was not kept."""


class NotPublished(BallotError):
    """There is no ballot yet: rules and items are not frozen."""


class VotingBegun(BallotError):
    """A ballot is published before its voting begins, so that everybody votes on the same one for the whole time."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class AlreadyVoted(BallotError):
    """This person has taken part in this chamber of this round."""


class BadToken(BallotError):
    """Not a token that a check page has given out."""


class NotPourable(BallotError):
    """The ballots of a round that is held here are cast by people who sign in, and in no other way."""


class BoxShut(BallotError):
    """The box takes ballots from the publication of the ballot until it is closed."""


class BadTrustees(BallotError):
    """Each has a name of their own, and it takes two or more of them (in a demo: one of one)."""


class KeyNotReady(BallotError):
    """Ballots are sealed from the first one on: the key is made, and every trustee has typed the words back, before
    the ballot is published."""


class ConflictsOpen(BallotError):
    """`count` conflicts between proposals that may stand on the ballot are not settled."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count


class AlreadyPrepared(BallotError):
    """A ballot of this round waits for its signatures: its numbers are drawn, and are not drawn again beside it."""


class NotPrepared(BallotError):
    """This ballot does not wait for signatures any more: it was withdrawn or published."""


class Moved(BallotError):
    """What was signed is not what would be published now. `parts`: keys of the manifest that would be others, or
    "unsound" where there would be none at all."""

    def __init__(self, parts: tuple[str, ...]) -> None:
        super().__init__(", ".join(parts))
        self.parts = parts


class NotReady(BallotError):
    """The preflight is not green. `checks`: what is red, by the names of `app.ballots.preflight`."""

    def __init__(self, checks: tuple[str, ...]) -> None:
        super().__init__(", ".join(checks))
        self.checks = checks


class BadDrill(BallotError):
    """A drill that has not been held yet, or of which is not said by whom and what was looked at."""


class OthersWords(BallotError):
    """Words of this round, but another trustee's."""


class NothingSealed(BallotError):
    """The round seals nothing: there is no box to open."""


class AlreadyOpened(BallotError):
    """The box was opened before."""


class BeingOpened(BallotError):
    """Somebody's words are opening the box at this moment."""


class Superseded(BallotError):
    """Another attempt at opening the box has begun since this one: what this one has opened is not kept."""


class StillSealed(BallotError):
    """The box is counted when it has been opened."""


class NotValid(BallotError):
    """The choices do not keep the pick rules; `faults` are those of `app.tally.paper`."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(", ".join(fault.code for fault in faults))
        self.faults = faults


class NotPublishable(BallotError):
    """The rules and items do not make a ballot yet; `faults` are those of `app.tally.manifest`, or our own
    `phase_missing` and `kind_not_offered`."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(", ".join(fault.code for fault in faults))
        self.faults = faults


def ensure_open(state: str, phases: Iterable[rounds.Period], chamber: str, at: datetime) -> None:
    """Whether a chamber votes at this instant. Raises OutsidePhase, NotPublished."""
    phases, kind = list(phases), rounds.CHAMBER_PHASE[chamber]
    rounds.ensure_running(phases, kind, at)
    if state in (rounds.DRAFT, rounds.CALLED):
        raise NotPublished
    if state != rounds.BALLOT_PUBLISHED:
        raise rounds.OutsidePhase(kind, rounds.find_period(phases, kind))


def ensure_not_begun(phases: Iterable[rounds.Period], at: datetime) -> None:
    """Raises VotingBegun."""
    for period in phases:
        if period.kind in rounds.CHAMBER_PHASE.values() and period.starts_at <= at:
            raise VotingBegun(period.kind)


def ensure_items_brought(source: str) -> None:
    """The items of a round that is held here come from its shortlist. Raises NotPourable."""
    if source not in POURED:
        raise NotPourable


def ensure_may_pour(source: str, channel: str, allow_made_up: bool) -> None:
    """`allow_made_up`: this installation only shows how things work (demo, tests), so a held round may have made-up
    ballots, too, which every page then calls made up. Raises NotPourable."""
    if POURED.get(source) != channel and not (allow_made_up and channel == MADE_UP):
        raise NotPourable


def ensure_box_open(state: str) -> None:
    if state != rounds.BALLOT_PUBLISHED:
        raise BoxShut


def ensure_trustees(names: Sequence[str], threshold: int, *, alone_too: bool = True) -> None:
    """Raises BadTrustees. `alone_too`: one of one is taken, too, for demonstrations: the page says so."""
    own = {name.strip() for name in names}
    alone = alone_too and threshold == len(names) == 1
    if "" in own or len(own) != len(names) or not (alone or 2 <= threshold <= len(names) <= MOST_TRUSTEES):
        raise BadTrustees


def is_durable(settings: Mapping[str, str]) -> bool:
    """SQLite's (WAL, FULL or EXTRA) or PostgreSQL's own settings, by their names there."""
    if "synchronous" in settings:
        return settings["journal_mode"].lower() == "wal" and settings["synchronous"] in ("2", "3")
    return "off" not in settings.values()


def ensure_token(token: str) -> None:
    if not _TOKEN.fullmatch(token):
        raise BadToken


def voter_key(secret: bytes, identity: str) -> str:
    """`identity`: "resident:…", "account:…" or "roll:…". Without the round's secret nobody can tell whose key it is."""
    return hmac.new(secret, identity.encode(), hashlib.sha256).hexdigest()


def ballot_id(token: str, chamber: str, key: str) -> str:
    """Whoever sends the same request again finds the same ballot. The token is random, seen by its voter alone and
    never kept, so the id is 128 bits that lead nowhere."""
    return hmac.new(bytes.fromhex(token), f"{chamber}:{key}".encode(), hashlib.sha256).hexdigest()[:32]


def shuffled(codes: Iterable[str], key: str) -> list[str]:
    """The order in which a voter sees projects: everybody's own, so that no project is the first one for all; the
    same one on every visit, and kept nowhere."""
    return sorted(codes, key=lambda code: hashlib.sha256(f"{key}:{code}".encode()).digest())


def receipt_of(leaf: str, manifest_sha256: str) -> str:
    """접수번호: 15 digits of SHA-256 over the sealed ballot's hash in the log (hex) and the manifest's, and a check
    digit (Luhn, ISO/IEC 7812-1)."""
    digest = hashlib.sha256(f"{leaf}{manifest_sha256}".encode()).digest()
    body = f"{int.from_bytes(digest, 'big') % 10**15:015d}"
    return body + str(-_luhn(body + "0") % 10)


def is_plain(body: bytes) -> bool:
    """Whether a ballot is its choices and nothing else, written in the one way in which they can be: codes, or code →
    points. What else somebody may have sealed is no ballot that can be published."""
    if _CODES.fullmatch(body):
        return True
    try:
        choices = canonical.loads(body)
        plain = canonical.dumps(choices) == body
    except canonical.CanonicalError:
        return False
    if isinstance(choices, dict):
        return plain and all(isinstance(points, int) for points in choices.values())
    return plain and isinstance(choices, list) and all(isinstance(code, str) for code in choices)


def is_receipt(written: str) -> bool:
    """Whether the digits are a receipt's: a slip of the pen is found without looking anything up."""
    return len(written) == RECEIPT_DIGITS and written.isascii() and written.isdigit() and _luhn(written) % 10 == 0


def _luhn(digits: str) -> int:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 * (value > 9) for value in doubled)
