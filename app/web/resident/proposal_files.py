"""The step with photos and documents: one at a time, so that a weak line loses one at most. Nothing here is needed."""

from datetime import datetime
from typing import Any

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response
from werkzeug.exceptions import RequestEntityTooLarge

from app import clock
from app.adapters.files import CannotKeep
from app.errors import NotFound
from app.files import cleaning
from app.files.rules import BYTES_MAX, DOCUMENT, PHOTO, TOO_LARGE, FileError, Refused
from app.people.models import Resident
from app.proposals import file_queries, queries, rules
from app.proposals import file_rules as limits
from app.proposals import file_services as services
from app.proposals.models import Proposal, ProposalFile
from app.proposals.rules import ProposalError
from app.rounds.rules import OutsidePhase
from app.web import errors, guard
from app.web.errors import sentence
from app.web.navigation import programme_frame
from app.web.proposal_files import hand_out_document, hand_out_photo, shown_files
from app.web.resident.audience import wing
from app.web.resident.proposal_file_forms import DescribeDocumentForm, DescribePhotoForm, DocumentForm, PhotoForm
from app.web.resident.proposal_forms import StepForm
from app.web.resident.proposal_wizard import ORDER, STEP_NAMES, closed_page

Answer = Response | str | tuple[str, int]
TAKES_FILES = "resident.proposal_files"
LARGEST = max(BYTES_MAX.values()) + (256 << 10)  # bytes of a form with its file
REFUSALS = (ProposalError, OutsidePhase, FileError, CannotKeep)


@wing.url_value_preprocessor
def _let_files_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anybody reads the form: what is larger than other forms is taken here only, from who is signed in."""
    if endpoint == TAKES_FILES and request.method == "POST" and guard.find_resident() is not None:
        request.max_content_length = LARGEST


@wing.route("/proposals/<int:proposal_id>/files", methods=["GET", "POST"])
def proposal_files(proposal_id: int) -> Answer:
    resident = guard.get_resident()
    proposal = _get_editable(proposal_id, resident)
    if request.method == "GET" and not rules.may_edit(proposal, clock.now()):
        return closed_page(proposal.round)
    forms = _forms(proposal)
    sent = next((form for form in forms.values() if f"{form._prefix}version" in request.form), None)
    if sent is not None and sent.validate_on_submit() and _added(sent, proposal, resident):
        return redirect(url_for(".proposal_files", proposal_id=proposal_id), 303)
    return _page(proposal, forms, sent)


@wing.errorhandler(RequestEntityTooLarge)
def _say_too_large(_error: RequestEntityTooLarge) -> Answer:
    """Where the file was to be sent, as any other refusal of it; nothing that was sent is read. It comes before the
    wing's door, so that what the door asks is asked here, too."""
    proposal = _find_sent_to()
    if proposal is None:
        return errors.page(413, str(errors.PLAIN[413]))
    forms = _forms(proposal, unread=True)
    forms[PHOTO].refuse(sentence(Refused(TOO_LARGE, PHOTO)), forms[PHOTO].file)
    return _page(proposal, forms, forms[PHOTO])


@wing.route("/proposals/<int:proposal_id>/files/<int:item_id>", methods=["GET", "POST"])
def proposal_file_describe(proposal_id: int, item_id: int) -> Answer:
    resident, proposal, item = _get_item(proposal_id, item_id)
    form = (DescribePhotoForm if item.kind == PHOTO else DescribeDocumentForm)(
        version=proposal.version, alt=item.alt, caption=item.caption
    )
    if form.validate_on_submit() and _described(form, item, resident):
        flash(_("저장했습니다."), "good")
        return redirect(url_for(".proposal_files", proposal_id=proposal_id))
    page = render_template(
        "resident/proposal_file_describe.html",
        form=form,
        item=item,
        proposal=proposal,
        programme=programme_frame(proposal.round.programme),
    )
    return page, 422 if form.errors else 200


@wing.post("/proposals/<int:proposal_id>/files/<int:item_id>/up")
def proposal_file_up(proposal_id: int, item_id: int) -> Answer:
    resident, _proposal, item = _get_item(proposal_id, item_id)
    services.move_up(item, seen=PlainStep().seen, at=clock.now(), by=resident.actor)
    return redirect(url_for(".proposal_files", proposal_id=proposal_id))


@wing.post("/proposals/<int:proposal_id>/files/<int:item_id>/remove")
def proposal_file_remove(proposal_id: int, item_id: int) -> Answer:
    resident, _proposal, item = _get_item(proposal_id, item_id)
    services.remove_file(item, seen=PlainStep().seen, at=clock.now(), by=resident.actor)
    flash(_("지웠습니다."), "good")
    return redirect(url_for(".proposal_files", proposal_id=proposal_id))


@wing.get("/proposals/<int:proposal_id>/photos/<int:item_id>-<any(small, large):size>.jpg")
def proposal_photo(proposal_id: int, item_id: int, size: str) -> FlaskResponse:
    return hand_out_photo(queries.get_shown_to(proposal_id, guard.get_resident()), item_id, size)


