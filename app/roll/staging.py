"""The lines of an uploaded list between the file and the roll: written in blocks, compared within the database, taken
over in one statement. Nobody's name, birth date or phone is written; what stands here are their keys."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, text

from app.database import Instant, db
from app.roll.list_rules import BIT, PHONE_ON_ROLL, PHONE_TWICE, TWIN, WITHOUT_PHONE

Row = tuple[Any, ...]  # in the order of COLUMNS; None where there is nothing
COLUMNS = (
    "round_id", "line", "fault", "doubts", "person_key", "phone_key", "area_id", "age_band", "basis", "guardian",
)  # fmt: skip
_INTO = ", ".join(COLUMNS)
_COPY = f"COPY roll_staged ({_INTO}) FROM STDIN"
_INSERT = f"INSERT INTO roll_staged ({_INTO}) VALUES ({', '.join('?' * len(COLUMNS))})"

_MINE = "roll_staged.round_id = :round_id AND roll_staged.fault IS NULL"
_ON_ROLL = f"""
UPDATE roll_staged SET fault = 'on_roll' FROM roll_entry AS known
WHERE {_MINE} AND known.round_id = :round_id AND known.person_key = roll_staged.person_key"""
_FIRST = """
(SELECT {key} AS key, min(line) AS line FROM roll_staged
 WHERE round_id = :round_id AND fault IS NULL AND {key} IS NOT NULL GROUP BY {key} HAVING count(*) > 1) AS several"""
_LATER = "roll_staged.{key} = several.key AND roll_staged.line > several.line"
# A second line of one name and birth date is another person where both have a phone and these differ.
_AGAIN = f"""
UPDATE roll_staged SET fault = 'again' FROM {_FIRST.format(key="person_key")}
JOIN roll_staged AS first ON first.round_id = :round_id AND first.line = several.line
WHERE {_MINE} AND {_LATER.format(key="person_key")}
AND (roll_staged.phone_key IS NULL OR first.phone_key IS NULL OR first.phone_key = roll_staged.phone_key)"""
_TWIN = f"""
UPDATE roll_staged SET doubts = doubts | {BIT[TWIN]} FROM {_FIRST.format(key="person_key")}
WHERE {_MINE} AND {_LATER.format(key="person_key")}"""
_PHONE_ON_ROLL = f"""
UPDATE roll_staged SET doubts = doubts | {BIT[PHONE_ON_ROLL]} FROM roll_entry AS known
WHERE {_MINE} AND known.round_id = :round_id AND known.phone_key = roll_staged.phone_key"""
_PHONE_TWICE = f"""
UPDATE roll_staged SET doubts = doubts | {BIT[PHONE_TWICE]} FROM {_FIRST.format(key="phone_key")}
WHERE {_MINE} AND {_LATER.format(key="phone_key")}"""

_TAKE = f"""
INSERT INTO roll_entry
 (round_id, person_key, twin, phone_key, area_id, age_band, basis, guardian, source, entered_at)
SELECT round_id, person_key, {{twin}}, CASE WHEN doubts & {WITHOUT_PHONE} = 0 THEN phone_key END,
 area_id, age_band, basis, guardian, 'list', :at
FROM roll_staged WHERE round_id = :round_id AND fault IS NULL AND doubts & :left_out = 0 AND doubts & {BIT[TWIN]} """
_TAKE_FIRST = _TAKE.format(twin="0") + "= 0"
_TAKE_TWINS = _TAKE.format(twin="row_number() OVER (PARTITION BY person_key ORDER BY line)") + "<> 0"


def write(connection: Connection, rows: Sequence[Row]) -> None:
    """One block, within the caller's transaction. Values are numbers, words of ours and hex digits: COPY's text form
    has nothing to escape in them."""
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite":
        driver.executemany(_INSERT, rows)
        return
    lines = "".join(["\t".join(["\\N" if value is None else str(value) for value in row]) + "\n" for row in rows])
    with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.write(lines)


def compare(connection: Connection, round_id: int) -> None:
    """With the roll, and the lines with each other."""
    for statement in (_ON_ROLL, _AGAIN, _TWIN, _PHONE_ON_ROLL, _PHONE_TWICE):
        connection.execute(text(statement), {"round_id": round_id})


def take(round_id: int, left_out: int, at: datetime) -> int:
    """Onto the roll, within the caller's transaction; how many."""
    values = {"round_id": round_id, "left_out": left_out, "at": at}
    taken = 0
    for statement in (_TAKE_FIRST, _TAKE_TWINS):
        result: Any = db.session.execute(text(statement).bindparams(bindparam("at", type_=Instant())), values)
        taken += result.rowcount
    return taken


def empty(round_ids: Iterable[int]) -> None:
    """Within the caller's transaction."""
    for round_id in round_ids:
        db.session.execute(text("DELETE FROM roll_staged WHERE round_id = :round_id"), {"round_id": round_id})
