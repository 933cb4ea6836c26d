"""Stations' days and their papers at the office: reports, confirmations, and keying. No page shows what was keyed."""

from collections.abc import Iterator, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.papers import days, keying, queries, rules
from app.papers.models import DayBook, PaperBatch
from app.people.models import APPROVER_ROLE, STAFF_ROLE
from app.rounds.models import Round
from app.web import guard, paper_words
from app.web.csv_export import csv_response
from app.web.fields import Form
from app.web.office.audience import wing
from app.web.office.paper_forms import DiscardForm, LateDayForm, PileForm, SheetForm
from app.web.office.round_frame import get_round, round_frame
from app.web.refusals import shown_in
from app.web.words import said

Answer = Response | str | tuple[str, int]
BOTH = (STAFF_ROLE, APPROVER_ROLE)  # three different people are needed


@wing.get("/rounds/<int:round_id>/papers")
def paper_list(round_id: int) -> str:
    round_ = get_round(round_id, *BOTH)
    books = queries.list_books(round_id)
    return render_template(
        "office/paper_list.html",
        rows=paper_words.table_of(books),
        awaited=queries.count_awaited(round_id),
        unfinished=len(queries.list_unfinished(round_id)),
        **round_frame(round_),
    )


@wing.get("/rounds/<int:round_id>/papers/report.csv")
def paper_report(round_id: int) -> Response:
    round_ = get_round(round_id, *BOTH)
    return csv_response(f"{said(round_, 'title')}.csv", *_report(queries.list_books(round_id)))


@wing.get("/rounds/<int:round_id>/papers/<int:book_id>")
def paper_day(round_id: int, book_id: int) -> str:
    round_ = get_round(round_id, *BOTH)
    book = queries.get_book(round_id, book_id)
    batch = book.batch
    progress = queries.progress_of(batch) if batch and batch.state == rules.KEYING else None
    return render_template(
        "office/paper_day.html",
        book=book,
        batch=batch,
        is_late=book.state == rules.OPEN and book.on_day < clock.seoul_day(clock.now()),
        progress=progress,
        may_key=batch is not None and _may_key(batch),
        state=paper_words.state_of(book),
        lines=paper_words.lines_of(book.figures, book.first_number) if book.counted_at else [],
        uneven=paper_words.faults_of(book.faults),
        reasons=paper_words.reasons_of(batch.reasons) if batch and _may_see_reasons(round_) else "",
        **round_frame(round_),
    )


@wing.route("/rounds/<int:round_id>/papers/<int:book_id>/count", methods=["GET", "POST"])
def paper_count(round_id: int, book_id: int) -> Answer:
    """For a day that has gone by without its officers counting it: nothing else could ever close it."""
    round_, form = get_round(round_id), LateDayForm()
    book = queries.get_book(round_id, book_id)
    if form.validate_on_submit():
        with shown_in(form, {rules.DayStillRuns: None, rules.DayShut: None, rules.PinsOpen: None}):
            counted = (form.papers_unused.data or 0, form.in_box.data or 0, form.why.data or "")
            days.count_late(book, *counted, at=clock.now(), by=guard.get_account())
            return _done(book, _("센 수와 까닭을 적었습니다. 다른 사람이 확인하면 하루가 마감됩니다."))
    return _page("office/paper_count.html", round_, form, book=book)


@wing.route("/rounds/<int:round_id>/papers/<int:book_id>/confirm", methods=["GET", "POST"])
def paper_confirm(round_id: int, book_id: int) -> Answer:
    round_, form = get_round(round_id, *BOTH), Form()
    book = queries.get_book(round_id, book_id)
    if form.validate_on_submit():
        with shown_in(form, {rules.SameOfficer: None}):
            days.confirm_day(book, at=clock.now(), by=guard.get_account())
            return _done(book, _("하루를 마감했습니다."))
    uneven = paper_words.faults_of(book.faults)
    return _page("office/paper_confirm.html", round_, form, book=book, uneven=uneven)


@wing.route("/rounds/<int:round_id>/papers/<int:book_id>/pile", methods=["GET", "POST"])
def paper_pile(round_id: int, book_id: int) -> Answer:
    round_, form = get_round(round_id, *BOTH), PileForm()
    book = queries.get_book(round_id, book_id)
    places = {rules.PileDiffers: form.remark, rules.DayUnfinished: None, rules.BatchOpenAlready: None}
    if form.validate_on_submit():
        with shown_in(form, places):
            papers, remark = form.papers.data or 0, form.remark.data or ""
            keying.open_batch(book, papers, remark, at=clock.now(), by=guard.get_account().actor)
            return _done(book, _("이제 두 사람이 저마다 입력할 수 있습니다."))
    return _page("office/paper_pile.html", round_, form, book=book)


