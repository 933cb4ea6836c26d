"""What a manifest must say to make sense. Reads plain JSON of checked shape and yields every fault."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from app.tally import exact
from app.tally.faults import Fault
from app.tally.manifest_shape import QUOTAS, TIE_RULES, VERSION

Json = Mapping[str, Any]


def faults_of(data: Json) -> Iterator[Fault]:
    yield from _head(data)
    for kind in ("pots", "sections", "items", "chambers"):
        yield from _ids(kind, data[kind])
    yield from _pots(data)
    yield from _items(data)
    yield from _weights(data["chambers"])
    for place, chamber in enumerate(data["chambers"]):
        where = f"chambers[{place}]"
        yield from _picks(data, chamber, where)
        yield from _kind(chamber, where)
        yield from _threshold(chamber, where)
    yield from _tie_order(data)
    yield from _funding(data)


def _head(data: Json) -> Iterator[Fault]:
    if data["version"] != VERSION:
        yield Fault("version_unknown", "version", {"version": data["version"]})
    if data["closes_at"] <= data["opens_at"]:
        yield Fault("closes_before_opening", "closes_at")
    for kind in _repeated(key.partition(":")[0].removesuffix("-open") for key in data["keys"]):
        yield Fault("repeated_key", "keys", {"kind": kind})


def _ids(kind: str, entries: list[Json]) -> Iterator[Fault]:
    if not entries:
        yield Fault(f"no_{kind}", kind)
    for name in _repeated(entry["id"] for entry in entries):
        yield Fault("repeated_id", kind, {"id": name})
    for place, entry in enumerate(entries):
        if not entry["id"]:
            yield Fault("id_empty", f"{kind}[{place}].id")


def _repeated(values: Iterable[Any]) -> list[Any]:
    return [value for value, times in Counter(values).items() if times > 1]


def _pots(data: Json) -> Iterator[Fault]:
    known = {pot["id"] for pot in data["pots"]}
    for place, pot in enumerate(data["pots"]):
        if pot["cap"] <= 0:
            yield Fault("cap_not_positive", f"pots[{place}].cap", {"pot": pot["id"], "cap": pot["cap"]})
    for place, section in enumerate(data["sections"]):
        if section["pot"] not in known:
            yield Fault("unknown_pot", f"sections[{place}].pot", {"section": section["id"], "pot": section["pot"]})


def _items(data: Json) -> Iterator[Fault]:
    caps = {pot["id"]: pot["cap"] for pot in data["pots"]}
    cap_of = {section["id"]: caps.get(section["pot"]) for section in data["sections"]}
    known = {item["id"] for item in data["items"]}
    for number in _repeated(item["number"] for item in data["items"]):
        yield Fault("repeated_number", "items", {"number": number})
    for place, item in enumerate(data["items"]):
        where, named = f"items[{place}]", {"item": item["id"]}
        if item["number"] < 1:
            yield Fault("number_not_positive", f"{where}.number", {**named, "number": item["number"]})
        if not item["title"]["ko"].strip():
            yield Fault("title_empty", f"{where}.title.ko", named)
        if item["section"] not in cap_of:
            yield Fault("unknown_section", f"{where}.section", {**named, "section": item["section"]})
        yield from _cost(item, cap_of.get(item["section"]), where)
        for other in item["excludes"]:
            if other == item["id"]:
                yield Fault("excludes_itself", f"{where}.excludes", named)
            elif other not in known:
                yield Fault("unknown_item", f"{where}.excludes", {**named, "other": other})


def _cost(item: Json, cap: int | None, where: str) -> Iterator[Fault]:
    cost, least, named = item["cost"], item["min_cost"], {"item": item["id"], "cost": item["cost"]}
    if cost == 0:
        yield Fault("cost_zero", f"{where}.cost", named)
    elif cost < 0:
        yield Fault("cost_negative", f"{where}.cost", named)
    elif cap is not None and cost > cap:
        yield Fault("cost_above_cap", f"{where}.cost", {**named, "cap": cap})
    if least is not None and not 0 < least <= cost:
        yield Fault("min_cost_out_of_range", f"{where}.min_cost", {**named, "min_cost": least})


def _weights(chambers: list[Json]) -> Iterator[Fault]:
    total = sum((exact.parse(chamber["weight"]) for chamber in chambers), Fraction(0))
    if chambers and total != 1:
        yield Fault("weights_not_one", "chambers", {"sum": exact.text(total)})
    for chamber in chambers:
        if chamber["id"] in TIE_RULES:
            yield Fault("reserved_id", "chambers", {"id": chamber["id"]})


def _picks(data: Json, chamber: Json, where: str) -> Iterator[Fault]:
    """Every section has its rule ([0, 0]: this chamber does not vote there), and it can be obeyed."""
    sizes = Counter(item["section"] for item in data["items"])
    sections = [section["id"] for section in data["sections"]]
    picks = chamber["picks"]
    for section in sections:
        if section not in picks:
            yield Fault("section_without_pick_rule", f"{where}.picks", {"section": section})
    for section, (low, high) in picks.items():
        values = {"section": section, "min": low, "max": high, "items": sizes[section]}
        if section not in sections:
            yield Fault("unknown_section", f"{where}.picks", {"section": section})
        elif not 0 <= low <= high:
            yield Fault("range_backwards", f"{where}.picks.{section}", values)
        elif low > sizes[section]:
            yield Fault("section_fewer_items_than_picks", f"{where}.picks.{section}", values)
    yield from _total(chamber, sizes, where)


def _total(chamber: Json, sizes: Counter[str], where: str) -> Iterator[Fault]:
    """There must be a way to fill in the ballot as a whole; choose-one asks for exactly one pick in all."""
    low, high = chamber["total"] or (0, sum(sizes.values()))
    if not 0 <= low <= high:
        yield Fault("range_backwards", f"{where}.total", {"min": low, "max": high})
        return
    if chamber["kind"] == "choose-one":
        low, high = max(low, 1), min(high, 1)
    least = sum(low_here for low_here, _ in chamber["picks"].values())
    most = sum(min(high_here, sizes[section]) for section, (_, high_here) in chamber["picks"].items())
    if least <= most and max(low, least) > min(high, most):
        values = {"min": low, "max": high, "sections_min": least, "sections_max": most}
        yield Fault("total_impossible", f"{where}.total", values)


def _kind(chamber: Json, where: str) -> Iterator[Fault]:
    kind = chamber["kind"]
    for key, owner in (("points_limit", "cumulative"), ("score_range", "scores")):
        if chamber[key] is None and kind == owner:
            yield Fault(f"{key}_missing", f"{where}.{key}")
        elif chamber[key] is not None and kind != owner:
            yield Fault("not_for_this_kind", f"{where}.{key}", {"kind": kind})
    for key in ("money_limit", "points_limit"):
        if chamber[key] is not None and chamber[key] <= 0:
            yield Fault("limit_not_positive", f"{where}.{key}", {"limit": chamber[key]})
    if chamber["score_range"] is not None:
        low, high = chamber["score_range"]
        if not 0 <= low <= high or high == 0:
            yield Fault("range_backwards", f"{where}.score_range", {"min": low, "max": high})


def _threshold(chamber: Json, where: str) -> Iterator[Fault]:
    threshold = chamber["threshold"]
    if threshold is None:
        return
    if "votes" in threshold and threshold["votes"] < 0:
        yield Fault("threshold_out_of_range", f"{where}.threshold", {"votes": threshold["votes"]})
    if "share" in threshold and exact.parse(threshold["share"]) > 1:
        yield Fault("threshold_out_of_range", f"{where}.threshold", {"share": threshold["share"]})


def _tie_order(data: Json) -> Iterator[Fault]:
    order = data["tie_order"]
    known = {chamber["id"] for chamber in data["chambers"]} | set(TIE_RULES)
    for rule in order:
        if rule not in known:
            yield Fault("unknown_tie_rule", "tie_order", {"rule": rule})
    for rule in _repeated(order):
        yield Fault("repeated_tie_rule", "tie_order", {"rule": rule})
    if "ballot-number" not in order and "lot" not in order:
        yield Fault("tie_order_not_total", "tie_order")


def _funding(data: Json) -> Iterator[Fault]:
    policy = data["cap_policy"]
    if policy["kind"] == "near" and not 0 < exact.parse(policy["cover"]) <= 1:
        yield Fault("cover_out_of_range", "cap_policy.cover", {"cover": policy["cover"]})
    for name in QUOTAS:
        for key, limit in (data["quotas"][name] or {}).items():
            if limit is not None and limit <= 0:
                yield Fault("quota_not_positive", f"quotas.{name}.{key}", {"limit": limit})
