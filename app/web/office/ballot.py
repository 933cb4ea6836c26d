"""The ballot before it is published: what would be on it, what still stands in the way, and drawing its numbers. Two
people then sign it (`ballot_signing`)."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.ballots import draft_queries as drafts
from app.ballots import queries, rules, sign_off
from app.people.models import APPROVER_ROLE, STAFF_ROLE
from app.proposals import conflict_queries as conflicts
from app.proposals import queries as proposals
from app.proposals.rules import ELIGIBLE, SUBMITTED
from app.reviews import objection_queries
from app.reviews.objection_rules import ObjectionsOpen
from app.rounds.models import Round
from app.rounds.rules import CALLED
from app.tally.faults import Fault
from app.web import guard
from app.web.errors import sentence
from app.web.faults import mended_at, names_of, rule_sentence
from app.web.fields import Form
from app.web.filters import number
from app.web.office.audience import wing
from app.web.office.ballot_signing import ballot_frame, prepared_page
from app.web.office.round_frame import get_round, may_open
from app.web.words import said, word

Answer = Response | str | tuple[str, int]


@wing.get("/rounds/<int:round_id>/ballot")
def ballot_publish(round_id: int) -> str:
    round_ = get_round(round_id, STAFF_ROLE, APPROVER_ROLE)
    publication = queries.find_publication(round_id)
    prepared = drafts.find_prepared(round_id)
    if publication is not None:
        return render_template(
            "office/ballot_published.html",
            items=queries.list_items(round_id),
            publication=publication,
            prepared=prepared,
            **ballot_frame(round_),
        )
    if prepared is not None:
        return prepared_page(round_, prepared)
    preview = queries.preview(round_)
    return render_template(
        "office/ballot_publish.html",
        items=preview.items,
        obstacles=_all_obstacles(round_, preview),
        left_behind=_left_behind(round_),
        may_prepare=guard.has_role(STAFF_ROLE, round_.programme),
        withdrawn=drafts.list_withdrawn(round_id),
        **ballot_frame(round_),
    )


@wing.route("/rounds/<int:round_id>/ballot/prepare", methods=["GET", "POST"])
def ballot_prepare(round_id: int) -> Answer:
    round_ = get_round(round_id)
    form = Form()
    if form.validate_on_submit():
        return _prepare(round_)
    preview = queries.preview(round_)
    is_free = round_.state == CALLED and drafts.find_prepared(round_id) is None
    waits = bool(_objections(round_)) or conflicts.count_before_the_ballot(round_id)
    if preview.faults or waits or not is_free or not queries.is_key_ready(round_id):
        return redirect(url_for(".ballot_publish", round_id=round_id))
    draws = drafts.count_draws(round_id)
    frame = ballot_frame(round_)
    return render_template("office/ballot_prepare.html", form=form, items=preview.items, draws=draws, **frame)


def _prepare(round_: Round) -> Response:
    try:
        sign_off.prepare_ballot(round_, at=clock.now(), by=guard.get_account().actor)
        flash(_("번호를 추첨했습니다. 아래 내용을 확인하고 서명해 주세요."), "good")
    except (rules.NotPublishable, rules.KeyNotReady, rules.ConflictsOpen, ObjectionsOpen) as error:
        flash(sentence(error), "bad")
    return redirect(url_for(".ballot_publish", round_id=round_.id))


def _all_obstacles(round_: Round, preview: queries.Preview) -> list[dict[str, Any]]:
    return [
        *_too_soon_or_late(round_),
        *_objections(round_),
        *_obstacles(round_, preview),
        *_conflicts_open(round_),
        *_key_not_ready(round_),
    ]


def _conflicts_open(round_: Round) -> Sequence[dict[str, Any]]:
    count = conflicts.count_before_the_ballot(round_.id)
    if not count:
        return []
    page = "office.conflict_list"
    url = url_for(page, round_id=round_.id) if may_open(page, round_) else ""
    return [{"text": sentence(rules.ConflictsOpen(count)), "met": False, "url": url}]


def _obstacles(round_: Round, preview: queries.Preview) -> list[dict[str, Any]]:
    """What the kit's checklist shows: the sentence, and the page on which it is mended."""
    names = names_of(round_, {item.code: said(item, "title") for item in preview.items})
    return [_obstacle(round_, fault, rule_sentence(fault, names)) for fault in preview.faults]


def _obstacle(round_: Round, fault: Fault, words: str) -> dict[str, Any]:
    page = mended_at(fault)
    url = url_for(page, round_id=round_.id) if may_open(page, round_) else ""
    return {"text": words, "met": False, "url": url}


def _left_behind(round_: Round) -> list[dict[str, Any]]:
    """Proposals on their way: once the ballot is published no review can go on."""
    numbers = Counter(one.state for one in proposals.list_submitted(round_, proposals.Filters()))
    return [
        {
            "text": _("%(state)s %(n)s건", state=word("proposal", state), n=number(numbers[state])),
            "url": url_for("office.proposal_list", round_id=round_.id, state=state),
        }
        for state in (SUBMITTED, ELIGIBLE)
        if numbers[state]
    ]


def _too_soon_or_late(round_: Round) -> Sequence[dict[str, Any]]:
    if round_.state != CALLED:
        return [{"text": _("회차를 먼저 공고해 주세요."), "met": False, "url": ""}]
    try:
        rules.ensure_not_begun(round_.phases, clock.now())
    except rules.VotingBegun as error:
        return [{"text": sentence(error), "met": False, "url": ""}]
    return []


def _objections(round_: Round) -> Sequence[dict[str, Any]]:
    try:
        objection_queries.ensure_none_waits(round_, clock.now())
    except ObjectionsOpen as error:
        return [{"text": sentence(error), "met": False, "url": url_for(".objection_list", round_id=round_.id)}]
    return []


def _key_not_ready(round_: Round) -> Sequence[dict[str, Any]]:
    key = queries.find_round_key(round_.id)
    if key is not None and key.is_ready:
        return []
    text = _("열쇠 나누기: 아직 열쇠를 만들지 않았습니다")
    if key is not None:
        text = _(
            "열쇠 나누기: 수탁자 %(n)s명 가운데 %(m)s명 확인",
            n=len(key.trustees),
            m=sum(trustee.confirmed_at is not None for trustee in key.trustees),
        )
    page = "office.key_ceremony"
    url = url_for(page, round_id=round_.id) if may_open(page, round_) else ""
    return [{"text": text, "met": False, "url": url}]
