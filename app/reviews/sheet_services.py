"""The written review and the shortlist it leads to.

A line in the book about a sheet never holds points: they are nobody's before the shortlist is decided.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from app.audit import services as audit
from app.audit.models import Actor
from app.database import db, lock, transaction
from app.notices import letter_rules as letters
from app.people.models import Account
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.proposals.telling import tell_proposer
from app.reviews import queries, rules, scoring, sheet_queries, sheet_rules
from app.reviews.models import Criterion, Score, ShortlistDecision, WrittenReview
from app.reviews.visit_models import SiteVisit
from app.rounds import keeping, soundness
from app.rounds import rules as rounds
from app.rounds import services as round_services
from app.rounds.models import Round
from app.rounds.services import changing, open_to_change, plan_phases, refuse
from app.rounds.settings import PhasePlan, ReviewPlan

SET_CRITERIA = audit.declare("criteria.set", "round", "criteria", "points")
BEGIN_SHEET = audit.declare("sheet.begin", "proposal")
SAVE_SHEET = audit.declare("sheet.save", "proposal", "scored")
SUBMIT_SHEET = audit.declare("sheet.submit", "proposal")
DECIDE_SHORTLIST = audit.declare("shortlist.decide", "round", "shortlisted", "left_out", "fingerprint")


def set_review(round_: Round, plan: ReviewPlan, *, at: datetime, by: Actor) -> None:
    """The step of the round's set-up that says how visits and written reviews are held, until a shortlist has come of
    it. Raises Frozen, Unsound, AlreadyDecided."""
    with changing(round_, "review", at=at, by=by):
        if sheet_queries.is_shortlist_decided(round_.id):
            raise rules.AlreadyDecided
        refuse(soundness.review(plan))
        keeping.store_review(round_, plan)


def duplicate_round(round_: Round, *, at: datetime, by: Actor) -> Round:
    """A draft for the next fiscal year, its scoring sheet too. Raises YearTaken, NotOurs."""
    with transaction():
        copy = round_services.duplicate_round(round_, at=at, by=by)
        lines = (
            sheet_rules.CriterionLine(*(getattr(one, name) for name in sheet_rules.CriterionLine._fields))
            for one in sheet_queries.list_criteria(round_.id)
        )
        if criteria := tuple(lines):
            set_criteria(copy, criteria, at=at, by=by)
    return copy


def set_phases(round_: Round, plans: Sequence[PhasePlan], *, at: datetime, by: Actor) -> None:
    """As `app.rounds.services.set_phases`, and while no shortlist is decided a written review that is over can be
    given a later end: whoever has not submitted can still be waited for."""
    with changing(round_, "phases", at=at, by=by):
        decided = sheet_queries.is_shortlist_decided(round_.id)
        plan_phases(round_, plans, at, reopened=() if decided else (rounds.WRITTEN_REVIEW,))


# Written review


def set_criteria(round_: Round, criteria: tuple[sheet_rules.CriterionLine, ...], *, at: datetime, by: Actor) -> None:
    """Replaces the scoring sheet of the round, while nobody has begun one.

    Raises Frozen, SheetsExist, NoCriteria, TextMissing, PointsOutOfRange.
    """
    with open_to_change(round_, "criteria", at=at, by=by):
        sheet_rules.ensure_criteria(criteria)
        if sheet_queries.count_sheets(round_.id):
            raise rules.SheetsExist
        for old in sheet_queries.list_criteria(round_.id):
            db.session.delete(old)
        db.session.flush()
        for position, line in enumerate(criteria, start=1):
            db.session.add(Criterion(round_id=round_.id, position=position, **line._asdict()))
        points = sum(line.points_max for line in criteria)
        audit.record(SET_CRITERIA, round_.id, at=at, by=by, criteria=len(criteria), points=points)


def begin_sheet(proposal: Proposal, account: Account, *, at: datetime, by: Actor) -> None:
    """The member declares that there is no conflict of interest, and has a sheet. Once is enough.

    Raises Recused, OutsidePhase, Frozen, NotVisitedYet, NoCriteria, WrongState (of the proposal).
    """
    with _scoring(proposal, account.id, at=at, by=by) as visit:
        if sheet_queries.find_sheet(proposal.id, account.id):
            return
        if not sheet_queries.list_criteria(proposal.round_id):
            raise rules.NoCriteria
        db.session.add(WrittenReview(visit=visit, account_id=account.id, state=rules.BEGUN, declared_at=at))
        audit.record(BEGIN_SHEET, proposal.id, at=at, by=by)


def save_sheet(sheet: WrittenReview, points: Mapping[int, int], comment: str, *, at: datetime, by: Actor) -> None:
    """Keeps what the member has so far. `points` by criterion id; those not in it are open again.

    Raises Recused, OutsidePhase, Frozen, NotVisitedYet, WrongState, PointsOutOfRange, NotOnTheList, TextTooLong.
    """
    proposal = sheet.visit.proposal
    with _scoring(proposal, sheet.account_id, at=at, by=by):
        lock(sheet)
        rules.ensure_may_become(rules.SHEET_TRANSITIONS, sheet.state, rules.BEGUN)
        sheet_rules.ensure_points(
            points, {one.id: one.points_max for one in sheet_queries.list_criteria(proposal.round_id)}
        )
        rules.ensure_not_too_long("comment", comment)
        sheet.comment = comment
        sheet.scores = [Score(criterion_id=criterion_id, points=given) for criterion_id, given in points.items()]
        audit.record(SAVE_SHEET, proposal.id, at=at, by=by, scored=len(points))


def submit_sheet(sheet: WrittenReview, *, at: datetime, by: Actor) -> None:
    """Locks the sheet as it was saved.

    Raises Recused, OutsidePhase, Frozen, NotVisitedYet, WrongState, ScoresMissing.
    """
    proposal = sheet.visit.proposal
    with _scoring(proposal, sheet.account_id, at=at, by=by):
        lock(sheet)
        rules.ensure_may_become(rules.SHEET_TRANSITIONS, sheet.state, rules.SUBMITTED)
        scored = {score.criterion_id for score in sheet.scores}
        missing = tuple(one.id for one in sheet_queries.list_criteria(proposal.round_id) if one.id not in scored)
        if missing:
            raise rules.ScoresMissing(missing)
        sheet.state, sheet.submitted_at = rules.SUBMITTED, at
        audit.record(SUBMIT_SHEET, proposal.id, at=at, by=by)


# Shortlist


def decide_shortlist(round_: Round, *, at: datetime, by: Actor, seen: str | None = None) -> None:
    """Every visited proposal of the round is shortlisted or left out, with its reason; once for all.

    `seen` is the fingerprint of the standings the decider was shown; without it nothing is compared.
    Raises Frozen, AlreadyDecided, OutsidePhase (not begun), SheetsMissing, NoSheets, NothingToDecide,
    StandingsMoved.
    """
    with open_to_change(round_, "shortlist", at=at, by=by):
        ensure_may_decide(round_, at)
        standings = sheet_queries.standings(round_)
        if seen is not None and seen != scoring.fingerprint(standings):
            raise rules.StandingsMoved
        for one in standings:
            _decide(one, at)
        chosen = sum(one.shortlisted for one in standings)
        audit.record(
            DECIDE_SHORTLIST,
            round_.id,
            at=at,
            by=by,
            shortlisted=chosen,
            left_out=len(standings) - chosen,
            fingerprint=scoring.fingerprint(standings),
        )


def ensure_may_decide(round_: Round, at: datetime) -> None:
    """The written review is over or everybody has submitted, and some sheet counts. Raises as `decide_shortlist`."""
    rounds.ensure_open_to_change(round_.state)
    if sheet_queries.is_shortlist_decided(round_.id):
        raise rules.AlreadyDecided
    period = rounds.find_period(round_.phases, rounds.WRITTEN_REVIEW)
    if period is None or at < period.starts_at:
        raise rounds.OutsidePhase(rounds.WRITTEN_REVIEW, period)
    progress = sheet_queries.progress(round_)
    if not progress.proposals:
        raise rules.NothingToDecide
    if at < period.ends_at and progress.missing:
        raise rules.SheetsMissing(progress.missing)
    if not any(one.sheets for one in sheet_queries.standings(round_)):
        raise rules.NoSheets


def _decide(one: scoring.Standing, at: datetime) -> None:
    proposal = db.session.get_one(Proposal, one.proposal_id)
    wanted = proposals.SHORTLISTED if one.shortlisted else proposals.LEFT_OUT
    proposals.ensure_may_become(lock(proposal).state, wanted)
    proposal.state = wanted
    tell_proposer(proposal, letters.SHORTLISTED if one.shortlisted else letters.LEFT_OUT, at=at)
    db.session.add(
        ShortlistDecision(
            proposal_id=proposal.id,
            shortlisted=one.shortlisted,
            reason=one.reason,
            place=one.place,
            mean_score=str(one.mean),
            sheets=one.sheets,
            decided_at=at,
        )
    )


@contextmanager
def _scoring(proposal: Proposal, account_id: int, *, at: datetime, by: Actor) -> Iterator[SiteVisit]:
    """The transaction of a member's write on a proposal; yields the visit on which the sheet hangs.

    Raises Recused, Frozen, OutsidePhase, NotVisitedYet, WrongState (of the proposal).
    """
    with open_to_change(proposal.round, rounds.WRITTEN_REVIEW, at=at, by=by):
        lock(proposal)
        if queries.find_recusal(proposal.id, account_id):
            raise rules.Recused
        rounds.ensure_running(proposal.round.phases, rounds.WRITTEN_REVIEW, at)
        visit = queries.find_visit(proposal.id)
        if visit is None or visit.state != rules.SIGNED_OFF:
            raise rules.NotVisitedYet
        proposals.ensure_may_become(proposal.state, proposals.SHORTLISTED)
        yield visit
