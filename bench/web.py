"""Casting and reading under load, beside bare Flask routes on the same machine, server settings and database."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple

from bench.client import Connection, Form, request
from bench.databases import postgresql, sqlite
from bench.figures import figure, ratio
from bench.load import CLIENTS, put
from bench.prepare import Prepared, prepare
from bench.servers import Server, serving
from tests.databases import config_for

PAGES = {"ballot": 0.1, "results": 0.1, "proposals": None, "home": None}
MEMORY_MIB = 120
CAST_RATIO = 0.25
WORKERS, AT_ONCE, QUEUE_P95 = 2, 8, 0.5
SESSION = "hanpyo"
HIDDEN = r'name="{}" value="([^"]+)"'


class Size(NamedTuple):
    """`turns`: how often ours and the bare one are measured, in turn. `casts`, `pages`: requests a turn."""

    turns: int
    casts: int
    pages: int


class Pair(NamedTuple):
    ours: Server
    bare: Server
    prepared: Prepared


def main(size: Size) -> None:
    with postgresql() as url, _pair(url, size) as pair:
        show_casts("postgresql", pair, size, CAST_RATIO)
        for page, target in PAGES.items():
            show_page(page, pair, size, target)
        figure("memory of a worker", pair.ours.memory(), "MiB (PSS, after the load above)", MEMORY_MIB)
    with sqlite() as url, _pair(url, size) as pair:
        show_casts("sqlite", pair, size, None)
    with sqlite() as url:
        show_queue(url, size)


@contextmanager
def _pair(url: str, size: Size) -> Iterator[Pair]:
    prepared = prepare(url, size.turns * size.casts + 1)  # one of them does not vote
    with serving("wsgi:app", _environ(url)) as ours, serving("bench.bare:create_app()", _environ(url)) as bare:
        yield Pair(ours, bare, prepared)


def _environ(url: str) -> dict[str, str]:
    config = config_for(url)
    return {
        "HANPYO_MODE": "production",
        "SECRET_KEY": config.secret_key,
        "IDENTITY_KEY": config.identity_key,
        "SIGNING_KEY": config.signing_key,
        "DATABASE_URL": url,
        "SMS_GATEWAY_URL": "http://127.0.0.1:9/nothing-is-sent-here",
        "LIMIT_PER_ADDRESS": "10000000",  # asked at every request all the same
    }


def show_queue(url: str, size: Size) -> None:
    """As `make run` serves: processes that queue for the one writer's place. What the last ones wait says whether the
    queue is fair."""
    prepared = prepare(url, size.turns * size.casts + 1)
    with serving("wsgi:app", _environ(url), WORKERS) as server:
        load = put(server.port, walk_to_the_cast(server, prepared), 302, AT_ONCE)
    figure(f"{AT_ONCE} cast on sqlite, p95", load.p95_ms / 1000, f"s ({load.per_second:.0f}/s)", QUEUE_P95)


def show_casts(database: str, pair: Pair, size: Size, target: float | None) -> None:
    casts = walk_to_the_cast(pair.ours, pair.prepared)
    notes = [request("POST", "/insert", form=[("body", "한 표")])] * size.casts
    put(pair.bare.port, notes, 204)  # to open its connections, as ours has done on the way here
    batches = [casts[start : start + size.casts] for start in range(0, len(casts), size.casts)]
    turns = ((put(pair.ours.port, batch, 302), put(pair.bare.port, notes, 204)) for batch in batches)
    ratio(f"cast on {database}", turns, target)


def walk_to_the_cast(server: Server, prepared: Prepared) -> list[bytes]:
    """What every resident does before: the ballot, the check page. Returns their casts, unsent."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(lambda session: _fill_in(server, prepared, session), prepared.sessions[:-1]))


def _fill_in(server: Server, prepared: Prepared, session: str) -> bytes:
    """As a browser does it: ballot, its form, the check page to which that leads, the cast. Cookies are kept."""
    paths, picks = prepared.paths, [("pick", code) for code in prepared.picks]
    connection, jar = Connection(server.port), {SESSION: session}

    def send(method: str, path: str, form: Form | None = None) -> bytes:
        answer = connection.send(request(method, path, jar, form))
        jar.update(answer.cookies)
        return answer.body

    csrf = ("csrf_token", _hidden("csrf_token", send("GET", paths["ballot"])))
    send("POST", paths["check"], [csrf, *picks])
    token = ("token", _hidden("token", send("GET", paths["check"])))
    connection.close()
    return request("POST", paths["cast"], jar, [csrf, *picks, token])


def _hidden(name: str, page: bytes) -> str:
    found = re.search(HIDDEN.format(name), page.decode())
    if found is None:
        raise RuntimeError(f"no {name} on this page: {page.decode()}")
    return found[1]


def show_page(page: str, pair: Pair, size: Size, target: float | None) -> None:
    """The ballot as the resident meets it who has signed in and not voted yet; the others as everybody does."""
    who = {SESSION: pair.prepared.sessions[-1]} if page == "ballot" else {}
    wanted = [request("GET", pair.prepared.paths[page], who)] * size.pages
    hello = [request("GET", "/hello")] * size.pages * 4
    turns = ((put(pair.ours.port, wanted, 200), put(pair.bare.port, hello, 200)) for _ in range(size.turns))
    ratio(f"{page} page", turns, target)
