"""The agenda, item by item: put together until the meeting is opened, then gone through with a quorum at every step."""

from collections.abc import Collection, Sequence
from datetime import datetime

from app.audit import services as audit
from app.audit.models import Actor
from app.committee import agenda_rules as rules
from app.committee import queries
from app.committee.models import AgendaChange, AgendaItem, ItemAttendance, Meeting
from app.committee.queries import Presence
from app.committee.rules import GENERAL, OPEN, PLANNED, MeetingNotOpen, NoQuorum
from app.committee.telling import tell_body
from app.database import db, lock, transaction
from app.notices import kinds
from app.notices.letter_services import settle

ADD = audit.declare("agenda.add", "meeting", "item", "kind", "title", "reason")
REMOVE = audit.declare("agenda.remove", "meeting", "item", "title", "reason")
ORDER = audit.declare("agenda.order", "meeting", "items", "reason")
BEGIN = audit.declare("agenda.begin", "agenda_item", "enrolled", "present")
CLOSE = audit.declare("agenda.close", "agenda_item", "enrolled", "present", "quorate")
DECIDE = audit.declare(
    "agenda.decide", "agenda_item", "enrolled", "present", "recused", "for", "against", "abstained", "outcome"
)


def add_item(meeting: Meeting, *, kind: str, title: str, reason: str = "", at: datetime, by: Actor) -> AgendaItem:
    """At the end of the agenda. `reason`: of any change after the invitation; it stands in the minutes.
    Raises AgendaFrozen, AgendaAnnounced, BallotElsewhere, BallotOnAgenda."""
    with transaction():
        _ensure_unfrozen(meeting)
        items = queries.list_items(meeting)
        if kind == rules.BALLOT:
            _ensure_ballot_fits(meeting, items)
        place = max((item.position for item in items), default=0) + 1
        item = AgendaItem(meeting_id=meeting.id, position=place, kind=kind, title=title, added_at=at)
        db.session.add(item)
        said = _account_for_change(meeting, rules.ADD, title, reason, at)
        db.session.flush()
        audit.record(ADD, meeting.id, at=at, by=by, item=item.id, kind=kind, title=title, reason=said)
    return item


def _ensure_ballot_fits(meeting: Meeting, items: Sequence[AgendaItem]) -> None:
    if meeting.kind != GENERAL:
        raise rules.BallotElsewhere
    if any(item.kind == rules.BALLOT for item in items):
        raise rules.BallotOnAgenda


def remove_item(item: AgendaItem, *, reason: str = "", at: datetime, by: Actor) -> None:
    """Raises AgendaFrozen, AgendaAnnounced."""
    with transaction():
        meeting = item.meeting
        _ensure_unfrozen(meeting)
        said = _account_for_change(meeting, rules.REMOVE, item.title, reason, at)
        db.session.delete(item)
        audit.record(REMOVE, meeting.id, at=at, by=by, item=item.id, title=item.title, reason=said)


def move_item(item: AgendaItem, *, up: bool, reason: str = "", at: datetime, by: Actor) -> None:
    """One place up or down; at the end of the list it stays. Raises AgendaFrozen, AgendaAnnounced."""
    with transaction():
        meeting = item.meeting
        _ensure_unfrozen(meeting)
        said = _account_for_change(meeting, rules.ORDER, item.title, reason, at)
        items = {one.id: one for one in queries.list_items(meeting)}
        order = rules.moved(list(items), item.id, up)
        for place, one in enumerate(order, start=1):
            items[one].position = place
        audit.record(ORDER, meeting.id, at=at, by=by, items=" ".join(map(str, order)), reason=said)


def _ensure_unfrozen(meeting: Meeting) -> None:
    if lock(meeting).state != PLANNED:
        raise rules.AgendaFrozen


def _account_for_change(meeting: Meeting, act: str, title: str, reason: str, at: datetime) -> str | None:
    """The reason that is kept: none before the invitation. Raises AgendaAnnounced."""
    if meeting.invitation is None:
        return None
    if not reason:
        raise rules.AgendaAnnounced
    number = len(meeting.agenda_changes) + 1
    change = AgendaChange(number=number, changed_at=at, act=act, title=title, reason=reason)
    meeting.agenda_changes.append(change)
    if act != rules.ORDER:
        settle(kinds.AGENDA_CHANGED, meeting_id=meeting.id)  # one mail tells of all that changed
        tell_body(meeting, kinds.AGENDA_CHANGED, at=at)
    return reason


