"""The open call from its announcement to the reserve list. What people tell of themselves stands in no audit line."""

import hashlib
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select

from app.audit import services as audit
from app.audit.models import SOME_RESIDENT, SYSTEM, Actor
from app.clock import seoul_day
from app.committee import services as committee
from app.committee.models import CommitteeMember
from app.committee.queries import list_appointments
from app.committee.rules import ROUTE_SEATS, SEX_MOST, NotAMember, SexLimit, most_enrolled
from app.database import db, lock, transaction
from app.notices import kinds
from app.notices import letter_services as letters
from app.notices.delivery_rules import Person
from app.notices.letter_models import About
from app.people.models import Account, Resident
from app.programmes.models import Area, Programme
from app.recruitment import queries, rules
from app.recruitment.models import Application, Recommendation, Recruitment, RecruitmentChange
from app.tally import draw

CREATE = audit.declare("recruitment.create", "recruitment", "programme", "seats")
CHANGE = audit.declare("recruitment.change", "recruitment", "seats")
CALL = audit.declare("recruitment.call", "recruitment", "seats", "opens_at", "closes_at", "draw_on", "source")
MOVE_DRAW = audit.declare("recruitment.move_draw", "recruitment", "draw_on", "source")
EXTEND = audit.declare(
    "recruitment.extend", "recruitment", "closes_at", "draw_on", "source", "term_starts_on", "reason", "before"
)
CANCEL = audit.declare("recruitment.cancel", "recruitment", "state", "applications", "reason")
FIX = audit.declare("recruitment.fix", "recruitment", "applications", "sha256")
ENTER_SEED = audit.declare("recruitment.enter_seed", "recruitment", "seed", "before")
DRAW = audit.declare("recruitment.draw", "recruitment", "seed", "sha256", "selected", "reserve", "result_sha256")
OFFER = audit.declare("recruitment.offer", "recruitment", "number", "passed")
ERASE = audit.declare("recruitment.erase", "recruitment", "applications", "recommendations")
APPLY = audit.declare("application.submit", "application", "recruitment", "number")
WITHDRAW = audit.declare("application.withdraw", "application", "number")
DECIDE = audit.declare("application.decide", "application", "number", "verdict")
DECLINE = audit.declare("application.decline", "application", "number")
APPOINT = audit.declare("application.appoint", "application", "number", "member")
RENEW = audit.declare("member.renew", "committee_member", "before")
BESIDE = audit.declare("member.appoint_beside", "committee_member", "reason")
RECOMMEND = audit.declare("recommendation.add", "recruitment", "recommendation", "dong", "number")
UNRECOMMEND = audit.declare("recommendation.remove", "recruitment", "recommendation")
APPOINT_RECOMMENDED = audit.declare("recommendation.appoint", "recruitment", "recommendation", "member")


class Erased(NamedTuple):
    """Rows that told of people."""

    applications: int
    recommendations: int


def create_recruitment(programme: Programme, *, settings: dict[str, Any], at: datetime, by: Actor) -> Recruitment:
    """`settings`: columns of the call. Raises PeriodBackwards."""
    with transaction():
        row = Recruitment(programme_id=programme.id, state=rules.DRAFT, **settings)
        _ensure_period(row)
        db.session.add(row)
        db.session.flush()
        audit.record(CREATE, row.id, at=at, by=by, programme=programme.slug, seats=row.seats)
    return row


def change_recruitment(row: Recruitment, *, settings: dict[str, Any], at: datetime, by: Actor) -> None:
    """Until it is announced. Raises WrongState, PeriodBackwards."""
    with transaction():
        _ensure_state(lock(row), rules.DRAFT)
        for name, value in settings.items():
            setattr(row, name, value)
        _ensure_period(row)
        audit.record(CHANGE, row.id, at=at, by=by, seats=row.seats)


def _ensure_period(row: Recruitment) -> None:
    rules.ensure_period(row.opens_at, row.closes_at, row.draw_on, row.term_starts_on)


def call(row: Recruitment, *, at: datetime, by: Actor) -> None:
    """공고: from here on nothing of it is changed but the day and source of a seed, and its days where it is extended.
    Raises WrongState, CallTooLate."""
    with transaction():
        rules.ensure_may_become(lock(row).state, rules.CALLED)
        if at >= row.closes_at:
            raise rules.CallTooLate
        row.state = rules.CALLED
        times = {"opens_at": row.opens_at.isoformat(), "closes_at": row.closes_at.isoformat()}
        seed = {"draw_on": row.draw_on.isoformat(), "source": row.seed_source_ko}
        audit.record(CALL, row.id, at=at, by=by, seats=row.seats, **times, **seed)


