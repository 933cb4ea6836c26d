"""With a printed code instead of a phone: typed once, and spent by the vote."""

import secrets
import unicodedata

from flask import redirect, render_template, request, session, url_for
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from app import clock
from app.ballots import voter_queries as voters
from app.ballots.voter_queries import Standing
from app.codes import rules, services
from app.roll.queries import get_entry
from app.roll.rules import ensure_kind
from app.rounds.queries import get_public_round
from app.rounds.rules import LIST, REGISTER, RESIDENTS
from app.web import guard
from app.web.fields import Form, Required
from app.web.navigation import programme_frame
from app.web.refusals import shown_in
from app.web.stations_link import stations_url
from app.web.voting import code_slot, who
from app.web.voting.audience import wing
from app.web.voting.booth import Answer
from app.web.voting.code_claim import CodeClaimForm, places


class PrintedCodeField(StringField):
    """A code as it was typed; what it means is the room's to say."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = unicodedata.normalize("NFC", valuelist[0]).strip()[: 4 * rules.LENGTH] if valuelist else ""


class PrintedCodeForm(Form):
    code = PrintedCodeField(_l("인쇄된 번호"), [Required(_l("종이에 인쇄된 번호를 입력해 주세요."))])


@wing.route("/<int:round_id>/code", methods=["GET", "POST"])
def code(round_id: int) -> Answer:
    standing, form = open_standing(round_id), PrintedCodeForm()
    if form.validate_on_submit():
        with shown_in(form, {rules.CodeError: form.code}):
            typed, at = form.code.data, clock.now()
            found = services.check_code(round_id, typed, _source(), key=guard.identity_key(), at=at)
            code_slot.keep(round_id, found)
            if found.entry_id is None:
                who.drop_right(round_id)
                return redirect(url_for(".code_claim", round_id=round_id))
            who.keep_right(get_entry(round_id, found.entry_id))
            return redirect(url_for(".ballot", round_id=round_id))
    return _page("voting/code.html", standing, form)


@wing.route("/<int:round_id>/code/who", methods=["GET", "POST"])
def code_claim(round_id: int) -> Answer:
    """Whoever holds a code that was made for nobody says who they are, once."""
    standing, typed = open_standing(round_id), code_slot.find(round_id)
    if typed is None:
        return redirect(url_for(".code", round_id=round_id))
    round_, form = get_public_round(round_id), CodeClaimForm()
    form.offer(round_)
    if form.validate_on_submit():
        with shown_in(form, {**places(form), rules.CodeError: None}):
            claim, key = form.claim(), guard.identity_key()
            who.keep_right(services.claim(round_, *typed, claim, key=key, at=clock.now()))
            return redirect(url_for(".ballot", round_id=round_id))
    return _page("voting/code_claim.html", standing, form)


def open_standing(round_id: int) -> Standing:
    """Raises NotFound, VotersOtherwise, OutsidePhase, NotPublished."""
    standing = voters.get_standing(round_id)
    ensure_kind(standing.voters, REGISTER, LIST)
    standing.ensure_open(RESIDENTS)
    return standing


def _source() -> services.Source:
    browser = session.setdefault("browser", secrets.token_urlsafe(24))
    return services.Source(browser, request.remote_addr or "")


def _page(template: str, standing: Standing, form: Form) -> Answer:
    heading = standing.heading
    there = stations_url(standing.round_id) if form.errors else ""
    page = render_template(template, heading=heading, programme=programme_frame(heading), form=form, stations_url=there)
    return page, 422 if form.errors else 200
