"""The application's counter and the program for everybody count the same, byte for byte."""

import hashlib
from random import Random
from typing import Any

import pytest

from app.tally import canonical, counting
from app.tally.manifest import Manifest, ManifestError
from tests.faults.sizes import IS_LONG
from tests.recount.bundles import NO_ROLLS, program
from tests.recount.elections import election
from tests.tally import worked

recount = program()
ELECTIONS_PER_SEED = 1000 if IS_LONG else 300


def counted_anew(rules: dict[str, Any], ballots: dict[str, list[Any]], rolls: dict[str, Any]) -> bytes:
    lowered = rolls["lowered"] or {}
    boxes = [recount.Box(rules, chamber, lowered.get(chamber["id"], {})) for chamber in rules["chambers"]]
    for box in boxes:
        for ballot in ballots.get(box.chamber["id"], []):
            box.add(ballot, 1)
    sha256 = hashlib.sha256(canonical.dumps(rules)).hexdigest()
    return recount.canonical(recount.Count(rules, sha256, boxes, rolls).result())


@pytest.mark.parametrize("seed", range(10))
def test_random_elections_are_counted_the_same_by_both(seed: int) -> None:
    random, seeds_needed, broken, tied = Random(seed), 0, 0, 0
    for _ in range(ELECTIONS_PER_SEED):
        rules, ballots, rolls = canonical.loads(canonical.dumps(list(election(random))))
        recount.read_shaped(canonical.dumps(rules), "manifest.json")
        try:
            result = counting.count(Manifest.from_json(rules), ballots, **rolls)
        except counting.SeedNeeded:
            seeds_needed += 1
            with pytest.raises(recount.Wrong, match="seed"):
                counted_anew(rules, ballots, rolls)
            continue
        assert counted_anew(rules, ballots, rolls) == canonical.dumps(result.to_json())
        broken += not result.publishable
        tied += any(tie.decisive for tie in result.ties)
    assert min(seeds_needed, broken, tied) > ELECTIONS_PER_SEED // 100


def test_the_example_of_the_document_is_counted_the_same() -> None:
    rules = canonical.loads(canonical.dumps(worked.example()))
    result = counting.count(Manifest.from_json(rules), worked.ballots())
    assert counted_anew(rules, worked.ballots(), NO_ROLLS) == canonical.dumps(result.to_json())


ITEM, CHAMBER = worked.example()["items"][0], worked.example()["chambers"][0]
FAULTY: list[dict[str, Any]] = [
    {"version": 2},
    {"more": 1},
    {"fiscal_year": "2027"},
    {"closes_at": "2026-09-07T00:00:00Z"},
    {"pots": []},
    {"items": []},
    {"chambers": []},
    {"pots": [{"id": "main", "name": {"ko": "", "en": ""}, "cap": 0}]},
    {"items": [ITEM, ITEM]},
    {"items": [{**ITEM, "cost": 0}]},
    {"items": [{**ITEM, "min_cost": 0}]},
    {"items": [{**ITEM, "cost": 2_000_000_000}]},
    {"items": [{**ITEM, "section": "nowhere"}]},
    {"items": [{**ITEM, "excludes": ["A"]}]},
    {"items": [{**ITEM, "number": 0}]},
    {"chambers": [CHAMBER]},
    {"chambers": [{**CHAMBER, "weight": "1/1", "picks": {}}]},
    {"chambers": [{**CHAMBER, "weight": "1/1", "kind": "cumulative"}]},
    {"chambers": [{**CHAMBER, "weight": "1/1", "kind": "scores"}]},
    {"chambers": [{**CHAMBER, "weight": "1/1", "kind": "other"}]},
    {"chambers": [{**CHAMBER, "weight": "1/1", "threshold": {"votes": 1, "share": "1/2"}}]},
    {"tie_order": ["residents"]},
    {"tie_order": ["lot", "lot"]},
    {"tie_order": ["lot", "nobody"]},
    {"cap_policy": {"kind": "near"}},
    {"keys": ["ed25519:00"]},
]


@pytest.mark.parametrize("changes", FAULTY, ids=str)
def test_rules_that_the_application_refuses_are_refused_and_named(changes: dict[str, Any]) -> None:
    rules = {**worked.example(), **changes}
    with pytest.raises(ManifestError):
        Manifest.from_json(rules)
    with pytest.raises(recount.Wrong, match=r"manifest\.json"):
        recount.read_shaped(canonical.dumps(rules), "manifest.json")
