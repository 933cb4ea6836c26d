"""The scoring sheet of the written review: its criteria, and the points that a member may give."""

from collections.abc import Mapping
from typing import NamedTuple

from app.reviews.rules import NoCriteria, NotOnTheList, PointsOutOfRange, ensure_text

CRITERIA_MAX = 8
POINTS_MAX = 100


class CriterionLine(NamedTuple):
    """One line of the scoring sheet, 0 to `points_max` points."""

    name_ko: str
    name_en: str
    hint_ko: str
    hint_en: str
    points_max: int


def ensure_criteria(lines: tuple[CriterionLine, ...]) -> None:
    """Raises NoCriteria, NotOnTheList, TextMissing, PointsOutOfRange."""
    if not lines:
        raise NoCriteria
    if len(lines) > CRITERIA_MAX:
        raise NotOnTheList
    for position, line in enumerate(lines, start=1):
        ensure_text("name_ko", line.name_ko)
        ensure_text("name_en", line.name_en)
        if not 0 < line.points_max <= POINTS_MAX:
            raise PointsOutOfRange(position, POINTS_MAX)


def ensure_points(points: Mapping[int, int], most: Mapping[int, int]) -> None:
    """`points` and `most` by criterion id. A criterion of another round is not on the list.

    Raises NotOnTheList, PointsOutOfRange.
    """
    if not points.keys() <= most.keys():
        raise NotOnTheList
    for criterion_id, given in points.items():
        if not 0 <= given <= most[criterion_id]:
            raise PointsOutOfRange(criterion_id, most[criterion_id])
