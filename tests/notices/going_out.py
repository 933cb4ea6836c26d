"""What is told, how it goes out, and what came of it: for tests of deliveries. They begin at noon."""

from datetime import timedelta
from typing import Any

from flask import Flask

from app.adapters import mail, sms
from app.audit import services as audit
from app.audit.models import SOME_RESIDENT, SYSTEM
from app.cli.tick import REMINDED_OF
from app.clock import Clock, now, seoul_day, start_of_day
from app.database import db, transaction
from app.notices import delivery_services as services
from app.notices import kinds, reminders
from app.notices import services as sending
from app.notices.delivery_rules import Person
from app.notices.letter_models import Delivery
from app.people import ciphers
from app.people.models import Account, MailAddress, Resident
from app.proposals.models import Proposal
from app.proposals.telling import tell_proposer
from app.rounds import rules as rounds
from app.web import outgoing
from tests import factories

CAUSE = audit.declare("test.step", "test")
ADDRESS, PHONE = "hong@home.example", "010-1234-5678"
A_MINUTE, AN_HOUR = timedelta(minutes=1), timedelta(hours=1)


def set_hour(clock: Clock, hour: int, minute: int = 0) -> None:
    """The next time that it is so late in Seoul."""
    today = start_of_day(seoul_day(clock.now())) + timedelta(hours=hour, minutes=minute)
    clock.offset += (today if today > clock.now() else today + timedelta(days=1)) - clock.now()


def give_address(app: Flask, to: Resident | Account, address: str = ADDRESS) -> None:
    key = app.extensions["hanpyo"].identity_key
    whose = (to.id, None) if isinstance(to, Resident) else (None, to.id)
    cipher = ciphers.encipher(key, "mail:{}:{}".format(*("" if one is None else one for one in whose)), address)
    factories.keep(MailAddress(resident_id=whose[0], account_id=whose[1], cipher=cipher, confirmed_at=now()))


def wish(person: Resident, language: str = "ko", **ways: str) -> None:
    services.save_wishes(Person(person.id), ways, language, at=now(), by=SOME_RESIDENT)


def proposal(**settings: Any) -> Proposal:
    return factories.proposal(factories.round_(running=rounds.INTAKE), title="그늘 쉼터", **settings)


def tell(of: Proposal, kind: str = kinds.SUBMITTED, **facts: Any) -> None:
    at = now()
    with transaction():
        tell_proposer(of, kind, at=at, **facts)
        audit.record(CAUSE, None, at=at, by=SYSTEM)


def tick(app: Flask) -> None:
    """What `flask tick` does of it."""
    outgoing.pack_due(now())
    sending.deliver_queued(sms.sender(), mailer=mail.mailer())
    db.session.expire_all()


def flask_tick(app: Flask) -> str:
    done = app.test_cli_runner().invoke(args=["tick"])
    assert done.exit_code == 0, done.output
    db.session.expire_all()
    return done.output


def progress() -> list[tuple[str, str]]:
    db.session.rollback()
    db.session.expire_all()
    return [(one.channel, one.progress) for one in db.session.query(Delivery).order_by(Delivery.id)]


def remind() -> int:
    """As the clock does, in every room."""
    return reminders.remind(REMINDED_OF, at=now())
