"""The two ceremonies of a round's key: trustees get their words, and come together again to open the box.

Words are in the answer to the one who needs them, and nowhere else: in no address, session, flash or log.
"""

from contextlib import suppress
from typing import Any

from flask import current_app, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.ballots import ceremony, opening, queries, rules
from app.ballots.models import RoundKey
from app.ballots.rules import DONE
from app.config import Config
from app.crypto.trustees import SameShare, WordsError
from app.rounds.models import Round
from app.rounds.rules import BALLOT_PUBLISHED, CALLED, CLOSED, ensure_may_become, ensure_state
from app.web import guard
from app.web.fields import Form
from app.web.office import opener
from app.web.office.audience import wing
from app.web.office.key_forms import KeyForm, OpeningForm, WordsForm, opening_form
from app.web.office.round_frame import get_round, round_frame
from app.web.proof import with_proof
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]
REFRESH = 5  # seconds


@wing.route("/rounds/<int:round_id>/key", methods=["GET", "POST"])
@with_proof
def key_ceremony(round_id: int) -> Answer:
    round_, key = get_round(round_id), queries.find_round_key(round_id)
    config: Config = current_app.extensions["hanpyo"]
    form = KeyForm(**_as_it_is(key))
    form.may_be_alone = config.is_demo
    if form.validate_on_submit() and form.ensure_knows(key):
        ensure_may_become(round_.state, BALLOT_PUBLISHED)
        with shown_in(form, {rules.BadTrustees: form.names}):
            return _give_words(round_, form)
    may_make = round_.state == CALLED
    return _page("office/key_ceremony.html", round_, form, key=key, may_make=may_make, is_demo=config.is_demo)


@wing.route("/rounds/<int:round_id>/key/<int:number>", methods=["GET", "POST"])
def key_confirm(round_id: int, number: int) -> Answer:
    round_ = get_round(round_id)
    trustee = queries.get_trustee(queries.get_round_key(round_id), number)
    form = WordsForm()
    if form.validate_on_submit():
        with shown_in(form, {WordsError: form.words, rules.OthersWords: form.words}):
            ceremony.confirm_words(round_, number, form.words.data, at=clock.now(), by=guard.get_account().actor)
            flash(_("%(name)s 님이 적은 낱말이 맞습니다.", name=trustee.name), "good")
            return redirect(url_for("office.key_ceremony", round_id=round_id))
    return _page("office/key_confirm.html", round_, form, trustee=trustee)


@wing.route("/rounds/<int:round_id>/box/open", methods=["GET", "POST"])
@with_proof
def box_open(round_id: int) -> Answer:
    round_, key, earlier = get_round(round_id), queries.find_round_key(round_id), queries.find_opening(round_id)
    ensure_state(round_.state, CLOSED)
    if key is None:
        raise rules.NothingSealed
    if earlier is not None and (key.opened_at is not None or earlier.is_running(clock.now())):
        return redirect(url_for("office.box_opening", round_id=round_id))
    if key.opened_at is not None:
        raise rules.AlreadyOpened
    form = opening_form(key.threshold)
    if form.validate_on_submit():
        _read_each(form, key)
        with shown_in(form, {WordsError: None}):
            if not form.errors:
                return _open(round_, form)
    return _page("office/box_open.html", round_, form, key=key, earlier=earlier)


@wing.get("/rounds/<int:round_id>/box/opening")
def box_opening(round_id: int) -> Answer:
    """How far it has come, and then what came of it."""
    round_, one = get_round(round_id), queries.find_opening(round_id)
    if one is None or one.state != DONE and not one.is_running(clock.now()):
        return redirect(url_for("office.box_open", round_id=round_id))
    if one.state == DONE:
        return render_template("office/box_opened.html", one=one, **round_frame(round_))
    quiet = max(0, int((clock.now() - one.seen_at).total_seconds()))
    frame = round_frame(round_)
    page = make_response(render_template("office/box_opening.html", one=one, quiet=quiet, every=REFRESH, **frame))
    page.headers["Refresh"] = str(REFRESH)
    return page


def _as_it_is(key: RoundKey | None) -> dict[str, Any]:
    """What the form begins with: the trustees there are, when they get another key."""
    if key is None:
        return {"replaces": ""}
    names = "\n".join(trustee.name for trustee in key.trustees)
    return {"replaces": key.public_key, "names": names, "threshold": key.threshold}


def _give_words(round_: Round, form: KeyForm) -> str:
    """The one answer that has the words in it."""
    names, threshold = form.trustees, int(form.threshold.data or 0)
    made = ceremony.make_key(round_, names, threshold, at=clock.now(), by=guard.get_account().actor)
    given = [(number, name, words.split()) for number, (name, words) in enumerate(zip(names, made, strict=True), 1)]
    return render_template("office/key_words.html", given=given, threshold=threshold, **round_frame(round_))


def _read_each(form: OpeningForm, key: RoundKey) -> None:
    """What is wrong with one trustee's words is said at their field."""
    seen: set[int] = set()
    for field in form.words:
        if field.data and field.data.strip():
            with shown_in(form, {WordsError: field}):
                share = ceremony.read_words(key, field.data)
                if share.index in seen:
                    raise SameShare(share.index)
                seen.add(share.index)


def _open(round_: Round, form: OpeningForm) -> Response:
    """A small box at once; a large one by a process of its own. Whoever comes second sees how the first one is
    getting on."""
    words = [field.data for field in form.words if field.data and field.data.strip()]
    by = guard.get_account().actor
    with suppress(rules.BeingOpened, rules.AlreadyOpened):
        attempt = ceremony.begin_opening(round_, words, at=clock.now(), by=by)
        if attempt.ballots > opening.FEW:
            opener.start(attempt, by)
        else:
            ceremony.finish_opening(attempt, at=clock.now, by=by)
    return redirect(url_for("office.box_opening", round_id=round_.id))


def _page(template: str, round_: Round, form: Form, **values: Any) -> Answer:
    page = render_template(template, form=form, **values, **round_frame(round_))
    return page, 422 if form.errors else 200
