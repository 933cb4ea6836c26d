"""What is asked about a list of voters: the file, and what becomes of its doubtful lines."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField

from app.roll.list_rules import DOUBTS
from app.web.fields import Form, Length, MultiCheckboxField, Required, TrimmedText, Unmarked
from app.web.words import word

LONGEST_REASON = 500


class ListForm(Form):
    file = FileField(_l("명부 파일"), [Required(_l("올릴 파일을 골라 주세요."))])
    reason = TrimmedText(
        _l("더 넣는 까닭"),
        [Length(most=LONGEST_REASON), Unmarked()],
        description=_l("투표 대상을 공표한 뒤에는 까닭을 적어야 합니다. 이름이나 전화번호는 쓰지 마세요."),
    )


class TakeForm(Form):
    token = HiddenField()
    doubts = MultiCheckboxField(
        _l("그래도 넣을 줄"), [Unmarked()], description=_l("고르지 않은 것은 명부에 넣지 않습니다.")
    )


def take_form(token: str, found: Sequence[str]) -> TakeForm:
    """`found`: the doubts that there are."""
    form = TakeForm(token=token)
    form.doubts.choices = [(doubt, word("list_doubt", doubt)) for doubt in DOUBTS if doubt in found]
    return form


class ClearForm(Form):
    reason = TrimmedText(_l("비우는 까닭"), [Required(_l("까닭을 적어 주세요.")), Length(most=LONGEST_REASON)])
