"""The count of a round: how its time grows with the ballots, and a million of them."""

import random
import time
from statistics import median
from typing import Any, NamedTuple

from app.tally import counting
from app.tally.manifest import Manifest
from bench.figures import figure
from tests.tally.worked import example

ITEMS, SECTIONS, PICKS = 60, 10, 2
MEMBERS = 40
GROWTH, MILLION_SECONDS = 2.2, 10.0


class Size(NamedTuple):
    """`turns`: how often n and 2n are counted, in turn. `n`, `most`: ballots."""

    turns: int
    n: int
    most: int


def main(size: Size) -> None:
    manifest = Manifest.from_json(rules())
    few, many = made_up(manifest, size.n), made_up(manifest, 2 * size.n)
    pairs = [(seconds(manifest, few), seconds(manifest, many)) for _ in range(size.turns)]
    growth = median(twice / once for once, twice in pairs)
    figure("growth of the count", growth, f"x for {2 * size.n:,} ballots instead of {size.n:,}", GROWTH)
    took = seconds(manifest, made_up(manifest, size.most))
    figure("count of a round", took, f"s for {size.most:,} ballots x {ITEMS} projects", MILLION_SECONDS)


def seconds(manifest: Manifest, ballots: dict[str, list[list[str]]]) -> float:
    began = time.perf_counter()
    result = counting.count(manifest, ballots)
    took = time.perf_counter() - began
    result.ensure_publishable()
    return took


def made_up(manifest: Manifest, ballots: int) -> dict[str, list[list[str]]]:
    """Valid ballots out of a thousand different ones: making them is not what is measured."""
    chance = random.Random(ballots)
    papers = [
        [item.id for section in manifest.items_of_section.values() for item in chance.sample(section, PICKS)]
        for _ in range(1000)
    ]
    return {
        "residents": [list(chance.choice(papers)) for _ in range(ballots)],
        "committee": [list(chance.choice(papers)) for _ in range(MEMBERS)],
    }


def rules() -> dict[str, Any]:
    """A round as Geumcheon holds them, on the frame of the documented example: two chambers at one half, one pot."""
    frame, sections = example(), [f"s{n}" for n in range(SECTIONS)]
    pot = {**frame["pots"][0], "id": "main", "cap": 1_000_000_000}
    return {
        **frame,
        "pots": [pot],
        "sections": [{**frame["sections"][0], "id": section, "pot": "main"} for section in sections],
        "items": [_item(frame["items"][0], n, sections[n % SECTIONS]) for n in range(1, ITEMS + 1)],
        "chambers": [{**one, "picks": dict.fromkeys(sections, [0, PICKS]), "total": None} for one in frame["chambers"]],
    }


def _item(frame: dict[str, Any], number: int, section: str) -> dict[str, Any]:
    cost = 20_000_000 + number * 1_000_000
    own = {"id": str(number), "number": number, "section": section, "cost": cost, "min_cost": None, "excludes": []}
    return {**frame, **own}
