"""That an answer to an offer is soon due: to whoever has not given it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from app.database import db
from app.fates import queries, rules
from app.fates.models import Offer, OfferConsent
from app.notices import kinds
from app.notices.delivery_rules import Person
from app.notices.reminders import Reminder
from app.proposals.telling import tell_of

WITHIN = timedelta(days=2)


def due(at: datetime) -> Iterator[Reminder]:
    soon = select(Offer).where(Offer.state == rules.OPEN, Offer.answer_by > at, Offer.answer_by <= at + WITHIN)
    for offer in db.session.scalars(soon.order_by(Offer.id)):
        if queries.find_staleness(offer, at) is None:
            missing = (one for one in offer.consents if one.resident_id is not None and one.answered_at is None)
            yield from (_of(offer, one, at) for one in missing)


def _of(offer: Offer, asked: OfferConsent, at: datetime) -> Reminder:
    assert offer.answer_by is not None
    once = f"{kinds.FATE_DUE}:{offer.id}:{asked.id}"
    facts = {"fate": offer.kind, "answer_until": offer.answer_by.isoformat()}
    person = Person(asked.resident_id)
    return Reminder(once, partial(tell_of, asked.proposal, kinds.FATE_DUE, person, once=once, at=at, **facts))
