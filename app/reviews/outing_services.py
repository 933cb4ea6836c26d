"""Planning the on-site review: outings, who goes, in which order, and what is asked on the spot."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from app.audit import services as audit
from app.audit.models import Actor
from app.database import db, lock
from app.notices import kinds
from app.notices.delivery_rules import Person
from app.notices.letter_models import About
from app.notices.letter_services import settle, tell
from app.people.models import Account
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.proposals.telling import tell_proposer
from app.reviews import queries, rules, visit_queries, visit_rules
from app.reviews.services import reviewing
from app.reviews.visit_models import ChecklistLine, Companion, Outing, SiteVisit
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.rounds.services import open_to_change

SET_CHECKLIST = audit.declare("checklist.set", "round", "lines")
PLAN_OUTING = audit.declare("outing.plan", "round", "outing_id", "visit_on", "companions")
CHANGE_OUTING = audit.declare("outing.change", "round", "outing_id", "visit_on", "companions", "visit_on_before")
ORDER_OUTING = audit.declare("outing.order", "round", "outing_id", "proposals")
CANCEL_OUTING = audit.declare("outing.cancel", "round", "outing_id", "visit_on", "visits")
PLAN_VISIT = audit.declare("visit.plan", "proposal", "outing_id", "visit_on", "outing_before")
CHANGE_VISIT = audit.declare("visit.change", "proposal", "kind")

UP = "up"
DOWN = "down"
FAR = 100_000  # further than any route is long: where stops wait while they change places


def set_checklist(round_: Round, lines: Sequence[visit_rules.Line], *, at: datetime, by: Actor) -> None:
    """What is asked on the spot, by kind of project, until the first answer is saved.

    Raises Frozen, RecordBegun, ChecklistEmpty, TextMissing, TextTooLong, NotOnTheList.
    """
    with open_to_change(round_, "checklist", at=at, by=by):
        visit_rules.ensure_lines(lines)
        if visit_queries.has_entries(round_.id):
            raise visit_rules.RecordBegun
        for old in visit_queries.list_lines(round_.id):
            db.session.delete(old)
        db.session.flush()
        _write_lines(round_, lines, at=at, by=by)


def plan_outing(round_: Round, plan: visit_rules.OutingPlan, *, at: datetime, by: Actor) -> Outing:
    """A day on which members and staff go out, and are told. With the first one the round has its checklist.

    Raises Frozen, OutsidePhase (no such phase), VisitDayOutside, TextMissing, NotAVisitor, NotOnTheList.
    """
    with open_to_change(round_, rounds.SITE_VISIT, at=at, by=by):
        visit_rules.ensure_plan(plan, *visit_queries.visiting_days(round_))
        _ensure_known(round_, plan.companions)
        if not visit_queries.list_lines(round_.id):
            _write_lines(round_, visit_rules.DEFAULT_LINES, at=at, by=by)
        outing = Outing(round_id=round_.id, sequence=0)
        db.session.add(outing)
        _store(outing, plan, at)
        _tell_companions(outing, kinds.OUTING_PLANNED, plan.companions, at)
        audit.record(PLAN_OUTING, round_.id, at=at, by=by, outing_id=outing.id, **_said(outing))
    return outing


def change_outing(outing: Outing, plan: visit_rules.OutingPlan, *, at: datetime, by: Actor) -> None:
    """Another day, hour, meeting point or party. The day stays once something is recorded on it. Whom it concerns is
    told: those who go, or go no longer, and of another day or hour those whose proposals are visited.

    Raises Frozen, OutsidePhase, OutingCancelled, VisitDayOutside, TextMissing, NotAVisitor, NotOnTheList, DayBegun,
    RecusedOnRoute.
    """
    with open_to_change(outing.round, rounds.SITE_VISIT, at=at, by=by):
        _ensure_on(outing)
        visit_rules.ensure_plan(plan, *visit_queries.visiting_days(outing.round))
        _ensure_known(outing.round, plan.companions)
        stops, before = visit_queries.list_stops(outing.id), outing.visit_on
        went, when, where = _companions(outing), outing.starts_at, outing.meeting_point
        ensure_nobody_barred([one.proposal for one in stops], plan.companions - went)  # who steps back still goes along
        outing.sequence += 1
        _store(outing, plan, at)
        if outing.visit_on != before and any(has_begun(one) for one in stops):
            raise visit_rules.DayBegun
        if outing.starts_at != when:
            for one in stops:
                _tell_planned(one, None, at)
        _tell_companions(outing, kinds.OUTING_CANCELLED, went - plan.companions, at, when=when)
        _tell_companions(outing, kinds.OUTING_PLANNED, plan.companions - went, at)
        if (outing.starts_at, outing.meeting_point) != (when, where):
            _tell_companions(outing, kinds.OUTING_MOVED, plan.companions & went, at)
        said = _said(outing) | {"visit_on_before": before.isoformat()}
        audit.record(CHANGE_OUTING, outing.round_id, at=at, by=by, outing_id=outing.id, **said)


def cancel_outing(outing: Outing, reason: str, *, at: datetime, by: Actor) -> None:
    """It does not take place, and those who were to go and whose proposals were to be visited are told. Its proposals
    wait for another day.

    Raises Frozen, OutingCancelled, TextMissing, TextTooLong, RecordBegun (something is written on the spot).
    """
    with open_to_change(outing.round, rounds.SITE_VISIT, at=at, by=by):
        _ensure_on(outing)
        rules.ensure_text("reason", reason)
        stops = visit_queries.list_stops(outing.id)
        if any(has_begun(one) for one in stops):
            raise visit_rules.RecordBegun
        for one in stops:
            tell_called_off(one, at)
            db.session.delete(one)
        outing.cancelled_at, outing.cancel_reason = at, reason
        outing.sequence, outing.changed_at = outing.sequence + 1, at
        _tell_companions(outing, kinds.OUTING_CANCELLED, _companions(outing), at)
        said = {"outing_id": outing.id, "visit_on": outing.visit_on.isoformat(), "visits": len(stops)}
        audit.record(CANCEL_OUTING, outing.round_id, at=at, by=by, **said)


def put_on_outing(proposal: Proposal, outing: Outing, *, at: datetime, by: Actor) -> SiteVisit:
    """Plans the visit of this proposal on the outing, behind the last stop in the same dong. A visit that is not
    recorded yet moves there, and the line in the book says from where; so does one that was called impossible, and is
    not confirmed as such.

    Raises Frozen, WrongState (of the proposal or of the visit), DayBegun (something is written on the spot),
    OtherRound, OutingCancelled, RecusedOnRoute.
    """
    with reviewing(proposal, rounds.SITE_VISIT, at=at, by=by):
        told = _when_and_where(queries.find_visit(proposal.id))
        visit = _put_on(proposal, outing, at=at, by=by)
        _tell_planned(visit, told, at)
    return visit


def plan_visit(
    proposal: Proposal, outing: Outing, kind: str, meeting_point: str, *, at: datetime, by: Actor
) -> SiteVisit:
    """As `put_on_outing` and `change_visit`: both or neither, and told once. Raises what they raise."""
    with reviewing(proposal, rounds.SITE_VISIT, at=at, by=by):
        told = _when_and_where(queries.find_visit(proposal.id))
        visit = _put_on(proposal, outing, at=at, by=by)
        _change(visit, kind, meeting_point, at=at, by=by)
        _tell_planned(visit, told, at)
    return visit


def change_visit(visit: SiteVisit, kind: str, meeting_point: str, *, at: datetime, by: Actor) -> None:
    """The kind of project, by which the questions go, and where the proposer is met. Once something is written on the
    spot the kind stays.

    Raises Frozen, WrongState, TextMissing, NotOnTheList, RecordBegun.
    """
    with reviewing(visit.proposal, rounds.SITE_VISIT, at=at, by=by):
        told = _when_and_where(lock(visit))
        _change(visit, kind, meeting_point, at=at, by=by)
        _tell_planned(visit, told, at)


def move_stop(visit: SiteVisit, direction: str, *, at: datetime, by: Actor) -> None:
    """One place up or down on the way; at either end nothing happens. Raises Frozen, NotOnTheList, WrongState."""
    outing = visit.outing
    if outing is None:
        raise rules.WrongState(visit.state, rules.PLANNED)
    with open_to_change(outing.round, rounds.SITE_VISIT, at=at, by=by):
        rules.ensure_listed([direction], (UP, DOWN))
        lock(outing)
        stops = visit_queries.list_stops(outing.id)
        here = stops.index(visit)
        there = here + (1 if direction == DOWN else -1)
        if not 0 <= there < len(stops):
            return
        stops[here], stops[there] = stops[there], stops[here]
        _number(stops)
        order = " ".join(str(one.proposal.number) for one in stops)
        audit.record(ORDER_OUTING, outing.round_id, at=at, by=by, outing_id=outing.id, proposals=order)


def take_off(visit: SiteVisit) -> None:
    """Leaves the outing, inside the transaction of the use case that says why."""
    outing_id = visit.outing_id
    visit.outing_id, visit.stop = None, None
    if outing_id is not None:
        db.session.flush()
        _number(visit_queries.list_stops(outing_id))


def has_begun(visit: SiteVisit) -> bool:
    """Whether anything is written or photographed on the spot."""
    written = visit_queries.entries_of(visit.id) or visit_queries.list_photos(visit.id)
    return visit.state != rules.PLANNED or bool(written)


def ensure_nobody_barred(stops: Iterable[Proposal], account_ids: Iterable[int]) -> None:
    """All of one round. Raises RecusedOnRoute for the first who is barred from one of these proposals."""
    by_id = {one.id: one for one in stops}
    if not by_id:
        return
    round_id = next(iter(by_id.values())).round_id
    barred = visit_queries.find_barred(round_id, by_id, account_ids)
    if barred is not None:
        proposal_id, account_id = barred
        raise visit_rules.RecusedOnRoute(db.session.get_one(Account, account_id).name, by_id[proposal_id].number)


def tell_called_off(visit: SiteVisit, at: datetime) -> None:
    """Those who proposed it, that nobody comes on the day they know of; inside the transaction of the use case by which
    it leaves its outing."""
    if visit.outing is not None and visit.proposal.state == proposals.ELIGIBLE:
        settle(kinds.VISIT_PLANNED, proposal_id=visit.proposal_id)
        tell_proposer(visit.proposal, kinds.VISIT_CALLED_OFF, at=at, visit_on=visit.outing.starts_at)


def _put_on(proposal: Proposal, outing: Outing, *, at: datetime, by: Actor) -> SiteVisit:
    proposals.ensure_may_become(proposal.state, proposals.VISITED)
    if outing.round_id != proposal.round_id:
        raise visit_rules.OtherRound
    _ensure_on(outing)
    visit = queries.find_visit(proposal.id)
    before = visit.outing if visit is not None else None
    if before is not outing:
        ensure_nobody_barred([proposal], _companions(outing))
    if visit is None:
        visit = SiteVisit(proposal=proposal, state=rules.PLANNED, kind=visit_rules.guess_kind(proposal.place))
        visit.meeting_point = proposal.place
    else:
        rules.ensure_may_become(rules.VISIT_TRANSITIONS, lock(visit).state, rules.PLANNED)
        if before is not outing and has_begun(visit):
            raise visit_rules.DayBegun
    if before is not outing:
        _append(visit, outing, before)
        for one in filter(None, (before, outing)):
            one.sequence, one.changed_at = one.sequence + 1, at
    moved = {"outing_id": outing.id, "outing_before": before.id if before else None}
    audit.record(PLAN_VISIT, proposal.id, at=at, by=by, visit_on=outing.visit_on.isoformat(), **moved)
    return visit


def _change(visit: SiteVisit, kind: str, meeting_point: str, *, at: datetime, by: Actor) -> None:
    if visit.state != rules.PLANNED or visit.is_impossible:
        raise rules.WrongState(visit.state, rules.PLANNED)
    rules.ensure_listed([kind], visit_rules.KINDS)
    rules.ensure_text("meeting_point", meeting_point)
    if kind != visit.kind and visit_queries.entries_of(visit.id):
        raise visit_rules.RecordBegun
    visit.kind, visit.meeting_point = kind, meeting_point
    audit.record(CHANGE_VISIT, visit.proposal_id, at=at, by=by, kind=kind)


def _when_and_where(visit: SiteVisit | None) -> tuple[datetime, str] | None:
    """As those who proposed it know it; None: on no outing."""
    return None if visit is None or visit.outing is None else (visit.outing.starts_at, visit.meeting_point)


def _tell_planned(visit: SiteVisit, told: tuple[datetime, str] | None, at: datetime) -> None:
    """Those who proposed it, if it is another time or place than they know; nobody whose visit is over."""
    if visit.outing is None or told == _when_and_where(visit):
        return
    if visit.state == rules.PLANNED and visit.proposal.state == proposals.ELIGIBLE:
        settle(kinds.VISIT_PLANNED, kinds.VISIT_CALLED_OFF, proposal_id=visit.proposal_id)
        tell_proposer(visit.proposal, kinds.VISIT_PLANNED, at=at, visit_on=visit.outing.starts_at)


def _tell_companions(
    outing: Outing, kind: str, account_ids: Collection[int], at: datetime, *, when: datetime | None = None
) -> None:
    """`when`: of which they know, where it is another now."""
    starts_at = (when or outing.starts_at).isoformat()
    for account_id in sorted(account_ids):
        person, about = Person(account_id=account_id), About(outing.round_id)
        tell(kind, person, about, at=at, outing=str(outing.id), starts_at=starts_at)


def _companions(outing: Outing) -> set[int]:
    return {one.account_id for one in outing.companions}


def _ensure_on(outing: Outing) -> None:
    """Holds it. Raises OutingCancelled."""
    if lock(outing).cancelled_at is not None:
        raise visit_rules.OutingCancelled


def _write_lines(round_: Round, lines: Sequence[visit_rules.Line], *, at: datetime, by: Actor) -> None:
    for position, line in enumerate(lines, start=1):
        db.session.add(ChecklistLine(round_id=round_.id, position=position, **line._asdict()))
    db.session.flush()
    audit.record(SET_CHECKLIST, round_.id, at=at, by=by, lines=len(lines))


def _store(outing: Outing, plan: visit_rules.OutingPlan, at: datetime) -> None:
    outing.starts_at, outing.meeting_point = plan.starts_at, plan.meeting_point
    outing.answer_days, outing.changed_at = plan.answer_days, at
    stay = {one.account_id: one for one in outing.companions}
    outing.companions = [stay.get(one) or Companion(account_id=one) for one in sorted(plan.companions)]
    db.session.flush()


def _said(outing: Outing) -> dict[str, str | int]:
    return {"visit_on": outing.visit_on.isoformat(), "companions": len(outing.companions)}


def _ensure_known(round_: Round, account_ids: frozenset[int]) -> None:
    known: set[int] = {account.id for account in _possible(round_)}
    if not account_ids <= known:
        raise rules.NotAVisitor


def _possible(round_: Round) -> list[Account]:
    return visit_queries.list_possible_companions(round_.programme)


def _append(visit: SiteVisit, outing: Outing, before: Outing | None) -> None:
    """Behind the last stop in the same dong, else at the end; the stops of both outings are counted anew."""
    stops = visit_queries.list_stops(outing.id)
    same = [place for place, one in enumerate(stops, start=1) if one.proposal.area_id == visit.proposal.area_id]
    visit.outing_id, visit.stop = outing.id, FAR * 2
    visit.impossible_reason, visit.asked_by = "", None  # with the outing at once: it is one or the other
    db.session.add(visit)
    db.session.flush()
    db.session.expire(visit, ["outing"])
    _number([*stops[: same[-1]], visit, *stops[same[-1] :]] if same else [*stops, visit])
    if before is not None:
        _number(visit_queries.list_stops(before.id))


def _number(stops: Sequence[SiteVisit]) -> None:
    """From 1, in two goes: no two stops of an outing ever have the same number."""
    for base in (FAR, 0):
        for place, one in enumerate(stops, start=1):
            one.stop = base + place
        db.session.flush()
