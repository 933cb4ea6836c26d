"""The written review and the shortlist it leads to.

A line in the book about a sheet never holds points: they are nobody's before the shortlist is decided.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from app.audit import services as audit
from app.audit.models import Actor
from app.database import db, lock, transaction
from app.notices import kinds
from app.notices.letter_services import settle
from app.people.models import Account
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.proposals.telling import tell_proposer
from app.reviews import (
    objection_queries,
    objection_rules,
    queries,
    recusal_queries,
    recusal_rules,
    recusal_services,
    rules,
    scoring,
    sheet_export,
    sheet_queries,
    sheet_rules,
    visit_queries,
)
from app.reviews.models import Criterion, Score, ShortlistDecision, WrittenReview
from app.reviews.objection_models import ShortlistRecord
from app.reviews.visit_models import SiteVisit
from app.rounds import keeping, settings, soundness
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
    it; what somebody already goes by stays. Raises Frozen, Unsound, AlreadyDecided."""
    with changing(round_, "review", at=at, by=by):
        if sheet_queries.is_shortlist_decided(round_.id):
            raise rules.AlreadyDecided
        refuse(soundness.review(plan))
        refuse(
            soundness.review_kept(
                settings.of(round_).review,
                plan,
                has_sheets=sheet_queries.count_sheets(round_.id) > 0,
                has_records=visit_queries.has_records(round_.id),
                has_releases=queries.has_releases(round_.id),
            )
        )
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
    given a later end: whoever has not submitted can still be waited for. So can the on-site review, where an objection
    made a proposal eligible."""
    with changing(round_, "phases", at=at, by=by):
        decided = sheet_queries.is_shortlist_decided(round_.id)
        late = (rounds.SITE_VISIT,) if objection_queries.waits_for_visit(round_.id) else ()
        plan_phases(round_, plans, at, reopened=() if decided else (*late, rounds.WRITTEN_REVIEW))


# Written review


def set_criteria(round_: Round, criteria: tuple[sheet_rules.CriterionLine, ...], *, at: datetime, by: Actor) -> None:
    """Replaces the scoring sheet of the round, while nobody has begun one.

    Raises Frozen, SheetsExist, NoCriteria, TextMissing, PointsOutOfRange, WeightOutOfRange, AnchorUnfit.
    """
    with open_to_change(round_, "criteria", at=at, by=by):
        sheet_rules.ensure_criteria(criteria)
        if sheet_queries.count_sheets(round_.id):
            raise rules.SheetsExist
        for old in sheet_queries.list_criteria(round_.id):
            db.session.delete(old)
        db.session.flush()
        for position, line in enumerate(criteria, start=1):
            anchors = {"anchors_ko": dict(line.anchors_ko), "anchors_en": dict(line.anchors_en)}
            db.session.add(Criterion(round_id=round_.id, position=position, **line._asdict() | anchors))
        points = sum(line.points_max * line.weight for line in criteria)
        audit.record(SET_CRITERIA, round_.id, at=at, by=by, criteria=len(criteria), points=points)


def begin_sheet(proposal: Proposal, account: Account, *, at: datetime, by: Actor) -> None:
    """The member declares that there is no conflict of interest, and has a sheet. Once is enough. Interests in the
    round are declared first, so that the rules have looked at them.

    Raises Recused, OutsidePhase, Frozen, NotVisitedYet, InterestMissing, NoCriteria, WrongState (of the proposal).
    """
    with _scoring(proposal, account.id, at=at, by=by) as visit:
        if sheet_queries.find_sheet(proposal.id, account.id):
            return
        if recusal_queries.find_interest(proposal.round_id, account.id) is None:
            raise recusal_rules.InterestMissing
        if not sheet_queries.list_criteria(proposal.round_id):
            raise rules.NoCriteria
        db.session.add(WrittenReview(visit=visit, account_id=account.id, state=rules.BEGUN, declared_at=at))
        audit.record(BEGIN_SHEET, proposal.id, at=at, by=by)


def save_sheet(
    sheet: WrittenReview,
    points: Mapping[int, int],
    comment: str,
    *,
    seen: int | None = None,
    page: str = "",
    at: datetime,
    by: Actor,
) -> None:
    """Keeps what the member has so far. `points` by criterion id; those not in it are open again. `seen`: the version
    that the page showed; without it nothing is compared. `page`: its mark, by which its own savings of single fields,
    whose answers it need not have had yet, are told from another page's.

    Raises Recused, OutsidePhase, Frozen, NotVisitedYet, WrongState, SheetMoved, PointsOutOfRange, NotOnTheList,
    TextTooLong.
    """
    proposal = sheet.visit.proposal
    with _scoring(proposal, sheet.account_id, at=at, by=by):
        lock(sheet)
        rules.ensure_may_become(rules.SHEET_TRANSITIONS, sheet.state, rules.BEGUN)
        if seen is not None and seen != sheet.version and not (page and page == sheet.page):
            raise sheet_rules.SheetMoved
        _write(sheet, points, comment, page)
        audit.record(SAVE_SHEET, proposal.id, at=at, by=by, scored=len(points))


def save_points(
    sheet: WrittenReview, criterion_id: int, given: int | None, *, seen: int, page: str = "", at: datetime, by: Actor
) -> None:
    """The points on one criterion, as they are chosen; None: open again. Sent twice, since its answer was lost, it is
    saved once. Raises what `save_sheet` raises."""
    _save_part(sheet, {criterion_id: given}, None, seen=seen, page=page, at=at, by=by)


def save_comment(sheet: WrittenReview, comment: str, *, seen: int, page: str = "", at: datetime, by: Actor) -> None:
    """Likewise."""
    _save_part(sheet, {}, comment, seen=seen, page=page, at=at, by=by)


def _save_part(
    sheet: WrittenReview,
    part: Mapping[int, int | None],
    comment: str | None,
    *,
    seen: int,
    page: str,
    at: datetime,
    by: Actor,
) -> None:
    proposal = sheet.visit.proposal
    with _scoring(proposal, sheet.account_id, at=at, by=by):
        lock(sheet)
        rules.ensure_may_become(rules.SHEET_TRANSITIONS, sheet.state, rules.BEGUN)
        merged = {**sheet.points, **part}
        points = {criterion_id: given for criterion_id, given in merged.items() if given is not None}
        words = sheet.comment if comment is None else comment
        is_saved_already = (points, words) == (sheet.points, sheet.comment)
        if seen != sheet.version and not (is_saved_already and seen == sheet.version - 1):
            raise sheet_rules.SheetMoved
        if not is_saved_already:
            _write(sheet, points, words, page)
            audit.record(SAVE_SHEET, proposal.id, at=at, by=by, scored=len(points))


def _write(sheet: WrittenReview, points: Mapping[int, int], comment: str, page: str) -> None:
    """Within the caller's transaction: what stays the same is left as it is."""
    criteria = sheet_queries.list_criteria(sheet.visit.proposal.round_id)
    sheet_rules.ensure_points(points, {one.id: one.points_max for one in criteria})
    rules.ensure_not_too_long("comment", comment)
    scores = {score.criterion_id: score for score in sheet.scores}
    for criterion_id, given in points.items():
        if criterion_id in scores:
            scores[criterion_id].points = given
        else:
            sheet.scores.append(Score(criterion_id=criterion_id, points=given))
    for criterion_id in scores.keys() - points.keys():
        sheet.scores.remove(scores[criterion_id])
    sheet.comment, sheet.version, sheet.page = comment, sheet.version + 1, page


