"""What is asked about printed codes."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField

from app.codes import rules
from app.programmes.models import Area
from app.rounds.models import Round
from app.rounds.rules import LIST
from app.web.fields import (
    Between,
    ChoiceField,
    Form,
    Length,
    RadioChoiceField,
    Required,
    TrimmedText,
    WholeNumberField,
    choices,
)
from app.web.words import choices as worded
from app.web.words import said

PDF, CSV = "pdf", "csv"


class BatchForm(Form):
    """Of a list whom the codes are for, of a register how many there are to be."""

    selection = RadioChoiceField(
        _l("누구에게 줄 번호인가요?"),
        [Required(_l("누구에게 줄 번호인지 골라 주세요."))],
        choices=choices(*worded("code_selection", rules.SELECTIONS[:3])),
    )
    area = ChoiceField(_l("한 동이라면 어느 동인가요?"))
    size = WholeNumberField(
        _l("몇 개를 만드나요?"), [Required(_l("몇 개인지 입력해 주세요.")), Between(1, rules.MOST_CODES)]
    )
    is_test = BooleanField(_l("연습용: 이 번호로는 투표할 수 없습니다."))

    def offer(self, round_: Round, dongs: Sequence[Area]) -> None:
        self.area.choices = choices(("", _("고르세요")), *((str(area.id), said(area, "name")) for area in dongs))
        if round_.voters == LIST:
            del self.size
        else:
            del self.selection, self.area

    def validate_area(self, field: ChoiceField) -> None:
        if self.selection.data == rules.AREA and not field.data:
            self.refuse(_("어느 동인지 골라 주세요."), field)

    def is_fit(self) -> bool:
        return self.validate_on_submit() and not self.errors


class DownloadForm(Form):
    format = RadioChoiceField(
        _l("어떤 파일로 받나요?"),
        [Required(_l("어떤 파일로 받을지 골라 주세요."))],
        choices=choices((PDF, _l("PDF: 한 사람에 반 장씩, QR 코드와 함께 인쇄")), (CSV, _l("CSV: 인쇄소에 보낼 표"))),
    )


class ListedDownloadForm(DownloadForm):
    """Of codes that belong to the people of a list."""

    file = FileField(
        _l("명부 파일"),
        [Required(_l("누구의 번호인지 알 수 있게 명부 파일을 골라 주세요."))],
        description=_l(
            "명부에는 이름이 없어서, 올리셨던 파일을 한 번 더 읽어 번호 옆에 그 파일의 행과 이름을 적어 드립니다. "
            "파일은 보관하지 않습니다."
        ),
    )
    with_boxes = BooleanField(_l("한자처럼 인쇄할 수 없는 글자는 □로 인쇄해도 됩니다. (PDF)"))


class VoidForm(Form):
    number = WholeNumberField(
        _l("순번"),
        [Between(1, rules.MOST_CODES)],
        description=_l("종이에 적힌 순번입니다. 비워 두면 묶음 전체를 무효로 합니다."),
    )
    reason = TrimmedText(
        _l("까닭"),
        [Required(_l("까닭을 써 주세요.")), Length(most=rules.REASON_MAX)],
        description=_l("이름이나 번호는 쓰지 마세요. 기록에 남습니다."),
    )
