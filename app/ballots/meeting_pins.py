"""A member without a phone of their own votes on a shared tablet, with a one-time PIN from the officer at the door.

What is kept of a PIN and of the right that it gives are keyed hashes. No audit line here names a member, and the cast
takes the member's name off the PIN: there is no list of who voted on which tablet.
"""

import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from app.audit import services as audit
from app.audit.models import SYSTEM, Actor
from app.ballots import rules, services
from app.ballots import voter_queries as voters
from app.ballots.box import Put
from app.committee import queries as committee
from app.committee import tablet_rules as tablets
from app.committee.models import CommitteeMember, GeneralMeeting, MeetingPin, MeetingTablet
from app.database import db, lock, transaction
from app.people.models import Account
from app.rounds.rules import COMMITTEE

ISSUE = audit.declare("meeting_pin.issue", "meeting")
TRY = audit.declare("meeting_pin.try", "meeting", "tablet", "right")


def issue_pin(meeting: GeneralMeeting, member: CommitteeMember, *, key: str, at: datetime, by: Actor) -> str:
    """To be told to the member, and seen nowhere again; an earlier one of theirs is void.

    Raises what `committee.ensure_may_vote` raises, and AlreadyVoted.
    """
    with transaction():
        committee.ensure_may_vote(lock(meeting), member.account_id, at)
        if _has_voted(meeting.round_id, member.account):
            raise rules.AlreadyVoted
        mine = (MeetingPin.meeting_id == meeting.id) & (MeetingPin.member_id == member.id)
        db.session.execute(delete(MeetingPin).where(mine))
        pin = _unused_pin(meeting.id, key)
        row = MeetingPin(meeting_id=meeting.id, member_id=member.id, pin_key=_pin_key(key, meeting.id, pin))
        row.expires_at = at + tablets.PIN_LIFE
        db.session.add(row)
        audit.record(ISSUE, meeting.id, at=at, by=by)
    return pin


def _has_voted(round_id: int, account: Account) -> bool:
    key = voters.get_standing(round_id).voter_key(voters.identity_of(account))
    return voters.has_voted(round_id, COMMITTEE, key)


def _unused_pin(meeting_id: int, key: str) -> str:
    known = set(db.session.scalars(select(MeetingPin.pin_key).where(MeetingPin.meeting_id == meeting_id)))
    while True:
        pin = f"{secrets.randbelow(10**tablets.PIN_DIGITS):0{tablets.PIN_DIGITS}d}"
        if _pin_key(key, meeting_id, pin) not in known:
            return pin


def redeem_pin(tablet: MeetingTablet, typed: str, *, key: str, at: datetime) -> str:
    """The right to one ballot on this tablet, for as long as RIGHT_LIFE: a token that is nowhere else.

    A wrong PIN counts, and stays counted. Raises TabletUnknown, TabletLocked, PinWrong, PinUsed, PinExpired.
    """
    right = secrets.token_urlsafe(tablets.TOKEN_BYTES)
    with transaction():
        lock(tablet)
        _ensure_usable(tablet, at)
        pin = _find_pin(tablet.meeting_id, _pin_key(key, tablet.meeting_id, read_pin(typed)), at)
        if pin is None:
            _count_wrong(tablet, at)
        else:
            tablet.wrong_tries, tablet.locked_until = 0, None
            pin.tablet_id, pin.right_key = tablet.id, _right_key(key, right)
            pin.right_ends_at = at + tablets.RIGHT_LIFE
        audit.record(TRY, tablet.meeting_id, at=at, by=SYSTEM, tablet=tablet.id, right=pin is not None)
        left = tablets.TRIES - tablet.wrong_tries
    if pin is None:
        raise tablets.PinWrong(left)
    return right


def read_pin(typed: str) -> str:
    """The digits, however they are spaced."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed) if c.isdecimal())[: 2 * tablets.PIN_DIGITS]


def _ensure_usable(tablet: MeetingTablet, at: datetime) -> None:
    if tablet.ended_at is not None or tablet.use != tablets.BOOTH:
        raise tablets.TabletUnknown
    if tablet.locked_until is not None and at < tablet.locked_until:
        raise tablets.TabletLocked(tablet.locked_until)
    if tablet.locked_until is not None:  # the lock is over: the tries begin anew
        tablet.wrong_tries, tablet.locked_until = 0, None


def _find_pin(meeting_id: int, pin_key: str, at: datetime) -> MeetingPin | None:
    """Raises PinUsed, PinExpired."""
    pin = db.session.scalar(
        select(MeetingPin)
        .where(MeetingPin.meeting_id == meeting_id, MeetingPin.pin_key == pin_key)
        .with_for_update(of=MeetingPin)
    )
    if pin is not None and pin.right_key is not None:
        raise tablets.PinUsed
    if pin is not None and at >= pin.expires_at:
        raise tablets.PinExpired
    return pin


def _count_wrong(tablet: MeetingTablet, at: datetime) -> None:
    tablet.wrong_tries += 1
    if tablet.wrong_tries >= tablets.TRIES:
        tablet.locked_until = at + tablets.LOCKED_FOR


def find_voter(tablet: MeetingTablet, right: str, *, key: str, at: datetime) -> Account | None:
    """Whose right this is on this tablet, while it lasts."""
    member = db.session.scalar(
        select(CommitteeMember)
        .join(MeetingPin, MeetingPin.member_id == CommitteeMember.id)
        .where(*_good(tablet, right, key, at))
    )
    return member.account if member else None


def cast_with_right(
    tablet: MeetingTablet, right: str, choices: Sequence[str], *, token: str, key: str, at: datetime
) -> Put:
    """The member's one ballot, cast as on a phone of their own; the right goes with it, or stays with what is refused.

    Raises RightEnded, and what `cast_as_member` raises.
    """
    account = find_voter(tablet, right, key=key, at=at)
    if account is None:
        raise tablets.RightEnded
    spend = update(MeetingPin).where(*_good(tablet, right, key, at)).values(member_id=None).returning(MeetingPin.id)
    with transaction():
        round_id = committee.general_meeting_of(tablet).round_id
        put = services.cast_as_member(round_id, account, choices, token=token, channel=rules.TABLET)
        if db.session.scalar(spend) is None:  # a newer PIN was issued meanwhile
            raise tablets.RightEnded
    return put


def _good(tablet: MeetingTablet, right: str, key: str, at: datetime) -> tuple[object, ...]:
    return (
        MeetingPin.right_key == _right_key(key, right),
        MeetingPin.tablet_id == tablet.id,
        MeetingPin.right_ends_at > at,
        MeetingPin.member_id.is_not(None),
    )


def _pin_key(key: str, meeting_id: int, pin: str) -> str:
    return tablets.keyed(key, "pin", meeting_id, pin)


def _right_key(key: str, right: str) -> str:
    return tablets.keyed(key, "right", right)
