"""What is on the ballot, and how many have filled it in."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import func, not_, or_, select
from sqlalchemy.orm import joinedload

from app.ballots import manifest, rules
from app.ballots.models import (
    BallotItem,
    BallotManifest,
    BoxBallot,
    BoxOpening,
    Erasure,
    KeptDay,
    KeptPeople,
    Participation,
    RoundKey,
    Trustee,
)
from app.committee import queries as committee
from app.database import db
from app.errors import NotFound
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.rounds import rules as rounds
from app.rounds.models import Phase, Round, Section
from app.tally import canonical
from app.tally.faults import Fault
from app.tally.manifest import Manifest
from app.tally.paper import WHOLE, Limits, Paper, Reading

SPECIMEN = "0" * 32  # a preview draws with this: the lot itself is drawn at publication


@dataclass(frozen=True)
class Preview:
    """A ballot as it would be published now. Its numbers are not drawn yet."""

    items: Sequence[BallotItem]
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Turnout:
    """People, never choices. `target` is None where the round sets none."""

    chamber: str
    people: int
    channels: dict[str, int]
    target: int | None


class Rival(NamedTuple):
    """One that cannot be funded beside the item that names it."""

    number: int
    title_ko: str
    title_en: str


@dataclass(frozen=True)
class PaperItem:
    """A project as it is printed on the paper."""

    code: str
    number: int
    section: str
    title_ko: str
    title_en: str
    dong_ko: str
    dong_en: str
    summary: str
    cost_won: int
    rivals: tuple[Rival, ...] = ()


def list_candidates(round_id: int) -> Sequence[Proposal]:
    """The proposals that the written review put on the ballot."""
    return db.session.scalars(
        select(Proposal)
        .where(Proposal.round_id == round_id, Proposal.state == proposals.SHORTLISTED)
        .order_by(Proposal.number)
        .options(joinedload(Proposal.section), joinedload(Proposal.area))
    ).all()


def preview(round_: Round) -> Preview:
    items = manifest.draw(list_candidates(round_.id), SPECIMEN)
    try:
        manifest.read(round_, items, SPECIMEN.encode())
    except rules.NotPublishable as error:
        return Preview(items, error.faults)
    return Preview(items, ())


def find_publication(round_id: int) -> BallotManifest | None:
    return db.session.get(BallotManifest, round_id)


def get_publication(round_id: int) -> BallotManifest:
    found = find_publication(round_id)
    if found is None:
        raise NotFound(f"ballot of round {round_id}")
    return found


def find_hash(round_id: int) -> str | None:
    """The manifest's SHA-256, by which `manifest_of` and `paper_of` know it."""
    return db.session.scalar(select(BallotManifest.sha256).where(BallotManifest.round_id == round_id))


def get_manifest(round_id: int) -> Manifest:
    """The frozen rules. Raises NotFound before they are published."""
    sha256 = find_hash(round_id)
    if sha256 is None:
        raise NotFound(f"ballot of round {round_id}")
    return _manifest_of(sha256)


@lru_cache(maxsize=16)
def _manifest_of(sha256: str) -> Manifest:
    """Read once in a process: a manifest is never changed, and its hash is its name."""
    body = db.session.scalars(select(BallotManifest.body).where(BallotManifest.sha256 == sha256)).one().encode()
    if hashlib.sha256(body).hexdigest() != sha256:
        raise ValueError(f"manifest {sha256} is not what its hash says")
    return Manifest.from_json(canonical.loads(body))


def get_paper(round_id: int, chamber: str) -> Paper:
    return paper_of(get_manifest(round_id).sha256, chamber)


@lru_cache(maxsize=32)
def paper_of(sha256: str, chamber: str) -> Paper:
    read = _manifest_of(sha256)
    return Paper(read, read.chamber(chamber))


def read_paper(paper: Paper, choices: Sequence[str], barred: frozenset[str] = frozenset()) -> Reading:
    """The count's own question, with the items from which this voter is recused."""
    return paper.read({"choices": list(choices), "barred": sorted(barred)})


def find_round_key(round_id: int) -> RoundKey | None:
    return db.session.get(RoundKey, round_id)


def get_round_key(round_id: int) -> RoundKey:
    found = find_round_key(round_id)
    if found is None:
        raise NotFound(f"key of round {round_id}")
    return found


def is_sealed(round_id: int) -> bool:
    """Whether its ballots are still to be opened."""
    key = find_round_key(round_id)
    return key is not None and key.opened_at is None


