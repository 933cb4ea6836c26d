"""Forms about accounts, their roles, and departments."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from app.people.models import ADMIN_ROLE, DEPARTMENT_ROLE, ROLES
from app.people.queries import list_departments
from app.people.rules import PASSWORD_MAX
from app.programmes.queries import list_programmes
from app.web.fields import ChoiceField, Form, GetForm, Length, RadioChoiceField, Required, TrimmedString, choices
from app.web.words import choices as words
from app.web.words import said


def programme_choices(first: Any) -> list[SelectChoice]:
    return choices(("", first), *((str(row.id), said(row, "name")) for row in list_programmes()))


class AccountFilter(GetForm):
    role = ChoiceField(_l("역할"), choices=choices(("", _l("모든 역할")), *words("role", ROLES)), default="")
    programme = ChoiceField(_l("참여예산 사업"), default="")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.programme.choices = programme_choices(_l("모든 참여예산 사업"))

    @property
    def wanted(self) -> dict[str, Any]:
        """As `list_accounts` takes it."""
        programme = self.programme.data
        return {"role": self.role.data or None, "programme_id": int(programme) if programme else None}


class PasswordGiven(Form):
    password = StringField(_l("첫 비밀번호"), [Length(most=PASSWORD_MAX)])


class AccountForm(PasswordGiven):
    login = TrimmedString(_l("아이디"), [Required(_l("아이디를 입력해 주세요."))])
    name = TrimmedString(_l("이름"), [Required(_l("이름을 입력해 주세요.")), Length(most=60)])


class RoleForm(Form):
    role = RadioChoiceField(
        _l("역할"), [Required(_l("역할을 하나 골라 주세요."))], choices=choices(*words("role", ROLES))
    )
    programme = ChoiceField(_l("참여예산 사업"), default="")
    department = ChoiceField(_l("부서"), default="")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.programme.choices = programme_choices(_l("고르세요"))
        departments = ((str(row.id), said(row, "name")) for row in list_departments())
        self.department.choices = choices(("", _l("고르세요")), *departments)

    def validate_programme(self, field: ChoiceField) -> None:
        if self.role.data and self.role.data != ADMIN_ROLE and not field.data:
            raise ValidationError(_l("이 역할을 맡을 사업을 골라 주세요."))
        if self.role.data == ADMIN_ROLE and field.data:
            raise ValidationError(_l("시스템 관리자는 사업을 고르지 않습니다."))

    def validate_department(self, field: ChoiceField) -> None:
        if self.role.data == DEPARTMENT_ROLE and not field.data:
            raise ValidationError(_l("소관부서 담당의 부서를 골라 주세요."))
        if self.role.data and self.role.data != DEPARTMENT_ROLE and field.data:
            raise ValidationError(_l("부서는 소관부서 담당일 때만 고릅니다."))


class DepartmentForm(Form):
    name_ko = TrimmedString(_l("부서 이름"), [Required(_l("부서 이름을 입력해 주세요.")), Length(most=60)])
    name_en = TrimmedString(_l("영문 이름"), [Required(_l("영문 이름을 입력해 주세요.")), Length(most=80)])
