"""Who could not vote, in numbers and a sentence: the same for the signers and for the public."""

from collections.abc import Sequence
from typing import NamedTuple

from flask_babel import gettext as _

from app.results import cases
from app.results.cases import KindLine
from app.results.models import Count
from app.web.filters import number


class Unserved(NamedTuple):
    """`sentence`: those who were not helped against the smallest margin."""

    kinds: Sequence[KindLine]
    sentence: str
    could_change_it: bool


def unserved_of(count: Count) -> Unserved:
    standing = cases.standing(count)
    return Unserved(
        cases.by_kind(count.round_id), _sentence(standing.unresolved, standing.margin), standing.could_change_it
    )


def _sentence(unresolved: int, margin: int | None) -> str:
    if margin is None:
        return _("해결되지 않은 %(n)s명. 주민 표가 얼마나 달라도 선정은 바뀌지 않습니다.", n=number(unresolved))
    return _("해결되지 않은 %(n)s명, 가장 작은 차이 %(margin)s표.", n=number(unresolved), margin=number(margin))
