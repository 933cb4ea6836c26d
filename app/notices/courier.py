"""Sending right after the answer: whoever asks for a code does not wait for the gateway, and how long they wait says
nothing about whether a message goes to them.

What the courier does not come to (its process ends, its bag is full, the gateway is away) stays in the database, and
`flask tick` sends it within a minute.
"""

from contextlib import suppress
from queue import Full, Queue
from threading import Lock, Thread
from typing import Protocol

from flask import Flask, Response, after_this_request, current_app, has_request_context

from app import clock
from app.adapters import mail, sms
from app.config import Config
from app.database import db, is_away
from app.notices import services

HANDS = 2  # threads in each process
BAG = 100  # messages: half a minute's at a good gateway's pace


class Carrier(Protocol):
    def take(self, message_id: int | None) -> None:
        """To be sent as soon as may be. None: there is nothing to send, and nobody sees a difference."""


class AtOnce:
    """Sends before it returns: in the demo, where sending is nothing, and in tests, which then know when it was."""

    def take(self, message_id: int | None) -> None:
        if message_id is not None:
            services.deliver(message_id, sms.sender(), at=clock.now(), mailer=mail.mailer())


class Courier:
    """Threads of this process, begun with the first message, after any fork. In a request, the message is taken on when
    the answer has left."""

    def __init__(self, app: Flask, hands: int = HANDS, bag: int = BAG) -> None:
        self.app, self.hands = app, hands
        self.bag: Queue[int] = Queue(bag)
        self.starting = Lock()
        self.threads: list[Thread] = []

    def take(self, message_id: int | None) -> None:
        if not has_request_context():
            self._put(message_id)
            return

        @after_this_request
        def when_it_has_left(response: Response) -> Response:
            response.call_on_close(lambda: self._put(message_id))
            return response

    def _put(self, message_id: int | None) -> None:
        self._start()
        if message_id is not None:
            with suppress(Full):
                self.bag.put_nowait(message_id)

    def _start(self) -> None:
        with self.starting:
            while len(self.threads) < self.hands:
                self.threads.append(Thread(target=self._carry, daemon=True))
                self.threads[-1].start()

    def _carry(self) -> None:
        while True:
            message_id = self.bag.get()
            with self.app.app_context():
                try:
                    services.deliver(message_id, sms.sender(), at=clock.now(), mailer=mail.mailer())
                except Exception as error:  # it waits for the next tick; the thread goes on
                    if not is_away(error):
                        self.app.logger.exception("courier")
                finally:
                    db.session.remove()
            self.bag.task_done()


def register(app: Flask) -> None:
    config: Config = app.extensions["hanpyo"]
    app.extensions["courier"] = Courier(app) if config.is_production else AtOnce()


def courier() -> Carrier:
    """This application's own."""
    found: Carrier = current_app.extensions["courier"]
    return found
