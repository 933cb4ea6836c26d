"""What is told goes out as each person wants it, over real sockets: at once, at night, once a day, or not; and whatever
is down or dies, nothing is lost."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from app.adapters.mail import Mail, SmtpMailer
from app.audit.models import SYSTEM
from app.clock import Clock, now, seoul_day
from app.committee import services as committee
from app.config import Config, Outgoing
from app.database import db, transaction
from app.notices import delivery_queries as queries
from app.notices import delivery_rules as rules
from app.notices import delivery_services as services
from app.notices import kinds
from app.notices import rules as messages
from app.notices.delivery_rules import DIGEST, MAIL, NONE, Person
from app.notices.letter_models import About, Notice
from app.notices.models import FAILED, Message
from app.people.models import COMMITTEE_ROLE, STAFF_ROLE
from app.proposals.telling import tell_proposer
from tests import factories
from tests.actors import Person as Visitor
from tests.gateway import Gateway
from tests.notices.going_out import (
    A_MINUTE,
    ADDRESS,
    AN_HOUR,
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


# In the transaction of the step


def test_a_notice_and_what_is_to_go_out_live_and_die_with_the_step(app: Flask) -> None:
    mine = proposal()
    with pytest.raises(RuntimeError, match="the step failed"), transaction():
        tell_proposer(mine, kinds.LEFT_OUT, at=now())
        raise RuntimeError("the step failed")
    assert (progress(), db.session.query(Notice).count()) == ([], 0)
    tell(mine, kinds.LEFT_OUT)
    assert sorted(progress()) == [("mail", "waiting"), ("sms", "waiting")]


def test_what_waits_holds_neither_words_nor_number_nor_address(app: Flask) -> None:
    mine = proposal(by=factories.resident_by_phone(PHONE))
    give_address(app, mine.resident)
    tell(mine, kinds.LEFT_OUT)
    rows = [dict(row._mapping) for row in db.session.execute(text("SELECT * FROM delivery, mail_address"))]
    assert rows and not re.search("쉼터|1234|home.example", str(rows))


# By mail


def test_a_mail_says_what_happened_where_it_stands_and_how_to_get_no_more(app: Flask, post: Post) -> None:
    mine = proposal()
    give_address(app, mine.resident)
    tell(mine, kinds.VISIT_PLANNED, visit_on=seoul_day(now()))
    assert "보냄 1, 보내지 못함 0" in flask_tick(app)
    (letter,) = post.taken
    assert letter["To"] == ADDRESS and letter["Subject"] == "현장심사 방문일: 그늘 쉼터"
    body = letter.get_content()
    assert "제안 ‘그늘 쉼터’의 현장심사를" in body and f"http://localhost/my/proposals/{mine.id}" in body
    assert letter["List-Unsubscribe"].strip("<>") in body and "/my/notices/settings" in body
    assert progress() == [("mail", "sent")]
    message = db.session.query(Message).one()
    assert (message.recipient, message.subject, message.body, message.unsubscribe) == ("", "", "", "")
    assert flask_tick(app) == "" and len(post.taken) == 1


def test_who_wants_it_otherwise_or_gave_no_address_gets_none(app: Flask, post: Post, gateway: Gateway) -> None:
    first, second = proposal(), proposal()
    give_address(app, first.resident)
    wish(first.resident, visit_planned=NONE)
    for one in (first, second):
        tell(one, kinds.VISIT_PLANNED, visit_on=seoul_day(now()))
    tick(app)
    assert progress() == [("mail", "unwanted")] * 2
    assert (post.taken, gateway.taken, db.session.query(Notice).count()) == ([], [], 2), "on the site all is told"


def test_what_can_wait_comes_once_a_day_in_one_mail_in_the_persons_language(
    app: Flask, clock: Clock, post: Post
) -> None:
    mine, other = proposal(), proposal()
    give_address(app, mine.resident)
    wish(mine.resident, "en", visit_planned=DIGEST)
    tell(mine)
    tell(mine, kinds.VISIT_PLANNED, visit_on=seoul_day(now()))
    give_address(app, other.resident, "kim@home.example")
    tick(app)
    assert progress() == [("mail", "digest")] * 2 and post.taken == []
    set_hour(clock, 8, 1)
    tick(app)
    (letter,) = post.taken
    assert letter["Subject"] == "[Hanpyo] 2 notices" and letter["To"] == ADDRESS, "and nobody else, who had nothing"
    body = letter.get_content()
    assert "We have received your proposal" in body and "will be visited" in body
    set_hour(clock, 8, 1)
    tick(app)
    assert len(post.taken) == 1 and progress() == [("mail", "sent")] * 2


def test_without_a_mail_server_no_mail_is_made(app: Flask) -> None:
    mine = proposal()
    give_address(app, mine.resident)
    tell(mine)
    tick(app)
    assert (progress(), db.session.query(Message).count()) == ([("mail", "unwanted")], 0)


def test_a_reminder_never_waits_for_a_digest_and_does_not_come_after_its_day(
    app: Flask, clock: Clock, post: Post
) -> None:
    mine = proposal()
    give_address(app, mine.resident)
    with pytest.raises(rules.WayUnknown):
        wish(mine.resident, answer_due=DIGEST)
    db.session.rollback()
    post.answer = "451 4.3.0 later"
    until = now() + timedelta(hours=20)
    tell(mine, kinds.ANSWER_DUE, answer_until=until.isoformat())
    tick(app)
    tell(mine, kinds.ANSWER_DUE, answer_until=until.isoformat())
    assert ("mail", "queued") in progress() and ("mail", "waiting") in progress()
    post.answer, post.taken = "250 OK", []
    clock.offset += timedelta(hours=20)
    tick(app)
    assert post.taken == []
    assert sorted(progress()) == [("mail", "failed"), ("mail", "unwanted"), ("sms", "unwanted"), ("sms", "unwanted")]


# By SMS


def test_the_steps_that_matter_go_by_sms_to_who_left_a_number_and_no_address(app: Flask, gateway: Gateway) -> None:
    mine = proposal(by=factories.resident_by_phone(PHONE))
    mine.title = "그늘 🌳 쉼터 " + "가" * 40
    db.session.commit()
    tell(mine, kinds.VISIT_PLANNED, visit_on=seoul_day(now()))
    tell(mine, kinds.LEFT_OUT)
    tick(app)
    (message,) = gateway.taken
    assert message["to"] == "+821012345678" and message["text"].startswith("[한표] ‘그늘 ? 쉼터")
    assert messages.sms_bytes(message["text"]) <= messages.SMS_BYTES
    assert sorted(progress()) == [("mail", "unwanted"), ("mail", "unwanted"), ("sms", "sent")]


def test_no_sms_goes_to_a_number_that_somebody_only_typed(app: Flask, gateway: Gateway) -> None:
    tell(proposal(by=factories.resident(phone=PHONE)), kinds.LEFT_OUT)
    tick(app)
    assert (gateway.taken, progress()) == ([], [("sms", "unwanted"), ("mail", "unwanted")])


@pytest.mark.parametrize(("hour", "waits"), [(20, False), (21, True), (7, True), (8, False)])
def test_no_sms_rings_at_night_and_it_comes_in_the_morning(
    app: Flask, clock: Clock, gateway: Gateway, hour: int, waits: bool
) -> None:
    mine = proposal(by=factories.resident_by_phone(PHONE))
    set_hour(clock, hour, 30)
    tell(mine, kinds.LEFT_OUT)
    tick(app)
    assert len(gateway.taken) == (not waits)
    set_hour(clock, 8)
    tick(app)
    assert len(gateway.taken) == 1


def test_an_sms_that_could_not_go_in_the_evening_is_not_tried_at_night(
    app: Flask, clock: Clock, gateway: Gateway
) -> None:
    mine = proposal(by=factories.resident_by_phone(PHONE))
    gateway.status = 503
    set_hour(clock, 20, 59)
    tell(mine, kinds.LEFT_OUT)
    tick(app)
    gateway.status = 200
    set_hour(clock, 23)
    tick(app)
    assert len(gateway.taken) == 1
    set_hour(clock, 8)
    tick(app)
    assert len(gateway.taken) == 2 and ("sms", "sent") in progress()


def test_a_days_sms_are_capped_and_the_others_go_the_next_day(app: Flask, clock: Clock, gateway: Gateway) -> None:
    config: Config = app.extensions["hanpyo"]
    app.extensions["hanpyo"] = replace(config, outgoing=Outgoing(sms_per_day=1))
    for phone in (PHONE, "010-1234-5679"):
        tell(proposal(by=factories.resident_by_phone(phone)), kinds.LEFT_OUT)
    for _ in range(2):
        tick(app)
    assert len(gateway.taken) == 1 and ("sms", "waiting") in progress()
    clock.offset += timedelta(days=1)
    tick(app)
    assert len(gateway.taken) == 2


# What is down, and what dies


def test_nothing_is_lost_while_a_mail_server_is_down_and_nothing_is_made_meanwhile(
    app: Flask, clock: Clock, post: Post
) -> None:
    all_ = [proposal() for _ in range(8)]
    for number, one in enumerate(all_):
        give_address(app, one.resident, f"p{number}@home.example")
    post.answer = "451 4.3.0 later"
    for one in all_[:6]:
        tell(one, kinds.VISIT_PLANNED, visit_on=seoul_day(now()))
    tick(app)
    assert len(post.taken) == messages.FAILURES_TO_SHUT, "then it is left alone"
    for one in all_[6:]:
        tell(one, kinds.VISIT_PLANNED, visit_on=seoul_day(now()))
    tick(app)
    assert progress() == [("mail", "queued")] * 6 + [("mail", "waiting")] * 2, "what is new holds no address"
    clock.offset += timedelta(days=1)
    tick(app)  # one finds out that it is still down
    post.answer = "250 OK"
    clock.offset += AN_HOUR
    for _ in range(3):
        tick(app)
        clock.offset += A_MINUTE
    assert progress() == [("mail", "sent")] * 8
    first, last = post.recipients[: messages.FAILURES_TO_SHUT + 1], post.recipients[messages.FAILURES_TO_SHUT + 1 :]
    assert sorted(last) == [f"p{number}@home.example" for number in range(8)], "each once, after it was up again"
    assert set(first) <= set(last)


class Dies:
    """The real mailer, in a process that ends between the server's answer and the record of it."""

    keeps = False

    def __init__(self, mailer: SmtpMailer) -> None:
        self.mailer = mailer

    def send(self, letter: Mail) -> None:
        self.mailer.send(letter)
        raise KeyboardInterrupt