def begin_item(item: AgendaItem, *, at: datetime, by: Actor) -> None:
    """상정. Raises MeetingNotOpen, ItemWrongState, OtherItemUp, NoQuorum."""
    with transaction():
        meeting = _hold_the_floor(item, rules.UNDER_DISCUSSION)
        if queries.find_item_up(meeting) is not None:
            raise rules.OtherItemUp
        queries.ensure_quorum(meeting, at)
        here = queries.presence(meeting, at)
        item.state, item.begun_at, item.present_at_begin = rules.UNDER_DISCUSSION, at, here.present
        audit.record(BEGIN, item.id, at=at, by=by, enrolled=here.enrolled, present=here.present)


def decide_item(
    item: AgendaItem, hands: rules.Hands, *, recused: Collection[int] = (), at: datetime, by: Actor
) -> None:
    """의결, by a majority of those present. `recused`: ids of present members who step aside for this item; they are
    counted neither for the quorum nor among those present. (2013: with 18 of 40 nothing is decided.)

    Raises MeetingNotOpen, ItemWrongState, NotToBeDecided, NotThere, NoQuorum, HandsDoNotAddUp."""
    with transaction():
        meeting = _hold_the_floor(item, rules.CLOSED)
        if item.kind != rules.DECISION:
            raise rules.NotToBeDecided
        present = _list_present(meeting, recused, at)
        here = Presence(queries.presence(meeting, at).enrolled, len(present) - len(set(recused)))
        if not here.is_quorate:
            raise NoQuorum(here.present, here.needed, here.enrolled)
        outcome = rules.outcome_of(hands, here.present)
        _close(item, here, present, recused, at)
        item.outcome = outcome
        item.votes_for, item.votes_against, item.abstained = hands.votes_for, hands.votes_against, hands.abstained
        facts = {"enrolled": here.enrolled, "present": len(present), "recused": len(set(recused))}
        counted = {"for": hands.votes_for, "against": hands.votes_against, "abstained": hands.abstained}
        audit.record(DECIDE, item.id, at=at, by=by, **facts, **counted, outcome=outcome)


def close_item(item: AgendaItem, *, at: datetime, by: Actor) -> None:
    """A report was heard, the ballot is over, or nothing was decided. It can be done without a quorum, and the record
    says so. Raises MeetingNotOpen, ItemWrongState."""
    with transaction():
        meeting = _hold_the_floor(item, rules.CLOSED)
        here = queries.presence(meeting, at)
        _close(item, here, _list_present(meeting, (), at), (), at)
        audit.record(
            CLOSE, item.id, at=at, by=by, enrolled=here.enrolled, present=here.present, quorate=here.is_quorate
        )


def _hold_the_floor(item: AgendaItem, wanted: str) -> Meeting:
    """Whoever comes, leaves or casts meanwhile waits: all of them ask the meeting's row first."""
    meeting = lock(item.meeting)
    db.session.refresh(item)
    if meeting.state != OPEN:
        raise MeetingNotOpen
    rules.ensure_item_may_become(item.state, wanted)
    return meeting


def _list_present(meeting: Meeting, recused: Collection[int], at: datetime) -> list[int]:
    """Ids of all who are there. Raises NotThere."""
    present = [member.id for member in queries.list_present(meeting, at)]
    if not set(recused) <= set(present):
        raise rules.NotThere
    return present


def _close(item: AgendaItem, here: Presence, present: list[int], recused: Collection[int], at: datetime) -> None:
    """`here`: the presence without those recused. The row is written at once: once closed, it is frozen."""
    item.attendances = [ItemAttendance(member_id=one, is_recused=one in recused) for one in present]
    item.state, item.closed_at = rules.CLOSED, at
    item.enrolled, item.present, item.may_vote = here.enrolled, len(present), here.present
