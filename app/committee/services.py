"""Appointments; the general meeting from its plan to its end, and of every other meeting the door, opening and end."""

from datetime import date, datetime

from sqlalchemy import delete

from app import clock
from app.audit import services as audit
from app.audit.models import SYSTEM, Actor
from app.clock import seoul_day
from app.committee import agenda_rules, queries, rules
from app.committee.invitations import send
from app.committee.models import Attendance, CommitteeMember, GeneralMeeting, Meeting, MeetingPin
from app.committee.subcommittee_rules import ensure_standing
from app.committee.telling import tell_body, tell_member
from app.database import db, hold, lock, transaction
from app.notices import kinds
from app.notices.letter_services import settle
from app.people.models import COMMITTEE_ROLE, Account
from app.people.services import revoke_role
from app.programmes.models import Programme
from app.rounds import rules as rounds
from app.rounds.models import Round

APPOINT = audit.declare(
    "member.appoint", "committee_member", "programme", "account", "route", "office", "appointed_on", "term_ends_on"
)
DISMISS = audit.declare("member.dismiss", "committee_member", "on", "ground", "reason")
OVER = audit.declare("member.over", "committee_member", "roles")
PLAN = audit.declare("meeting.plan", "meeting", "round", "place", "starts_at", "notice_days")
MOVE = audit.declare("meeting.move", "meeting", "place", "starts_at", "notice_days", "signed_out")
ARRIVE = audit.declare("meeting.arrive", "meeting", "member")
LEAVE = audit.declare("meeting.leave", "meeting", "member")
OPEN = audit.declare("meeting.open", "meeting", "enrolled", "present")
SHORT_NOTICE = audit.declare("meeting.short_notice", "meeting", "reason")
NOT_HELD = audit.declare("meeting.not_held", "meeting", "enrolled", "present")
CANCEL = audit.declare("meeting.cancel", "meeting", "reason", "signed_out")
END = audit.declare("meeting.end", "meeting", "enrolled", "present", "quorate")


def appoint_member(
    programme: Programme,
    account: Account,
    *,
    route: str,
    office: str,
    appointed_on: date,
    term_ends_on: date,
    sex: str | None = None,
    is_vulnerable: bool = False,
    is_youth: bool = False,
    at: datetime,
    by: Actor,
) -> CommitteeMember:
    """위촉. Raises TermBackwards, TermTooLong, NotAMember (no committee role in this programme), AlreadyEnrolled,
    RenewedAlready, SeatsTaken, RouteSeatsTaken, SexLimit."""
    with transaction():
        lock(programme)
        db.session.refresh(account, ["roles"])
        rules.ensure_term(appointed_on, term_ends_on)
        if not any(grant.role == COMMITTEE_ROLE and grant.programme_id == programme.id for grant in account.roles):
            raise rules.NotAMember
        _ensure_seat(programme, account, appointed_on, term_ends_on)
        _ensure_balance(programme, route, sex, appointed_on, term_ends_on)
        member = CommitteeMember(
            programme_id=programme.id,
            account_id=account.id,
            route=route,
            office=office,
            appointed_on=appointed_on,
            term_ends_on=term_ends_on,
            sex=sex,
            is_vulnerable=is_vulnerable,
            is_youth=is_youth,
        )
        db.session.add(member)
        db.session.flush()
        audit.record(
            APPOINT,
            member.id,
            at=at,
            by=by,
            programme=programme.slug,
            account=account.id,
            route=route,
            office=office,
            appointed_on=appointed_on.isoformat(),
            term_ends_on=term_ends_on.isoformat(),
        )
        tell_member(member, kinds.APPOINTED, at=at, term=f"{appointed_on.isoformat()}/{term_ends_on.isoformat()}")
    return member


def _ensure_seat(programme: Programme, account: Account, start: date, end: date) -> None:
    terms = queries.list_appointments(programme.id)
    own = [term for term in terms if term.account_id == account.id]
    if rules.most_enrolled(own, start, end):
        raise rules.AlreadyEnrolled
    rules.ensure_renewable(own, start, end)
    if rules.most_enrolled(terms, start, end) >= rules.SEATS:
        raise rules.SeatsTaken


