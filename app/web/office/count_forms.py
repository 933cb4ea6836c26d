"""What is asked before the steps of a count."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from app.results.rules import LONGEST_SEED, LONGEST_SOURCE
from app.web.fields import Form, Length, Required, TrimmedString, TrimmedText

LONGEST_REASON = 1000


class EnterSeedForm(Form):
    seed = TrimmedString(
        _l("공개된 번호"),
        [Required(_l("공개된 번호를 입력해 주세요.")), Length(most=LONGEST_SEED)],
        description=_l("투표가 끝난 뒤에 누구도 정할 수 없는 곳에서 나온 번호입니다. 예: 3 11 15 29 35 44"),
    )
    source = TrimmedString(
        _l("어디에서 나온 번호인가요?"),
        [Required(_l("번호가 나온 곳을 입력해 주세요.")), Length(most=LONGEST_SOURCE)],
        description=_l("예: 제1123회 로또 당첨 번호, 2026년 9월 26일 추첨"),
    )


class ConfirmSeedForm(Form):
    seed = TrimmedString(
        _l("공개된 번호"),
        [Required(_l("공개된 번호를 입력해 주세요.")), Length(most=LONGEST_SEED)],
        description=_l("앞사람이 입력한 것을 보지 말고, 나온 곳에서 직접 확인하여 입력해 주세요."),
    )


class SignForm(Form):
    """The box is shown, and asked for, where it matters: see `app.results.case_rules.Standing`."""

    knows_unserved = BooleanField(_l("투표하지 못한 분의 수를 알고 이 결과에 서명합니다."))


class WithdrawForm(Form):
    reason = TrimmedText(
        _l("개표 결과를 거두는 까닭"),
        [Required(_l("까닭을 입력해 주세요.")), Length(most=LONGEST_REASON)],
        description=_l("기록에 남습니다."),
    )
