"""The lines of a result: one per item, with its reason, and one per tie."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.tally.award import Award, Rules
from app.tally.box import Sums
from app.tally.explain import margins
from app.tally.fund import Grant
from app.tally.order import settled_by, ties
from app.tally.result import ChamberFigure, ItemRow, Margin, Reference, TieRow


@dataclass
class Sheet:
    """`drawn`: the seed of the lot is known."""

    rules: Rules
    sums: Mapping[str, Sums]
    award: Award
    drawn: bool

    def item_rows(self) -> Iterator[ItemRow]:
        """In order of place."""
        running: dict[str, int] = {}
        reserve = 0
        for number, place in enumerate(self.award.order, start=1):
            grant, entry = self.award.grants[place], self.rules.entries[place]
            running[entry.pot] = running.get(entry.pot, 0) + grant.amount
            in_reserve = not grant.amount and grant.reason != "below_threshold"
            reserve += in_reserve
            yield self._row(place, number, running[entry.pot], reserve if in_reserve else None)

    def tie_rows(self) -> Iterator[TieRow]:
        tie_order = self.rules.manifest.tie_order
        for group in self._ties:
            yield TieRow(
                items=self._ids(group),
                score=self.award.scores.fraction(group[0]),
                settled_by=[
                    settled_by(tie_order, self.award.columns, one, two)
                    for one, two in zip(group, group[1:], strict=False)
                ],
                decisive=self._decisive(group),
            )

    def _row(self, place: int, number: int, running: int, reserve: int | None) -> ItemRow:
        item, grant = self.rules.manifest.items[place], self.award.grants[place]
        lost_to = self._lost_to(place)
        return ItemRow(
            id=item.id,
            number=item.number,
            section=item.section,
            pot=self.rules.entries[place].pot,
            cost=item.cost,
            place=number,
            tied_with=[other for other in self._ids(self._tie_of.get(place, [])) if other != item.id],
            chambers=self._figures(place),
            score=self.award.scores.fraction(place),
            outcome=_outcome(grant, item.cost),
            funded=grant.amount,
            running=running,
            reason="lost_tie" if lost_to else grant.reason,
            reference=Reference(items=self._ids(lost_to)) if lost_to else self._reference(grant),
            reserve=reserve,
            margin=self._margin(place),
        )

    def _figures(self, place: int) -> dict[str, ChamberFigure]:
        return {
            chamber: ChamberFigure(sums.votes[place], sums.picks[place], figures.fraction(place))
            for chamber, sums, figures in (
                (chamber.id, self.sums[chamber.id], self.award.figures[chamber.id])
                for chamber in self.rules.manifest.chambers
            )
        }

    def _reference(self, grant: Grant) -> Reference | None:
        if grant.rival is not None:
            return Reference(items=self._ids([grant.rival]))
        if grant.quota is not None:
            rule, value, limit = grant.quota
            return Reference(quota=rule, value=value, limit=limit)
        return Reference(chamber=grant.chamber) if grant.chamber is not None else None

    def _margin(self, place: int) -> Margin | None:
        votes = self._margins.get(place)
        if votes is None:
            return None
        return Margin("spare" if self.award.grants[place].amount else "short", votes)

    def _lost_to(self, place: int) -> list[int]:
        """The tied items ahead of one that lacked money there and would have had it at the head of the tie."""
        group, grant = self._tie_of.get(place), self.award.grants[place]
        if group is None or grant.reason not in ("over_left", "pot_closed"):
            return []
        ahead = group[: group.index(place)]
        first = [place, *(other for other in group if other != place)]
        if not ahead or not self._fund_with(group, first)[place].amount:
            return []
        return [other for other in ahead if self.award.grants[other].amount] or ahead

    def _decisive(self, group: Sequence[int]) -> bool:
        amounts = [grant.amount for grant in self.award.grants]
        for place in group:
            rest = [other for other in group if other != place]
            for changed in ([place, *rest], [*rest, place]):
                if [grant.amount for grant in self._fund_with(group, changed)] != amounts:
                    return True
        return False

    def _fund_with(self, group: Sequence[int], changed: Sequence[int]) -> Sequence[Grant]:
        if list(group) == list(changed):
            return self.award.grants
        start = self.award.order.index(group[0])
        order = [*self.award.order[:start], *changed, *self.award.order[start + len(group) :]]
        return self.rules.fund(order, self.sums)

    def _ids(self, places: Sequence[int]) -> list[str]:
        return [self.rules.manifest.items[place].id for place in places]

    @cached_property
    def _ties(self) -> list[list[int]]:
        return ties(self.award.scores, self.award.order)

    @cached_property
    def _tie_of(self) -> dict[int, list[int]]:
        return {place: group for group in self._ties for place in group}

    @cached_property
    def _margins(self) -> dict[int, int]:
        return margins(self.rules, self.sums, self.award, drawn=self.drawn)


def _outcome(grant: Grant, cost: int) -> str:
    if not grant.amount:
        return "not_funded"
    return "funded" if grant.amount == cost else "part"
