"""The sheet: the sections with their projects, each with its counter, and the bar below.

Everybody sees the projects in an order of their own. So it is drawn in pieces that are put together for each voter;
on the opening day, when everybody asks for it with nothing ticked, the pieces were drawn once in a process.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import NamedTuple

from flask import get_template_attribute
from flask_babel import gettext as _
from markupsafe import Markup

from app.ballots import queries, rules
from app.ballots.queries import PaperItem
from app.tally.paper import Paper
from app.web.fields import Form
from app.web.filters import language
from app.web.round_words import picks_words, rival_words
from app.web.voting.ballot_forms import SectionField, ballot_form, section_fields

HERE = Markup("\0")  # where in a section its projects come: a character that no text can have


class DrawnSection(NamedTuple):
    """What stands before and after the projects of `codes`."""

    before: str
    codes: list[str]
    after: str


class Frame(NamedTuple):
    """The sheet without its projects."""

    sections: list[DrawnSection]
    bar: str


def blank_sheet(paper: Paper, key: str, foreign: frozenset[str] = frozenset()) -> Markup:
    """With nothing ticked and nothing barred but what is `foreign`, which does not show."""
    sha256 = paper.manifest.sha256
    frame = _blank_frame(sha256, paper.chamber.id, language(), foreign)
    return _join(frame, key, _blank_items(sha256, language()).__getitem__)


def is_foreign(field: SectionField, foreign: frozenset[str]) -> bool:
    """Whether the section stands on another dong's own ballot, and so not on this one."""
    return bool(field.codes) and foreign.issuperset(field.codes)


def draw_sheet(
    paper: Paper,
    key: str,
    form: Form,
    barred: frozenset[str] = frozenset(),
    foreign: frozenset[str] = frozenset(),
) -> Markup:
    """With the ticks and the faults of `form`, the items in `barred` not to be ticked, and those in `foreign`, which
    are among them, not shown."""
    items = {item.code: item for item in queries.list_paper_items(paper)}
    ticked = {code for field in section_fields(form) for code in field.ticked}

    def draw(code: str) -> str:
        return _draw_barred(items[code]) if code in barred else _draw_item(items[code], code in ticked)

    return _join(_frame(paper, form, barred, foreign), key, draw)


def _join(frame: Frame, key: str, item: Callable[[str], str]) -> Markup:
    parts: list[str] = []
    for section in frame.sections:
        parts.append(section.before)
        parts += map(item, rules.shuffled(section.codes, key))
        parts.append(section.after)
    return Markup("".join([*parts, frame.bar]))


# What is published never changes, so that its hash and the language name a drawing for good.


@lru_cache(maxsize=64)  # a dong's own ballot is one more
def _blank_frame(sha256: str, chamber: str, _language: str, foreign: frozenset[str]) -> Frame:
    paper = queries.paper_of(sha256, chamber)
    return _frame(paper, ballot_form(paper), foreign, foreign)


@lru_cache(maxsize=8)
def _blank_items(sha256: str, _language: str) -> dict[str, str]:
    return {item.code: _draw_item(item, ticked=False) for item in queries.list_items_of(sha256)}


def _frame(paper: Paper, form: Form, barred: frozenset[str], foreign: frozenset[str]) -> Frame:
    limits = paper.limits_without(barred)
    limit_of = {section.id: limit for section, limit in zip(paper.manifest.sections, limits.sections, strict=True)}
    fields = [field for field in section_fields(form) if not is_foreign(field, foreign)]
    draw = _macro("section")
    drawn, room = [], []
    for field in fields:
        least, most = limit_of[field.section]
        most = min(most, sum(code not in barred for code in field.codes))
        before, _hole, after = draw(field, least, most, _hint(least, most), HERE).partition(HERE)
        drawn.append(DrawnSection(before, field.codes, after))
        room.append((least, most))
    bar = _macro("bar")(
        chosen=sum(len(field.ticked) for field in fields),
        least=max(limits.total[0], sum(least for least, _ in room)),
        most=min(limits.total[1], sum(most for _, most in room)),
    )
    return Frame(drawn, bar)


def _draw_item(item: PaperItem, ticked: bool) -> str:
    return _macro("item")(item, ticked, rival_words(item.rivals))


def _draw_barred(item: PaperItem) -> str:
    return _macro("barred")(item)


def _macro(name: str) -> Callable[..., Markup]:
    return partial(get_template_attribute("voting/_sheet.html", name))


def _hint(least: int, most: int) -> str:
    if most == 0:
        return _("고를 수 있는 사업이 없습니다.")
    return _("%(picks)s 골라 주세요.", picks=picks_words(least, most))
