"""Random elections for a second counter: rules of every kind, rolls, recusals, lots, and ballots good and bad."""

from random import Random
from typing import Any, NamedTuple

from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from app.tally import canonical, counting
from app.tally.manifest import Manifest, ManifestError
from app.tally.manifest_shape import KINDS
from tests.tally.elections import SEED, manifest_json

Json = dict[str, Any]
WEIGHTS = (("1/2", "1/2"), ("1/2", "1/2"), ("3/10", "7/10"), ("0/1", "1/1"))
ODD = (None, "text", 3, [], {}, [["nested"]], {"choices": 3}, {"choices": [], "more": 1}, {"choices": [], "channel": 1})


class Election(NamedTuple):
    """What stands in a bundle, as JSON. `ballots`: chamber → ballots; `rolls`: as in rolls.json."""

    manifest: Json
    ballots: dict[str, list[Any]]
    rolls: Json


def examples(manifests: int, boxes: int) -> list[Election]:
    """So many manifests, each with so many boxes of ballots."""
    found: list[Election] = []

    @settings(max_examples=manifests, deadline=None, database=None, phases=[Phase.generate])
    @given(manifest=_manifests(), seed=st.integers(0, 2**32))
    def collect(manifest: Json, seed: int) -> None:
        any_ = Random(seed)
        found.extend(_election(manifest, any_) for _ in range(boxes))

    collect()
    return found


def counted(election: Election) -> str:
    """What app.tally makes of it: the canonical result, or the refusal as the modules name it."""
    try:
        result = counting.count(Manifest.from_json(election.manifest), election.ballots, **election.rolls)
    except counting.SeedNeeded:
        return "Uncountable: lot"
    return canonical.dumps(result.to_json()).decode()


@st.composite
def _manifests(draw: st.DrawFn) -> Json:
    manifest = manifest_json(draw)
    any_ = Random(draw(st.integers(0, 2**32)))
    for chamber, weight in zip(manifest["chambers"], any_.choice(WEIGHTS), strict=True):
        chamber.update(_paper(manifest, any_), weight=weight)
    if any_.random() < 0.2:  # nobody is called residents
        manifest["chambers"][0]["id"], manifest["tie_order"] = "youth", ["committee", "dearer", "youth", "lot"]
    try:
        Manifest.from_json(manifest)
    except ManifestError:
        assume(False)
    return manifest


def _paper(manifest: Json, any_: Random) -> Json:
    kind, narrow = any_.choice(KINDS), any_.random() < 0.3
    ranges = {section["id"]: [any_.randint(0, 1), any_.randint(1, 3)] for section in manifest["sections"]}
    return {
        "kind": kind,
        "picks": {section: limits if narrow else [0, 7] for section, limits in ranges.items()},
        "total": any_.choice([None, [0, 1], [1, 2], [2, 2], [1, 4]]) if narrow else None,
        "money_limit": any_.randint(5, 30) if any_.random() < 0.2 else None,
        "points_limit": any_.randint(3, 9) if kind == "cumulative" else None,
        "score_range": any_.choice([[0, 4], [1, 5]]) if kind == "scores" else None,
    }


def _election(manifest: Json, any_: Random) -> Election:
    boxes = {
        chamber["id"]: [_ballot(chamber, manifest, any_) for _ in range(any_.randint(0, 14))]
        for chamber in manifest["chambers"]
        if any_.random() < 0.9
    }
    return Election(manifest, canonical.loads(canonical.dumps(boxes)), _rolls(manifest, boxes, any_))


def _ballot(chamber: Json, manifest: Json, any_: Random) -> Any:
    ids = [item["id"] for item in manifest["items"]]
    kind = any_.random()
    if kind < 0.05:
        return any_.choice(ODD)
    names = ids if kind < 0.85 else [*ids, "unknown", "10", "2"]
    if chamber["kind"] in ("cumulative", "scores"):
        choices: Any = {name: any_.randint(0, 4) for name in any_.sample(names, min(len(names), any_.randint(0, 3)))}
        if kind > 0.9:
            choices[any_.choice(names)] = any_.choice([-1, 9, True, None])
    else:
        most = 1 if chamber["kind"] == "choose-one" and kind < 0.85 else len(names)
        choices = any_.sample(names, any_.randint(min(1, most), most))
        if kind > 0.9:
            choices = [*choices, any_.choice([*choices, 1, True, None])]
    return choices if any_.random() < 0.85 else _envelope(choices, ids, any_)


def _envelope(choices: Any, ids: list[str], any_: Random) -> Json:
    barred = any_.sample([*ids, "unknown"], any_.randint(0, 2))
    parts = {"choices": choices, "barred": barred, "channel": any_.choice(["online", "desk", ""])}
    return {key: part for key, part in parts.items() if key == "choices" or any_.random() < 0.7}


def _rolls(manifest: Json, boxes: dict[str, list[Any]], any_: Random) -> Json:
    names, sections = ([entry["id"] for entry in manifest[kind]] for kind in ("chambers", "sections"))
    items = [item["id"] for item in manifest["items"]]
    people = {name: {"online": len(boxes.get(name, []))} for name in names}
    other = {any_.choice(names): {"online": any_.randint(0, 9), "desk": any_.randint(0, 9)}}
    lowered = {any_.choice(names): {any_.choice(["", *sections]): any_.randint(0, 2)}}
    return {
        "participations": any_.choice([None, people, people, other]),
        "present": any_.choice([None, {}, {any_.choice(names): any_.randint(0, 14)}]),
        "present_by_item": any_.choice([None, {any_.choice(names): {item: any_.randint(0, 9) for item in items}}]),
        "lowered": any_.choice([{}, {}, lowered]),
        "seed": any_.choice([SEED, SEED, "", None]),
    }
