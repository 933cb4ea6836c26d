"""Alembic's entry: runs on the application's own engine, on PostgreSQL in one transaction; SQLite keeps every revision
that went through."""

from alembic import context
from flask import current_app
from sqlalchemy import types

from app.database import Instant
from app.schema import metadata


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Migrations are history: they spell column types out instead of importing today's."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=lambda _c, _i, _m, _inspected, mine: None if not isinstance(mine, types.JSON) else False,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
