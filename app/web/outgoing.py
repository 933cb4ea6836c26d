"""What is told besides on the site: each delivery that is due becomes a part of a message, in the person's language and
as they want it, or of none. `flask tick` does so; `app.notices.services` sends the messages.

A number or an address is looked up when the message is made, and not while its channel's server is away: then the
delivery waits, and holds neither.
"""

import hmac
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import partial
from typing import NamedTuple

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import SQLAlchemyError

from app.adapters import mail
from app.config import Config
from app.notices import delivery_queries as queries
from app.notices import delivery_rules as rules
from app.notices import delivery_services as services
from app.notices import letter_rules as letters
from app.notices.delivery_rules import DIGEST, MAIL, SMS, Person, Reach
from app.notices.letter_models import Delivery, Notice, NoticeWish
from app.notices.queries import count_patient_sms, find_shut_until
from app.notices.rules import CHANNELS
from app.people import addresses, identity
from app.people import queries as people
from app.people.rules import NotAMobileNumber
from app.web import letter_view as view
from app.web.filters import speaking
from app.web.letter_pages import page_of
from app.web.unsubscribing import address_for
from app.web.words import said

WITHOUT_ADDRESS = "http://localhost"  # the demo's, on whoever's machine it is
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)


class Desk(NamedTuple):
    """All that is known of the persons whose deliveries lie here, and of what these are about."""

    wishes: Mapping[Person, NoticeWish]
    phones: Mapping[Person, str]
    addresses: Mapping[Person, str]
    subjects: view.Subjects

    def reach(self, person: Person) -> Reach:
        wish = self.wishes.get(person)
        is_stopped = wish is not None and wish.mail_stopped_at is not None
        return Reach(person in self.phones, person in self.addresses and not is_stopped, is_stopped)

    def way(self, notice: Notice) -> str:
        wish, kind = self.wishes.get(notice.person), letters.KINDS[notice.kind]
        chosen = wish.ways.get(notice.kind) if wish is not None else None
        return rules.way_of(chosen, kind.is_urgent, kind.has_sms, self.reach(notice.person))

    def language(self, person: Person) -> str:
        return self.wishes[person].language if person in self.wishes else "ko"


def pack_due(at: datetime) -> int:
    """How many messages were made."""
    shut = [channel for channel in CHANNELS if find_shut_until(at, channel) is not None]
    due = queries.list_due(at, shut)
    if not due:
        return 0
    with current_app.test_request_context(base_url=config().site_origin or WITHOUT_ADDRESS):
        return _pack(due, at)


def _pack(due: Sequence[Delivery], at: datetime) -> int:
    """All is read and written out before the first is stored: what comes then may be taken away meanwhile."""
    desk = open_desk([one.notice for one in due])
    judged = [(one, *_judge(one, desk, at)) for one in due]
    fates = {one.id: fate for one, fate, _parcel in judged}
    digests = {one.notice.person for one, fate, _parcel in judged if fate == Fate.DIGEST}
    parcels = [(one.id, one.notice.person, parcel) for one, _fate, parcel in judged if parcel is not None]
    services.drop(_of(fates, Fate.NEVER), at=at)
    services.postpone(
        _of(fates, Fate.LATER), rules.next_digest(at, config().outgoing.digest_hour), is_digest=True, at=at
    )
    services.postpone(_of(fates, Fate.NIGHT), rules.by_day(at), at=at)
    services.postpone(_of(fates, Fate.BROKEN), at + AN_HOUR, at=at)
    return _pack_parcels(parcels, at) + sum(_pack_digest(person, at) for person in digests)


def _pack_parcels(parcels: Iterable[tuple[int, Person, services.Parcel]], at: datetime) -> int:
    """What is beyond a day's SMS makes room for what comes after it, and is looked at again in an hour."""
    made, over = 0, []
    for delivery_id, person, parcel in parcels:
        if parcel.channel == SMS and not may_text(at):
            over.append(delivery_id)
        else:
            put_in = partial(_put_in, [delivery_id], person, parcel, at)
            made += _try([delivery_id], put_in, at)
    services.postpone(over, at + AN_HOUR, at=at)
    return made


def _pack_digest(person: Person, at: datetime) -> bool:
    whole = queries.list_of_digest(person, at)
    if not whole:
        return False
    ids = [one.id for one in whole]
    return _try(ids, lambda: _put_in(ids, person, digest_of(whole, person), at), at, is_digest=True)


def _try(delivery_ids: Collection[int], put_in: Callable[[], bool], at: datetime, *, is_digest: bool = False) -> bool:
    """What cannot be made keeps nothing else from going, and is looked at again in an hour."""
    try:
        return put_in()
    except SQLAlchemyError:
        raise
    except Exception as error:
        _note(delivery_ids, error)
        services.postpone(delivery_ids, at + AN_HOUR, is_digest=is_digest, at=at)
        return False


def _note(delivery_ids: Collection[int], error: Exception) -> None:
    """Not what the error says: it may hold words of somebody, or a number."""
    current_app.logger.error("deliveries %s: %s", list(delivery_ids), type(error).__name__)


def _put_in(delivery_ids: Collection[int], person: Person, parcel: services.Parcel, at: datetime) -> bool:
    """Whether a message was made: not to an address that they have removed, or replaced, since it was looked up."""

    def is_theirs() -> bool:
        return parcel.channel == SMS or addresses.find(person, key=config().identity_key) == parcel.recipient

    return services.pack(delivery_ids, person, parcel, is_theirs=is_theirs, at=at) is not None