def move_draw(row: Recruitment, *, draw_on: date, source_ko: str, source_en: str, at: datetime, by: Actor) -> None:
    """Another seed, announced before anybody can know it, and out before the term begins. Raises WrongState,
    ErasedAlready, SeedEarly, PeriodBackwards."""
    with transaction():
        _ensure_state(lock(row), rules.CALLED)
        _ensure_not_erased(row)
        if draw_on <= max(seoul_day(at), seoul_day(row.closes_at)):
            raise rules.SeedEarly
        row.draw_on, row.seed_source_ko, row.seed_source_en = draw_on, source_ko, source_en
        _ensure_period(row)
        audit.record(MOVE_DRAW, row.id, at=at, by=by, draw_on=draw_on.isoformat(), source=source_ko)


def extend(
    row: Recruitment,
    *,
    closes_at: datetime,
    draw_on: date,
    source_ko: str,
    source_en: str,
    term_starts_on: date,
    reason: str,
    at: datetime,
    by: Actor,
) -> None:
    """연장: applications are taken for longer, or again, with a draw and a term that fit; who has applied stays so, and
    is told. Raises WrongState, ErasedAlready, NotExtended, PeriodBackwards."""
    with transaction():
        _ensure_state(lock(row), rules.CALLED)
        _ensure_not_erased(row)
        if closes_at <= max(at, row.closes_at):
            raise rules.NotExtended
        before = row.closes_at.isoformat()
        row.closes_at, row.draw_on, row.term_starts_on = closes_at, draw_on, term_starts_on
        row.seed_source_ko, row.seed_source_en = source_ko, source_en
        _ensure_period(row)
        _keep_change(row, rules.EXTEND, reason, at, closes_at)
        days = {"draw_on": draw_on.isoformat(), "term_starts_on": term_starts_on.isoformat(), "source": source_ko}
        until = closes_at.isoformat()
        audit.record(EXTEND, row.id, at=at, by=by, closes_at=until, **days, reason=reason, before=before)
        _tell_all(row, kinds.CALL_EXTENDED, at, closes_at=until, draw_on=days["draw_on"])


def cancel(row: Recruitment, *, reason: str, at: datetime, by: Actor) -> None:
    """취소: nothing more comes of it, and its seats are promised to nobody. Those who applied are told; what they told
    is erased soon after, when they could have read it (`rules.CANCELLED_KEPT_DAYS`). A list that was published is not
    taken back once its seed may be known. Raises WrongState, ErasedAlready, CancelledTooLate."""
    with transaction():
        before = lock(row).state
        rules.ensure_may_become(before, rules.CANCELLED)
        _ensure_not_erased(row)
        if before == rules.FIXED and seoul_day(at) >= row.draw_on:
            raise rules.CancelledTooLate
        row.state, row.cancelled_at = rules.CANCELLED, at
        _keep_change(row, rules.CANCEL, reason, at)
        audit.record(CANCEL, row.id, at=at, by=by, state=before, applications=len(_list_told(row)), reason=reason)
        _tell_all(row, kinds.CALL_CANCELLED, at, erased_on=seoul_day(queries.erase_at(row)).isoformat())


def _keep_change(row: Recruitment, act: str, reason: str, at: datetime, closes_at: datetime | None = None) -> None:
    number = len(row.changes) + 1
    row.changes.append(RecruitmentChange(number=number, changed_at=at, act=act, reason=reason, closes_at=closes_at))


def _tell_all(row: Recruitment, kind: str, at: datetime, **facts: str) -> None:
    """All whose application stands."""
    for one in _list_told(row):
        _tell(one, kind, at, **facts)


def apply(row: Recruitment, resident: Resident, *, told: dict[str, Any], at: datetime) -> Application:
    """`told`: name, birth_year, sex, basis, area, phone, motive, is_vulnerable.
    Raises NotTaking, AppliedAlready, BirthYearUnfit."""
    with transaction():
        _ensure_taking(lock(row), at)
        rules.ensure_birth_year(told["birth_year"], row.term_starts_on)
        if queries.find_standing(row, resident) is not None:
            raise rules.AppliedAlready
        last = db.session.scalar(select(func.max(Application.number)).where(Application.recruitment_id == row.id))
        one = Application(recruitment=row, resident_id=resident.id, number=(last or 0) + 1, applied_at=at, **told)
        db.session.add(one)
        db.session.flush()
        audit.record(APPLY, one.id, **_veiled(at, resident.actor), recruitment=row.id, number=one.number)
        _tell(one, kinds.APPLIED, at)
    return one


