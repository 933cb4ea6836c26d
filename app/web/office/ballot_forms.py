"""What is asked before a prepared ballot is put aside."""

from flask_babel import lazy_gettext as _l

from app.web.fields import Form, Length, Required, TrimmedText
from app.web.office.count_forms import LONGEST_REASON


class WithdrawBallotForm(Form):
    reason = TrimmedText(
        _l("거두는 까닭"),
        [Required(_l("까닭을 입력해 주세요.")), Length(most=LONGEST_REASON)],
        description=_l("기록에 남고, 공표하면 누구나 볼 수 있습니다."),
    )
