"""What somebody says of themselves who comes onto the register with a printed code, or from an identity provider."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.programmes.models import Area
from app.roll import queries
from app.roll import rules as roll
from app.roll.services import Claim
from app.rounds.models import Round
from app.web.birth_date_field import BirthDateField
from app.web.fields import ChoiceField, Form, Length, RadioChoiceField, Required, TrimmedString, choices
from app.web.words import choices as worded
from app.web.words import said


class CodeClaimForm(Form):
    name = TrimmedString(_l("이름"), [Required(_l("이름을 입력해 주세요.")), Length(most=roll.NAME_MAX)])
    born_on = BirthDateField(_l("생년월일"), [Required(_l("생년월일을 입력해 주세요."))])
    basis = RadioChoiceField(_l("이곳에 어떤 연고가 있나요?"), [Required(_l("연고를 골라 주세요."))])
    area = ChoiceField(_l("그곳은 어느 동인가요?"), [Required(_l("어느 동인지 골라 주세요."))])

    def offer(self, round_: Round) -> None:
        self._dongs = {str(area.id): area for area in queries.list_dongs(round_)}
        self.basis.choices = choices(*worded("basis", round_.bases))
        self.area.choices = choices(
            ("", _("고르세요")), *((key, said(one, "name")) for key, one in self._dongs.items())
        )
        if not self._dongs:
            del self.area

    def dong(self) -> Area | None:
        return self._dongs[self.area.data] if self._dongs else None

    def claim(self) -> Claim:
        return Claim(self.name.data, self.born_on.data, self.basis.data, self.dong())


def places(form: CodeClaimForm) -> dict[type[Exception], object]:
    """Where what is wrong with a claim is said. A provider's claim has no fields for name and birth date."""
    return {
        roll.NameMissing: form.name,
        **dict.fromkeys((roll.BirthDateUnfit, roll.TooYoung, roll.GuardianMissing), form.born_on),
        roll.BasisNotTaken: form.basis,
        roll.RollError: None,
    }
