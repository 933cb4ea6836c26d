"""A resident's own application to an open call: applying, reading it, and taking it back."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug import Response
from wtforms import BooleanField
from wtforms.validators import ValidationError

from app import clock
from app.programmes.models import Area
from app.proposals.queries import list_dongs
from app.proposals.rules import NotAPhoneNumber, tidy_phone
from app.recruitment import queries, rules, services
from app.recruitment.models import Application, Recruitment
from app.web import guard
from app.web.fields import (
    ChoiceField,
    Form,
    Length,
    RadioChoiceField,
    Required,
    TrimmedString,
    TrimmedText,
    WholeNumberField,
    choices,
)
from app.web.navigation import programme_frame
from app.web.refusals import shown_in
from app.web.resident.audience import wing
from app.web.words import choices as word_choices
from app.web.words import said

Answer = Response | str | tuple[str, int]


class ApplyForm(Form):
    """Its names are the application's columns, but for the consent."""

    name = TrimmedString(_l("이름"), [Required(_l("이름을 입력해 주세요.")), Length(most=rules.NAME_MAX)])
    birth_year = WholeNumberField(
        _l("태어난 해"),
        [Required(_l("태어난 해를 입력해 주세요."))],
        description=_l("청년의 몫을 셀 때 씁니다. 네 자리로 써 주세요. 예: 1985"),
    )
    sex = RadioChoiceField(
        _l("성별"),
        [Required(_l("성별을 골라 주세요."))],
        choices=choices(*word_choices("sex", rules.SEXES)),
        description=_l("한 성별이 한도를 넘지 않게 추첨할 때 씁니다."),
    )
    basis = RadioChoiceField(
        _l("구와의 연고"),
        [Required(_l("연고를 골라 주세요."))],
        choices=choices(*word_choices("basis", rules.BASES)),
    )
    area_id = ChoiceField(_l("주소나 직장, 학교가 있는 동"), [Required(_l("동을 골라 주세요."))])
    motive = TrimmedText(
        _l("신청하는 까닭"), [Required(_l("신청하는 까닭을 써 주세요.")), Length(most=rules.MOTIVE_MAX)]
    )
    phone = TrimmedString(
        _l("연락받을 전화번호"), description=_l("선정되었을 때 알려 드리는 데만 씁니다. 예: 010-1234-5678")
    )
    is_vulnerable = BooleanField(
        _l("사회적 배려 대상입니다 (장애인, 기초생활수급자, 다문화가족 등)"),
        description=_l(
            "밝히지 않으셔도 됩니다. 표시하시면 사회적 배려 대상의 몫에 들어가며, 어느 것인지는 묻지 않습니다."
        ),
    )
    consents = BooleanField(
        _l("위 안내를 읽었고, 개인정보를 모으고 쓰는 데 동의합니다"),
        [Required(_l("동의하셔야 신청할 수 있습니다. 안내를 읽고 표시해 주세요."))],
    )

    def offer(self, dongs: Sequence[Area]) -> None:
        self.area_id.choices = choices(("", _("고르세요")), *((str(one.id), said(one, "name")) for one in dongs))

    def validate_phone(self, field: TrimmedString) -> None:
        try:
            tidy_phone(field.data or "")
        except NotAPhoneNumber as error:
            raise ValidationError(_l("전화번호를 다시 확인해 주세요. 예: 010-1234-5678")) from error

    @property
    def told(self) -> dict[str, Any]:
        names = ("name", "birth_year", "sex", "basis", "motive", "is_vulnerable")
        told = {name: self[name].data for name in names}
        return {**told, "area_id": int(self.area_id.data), "phone": tidy_phone(self.phone.data or "") or None}


@wing.route("/recruitments/<int:recruitment_id>/apply", methods=["GET", "POST"])
def application_create(recruitment_id: int) -> Answer:
    row, resident = queries.get_public_recruitment(recruitment_id), guard.get_resident()
    form = ApplyForm()
    form.offer(list_dongs(row.programme))
    if form.validate_on_submit():
        places = {rules.BirthYearUnfit: form.birth_year, rules.RecruitmentError: None}
        with shown_in(form, places):
            one = services.apply(row, resident, told=form.told, at=clock.now())
            flash(_("신청을 접수했습니다. 접수번호는 %(number)s입니다.", number=one.number), "good")
            return redirect(url_for(".application_detail", application_id=one.id))
    cancelled_days = min(row.kept_days, rules.CANCELLED_KEPT_DAYS)
    page = render_template("resident/application_create.html", form=form, cancelled_days=cancelled_days, **_frame(row))
    return page, 422 if form.errors else 200


@wing.get("/applications/<int:application_id>")
def application_detail(application_id: int) -> str:
    one = queries.get_own(application_id, guard.get_resident())
    return render_template(
        "resident/application_detail.html", one=one, leaves_by=_leaves_by(one), **_frame(one.recruitment)
    )


@wing.route("/applications/<int:application_id>/withdraw", methods=["GET", "POST"])
def application_withdraw(application_id: int) -> Answer:
    """Whoever was drawn, or waits, declines; others withdraw. What they told is erased either way."""
    resident = guard.get_resident()
    one = queries.get_own(application_id, resident)
    form = Form()
    leaves_by = _leaves_by(one)
    if form.validate_on_submit():
        with shown_in(form, {rules.RecruitmentError: None}):
            row_id = one.recruitment_id
            if leaves_by == rules.DECLINED:
                services.decline(one, reason="", at=clock.now(), by=resident.actor)
                flash(_("자리를 사양했고, 적으신 개인정보를 지웠습니다."), "good")
            else:
                services.withdraw(one, at=clock.now(), by=resident.actor)
                flash(_("신청을 거두었고, 적으신 개인정보를 지웠습니다."), "good")
            return redirect(url_for("public.recruitment_detail", recruitment_id=row_id))
    page = render_template(
        "resident/application_withdraw.html", form=form, one=one, leaves_by=leaves_by, **_frame(one.recruitment)
    )
    return page, 422 if form.errors else 200


def _leaves_by(one: Application) -> str:
    """How it is taken back now: "" where it cannot be."""
    if rules.may_withdraw(one.recruitment.state, one.state):
        return rules.WITHDRAWN
    return rules.DECLINED if rules.DECLINED in rules.APPLICATION_TRANSITIONS[one.state] else ""


def _frame(row: Recruitment) -> dict[str, Any]:
    return {
        "row": row,
        "is_taking": rules.is_taking(row.state, row.opens_at, row.closes_at, clock.now()),
        "programme": programme_frame(row.programme),
    }