def _ensure_taking(row: Recruitment, at: datetime) -> None:
    if not rules.is_taking(row.state, row.opens_at, row.closes_at, at):
        raise rules.NotTaking(row.opens_at, row.closes_at)


def withdraw(one: Application, *, at: datetime, by: Actor) -> None:
    """Until the list is fixed, and whoever is on none at any time; what was told is erased at once. Raises WrongState,
    ApplicationWrongState."""
    with transaction():
        row = lock(one.recruitment)
        rules.ensure_application_may_become(lock(one).state, rules.WITHDRAWN)
        if not rules.may_withdraw(row.state, one.state):
            raise rules.WrongState(row.state, rules.CALLED)
        one.state = rules.WITHDRAWN
        _erase_application(one, at)
        audit.record(WITHDRAW, one.id, **_veiled(at, by), number=one.number)


def _veiled(at: datetime, by: Actor) -> dict[str, Any]:
    """Of what residents do, which hour. The audit is for ever, and the published list tells of each number what group
    it is of: neither who they are stands beside it, nor an instant by which it could be found elsewhere."""
    if by.kind != SOME_RESIDENT.kind:
        return {"at": at, "by": by}
    return {"at": at.replace(minute=0, second=0, microsecond=0), "by": SOME_RESIDENT}


def decide(one: Application, *, is_eligible: bool, reason: str, at: datetime, by: Actor) -> None:
    """The requirements are met, or not, with the reason. Raises WrongState, ErasedAlready, ApplicationWrongState."""
    wanted = rules.ELIGIBLE if is_eligible else rules.INELIGIBLE
    with transaction():
        _ensure_state(lock(one.recruitment), rules.CALLED)
        _ensure_not_erased(one.recruitment)
        rules.ensure_application_may_become(lock(one).state, wanted)
        one.state, one.reason = wanted, reason
        audit.record(DECIDE, one.id, at=at, by=by, number=one.number, verdict=wanted)
        letters.settle(kinds.APPLICATION_DECIDED, application_id=one.id)
        _tell(one, kinds.APPLICATION_DECIDED, at, eligibility=wanted)


def fix(row: Recruitment, *, at: datetime, by: Actor) -> None:
    """The list to draw from is frozen and published with its hash, before the day of the seed. Where nobody has to be
    left out there is no lot: all are in.

    Raises WrongState, ErasedAlready, StillTaking, Undecided, SeedOutAlready."""
    with transaction():
        rules.ensure_may_become(lock(row).state, rules.FIXED)
        _ensure_not_erased(row)
        if at < row.closes_at:
            raise rules.StillTaking
        waiting = queries.list_applications(row, rules.SUBMITTED)
        if waiting:
            raise rules.Undecided(len(waiting))
        listed = rules.call_of(name_of(row), row, queries.list_applications(row, rules.ELIGIBLE))
        if draw.is_lot_needed(listed) and seoul_day(at) >= row.draw_on:
            raise rules.SeedOutAlready
        body = draw.body_of(listed)
        row.body, row.sha256 = body.decode(), hashlib.sha256(body).hexdigest()
        row.state, row.fixed_at = rules.FIXED, at
        audit.record(FIX, row.id, at=at, by=by, applications=len(listed.applicants), sha256=row.sha256)
        if not draw.is_lot_needed(listed):
            db.session.flush()
            _draw(row, listed, at, by)


def name_of(row: Recruitment) -> str:
    return f"{row.programme.slug}/{row.id}"


def enter_seed(row: Recruitment, seed: str, account: Account, *, at: datetime) -> None:
    """The first of two people, on the announced day or later; until the second has confirmed it, it can be typed anew.
    Raises WrongState, ErasedAlready, SeedNotOutYet, SeedWithoutNumbers."""
    with transaction():
        _ensure_seed_is_out(lock(row), at)
        before, row.seed = row.seed or None, _seed_of(seed)
        row.seed_entered_by = account.id
        audit.record(ENTER_SEED, row.id, at=at, by=account.actor, seed=row.seed, before=before)


