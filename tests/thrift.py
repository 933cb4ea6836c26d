"""What a test process makes once for all its applications: each test has one of its own, with a database of its own,
and would otherwise work out all of this anew. None of it holds rows, settings or the time; `test_isolation.py`
keeps watch. What each of them spares: docs/develop.md.
"""

import gc
from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Dialect, Engine
from werkzeug.routing import Rule

YOUNG = 20_000  # objects made before the collector looks for cycles among them; Python's own number is 700

compile_builder = Rule._compile_builder
builders: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}


def remembered(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """werkzeug compiles every address anew for every application. The same address gives the same code."""
    if rule.defaults:
        return compile_builder(rule, append_unknown)
    key = (rule.rule, tuple(rule._trace), append_unknown)
    if key not in builders:
        builders[key] = compile_builder(rule, append_unknown)
    return builders[key]


class Templates(BytecodeCache):
    """Compiled templates."""

    def __init__(self) -> None:
        self.compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.compiled:
            bucket.bytecode_from_string(self.compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.compiled[bucket.key] = bucket.bytecode_to_string()


templates = Templates()
dialects: dict[str, tuple[Dialect, Any]] = {}


def share_statements(engine: Engine) -> None:
    """SQLAlchemy keeps what it made of a statement by dialect and engine. All engines of this process for one kind of
    database speak the first one's dialect, which has met its server, and remember their statements together."""
    name = engine.dialect.name
    if name not in dialects:
        with engine.connect():  # a dialect learns from its first connection what its server can do
            dialects[name] = engine.dialect, engine._compiled_cache
    engine.dialect, engine._compiled_cache = dialects[name]


def listeners(engine: Engine) -> list[str]:
    """Events of its dialect (`handle_error`, `do_connect`, `do_execute`, …) to which somebody listens. A listener given
    to an engine for one of these is kept by the dialect, and would hear the tests that come after."""
    events = engine.dialect.dispatch
    return [name for name in events._event_names if getattr(events, name)]


def share(app: Flask, engine: Engine) -> None:
    app.jinja_env.bytecode_cache = templates
    share_statements(engine)


def begin() -> None:
    """When all tests have been imported. What modules made lives as long as the process: the collector need not look
    through it again and again for what a test has left, nor so often."""
    Rule._compile_builder = remembered
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
