"""What was typed into a form that is refused as a whole, because another was faster: the page that says so shows it
once more, to be copied. It is saved nowhere.

@wing.route("/checks/<int:proposal_id>/return", methods=["GET", "POST"])
@keeps_typed(ReturnForm)
def check_return(proposal_id): …
"""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import g, request
from flask_babel import gettext as _
from wtforms import Field, FieldList

from app.web.fields import DegreesField, Form, TrimmedString, TrimmedText, WonField, tidy

P = ParamSpec("P")
R = TypeVar("R")


def keeps_typed(form: type[Form]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Of a view, whatever refuses what it was sent. Not for a form with something that is nobody's to read."""

    def keeping(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def kept(*args: P.args, **values: P.kwargs) -> R:
            if request.method == "POST":
                g.typed_into = form
            return view(*args, **values)

        return kept

    return keeping


def typed_here() -> list[tuple[str, str]]:
    """For the page that refuses: `list_typed` of the form that this view keeps, or nothing."""
    return list(list_typed(g.typed_into())) if "typed_into" in g else []


def list_typed(form: Form) -> Iterator[tuple[str, str]]:
    """(label, what was typed) of each field that people type into, as they typed it; of the cost line by line."""
    for field in form:
        if isinstance(field, FieldList):
            for number, entry in enumerate(field, start=1):
                line = " × ".join(text for text in map(_typed, entry.form) if text)
                if line:
                    yield _("사업비의 %(number)d번째 줄", number=number), line
        elif isinstance(field, TrimmedString | TrimmedText | WonField | DegreesField) and _typed(field):
            yield field.label.text, _typed(field)


def _typed(field: Field) -> str:
    return tidy(field.raw_data[0]) if field.raw_data else ""
