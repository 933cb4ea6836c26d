"""Who is asked to propose together is told: on the site if they are known here, and by SMS once a day at most."""

from datetime import timedelta

import pytest
from flask import Flask

from app.audit.models import SOME_RESIDENT
from app.clock import Clock, now
from app.database import db
from app.notices import kinds, proposal_kinds
from app.notices.delivery_rules import NONE, Person
from app.notices.delivery_services import save_wishes
from app.notices.letter_models import Notice
from app.notices.models import SENT, Message
from app.people import ciphers, identity
from app.people.models import MailAddress, Resident
from app.proposals import rules, together
from app.proposals.models import Proposal
from app.rounds import rules as rounds
from tests import factories

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # both: tests/races/test_together.py
KEY = "k" * 64
PHONE = "010-1234-5678"


@pytest.fixture
def draft(app: Flask) -> Proposal:
    return another()


def another(by: Resident | None = None) -> Proposal:
    round_ = factories.round_(running=rounds.INTAKE)
    return factories.proposal(round_, state=rules.DRAFT, by=by, title="나를 찍어 주세요")


def invite(draft: Proposal, phone: str = PHONE) -> None:
    assert draft.resident is not None
    together.invite(draft, phone, key=KEY, sms=proposal_kinds.ASKED_SMS_KO, at=now(), by=draft.resident.actor)


def take_back(draft: Proposal) -> None:
    assert draft.resident is not None
    together.take_back(draft, draft.co_proposers[0].id, key=KEY, at=now(), by=draft.resident.actor)


def sent() -> list[str]:
    db.session.rollback()
    return [one.body for one in db.session.query(Message)]


def test_whoever_it_is_gets_one_sms_a_day_with_no_word_of_who_asks(draft: Proposal, clock: Clock) -> None:
    invite(draft)
    db.session.query(Message).update({"state": SENT})
    db.session.commit()
    take_back(draft)
    invite(draft)
    invite(another())
    assert sent() == [proposal_kinds.ASKED_SMS_KO]
    clock.offset += timedelta(days=1)
    invite(another())
    assert len(sent()) == 2


def test_an_sms_that_has_not_gone_goes_no_more_once_it_is_taken_back_unless_another_asks_too(draft: Proposal) -> None:
    invite(draft)
    take_back(draft)
    assert sent() == [""], "and none of its words stay"
    invite(draft)
    invite(another())
    take_back(draft)
    assert sent() == ["", proposal_kinds.ASKED_SMS_KO]


def test_nobody_has_more_than_a_few_people_told_in_a_day(draft: Proposal) -> None:
    for number in range(rules.ASKED_PER_DAY + 2):
        invite(draft, f"010-1234-56{number:02d}")
        take_back(draft)
    assert len(sent()) == rules.ASKED_PER_DAY


def test_who_is_known_here_finds_it_on_the_site_until_they_answer_or_it_is_taken_back(draft: Proposal) -> None:
    known = factories.resident(identity.phone_key(KEY, identity.normalise_phone(PHONE)))
    invite(draft)
    (told,) = db.session.query(Notice)
    assert (told.kind, told.resident_id, told.proposal_id) == (kinds.CO_PROPOSER_ASKED, known.id, draft.id)
    take_back(draft)
    assert db.session.query(Notice).count() == 0
    invite(draft)
    together.decline(draft.co_proposers[0], at=now(), by=known.actor)
    (told,) = db.session.query(Notice)
    assert (told.kind, told.resident_id) == (kinds.CO_PROPOSER_MOVED, draft.resident_id)


def test_who_has_chosen_another_way_gets_no_sms(draft: Proposal) -> None:
    known = Person(factories.resident(identity.phone_key(KEY, identity.normalise_phone(PHONE))).id)
    save_wishes(known, {kinds.CO_PROPOSER_ASKED: NONE}, "ko", at=now(), by=SOME_RESIDENT)
    invite(draft)
    assert sent() == [] and db.session.query(Notice).count() == 1


def test_who_gets_a_mail_gets_no_sms_besides(draft: Proposal) -> None:
    known = factories.resident(identity.phone_key(KEY, identity.normalise_phone(PHONE)))
    cipher = ciphers.encipher(KEY, f"mail:{known.id}:", "hong@home.example")
    factories.keep(MailAddress(resident_id=known.id, cipher=cipher, confirmed_at=now()))
    invite(draft)
    assert sent() == [] and db.session.query(Notice).count() == 1


def test_a_request_that_is_refused_tells_nobody(draft: Proposal) -> None:
    invite(draft)
    db.session.query(Message).delete()
    db.session.commit()
    with pytest.raises(rules.AskedBefore):
        invite(draft)
    assert sent() == []
