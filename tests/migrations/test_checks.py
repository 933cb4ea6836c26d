"""The rules that the models know by name are those that the migrated database keeps, and no others."""

import re

from flask import Flask
from sqlalchemy import CheckConstraint, Engine, text

from app.database import db
from app.schema import metadata

OF_POSTGRESQL = text(
    "SELECT r.relname, c.conname FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid"
    " JOIN pg_namespace n ON n.oid = c.connamespace WHERE c.contype = 'c' AND n.nspname = 'public'"
)
OF_SQLITE = text("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql LIKE '%CHECK%'")
NAMED = re.compile(r'CONSTRAINT\s+"?(\w+)"?\s+CHECK', re.IGNORECASE)
ANY = re.compile(r"\bCHECK\s*\(", re.IGNORECASE)


def known() -> set[tuple[str, str]]:
    """(table, name) of the models."""
    preparer = db.engine.dialect.identifier_preparer
    return {
        (table.name, str(preparer.format_constraint(rule)))
        for table in metadata.sorted_tables
        for rule in table.constraints
        if isinstance(rule, CheckConstraint)
    }


def kept(engine: Engine) -> set[tuple[str, str]]:
    """(table, name) in the database. Whatever has no name would be missed: it fails here."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            return {(row[0], row[1]) for row in connection.execute(OF_POSTGRESQL)}
        tables = {row[0]: row[1] for row in connection.execute(OF_SQLITE)}
    assert all(len(NAMED.findall(sql)) == len(ANY.findall(sql)) for sql in tables.values())
    return {(table, name) for table, sql in tables.items() for name in NAMED.findall(sql)}


def test_every_check_of_the_models_is_in_the_database_under_its_name_and_no_other(app: Flask) -> None:
    """(`db check` compares no CHECKs.)"""
    assert known() == kept(db.engine)
    assert len(known()) > 100
