"""Writing down on the spot what is found: each answer is a form of its own and is saved by itself.

A page with scripts sends an answer as soon as it is given, and asks for JSON; without them each has its button.
"""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.clock import SEOUL
from app.people.models import COMMITTEE_ROLE
from app.reviews import recusal_queries, rules, visit_queries, visit_rules
from app.reviews import visit_services as services
from app.reviews.visit_models import SiteVisit, VisitEntry
from app.reviews.visit_queries import Item
from app.rounds import rules as rounds
from app.web import guard
from app.web.errors import sentence
from app.web.navigation import programme_frame
from app.web.onsite.audience import blinds, get_visit, wing
from app.web.onsite.record_forms import EntryForm, SignForm, VisitorsForm, entry_form, question
from app.web.refusals import shown_in
from app.web.words import word

Answer = Response | str | tuple[str, int] | tuple[dict[str, Any], int]
REFUSALS = (rules.ReviewError, rounds.RoundError)


@wing.get("/visits/<int:proposal_id>")
def visit(proposal_id: int) -> str:
    return _show(get_visit(proposal_id))


@wing.post("/visits/<int:proposal_id>/answers/<item>")
def answer(proposal_id: int, item: str) -> Answer:
    one = get_visit(proposal_id)
    asked = next((found for found in visit_queries.list_items(one) if found.name == item), None)
    if asked is None:
        raise rules.NotOnTheList
    form = entry_form(asked)
    if form.validate_on_submit():
        signed = len(one.signed)
        try:
            saved = services.save_entry(one, form.entry(item), at=clock.now(), by=guard.get_account().actor)
            return _saved(one, saved, voided=signed - len(one.signed))
        except visit_rules.SavedByAnother as error:
            return _conflict(one, form, error)
        except visit_rules.RecordIncomplete:
            form.refuse(_("다 적은 방문 결과입니다. 이렇게 답하려면 글을 함께 써 주세요."), form.words)
        except REFUSALS as error:
            if not _wants_json():
                raise
            form.refuse(sentence(error))
    return _refused(one, form, item)


@wing.route("/visits/<int:proposal_id>/finish", methods=["GET", "POST"])
def visit_finish(proposal_id: int) -> Answer:
    """Who was there; then the record is whole."""
    one = get_visit(proposal_id)
    if one.state not in services.WRITING:
        raise rules.WrongState(one.state, rules.RECORDED)
    form = VisitorsForm(visitors=[str(account_id) for account_id in _there(one)])
    form.offer(visit_queries.list_possible_visitors(one.proposal))
    if form.validate_on_submit():
        places = {
            rules.TooFewVisitors: form.visitors,
            visit_rules.RecordIncomplete: None,
            rules.VisitToCome: None,
            rounds.OutsidePhase: None,
        }
        with shown_in(form, places):
            services.record_visit(one, form.there(), at=clock.now(), by=guard.get_account().actor)
            flash(_("방문 결과를 다 적었습니다. 함께 간 사람이 서명하고, 제안자가 답변할 수 있습니다."), "good")
            return redirect(url_for(".visit_sign", proposal_id=proposal_id))
    missing = [item for item in visit_queries.list_items(one) if item.entry is None]
    page = render_template("onsite/finish.html", form=form, missing=[_named(item) for item in missing], **_frame(one))
    return page, 422 if form.errors else 200


@wing.route("/visits/<int:proposal_id>/sign", methods=["GET", "POST"])
def visit_sign(proposal_id: int) -> Answer:
    """Each one signs on their own page."""
    one, account = get_visit(proposal_id), guard.get_account()
    form = SignForm(seen=one.record_sha256 or "")
    if form.validate_on_submit():
        with shown_in(form, {visit_rules.RecordMoved: None}):
            services.sign_record(one, account, form.seen.data or "", at=clock.now(), by=account.actor)
            flash(_("서명했습니다."), "good")
            return redirect(url_for(".visit_sign", proposal_id=proposal_id))
        form.seen.data = one.record_sha256 or ""
    page = render_template(
        "onsite/sign.html",
        form=form,
        was_there=account.id in {row.account_id for row in one.visitors},
        has_signed=account.id in {row.account_id for row in one.signed},
        may_sign=one.state in services.SIGNING,
        **_frame(one),
    )
    return page, 422 if form.errors else 200


