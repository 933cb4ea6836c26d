"""What is typed with a pile of papers in hand."""

import unicodedata
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import ValidationError

from app.papers.rules import EXPLANATION_MAX, MOST_PAPERS, SEEN_BY_HAND
from app.programmes.models import Area
from app.web.fields import (
    Between,
    ChoiceField,
    Form,
    Length,
    Required,
    TrimmedString,
    TrimmedText,
    Unmarked,
    WholeNumberField,
)
from app.web.fields import choices as listed
from app.web.paper_words import REASONS
from app.web.words import said

NOTHING_TICKED = "0"
_NUMBER = Required(_l("몇 장인지 입력해 주세요. 없으면 0을 입력해 주세요."))
NUMBERS_MAX = 400


class LateDayForm(Form):
    papers_unused = WholeNumberField(_l("남은 투표지"), [_NUMBER, Between(0, MOST_PAPERS)])
    in_box = WholeNumberField(
        _l("투표함에서 센 투표지"),
        [_NUMBER, Between(0, MOST_PAPERS)],
        description=_l("접힌 채로 장수만 셉니다. 펴서 보지 마세요."),
    )
    why = TrimmedText(
        _l("투표소에서 마감하지 못한 까닭"),
        [Required(_l("투표소에서 마감하지 못한 까닭을 입력해 주세요.")), Length(most=EXPLANATION_MAX)],
        description=_l("수가 맞지 않으면 그 까닭도 써 주세요. 이름, 전화번호, 주소는 쓰지 마세요."),
    )


class PileForm(Form):
    papers = WholeNumberField(
        _l("투표지 수"),
        [Required(_l("쌓아 놓은 투표지가 몇 장인지 입력해 주세요.")), Between(0, MOST_PAPERS)],
        description=_l("투표함에서 꺼낸 투표지를 다시 세어 한 줄로 쌓아 주세요. 입력은 쌓은 순서대로 합니다."),
    )
    remark = TrimmedText(
        _l("투표소에서 센 수와 다른 까닭"),
        [Unmarked(), Length(most=EXPLANATION_MAX)],
        description=_l("같으면 비워 두세요."),
    )


class SheetForm(Form):
    """`marks`: the numbers of the ticked projects, with blanks or commas; "0": nothing is ticked."""

    sheet = HiddenField()
    marks = TrimmedString(
        _l("표시한 사업의 번호"),
        [Length(most=NUMBERS_MAX)],
        description=_l("빈칸으로 나누어 입력하고 Enter를 누르세요. 예: 3 12. 아무 표시도 없으면 0을 입력하세요."),
    )
    reason = ChoiceField(
        _l("눈으로 본 무효"),
        [Unmarked()],
        choices=listed(("", _l("아님")), *((reason, REASONS[reason]) for reason in SEEN_BY_HAND)),
    )
    dong = ChoiceField(_l("투표지에 적힌 동"), [Unmarked()], choices=listed(("", _l("동이 적혀 있지 않음"))))

    def offer_dongs(self, dongs: Sequence[Area]) -> None:
        self.dong.choices = [
            *listed(("", _("동이 적혀 있지 않음"))),
            *listed(*((str(a.id), said(a, "name")) for a in dongs)),
        ]

    def validate_marks(self, field: TrimmedString) -> None:
        if not field.data and not self.reason.data:
            raise ValidationError(_("번호를 입력해 주세요. 아무 표시도 없으면 0을 입력해 주세요."))
        if not all(part.isdecimal() for part in _parts(field.data)):
            raise ValidationError(_("번호는 숫자로 입력하고 빈칸이나 쉼표로 나누어 주세요."))

    @property
    def numbers(self) -> list[int]:
        return [int(part) for part in _parts(self.marks.data) if part != NOTHING_TICKED]


class DiscardForm(Form):
    why = TrimmedText(
        _l("처음부터 다시 입력하는 까닭"),
        [Required(_l("까닭을 적어 주세요.")), Length(most=EXPLANATION_MAX)],
    )


def _parts(marks: str | None) -> list[str]:
    return unicodedata.normalize("NFKC", marks or "").replace(",", " ").split()
