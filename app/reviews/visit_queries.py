"""What is known of the on-site review: outings, what is asked on the spot, what was answered, and who signed it."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import func, select

from app.clock import seoul_day
from app.database import db
from app.errors import NotFound
from app.people.models import COMMITTEE_ROLE, STAFF_ROLE, Account
from app.programmes.models import Area, Programme
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.reviews import queries, recusal_queries, rules, visit_rules
from app.reviews.visit_models import (
    ChecklistLine,
    Companion,
    Outing,
    SiteVisit,
    VisitEntry,
    VisitPhoto,
    VisitSignature,
)
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.tally import canonical

TO_VISIT = (proposals.ELIGIBLE, proposals.VISITED, proposals.SHORTLISTED, proposals.LEFT_OUT)


# Outings


def get_outing(outing_id: int) -> Outing:
    outing = db.session.get(Outing, outing_id)
    if outing is None:
        raise NotFound(f"outing {outing_id}")
    return outing


def list_outings(round_id: int) -> list[Outing]:
    return list(db.session.scalars(select(Outing).filter_by(round_id=round_id).order_by(Outing.starts_at, Outing.id)))


def list_outings_of(account: Account) -> list[Outing]:
    """On which the account goes, the latest first."""
    return list(
        db.session.scalars(
            select(Outing)
            .join(Outing.companions)
            .where(Companion.account_id == account.id)
            .order_by(Outing.starts_at.desc(), Outing.id)
        )
    )


def goes_along(visit: SiteVisit, account_id: int) -> bool:
    """Whether the account is one of those who go."""
    return visit.outing_id is not None and db.session.get(Companion, (visit.outing_id, account_id)) is not None


def list_stops(outing_id: int) -> list[SiteVisit]:
    return list(db.session.scalars(select(SiteVisit).filter_by(outing_id=outing_id).order_by(SiteVisit.stop)))


class Leg(NamedTuple):
    """Stops one after the other in the same dong (None: anywhere in the gu)."""

    area: Area | None
    stops: list[SiteVisit]


def list_legs(outing_id: int) -> list[Leg]:
    """The route by dong, in the order in which it is gone."""
    return [Leg(area, list(stops)) for area, stops in groupby(list_stops(outing_id), lambda one: one.proposal.area)]


class ToVisit(NamedTuple):
    proposal: Proposal
    visit: SiteVisit | None


def list_visits(round_id: int) -> list[ToVisit]:
    """Every eligible proposal of the round with its visit, by day (those without one first)."""
    rows = db.session.execute(
        select(Proposal, SiteVisit)
        .outerjoin(SiteVisit, SiteVisit.proposal_id == Proposal.id)
        .outerjoin(SiteVisit.outing)
        .where(Proposal.round_id == round_id, Proposal.state.in_(TO_VISIT))
        .order_by(Outing.starts_at.is_not(None), Outing.starts_at, SiteVisit.stop, Proposal.number)
    )
    return [ToVisit(proposal, visit) for proposal, visit in rows]


def list_unplanned(round_id: int) -> list[Proposal]:
    """Eligible, and on no outing; by dong."""
    return list(
        db.session.scalars(
            select(Proposal)
            .outerjoin(SiteVisit, SiteVisit.proposal_id == Proposal.id)
            .outerjoin(Proposal.area)
            .where(Proposal.round_id == round_id, Proposal.state == proposals.ELIGIBLE, SiteVisit.id.is_(None))
            .order_by(Area.position.is_(None), Area.position, Proposal.number)
        )
    )


def list_possible_companions(programme: Programme) -> list[Account]:
    """Members and staff of the programme."""
    return list(
        db.session.scalars(
            select(Account)
            .where(Account.id.in_(queries.role_grants(programme, COMMITTEE_ROLE, STAFF_ROLE)))
            .order_by(Account.name, Account.id)
        )
    )


def list_possible_visitors(proposal: Proposal) -> list[Account]:
    """Members and staff of the programme, without those who are recused from this proposal."""
    barred = {account for one, account in recusal_queries.list_bars(proposal.round_id) if one == proposal.id}
    return [one for one in list_possible_companions(proposal.round.programme) if one.id not in barred]


def find_barred(round_id: int, proposal_ids: Iterable[int], account_ids: Iterable[int]) -> tuple[int, int] | None:
    """The first of these proposals and of these accounts, by id, where that account is barred from that proposal: it
    is recused, or the rules exclude it."""
    bars, accounts = recusal_queries.list_bars(round_id), sorted(account_ids)
    pairs = ((one, account) for one in sorted(proposal_ids) for account in accounts)
    return next((pair for pair in pairs if pair in bars), None)


def visiting_days(round_: Round) -> tuple[date, date]:
    """The first and the last day of the phase. Raises OutsidePhase where there is none."""
    period = rounds.find_period(round_.phases, rounds.SITE_VISIT)
    if period is None:
        raise rounds.OutsidePhase(rounds.SITE_VISIT, None)
    return seoul_day(period.starts_at), seoul_day(period.ends_at - timedelta(microseconds=1))


# What is asked on the spot


def list_lines(round_id: int, kind: str | None = None) -> list[ChecklistLine]:
    """By kind and position; of one kind where it is given."""
    statement = select(ChecklistLine).filter_by(round_id=round_id)
    if kind is not None:
        statement = statement.filter_by(kind=kind)
    rows = db.session.scalars(statement.order_by(ChecklistLine.position))
    return sorted(rows, key=lambda line: visit_rules.KINDS.index(line.kind))


def checklist_of(round_id: int) -> tuple[visit_rules.Line, ...]:
    """The round's lines, or those with which every round begins."""
    lines = tuple(visit_rules.Line(one.kind, one.text_ko, one.text_en) for one in list_lines(round_id))
    return lines or visit_rules.DEFAULT_LINES


