"""What an officer types at the beginning and the end of a station's day."""

from flask_babel import lazy_gettext as _l

from app.papers.rules import EXPLANATION_MAX, MOST_PAPERS
from app.web.fields import Between, Form, Length, Required, TrimmedText, Unmarked, WholeNumberField

_NUMBER = Required(_l("몇 장인지 입력해 주세요. 없으면 0을 입력해 주세요."))


class OpenDayForm(Form):
    papers = WholeNumberField(
        _l("받은 투표지"),
        [_NUMBER, Between(0, MOST_PAPERS)],
        description=_l("아직 쓰지 않은 투표지를 세어 입력해 주세요. 종이 투표를 하지 않으면 0을 입력해 주세요."),
    )
    first_number = WholeNumberField(
        _l("첫 투표지의 순번"),
        [Required(_l("첫 투표지의 순번을 입력해 주세요. 첫날이면 1입니다.")), Between(1, MOST_PAPERS)],
        description=_l("몇 번째 장부터 쓰는지 적습니다. 투표지에는 번호가 없습니다. 첫날이면 1을 입력해 주세요."),
    )


class CountDayForm(Form):
    papers_unused = WholeNumberField(_l("남은 투표지"), [_NUMBER, Between(0, MOST_PAPERS)])
    in_box = WholeNumberField(
        _l("투표함에서 센 투표지"),
        [_NUMBER, Between(0, MOST_PAPERS)],
        description=_l("접힌 채로 장수만 셉니다. 펴서 보지 마세요."),
    )
    why = TrimmedText(
        _l("수가 맞지 않는 까닭"),
        [Unmarked(), Length(most=EXPLANATION_MAX)],
        description=_l("수가 맞으면 비워 두세요. 이름, 전화번호, 주소는 쓰지 마세요."),
    )
