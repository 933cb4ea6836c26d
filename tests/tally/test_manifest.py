"""A manifest is refused with all its faults at once, and one that is taken has one hash."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

from app.tally import canonical
from app.tally.manifest import Fault, Manifest, ManifestError
from tests.tally.elections import elections
from tests.tally.worked import example, table, words

Json = dict[str, Any]
Change = Callable[[Json], object]


def faults(data: object) -> tuple[Fault, ...]:
    with pytest.raises(ManifestError) as refused:
        Manifest.from_json(data)  # type: ignore[arg-type]
    return refused.value.faults


def changed(*changes: Change) -> Json:
    data = example()
    for change in changes:
        change(data)
    return data


def at(*path: str | int, put: object) -> Change:
    """Puts a value at a place of the example."""

    def change(data: Json) -> None:
        spot: Any = data
        for step in path[:-1]:
            spot = spot[step]
        spot[path[-1]] = put

    return change


def _dropped(data: Json) -> None:
    del data["items"][0]["dong"]


SIGNS, SEALS = f"ed25519:{'0f' * 32}", f"hpke-p256:04{'0f' * 64}"
SEALS_OPEN = SEALS.replace(":", "-open:")
LIFE = ("chambers", 0, "picks", "life")
FAULTY: dict[str, list[Change]] = {
    "missing": [_dropped],
    "unknown_key": [at("items", 0, "costs", put=1)],
    "not_text": [at("round", put=5), at("round", put="\ud800")],
    "not_whole": [at("items", 0, "cost", put="12"), at("fiscal_year", put=True), at("pots", 0, "cap", put=1.5)],
    "number_too_large": [at("pots", 0, "cap", put=2**53)],
    "not_true_or_false": [at("quotas", "at_least_one_per_section", put=0)],
    "not_a_fraction": [at("chambers", 0, "weight", put="0.5"), at("chambers", 0, "weight", put="2/4")],
    "not_an_instant": [at("opens_at", put="2026-09-07 00:00"), at("opens_at", put="2026-02-30T00:00:00Z")],
    "not_one_of": [at("chambers", 0, "kind", put="poll"), at("cap_policy", put={"kind": "most"})],
    "not_a_list": [at("items", put={}), at("tie_order", put="lot")],
    "not_a_range": [at(*LIFE, put=[1]), at(*LIFE, put=2)],
    "not_an_object": [at("quotas", put=[]), at("chambers", 0, "picks", put=[])],
    "version_unknown": [at("version", put=2)],
    "closes_before_opening": [at("closes_at", put="2026-09-07T00:00:00Z")],
    "no_pots": [at("pots", put=[])],
    "no_sections": [at("sections", put=[])],
    "no_items": [at("items", put=[])],
    "no_chambers": [at("chambers", put=[])],
    "repeated_id": [at("items", 0, "id", put="B"), at("chambers", 1, "id", put="residents")],
    "id_empty": [at("items", 0, "id", put="")],
    "reserved_id": [at("chambers", 0, "id", put="lot")],
    "cap_not_positive": [at("pots", 0, "cap", put=0)],
    "unknown_pot": [at("sections", 0, "pot", put="other")],
    "repeated_number": [at("items", 0, "number", put=2)],
    "number_not_positive": [at("items", 0, "number", put=0)],
    "title_empty": [at("items", 0, "title", "ko", put=" ")],
    "unknown_section": [at("items", 0, "section", put="other"), at("chambers", 0, "picks", "other", put=[0, 1])],
    "unknown_item": [at("items", 0, "excludes", put=["Z"])],
    "excludes_itself": [at("items", 0, "excludes", put=["A"])],
    "cost_zero": [at("items", 0, "cost", put=0)],
    "cost_negative": [at("items", 0, "cost", put=-1)],
    "cost_above_cap": [at("items", 0, "cost", put=1_000_000_001)],
    "min_cost_out_of_range": [at("items", 0, "min_cost", put=300_000_001), at("items", 0, "min_cost", put=0)],
    "weights_not_one": [at("chambers", 0, "weight", put="1/3")],
    "section_without_pick_rule": [at("chambers", 0, "picks", put={"life": [0, 3]})],
    "range_backwards": [
        at(*LIFE, put=[3, 1]),
        at(*LIFE, put=[-1, 1]),
        at("chambers", 0, "total", put=[2, 1]),
        at("chambers", 0, "score_range", put=[5, 1]),
    ],
    "section_fewer_items_than_picks": [at(*LIFE, put=[4, 4])],
    "total_impossible": [at("chambers", 0, "total", put=[5, 5]), at(*LIFE, put=[3, 3])],
    "points_limit_missing": [at("chambers", 0, "kind", put="cumulative")],
    "score_range_missing": [at("chambers", 0, "kind", put="scores")],
    "not_for_this_kind": [at("chambers", 0, "points_limit", put=5)],
    "limit_not_positive": [at("chambers", 0, "money_limit", put=0)],
    "threshold_out_of_range": [
        at("chambers", 0, "threshold", put={"votes": -1}),
        at("chambers", 0, "threshold", put={"share": "3/2"}),
    ],
    "unknown_tie_rule": [at("tie_order", put=["mayor", "lot"])],
    "repeated_tie_rule": [at("tie_order", put=["lot", "lot"])],
    "tie_order_not_total": [at("tie_order", put=["residents"]), at("tie_order", put=[])],
    "cover_out_of_range": [at("cap_policy", put={"kind": "near", "cover": "0/1"})],
    "quota_not_positive": [at("quotas", "per_dong", put={"count": 0, "cost": None})],
    "not_a_key": [
        at("keys", put=[key])
        for key in (5, "key", SIGNS[:-1], SIGNS + "0", SIGNS.upper(), SIGNS + "\n", SEALS[:-2], f"rsa:{'0f' * 32}")
    ],
    "repeated_key": [
        at("keys", put=[SIGNS, SEALS, f"ed25519:{'0e' * 32}"]),
        at("keys", put=[SEALS, SEALS_OPEN]),
    ],
}


@pytest.mark.parametrize(("code", "change"), [(code, change) for code, changes in FAULTY.items() for change in changes])
def test_a_manifest_is_refused_for(code: str, change: Change) -> None:
    assert code in [fault.code for fault in faults(changed(change))]


def test_the_printed_faults_are_all_that_there_are() -> None:
    printed = [word for line in table("manifest-faults") for word in words(line["code"])]
    assert sorted(printed) == sorted(FAULTY)


def test_all_faults_of_meaning_come_at_once_with_their_places_and_numbers() -> None:
    data = changed(
        at("chambers", 0, "weight", put="1/3"),
        at("items", 0, "cost", put=0),
        at("items", 3, "cost", put=2_000_000_000),
        at(*LIFE, put=[4, 4]),
    )
    found = {fault.code: fault for fault in faults(data)}
    assert found["weights_not_one"].values == {"sum": "5/6"}
    assert found["cost_zero"].where == "items[0].cost"
    assert found["cost_above_cap"].values == {"item": "D", "cost": 2_000_000_000, "cap": 1_000_000_000}
    life = {"section": "life", "min": 4, "max": 4, "items": 3}
    assert found["section_fewer_items_than_picks"].values == life


def test_all_faults_of_shape_come_at_once() -> None:
    data = changed(_dropped, at("round", put=None), at("chambers", 1, "weight", put="half"))
    found = {(fault.code, fault.where) for fault in faults(data)}
    assert found == {
        ("missing", "items[0].dong"),
        ("not_text", "round"),
        ("not_a_fraction", "chambers[1].weight"),
    }


@pytest.mark.parametrize("data", [None, [], "manifest", 5])
def test_what_is_not_even_an_object_is_refused(data: object) -> None:
    assert [fault.code for fault in faults(data)] == ["not_an_object"]


@given(election=elections())
@settings(deadline=None, max_examples=60)
def test_a_manifest_survives_being_written_and_read(election: tuple[Manifest, object]) -> None:
    manifest, _ = election
    read = Manifest.from_json(canonical.loads(canonical.dumps(manifest.to_json())))
    assert read == manifest
    assert read.sha256 == manifest.sha256


def test_what_is_written_is_key_for_key_what_was_read() -> None:
    data = changed(
        at("cap_policy", put={"kind": "near", "cover": "4/5"}),
        at("chambers", 0, "threshold", put={"share": "3/10"}),
        at("chambers", 1, "threshold", put={"votes": 2}),
        at("quotas", "per_dong", put={"count": 3, "cost": None}),
        at("items", 0, "excludes", put=["B"]),
        at("keys", put=[SIGNS, SEALS]),
        at("keys", put=[SIGNS, SEALS_OPEN]),
    )
    assert Manifest.from_json(data).to_json() == data


def test_a_key_is_found_by_its_kind() -> None:
    manifest = Manifest.from_json(changed(at("keys", put=[SEALS, SIGNS])))
    assert (manifest.key("ed25519"), manifest.key("hpke-p256")) == ("0f" * 32, "04" + "0f" * 64)
    assert Manifest.from_json(example()).key("ed25519") is None
    manifest = Manifest.from_json(changed(at("keys", put=[SEALS_OPEN])))
    assert (manifest.key("hpke-p256-open"), manifest.key("hpke-p256")) == ("04" + "0f" * 64, None)


def test_one_changed_letter_changes_the_hash() -> None:
    assert Manifest.from_json(example()).sha256 != Manifest.from_json(changed(at("round", put="example-2028"))).sha256


def test_any_number_of_chambers_may_share_the_weight() -> None:
    """Seoul 2018: citizens 50, committee 30, proposers 10, budget-school members 10."""
    data = example()
    weights = {"residents": "1/2", "committee": "3/10", "proposers": "1/10", "school": "1/10"}
    data["chambers"] = [{**data["chambers"][0], "id": name, "weight": weight} for name, weight in weights.items()]
    assert [chamber.id for chamber in Manifest.from_json(data).chambers] == list(weights)
