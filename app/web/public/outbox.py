"""The demo's stand-in for a phone: the messages that a real round would send. Nowhere else does it exist."""

from flask import abort, current_app, render_template

from app.notices import queries
from app.notices.models import Message
from app.notices.rules import SMS
from app.people.identity import say_phone
from app.web.public.audience import wing
from app.web.public.demo import find_trustee_words


@wing.get("/outbox")
def outbox() -> str:
    if not current_app.extensions["hanpyo"].is_demo:
        abort(404)
    return render_template(
        "public/outbox.html",
        messages=queries.list_latest_messages(),
        trustee_words=find_trustee_words(),
        say_recipient=say_recipient,
    )


def say_recipient(message: Message) -> str:
    return say_phone(message.recipient) if message.channel == SMS else message.recipient
