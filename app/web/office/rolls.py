"""The roll of a round for its staff: how many are on it, and the list that is uploaded. There is no page with names,
for there are none."""

import os
from collections.abc import Callable, Iterator
from typing import IO, Any

from flask import Response as FlaskResponse
from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.config import Config
from app.people.models import STAFF_ROLE
from app.results.erasing_rules import suppress
from app.roll import list_queries, list_services, queries
from app.roll import list_rules as rules
from app.roll.list_services import Upload
from app.roll.models import RollUpload
from app.roll.queries import Group
from app.roll.rules import BANDS, MANY_CLAIMS
from app.rounds.models import Round
from app.rounds.rules import BALLOT_PUBLISHED, BASES, CALLED, FROZEN, LIST
from app.web import guard
from app.web.filters import number
from app.web.office import list_worker
from app.web.office.audience import wing
from app.web.office.roll_forms import ClearForm, ListForm, TakeForm, take_form
from app.web.office.round_frame import get_round, round_frame
from app.web.refusals import shown_in
from app.web.words import said, word

Answer = Response | str | tuple[str, int]
LARGEST = 200 << 20  # bytes of a file
TAKES_LISTS = ("office.roll", "office.code_download")
FEW_BYTES, FEW_LINES = 1 << 20, 5_000  # so many are dealt with at once; more than that werkzeug has put into a file
REFRESH = 3  # seconds
LISTED = 300  # remarks on the page; the file has all


