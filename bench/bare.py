"""The bare limits: a Flask route that says hello, and one that makes one insert and commits it. Nothing else."""

import os
from typing import Any

from flask import Flask, request
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, event

NOTE = Table("bench_note", MetaData(), Column("id", Integer, primary_key=True), Column("body", String(200)))


def create_app() -> Flask:
    """On the database of DATABASE_URL, in which it makes its one table."""
    app = Flask("bare")
    engine = create_engine(os.environ["DATABASE_URL"])
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _as_safe_as_ours)
    NOTE.create(engine, checkfirst=True)

    @app.get("/hello")
    def hello() -> str:
        return "hello"

    @app.post("/insert")
    def insert() -> tuple[str, int]:
        with engine.begin() as connection:
            connection.execute(NOTE.insert().values(body=request.form["body"]))
        return "", 204

    return app


def _as_safe_as_ours(connection: Any, _record: Any) -> None:
    """A commit costs what it costs the product: on the disk before it answers."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")
