"""Random rounds of every kind, quickly made: small numbers, so that ties, exact fits and full quotas come up often."""

from random import Random
from typing import Any

from tests.tally.worked import example

Json = dict[str, Any]
KINDS = ("approval", "choose-one", "ranking", "cumulative", "scores")
NORMALISATIONS = ("share", "turnout", "top", "rank", "raw")
WEIGHTS = (["1/1"], ["1/2", "1/2"], ["2/3", "1/3"], ["1/2", "3/10", "1/5"], ["0/1", "1/1"])
CHAMBERS = (["residents", "committee", "young"], ["committee", "residents", "young"], ["first", "second", "third"])


def election(random: Random) -> tuple[Json, dict[str, list[Any]], Json]:
    """Rules, ballots by chamber, rolls (which need not agree with the ballots: then a gate is broken)."""
    sections = [f"s{n}" for n in range(random.randint(1, 3))]
    items = _items(random, sections)
    sizes = {section: sum(item["section"] == section for item in items) for section in sections}
    weights = random.choice(WEIGHTS)
    chambers = [
        _chamber(random, name, weight, sizes) for name, weight in zip(random.choice(CHAMBERS), weights, strict=False)
    ]
    names = [chamber["id"] for chamber in chambers]
    rules = {
        **example(),
        "pots": [{"id": pot, "name": {"ko": "", "en": ""}, "cap": random.randint(12, 40)} for pot in ("p0", "p1")],
        "sections": [
            {"id": name, "name": {"ko": "", "en": ""}, "pot": random.choice(["p0", "p1"])} for name in sections
        ],
        "items": items,
        "chambers": chambers,
        "cap_policy": random.choice([{"kind": "skip"}, {"kind": "stop"}, {"kind": "part"}, _near(random)]),
        "tie_order": _tie_order(random, names),
        "quotas": {
            **{rule: _quota(random) for rule in ("per_dong", "per_section", "per_proposer")},
            "at_least_one_per_section": random.random() < 0.3,
        },
    }
    ballots = {chamber["id"]: _ballots(random, chamber, items) for chamber in chambers}
    return rules, ballots, _rolls(random, ballots, items, sections)


def _items(random: Random, sections: list[str]) -> list[Json]:
    numbers = random.sample(range(1, 20), random.randint(2, 8))
    return [_item(random, number, sections, numbers) for number in numbers]


def _item(random: Random, number: int, sections: list[str], numbers: list[int]) -> Json:
    cost, rival = random.randint(1, 12), random.choice(numbers)
    return {
        "id": f"i{number}",
        "number": number,
        "section": random.choice(sections),
        "title": {"ko": "사업", "en": ""},
        "dong": random.choice([None, "gasan", "doksan"]),
        "cost": cost,
        "min_cost": random.choice([None, random.randint(1, cost)]),
        "proposer": random.choice([None, "q1", "q2"]),
        "excludes": [f"i{rival}"] if rival != number and random.random() < 0.2 else [],
    }


def _chamber(random: Random, name: str, weight: str, sizes: dict[str, int]) -> Json:
    kind = random.choice(KINDS)
    picks = {
        section: sorted((random.choice([0, 0, 0, min(1, size)]), random.randint(1, 5)))
        for section, size in sizes.items()
    }
    low = sum(least for least, _ in picks.values())
    if kind == "choose-one" and low > 1:
        picks, low = {section: [0, most] for section, (_, most) in picks.items()}, 0
    most = sum(min(most, sizes[section]) for section, (_, most) in picks.items())
    return {
        **example()["chambers"][0],
        "id": name,
        "weight": weight,
        "kind": kind,
        "picks": picks,
        "total": random.choice([None, None, [random.randint(0, max(low, 1)), max(most, 1)], [low, max(low, 2)]]),
        "money_limit": random.choice([None, None, 25]),
        "points_limit": random.randint(1, 9) if kind == "cumulative" else None,
        "score_range": random.choice([[0, 3], [1, 5]]) if kind == "scores" else None,
        "normalisation": random.choice(NORMALISATIONS),
        "scope": random.choice(["ballot", "section"]),
        "threshold": random.choice(
            [None, None, {"votes": random.randint(0, 3)}, {"share": random.choice(["1/10", "1/3", "0/1"])}]
        ),
    }


def _near(random: Random) -> Json:
    return {"kind": "near", "cover": random.choice(["1/2", "4/5", "1/1"])}


def _tie_order(random: Random, names: list[str]) -> list[str]:
    rules = random.sample([*names, "cheaper", "dearer"], random.randint(0, len(names) + 2))
    return [*rules, random.choice(["ballot-number", "lot", "lot"])]


def _quota(random: Random) -> Json | None:
    some = {"count": random.choice([None, 1, 2, 3]), "cost": random.choice([None, random.randint(1, 30)])}
    return random.choice([None, None, some])


def _ballots(random: Random, chamber: Json, items: list[Json]) -> list[Any]:
    ids = [item["id"] for item in items]
    return [_ballot(random, chamber["kind"], ids) for _ in range(random.choice([0, 1, 5, 12, 12]))]


def _ballot(random: Random, kind: str, ids: list[str]) -> Any:
    """Mostly good; now and then an unknown item, a repetition, or no ballot at all."""
    if random.random() < 0.1:
        return random.choice([None, "text", 3, True, {}, [], ["unknown"], [["nested"]], {"unknown": 1}, {ids[0]: None}])
    picks = random.sample(ids, 1 if kind == "choose-one" else random.randint(0, min(4, len(ids))))
    if kind in ("cumulative", "scores"):
        return {item: random.randint(0, 5) if random.random() < 0.9 else -1 for item in picks}
    return [*picks, *picks[:1]] if random.random() < 0.1 else picks


def _rolls(random: Random, ballots: dict[str, list[Any]], items: list[Json], sections: list[str]) -> Json:
    some = {name: {"online": len(cast) // 2, "desk": len(cast) - len(cast) // 2} for name, cast in ballots.items()}
    by_item = {name: {item["id"]: random.randint(5, 12) for item in items} for name in list(ballots)[:1]}
    lowered = {name: {random.choice(["", *sections]): random.randint(0, 1)} for name in list(ballots)[-1:]}
    return {
        "participations": random.choice([None, {}, some]),
        "present": random.choice([None, {}, {next(iter(ballots)): random.randint(5, 12)}]),
        "present_by_item": random.choice([None, {}, by_item]),
        "lowered": random.choice([None, {}, lowered]),
        "seed": random.choice(["public seed", "3 11 15", None]),
    }
