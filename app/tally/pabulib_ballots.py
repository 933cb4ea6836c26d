"""The ballots of a `.pb` file: picks, what each pick earns, and whether the ballot keeps to META's limits."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.tally.pabulib_faults import Exact, PbError, number, number_at

POINTED = ("cumulative", "scoring")


@dataclass(slots=True)
class Ballot:
    """All ballots written alike: `picks` are places in the list of projects, `points` what each pick earns.

    `void` is the reason why they do not count; `repeated` says that an id stood twice and was counted once.
    """

    picks: tuple[int, ...]
    points: tuple[Exact, ...]
    void: str | None
    repeated: bool
    count: int = 0


class BallotReader:
    """Reads the cells of one vote under the rules of one election.

    An ordinal ballot earns `max_length` for its first pick and one less for each further one; where the file
    sets no `max_length`, the ballot's own length (the scores printed in such files agree).
    Void are ballots without a pick, with too few or too many, and with points out of range or above the sum.
    `max_sum_cost` and `min_sum_points` void nothing: costs are corrected after votes and points are rounded,
    and cities count such ballots (4 in Warszawa 2017 Młynów, 16 in Mechanical Turk Utilities 7).
    """

    def __init__(self, meta: Mapping[str, str], ids: Sequence[str], pointed: bool) -> None:
        self.places = {id: place for place, id in enumerate(ids)}
        self.pointed = pointed
        self.ordinal = meta["vote_type"] == "ordinal"
        self.longest = 1 if meta["vote_type"] == "choose-1" else int(_limit(meta, "max_length") or 0)
        self.shortest = int(_limit(meta, "min_length") or 1)
        self.least, self.most = _limit(meta, "min_points"), _limit(meta, "max_points")
        self.sum = _limit(meta, "max_sum_points")

    def read(self, line: int, vote: str, points: str) -> Ballot:
        """`line` is only for the fault: an unknown project, or points that do not go with the picks."""
        ids = vote.split(",") if vote else []
        try:
            picks = tuple([self.places[id] for id in ids])
        except KeyError:
            picks = tuple(self._place(line, id.strip()) for id in ids)
        earned = self._earned(line, points, len(picks))
        repeated = len(set(picks)) < len(picks)
        if repeated:
            first = dict(zip(reversed(picks), reversed(earned), strict=True))
            picks = tuple(dict.fromkeys(picks))
            earned = tuple(first[pick] for pick in picks)
        return Ballot(picks, earned, self._void(picks, earned), repeated)

    def _place(self, line: int, id: str) -> int:
        if id not in self.places:
            raise PbError(line, "unknown-project", {"id": id[:40]})
        return self.places[id]

    def _earned(self, line: int, points: str, picked: int) -> tuple[Exact, ...]:
        if self.pointed:
            cells = points.split(",") if points else []
            if len(cells) != picked:
                raise PbError(line, "points", {"expected": picked, "found": len(cells)})
            return tuple(number_at(line, "points", cell, least=None) for cell in cells)
        if self.ordinal:
            top = self.longest or picked
            return tuple(range(top, top - picked, -1))
        return (1,) * picked

    def _void(self, picks: tuple[int, ...], points: tuple[Exact, ...]) -> str | None:
        if not picks:
            return "empty"
        if len(picks) < self.shortest:
            return "too-few"
        if self.longest and len(picks) > self.longest:
            return "too-many"
        return self._void_by_points(points) if self.pointed else None

    def _void_by_points(self, points: tuple[Exact, ...]) -> str | None:
        if self.least is not None and min(points) < self.least:
            return "points"
        if self.most is not None and max(points) > self.most:
            return "points"
        return "sum" if self.sum is not None and sum(points) > self.sum else None


def _limit(meta: Mapping[str, str], key: str) -> Exact | None:
    return number(meta[key]) if meta.get(key) else None


def valid(ballots: Iterable[Ballot]) -> Iterator[Ballot]:
    return (ballot for ballot in ballots if ballot.void is None)


def add_up(
    meta: Mapping[str, str], projects: int, ballots: Sequence[Ballot]
) -> tuple[tuple[int, ...], tuple[Exact, ...]]:
    """By place. In a scoring election a ballot gives `default_score` to what it leaves out."""
    votes, cast = [0] * projects, 0
    scores: list[Exact] = [0] * projects
    for ballot in valid(ballots):
        cast += ballot.count
        for pick, points in zip(ballot.picks, ballot.points, strict=True):
            votes[pick] += ballot.count
            scores[pick] += points * ballot.count
    default = number(meta.get("default_score") or "0") if meta["vote_type"] == "scoring" else 0
    return tuple(votes), tuple(score + default * (cast - n) for score, n in zip(scores, votes, strict=True))