def has_private_key(round_id: int) -> bool:
    """Whether it is kept, which only an open box has (app.ballots.lids)."""
    key = find_round_key(round_id)
    return key is not None and key.private_key is not None


def find_opening(round_id: int) -> BoxOpening | None:
    """The latest attempt at opening the box."""
    return db.session.get(BoxOpening, round_id)


def count_sealed(round_id: int) -> dict[str, int]:
    """chamber → ballots in the box, in the manifest's order."""
    counted = dict.fromkeys((chamber.id for chamber in get_manifest(round_id).chambers), 0)
    chambers = select(BoxBallot.chamber, func.count()).where(BoxBallot.round_id == round_id)
    for chamber, ballots in db.session.execute(chambers.group_by(BoxBallot.chamber)):
        counted[chamber] = ballots
    return counted


def is_key_ready(round_id: int) -> bool:
    key = find_round_key(round_id)
    return key is not None and key.is_ready


def ensure_opened(round_id: int) -> None:
    """Raises StillSealed."""
    if is_sealed(round_id):
        raise rules.StillSealed


def get_trustee(key: RoundKey, number: int) -> Trustee:
    for trustee in key.trustees:
        if trustee.number == number:
            return trustee
    raise NotFound(f"trustee {number}")


def list_items(round_id: int) -> Sequence[BallotItem]:
    return db.session.scalars(
        select(BallotItem)
        .where(BallotItem.round_id == round_id)
        .order_by(BallotItem.number)
        .options(joinedload(BallotItem.area), joinedload(BallotItem.section), joinedload(BallotItem.proposal))
    ).all()


def rivals_of(items: Sequence[BallotItem]) -> dict[str, tuple[Rival, ...]]:
    """Code → its rivals, of items that have any."""
    named = {item.code: Rival(item.number, item.title_ko, item.title_en) for item in items}
    return {item.code: tuple(named[code] for code in item.excludes) for item in items if item.excludes}


def list_paper_items(paper: Paper) -> tuple[PaperItem, ...]:
    """By ballot number; read once in a process, since a published item never changes."""
    return list_items_of(paper.manifest.sha256)


@lru_cache(maxsize=16)
def list_items_of(sha256: str) -> tuple[PaperItem, ...]:
    round_id = db.session.scalars(select(BallotManifest.round_id).where(BallotManifest.sha256 == sha256)).one()
    items = list_items(round_id)
    rivals = rivals_of(items)
    return tuple(
        PaperItem(
            code=item.code,
            number=item.number,
            section=item.section.code,
            title_ko=item.title_ko,
            title_en=item.title_en,
            dong_ko=item.area.name_ko if item.area else "",
            dong_en=item.area.name_en if item.area else "",
            summary=item.summary,
            cost_won=item.cost_won,
            rivals=rivals.get(item.code, ()),
        )
        for item in items
    )


def list_barred_codes(round_id: int, account_id: int) -> frozenset[str]:
    """The codes of the items from which a member is recused."""
    barred = committee.list_barred(round_id, account_id)
    if not barred:
        return frozenset()
    return frozenset(
        db.session.scalars(
            select(BallotItem.code).where(BallotItem.round_id == round_id, BallotItem.proposal_id.in_(barred))
        )
    )


def list_foreign_codes(round_id: int, area_id: int | None) -> frozenset[str]:
    """The codes of the items that stand on other dong's own ballots. `area_id`: the voter's dong; None: of no dong."""
    sha256 = find_hash(round_id)
    return frozenset() if sha256 is None else _foreign_codes(sha256, area_id)


@lru_cache(maxsize=256)
def _foreign_codes(sha256: str, area_id: int | None) -> frozenset[str]:
    """Read once in a process: what is published never changes."""
    own = Section.area_id.is_(None) if area_id is None else or_(Section.area_id.is_(None), Section.area_id == area_id)
    items = (
        select(BallotItem.code)
        .join(Section, Section.id == BallotItem.section_id)
        .join(BallotManifest, BallotManifest.round_id == BallotItem.round_id)
        .where(BallotManifest.sha256 == sha256, not_(own))
    )
    return frozenset(db.session.scalars(items))


def participations(round_id: int) -> dict[str, dict[str, int]]:
    """chamber → channel → people, as `app.tally.counting.count` asks for it. Where it was erased who they are, the
    number that was kept, and beside it anybody who should not be on the roll any more."""
    on_the_roll = (
        select(Participation.chamber, Participation.channel, func.count())
        .where(Participation.round_id == round_id)
        .group_by(Participation.chamber, Participation.channel)
    )
    kept = select(KeptPeople.chamber, KeptPeople.channel, KeptPeople.people).where(KeptPeople.round_id == round_id)
    counted: dict[str, dict[str, int]] = {}
    for chamber, channel, people in db.session.execute(on_the_roll.union_all(kept)):
        channels = counted.setdefault(chamber, {})
        channels[channel] = channels.get(channel, 0) + people
    return counted


