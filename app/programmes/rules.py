"""What a district's file must say before it is loaded."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.programmes.models import AREA_KINDS, COLOURS, INITIATIVES

FUNDING = ("gu", "city")
AREA_KEYS = frozenset({"code", "kind", "name_ko", "name_en", "parent"})
PROGRAMME_KEYS = frozenset(
    {"slug", "name_ko", "name_en", "owner_kind", "owner_name_ko", "owner_name_en", "funding", "initiative"}
    | {"area", "area_note_ko", "area_note_en", "budget_won", "colour"}
)
WORDS_ALLOWED = {
    "kind": AREA_KINDS,
    "owner_kind": AREA_KINDS,
    "funding": FUNDING,
    "initiative": INITIATIVES,
    "colour": COLOURS,
}


class DistrictRefused(Exception):
    """The file cannot be loaded. `faults`: one sentence each, for the operator."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def ensure_district(data: Any) -> None:
    faults = list(_faults(data))
    if faults:
        raise DistrictRefused(faults)


def _faults(data: Any) -> Iterator[str]:
    if not isinstance(data, dict) or not all(isinstance(data.get(key), list) for key in ("areas", "programmes")):
        yield "the file must be an object with two lists, 'areas' and 'programmes'"
        return
    yield from _records("areas", data["areas"], AREA_KEYS, "code")
    yield from _records("programmes", data["programmes"], PROGRAMME_KEYS, "slug")
    yield from _places(data)


def _records(part: str, records: list[Any], keys: frozenset[str], name: str) -> Iterator[str]:
    seen: set[str] = set()
    for number, record in enumerate(records):
        where = f"{part}[{number}]"
        if not isinstance(record, dict) or record.keys() != keys:
            yield f"{where}: must have exactly the keys {', '.join(sorted(keys))}"
            continue
        yield from _values(where, record)
        if str(record[name]) in seen:
            yield f"{where}: {name} {record[name]!r} is there twice"
        seen.add(str(record[name]))


def _values(where: str, record: Mapping[str, Any]) -> Iterator[str]:
    for key, value in record.items():
        if key == "budget_won":
            if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
                yield f"{where}.{key}: must be whole won above 0"
        elif key == "parent" and value is None:
            continue
        elif not isinstance(value, str) or not value.strip():
            yield f"{where}.{key}: must be a text that is not empty"
        elif key in WORDS_ALLOWED and value not in WORDS_ALLOWED[key]:
            yield f"{where}.{key}: {value!r} is not one of {', '.join(WORDS_ALLOWED[key])}"


def _places(data: Mapping[str, Any]) -> Iterator[str]:
    """A parent stands above its areas, and a programme's area is in the list."""
    known: set[Any] = set()
    for number, area in enumerate(data["areas"]):
        if isinstance(area, dict):
            if area.get("parent") is not None and area["parent"] not in known:
                yield f"areas[{number}].parent: {area['parent']!r} is not above it in the list"
            known.add(area.get("code"))
    for number, programme in enumerate(data["programmes"]):
        if isinstance(programme, dict) and programme.get("area") not in known:
            yield f"programmes[{number}].area: {programme.get('area')!r} is not in 'areas'"
