"""The scoring sheet of the written review: its criteria, and the points that a member may give."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from app.reviews.rules import NoCriteria, NotOnTheList, PointsOutOfRange, ReviewError, ensure_text

CRITERIA_MAX = 8
POINTS_MAX = 100
WEIGHT_MAX = 100
ANCHOR_MAX = 60  # letters
Anchors = Mapping[str, str]  # points, as text → what they mean
NO_ANCHORS: Anchors = MappingProxyType({})
_ANCHOR = re.compile(r"(0|[1-9][0-9]*)[\s:=.·-]+(\S.*)", re.ASCII)


class CriterionLine(NamedTuple):
    """One line of the scoring sheet, 0 to `points_max` points, each of which counts `weight` times."""

    name_ko: str
    name_en: str
    hint_ko: str
    hint_en: str
    points_max: int
    weight: int = 1
    anchors_ko: Anchors = NO_ANCHORS
    anchors_en: Anchors = NO_ANCHORS


class WeightOutOfRange(ReviewError):
    """A weight is from 1 to WEIGHT_MAX."""


class AnchorUnfit(ReviewError):
    """A line of anchors is not points within the range and words. `line`: as it was written."""

    def __init__(self, line: str) -> None:
        super().__init__(line)
        self.line = line


class SheetMoved(ReviewError):
    """Saved elsewhere after the page was opened: saving here would undo that unseen."""


def read_anchors(text: str, points_max: int) -> dict[str, str]:
    """ "0 필요 없음\\n10 꼭 필요" → {"0": "필요 없음", "10": "꼭 필요"}, by their points. Raises AnchorUnfit."""
    found: dict[int, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        match = _ANCHOR.fullmatch(line)
        if match is None or len(match[1]) > 3 or int(match[1]) > points_max or len(match[2]) > ANCHOR_MAX:
            raise AnchorUnfit(line)
        found[int(match[1])] = match[2].strip()
    return {str(points): found[points] for points in sorted(found)}


def say_anchors(anchors: Anchors) -> str:
    return "\n".join(f"{points} {words}" for points, words in anchors.items())


def ensure_criteria(lines: tuple[CriterionLine, ...]) -> None:
    """Raises NoCriteria, NotOnTheList, TextMissing, PointsOutOfRange, WeightOutOfRange, AnchorUnfit."""
    if not lines:
        raise NoCriteria
    if len(lines) > CRITERIA_MAX:
        raise NotOnTheList
    for position, line in enumerate(lines, start=1):
        ensure_text("name_ko", line.name_ko)
        ensure_text("name_en", line.name_en)
        if not 0 < line.points_max <= POINTS_MAX:
            raise PointsOutOfRange(position, POINTS_MAX)
        if not 0 < line.weight <= WEIGHT_MAX:
            raise WeightOutOfRange
        for anchors in (line.anchors_ko, line.anchors_en):
            read_anchors(say_anchors(anchors), line.points_max)


def ensure_points(points: Mapping[int, int], most: Mapping[int, int]) -> None:
    """`points` and `most` by criterion id. A criterion of another round is not on the list.

    Raises NotOnTheList, PointsOutOfRange.
    """
    if not points.keys() <= most.keys():
        raise NotOnTheList
    for criterion_id, given in points.items():
        if not 0 <= given <= most[criterion_id]:
            raise PointsOutOfRange(criterion_id, most[criterion_id])
