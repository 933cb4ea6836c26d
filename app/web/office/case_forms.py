"""What is asked about people who could not vote."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from app.results.case_rules import KINDS, LONGEST_REMARK, MOST_PEOPLE
from app.results.case_services import Case
from app.web.fields import Between, DayField, Form, Length, RadioChoiceField, Required, TrimmedText, WholeNumberField
from app.web.fields import choices as listed
from app.web.words import choices


class CaseForm(Form):
    kind = RadioChoiceField(
        _l("무슨 일이 있었나요?"),
        [Required(_l("무슨 일이 있었는지 골라 주세요."))],
        choices=listed(*choices("unserved", KINDS)),
    )
    people = WholeNumberField(_l("몇 명인가요?"), [Required(_l("몇 명인지 입력해 주세요.")), Between(1, MOST_PEOPLE)])
    on_day = DayField(_l("언제였나요?"), [Required(_l("일이 있었던 날을 입력해 주세요."))])
    remark = TrimmedText(
        _l("메모"),
        [Length(most=LONGEST_REMARK)],
        description=_l(
            "이름, 전화번호, 주소는 쓰지 마세요. 메모는 담당 공무원과 확인자만 보고, 결과와 함께 공개되지 않습니다."
        ),
    )
    is_resolved = BooleanField(_l("해결됨: 이 사람들은 그 뒤에 투표했습니다."))

    def case(self) -> Case:
        return Case(self.kind.data, self.people.data, self.on_day.data, self.remark.data or "", self.is_resolved.data)
