"""Questions of the written review: criteria, sheets, how far members are, and what their scores come to."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager

from app.database import db
from app.errors import NotFound
from app.people.models import COMMITTEE_ROLE, Account
from app.programmes.models import Programme
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.reviews import queries, recusal_queries, rules, scoring
from app.reviews.models import Criterion, Recusal, Score, ShortlistDecision, WrittenReview
from app.reviews.objection_models import ShortlistRecord
from app.reviews.visit_models import SiteVisit
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.tally import written

TO_SCORE = (proposals.VISITED, proposals.SHORTLISTED, proposals.LEFT_OUT)


# Written review


def list_criteria(round_id: int) -> list[Criterion]:
    return list(db.session.scalars(select(Criterion).filter_by(round_id=round_id).order_by(Criterion.position)))


def count_sheets(round_id: int) -> int:
    """Begun or submitted."""
    return db.session.scalar(select(func.count()).select_from(_sheets_of(round_id).subquery())) or 0


def find_sheet(proposal_id: int, account_id: int) -> WrittenReview | None:
    return db.session.scalar(
        select(WrittenReview)
        .join(WrittenReview.visit)
        .where(SiteVisit.proposal_id == proposal_id, WrittenReview.account_id == account_id)
    )


def get_sheet(proposal_id: int, account_id: int) -> WrittenReview:
    sheet = find_sheet(proposal_id, account_id)
    if sheet is None:
        raise NotFound
    return sheet


def list_reviewers(programme: Programme) -> list[Account]:
    return list(
        db.session.scalars(
            select(Account)
            .where(Account.id.in_(queries.role_grants(programme, COMMITTEE_ROLE)))
            .order_by(Account.name, Account.id)
        )
    )


def list_to_score(round_id: int) -> list[Proposal]:
    """Visited, and what became of them; by number."""
    return list(
        db.session.scalars(
            select(Proposal)
            .where(Proposal.round_id == round_id, Proposal.state.in_(TO_SCORE))
            .order_by(Proposal.number)
        )
    )


def list_rounds_under_review(programme_ids: Iterable[int]) -> list[Round]:
    """Rounds in which members have something to read or to score."""
    return list(
        db.session.scalars(
            select(Round)
            .where(
                Round.programme_id.in_(list(programme_ids)),
                Round.source == "held",
                Round.state.in_((rounds.CALLED, rounds.BALLOT_PUBLISHED)),
            )
            .order_by(Round.fiscal_year.desc(), Round.id)
        )
    )


@dataclass(frozen=True)
class Progress:
    """Members × proposals. Says who has submitted, never what."""

    reviewers: tuple[Account, ...]
    proposals: tuple[Proposal, ...]
    states: dict[tuple[int, int], str]  # (proposal id, account id) → state of the sheet
    recused: dict[tuple[int, int], str]  # … → kind of recusal

    def state(self, proposal: Proposal, reviewer: Account) -> str:
        return self.states.get((proposal.id, reviewer.id), "unseen")

    def recusal(self, proposal: Proposal, reviewer: Account) -> str | None:
        return self.recused.get((proposal.id, reviewer.id))

    def expected(self, proposal: Proposal) -> int:
        return sum(self.recusal(proposal, one) is None for one in self.reviewers)

    def missing_for(self, proposal: Proposal) -> list[Account]:
        return [one for one in self.reviewers if self._is_missing(proposal, one)]

    def missing_of(self, reviewer: Account) -> int:
        return sum(self._is_missing(proposal, reviewer) for proposal in self.proposals)

    @property
    def missing(self) -> int:
        return sum(self.missing_of(one) for one in self.reviewers)

    def _is_missing(self, proposal: Proposal, reviewer: Account) -> bool:
        return self.recusal(proposal, reviewer) is None and self.state(proposal, reviewer) != rules.SUBMITTED


def progress(round_: Round) -> Progress:
    sheets = db.session.execute(
        _sheets_of(round_.id).with_only_columns(SiteVisit.proposal_id, WrittenReview.account_id, WrittenReview.state)
    )
    return Progress(
        reviewers=tuple(list_reviewers(round_.programme)),
        proposals=tuple(list_to_score(round_.id)),
        states={(proposal, account): state for proposal, account, state in sheets},
        recused=recusal_queries.list_bars(round_.id),
    )


# Shortlist


def cut_of(round_: Round) -> scoring.Cut:
    threshold = round_.shortlist_threshold
    return scoring.Cut(
        places=round_.shortlist_places,
        threshold=Fraction(threshold) if threshold else None,
        drops_extremes=round_.drops_extremes,
    )


class Counted(NamedTuple):
    """A submitted sheet of a member who is not barred. `points`: criterion id → points."""

    proposal_id: int
    account_id: int
    points: dict[int, int]
    total: int


def standings(round_: Round) -> tuple[scoring.Standing, ...]:
    """What the submitted sheets of members who are not barred come to, now."""
    bars = recusal_queries.list_bars(round_.id)
    totals: dict[int, list[int]] = {}
    for sheet in list_submitted(round_.id):
        if (sheet.proposal_id, sheet.account_id) not in bars:
            totals.setdefault(sheet.proposal_id, []).append(sheet.total)
    entries = (
        scoring.Entry(one.id, one.number or 0, one.section_id or 0, tuple(totals.get(one.id, ())))
        for one in list_to_score(round_.id)
    )
    return scoring.stand(entries, cut_of(round_))


def list_submitted(round_id: int) -> list[Counted]:
    """Every submitted sheet, whether it counts or not."""
    weights = {one.id: one.weight for one in list_criteria(round_id)}
    rows = db.session.execute(
        _sheets_of(round_id)
        .with_only_columns(SiteVisit.proposal_id, WrittenReview.account_id, Score.criterion_id, Score.points)
        .join(Score, Score.review_id == WrittenReview.id)
        .where(WrittenReview.state == rules.SUBMITTED)
        .order_by(SiteVisit.proposal_id, WrittenReview.account_id)
    )
    points: dict[tuple[int, int], dict[int, int]] = {}
    for proposal_id, account_id, criterion_id, given in rows:
        points.setdefault((proposal_id, account_id), {})[criterion_id] = given
    return [Counted(*whose, given, written.total(given, weights)) for whose, given in points.items()]


def list_decisions(round_id: int) -> list[ShortlistDecision]:
    """By section and place."""
    return list(
        db.session.scalars(
            select(ShortlistDecision)
            .join(ShortlistDecision.proposal)
            .where(Proposal.round_id == round_id)
            .options(contains_eager(ShortlistDecision.proposal))
            .order_by(Proposal.section_id, ShortlistDecision.place, Proposal.number)
        )
    )


def list_set_aside(round_id: int) -> list[Recusal]:
    """By which staff took a submitted sheet out of a mean before the shortlist was decided; by number."""
    decided_at = select(ShortlistRecord.decided_at).filter_by(round_id=round_id).scalar_subquery()
    statement = select(Recusal).join(Recusal.proposal).join(SiteVisit, SiteVisit.proposal_id == Proposal.id)
    its_sheet = and_(WrittenReview.visit_id == SiteVisit.id, WrittenReview.account_id == Recusal.account_id)
    return list(
        db.session.scalars(
            statement.join(WrittenReview, its_sheet)
            .where(Proposal.round_id == round_id, Recusal.recorded_by.is_not(None))
            .where(WrittenReview.submitted_at <= Recusal.declared_at)
            .where(or_(decided_at.is_(None), Recusal.declared_at <= decided_at))
            .options(contains_eager(Recusal.proposal))
            .order_by(Proposal.number, Recusal.declared_at)
        )
    )


def is_shortlist_decided(round_id: int) -> bool:
    statement = select(ShortlistDecision.proposal_id).join(ShortlistDecision.proposal).filter_by(round_id=round_id)
    return db.session.scalar(statement.limit(1)) is not None


def count_waiting_for_visit(round_id: int) -> int:
    """Eligible proposals whose visit is not signed off: they cannot be shortlisted, nor can others before them."""
    statement = select(func.count(Proposal.id)).filter_by(round_id=round_id, state=proposals.ELIGIBLE)
    return db.session.scalar(statement) or 0


def _sheets_of(round_id: int) -> Select[tuple[int]]:
    return (
        select(WrittenReview.id)
        .join(SiteVisit, SiteVisit.id == WrittenReview.visit_id)
        .join(Proposal, Proposal.id == SiteVisit.proposal_id)
        .where(Proposal.round_id == round_id)
    )
