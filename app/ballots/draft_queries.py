"""The ballot that waits for its signatures: which it is, and whether it is still what would be published."""

from collections.abc import Sequence

from sqlalchemy import func, select

from app.ballots import batches, lids, manifest, queries, rules
from app.ballots.models import BallotItem, PreparedBallot, RoundSecret
from app.database import db
from app.errors import NotFound
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.tally import canonical

UNSOUND = "unsound"


def find_prepared(round_id: int) -> PreparedBallot | None:
    """The one that stands, published or not. None for ballots that were published without signatures."""
    return db.session.scalar(
        select(PreparedBallot).where(PreparedBallot.round_id == round_id, PreparedBallot.withdrawn_at.is_(None))
    )


def get_waiting(round_id: int, draw: int) -> PreparedBallot:
    """Raises NotPrepared, also for another draw than the one that stands."""
    found = find_prepared(round_id)
    if found is None or found.draw != draw or found.round.state != rounds.CALLED:
        raise rules.NotPrepared
    return found


def get_draw(round_id: int, draw: int) -> PreparedBallot:
    """Whatever became of it. Raises NotFound."""
    found = db.session.get(PreparedBallot, (round_id, draw))
    if found is None:
        raise NotFound(f"draw {draw} of round {round_id}")
    return found


def count_draws(round_id: int) -> int:
    return db.session.scalar(select(func.count()).where(PreparedBallot.round_id == round_id)) or 0


def list_withdrawn(round_id: int) -> Sequence[PreparedBallot]:
    """By their draws."""
    return db.session.scalars(
        select(PreparedBallot)
        .where(PreparedBallot.round_id == round_id, PreparedBallot.withdrawn_at.is_not(None))
        .order_by(PreparedBallot.draw)
    ).all()


def keys_of(round_: Round) -> list[str]:
    """The one that signs the box and the result, and the one that ballots are sealed for. Nobody here signs for another
    city, or for votes that are made up, and there is nothing to seal. Raises NotFound without a key to seal for."""
    if round_.source != rounds.HELD:
        return []
    box_key = queries.get_round_key(round_.id).public_key
    return [f"ed25519:{batches.signing_key().verify_key.hex()}", lids.named(round_.opening, box_key)]


def draw_again(prepared: PreparedBallot) -> list[BallotItem]:
    """From the same seed, what is on the ballot now; in no session. Titles in English are nowhere but in what was
    prepared."""
    titles = (item["title"] for item in canonical.loads(prepared.body.encode())["items"])
    english = {title["ko"]: title["en"] for title in titles}
    return manifest.draw(queries.list_candidates(prepared.round_id), prepared.number_seed, english)


def list_moved(prepared: PreparedBallot, items: Sequence[BallotItem]) -> tuple[str, ...]:
    """Which parts of the manifest would be others if it were made of `items` now: none where it is still the same."""
    secret = db.session.get_one(RoundSecret, prepared.round_id).secret
    try:
        read = manifest.read(prepared.round, items, secret, keys_of(prepared.round))
    except rules.NotPublishable:
        return (UNSOUND,)
    then, now = canonical.loads(prepared.body.encode()), canonical.loads(canonical.dumps(read.to_json()))
    return tuple(sorted(part for part in then.keys() | now.keys() if then.get(part) != now.get(part)))
