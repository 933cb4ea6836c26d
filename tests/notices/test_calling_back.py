"""Who unsubscribes, changes an address or leaves, and what is withdrawn or forgotten: nothing of it goes any more."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.audit import services as audit
from app.audit.models import SOME_RESIDENT, SYSTEM
from app.clock import Clock, now, seoul_day
from app.database import db, transaction
from app.notices import delivery_queries as queries
from app.notices import delivery_rules as rules
from app.notices import delivery_services as services
from app.notices import kinds, letter_services
from app.notices.delivery_rules import DIGEST, MAIL, SMS, Person
from app.notices.letter_models import About, Notice
from app.notices.models import FAILED, Message
from app.people import addresses
from app.people import services as people
from app.proposals.models import Proposal
from app.web import outgoing
from tests import factories
from tests.gateway import Gateway
from tests.notices.going_out import (
    ADDRESS,
    CAUSE,
    PHONE,
    flask_tick,
    give_address,
    progress,
    proposal,
    set_hour,
    tell,
    tick,
    wish,
)
from tests.post import Post

pytestmark = pytest.mark.usefixtures("noon")


def replace_address(app: Flask, person: Person, address: str) -> None:
    codes: list[str] = []
    key = app.extensions["hanpyo"].identity_key
    addresses.ask(person, address, key=key, say=lambda code: ("확인", codes.append(code) or code), at=now())
    addresses.confirm(person, codes[0], key=key, at=now())


def waiting(app: Flask, post: Post) -> Proposal:
    """A proposal of which a mail is made, which the server does not take yet."""
    mine = proposal()
    give_address(app, mine.resident)
    post.answer = "451 4.3.0 later"
    tell(mine, kinds.VISIT_PLANNED, visit_on=seoul_day(now()))
    tick(app)
    return mine


def next_day(app: Flask, clock: Clock, post: Post) -> None:
    """On which the server takes everything."""
    post.answer, post.taken = "250 OK", []
    clock.offset += timedelta(days=1)
    tick(app)


def test_what_was_made_for_an_address_that_is_replaced_goes_to_the_new_one_only(
    app: Flask, clock: Clock, post: Post
) -> None:
    mine = waiting(app, post)
    replace_address(app, Person(mine.resident_id), "new@home.example")
    next_day(app, clock, post)
    assert (post.recipients, progress()) == (["new@home.example"], [("mail", "sent")])


def test_what_was_made_for_an_address_that_is_removed_does_not_go(app: Flask, clock: Clock, post: Post) -> None:
    mine = waiting(app, post)
    key = app.extensions["hanpyo"].identity_key
    addresses.remove(Person(mine.resident_id), key=key, at=now(), by=SOME_RESIDENT)
    next_day(app, clock, post)
    message = db.session.query(Message).one()
    assert (post.taken, progress(), message.recipient) == ([], [("mail", "unwanted")], "")


def test_an_address_that_goes_while_a_mail_to_it_is_made_gets_none(
    app: Flask, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = proposal()
    give_address(app, mine.resident)
    tell(mine, kinds.VISIT_PLANNED, visit_on=seoul_day(now()))
    key, open_desk = app.extensions["hanpyo"].identity_key, outgoing.open_desk

    def open_and_lose(notices: Any) -> outgoing.Desk:
        desk = open_desk(notices)
        addresses.remove(Person(mine.resident_id), key=key, at=now(), by=SOME_RESIDENT)
        return desk

    monkeypatch.setattr(outgoing, "open_desk", open_and_lose)
    tick(app)
    assert progress() == [("mail", "waiting")] and db.session.query(Message).count() == 0
    monkeypatch.undo()
    tick(app)
    assert (post.taken, progress()) == ([], [("mail", "unwanted")])


def test_an_account_that_ends_is_mailed_no_more(app: Flask, clock: Clock, post: Post) -> None:
    officer, of = factories.account(), proposal()
    person = Person(account_id=officer.id)
    replace_address(app, person, ADDRESS)
    post.answer = "451 4.3.0 later"
    with transaction():
        letter_services.tell(kinds.CHECK_RELEASED, person, About(of.round_id, of.id), at=now())
        audit.record(CAUSE, None, at=now(), by=SYSTEM)
    tick(app)
    assert ("mail", "queued") in progress()
    people.end_account(officer, at=now(), by=SYSTEM)
    next_day(app, clock, post)
    assert (post.taken, [one for one in progress() if one[0] == "mail"]) == ([], [("mail", "unwanted")])


def test_who_unsubscribes_gets_no_mail_not_even_what_waits_until_they_choose_one_again(
    app: Flask, clock: Clock, post: Post
) -> None:
    mine = waiting(app, post)
    services.unsubscribe(Person(mine.resident_id), at=now())
    assert [(one.state, one.recipient) for one in db.session.query(Message)] == [(FAILED, "")]
    tell(mine, kinds.VISIT_PLANNED, visit_on=seoul_day(now()))
    next_day(app, clock, post)
    assert (post.taken, progress()) == ([], [("mail", "unwanted")] * 2)
    wish(mine.resident, visit_planned=MAIL)
    tell(mine, kinds.VISIT_PLANNED, visit_on=seoul_day(now()))
    tick(app)
    assert post.recipients == [ADDRESS]


def test_who_unsubscribes_from_mails_gets_no_sms_instead_and_mails_at_an_address_given_later(
    app: Flask, gateway: Gateway, post: Post
) -> None:
    mine = proposal(by=factories.resident_by_phone(PHONE))
    give_address(app, mine.resident)
    services.unsubscribe(Person(mine.resident_id), at=now())
    tell(mine, kinds.LEFT_OUT)
    tick(app)
    assert (gateway.taken, post.taken) == ([], [])
    replace_address(app, Person(mine.resident_id), "new@home.example")
    tell(mine, kinds.LEFT_OUT)
    tick(app)
    assert (gateway.taken, post.recipients[-1], len(post.taken)) == ([], "new@home.example", 2), "a code and a notice"


def test_who_chooses_sms_while_a_digest_waits_gets_an_sms(app: Flask, gateway: Gateway, post: Post) -> None:
    mine = proposal(by=factories.resident_by_phone(PHONE))
    give_address(app, mine.resident)
    wish(mine.resident, left_out=DIGEST)
    tell(mine, kinds.LEFT_OUT)
    tick(app)
    assert sorted(progress()) == [("mail", "digest"), ("sms", "unwanted")]
    wish(mine.resident, left_out=SMS)
    tick(app)
    assert len(gateway.taken) == 1 and ("sms", "sent") in progress()


def test_what_is_taken_away_goes_out_no_more(app: Flask, clock: Clock, post: Post) -> None:
    mine = waiting(app, post)
    with transaction():
        letter_services.take_away(mine.id)
        audit.record(CAUSE, None, at=now(), by=SYSTEM)
    next_day(app, clock, post)
    message = db.session.query(Message).one()
    assert (post.taken, progress(), message.state, message.body) == ([], [], FAILED, "")


def test_what_was_in_a_digest_with_what_is_taken_away_goes_all_the_same(app: Flask, clock: Clock, post: Post) -> None:
    first = proposal()
    other = factories.proposal(first.round, title="빗물 화단", by=first.resident)
    give_address(app, first.resident)
    for one in (first, other):
        tell(one)
    tick(app)
    post.answer = "451 4.3.0 later"
    set_hour(clock, 8, 1)
    tick(app)
    assert progress() == [("mail", "queued")] * 2
    with transaction():
        letter_services.take_away(first.id)
        audit.record(CAUSE, None, at=now(), by=SYSTEM)
    post.answer, post.taken = "250 OK", []
    tick(app)
    (letter,) = post.taken
    assert "빗물 화단" in letter.get_content() and "그늘 쉼터" not in letter.get_content()
    assert progress() == [("mail", "sent")]


def test_that_something_went_is_forgotten_in_time_and_what_did_not_is_not(app: Flask, clock: Clock, post: Post) -> None:
    sent, refused = proposal(), proposal()
    give_address(app, sent.resident)
    give_address(app, refused.resident, "no@home.example")
    post.refused["no@home.example"] = "550 5.1.1 nobody"
    for one in (sent, refused):
        tell(one, kinds.VISIT_PLANNED, visit_on=seoul_day(now()))
    tick(app)
    clock.offset += timedelta(days=90, minutes=1)
    flask_tick(app)
    assert progress() == [("mail", "failed")]
    assert [one.state for one in db.session.query(Message)] == [FAILED]
    assert db.session.query(Notice).count() == 2


@pytest.mark.parametrize(("kind", "way"), [("visit_planned", SMS), ("gossip", MAIL), ("left_out", "pigeon")])
def test_a_way_that_does_not_exist_is_not_saved(app: Flask, kind: str, way: str) -> None:
    resident = factories.resident()
    with pytest.raises(rules.WayUnknown):
        wish(resident, **{kind: way})
    db.session.rollback()
    assert queries.find_wish(Person(resident.id)) is None
