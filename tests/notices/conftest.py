"""Servers of others on real sockets, before whom what is told goes out; and noon, when it may."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.adapters.mail import SmtpMailer
from app.adapters.sms import GatewaySender
from app.clock import Clock
from tests.gateway import Gateway, running_gateway
from tests.notices.going_out import set_hour
from tests.post import Post, running_post


@pytest.fixture
def gateway(app: Flask) -> Iterator[Gateway]:
    with running_gateway() as gateway:
        app.extensions["sms"] = GatewaySender(gateway.url)
        yield gateway


@pytest.fixture
def post(app: Flask) -> Iterator[Post]:
    with running_post() as post:
        app.extensions["mailer"] = SmtpMailer(post.settings())
        yield post


@pytest.fixture
def noon(clock: Clock) -> None:
    set_hour(clock, 12)
