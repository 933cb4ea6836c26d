"""What staff say when they mask personal data in a proposal."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.proposals import mask_rules as rules
from app.proposals.models import ProposalFile
from app.web.fields import Form, Length, RadioChoiceField, Required, TrimmedString, TrimmedText, Unmarked
from app.web.fields import choices as listed
from app.web.words import choices, word


class MaskForm(Form):
    """`what`: rules.WORDS, or the id of a file."""

    what = RadioChoiceField(
        _l("무엇을 가릴까요?"), [Required(_l("무엇을 가릴지 골라 주세요."))], coerce=lambda value: value and str(value)
    )
    words = TrimmedString(
        _l("가릴 말"),
        [Unmarked(), Length(most=rules.WORDS_MAX)],
        description=_l("글에 있는 그대로 써 주세요. 예: 010-1234-5678. 여러 곳에 있으면 모두 가립니다."),
    )
    ground = RadioChoiceField(
        _l("어떤 개인정보인가요?"),
        [Required(_l("어떤 개인정보인지 골라 주세요."))],
        choices=listed(*choices("mask_ground", rules.GROUNDS)),
    )
    reason = TrimmedText(
        _l("가리는 까닭"),
        [Required(_l("가리는 까닭을 써 주세요.")), Length(most=rules.REASON_MAX)],
        description=_l("감사 기록에 남습니다. 가릴 말을 여기에 다시 쓰지 마세요."),
    )

    def offer(self, files: list[ProposalFile]) -> None:
        named = ((str(one.id), f"{word('file_kind', one.kind)}: {one.alt or one.file.name}") for one in files)
        self.what.choices = listed((rules.WORDS, _("글에 있는 말")), *named)
