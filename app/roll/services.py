"""Coming onto the roll of a round."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from app.audit import services as audit
from app.audit.models import SYSTEM, Actor
from app.clock import seoul_day
from app.database import db, lock_name, transaction
from app.people import identity
from app.programmes.models import Area
from app.roll import queries, rules
from app.roll.models import RollClaim, RollEntry
from app.rounds import rules as rounds
from app.rounds.models import Round

# Neither line names an entry: beside the hour of a vote it would tell who voted.
REGISTER = audit.declare("roll.register", "round", "source")
CLAIM = audit.declare("roll.claim", "round")
ADD_TWIN = audit.declare("roll.add_twin", "round", "reason")


@dataclass(frozen=True)
class Claim:
    """What somebody says of themselves, or an officer reads on their card. Never kept as it is."""

    name: str
    born_on: date
    basis: str
    area: Area | None
    guardian: str | None = None


def person_key(round_id: int, name: str, born_on: date, *, key: str) -> str:
    """Raises NameMissing."""
    return identity.person_key(key, f"{round_id}:{rules.tidy_name(name)}:{born_on.isoformat()}")


def register(round_: Round, claim: Claim, *, source: str, phone_key: str | None, key: str, at: datetime) -> RollEntry:
    """Whoever comes for the first time to a round that keeps a register. The same claim from the same phone again finds
    the same entry. `phone_key` is None where no phone was proved.

    Raises VotersOtherwise, NameMissing, BirthDateUnfit, TooYoung, BasisNotTaken, AreaMissing, GuardianMissing;
    OnTheRollAlready when name and birth date, or the phone, stand there otherwise.
    """
    return _enter(_checked(round_, claim, key=key, at=at), source, phone_key, at)


def register_by_phone(round_: Round, claim: Claim, phone_key: str, *, key: str, at: datetime) -> RollEntry:
    """`register` for whoever comes by the web: nobody learns by trying many people who is on the roll. Raises what it
    raises, and TooManyClaims."""
    entry = _checked(round_, claim, key=key, at=at)
    _note_claim(round_.id, phone_key, identity.claim_key(key, phone_key, entry.person_key), at)
    return _enter(entry, rules.PHONE, phone_key, at)


def _note_claim(round_id: int, phone_key: str, claim_key: str, at: datetime) -> None:
    """Before it is known what comes of it, so that many at once are no more than one after another. Raises
    TooManyClaims."""
    with transaction():
        lock_name(f"claims:{round_id}")
        earlier = queries.list_claims(round_id, phone_key)
        if claim_key in earlier:
            return
        if len(earlier) >= rules.claims_heard(queries.count_claims(round_id, seoul_day(at))):
            raise rules.TooManyClaims
        db.session.add(RollClaim(round_id=round_id, phone_key=phone_key, claim_key=claim_key, on_day=seoul_day(at)))
        db.session.flush()
        audit.record(CLAIM, round_id, at=_hour(at), by=SYSTEM)


def _enter(entry: RollEntry, source: str, phone_key: str | None, at: datetime) -> RollEntry:
    entry.source, entry.phone_key = source, phone_key
    round_id = entry.round_id
    try:
        with transaction():
            lock_name(f"roll:{round_id}:{entry.person_key}")
            same = queries.list_by_person(round_id, entry.person_key)
            if same:
                return _same_person(same, phone_key)
            db.session.add(entry)
            db.session.flush()
            if phone_key is not None:  # what it was tried for before is settled
                db.session.execute(
                    delete(RollClaim).where(RollClaim.round_id == round_id, RollClaim.phone_key == phone_key)
                )
            audit.record(REGISTER, round_id, at=_hour(at), by=SYSTEM, source=source)
    except IntegrityError as error:
        raise rules.OnTheRollAlready from error
    return entry


def add_twin(round_: Round, claim: Claim, reason: str, *, key: str, at: datetime, by: Actor) -> RollEntry:
    """Another person of the same name and birth date, whose identity card an officer has seen. `reason` is the
    officer's. Raises what `register` raises."""
    entry = _checked(round_, claim, key=key, at=at)
    entry.source = rules.DESK
    round_id = round_.id
    with transaction():
        lock_name(f"roll:{round_id}:{entry.person_key}")
        twins = select(func.max(RollEntry.twin)).where(
            RollEntry.round_id == round_id, RollEntry.person_key == entry.person_key
        )
        last = db.session.scalar(twins)
        entry.twin = 0 if last is None else last + 1
        db.session.add(entry)
        db.session.flush()
        audit.record(ADD_TWIN, round_id, at=_hour(at), by=by, reason=reason)
    return entry


def _checked(round_: Round, claim: Claim, *, key: str, at: datetime) -> RollEntry:
    rules.ensure_kind(round_.voters, rounds.REGISTER)
    known_by, stood = person_key(round_.id, claim.name, claim.born_on, key=key), queries.age_day(round_)
    rules.ensure_birth_date(claim.born_on, seoul_day(at))
    age = max(0, rules.age_on(claim.born_on, stood))
    rules.ensure_eligible(
        age=age, age_min=round_.age_min, basis=claim.basis, bases=round_.bases, guardian=claim.guardian
    )
    dongs = {area.id for area in queries.list_dongs(round_)}
    if dongs and (claim.area is None or claim.area.id not in dongs):
        raise rules.AreaMissing
    return RollEntry(
        round_id=round_.id,
        person_key=known_by,
        twin=0,
        area_id=claim.area.id if claim.area else None,
        age_band=rules.age_band(age),
        basis=claim.basis,
        guardian=claim.guardian,
        entered_at=_hour(at),
    )


def _same_person(same: Sequence[RollEntry], phone_key: str | None) -> RollEntry:
    """Raises OnTheRollAlready: what proves who somebody is has to be the same, too."""
    for entry in same:
        if phone_key is not None and entry.phone_key == phone_key:
            return entry
    raise rules.OnTheRollAlready


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
