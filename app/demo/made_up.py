"""Votes and costs that nobody cast or asked for: always the same ones for the same random numbers. Pure."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate
from random import Random
from typing import NamedTuple

STEP_WON = 500_000
LEAST_COST_WON = 3_000_000
LATE_SHARE = 5  # so many cheap projects are funded after the first one that does not fit

Box = list[list[str]]


class Pool(NamedTuple):
    """Codes of which every ballot picks exactly so many."""

    codes: Sequence[str]
    picks: int


def popularity(codes: Sequence[str], rng: Random, spread: float = 0.7) -> dict[str, float]:
    return {code: rng.lognormvariate(0, spread) for code in codes}


def ballots(pools: Sequence[Pool], liking: Mapping[str, float], count: int, rng: Random) -> Box:
    """`count` ballots that keep the rule of every pool; what is liked twice as much is picked about twice as often."""
    return [[code for pool in pools for code in _pick(pool, liking, rng)] for _ in range(count)]


def _pick(pool: Pool, liking: Mapping[str, float], rng: Random) -> list[str]:
    """Without replacement, by weight: the shortest of exponential waits (Efraimidis and Spirakis 2006)."""
    return sorted(pool.codes, key=lambda code: rng.expovariate(liking[code]))[: pool.picks]


def level(box: Box, one: str, two: str, others: Sequence[str]) -> None:
    """Changes as few ballots as it takes for both to have the same number of votes. All are of one pool."""
    votes = Counter(code for ballot in box for code in ballot)
    more, less = (one, two) if votes[one] >= votes[two] else (two, one)
    ahead = votes[more] - votes[less]
    if ahead % 2:
        _swap(box, more, lambda ballot: next((code for code in others if code not in ballot), None), 1)
    _swap(box, more, lambda ballot: None if less in ballot else less, ahead // 2)


def _swap(box: Box, gone: str, come: Callable[[list[str]], str | None], times: int) -> None:
    for ballot in box:
        if not times:
            return
        instead = come(ballot) if gone in ballot else None
        if instead is not None:
            ballot[ballot.index(gone)] = instead
            times -= 1


def best_first(codes: Sequence[str], residents: Box, committee: Box) -> list[str]:
    """Half and half by share of all votes; equal ones by residents' votes, then as they stand in `codes`."""
    theirs, ours = (Counter(code for ballot in box for code in ballot) for box in (residents, committee))
    score = {code: Fraction(theirs[code], theirs.total()) + Fraction(ours[code], ours.total() or 1) for code in codes}
    return sorted(codes, key=lambda code: (-score[code], -theirs[code]))


def costs(order: Sequence[str], *, cap_won: int, spend_won: int, funded: int, rng: Random) -> dict[str, int]:
    """Costs with which `funded` projects of this order get exactly `spend_won` of the cap, and all others do not fit
    into what is left when their turn comes. Whole STEP_WONs."""
    late = min(LATE_SHARE, len(order) - funded)
    shares = iter(sorted(_parts(spend_won, funded, rng), reverse=True))
    large = [next(shares) for _ in range(funded - late)]
    rng.shuffle(large)
    granted = iter([*large, *shares])
    tail = [True] * late + [False] * (len(order) - funded)
    rng.shuffle(tail)
    left, found = cap_won, {}
    for code, fits in zip(order, [True] * (funded - late) + tail, strict=True):
        found[code] = next(granted) if fits else left + rng.randint(1, 20) * STEP_WON
        left -= found[code] if fits else 0
    return found


def _parts(total: int, count: int, rng: Random) -> Iterator[int]:
    """`count` uneven parts of `total`, each at least LEAST_COST_WON."""
    spare = total // STEP_WON - count * (LEAST_COST_WON // STEP_WON)
    weights = list(accumulate(rng.lognormvariate(0, 0.6) for _ in range(count)))
    marks = [0, *(round(spare * mark / weights[-1]) for mark in weights)]
    return (LEAST_COST_WON + (high - low) * STEP_WON for low, high in zip(marks, marks[1:], strict=False))