def confirm_seed(row: Recruitment, seed: str, account: Account, *, at: datetime) -> None:
    """The second types the same, and with that it is drawn.
    Raises WrongState, ErasedAlready, SeedNotOutYet, NoSeedYet, SamePerson, SeedWithoutNumbers, SeedDiffers."""
    with transaction():
        _ensure_seed_is_out(lock(row), at)
        if row.seed_entered_by is None:
            raise rules.NoSeedYet
        if row.seed_entered_by == account.id:
            raise rules.SamePerson
        if row.seed != _seed_of(seed):
            raise rules.SeedDiffers
        _draw(row, get_call(row), at, account.actor, confirmed_by=account.id)


def _seed_of(written: str) -> str:
    """As it is hashed."""
    seed = draw.plain_seed(written)
    if not seed:
        raise rules.SeedWithoutNumbers
    return seed


def get_call(row: Recruitment) -> draw.Call:
    """The list as it was published."""
    return draw.read_call(draw.canonical.loads(str(row.body).encode()))


def _ensure_seed_is_out(row: Recruitment, at: datetime) -> None:
    _ensure_state(row, rules.FIXED)
    _ensure_not_erased(row)
    if seoul_day(at) < row.draw_on:
        raise rules.SeedNotOutYet


def _draw(row: Recruitment, listed: draw.Call, at: datetime, by: Actor, *, confirmed_by: int | None = None) -> None:
    sha256 = str(row.sha256)
    outcome = draw.draw(listed, sha256, row.seed)
    result = draw.result_of(outcome, sha256, row.seed)
    places = {line.number: (place, line.outcome) for place, line in enumerate(outcome.order, start=1)}
    for one in queries.list_applications(row, rules.ELIGIBLE):
        one.place, one.state = places[one.number]
        _tell(one, kinds.APPLICATION_DRAWN, at, drawn=f"{one.state}/{one.place}")
    row.state, row.drawn_at, row.result = rules.DRAWN, at, result.decode()
    row.seed_confirmed_by = confirmed_by
    audit.record(
        DRAW,
        row.id,
        at=at,
        by=by,
        seed=row.seed,
        sha256=sha256,
        selected=" ".join(map(str, outcome.selected)),
        reserve=" ".join(map(str, outcome.reserve)),
        result_sha256=hashlib.sha256(result).hexdigest(),
    )


def decline(one: Application, *, reason: str, at: datetime, by: Actor) -> None:
    """고사: whoever was drawn, or waits, no longer wants the seat. What they told is erased when they say so
    themselves; what staff record stays with the reason, until they withdraw it. Raises ApplicationWrongState."""
    with transaction():
        lock(one.recruitment)
        rules.ensure_application_may_become(lock(one).state, rules.DECLINED)
        one.state, one.reason = rules.DECLINED, reason
        if by.kind == SOME_RESIDENT.kind and one.erased_at is None:
            _erase_application(one, at)
        audit.record(DECLINE, one.id, **_veiled(at, by), number=one.number)


def offer_next(row: Recruitment, *, at: datetime, by: Actor) -> Application:
    """A seat of the call is vacant: the next of the reserve list who fits what was published is offered it.
    Raises WrongState, NoVacancy, NobodyInReserve."""
    with transaction():
        _ensure_state(lock(row), rules.DRAWN)
        holding = queries.list_holding(row, seoul_day(at))
        if len(holding) >= row.seats:
            raise rules.NoVacancy
        waiting = [one for one in queries.list_reserve(row) if one.erased_at is None]
        held = [one.number for one in holding]
        number, passed = draw.next_in_reserve(get_call(row), held, [one.number for one in waiting])
        if number is None:
            raise rules.NobodyInReserve
        one = next(one for one in waiting if one.number == number)
        one.state = rules.SELECTED
        audit.record(OFFER, row.id, at=at, by=by, number=one.number, passed=" ".join(map(str, passed)))
        _tell(one, kinds.SEAT_OFFERED, at)
    return one


