"""서면 접수: staff enter a proposal that came on paper, at the counter or by phone, read it over beside others like it,
and file it."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug import Response
from wtforms import BooleanField, HiddenField, ValidationError
from wtforms.fields.choices import SelectFieldBase

from app import clock
from app.proposals import paper, queries, rules
from app.proposals.models import Proposal
from app.proposals.paper import Sheet
from app.proposals.rules import Line, ProposalError
from app.proposals.similar_queries import find_similar
from app.rounds.models import Round
from app.web import guard
from app.web.errors import sentence
from app.web.fields import DayField, Length, RadioChoiceField, Required, TrimmedString, WonField, choices
from app.web.filters import day, won
from app.web.office.audience import wing
from app.web.office.round_frame import get_round, round_frame
from app.web.resident.proposal_forms import ContentForm, PlaceForm, TitleForm

READ_BACK = (
    *("way", "received_on", "name", "phone", "consent_kept", "title", "section_id", "area_id", "place"),
    *("need", "content", "effect", "beneficiaries", "cost_won", "cost_note"),
)
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

    client_key = HiddenField()

    def offer_all(self, round_: Round, lines: Sequence[Line] = ()) -> None:
        dongs = queries.list_dongs(round_.programme)
        for step in (TitleForm, PlaceForm, ContentForm):
            step.offer(self, round_, dongs)
        self.show_lines(lines)

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
    """Filled in, it is read over first; its button brings the same again, to be filed or to be mended."""
    round_, at = get_round(round_id), clock.now()
    form = PaperForm(client_key=secrets.token_hex(8))
    form.offer_all(round_)
    if not form.change_lines() and form.validate_on_submit():
        if "mend" not in request.form and "file" not in request.form:
            return _check_page(form, round_)
        filed = _filed(form, round_, at) if "file" in request.form else None
        if filed is not None:
            flash(_("서면 접수했습니다. 접수번호는 %(number)s번입니다.", number=filed.number), "good")
            return redirect(url_for(".proposal_detail", proposal_id=filed.id))
    page = render_template(
        "office/proposal_paper.html", form=form, is_keying=rules.is_keying(round_, at), **round_frame(round_)
    )
    return page, 422 if form.errors else 200


def _filed(form: PaperForm, round_: Round, at: datetime) -> Proposal | None:
    """None where a rule was not kept: the form says which."""
    sent = {"changes": form.changes, "client_key": form.client_key.data or None}
    key, by = guard.identity_key(), guard.get_account().actor
    try:
        return paper.file_on_paper(round_, form.sheet, **sent, key=key, at=at, by=by)
    except ProposalError as error:
        form.refuse(sentence(error))
    return None


def _check_page(form: PaperForm, round_: Round) -> str:
    return render_template(
        "office/proposal_paper_check.html",
        kept=[(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"],
        read_back=list(_read_back(form)),
        lines=form.cost_lines,
        similar=find_similar(form.title.data),
        **round_frame(round_),
    )


def _read_back(form: PaperForm) -> Iterator[tuple[str, str]]:
    """(question, answer) of each field as it will be filed."""
    for name in READ_BACK:
        field = form[name]
        if isinstance(field, SelectFieldBase):
            answer = next((str(text) for _value, text, is_chosen, *_rest in field.iter_choices() if is_chosen), "")
        elif isinstance(field, WonField):
            answer = won(field.data)
        else:
            answer = day(field.data) if isinstance(field.data, date) else str(field.data or "")
        yield field.label.text, answer
