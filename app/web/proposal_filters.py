"""What narrows a list of proposals, read from an address. What is not on the lists is as if not asked."""

from collections.abc import Iterable
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l

from app.proposals import queries
from app.proposals.queries import WHOLE_GU, Filters
from app.rounds.models import Round
from app.web.fields import ChoiceField, GetForm, TrimmedString, choices
from app.web.filters import with_query
from app.web.words import choices as word_choices
from app.web.words import said

WORDS_MAX = 80
SORTED = {
    "number": _l("접수번호 순"),
    "-submitted": _l("최근 접수한 순"),
    "cost": _l("사업비 적은 순"),
    "-cost": _l("사업비 많은 순"),
}


class FilterForm(GetForm):
    """Nothing in it can be wrong."""

    section = ChoiceField(_l("분야"))
    area = ChoiceField(_l("동"))
    state = ChoiceField(_l("상태"))
    words = TrimmedString(_l("찾는 말"))
    sort = ChoiceField(_l("차례"))

    def offer(self, round_: Round, states: tuple[str, ...]) -> None:
        for field in self:
            field.flags.narrows = True  # that a filter may be left out goes without saying
        everything = ("", _l("모두"))
        dongs = queries.list_dongs(round_.programme)
        sections = ((str(section.id), said(section, "name")) for section in round_.sections)
        self.section.choices = choices(everything, *sections)
        self.area.choices = choices(
            everything, *((str(dong.id), said(dong, "name")) for dong in dongs), (str(WHOLE_GU), _l("구 전체"))
        )
        self.state.choices = choices(everything, *word_choices("proposal", states))
        self.sort.choices = choices(*SORTED.items())

    def asked(self) -> dict[str, str]:
        """What the address asked for, to ask the same of another page."""
        return {field.name: field.data for field in self if field.data}

    def is_used(self) -> bool:
        """Whether the address asked for anything but a round."""
        return bool(self.asked().keys() - {"round_id"})

    def filters(self) -> Filters:
        section, area = (_known(field) for field in (self.section, self.area))
        sort = str(self.sort.data or "")
        plain = sort.removeprefix("-")
        return Filters(
            section_id=int(section) if section else None,
            area_id=int(area) if area else None,
            state=_known(self.state) or None,
            words=(self.words.data or "")[:WORDS_MAX],
            sort=plain if plain in queries.SORTS else "number",
            falling=sort.startswith("-") and plain in queries.SORTS,
        )


class RoundFilterForm(FilterForm):
    """Over all rounds that there are to see."""

    round_id = ChoiceField(_l("회차"), coerce=int)

    def offer_rounds(self, rounds: Iterable[Round], chosen: Round) -> None:
        named = ((row.id, f"{said(row, 'title')} – {said(row.programme, 'name')}") for row in rounds)
        self.round_id.choices = choices(*named)
        self.round_id.data = chosen.id


def read_filters(round_: Round, states: tuple[str, ...]) -> FilterForm:
    form = FilterForm(request.args)
    form.offer(round_, states)
    return form


def read_round_filters(rounds: Iterable[Round], chosen: Round, states: tuple[str, ...]) -> RoundFilterForm:
    form = RoundFilterForm(request.args)
    form.offer_rounds(rounds, chosen)
    form.offer(chosen, states)
    return form


def sort_columns(columns: Iterable[tuple[str, Any]], filters: Filters) -> list[dict[str, Any]]:
    """Headings of the kit's table out of (key of queries.SORTS or "", words): a click sorts, another turns it round."""
    return [_heading(key, words, filters) for key, words in columns]


def _heading(key: str, words: Any, filters: Filters) -> dict[str, Any]:
    if not key:
        return {"label": words}
    now = filters.sort == key
    return {
        "label": words,
        "numeric": key == "cost",
        "sort": with_query(sort=f"-{key}" if now and not filters.falling else key, page=None),
        "direction": ("descending" if filters.falling else "ascending") if now else None,
    }


def _known(field: ChoiceField) -> str:
    """What was chosen, when it is on the list."""
    offered = {str(choice.value) for choice in field.choices}
    return str(field.data) if field.data in offered else ""