def _ensure_balance(programme: Programme, route: str, sex: str | None, start: date, end: date) -> None:
    """What the ordinance lets nobody break. The share among those who sit now is shown and warned of instead: on the
    way to a full committee it is always out of balance once."""
    terms = queries.list_appointments(programme.id)
    of_route = [term for term in terms if term.route == route]
    if rules.most_enrolled(of_route, start, end) >= rules.ROUTE_SEATS[route]:
        raise rules.RouteSeatsTaken(route)
    of_sex = [term for term in terms if sex is not None and term.sex == sex]
    if rules.most_enrolled(of_sex, start, end) >= rules.SEX_MOST:
        raise rules.SexLimit


def dismiss_member(member: CommitteeMember, *, on: date, ground: str, reason: str, at: datetime, by: Actor) -> None:
    """해촉, on one of DISMISSAL_GROUNDS: from this day the seat is free and the member no longer counts; on the day on
    which the term begins, it never held. Dismissed by today and with no other seat, the account loses the committee's
    role with it: it reads and scores nothing any more. Raises NotAMember, TermBackwards."""
    with transaction():
        lock(member.programme)
        lock(member)
        if member.dismissed_on is not None or on >= member.term_ends_on:
            raise rules.NotAMember
        if on < member.appointed_on:
            raise rules.TermBackwards
        member.dismissed_on, member.dismissal_ground = on, ground
        audit.record(DISMISS, member.id, at=at, by=by, on=on.isoformat(), ground=ground, reason=reason)
        tell_member(member, kinds.DISMISSED, at=at, dismissed_on=on, ground=ground)
        if on <= seoul_day(at):
            _end_role(member, at, by)


def end_terms(*, at: datetime) -> int:
    """Of every seat that is over, its term or by a dismissal of today, once: without another seat the account loses the
    role with it, as at a dismissal. What it did in office stays. How many seats there were. A role given anew, for a
    term to come, is nobody's to take."""
    over = queries.list_newly_over(seoul_day(at))
    for member in over:
        with transaction():
            lock(member.programme)  # nobody is appointed meanwhile
            if lock(member).role_settled_at is None:
                audit.record(OVER, member.id, at=at, by=SYSTEM, roles=_end_role(member, at, SYSTEM))
    return len(over)


def _end_role(member: CommitteeMember, at: datetime, by: Actor) -> int:
    """How many grants were taken."""
    member.role_settled_at = at
    db.session.flush()
    if queries.is_appointed(member.programme_id, member.account_id, seoul_day(at)):
        return 0
    here = COMMITTEE_ROLE, member.programme_id
    grants = [grant for grant in member.account.roles if (grant.role, grant.programme_id) == here]
    for grant in grants:
        revoke_role(member.account, grant.id, at=at, by=by)
    return len(grants)


def plan_meeting(
    round_: Round,
    *,
    place: str,
    starts_at: datetime,
    notice_days: int = agenda_rules.USUAL_NOTICE_DAYS,
    at: datetime,
    by: Actor,
) -> GeneralMeeting:
    """Raises MeetingPlanned, OutsidePhase when the committee could not vote at that hour."""
    with transaction():
        lock(round_)
        if queries.find_meeting(round_.id) is not None:
            raise rules.MeetingPlanned
        rounds.ensure_running(round_.phases, rounds.COMMITTEE_VOTE, starts_at)
        given = {"place": place, "starts_at": starts_at, "notice_days": notice_days}
        meeting = GeneralMeeting(programme_id=round_.programme_id, round_id=round_.id, **given)
        db.session.add(meeting)
        db.session.flush()
        audit.record(PLAN, meeting.id, at=at, by=by, round=round_.id, **{**given, "starts_at": starts_at.isoformat()})
    return meeting