def submit_sheet(sheet: WrittenReview, *, seen: int | None = None, at: datetime, by: Actor) -> None:
    """Locks the sheet as it was saved. `seen`: the version whose points were shown; without it nothing is compared.

    Raises Recused, OutsidePhase, Frozen, NotVisitedYet, WrongState, SheetMoved, ScoresMissing.
    """
    proposal = sheet.visit.proposal
    with _scoring(proposal, sheet.account_id, at=at, by=by):
        lock(sheet)
        rules.ensure_may_become(rules.SHEET_TRANSITIONS, sheet.state, rules.SUBMITTED)
        if seen is not None and seen != sheet.version:
            raise sheet_rules.SheetMoved
        scored = {score.criterion_id for score in sheet.scores}
        missing = tuple(one.id for one in sheet_queries.list_criteria(proposal.round_id) if one.id not in scored)
        if missing:
            raise rules.ScoresMissing(missing)
        sheet.state, sheet.submitted_at = rules.SUBMITTED, at
        db.session.flush()
        if not sheet_queries.progress(proposal.round).missing_of(sheet.account):
            settle(kinds.SHEETS_WAITING, kinds.SHEETS_DUE_SOON, round_id=proposal.round_id, account_id=sheet.account_id)
        audit.record(SUBMIT_SHEET, proposal.id, at=at, by=by)


