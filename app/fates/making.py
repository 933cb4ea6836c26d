"""What an offer comes to once all have agreed, inside the transaction of the last consent. Every proposal that goes has
a line in the book, and so has every one that stands for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.audit import services as audit
from app.audit.models import SYSTEM, Actor
from app.database import db
from app.fates import rules
from app.fates.models import Offer
from app.notices import kinds
from app.notices.delivery_rules import Person
from app.notices.letter_services import settle
from app.people.models import Resident
from app.proposals import conflict_queries, conflict_rules, conflict_services
from app.proposals import file_services as hanging
from app.proposals import rules as proposals
from app.proposals import services as writing
from app.proposals.models import CoProposer, PaperFiling, Proposal
from app.proposals.queries import list_proposer_ids
from app.proposals.rules import ACCEPTED, FIELDS, LEFT, Line, SeatsTaken
from app.proposals.telling import tell_of, tell_on_paper
from app.reviews import queries as reviews
from app.reviews import services as reviewing
from app.voices import queries as voices
from app.voices import services as speaking

GO = audit.declare("fate.go", "proposal", "offer_id", "kind", "into", "supports")
COME = audit.declare("fate.come", "proposal", "offer_id", "kind", "origins", "supports")


def take_effect(offer: Offer, *, at: datetime, by: Actor) -> None:
    """The rows of all its proposals are held. Raises SeatsTaken, OverTheLimit."""
    offer.state, offer.ended_at = rules.DONE, at
    for source in offer.sources:
        source.supports = voices.count_support(source.proposal_id)
    db.session.flush()
    {rules.MERGE: _merge, rules.SPLIT: _split, rules.CARRY: _carry}[offer.kind](offer, at, by)
    db.session.flush()
    _record(offer, at, by)
    tell_ending(offer, at=at)


def tell_ending(offer: Offer, *, at: datetime) -> None:
    """All who were asked, of what they proposed: done, refused, withdrawn or lapsed. Nobody is reminded any more."""
    facts = {"fate": offer.kind, "ending": offer.state}
    for one in offer.consents:
        if one.resident_id is not None:
            settle(kinds.FATE_DUE, proposal_id=one.proposal_id, resident_id=one.resident_id)
            tell_of(one.proposal, kinds.FATE_ENDED, Person(one.resident_id), at=at, **facts)
        else:
            tell_on_paper(one.proposal, kinds.FATE_ENDED, at=at, **facts)


def to_changes(written: dict[str, Any]) -> dict[str, Any]:
    """What `app.proposals.services` takes, out of what an offer keeps."""
    return {**written, "cost_lines": tuple(Line(*line) for line in written["cost_lines"])}


def to_written(changes: dict[str, Any]) -> dict[str, Any]:
    """The sum is that of the lines, where there are any."""
    lines = [list(line) for line in changes.get("cost_lines") or ()]
    sum_won = sum(quantity * unit_won for _what, quantity, unit_won in lines) or changes.get("cost_won")
    said = {name: changes.get(name) for name in FIELDS}
    return {name: "" if value is None and name in proposals.LETTERS_MAX else value for name, value in said.items()} | {
        "cost_lines": lines,
        "cost_won": sum_won,
    }


def count_further(lead: Proposal | None, sources: Sequence[Proposal]) -> int:
    """How many more seats the proposers of all of them take beside the one who proposes the merged one. Whoever was
    asked to propose it together, and has not answered yet, has a seat already."""
    people = {one.id: one.phone_key for source in sources for one in _people(source)}
    if lead is None:
        return len(people) - any(source.resident_id is not None for source in sources)
    known = set(list_proposer_ids(lead))
    seated = {one.phone_key for one in lead.co_proposers if one.seat is not None}
    return sum(one not in known and phone_key not in seated for one, phone_key in people.items())


def ensure_all_named(lead: Proposal | None, sources: Sequence[Proposal]) -> None:
    """Somebody on paper who has no phone cannot join: they stay the proposer where theirs leads. Raises PaperLost."""
    for one in sources:
        if one is not lead and one.resident_id is None and one.filing is not None:
            raise rules.PaperLost(one.number)


def ensure_seats(lead: Proposal | None, sources: Sequence[Proposal]) -> None:
    taken = sum(one.seat is not None for one in lead.co_proposers) if lead else 0
    if taken + count_further(lead, sources) > proposals.SEATS:
        raise SeatsTaken


def _merge(offer: Offer, at: datetime, by: Actor) -> None:
    sources, lead = offer.proposals, offer.lead
    ensure_seats(lead, sources)
    target = lead or _write(offer, 0, sources, at, by)
    if lead is not None and hanging.copy_files(lead, sources, at=at):
        lead.version += 1
        writing.keep_version(lead, at=at, by=SYSTEM)
    target.is_joint = True
    for source in sources:
        if source is not target:
            _leave(source, proposals.MERGED, at)
    _join(target, sources, at)
    speaking.join_support(target, [source.id for source in sources if source is not target])
    offer.targets[0].proposal = target
    _carry_recusals(target, sources, at)
    _settle_conflicts(offer, at)


def _split(offer: Offer, at: datetime, by: Actor) -> None:
    (source,) = offer.proposals
    for place, target in enumerate(offer.targets):
        target.proposal = _write(offer, place, [source], at, by)
        _join(target.proposal, [source], at)
        _carry_recusals(target.proposal, [source], at)
    _leave(source, proposals.SPLIT, at)
    _settle_conflicts(offer, at)


def _carry(offer: Offer, at: datetime, _by: Actor) -> None:
    """A draft that says the same waits for the next call, as what is written outside a call does."""
    (source,) = offer.proposals
    changes = {name: getattr(source, name) for name in FIELDS}
    draft = _draft(source.round, changes, [source], at)
    draft.waiting_since = at
    _join(draft, [source], at)
    offer.targets[0].proposal = draft
    _leave(source, proposals.CARRIED, at)


def _write(offer: Offer, place: int, sources: Sequence[Proposal], at: datetime, by: Actor) -> Proposal:
    """A new text is handed in with a number of its own: its review begins with the department."""
    changes = to_changes(offer.targets[place].written or {})
    proposal = _draft(offer.round, changes, sources, at)
    writing.enter(proposal, at=at, by=by)
    return proposal


def _draft(round_: Any, changes: dict[str, Any], sources: Sequence[Proposal], at: datetime) -> Proposal:
    """In the name of the first who proposed one of them, with the photos and documents of all; a sheet of paper stays
    where it was, and is named again."""
    first = next((one for one in sources if one.resident is not None), sources[0])
    draft = writing.write_new(round_, changes, first.resident, at)
    draft.consented_at = first.consented_at
    hanging.copy_files(draft, sources, at=at)
    if first.filing is not None:
        kept = ("way", "received_on", "name", "phone", "consent_kept", "account_id")
        draft.filing = PaperFiling(**{name: getattr(first.filing, name) for name in kept})
    return draft


def _leave(source: Proposal, state: str, at: datetime) -> None:
    proposals.ensure_may_become(source.state, state)
    source.state, source.changed_at = state, at


def _join(target: Proposal, sources: Sequence[Proposal], at: datetime) -> None:
    """All who proposed one of them propose it together, by the consent that they gave to the offer. Whoever has left
    one of them has left this one, too, and so stays excluded from its review."""
    known = set(list_proposer_ids(target))
    for source in sources:
        for person in _people(source):
            if person.id not in known:
                _seat(target, person, at)
                known.add(person.id)
    keys = {one.phone_key for one in target.co_proposers}
    left = [one for source in sources if source is not target for one in source.co_proposers if one.state == LEFT]
    for phone_key, ending in {one.phone_key: one.ending for one in left}.items():
        if phone_key not in keys and phone_key != (target.resident and target.resident.phone_key):
            gone = CoProposer(phone_key=phone_key, ending=ending, state=LEFT, invited_at=at, answered_at=at)
            target.co_proposers.append(gone)
    db.session.flush()


def _people(source: Proposal) -> list[Resident]:
    together = [one.resident for one in source.co_proposers if one.state == ACCEPTED]
    return [one for one in (source.resident, *together) if one is not None]


def _seat(target: Proposal, person: Resident, at: datetime) -> None:
    """Whoever was asked before, and had not said yes, has now."""
    row = next((one for one in target.co_proposers if one.phone_key == person.phone_key), None)
    if row is None:
        row = CoProposer(phone_key=person.phone_key, ending="", invited_at=at)
        target.co_proposers.append(row)
    if row.seat is None:
        free = set(range(1, proposals.SEATS + 1)) - {one.seat for one in target.co_proposers}
        if not free:
            raise SeatsTaken
        row.seat = min(free)
    row.state, row.answered_at, row.resident_id, row.consented_at = ACCEPTED, at, person.id, at


def _carry_recusals(target: Proposal, sources: Sequence[Proposal], at: datetime) -> None:
    """Who was barred from one of them is barred from what it becomes; whoever gives the last consent, for staff who are
    barred themselves may write down what was said on paper."""
    origins = {source.id for source in sources} - {target.id}
    for one in reviews.list_recusals(target.round_id):
        if one.proposal_id in origins and reviews.find_recusal(target.id, one.account_id) is None:
            reviewing.recuse(target, one.account, one.kind, one.reason, at=at, by=SYSTEM)


def _settle_conflicts(offer: Offer, at: datetime) -> None:
    """That two have become one settles that they were at odds; what was at odds with one that is gone, too."""
    assert offer.offerer is not None  # a merge and a split are offered by staff
    ids = {source.proposal_id for source in offer.sources}
    gone = [source.proposal_id for source in offer.sources if not source.leads]
    found = {one.id: one for gone_id in gone for one in conflict_queries.list_conflicts_of(gone_id)}
    for conflict in found.values():
        if conflict.state == conflict_rules.OPEN:
            is_within = {conflict.first_id, conflict.second_id} <= ids
            state = conflict_rules.MERGED if is_within else conflict_rules.ONE_LEAVES
            conflict_services.settle_conflict(conflict, state, offer.reason, offer.offerer, at=at)
        elif not {conflict.first_id, conflict.second_id} <= ids:
            source = conflict.first if conflict.first_id in gone else conflict.second
            for target in offer.targets:
                if target.proposal is not None:
                    conflict_services.pass_on(conflict, source, target.proposal, at=at)


def _record(offer: Offer, at: datetime, by: Actor) -> None:
    gone = [source for source in offer.sources if not source.leads]
    said: dict[str, Any] = {"offer_id": offer.id, "kind": offer.kind}
    into = " ".join(str(target.proposal_id) for target in offer.targets)
    origins = " ".join(str(source.proposal_id) for source in gone)
    for source in gone:
        audit.record(GO, source.proposal_id, at=at, by=by, into=into, supports=source.supports, **said)
    for target in offer.targets:
        supports = voices.count_support(target.proposal_id or 0)
        audit.record(COME, target.proposal_id, at=at, by=by, origins=origins, supports=supports, **said)