def test_who_dies_after_sending_makes_one_more_mail_with_the_same_id(app: Flask, clock: Clock, post: Post) -> None:
    mine = proposal()
    give_address(app, mine.resident)
    tell(mine, kinds.VISIT_PLANNED, visit_on=seoul_day(now()))
    app.extensions["mailer"] = Dies(SmtpMailer(post.settings()))
    with pytest.raises(KeyboardInterrupt):
        tick(app)
    db.session.rollback()
    assert progress() == [("mail", "queued")] and len(post.taken) == 1
    app.extensions["mailer"] = SmtpMailer(post.settings())
    tick(app)
    assert len(post.taken) == 1, "it may still be on its way"
    clock.offset += messages.HELD_FOR[MAIL]
    tick(app)
    tick(app)
    assert progress() == [("mail", "sent")]
    assert len(post.taken) == 2 and len({one["Message-ID"] for one in post.taken}) == 1


def test_what_cannot_be_written_keeps_nothing_else_from_going_and_is_tried_again(
    app: Flask, clock: Clock, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = proposal(), proposal()
    give_address(app, bad.resident, "p0@home.example")
    give_address(app, good.resident)
    tell(bad, kinds.VISIT_PLANNED, visit_on="no day")
    tell(good, kinds.VISIT_PLANNED, visit_on=seoul_day(now()))
    tick(app)
    assert post.recipients == [ADDRESS] and progress() == [("mail", "waiting"), ("mail", "sent")]
    assert "ValueError" in caplog.text and "no day" not in caplog.text
    db.session.query(Notice).filter_by(proposal_id=bad.id).update({"facts": {"visit_on": "2026-06-10"}})
    db.session.commit()
    clock.offset += AN_HOUR
    tick(app)
    assert progress() == [("mail", "sent")] * 2


class Stumbles:
    """A mailer with a fault of its own at the first mail."""

    keeps = False

    def __init__(self, mailer: SmtpMailer) -> None:
        self.mailer, self.stumbled = mailer, False

    def send(self, letter: Mail) -> None:
        if not self.stumbled:
            self.stumbled = True
            raise LookupError(letter.recipient)
        self.mailer.send(letter)


def test_a_fault_at_one_mail_keeps_no_other_from_going(app: Flask, clock: Clock, post: Post) -> None:
    app.extensions["mailer"] = Stumbles(SmtpMailer(post.settings()))
    for number in range(2):
        one = proposal()
        give_address(app, one.resident, f"p{number}@home.example")
        tell(one, kinds.VISIT_PLANNED, visit_on=seoul_day(now()))
    assert "보냄 1, 보내지 못함 1" in flask_tick(app)
    clock.offset += messages.HELD_FOR[MAIL]
    tick(app)
    assert sorted(post.recipients) == ["p0@home.example", "p1@home.example"]


def test_what_was_refused_is_given_up_and_staff_may_have_it_sent_anew(app: Flask, post: Post) -> None:
    mine = proposal()
    give_address(app, mine.resident)
    post.refused[ADDRESS] = "550 5.1.1 nobody"
    tell(mine, kinds.VISIT_PLANNED, visit_on=seoul_day(now()))
    tick(app)
    (one,) = queries.list_unsent(About(mine.round_id))
    assert one.message is not None
    assert (one.message.state, one.message.fault, one.message.recipient, one.message.body) == (
        FAILED,
        "refused",
        "",
        "",
    )
    assert queries.tally(About(mine.round_id)) == (0, 0, 0, 1)
    tick(app)
    post.refused.clear()
    assert services.retry(About(mine.round_id), one.notice_id, at=now(), by=SYSTEM) == 1
    with pytest.raises(rules.NothingFailed):
        services.retry(About(mine.round_id), one.notice_id, at=now(), by=SYSTEM)
    tick(app)
    assert progress() == [("mail", "sent")] and post.recipients == [ADDRESS]


def test_what_members_did_not_get_is_with_their_committee_and_with_no_round(app: Flask, post: Post) -> None:
    row, member = factories.programme(), factories.account(COMMITTEE_ROLE, name="이위원")
    give_address(app, member)
    post.refused[ADDRESS] = "550 5.1.1 nobody"
    term = {"appointed_on": seoul_day(now()), "term_ends_on": seoul_day(now()) + timedelta(days=365)}
    committee.appoint_member(row, member, route="open_call", office="member", **term, at=now(), by=SYSTEM)
    tick(app)
    of = About(programme_id=row.id)
    assert [one.notice.kind for one in queries.list_unsent(of)] == [kinds.APPOINTED]
    staff = Visitor(app, factories.account(STAFF_ROLE))
    page = staff.get(f"/office/programmes/{row.slug}/committee/deliveries")
    assert page.has("위원 위촉") and not page.has(member.name)
    post.refused.clear()
    assert staff.submit(page, button="다시 보내기").has("1통을 다시 보냅니다.")
    tick(app)
    assert (queries.tally(of), post.recipients) == ((0, 0, 1, 0), [ADDRESS])


def test_a_retry_asks_again_whether_the_person_wants_it(app: Flask, post: Post) -> None:
    mine = proposal()
    give_address(app, mine.resident)
    post.refused[ADDRESS] = "550 5.1.1 nobody"
    tell(mine, kinds.VISIT_PLANNED, visit_on=seoul_day(now()))
    tick(app)
    post.refused.clear()
    services.unsubscribe(Person(mine.resident_id), at=now())
    services.retry(About(mine.round_id), at=now(), by=SYSTEM)
    tick(app)
    assert (post.taken, progress()) == ([], [("mail", "unwanted")])


def test_who_unsubscribes_while_a_mail_is_being_made_does_not_get_it(app: Flask, post: Post) -> None:
    mine = proposal()
    give_address(app, mine.resident)
    tell(mine, kinds.VISIT_PLANNED, visit_on=seoul_day(now()))
    person, parcel = Person(mine.resident_id), services.Parcel(MAIL, ADDRESS, "알림", "알림")
    (due,) = [one.id for one in queries.list_due(now())]
    services.unsubscribe(person, at=now())
    assert services.pack([due], person, parcel, at=now()) is None
    tick(app)
    assert (post.taken, progress()) == ([], [("mail", "unwanted")])