# Shortlist


def decide_shortlist(round_: Round, *, at: datetime, by: Actor, seen: str | None = None) -> None:
    """Every visited proposal of the round is shortlisted or left out, with its reason; once for all.

    `seen` is the fingerprint of the standings the decider was shown; without it nothing is compared. The sheets as they
    were counted are kept as a file that never changes.

    Raises Frozen, AlreadyDecided, OutsidePhase (not begun), SheetsMissing, NoSheets, TooFewSheets, NothingToDecide,
    ChallengesOpen, ObjectionsOpen, VisitOwed, StandingsMoved.
    """
    with open_to_change(round_, "shortlist", at=at, by=by):
        ensure_may_decide(round_, at)
        recusal_services.exclude_by_rule(round_, at)
        db.session.flush()
        standings = sheet_queries.standings(round_)
        if seen is not None and seen != scoring.fingerprint(standings):
            raise rules.StandingsMoved
        _keep(round_, standings, at, by)
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
    """The written review is over or everybody has submitted, enough sheets count, and nothing is open of which it hangs
    whose they are. Raises as `decide_shortlist`."""
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
    if count := recusal_queries.count_open_challenges(round_.id):
        raise recusal_rules.ChallengesOpen(count)
    objection_queries.ensure_none_waits(round_, at, objection_rules.CHECK)
    if count := sheet_queries.count_waiting_for_visit(round_.id):
        raise objection_rules.VisitOwed(count)
    _ensure_enough(sheet_queries.standings(round_), round_.sheets_needed)


def _ensure_enough(standings: Sequence[scoring.Standing], needed: int | None) -> None:
    """Raises NoSheets, TooFewSheets."""
    if not any(one.sheets for one in standings):
        raise rules.NoSheets
    lacking = {one.number: one.sheets for one in standings if one.sheets < (needed or 0)}
    if lacking:
        raise rules.TooFewSheets(lacking, needed or 0)


def _keep(round_: Round, standings: tuple[scoring.Standing, ...], at: datetime, by: Actor) -> None:
    """Before the proposals move: the file tells of those that are to be decided."""
    body = sheet_export.dumps(sheet_export.make(round_, standings))
    who = by.id if by.kind == "account" else None
    kept = {"fingerprint": scoring.fingerprint(standings), "decided_by": who, "decided_at": at}
    db.session.add(ShortlistRecord(round_id=round_.id, body=body, **kept))


def _decide(one: scoring.Standing, at: datetime) -> None:
    proposal = db.session.get_one(Proposal, one.proposal_id)
    wanted = proposals.SHORTLISTED if one.shortlisted else proposals.LEFT_OUT
    proposals.ensure_may_become(lock(proposal).state, wanted)
    proposal.state = wanted
    if one.shortlisted:
        tell_proposer(proposal, kinds.SHORTLISTED, at=at)
    else:
        until = objection_rules.find_end(at, proposal.round.review_objection_days)
        tell_proposer(proposal, kinds.LEFT_OUT, at=at, objection_until=until)
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
        if recusal_queries.is_barred(proposal, account_id):
            raise rules.Recused
        rounds.ensure_running(proposal.round.phases, rounds.WRITTEN_REVIEW, at)
        visit = queries.find_visit(proposal.id)
        if visit is None or visit.state != rules.SIGNED_OFF:
            raise rules.NotVisitedYet
        proposals.ensure_state(proposal.state, proposals.VISITED)
        yield visit
