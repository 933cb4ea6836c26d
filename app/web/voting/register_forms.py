"""What somebody says of themselves before they vote, and with whose consent."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from app.programmes.models import Area
from app.roll.rules import NAME_MAX
from app.roll.services import Claim
from app.rounds.models import Round
from app.web.birth_date_field import BirthDateField
from app.web.fields import ChoiceField, Form, Length, RadioChoiceField, Required, TrimmedString, Unmarked
from app.web.public.sign_in_forms import CodeField, CodeForm, PhoneField
from app.web.words import choices, said


class RegisterForm(Form):
    name = TrimmedString(_l("이름"), [Required(_l("이름을 신분증에 적힌 대로 입력해 주세요.")), Length(most=NAME_MAX)])
    born_on = BirthDateField(_l("생년월일"), [Required(_l("생년월일을 입력해 주세요."))])
    dong = ChoiceField(_l("어느 동인가요?"), [Unmarked()])
    basis = RadioChoiceField(_l("그 동과 어떤 연고가 있나요?"), [Unmarked()])
    consent = BooleanField(
        _l("위 내용을 읽었고, 확인에만 쓰는 데 동의합니다."), [Required(_l("동의하셔야 투표할 수 있습니다."))]
    )

    def claim(self, dongs: Sequence[Area], guardian: str | None = None) -> Claim:
        area = next((dong for dong in dongs if str(dong.id) == self.dong.data), None)
        return Claim(self.name.data, self.born_on.data, self.basis.data, area, guardian)

    @property
    def answers(self) -> dict[str, str]:
        """As the guardian's pages carry them along."""
        return {field.name: field._value() for field in (self.name, self.born_on)} | {
            "dong": self.dong.data or "", "basis": self.basis.data or "", "consent": "y",
        }  # fmt: skip


def register_form(round_: Round, dongs: Sequence[Area]) -> RegisterForm:
    """Asks for nothing that has one answer only."""
    form = RegisterForm(basis=round_.bases[0])
    form.basis.choices = choices("basis", tuple(round_.bases))
    form.dong.choices = [("", _l("고르세요")), *((str(dong.id), said(dong, "name")) for dong in dongs)]
    if len(round_.bases) == 1:
        form.basis.data = round_.bases[0]
    return form


class GuardianForm(Form):
    guardian_phone = PhoneField(_l("보호자의 휴대전화 번호"), [Required(_l("보호자의 휴대전화 번호를 입력해 주세요."))])


class GuardianCodeForm(Form):
    guardian_phone = HiddenField()
    code = CodeField(_l("보호자가 받은 인증번호"), [Required(_l("보호자가 문자로 받은 인증번호를 입력해 주세요."))])

    validate_code = CodeForm.validate_code
