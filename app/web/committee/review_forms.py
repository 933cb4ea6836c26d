"""A member's declaration, scoring sheet and stepping back."""

import re
import secrets
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField

from app.reviews import rules
from app.reviews.models import Criterion, WrittenReview
from app.web.fields import (
    Between,
    Form,
    Length,
    RadioChoiceField,
    Required,
    SeenField,
    TrimmedText,
    WholeNumberField,
    choices,
)
from app.web.filters import language
from app.web.words import said

MARK = re.compile(r"[0-9a-f]{64}")
CHIPS_MAX = 10  # up to so many points are chosen from chips, more are typed


class NeededToSubmit:
    """A draft may leave the field empty, and yet it is not called optional."""

    field_flags = {"required": True}

    def __call__(self, form: Form, field: Field) -> None:
        """Nothing to refuse while drafting: `submit_sheet` asks for every criterion."""


class DeclareForm(Form):
    no_conflict = BooleanField(
        _l("저는 이 제안과 이해관계가 없습니다"),
        [Required(_l("이해관계가 없으면 표시해 주세요. 있으면 회피해 주세요."))],
    )


class StepBackForm(Form):
    reason = TrimmedText(_l("회피하는 까닭"), [Required(_l("까닭을 써 주세요.")), Length(most=rules.TEXT_MAX)])


class SubmitForm(Form):
    """`seen` is the version of the sheet whose points the page showed."""

    seen = SeenField()

    def version(self) -> int | None:
        return self.seen.number(otherwise=-1)


class SheetForm(Form):
    """Made for the criteria of one round: a field of points for each, and the comment."""

    criteria: Sequence[Criterion] = ()
    comment: TrimmedText
    seen: SeenField  # the version that the page showed
    page: HiddenField  # its own mark
    has_moved = False  # since the page was opened: what is stored now is shown beside what was typed

    def version(self) -> int | None:
        return self.seen.number(otherwise=-1)

    def mark(self) -> str:
        """Empty where it is none that was given."""
        typed = str(self.page.data or "")
        return typed if MARK.fullmatch(typed) else ""

    @property
    def parts(self) -> set[str]:
        """Names of the fields that are saved one by one."""
        return {self.comment.name, *(self.points_field(one).name for one in self.criteria)}

    def points_field(self, criterion: Criterion) -> Field:
        return self[_name(criterion)]

    def points(self) -> dict[int, int]:
        """By criterion id; those left empty are not in it."""
        given = {one.id: self.points_field(one).data for one in self.criteria}
        return {criterion_id: int(points) for criterion_id, points in given.items() if points is not None}

    def refuse_missing(self, missing: tuple[int, ...]) -> None:
        for one in self.criteria:
            if one.id in missing:
                words = _("‘%(criterion)s’ 점수를 매겨 주세요.", criterion=said(one, "name"))
                self.refuse(words, self.points_field(one))


def sheet_form(criteria: Sequence[Criterion], sheet: WrittenReview) -> SheetForm:
    fields = {_name(one): _points(one) for one in criteria}
    comment = TrimmedText(_l("의견"), [Length(most=rules.TEXT_MAX)])
    kept = {"comment": comment, "seen": SeenField(), "page": HiddenField(), "criteria": tuple(criteria)}
    bound = type("BoundSheetForm", (SheetForm,), {**fields, **kept})
    form: SheetForm = bound(data=_written(criteria, sheet))
    return form


def _name(criterion: Criterion) -> str:
    return f"points_{criterion.id}"


def _points(criterion: Criterion) -> Field:
    label = _("%(criterion)s (%(most)s점 만점)", criterion=said(criterion, "name"), most=criterion.points_max)
    if criterion.weight > 1:
        label = _("%(label)s, %(weight)s배로 더합니다", label=label, weight=criterion.weight)
    hint = said(criterion, "hint")
    if criterion.points_max > CHIPS_MAX:
        anchors = " · ".join(
            _("%(points)s점: %(words)s", points=n, words=one) for n, one in said_anchors(criterion).items()
        )
        hint = " ".join(filter(None, (hint, anchors)))
        return WholeNumberField(label, [NeededToSubmit(), Between(0, criterion.points_max)], description=hint)
    anchors = said_anchors(criterion)
    points = (str(n) for n in range(criterion.points_max + 1))
    chips = choices(*((n, f"{n} {anchors[n]}" if n in anchors else n) for n in points))
    return RadioChoiceField(label, [NeededToSubmit()], description=hint, choices=chips)


def said_anchors(criterion: Criterion) -> dict[str, str]:
    """What some of the points mean, in the reader's language: points, as text → words."""
    anchors = criterion.anchors_en if language() == "en" and criterion.anchors_en else criterion.anchors_ko
    return dict(anchors)


def _written(criteria: Sequence[Criterion], sheet: WrittenReview) -> dict[str, Any]:
    points = sheet.points
    page = {"comment": sheet.comment, "seen": str(sheet.version), "page": secrets.token_hex(32)}
    return {**page, **{_name(one): _shown(one, points.get(one.id)) for one in criteria}}


def _shown(criterion: Criterion, points: int | None) -> int | str | None:
    return points if points is None or criterion.points_max > CHIPS_MAX else str(points)