def move_meeting(
    meeting: GeneralMeeting,
    *,
    place: str,
    starts_at: datetime,
    notice_days: int | None = None,
    at: datetime,
    by: Actor,
) -> None:
    """Another place or hour, until it is opened; one that was called off is planned again. Who was invited is invited
    anew, and the notice begins again; another number of days alone invites nobody. Whoever had signed in has not come
    to what is held now. Raises WrongState, OutsidePhase, NoticeLowered, and what `send` raises."""
    with transaction():
        was_cancelled = lock(meeting).state == rules.CANCELLED
        if meeting.state != rules.PLANNED:
            rules.ensure_may_become(meeting.state, rules.PLANNED)
        rounds.ensure_running(meeting.round.phases, rounds.COMMITTEE_VOTE, starts_at)
        meeting.state, meeting.cancelled_at, meeting.cancel_reason = rules.PLANNED, None, None
        moves = was_cancelled or (meeting.place, meeting.starts_at) != (place, starts_at)
        days = meeting.notice_days if notice_days is None else notice_days
        if not moves and meeting.invitation is not None:
            agenda_rules.ensure_not_lowered(meeting.notice_days, days)
        meeting.place, meeting.starts_at, meeting.notice_days = place, starts_at, days
        facts = {"place": place, "starts_at": starts_at.isoformat(), "notice_days": days}
        audit.record(MOVE, meeting.id, at=at, by=by, signed_out=sign_all_out(meeting) if moves else 0, **facts)
        if moves and meeting.invitation is not None:
            send(meeting, at=at, by=by)


def sign_all_out(meeting: Meeting) -> int:
    """Of a meeting that moves, within the caller's transaction: how many had signed in."""
    gone = list(meeting.attendances)
    for attendance in gone:
        db.session.delete(attendance)
    db.session.flush()
    db.session.expire(meeting, ["attendances"])
    return len(gone)


def record_arrival(meeting: Meeting, member: CommitteeMember, *, at: datetime, by: Actor) -> None:
    """At the door; whoever comes back keeps the hour of first arrival. Saying it twice changes nothing.

    Raises WrongState when the meeting has ended, NotSummoned, NotTheDay.
    """
    with transaction():
        _hold_the_door(meeting, member, at)
        if meeting.state == rules.PLANNED and seoul_day(at) < seoul_day(meeting.starts_at):
            raise rules.NotTheDay
        attendance = db.session.get(Attendance, (meeting.id, member.id))
        if attendance is not None and attendance.left_at is None:
            return
        if attendance is None:
            db.session.add(Attendance(meeting_id=meeting.id, member_id=member.id, arrived_at=at))
        else:
            attendance.left_at = None
        audit.record(ARRIVE, meeting.id, at=at, by=by, member=member.id)


def record_leaving(meeting: Meeting, member: CommitteeMember, *, at: datetime, by: Actor) -> None:
    """Raises WrongState when the meeting has ended, NotSummoned, NotPresent."""
    with transaction():
        _hold_the_door(meeting, member, at)
        attendance = db.session.get(Attendance, (meeting.id, member.id))
        if attendance is None or attendance.left_at is not None:
            raise rules.NotPresent
        attendance.left_at = max(at, attendance.arrived_at)
        audit.record(LEAVE, meeting.id, at=at, by=by, member=member.id)


def _hold_the_door(meeting: Meeting, member: CommitteeMember, at: datetime) -> None:
    lock(meeting)
    if meeting.state in (rules.ENDED, rules.NOT_HELD, rules.CANCELLED):
        raise rules.WrongState(meeting.state, rules.OPEN)
    if not queries.is_summoned(meeting, member, seoul_day(at)):
        raise rules.NotSummoned


def open_meeting(meeting: Meeting, *, short_notice: str = "", at: datetime, by: Actor) -> None:
    """개회 (ordinance 재적 과반), a general meeting while the committee may vote: once, and its agenda is frozen.
    `short_notice`: why it is opened although the invitation came too late; it stands in the minutes.

    Raises WrongState, OutsidePhase, NoticeTooShort, BallotMissing, SubcommitteeOver, NoQuorum, and WrongState of the
    round while there is no ballot."""
    with transaction():
        lock(meeting)
        rules.ensure_may_become(meeting.state, rules.OPEN)
        if isinstance(meeting, GeneralMeeting):
            _ensure_published(meeting.round)
            rounds.ensure_running(meeting.round.phases, rounds.COMMITTEE_VOTE, at)
            _ensure_agenda(meeting)
        if meeting.subcommittee is not None:
            hold(meeting.subcommittee)  # nobody joins or leaves while its quorum is counted
            ensure_standing(meeting.subcommittee, seoul_day(at))
        queries.ensure_quorum(meeting, at)
        _account_for_notice(meeting, short_notice, at, by)
        here = queries.presence(meeting, at)
        meeting.state, meeting.opened_at = rules.OPEN, at
        meeting.enrolled_at_open, meeting.present_at_open = here.enrolled, here.present
        audit.record(OPEN, meeting.id, at=at, by=by, enrolled=here.enrolled, present=here.present)


