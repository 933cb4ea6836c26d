"""Setting up a round, calling it, and moving it through its life."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from app.audit import services as audit
from app.audit.models import Actor
from app.database import db, lock, transaction
from app.programmes.models import Programme
from app.rounds import keeping, queries, rules, settings, soundness
from app.rounds.models import Round
from app.tally.faults import Fault

CREATE = audit.declare("round.create", "round", "programme", "fiscal_year", "title")
CHANGE = audit.declare("round.change", "round", "what", "before", "after")
REFUSED = audit.declare("round.change_refused", "round", "what", "state")
CALL = audit.declare("round.call", "round", "fiscal_year")
DUPLICATE = audit.declare("round.duplicate", "round", "source_id", "fiscal_year")

# 52 weeks: every phase falls on the weekday it fell on last year, as a calendar of meetings and working days needs.
A_YEAR_LATER = timedelta(weeks=52)


def create_round(programme: Programme, basics: settings.Basics, *, at: datetime, by: Actor) -> Round:
    """A draft with both chambers at one half and the usual rules of counting. Raises Unsound, YearTaken."""
    with transaction():
        lock(programme)
        round_ = _begin(programme, basics, at)
        audit.record(
            CREATE,
            round_.id,
            at=at,
            by=by,
            programme=programme.slug,
            fiscal_year=basics.fiscal_year,
            title=basics.title_ko,
        )
    return round_


def set_basics(round_: Round, basics: settings.Basics, *, at: datetime, by: Actor) -> None:
    """Raises Frozen, Unsound, YearTaken."""
    with changing(round_, "basics", at=at, by=by):
        lock(round_.programme)
        refuse(soundness.basics(basics))
        if basics.fiscal_year != round_.fiscal_year:
            _ensure_year_free(round_.programme, basics.fiscal_year)
        keeping.store_basics(round_, basics)


def set_pots(round_: Round, plans: Sequence[settings.PotPlan], *, at: datetime, by: Actor) -> None:
    """The pots in this order; those not named go. Raises Frozen, Unsound, StillUsed, Incomplete."""
    with changing(round_, "pots", at=at, by=by):
        refuse(soundness.pots(plans))
        keeping.store_pots(round_, plans)


def set_sections(round_: Round, plan: settings.BallotPlan, *, at: datetime, by: Actor) -> None:
    """The sections in this order; those not named go. Raises Frozen, Unsound, StillUsed, Incomplete."""
    with changing(round_, "sections", at=at, by=by):
        now = settings.of(round_)
        refuse(soundness.sections(plan, now.pots, now.counting.chambers))
        keeping.store_sections(round_, plan)


def set_counting(round_: Round, plan: settings.CountingPlan, *, at: datetime, by: Actor) -> None:
    """Who votes with which weight, normalisation, thresholds, cap policy, ties, quotas. Raises Frozen, Unsound."""
    with changing(round_, "counting", at=at, by=by):
        refuse(soundness.counting(plan))
        if round_.state != rules.DRAFT:
            refuse(soundness.who_votes_kept(settings.of(round_).counting, plan))
        keeping.store_counting(round_, plan)


def set_voters(round_: Round, plan: settings.VotersPlan, *, at: datetime, by: Actor) -> None:
    """Which residents may vote, and how they show it. Raises Frozen, Unsound, Incomplete."""
    with changing(round_, "voters", at=at, by=by):
        refuse(soundness.voters(plan))
        refuse(soundness.dongs_asked(plan, settings.of(round_).sections))
        keeping.store_voters(round_, plan)


def set_phases(round_: Round, plans: Sequence[settings.PhasePlan], *, at: datetime, by: Actor) -> None:
    """While a draft, any order of work; after the call, history stays as it was.

    Raises Frozen, Unsound, PhaseBegun, PhasePast, Incomplete.
    """
    with changing(round_, "phases", at=at, by=by):
        plan_phases(round_, plans, at)


def plan_phases(
    round_: Round, plans: Sequence[settings.PhasePlan], at: datetime, *, reopened: Collection[str] = ()
) -> None:
    """The step itself, inside `changing`. `reopened`: phases that may end anew though they are over."""
    refuse(soundness.phases(plans, rules.list_phases([chamber.code for chamber in round_.chambers])))
    refuse(soundness.phases_far(plans, at))
    if round_.state != rules.DRAFT:
        rules.ensure_history_kept(round_.phases, plans, at, reopened)
    keeping.store_phases(round_, plans)


def call_round(round_: Round, *, at: datetime, by: Actor) -> None:
    """공고: from now on the phases open and close by the clock. Raises WrongState, Incomplete."""
    with transaction():
        move_round(round_, rules.CALLED)
        missing = queries.list_missing(round_, at)
        if missing:
            raise rules.Incomplete(missing)
        audit.record(CALL, round_.id, at=at, by=by, fiscal_year=round_.fiscal_year)


def duplicate_round(round_: Round, *, at: datetime, by: Actor) -> Round:
    """A draft for the next fiscal year with the same rules, pots, sections and phases 52 weeks later.

    Raises YearTaken, NotOurs.
    """
    with transaction():
        lock(round_.programme)
        if round_.source == rules.PABULIB:
            raise rules.NotOurs
        plan = settings.of(round_)
        copy = _begin(round_.programme, _next_year(plan.basics), at)
        keeping.store_counting(copy, plan.counting)  # first of all who votes: sections hold the picks of each
        keeping.store_pots(copy, [replace(pot, id=None) for pot in plan.pots])
        pots = {old.id: new.id for old, new in zip(round_.pots, copy.pots, strict=True)}
        fields = tuple(replace(section, id=None, pot=pots[section.pot]) for section in plan.sections.sections)
        keeping.store_sections(copy, replace(plan.sections, sections=fields))
        keeping.store_phases(copy, [_later(phase) for phase in plan.phases])
        keeping.store_voters(copy, plan.voters)
        keeping.store_review(copy, plan.review)
        audit.record(DUPLICATE, copy.id, at=at, by=by, source_id=round_.id, fiscal_year=copy.fiscal_year)
    return copy


def move_round(round_: Round, wanted: str) -> None:
    """The step itself, inside the transaction of the use case that takes it and records it. Raises WrongState."""
    lock(round_)
    rules.ensure_may_become(round_.state, wanted)
    round_.state = wanted
    db.session.flush()


@contextmanager
def open_to_change(round_: Round, what: str, *, at: datetime, by: Actor) -> Iterator[None]:
    """The transaction of a change to the rules or items of a round; what happens in it, the caller records.

    Raises Frozen once the ballot is published. The attempt is recorded in a transaction of its own, since the
    first one leaves nothing.
    """
    try:
        with transaction():
            lock(round_)
            rules.ensure_open_to_change(round_.state)
            yield
    except rules.Frozen:
        with transaction():
            audit.record(REFUSED, round_.id, at=at, by=by, what=what, state=round_.state)
        raise


@contextmanager
def changing(round_: Round, step: str, *, at: datetime, by: Actor) -> Iterator[None]:
    """A change to one step of the set-up. A round that is called stays as complete as it was."""
    with open_to_change(round_, step, at=at, by=by):
        before = settings.as_json(getattr(settings.of(round_), step))
        yield
        db.session.flush()
        db.session.expire_all()
        plan = settings.of(round_)
        faults = soundness.faults_by_step(plan)
        if round_.state != rules.DRAFT and faults:
            raise rules.Incomplete(faults)
        after = settings.as_json(getattr(plan, step))
        audit.record(CHANGE, round_.id, at=at, by=by, what=step, before=before, after=after)


def _begin(programme: Programme, basics: settings.Basics, at: datetime) -> Round:
    refuse(soundness.basics(basics))
    _ensure_year_free(programme, basics.fiscal_year)
    round_ = Round(programme=programme, tie_order=[], quotas={}, created_at=at)
    keeping.store_basics(round_, basics)
    db.session.add(round_)
    keeping.store_counting(round_, settings.CountingPlan())
    db.session.flush()
    return round_


def _ensure_year_free(programme: Programme, fiscal_year: int) -> None:
    """The programme's row is locked, so no other request can take the year meanwhile."""
    if queries.find_round(programme, fiscal_year) is not None:
        raise rules.YearTaken(fiscal_year)


def refuse(faults: Iterable[Fault]) -> None:
    """Raises Unsound if there is any."""
    found = tuple(faults)
    if found:
        raise rules.Unsound(found)


def _next_year(basics: settings.Basics) -> settings.Basics:
    return replace(
        basics,
        fiscal_year=basics.fiscal_year + 1,
        title_ko=_with_next_years(basics.title_ko),
        title_en=_with_next_years(basics.title_en),
    )


def _with_next_years(title: str) -> str:
    return re.sub(r"(?<!\d)20\d\d(?!\d)", lambda year: str(int(year[0]) + 1), title)


def _later(phase: settings.PhasePlan) -> settings.PhasePlan:
    return replace(phase, starts_at=phase.starts_at + A_YEAR_LATER, ends_at=phase.ends_at + A_YEAR_LATER)