def find_erasure(round_id: int) -> Erasure | None:
    return db.session.get(Erasure, round_id)


def list_kept_days(round_id: int) -> Sequence[KeptDay]:
    """Chamber by chamber and channel by channel, the first day first."""
    in_order = (KeptDay.chamber, KeptDay.channel, KeptDay.on_day)
    return db.session.scalars(select(KeptDay).where(KeptDay.round_id == round_id).order_by(*in_order)).all()


def turnout(round_: Round) -> list[Turnout]:
    """One line a chamber, in the round's order."""
    counted = participations(round_.id)
    return [
        Turnout(
            chamber=chamber.code,
            people=sum(counted.get(chamber.code, {}).values()),
            channels=counted.get(chamber.code, {}),
            target=round_.turnout_target if chamber.code == rounds.RESIDENTS else None,
        )
        for chamber in round_.chambers
    ]


def present_for_count(round_id: int) -> dict[str, int]:
    """chamber → people who were there: the committee cannot have cast more ballots. {} without a meeting."""
    if committee.find_meeting(round_id) is None:
        return {}
    return {rounds.COMMITTEE: len(committee.list_attended(round_id))}


def present_by_item(round_id: int) -> dict[str, dict[str, int]]:
    """chamber → item → people who were there and not recused from it. {} without a meeting."""
    if committee.find_meeting(round_id) is None:
        return {}
    barred = [list_barred_codes(round_id, account_id) for account_id in committee.list_attended(round_id)]
    codes = [item.code for item in list_items(round_id)]
    return {rounds.COMMITTEE: {code: sum(code not in theirs for theirs in barred) for code in codes}}


def lowered_minimum(round_id: int) -> dict[str, dict[str, int]]:
    """chamber → section → the fewest picks asked of the voter who has the least to pick from: of members by what they
    are recused from, of residents by what is on other dong's own ballots. Under `paper.WHOLE` the fewest in all. Only
    where that is less than the rule.

    A ballot does not say what its voter could not pick (that would lead to whose it is), so the count takes this for
    every ballot of the chamber.
    """
    members = {list_barred_codes(round_id, account_id) for account_id in committee.list_attended(round_id)}
    areas = db.session.scalars(select(Section.area_id).where(Section.round_id == round_id).distinct())
    residents = {list_foreign_codes(round_id, area_id) for area_id in [None, *areas]}
    lowered = {}
    for chamber, barred in ((rounds.COMMITTEE, members), (rounds.RESIDENTS, residents)):
        if fewer := _lowered(round_id, chamber, {theirs for theirs in barred if theirs}):
            lowered[chamber] = fewer
    return lowered


def _lowered(round_id: int, chamber: str, barred: Collection[frozenset[str]]) -> dict[str, int]:
    if not barred:
        return {}
    paper = get_paper(round_id, chamber)
    asked = _fewest(paper, paper.limits)
    for theirs in barred:
        left = _fewest(paper, paper.limits_without(theirs))
        asked = {place: min(fewest, left[place]) for place, fewest in asked.items()}
    rule = _fewest(paper, paper.limits)
    return {place: fewest for place, fewest in asked.items() if fewest < rule[place]}


def _fewest(paper: Paper, limits: Limits) -> dict[str, int]:
    sections = (section.id for section in paper.manifest.sections)
    return {WHOLE: limits.total[0], **{name: low for name, (low, _) in zip(sections, limits.sections, strict=True)}}


def list_votes(at: datetime) -> Sequence[Phase]:
    """Residents' voting that runs at this instant or is still to come, by its beginning. Rounds in draft and other
    cities' are not among them; one that runs is there only if its ballot is published."""
    phases = db.session.scalars(
        select(Phase)
        .join(Round)
        .where(Phase.kind == rounds.VOTING, Phase.ends_at > at, Round.source == rounds.HELD)
        .where(Round.state.in_((rounds.CALLED, rounds.BALLOT_PUBLISHED)))
        .order_by(Phase.starts_at, Phase.id)
        .options(joinedload(Phase.round).joinedload(Round.programme))
    )
    return [phase for phase in phases if phase.starts_at > at or phase.round.state == rounds.BALLOT_PUBLISHED]
