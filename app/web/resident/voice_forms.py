"""What is asked of somebody who comments, or reports a comment."""

from flask_babel import lazy_gettext as _l

from app.voices import rules
from app.web.fields import Form, Length, RadioChoiceField, Required, TrimmedText
from app.web.fields import choices as listed
from app.web.words import choices


class CommentForm(Form):
    body = TrimmedText(
        _l("의견"),
        [Required(_l("의견을 써 주세요.")), Length(most=rules.COMMENT_MAX)],
        description=_l("누구나 볼 수 있습니다. 이름은 보이지 않으니, 이름이나 전화번호를 쓰지 마세요."),
    )


class ReportForm(Form):
    ground = RadioChoiceField(
        _l("무엇이 문제인가요?"),
        [Required(_l("무엇이 문제인지 골라 주세요."))],
        choices=listed(*choices("comment_ground", rules.GROUNDS)),
    )
    remark = TrimmedText(
        _l("더 하실 말씀"), [Length(most=rules.REASON_MAX)], description=_l("담당 공무원만 읽고, 처리하면 지웁니다.")
    )
