"""Printed codes: batches, the one download of each, its confirmation, and codes that are no longer good."""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app import clock
from app.codes import queries, rules, services
from app.codes.models import VotingCodeBatch
from app.codes.services import Given
from app.people.models import STAFF_ROLE
from app.roll import queries as roll
from app.roll.rules import ensure_kind
from app.rounds.models import Round
from app.rounds.rules import LIST, REGISTER
from app.web import guard
from app.web.office import code_sheets
from app.web.office.audience import wing
from app.web.office.code_forms import CSV, PDF, BatchForm, DownloadForm, VoidForm
from app.web.office.round_frame import get_round, round_frame
from app.web.refusals import shown_in
from app.web.words import said

Answer = Response | str | tuple[str, int]
LINES_AT_ONCE = 1000


@wing.get("/rounds/<int:round_id>/codes")
def code_list(round_id: int) -> str:
    round_ = _round(round_id)
    batches = [(batch, queries.count_states(batch.id)) for batch in queries.list_batches(round_id)]
    return render_template("office/code_list.html", batches=batches, **round_frame(round_))


@wing.route("/rounds/<int:round_id>/codes/new", methods=["GET", "POST"])
def code_make(round_id: int) -> Answer:
    round_, form = _round(round_id), BatchForm()
    dongs = {str(area.id): area for area in roll.list_dongs(round_)}
    form.offer(round_, list(dongs.values()))
    if form.validate_on_submit() and not form.errors:
        selection = form.selection.data if form.selection else rules.BEARER
        batch = services.make_batch(
            round_,
            selection,
            size=form.size.data if form.size else 0,
            area=dongs.get(form.area.data) if selection == rules.AREA else None,
            is_test=form.is_test.data,
            at=clock.now(),
            by=guard.get_account().actor,
        )
        return redirect(_url(batch))
    return _page("office/code_make.html", round_, form)


@wing.get("/rounds/<int:round_id>/codes/<int:batch_id>")
def code_batch(round_id: int, batch_id: int) -> str:
    round_ = _round(round_id)
    batch = queries.get_batch(round_id, batch_id)
    states = queries.count_states(batch_id)
    return render_template("office/code_batch.html", batch=batch, states=states, **round_frame(round_))


@wing.route("/rounds/<int:round_id>/codes/<int:batch_id>/download", methods=["GET", "POST"])
def code_download(round_id: int, batch_id: int) -> Answer:
    """The one time that the codes are seen. They are made while it is asked for, and kept nowhere."""
    round_, form = _round(round_id), DownloadForm()
    batch = queries.get_batch(round_id, batch_id)
    rules.ensure_may_become(batch.state, rules.GIVEN)
    if form.validate_on_submit():
        with shown_in(form, {rules.TooManyCodes: form.format, rules.NobodySelected: None}):
            return _file(round_, batch, form.format.data)
    return _page("office/code_download.html", round_, form, batch=batch)


@wing.post("/rounds/<int:round_id>/codes/<int:batch_id>/activate")
def code_activate(round_id: int, batch_id: int) -> Answer:
    _round(round_id)
    batch = queries.get_batch(round_id, batch_id)
    services.activate(batch, at=clock.now(), by=guard.get_account().actor)
    flash(_("다 받은 것을 확인했습니다. 이제부터 이 번호들을 쓸 수 있습니다."), "good")
    return redirect(_url(batch))


@wing.route("/rounds/<int:round_id>/codes/<int:batch_id>/void", methods=["GET", "POST"])
def code_void(round_id: int, batch_id: int) -> Answer:
    round_, form = _round(round_id), VoidForm()
    batch = queries.get_batch(round_id, batch_id)
    if form.validate_on_submit():
        with shown_in(form, {rules.NoSuchCode: form.number}):
            _void(batch, form)
            return redirect(_url(batch))
    return _page("office/code_void.html", round_, form, batch=batch)


def _void(batch: VotingCodeBatch, form: VoidForm) -> None:
    number, reason, at, by = form.number.data, form.reason.data, clock.now(), guard.get_account().actor
    if number is None:
        services.void_batch(batch, reason, at=at, by=by)
        flash(_("묶음 전체를 무효로 했습니다. 이미 마친 투표는 그대로입니다."), "good")
    else:
        services.void_code(batch, number, reason, at=at, by=by)
        flash(_("순번 %(n)s의 번호를 무효로 했습니다.", n=number), "good")


def _round(round_id: int) -> Round:
    """Raises VotersOtherwise where voters are asked for nothing but a phone."""
    round_ = get_round(round_id, STAFF_ROLE)
    ensure_kind(round_.voters, REGISTER, LIST)
    return round_


def _file(round_: Round, batch: VotingCodeBatch, kind: str) -> Response:
    """Whatever could stand in the way of the file is asked before there are codes. Raises FontMissing, TooManyCodes."""
    dongs: dict[int | None, str] = {area.id: said(area, "name") for area in roll.list_dongs(round_)}
    title, address = said(round_, "title"), url_for("voting.code", round_id=round_.id, _external=True)
    name = f"{_('투표번호')}-{batch.id}.{kind}"
    if kind == PDF:
        code_sheets.ensure_fonts()
    most = rules.MOST_SHEETS if kind == PDF else rules.MOST_CODES
    by, key, is_test = guard.get_account().actor, guard.identity_key(), batch.is_test
    given = services.give_codes(batch, key=key, most=most, at=clock.now(), by=by)
    headers = {"Content-Disposition": f"attachment; filename=codes.{kind}; filename*=UTF-8''{quote(name)}"}
    if kind == CSV:
        columns = (_("순번"), _("동"), _("번호"))
        return Response(table(given, dongs, columns), mimetype="text/csv", headers=headers)
    heading = code_sheets.Heading(title, address, is_test)
    sheets = code_sheets.draw(heading, ((n, code, dongs.get(area, "")) for n, code, area in given.lines()))
    return Response(sheets, mimetype="application/pdf", headers=headers)


def table(given: Given, dongs: dict[int | None, str], columns: Sequence[str]) -> Iterator[bytes]:
    """As UTF-8 with the mark that Excel needs; so many lines at once, however many there are. It is written while it
    is sent, when there is no request any more to ask for words."""
    lines = ["\ufeff" + ",".join(columns) + "\r\n"]
    for number, code, area in given.lines():
        lines.append(f"{number},{dongs.get(area, '')},{rules.say(code)}\r\n")
        if len(lines) == LINES_AT_ONCE:
            yield "".join(lines).encode()
            lines.clear()
    yield "".join(lines).encode()


def _url(batch: VotingCodeBatch) -> str:
    return url_for("office.code_batch", round_id=batch.round_id, batch_id=batch.id)


def _page(template: str, round_: Round, form: object, **values: object) -> Answer:
    page = render_template(template, form=form, **values, **round_frame(round_))
    return page, 422 if form.errors else 200  # type: ignore[attr-defined]
