"""Mail over a real socket: what is written, enciphered or not, and each answer taken for what it means."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from app.adapters.mail import Mail, OutboxMailer, SmtpMailer, mailer_for
from app.adapters.sms import AccountProblem, Later, Refused
from app.config import NO_TLS, STARTTLS, Config, Smtp
from tests.post import PASSWORD, SENDER, USER, Post, authenticate, certificate, running_post

MAIL = Mail("hong@home.example", "제안을\n접수함: 쉼터", "접수번호는 12입니다.\n", "ours-1", "https://gu.example/u/x")


def mailer(settings: Smtp, **other: Any) -> SmtpMailer:
    return SmtpMailer(settings, now=lambda: datetime.now(UTC), **other)


@pytest.fixture
def post() -> Iterator[Post]:
    with running_post() as post:
        yield post


def test_a_mail_is_plain_korean_text_with_a_way_out_and_its_own_id(post: Post) -> None:
    mailer(post.settings()).send(MAIL)
    (letter,) = post.taken
    assert (letter.get_content().splitlines(), letter.get_content_type()) == ([MAIL.body.strip()], "text/plain")
    assert letter.get_content_charset() == "utf-8"
    assert letter["Subject"] == "제안을 접수함: 쉼터", "one line, whatever was written"
    assert letter["From"] == "금천구 주민참여예산 <budget@gu.example>" and letter["To"] == MAIL.recipient
    assert letter["Message-ID"] == "<ours-1@gu.example>" and letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe"] == f"<{MAIL.unsubscribe}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_long_way_out_is_written_as_it_is(post: Post) -> None:
    long = MAIL._replace(unsubscribe=f"https://a-long-name.gu.example/unsubscribe/{'x' * 200}", subject="가나다 " * 20)
    mailer(post.settings()).send(long)
    (letter,) = post.taken
    assert f"List-Unsubscribe: <{long.unsubscribe}>\r\n".encode() in bytes(post.whole[0])
    assert letter["Subject"] == " ".join(["가나다"] * 20)
    subject = post.whole[0].partition(b"Subject:")[2].partition(b"Date:")[0]
    assert max(len(line) for line in subject.splitlines()) <= 78


def test_a_mail_that_nobody_subscribed_to_names_no_way_out(post: Post) -> None:
    mailer(post.settings()).send(MAIL._replace(unsubscribe=""))
    assert not [name for name in post.taken[0] if name.startswith("List-")]


def test_what_is_sent_is_enciphered_and_signed_in_and_only_to_whom_we_trust(tmp_path: Path) -> None:
    own, trust = certificate(tmp_path)
    with running_post(tls_context=own, require_starttls=True, authenticator=authenticate, auth_required=True) as post:
        settings = post.settings(tls=STARTTLS, user=USER, password=PASSWORD)
        mailer(settings, trust=trust).send(MAIL)
        with pytest.raises(Later, match="SSLCertVerificationError"):
            mailer(settings).send(MAIL)
        with pytest.raises(AccountProblem, match="535"):
            mailer(replace(settings, password="wrong"), trust=trust).send(MAIL)
        with pytest.raises(AccountProblem, match="530"):
            mailer(post.settings(tls=STARTTLS), trust=trust).send(MAIL)
    assert len(post.taken) == 1


def test_a_server_that_cannot_encipher_is_given_nothing(post: Post) -> None:
    with pytest.raises(AccountProblem):
        mailer(post.settings(tls=STARTTLS)).send(MAIL)
    assert post.taken == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("550 5.1.1 no such user", Refused),
        ("450 4.2.1 later", Later),
        ("554 5.7.1 we do not relay", AccountProblem),
        ("530 sign in first", AccountProblem),
    ],
)
def test_a_recipient_may_be_refused_for_good_or_for_now(post: Post, answer: str, error: type[Exception]) -> None:
    post.refused[MAIL.recipient] = answer
    with pytest.raises(error, match=answer[:3]):
        mailer(post.settings()).send(MAIL)
    assert post.taken == []


@pytest.mark.parametrize(("answer", "error"), [("554 5.7.1 spam", Refused), ("452 4.3.1 full", Later)])
def test_so_may_a_whole_mail(post: Post, answer: str, error: type[Exception]) -> None:
    post.answer = answer
    with pytest.raises(error, match=answer[:3]):
        mailer(post.settings()).send(MAIL)


@pytest.mark.parametrize(("greeting", "error"), [("554 5.7.1 not you", AccountProblem), ("421 later", Later)])
def test_a_server_that_turns_us_away_at_the_door_refuses_us_and_no_mail(greeting: str, error: type[Exception]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(30)

        def greet() -> None:
            with door.accept()[0] as visitor:
                visitor.sendall(f"{greeting}\r\n".encode())
                visitor.recv(100)

        thread = Thread(target=greet)
        thread.start()
        with pytest.raises(error, match=greeting[:3]):
            mailer(Smtp(host="127.0.0.1", port=door.getsockname()[1], tls=NO_TLS, sender=SENDER)).send(MAIL)
        thread.join()


def test_a_server_that_is_not_there_or_does_not_answer_is_one_for_later(post: Post) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Later):
            mailer(replace(post.settings(), port=taken.getsockname()[1])).send(MAIL)
    post.held.clear()
    with pytest.raises(Later):
        mailer(post.settings(), patience=0.2).send(MAIL)


def test_a_lost_answer_makes_a_second_mail_with_the_same_id_and_a_lost_farewell_none(post: Post) -> None:
    post.hangs_up = "data"
    with pytest.raises(Later):
        mailer(post.settings()).send(MAIL)
    post.hangs_up = "quit"
    mailer(post.settings()).send(MAIL)
    assert [one["Message-ID"] for one in post.taken] == ["<ours-1@gu.example>"] * 2


def test_an_error_names_neither_recipient_nor_words(post: Post) -> None:
    post.refused[MAIL.recipient] = f"550 {MAIL.recipient} is none of ours"
    with pytest.raises(Refused) as caught:
        mailer(post.settings()).send(MAIL)
    assert str(caught.value) == "550"


def test_the_configuration_chooses_who_carries_mail_or_nobody() -> None:
    config = Config(mode="production", secret_key="s", identity_key="i", signing_key="k", database_url="sqlite://")
    assert mailer_for(config) is None
    assert isinstance(mailer_for(replace(config, mode="demo")), OutboxMailer)
    assert isinstance(mailer_for(replace(config, smtp=Smtp(host="mail.example"))), SmtpMailer)