def has_entries(round_id: int) -> bool:
    """Whether anything has been written on the spot in this round."""
    statement = (
        select(VisitEntry.visit_id)
        .join(SiteVisit, SiteVisit.id == VisitEntry.visit_id)
        .join(SiteVisit.proposal)
        .where(Proposal.round_id == round_id)
    )
    return db.session.scalar(statement.limit(1)) is not None


def has_records(round_id: int) -> bool:
    """Whether any visit of the round is recorded, or more: those who were there were counted by its settings."""
    statement = select(SiteVisit.id).join(SiteVisit.proposal).where(SiteVisit.outing_id.is_not(None))
    recorded = statement.where(Proposal.round_id == round_id, SiteVisit.state != rules.PLANNED)
    return db.session.scalar(recorded.limit(1)) is not None


class Item(NamedTuple):
    """One question and what stands as its answer. `line`: of the checklist; None for a claim and for the summary."""

    name: str
    line: ChecklistLine | None
    entry: VisitEntry | None

    @property
    def version(self) -> int:
        return self.entry.version if self.entry is not None else 0


def list_items(visit: SiteVisit) -> list[Item]:
    """All questions of this visit: the checklist of its kind, the claims of the proposal, the summary."""
    written = entries_of(visit.id)
    lines = list_lines(visit.proposal.round_id, visit.kind)
    return [
        *(Item(item_of(line), line, written.get(item_of(line))) for line in lines),
        *(Item(name, None, written.get(name)) for name in (*visit_rules.CLAIMS, visit_rules.SUMMARY)),
    ]


def item_of(line: ChecklistLine) -> str:
    return f"line-{line.id}"


def entries_of(visit_id: int) -> dict[str, VisitEntry]:
    """Item → the answer that stands: the one of the highest version."""
    rows = db.session.scalars(select(VisitEntry).filter_by(visit_id=visit_id).order_by(VisitEntry.version))
    return {entry.item: entry for entry in rows}


def find_entry_sent(visit_id: int, client_key: str) -> VisitEntry | None:
    return db.session.scalar(select(VisitEntry).filter_by(visit_id=visit_id, client_key=client_key))


# Photos


def list_photos(visit_id: int) -> list[VisitPhoto]:
    return list(db.session.scalars(select(VisitPhoto).filter_by(visit_id=visit_id).order_by(VisitPhoto.id)))


def get_photo(visit: SiteVisit, photo_id: int) -> VisitPhoto:
    """NotFound where it is another visit's."""
    photo = db.session.get(VisitPhoto, photo_id)
    if photo is None or photo.visit_id != visit.id:
        raise NotFound(f"photo {photo_id}")
    return photo


def find_photo_sent(visit_id: int, client_key: str) -> VisitPhoto | None:
    return db.session.scalar(select(VisitPhoto).filter_by(visit_id=visit_id, client_key=client_key))


# What was recorded, and who signed it


def record_of(visit: SiteVisit) -> dict[str, Any]:
    """All that a signature stands for."""
    return {
        "round": visit.proposal.round_id,
        "proposal": visit.proposal.number,
        "visit_on": visit.visit_on.isoformat() if visit.visit_on else None,
        "kind": visit.kind,
        "visitors": sorted(one.account_id for one in visit.visitors),
        "answers": [_answer(item) for item in list_items(visit)],
        "photos": [[one.file.sha256, one.alt] for one in list_photos(visit.id)],
    }


def _answer(item: Item) -> list[str]:
    question = item.line.text_ko if item.line is not None else item.name
    return [question, item.entry.answer, item.entry.words] if item.entry is not None else [question]


def hash_of(visit: SiteVisit) -> str:
    return canonical.sha256_hex(record_of(visit))


class Signing(NamedTuple):
    """`signed`: account → signature of the record as it is now; `voided`: those of what it was before a change."""

    signed: dict[int, VisitSignature]
    voided: list[VisitSignature]


def signing_of(visit: SiteVisit) -> Signing:
    rows = list(
        db.session.scalars(select(VisitSignature).filter_by(visit_id=visit.id).order_by(VisitSignature.signed_at))
    )
    now = {one.account_id: one for one in rows if one.record_sha256 == visit.record_sha256}
    return Signing(signed=now, voided=[one for one in rows if one.record_sha256 != visit.record_sha256])


def count_signing_members(visit: SiteVisit) -> int:
    """Members who were there, are not recused, and have signed the record as it is now. Whoever signed it in office is
    counted also when their term is over."""
    members = set(db.session.scalars(queries.role_grants(visit.proposal.round.programme, COMMITTEE_ROLE)))
    signed = {who for who, one in signing_of(visit).signed.items() if one.as_member or who in members}
    there = {one.account_id for one in visit.visitors} & signed
    barred = recusal_queries.list_bars(visit.proposal.round_id)
    return sum((visit.proposal_id, account_id) not in barred for account_id in there)


def count_impossible(round_id: int) -> int:
    statement = (
        select(func.count(SiteVisit.id))
        .join(SiteVisit.proposal)
        .where(Proposal.round_id == round_id, SiteVisit.outing_id.is_(None), SiteVisit.state == rules.SIGNED_OFF)
    )
    return db.session.scalar(statement) or 0