def appoint_application(
    one: Application, account: Account, *, office: str, appointed_on: date, term_ends_on: date, at: datetime, by: Actor
) -> CommitteeMember:
    """Raises ApplicationWrongState, and what appointing raises."""
    with transaction():
        row = lock(one.recruitment)
        rules.ensure_application_may_become(lock(one).state, rules.APPOINTED)
        if one.erased_at is not None or one.birth_year is None:
            raise rules.ApplicationWrongState(one.state, rules.APPOINTED)
        member = committee.appoint_member(
            row.programme,
            account,
            route="open_call",
            office=office,
            appointed_on=appointed_on,
            term_ends_on=term_ends_on,
            sex=one.sex,
            is_vulnerable=one.is_vulnerable,
            is_youth=_is_youth(one.birth_year, row),
            at=at,
            by=by,
        )
        one.state, one.member = rules.APPOINTED, member
        audit.record(APPOINT, one.id, at=at, by=by, number=one.number, member=member.id)
    return member


def _is_youth(birth_year: int, row: Recruitment) -> bool:
    return rules.is_youth(birth_year, row.term_starts_on, row.youth_until)


def appoint_beside(
    programme: Programme,
    account: Account,
    *,
    route: str,
    appointed_on: date,
    term_ends_on: date,
    birth_year: int,
    reason: str,
    at: datetime,
    by: Actor,
    **more: Any,
) -> CommitteeMember:
    """Somebody who was neither drawn nor recommended in a call. While one stands: with the reason, and to none of its
    seats. `birth_year`: asked only for whether they are young, and kept nowhere. `more`: what else
    `committee.appoint_member` takes. Raises ReasonNeeded, BirthYearUnfit, SeatsPromised, and what appointing raises."""
    with transaction():
        calls = [lock(row) for row in queries.list_standing(programme)]
        if calls and not reason:
            raise rules.ReasonNeeded
        rules.ensure_birth_year(birth_year, appointed_on)
        until = calls[-1].youth_until if calls else rules.DEFAULT_YOUTH_UNTIL
        more["is_youth"] = rules.is_youth(birth_year, appointed_on, until)
        term = {"route": route, "appointed_on": appointed_on, "term_ends_on": term_ends_on}
        member = committee.appoint_member(programme, account, **term, **more, at=at, by=by)
        for row in calls:
            _ensure_seats_kept(row, member)
        if calls:
            audit.record(BESIDE, member.id, at=at, by=by, reason=reason)
    return member


def renew_member(
    member: CommitteeMember, *, appointed_on: date, term_ends_on: date, at: datetime, by: Actor, **more: Any
) -> CommitteeMember:
    """연임: another term by the same route; while a call stands, to none of its seats. `more`: what else
    `committee.appoint_member` takes. Raises NotAMember of one who was dismissed, SeatsPromised, and what appointing
    raises."""
    with transaction():
        calls = [lock(row) for row in queries.list_standing(member.programme)]
        if lock(member).dismissed_on is not None:
            raise NotAMember
        term = {"route": member.route, "appointed_on": appointed_on, "term_ends_on": term_ends_on}
        renewed = committee.appoint_member(member.programme, member.account, **term, **more, at=at, by=by)
        for row in calls:
            _ensure_seats_kept(row, renewed)
        audit.record(RENEW, renewed.id, at=at, by=by, before=member.id)
    return renewed


def _ensure_seats_kept(row: Recruitment, member: CommitteeMember) -> None:
    """The member already counts among those who sit. A term that is over before the call's begins takes nothing."""
    start = max(row.term_starts_on, member.appointed_on)
    of_route = [one for one in list_appointments(row.programme_id) if one.route == member.route]
    taken = most_enrolled(of_route, start, member.term_ends_on) if start < member.term_ends_on else 0
    if taken and taken + queries.count_promised(row, member.route) > ROUTE_SEATS[member.route]:
        raise rules.SeatsPromised


def recommend(
    row: Recruitment,
    *,
    area: Area,
    recommended_by: str,
    name: str,
    birth_year: int,
    sex: str,
    is_vulnerable: bool,
    at: datetime,
    by: Actor,
) -> Recommendation:
    """Raises WrongState for a draft and what was cancelled, BirthYearUnfit, DongSeatsTaken, and SexLimit where somebody
    who is known already would have to stay without a seat for it."""
    with transaction():
        if lock(row).state in (rules.DRAFT, rules.CANCELLED) or row.erased_at is not None:
            raise rules.WrongState(row.state, rules.CALLED)
        rules.ensure_birth_year(birth_year, row.term_starts_on)
        before = [one for one in queries.list_recommendations(row) if one.area_id == area.id]
        if sum(queries.holds_seat(one.member, seoul_day(at)) for one in before) >= row.per_dong:
            raise rules.DongSeatsTaken(row.per_dong)
        known = queries.outlook(row)
        if {"f": known.women, "m": known.men}[sex] >= SEX_MOST:
            raise SexLimit
        number = max((one.number for one in before), default=0) + 1
        told = {"name": name, "birth_year": birth_year, "sex": sex, "is_vulnerable": is_vulnerable}
        one = Recommendation(
            recruitment_id=row.id, area_id=area.id, number=number, recommended_by=recommended_by, entered_at=at, **told
        )
        db.session.add(one)
        db.session.flush()
        audit.record(RECOMMEND, row.id, at=at, by=by, recommendation=one.id, dong=area.code, number=one.number)
    return one


