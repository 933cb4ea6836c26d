"""Forms of signing in, for residents and for accounts."""

import unicodedata

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import ValidationError

from app.people import identity
from app.people.factor_rules import PASSKEY_NAME_MAX
from app.people.rules import CODE_DIGITS, PASSWORD_MAX, NotAMobileNumber
from app.web.errors import sentence
from app.web.fields import Form, Length, Required, TrimmedString


class PhoneField(StringField):
    """A Korean mobile number as E.164, typed in any of the usual ways."""

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data = ""
        if not typed:
            return
        try:
            self.data = identity.normalise_phone(typed)
        except NotAMobileNumber as error:
            raise ValueError(sentence(error)) from error


class CodeField(StringField):
    """Digits, with or without blanks and hyphens between them."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = unicodedata.normalize("NFKC", valuelist[0]) if valuelist else ""
        self.data = "".join(typed.split()).replace("-", "")


class PhoneForm(Form):
    phone = PhoneField(_l("휴대전화 번호"), [Required(_l("휴대전화 번호를 입력해 주세요."))])
    next = HiddenField()


class CodeForm(Form):
    code = CodeField(_l("인증번호"), [Required(_l("문자로 받은 인증번호를 입력해 주세요."))])
    next = HiddenField()

    def validate_code(self, field: CodeField) -> None:
        if not (field.data.isascii() and field.data.isdecimal() and len(field.data) == CODE_DIGITS):
            raise ValidationError(_l("인증번호는 숫자 여섯 자리입니다. 문자를 다시 확인해 주세요."))


class AccountForm(Form):
    login = TrimmedString(_l("아이디"), [Required(_l("아이디를 입력해 주세요."))])
    password = PasswordField(_l("비밀번호"), [Required(_l("비밀번호를 입력해 주세요."))])
    next = HiddenField()


class PasswordForm(Form):
    old = PasswordField(_l("지금 비밀번호"), [Required(_l("지금 비밀번호를 입력해 주세요."))])
    new = PasswordField(_l("새 비밀번호"), [Required(_l("새 비밀번호를 입력해 주세요.")), Length(most=PASSWORD_MAX)])
    again = PasswordField(_l("새 비밀번호 다시 입력"), [Required(_l("새 비밀번호를 한 번 더 입력해 주세요."))])

    def validate_again(self, field: PasswordField) -> None:
        if field.data != self.new.data:
            raise ValidationError(_l("새 비밀번호와 다릅니다. 같은 비밀번호를 두 번 입력해 주세요."))


class PasskeyForm(Form):
    """Filled in by `passkey.js`."""

    credential = HiddenField()
    next = HiddenField()


class AppForm(Form):
    code = CodeField(_l("앱에 나온 숫자 여섯 자리"), [Required(_l("앱에 나온 숫자 여섯 자리를 입력해 주세요."))])


class NewPasskeyForm(Form):
    name = TrimmedString(
        _l("패스키 이름"), [Required(_l("패스키 이름을 입력해 주세요.")), Length(most=PASSKEY_NAME_MAX)]
    )
    credential = HiddenField()