class Fate(Enum):
    """What becomes of a delivery that is due."""

    AT_ONCE = auto()
    DIGEST = auto()  # with the others of the day
    LATER = auto()  # in the next digest
    NIGHT = auto()  # in the morning
    NEVER = auto()
    BROKEN = auto()  # nothing can be made of it now


def _of(fates: Mapping[int, Fate], wanted: Fate) -> list[int]:
    return [delivery_id for delivery_id, fate in fates.items() if fate == wanted]


def _judge(one: Delivery, desk: Desk, at: datetime) -> tuple[Fate, services.Parcel | None]:
    """Its fate, and what goes if it goes at once."""
    try:
        fate = _fate(one, desk, at)
        return fate, parcel_of(one, desk) if fate == Fate.AT_ONCE else None
    except SQLAlchemyError:
        raise
    except Exception as error:
        _note([one.id], error)
        return Fate.BROKEN, None


def _fate(one: Delivery, desk: Desk, at: datetime) -> Fate:
    way, ends_at = desk.way(one.notice), letters.untrue_at(one.notice.kind, one.notice.facts)
    if ends_at is not None and ends_at <= at:
        return Fate.NEVER
    if way == rules.NONE or (one.channel == SMS) != (way == SMS):
        return Fate.NEVER
    if way == DIGEST:
        return Fate.DIGEST if one.is_digest else Fate.LATER
    return Fate.NIGHT if way == SMS and rules.by_day(at) != at else Fate.AT_ONCE


def open_desk(notices: Collection[Notice]) -> Desk:
    persons = {one.person for one in notices}
    key = config().identity_key
    has_mail = mail.mailer() is not None
    return Desk(
        queries.map_wishes(persons),
        phones_of(persons),
        addresses.map_addresses(persons, key=key) if has_mail else {},
        view.subjects_of(notices),
    )


def phones_of(persons: Iterable[Person]) -> dict[Person, str]:
    """Of residents who left one to be reached by, if it is that which they signed in with: of any other nobody knows
    whose it is. E.164."""
    found, key = {}, config().identity_key
    ids = [one.resident_id for one in persons if one.resident_id is not None]
    for resident in people.list_residents(ids):
        try:
            phone = identity.normalise_phone(resident.phone or "")
        except NotAMobileNumber:
            continue
        if hmac.compare_digest(identity.phone_key(key, phone), resident.phone_key):
            found[Person(resident.id)] = phone
    return found


def parcel_of(one: Delivery, desk: Desk) -> services.Parcel:
    notice, person = one.notice, one.notice.person
    expires_at = letters.untrue_at(notice.kind, notice.facts)
    with speaking(desk.language(person)):
        wording, values = view.wording_of(notice, desk.subjects), view.values_of(notice, desk.subjects)
        if one.channel == SMS:
            words = letters.fit_sms(said(wording, "sms"), values)
            return services.Parcel(SMS, desk.phones[person], words, expires_at=expires_at)
        subject = letters.fill(said(wording, "subject"), values)
        parts = [(letters.fill(said(wording, "body"), values), outside(notice))]
        return _mail(desk, person, subject, "", parts)._replace(expires_at=expires_at)


def digest_of(whole: Sequence[Delivery], person: Person) -> services.Parcel:
    notices = [one.notice for one in whole]
    desk = open_desk(notices)
    with speaking(desk.language(person)):
        subject = ngettext("[한표] 알림 %(num)d개", "[한표] 알림 %(num)d개", len(notices))
        lead = _("하루 동안의 알림을 모아 보내 드립니다.")
        return _mail(desk, person, subject, lead, [(view.read(one, desk.subjects), outside(one)) for one in notices])


def outside(notice: Notice) -> str:
    """The whole address of its page."""
    return f"{(config().site_origin or WITHOUT_ADDRESS).rstrip('/')}{page_of(notice)}"


def _mail(desk: Desk, person: Person, subject: str, lead: str, parts: Sequence[tuple[str, str]]) -> services.Parcel:
    unsubscribe = address_for(person)
    body = write_mail(person, lead, parts, unsubscribe)
    return services.Parcel(MAIL, desk.addresses[person], body, subject, unsubscribe)


def write_mail(person: Person, lead: str, parts: Sequence[tuple[str, str]], unsubscribe: str) -> str:
    """Plain text: each notice and the page that it leads to, and how to get no more of them."""
    page = "resident.notice_settings" if person.resident_id is not None else "public.account_notice_settings"
    lines = [lead, ""] if lead else []
    for words, url in parts:
        lines += [words, url, ""]
    lines += [
        _("알림을 메일로 받기로 하셔서 보내 드렸습니다. 이 메일에는 답장하실 수 없습니다."),
        _("알림 받기 설정: %(url)s", url=url_for(page, _external=True)),
        _("메일 그만 받기: %(url)s", url=unsubscribe),
    ]
    return "\n".join(lines) + "\n"


def may_text(at: datetime) -> bool:
    """Whether one more SMS may go that is no code."""
    return count_patient_sms(at - A_DAY) < config().outgoing.sms_per_day


def config() -> Config:
    found: Config = current_app.extensions["hanpyo"]
    return found