@wing.route("/rounds/<int:round_id>/papers/<int:book_id>/key", methods=["GET", "POST"])
def paper_key(round_id: int, book_id: int) -> Answer:
    """One sheet after the other. What was keyed is not shown again, to nobody."""
    round_, account = get_round(round_id, *BOTH), guard.get_account()
    batch, dongs = queries.get_batch(round_id, book_id), queries.list_own_dongs(round_id)
    form = SheetForm(dong=request.args.get("dong", ""))
    form.offer_dongs(dongs)
    if form.validate_on_submit():
        with shown_in(form, {rules.NumberUnknown: form.marks, rules.WrongSheet: None}):
            area_id = int(form.dong.data) if form.dong.data else None
            sheet = int(form.sheet.data or 0)
            reason = form.reason.data or None
            keying.key_sheet(batch, sheet, form.numbers, reason, area_id=area_id, at=clock.now(), by=account)
            return _after_sheet(batch, form.dong.data)
    sheet = int(form.sheet.data) if form.errors and form.sheet.data else _sheet_to_key(batch)
    form.sheet.data = str(sheet)
    return _page("office/paper_key.html", round_, form, batch=batch, sheet=sheet, has_dongs=bool(dongs))


@wing.route("/rounds/<int:round_id>/papers/<int:book_id>/enter", methods=["GET", "POST"])
def paper_enter(round_id: int, book_id: int) -> Answer:
    round_, form = get_round(round_id, *BOTH), Form()
    batch = queries.get_batch(round_id, book_id)
    if form.validate_on_submit():
        with shown_in(form, {rules.NotSettled: None, rules.TooManyPapers: None}):
            keying.enter(batch, at=clock.now(), by=guard.get_account().actor)
            return _done(batch.book, _("종이 투표지를 봉인해 투표함에 넣었습니다."))
    return _page("office/paper_enter.html", round_, form, batch=batch)


@wing.route("/rounds/<int:round_id>/papers/<int:book_id>/discard", methods=["GET", "POST"])
def paper_discard(round_id: int, book_id: int) -> Answer:
    round_, form = get_round(round_id), DiscardForm()
    batch = queries.get_batch(round_id, book_id)
    book = batch.book
    if form.validate_on_submit():
        keying.discard(batch, form.why.data or "", at=clock.now(), by=guard.get_account().actor)
        return _done(book, _("입력한 것을 모두 지웠습니다. 처음부터 다시 입력해 주세요."))
    return _page("office/paper_discard.html", round_, form, book=book)


def _sheet_to_key(batch: PaperBatch) -> int:
    """The sheet asked for by `again` (the one just before), or the next one."""
    following = queries.next_sheet(batch, guard.get_account())
    return max(1, following - 1) if "again" in request.args else following


def _after_sheet(batch: PaperBatch, dong: str | None) -> Response:
    """The next sheet, or the pile where there is none for this person."""
    here = {"round_id": batch.book.station.round_id, "book_id": batch.book_id}
    if not _may_key(batch):
        flash(_("맡은 투표지를 모두 입력했습니다."), "good")
        return redirect(url_for("office.paper_day", **here))
    return redirect(url_for("office.paper_key", **here, dong=dong or None))


def _may_key(batch: PaperBatch) -> bool:
    try:
        queries.next_sheet(batch, guard.get_account())
    except (rules.NotYourTurn, rules.AlreadyEntered):
        return False
    return True


def _may_see_reasons(round_: Round) -> bool:
    return round_.state in ("closed", "counted", "results_published")


def _report(books: Sequence[DayBook]) -> tuple[list[str], Iterator[list[object]]]:
    """Every station's day with all its numbers; empty cells for what is not counted yet."""
    blank = rules.Figures(*[0] * len(rules.Figures._fields))
    header = [_("날"), _("투표소"), _("상태"), *(what for what, _n in paper_words.lines_of(blank, 0)), _("까닭")]

    def rows() -> Iterator[list[object]]:
        for book in books:
            counted = (
                [n for _what, n in paper_words.lines_of(book.figures, book.first_number)] if book.counted_at else []
            )
            numbers = counted or [""] * (len(header) - 4)
            yield [book.on_day, said(book.station, "name"), paper_words.state_of(book), *numbers, book.explanation]

    return header, rows()


def _done(book: DayBook, words: str) -> Response:
    flash(words, "good")
    return redirect(url_for("office.paper_day", round_id=book.station.round_id, book_id=book.id))


def _page(template: str, round_: Round, form: Form, **values: object) -> Answer:
    page = render_template(template, form=form, **values, **round_frame(round_))
    return page, 422 if form.errors else 200