def _saved(one: SiteVisit, saved: VisitEntry, *, voided: int) -> Answer:
    said = _saved_at(saved)
    if voided > 0:
        said += " " + _("내용이 바뀌어 서명 %(n)s개가 무효가 되었습니다. 다시 서명을 받아 주세요.", n=voided)
    if _wants_json():
        return {"version": saved.version, "words": said}, 200
    flash(said, "warn" if voided > 0 else "good")
    return redirect(url_for(".visit", proposal_id=one.proposal_id, _anchor=saved.item))


def _conflict(one: SiteVisit, form: EntryForm, error: visit_rules.SavedByAnother) -> Answer:
    """Nothing is overwritten unseen: what another has saved is shown, and saving again replaces it knowingly."""
    theirs = visit_queries.entries_of(one.id)[error.item]
    said = _("%(who)s 님이 먼저 다른 답을 저장했습니다: %(answer)s", who=_author(theirs), answer=_said(theirs))
    if _wants_json():
        return {"version": error.version, "words": said}, 409
    form.seen.data = str(error.version)
    form.refuse(f"{said} {sentence(error)}", form.words)
    return _show(one, form, error.item), 422


def _refused(one: SiteVisit, form: EntryForm, item: str) -> Answer:
    if _wants_json():
        words = [str(words) for field in form for words in field.errors]
        return {"words": " ".join([*map(str, form.form_errors), *words])}, 422
    return _show(one, form, item), 422


def _show(one: SiteVisit, failed: EntryForm | None = None, at: str = "") -> str:
    """With the form that failed in its place, so that nothing typed is lost."""
    items = visit_queries.list_items(one)
    forms = [failed if failed is not None and item.name == at else entry_form(item) for item in items]
    return render_template(
        "onsite/visit.html",
        asked=[(item, shown, _state(item)) for item, shown in zip(items, forms, strict=True)],
        form=failed,
        may_write=one.state in services.WRITING and _has_come(one),
        **_frame(one),
    )


def _has_come(one: SiteVisit) -> bool:
    return one.visit_on is not None and one.visit_on <= clock.seoul_day(clock.now())


def _frame(one: SiteVisit) -> dict[str, Any]:
    round_ = one.proposal.round
    blind = blinds(round_)
    period = rounds.find_period(round_.phases, rounds.SITE_VISIT)
    return {
        "visit": blind(one.proposal, one),
        "proposal": blind(one.proposal),
        "round": round_,
        "programme": programme_frame(round_.programme),
        "period": period,
        "is_running": period is not None and rounds.is_running(period, clock.now()),
        "is_member": guard.has_role(COMMITTEE_ROLE, round_.programme),
    }


def _there(one: SiteVisit) -> list[int]:
    """Whom the record names, or those who were to go."""
    if one.visitors:
        return [row.account_id for row in one.visitors]
    gone = one.outing.companions if one.outing is not None else []
    bars = recusal_queries.list_bars(one.proposal.round_id)
    return [row.account_id for row in gone if (one.proposal_id, row.account_id) not in bars]


def _named(item: Item) -> dict[str, str]:
    name = _("현장에서 본 것") if item.name == visit_rules.SUMMARY else question(item)
    return {"item": item.name, "words": name}


def _state(item: Item) -> str:
    """Of an answer on the page: when it was saved, and by whom."""
    if item.entry is None:
        return _("아직 답하지 않음")
    return f"{_saved_at(item.entry)} · {_author(item.entry)}".removesuffix(" · ")


def _saved_at(entry: VisitEntry) -> str:
    return _("저장됨 %(at)s", at=f"{entry.saved_at.astimezone(SEOUL):%H:%M}")


def _author(entry: VisitEntry) -> str:
    return entry.account.name if entry.account is not None else ""


def _said(entry: VisitEntry) -> str:
    kind = "answer" if entry.line_id is not None else "finding"
    answer = str(word(kind, entry.answer)) if entry.answer else ""
    return " — ".join(part for part in (answer, entry.words) if part)


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"
