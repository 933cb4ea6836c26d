"""Printed codes: batches, the one download of each, its confirmation, and codes that are no longer good."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import quote

from flask import Response, flash, redirect, render_template, stream_with_context, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from app import clock
from app.adapters import fonts
from app.codes import queries, rules, services
from app.codes.addressed import Addressed, Lists
from app.codes.models import VotingCodeBatch
from app.codes.services import Given
from app.people.models import STAFF_ROLE
from app.roll import queries as roll
from app.roll.list_rules import UnfitFile
from app.roll.rules import ensure_kind
from app.rounds.models import Round
from app.rounds.rules import LIST, REGISTER
from app.web import guard
from app.web.office import code_sheets
from app.web.office.audience import wing
from app.web.office.code_forms import CSV, PDF, BatchForm, DownloadForm, ListedDownloadForm, VoidForm
from app.web.office.round_frame import get_round, round_frame
from app.web.printing import ensure_fonts, is_printable
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
    round_, batch = _round(round_id), queries.get_batch(round_id, batch_id)
    is_listed = batch.selection != rules.BEARER
    form = ListedDownloadForm() if is_listed else DownloadForm()
    rules.ensure_may_become(batch.state, rules.GIVEN)
    if form.validate_on_submit():
        places = {rules.TooManyCodes: form.format, rules.NobodySelected: None}
        if is_listed:
            places |= {UnfitFile: form.file, fonts.NoGlyphs: form.with_boxes}
        with shown_in(form, places), ExitStack() as kept:
            people = None
            if is_listed:
                people = Lists(round_, _copy(form.file.data, kept), at=clock.now())
                _ensure_printable(people, form)
            response = _file(round_, batch, form.format.data, people)
            response.call_on_close(kept.pop_all().close)
            return response
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


def _ensure_printable(people: Lists, form: ListedDownloadForm) -> None:
    """Before there are codes, which are given once: who posts the sheets should know that a name is not whole on them.
    Raises UnfitFile, FontMissing, NoGlyphs."""
    if form.format.data == PDF:
        rows = people.ensure_fit(lambda name: not is_printable(name))
        if rows and not form.with_boxes.data:
            raise fonts.NoGlyphs(rows)
    else:
        people.ensure_fit(lambda _name: False)


def _copy(upload: FileStorage, kept: ExitStack) -> IO[bytes]:
    """Without a name, open as long as `kept`: it is read while the answer is sent, when the upload is closed."""
    file = kept.enter_context(TemporaryFile())  # noqa: SIM115 - left when the answer has been sent
    shutil.copyfileobj(upload.stream, file)
    return file


def _file(round_: Round, batch: VotingCodeBatch, kind: str, listed: Lists | None) -> Response:
    """Whatever could stand in the way of the file is asked before there are codes. Raises FontMissing, TooManyCodes."""
    dongs: dict[int | None, str] = {area.id: said(area, "name") for area in roll.list_dongs(round_)}
    title, address = said(round_, "title"), url_for("voting.code", round_id=round_.id, _external=True)
    name = f"{_('투표번호')}-{batch.id}.{kind}"
    if kind == PDF:
        ensure_fonts()
    most = rules.MOST_SHEETS if kind == PDF else rules.MOST_CODES
    by, key, is_test = guard.get_account().actor, guard.identity_key(), batch.is_test
    given = services.give_codes(batch, key=key, most=most, at=clock.now(), by=by)
    headers = {"Content-Disposition": f"attachment; filename=codes.{kind}; filename*=UTF-8''{quote(name)}"}
    lines = cells(given, listed.lay_beside(given, key=key) if listed else None, dongs)
    if kind == CSV:
        columns = (_("순번"), _("동"), _("번호"), *((_("파일의 행"), _("이름")) if listed else ()))
        return Response(stream_with_context(table(lines, columns)), mimetype="text/csv", headers=headers)
    heading = code_sheets.Heading(title, address, is_test)
    return Response(code_sheets.draw(heading, map(_sheet, lines)), mimetype="application/pdf", headers=headers)


def cells(given: Given, people: Iterator[Addressed] | None, dongs: dict[int | None, str]) -> Iterator[tuple[str, ...]]:
    """Number, dong and code; of a list also the row of its file, and the name there."""
    if people is None:
        for number, code, area in given.lines():
            yield str(number), dongs.get(area, ""), code
    else:
        for one in people:
            yield str(one.number), dongs.get(one.area_id, ""), one.code, str(one.row or ""), one.name


def table(lines: Iterator[tuple[str, ...]], columns: Sequence[str]) -> Iterator[bytes]:
    """As UTF-8 with the mark that Excel needs; so many lines at once, however many there are. No cell has a comma or
    begins as a formula does: names are letters only."""
    written = ["\ufeff" + ",".join(columns) + "\r\n"]
    for number, dong, code, *whose in lines:
        written.append(",".join((number, dong, rules.say(code), *whose)) + "\r\n")
        if len(written) == LINES_AT_ONCE:
            yield "".join(written).encode()
            written.clear()
    yield "".join(written).encode()


def _sheet(line: tuple[str, ...]) -> tuple[int, str, str]:
    """As it is printed: beside the dong, whose it is."""
    number, dong, code, *whose = line
    return int(number), code, " · ".join(filter(None, (dong, *whose[1:])))


def _url(batch: VotingCodeBatch) -> str:
    return url_for("office.code_batch", round_id=batch.round_id, batch_id=batch.id)


def _page(template: str, round_: Round, form: object, **values: object) -> Answer:
    page = render_template(template, form=form, **values, **round_frame(round_))
    return page, 422 if form.errors else 200  # type: ignore[attr-defined]
