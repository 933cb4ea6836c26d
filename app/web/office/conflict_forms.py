"""How two proposals that are at odds are settled."""

from flask_babel import lazy_gettext as _l

from app.proposals import conflict_rules as rules
from app.web.fields import Form, Length, RadioChoiceField, Required, TrimmedText, WholeNumberField, choices
from app.web.words import choices as word_choices


class CompareForm(Form):
    first = WholeNumberField(_l("한 제안의 접수번호"), [Required(_l("접수번호를 숫자로 입력해 주세요."))])
    second = WholeNumberField(_l("다른 제안의 접수번호"), [Required(_l("접수번호를 숫자로 입력해 주세요."))])
    kind = RadioChoiceField(
        _l("무엇이 같은가요?"),
        [Required(_l("무엇이 같은지 골라 주세요."))],
        choices=choices(*word_choices("conflict_kind", rules.KINDS)),
    )


class SettleForm(Form):
    settlement = RadioChoiceField(
        _l("어떻게 정리할까요?"),
        [Required(_l("어떻게 정리할지 골라 주세요."))],
        choices=choices(*word_choices("conflict", rules.SETTLED)),
    )
    reason = TrimmedText(
        _l("까닭"),
        [Required(_l("까닭을 써 주세요.")), Length(most=rules.REASON_MAX)],
    )