@wing.url_value_preprocessor
def _let_a_list_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anybody reads the form: what is larger than other forms is taken from staff only, and here only."""
    if endpoint in TAKES_LISTS and request.method == "POST" and guard.has_role(STAFF_ROLE):
        request.max_content_length = LARGEST


@wing.route("/rounds/<int:round_id>/roll", methods=["GET", "POST"])
def roll(round_id: int) -> Answer:
    round_, form = get_round(round_id), ListForm()
    if form.validate_on_submit():
        with shown_in(form, {rules.ListReasonMissing: form.reason}):
            return _begin(round_, form)
    upload = list_queries.find_upload(round_id)
    if upload is not None and upload.is_running(clock.now()):
        return _running_page(round_, upload)
    if upload is not None and upload.state in (rules.READY, rules.TAKING):
        return _ready_page(round_, upload, take_form(upload.token, list(upload.found)))
    return _page(round_, form, upload)


@wing.post("/rounds/<int:round_id>/roll/take")
def roll_take(round_id: int) -> Answer:
    round_, upload = get_round(round_id), list_queries.find_upload(round_id)
    form = take_form("", list(upload.found) if upload else [])
    if form.validate_on_submit():
        with shown_in(form, {rules.NothingToTake: form.doubts}):
            _take(round_, form.token.data or "", tuple(form.doubts.data or ()))
            return redirect(url_for("office.roll", round_id=round_id))
    if upload is None:
        return redirect(url_for("office.roll", round_id=round_id))
    return _ready_page(round_, upload, form)


@wing.post("/rounds/<int:round_id>/roll/drop")
def roll_drop(round_id: int) -> Answer:
    round_ = get_round(round_id)
    list_services.drop_list(round_, request.form.get("token", ""), at=clock.now(), by=guard.get_account().actor)
    flash(_("올린 파일을 버렸습니다. 명부는 그대로입니다."), "good")
    return redirect(url_for("office.roll", round_id=round_id))


@wing.get("/rounds/<int:round_id>/roll/remarks.csv")
def roll_remarks(round_id: int) -> Answer:
    """Row numbers and reasons, nothing of a person."""
    get_round(round_id)
    headers = {"Content-Disposition": "attachment; filename=remarks.csv"}
    return FlaskResponse("".join(_remark_lines(round_id)), mimetype="text/csv", headers=headers)


@wing.route("/rounds/<int:round_id>/roll/clear", methods=["GET", "POST"])
def roll_clear(round_id: int) -> Answer:
    round_, form = get_round(round_id), ClearForm()
    if form.validate_on_submit():
        gone = list_services.clear_roll(round_, form.reason.data, at=clock.now(), by=guard.get_account().actor)
        flash(_("명부를 비웠습니다: %(n)s명", n=number(gone)), "good")
        return redirect(url_for("office.roll", round_id=round_id))
    people = queries.count_entries(round_id)
    if not _may_clear(round_, people):
        return redirect(url_for("office.roll", round_id=round_id))
    page = render_template("office/roll_clear.html", form=form, people=people, **round_frame(round_))
    return page, 422 if form.errors else 200


def _begin(round_: Round, form: ListForm) -> Response:
    """A small file at once; a large one by a process of its own. Whoever comes second sees how the first is doing."""
    to = redirect(url_for("office.roll", round_id=round_.id))
    try:
        upload = list_services.begin_upload(
            round_, form.reason.data or "", at=clock.now(), by=guard.get_account().actor
        )
    except (rules.ListRunning, rules.ListWaits):
        flash(_("다른 파일이 먼저 올라와 있어 이 파일은 받지 않았습니다. 아래의 파일을 먼저 정해 주세요."), "bad")
        return to
    file: IO[bytes] = form.file.data.stream
    if file.seek(0, os.SEEK_END) <= FEW_BYTES:
        config: Config = current_app.extensions["hanpyo"]
        list_services.read_upload(upload, file, key=config.identity_key, at=clock.now)
        return to
    _start(lambda: list_worker.read(upload, file), upload)
    return to


def _start(start: Callable[[], None], upload: Upload) -> None:
    try:
        start()
    except OSError:
        list_services.give_up_reading(upload, at=clock.now())
        raise


def _take(round_: Round, token: str, doubts: tuple[str, ...]) -> None:
    """Raises NothingToTake, and what `take_list` raises."""
    by, fit = guard.get_account().actor, list_queries.count_fit(round_.id, doubts)
    if not fit and list_queries.is_ready(round_.id, token):
        raise rules.NothingToTake
    try:
        if fit <= FEW_LINES:
            list_services.take_list(round_, token, doubts, at=clock.now(), by=by)
            return
        upload = list_services.claim_taking(round_, token, at=clock.now())
    except rules.ListGone:
        flash(_("이 파일은 이미 정해졌습니다. 아래에서 어떻게 되었는지 확인해 주세요."), "bad")
        return
    try:
        list_worker.take(upload, doubts, by)
    except OSError:
        list_services.give_up_taking(upload, at=clock.now())
        raise


def _running_page(round_: Round, upload: RollUpload) -> Response:
    page = make_response(
        render_template("office/roll_running.html", upload=upload, every=REFRESH, **round_frame(round_))
    )
    page.headers["Refresh"] = str(REFRESH)
    return page


def _ready_page(round_: Round, upload: RollUpload, form: TakeForm) -> Answer:
    page = render_template(
        "office/roll_ready.html",
        form=form,
        upload=upload,
        clean=upload.found.get(list_queries.CLEAN, 0),
        unfit=[(fault, upload.found[fault]) for fault in rules.FAULTS if fault in upload.found],
        doubts={doubt: upload.found[doubt] for doubt in rules.DOUBTS if doubt in upload.found},
        remarks=[(line, _words(words)) for line, words in list_queries.list_remarks(round_.id, LISTED)],
        dongs={area.id: said(area, "name") for area in queries.list_dongs(round_)},
        **round_frame(round_),
    )
    return page, 422 if form.errors else 200


def _page(round_: Round, form: ListForm, upload: RollUpload | None) -> Answer:
    people = queries.count_entries(round_.id)
    page = render_template(
        "office/roll.html",
        form=form,
        upload=upload,
        broken=upload is not None and upload.state == rules.READING,
        refused=_file_words(upload) if upload is not None and upload.refusal else "",
        people=people,
        many_claims=queries.count_claims(round_.id, clock.seoul_day(clock.now())) >= MANY_CLAIMS,
        tables=list(_tables(round_, queries.list_groups(round_.id))),
        may_upload=_may_upload(round_),
        may_clear=_may_clear(round_, people),
        is_late=round_.state == BALLOT_PUBLISHED,
        largest=LARGEST >> 20,
        **round_frame(round_),
    )
    return page, 422 if form.errors else 200


def _may_upload(round_: Round) -> bool:
    voting = next((phase for phase in round_.phases if phase.kind == "voting"), None)
    is_time = voting is not None and clock.now() < voting.ends_at
    return round_.voters == LIST and round_.state in (CALLED, BALLOT_PUBLISHED) and is_time


def _may_clear(round_: Round, people: int) -> bool:
    return people > 0 and _may_upload(round_) and round_.state not in FROZEN


def _tables(round_: Round, groups: list[Group]) -> Iterator[tuple[str, list[tuple[str, int | None]]]]:
    """Title and lines. Numbers by which one could know single people are None."""
    dongs = {area.id: said(area, "name") for area in queries.list_dongs(round_)}
    yield _("동별"), _table(groups, lambda one: one.area_id, {**dongs, None: _("동 없음")})
    yield _("나이대별"), _table(groups, lambda one: one.age_band, {band: str(word("age_band", band)) for band in BANDS})
    yield _("연고별"), _table(groups, lambda one: one.basis, {basis: str(word("basis", basis)) for basis in BASES})


def _table(groups: list[Group], cell: Callable[[Group], Any], names: dict[Any, str]) -> list[tuple[str, int | None]]:
    counted: dict[Any, int] = {}
    for group in groups:
        counted[cell(group)] = counted.get(cell(group), 0) + group.people
    told = suppress(counted)
    return [(name, told[key]) for key, name in names.items() if key in told]


def _remark_lines(round_id: int) -> Iterator[str]:
    yield f"\ufeff{_('파일의 행')},{_('까닭')}\r\n"
    for line, words in list_queries.all_remarks(round_id):
        yield f'{line},"{_words(words)}"\r\n'


def _words(words: tuple[str, ...]) -> str:
    return " / ".join(str(word("list_fault" if one in rules.FAULTS else "list_doubt", one)) for one in words)


def _file_words(upload: RollUpload) -> str:
    return str(word("list_file", upload.refusal or "")) % {"detail": upload.detail}