def _ensure_agenda(meeting: GeneralMeeting) -> None:
    items = queries.list_items(meeting)
    if items and all(item.kind != agenda_rules.BALLOT for item in items):
        raise agenda_rules.BallotMissing


def _account_for_notice(meeting: Meeting, reason: str, at: datetime, by: Actor) -> None:
    try:
        queries.ensure_notice(meeting, at)
    except agenda_rules.NoticeTooShort:
        if not reason:
            raise
        meeting.short_notice = reason
        audit.record(SHORT_NOTICE, meeting.id, at=at, by=by, reason=reason)


def end_meeting(meeting: Meeting, *, at: datetime, by: Actor) -> None:
    """폐회. A meeting that has lost its quorum can still be ended; the record says so. PINs that were handed out go
    with it. Raises WrongState, OtherItemUp while an item is under discussion."""
    with transaction():
        lock(meeting)
        if queries.find_item_up(meeting) is not None:
            raise agenda_rules.OtherItemUp
        here = _close(meeting, rules.ENDED, at)
        db.session.execute(delete(MeetingPin).where(MeetingPin.meeting_id == meeting.id))
        audit.record(
            END, meeting.id, at=at, by=by, enrolled=here.enrolled, present=here.present, quorate=here.is_quorate
        )


def cancel_meeting(meeting: Meeting, *, reason: str, at: datetime, by: Actor) -> None:
    """Called off before it was opened: nothing was decided, and no vote was cast. Everybody who was invited is told; a
    general meeting can be planned again (`move_meeting`). Raises WrongState."""
    with transaction():
        if lock(meeting).state != rules.PLANNED:
            raise rules.WrongState(meeting.state, rules.PLANNED)
        meeting.state, meeting.cancelled_at, meeting.cancel_reason = rules.CANCELLED, at, reason
        audit.record(CANCEL, meeting.id, at=at, by=by, reason=reason, signed_out=sign_all_out(meeting))
        if meeting.invitation is not None:
            settle(*kinds.OF_INVITATION, kinds.AGENDA_CHANGED, meeting_id=meeting.id)
            tell_body(meeting, kinds.MEETING_CANCELLED, at=at, starts_at=meeting.starts_at.isoformat())


def record_not_held(meeting: Meeting, *, at: datetime, by: Actor) -> None:
    """유회: nobody opened the meeting. The committee's phase is over by the database's clock, as for a cast, and the
    round can be closed without the committee's votes; of another meeting its hour has come. Raises WrongState (of the
    meeting, or of the round while there is no ballot), MayStillMeet."""
    with transaction():
        lock(meeting)
        if meeting.state == rules.CANCELLED and not isinstance(meeting, GeneralMeeting):
            raise rules.WrongState(meeting.state, rules.NOT_HELD)
        here = _close(meeting, rules.NOT_HELD, at)
        meeting.cancelled_at = meeting.cancel_reason = None
        if isinstance(meeting, GeneralMeeting):
            _ensure_phase_is_over(meeting.round)
        elif at < meeting.starts_at:
            raise rules.MayStillMeet
        audit.record(NOT_HELD, meeting.id, at=at, by=by, enrolled=here.enrolled, present=here.present)


def _ensure_phase_is_over(round_: Round) -> None:
    _ensure_published(round_)
    period = rounds.find_period(round_.phases, rounds.COMMITTEE_VOTE)
    if period is not None and clock.database_now(db.session) < period.ends_at:
        raise rules.MayStillMeet


def _ensure_published(round_: Round) -> None:
    """Before, the phases can still be moved, and a meeting that was over would have come too early."""
    if round_.state != rounds.BALLOT_PUBLISHED:
        raise rounds.WrongState(round_.state, rounds.BALLOT_PUBLISHED)


def _close(meeting: Meeting, state: str, at: datetime) -> queries.Presence:
    rules.ensure_may_become(meeting.state, state)
    here = queries.presence(meeting, at)
    meeting.state, meeting.ended_at = state, at
    meeting.enrolled_at_close, meeting.present_at_close = here.enrolled, here.present
    return here
