"""서면 접수: staff enter a proposal that came on paper, at the counter or by phone."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug import Response
from wtforms import BooleanField, ValidationError

from app import clock
from app.proposals import paper, queries, rules
from app.proposals.paper import Sheet
from app.proposals.rules import ProposalError
from app.rounds.models import Round
from app.rounds.rules import OutsidePhase
from app.web import guard
from app.web.errors import sentence
from app.web.fields import DayField, Length, RadioChoiceField, Required, TrimmedString, choices
from app.web.office.audience import wing
from app.web.office.round_frame import get_round, round_frame
from app.web.resident.proposal_forms import ContentForm, PlaceForm, TitleForm

WAYS = (("paper", _l("종이 제안서")), ("counter", _l("동 주민센터 창구")), ("phone", _l("전화")))


class PaperForm(TitleForm, PlaceForm, ContentForm):
    """All steps at once, by the same rules, and who proposed it."""

    way = RadioChoiceField(
        _l("어떻게 받았나요?"), [Required(_l("어떻게 받았는지 골라 주세요."))], choices=choices(*WAYS)
    )
    received_on = DayField(_l("받은 날"), [Required(_l("받은 날을 입력해 주세요."))])
    name = TrimmedString(_l("제안하신 분의 이름"), [Required(_l("이름을 입력해 주세요.")), Length(most=rules.NAME_MAX)])
    phone = TrimmedString(
        _l("제안하신 분의 전화번호"),
        description=_l(
            "휴대전화 번호를 적으면 그분이 로그인해서 이 제안을 보고 고치실 수 있습니다. 본인의 번호인지 확인해 주세요."
        ),
    )
    consent_kept = TrimmedString(
        _l("동의서를 보관하는 곳"),
        [Required(_l("동의서를 어디에 보관하는지 써 주세요.")), Length(most=rules.PLACE_MAX)],
        description=_l("예: 가산동 주민센터 2027년 제안 서류철 3번"),
    )
    consents = BooleanField(
        _l("제안하신 분이 개인정보를 모으고 쓰는 데 종이로 동의했습니다"),
        [Required(_l("동의를 받으셔야 접수할 수 있습니다."))],
    )

    def offer_all(self, round_: Round) -> None:
        dongs = queries.list_dongs(round_.programme)
        for step in (TitleForm, PlaceForm, ContentForm):
            step.offer(self, round_, dongs)
        self.show_lines(())

    def validate_phone(self, field: TrimmedString) -> None:
        try:
            rules.tidy_phone(field.data or "")
        except rules.NotAPhoneNumber as error:
            raise ValidationError(_("전화번호를 다시 확인해 주세요. 예: 010-1234-5678")) from error

    @property
    def sheet(self) -> Sheet:
        texts: dict[str, Any] = {name: self[name].data or "" for name in ("way", "name", "phone", "consent_kept")}
        received: date = self.received_on.data
        return Sheet(received_on=received, **texts)


@wing.route("/rounds/<int:round_id>/proposals/paper", methods=["GET", "POST"])
def paper_proposal(round_id: int) -> Response | str | tuple[str, int]:
    round_, at = get_round(round_id), clock.now()
    form = PaperForm()
    form.offer_all(round_)
    if not form.change_lines() and form.validate_on_submit():
        account, key = guard.get_account(), guard.identity_key()
        try:
            filed = paper.file_on_paper(round_, form.sheet, changes=form.changes, key=key, at=at, by=account.actor)
            flash(_("서면 접수했습니다. 접수번호는 %(number)s번입니다.", number=filed.number), "good")
            return redirect(url_for(".proposal_detail", proposal_id=filed.id))
        except (ProposalError, OutsidePhase) as error:
            form.refuse(sentence(error))
    page = render_template(
        "office/proposal_paper.html", form=form, is_taking=rules.is_taking(round_, at), **round_frame(round_)
    )
    return page, 422 if form.errors else 200