def remove_recommendation(one: Recommendation, *, at: datetime, by: Actor) -> None:
    """Raises RecommendedAlready."""
    with transaction():
        lock(one.recruitment)
        _ensure_not_appointed(lock(one))
        db.session.delete(one)
        audit.record(UNRECOMMEND, one.recruitment_id, at=at, by=by, recommendation=one.id)


def appoint_recommended(
    one: Recommendation,
    account: Account,
    *,
    office: str,
    appointed_on: date,
    term_ends_on: date,
    at: datetime,
    by: Actor,
) -> CommitteeMember:
    """Raises WrongState for what was cancelled, RecommendedAlready, and what appointing raises."""
    with transaction():
        row = lock(one.recruitment)
        if row.state == rules.CANCELLED:
            raise rules.WrongState(row.state, rules.CALLED)
        _ensure_not_appointed(lock(one))
        member = committee.appoint_member(
            row.programme,
            account,
            route="recommended",
            office=office,
            appointed_on=appointed_on,
            term_ends_on=term_ends_on,
            sex=one.sex,
            is_vulnerable=one.is_vulnerable,
            is_youth=one.birth_year is not None and _is_youth(one.birth_year, row),
            at=at,
            by=by,
        )
        one.member = member
        audit.record(APPOINT_RECOMMENDED, row.id, at=at, by=by, recommendation=one.id, member=member.id)
    return member


def _ensure_not_appointed(one: Recommendation) -> None:
    if one.member_id is not None or one.erased_at is not None:
        raise rules.RecommendedAlready


def count_traces(row: Recruitment) -> Erased:
    """What `erase` would erase."""
    return Erased(len(_list_told(row)), len(_list_named(row)))


def erase(row: Recruitment, *, at: datetime, by: Actor) -> Erased:
    """Numbers, states and the published draw stay; members are known by their appointment. Erasing twice changes
    nothing. Raises StillKept."""
    with transaction():
        if at < queries.erase_at(lock(row)):
            raise rules.StillKept
        if row.erased_at is not None:
            return Erased(0, 0)
        told, named = _list_told(row), _list_named(row)
        for application in told:
            _erase_application(application, at)
        for one in named:
            one.name, one.birth_year, one.sex, one.is_vulnerable, one.erased_at = None, None, None, False, at
        row.erased_at = at
        gone = Erased(len(told), len(named))
        audit.record(ERASE, row.id, at=at, by=by, **gone._asdict())
    return gone


def erase_due(*, at: datetime) -> Erased:
    """Of all calls whose period is over, each for itself."""
    gone = [erase(row, at=at, by=SYSTEM) for row in queries.list_to_erase(at)]
    return Erased(sum(one.applications for one in gone), sum(one.recommendations for one in gone))


def _list_told(row: Recruitment) -> list[Application]:
    return [one for one in queries.list_applications(row) if one.erased_at is None]


def _list_named(row: Recruitment) -> list[Recommendation]:
    return [one for one in queries.list_recommendations(row) if one.erased_at is None]


def _tell(one: Application, kind: str, at: datetime, **facts: str) -> None:
    """On the applicant's own pages; no audit line says whom."""
    about = About(programme_id=one.recruitment.programme_id, application_id=one.id)
    letters.tell(kind, Person(one.resident_id), about, at=at, **facts)


def _erase_application(one: Application, at: datetime) -> None:
    one.name = one.birth_year = one.sex = one.basis = one.area_id = one.phone = one.resident_id = None
    one.motive, one.reason, one.is_vulnerable, one.erased_at = "", "", False, at
    letters.take_away_application(one.id)


def _ensure_state(row: Recruitment, wanted: str) -> None:
    if row.state != wanted:
        raise rules.WrongState(row.state, wanted)


def _ensure_not_erased(row: Recruitment) -> None:
    if row.erased_at is not None:
        raise rules.ErasedAlready
