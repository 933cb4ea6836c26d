"""Photos from the spot: one at a time, so that a weak line loses one at most."""

import secrets
from typing import Any

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug import Response
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from wtforms import HiddenField

from app import clock
from app.adapters.files import CannotKeep
from app.errors import NotFound
from app.files import cleaning
from app.files.rules import BYTES_MAX, PHOTO, TOO_LARGE, FileError, Refused
from app.reviews import rules, visit_queries, visit_rules
from app.reviews import visit_services as services
from app.reviews.visit_models import SiteVisit
from app.rounds.rules import OutsidePhase
from app.web import errors, guard
from app.web.errors import sentence
from app.web.fields import Form, Length, Required, TrimmedString
from app.web.file_answers import hand_out
from app.web.navigation import programme_frame
from app.web.onsite.audience import blinds, get_visit, wing

Answer = Response | str | tuple[str, int]
TAKES_PHOTOS = "onsite.visit_photos"
AROUND = 256 << 10  # bytes of a form besides its file
REFUSALS = (visit_rules.TooManyPhotos, rules.VisitToCome, OutsidePhase, FileError, CannotKeep)


class PhotoForm(Form):
    photo = FileField(_l("사진"), [Required(_l("올릴 사진을 골라 주세요."))])
    alt = TrimmedString(
        _l("사진에 무엇이 보이나요?"),
        [Required(_l("사진에 무엇이 보이는지 써 주세요.")), Length(most=visit_rules.ALT_MAX)],
        description=_l("사진을 볼 수 없는 분께 읽어 드립니다. 예: 가로등이 없어 어두운 골목길"),
    )
    client_key = HiddenField()


@wing.url_value_preprocessor
def _let_photos_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anybody reads the form: what is larger than other forms is taken here only, from who is signed in."""
    if endpoint == TAKES_PHOTOS and request.method == "POST" and guard.find_account() is not None:
        request.max_content_length = BYTES_MAX[PHOTO] + AROUND


@wing.route("/visits/<int:proposal_id>/photos", methods=["GET", "POST"])
def visit_photos(proposal_id: int) -> Answer:
    visit = get_visit(proposal_id)
    if request.method == "POST" and visit.state not in services.WRITING:
        raise rules.WrongState(visit.state, rules.RECORDED)  # no form is shown any more
    form = PhotoForm(client_key=secrets.token_hex(8))
    if form.validate_on_submit() and _added(form, visit):
        return redirect(url_for(".visit_photos", proposal_id=proposal_id), 303)
    return _page(visit, form)


@wing.errorhandler(RequestEntityTooLarge)
def _say_too_large(_error: RequestEntityTooLarge) -> Answer:
    """Where the photo was to be sent, as any other refusal of it; nothing that was sent is read. It comes before the
    wing's door, so that what the door asks is asked here, too."""
    visit = _find_sent_to()
    if visit is None:
        return errors.page(413, str(errors.PLAIN[413]))
    form = PhotoForm(formdata=None, client_key=secrets.token_hex(8))
    form.refuse(sentence(Refused(TOO_LARGE, PHOTO)), form.photo)
    return _page(visit, form)


def _find_sent_to() -> SiteVisit | None:
    """Of which photos are still taken, from one of those who may."""
    if request.endpoint != TAKES_PHOTOS or guard.find_account() is None:
        return None
    try:
        visit = get_visit((request.view_args or {})["proposal_id"])
    except (HTTPException, NotFound, rules.Recused):
        return None
    return visit if visit.state in services.WRITING else None


@wing.post("/visits/<int:proposal_id>/photos/<int:photo_id>/remove")
def visit_photo_remove(proposal_id: int, photo_id: int) -> Answer:
    visit = get_visit(proposal_id)
    photo = visit_queries.get_photo(visit, photo_id)
    services.remove_photo(photo, visit, at=clock.now(), by=guard.get_account().actor)
    flash(_("지웠습니다."), "good")
    return redirect(url_for(".visit_photos", proposal_id=proposal_id))


@wing.get("/visits/<int:proposal_id>/photos/<int:photo_id>-<any(small, large):size>.jpg")
def visit_photo(proposal_id: int, photo_id: int, size: str) -> FlaskResponse:
    return hand_out(visit_queries.get_photo(get_visit(proposal_id), photo_id).file, small=size == "small")


def _added(form: PhotoForm, visit: SiteVisit) -> bool:
    """Whether it was kept; else the form says why not. What would be refused anyway is not read."""
    at, by, key = clock.now(), guard.get_account().actor, str(form.client_key.data or "")
    try:
        services.ensure_may_write(visit, at, by)
        photo = cleaning.read_photo(form.photo.data.stream)
        services.add_photo(visit, photo, form.alt.data, key, at=at, by=by)
        flash(_("사진을 올렸습니다. 사진에 들어 있던 찍은 곳과 때, 기기 정보는 지웠습니다."), "good")
    except REFUSALS as error:
        form.refuse(sentence(error), form.photo if isinstance(error, Refused) else None)
    return not form.errors


def _page(visit: SiteVisit, form: PhotoForm) -> tuple[str, int]:
    blind = blinds(visit.proposal.round)
    page = render_template(
        "onsite/photos.html",
        form=form,
        visit=blind(visit.proposal, visit),
        proposal=blind(visit.proposal),
        may_write=visit.state in services.WRITING,
        most=visit_rules.PHOTOS_MAX,
        programme=programme_frame(visit.proposal.round.programme),
    )
    return page, 422 if form.errors else 200
