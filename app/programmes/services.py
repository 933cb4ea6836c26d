"""Loading a district: its areas and programmes are data, never code."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.audit import services as audit
from app.audit.models import Actor
from app.database import db, transaction
from app.programmes import rules
from app.programmes.models import Area, Programme

GEUMCHEON = Path(__file__).with_name("geumcheon.json")

LOAD = audit.declare("district.load", "programme", "areas", "programmes", "changed")
OPEN = audit.declare("programme.open", "programme", "slug", "city")


def read_district(path: Path) -> Any:
    """The file's JSON. Raises DistrictRefused when it is none, OSError when it cannot be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise rules.DistrictRefused([f"not a JSON file in UTF-8: {error}"]) from error


def load_district(data: Any, *, at: datetime, by: Actor) -> int:
    """Add what is new, bring up to date what has changed, leave the rest. Returns the number of rows changed.

    Loading the same file again changes nothing. Raises DistrictRefused with every fault of the file.
    """
    rules.ensure_district(data)
    with transaction():
        areas, changed = _keep_areas(data["areas"])
        for position, record in enumerate(data["programmes"], start=1):
            values = {**record, "area": areas[record["area"]], "position": position}
            _row, is_changed = _keep(Programme, "slug", values)
            changed += is_changed
        if changed:
            counts = {"areas": len(areas), "programmes": len(data["programmes"]), "changed": changed}
            audit.record(LOAD, None, at=at, by=by, **counts)
    return changed


def open_city_programme(slug: str, city: str, budget_won: int, *, at: datetime, by: Actor) -> Programme:
    """The programme of a city other than the district's, for elections that are imported from there."""
    with transaction():
        area, _ = _keep(Area, "code", {**_city(city), "code": slug})
        last = db.session.scalar(select(func.max(Programme.position))) or 0
        programme = Programme(
            slug=slug,
            name_ko=f"{city} 참여예산",
            name_en=f"Participatory budget of {city}",
            owner_kind="city",
            owner_name_ko=city,
            owner_name_en=city,
            funding="city",
            initiative="residents",
            area=area,
            area_note_ko=city,
            area_note_en=city,
            budget_won=budget_won,
            colour="city",
            position=last + 1,
            is_imported=True,
        )
        db.session.add(programme)
        db.session.flush()
        audit.record(OPEN, programme.id, at=at, by=by, slug=slug, city=city)
    return programme


def _city(name: str) -> dict[str, Any]:
    last = db.session.scalar(select(func.max(Area.position))) or 0
    return {"kind": "city", "name_ko": name, "name_en": name, "parent": None, "position": last + 1}


def _keep_areas(records: list[Mapping[str, Any]]) -> tuple[dict[str, Area], int]:
    areas: dict[str, Area] = {}
    changed = 0
    for position, record in enumerate(records, start=1):
        values = {**record, "parent": areas[record["parent"]] if record["parent"] else None, "position": position}
        areas[record["code"]], is_changed = _keep(Area, "code", values)
        changed += is_changed
    return areas, changed


def _keep(model: Any, key: str, values: Mapping[str, Any]) -> tuple[Any, bool]:
    """The row known by `key` with these values, and whether anything about it is new."""
    row = db.session.query(model).filter_by(**{key: values[key]}).one_or_none()
    if row is None:
        row = model(**values)
        db.session.add(row)
        return row, True
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
    return row, db.session.is_modified(row)