@wing.get("/proposals/<int:proposal_id>/documents/<int:item_id>.pdf")
def proposal_document(proposal_id: int, item_id: int) -> FlaskResponse:
    return hand_out_document(queries.get_shown_to(proposal_id, guard.get_resident()), item_id)


class PlainStep(StepForm):
    """Only its button, and the version that the page showed."""


def _get_editable(proposal_id: int, resident: Resident) -> Proposal:
    proposal = queries.get_own(proposal_id, resident)
    rules.ensure_editable(proposal.state)
    rules.ensure_not_joint(proposal)
    return proposal


def _find_sent_to() -> Proposal | None:
    """By its owner, in a form that is too long as a whole."""
    resident = guard.find_resident()
    is_long = (request.content_length or LARGEST) >= LARGEST
    if request.endpoint != TAKES_FILES or resident is None or not is_long:
        return None
    try:
        return _get_editable((request.view_args or {})["proposal_id"], resident)
    except (NotFound, ProposalError):
        return None


def _get_item(proposal_id: int, item_id: int) -> tuple[Resident, Proposal, ProposalFile]:
    resident = guard.get_resident()
    proposal = _get_editable(proposal_id, resident)
    return resident, proposal, file_queries.get_file(proposal, item_id)


def _forms(proposal: Proposal, *, unread: bool = False) -> dict[str, StepForm]:
    """Kind → the form for one more; of the two only the one that was sent holds anything."""
    made: dict[str, StepForm] = {}
    for kind, form in ((PHOTO, PhotoForm), (DOCUMENT, DocumentForm)):
        was_sent = not unread and f"{kind}-version" in request.form
        made[kind] = form(prefix=kind, obj=proposal, **({} if was_sent else {"formdata": None}))
    return made


def _added(form: StepForm, proposal: Proposal, resident: Resident) -> bool:
    """Whether it was kept; else the form says why not. What would be refused anyway is not read."""
    act: dict[str, Any] = {"seen": form.seen, "at": clock.now(), "by": resident.actor, "caption": form.caption.data}
    try:
        _ensure_may_add(form, proposal, act["at"])
        if isinstance(form, PhotoForm):
            services.add_photo(proposal, cleaning.read_photo(form.file.data.stream), alt=form.alt.data, **act)
            flash(_("사진을 올렸습니다. 사진에 들어 있던 찍은 곳과 때, 기기 정보는 지웠습니다."), "good")
        else:
            sent = form.file.data
            services.add_document(proposal, cleaning.read_document(sent.stream, sent.filename), **act)
            flash(_("문서를 올렸습니다."), "good")
    except rules.WrongState:
        raise
    except REFUSALS as error:
        _refuse(form, error, proposal)
    return not form.errors


def _ensure_may_add(form: StepForm, proposal: Proposal, at: datetime) -> None:
    kind = PHOTO if isinstance(form, PhotoForm) else DOCUMENT
    if not rules.may_edit(proposal, at):
        rules.ensure_taking(proposal.round, at)
    limits.ensure_room(kind, file_queries.count_files(proposal, kind))
    if form.seen != proposal.version:
        raise rules.Stale


def _described(form: StepForm, item: ProposalFile, resident: Resident) -> bool:
    alt = form.alt.data if isinstance(form, DescribePhotoForm) else ""
    act: dict[str, Any] = {"seen": form.seen, "at": clock.now(), "by": resident.actor}
    try:
        services.describe_file(item, alt=alt, caption=form.caption.data, **act)
    except rules.WrongState:
        raise
    except REFUSALS as error:
        _refuse(form, error, item.proposal)
    return not form.errors


def _refuse(form: StepForm, error: Exception, proposal: Proposal) -> None:
    form.refuse(sentence(error), form.file if isinstance(error, Refused) else None)
    form.version.data = str(proposal.version)


def _page(proposal: Proposal, forms: dict[str, StepForm], sent: StepForm | None) -> tuple[str, int]:
    page = render_template(
        "resident/proposal_files.html",
        form=sent,
        forms=forms,
        proposal=proposal,
        programme=programme_frame(proposal.round.programme),
        step=ORDER.index("files") + 1,
        step_names=STEP_NAMES,
        found=shown_files(proposal),
        most=limits.MOST,
        largest={kind: size >> 20 for kind, size in BYTES_MAX.items()},
        next_url=_next(proposal),
    )
    return page, 422 if sent is not None and sent.errors else 200


def _next(proposal: Proposal) -> str:
    """On, or back to where its answers are shown."""
    if proposal.state != rules.DRAFT:
        return url_for(".proposal_detail", proposal_id=proposal.id)
    if not rules.list_missing(proposal):
        return url_for(".proposal_check", proposal_id=proposal.id)
    return url_for(".proposal_edit", proposal_id=proposal.id, step=ORDER[ORDER.index("files") + 1])
