"""Votes in, money out: figures, scores, order and funding in one step. The count takes it once; the explanations
take it again with other votes or other rules, so that they are found with the tally itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.tally.box import Sums
from app.tally.fund import Grant, below_threshold, entries_of, fund
from app.tally.manifest import Manifest
from app.tally.normalise import Figures, figures, scopes
from app.tally.order import Scores, TieKey, combine, lot, place_in_order, tie_columns


@dataclass(frozen=True)
class Award:
    """Lists in the order of the manifest's items; `order` holds their places, the best first."""

    figures: Mapping[str, Figures]
    scores: Scores
    columns: Sequence[Sequence[TieKey]]
    order: Sequence[int]
    grants: Sequence[Grant]


class Rules:
    """A manifest made ready for many awards. `lots`: the text of each item under the rule `lot`."""

    def __init__(self, manifest: Manifest, lots: Sequence[str]):
        self.manifest = manifest
        self.lots = lots
        self.entries = entries_of(manifest)
        self.groups = {chamber.id: scopes(manifest, chamber.scope) for chamber in manifest.chambers}
        self.weights = [chamber.weight for chamber in manifest.chambers]

    def award(self, sums: Mapping[str, Sums], lots: Sequence[str] | None = None) -> Award:
        found = {
            chamber.id: figures(sums[chamber.id], chamber.normalisation, self.groups[chamber.id])
            for chamber in self.manifest.chambers
        }
        scores = combine(self.weights, list(found.values()))
        votes = {chamber: chamber_sums.votes for chamber, chamber_sums in sums.items()}
        columns = tie_columns(self.manifest, votes, lots or self.lots)
        order = place_in_order(scores, columns)
        return Award(found, scores, columns, order, self.fund(order, sums))

    def fund(self, order: Sequence[int], sums: Mapping[str, Sums]) -> list[Grant]:
        return fund(self.manifest, self.entries, order, below_threshold(self.manifest, sums))


def lots_of(manifest: Manifest, seed: str | None) -> list[str]:
    """Without a seed the ballot number stands in; `order.ensure_settled` then refuses a result that needs it."""
    if seed is None:
        return [f"{item.number:020d}" for item in manifest.items]
    return [lot(manifest.sha256, seed, item.id) for item in manifest.items]
