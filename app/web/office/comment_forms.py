"""What staff decide on a comment."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from app.voices import rules
from app.web.fields import Length, RadioChoiceField, Required, TrimmedText, VersionForm
from app.web.fields import choices as listed
from app.web.words import choices


class HideForm(VersionForm):
    ground = RadioChoiceField(
        _l("무엇이 문제인가요?"),
        [Required(_l("무엇이 문제인지 골라 주세요."))],
        choices=listed(*choices("comment_ground", rules.GROUNDS)),
    )
    reason = TrimmedText(
        _l("가리는 까닭"),
        [Required(_l("가리는 까닭을 써 주세요.")), Length(most=rules.REASON_MAX)],
        description=_l("의견이 있던 자리에 그대로 보이고, 쓴 사람도 읽습니다."),
    )
    bar = BooleanField(_l("쓴 사람이 30일 동안 의견을 쓰지 못하게 합니다."))
