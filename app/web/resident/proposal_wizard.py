"""Writing a proposal: a draft on the server from the first step, five steps, a page to check, and the receipt."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import clock
from app.people.models import Resident
from app.proposals import queries, rules, services, waiting
from app.proposals.models import Proposal
from app.proposals.rules import ProposalError
from app.proposals.similar_queries import find_similar
from app.rounds import queries as rounds
from app.rounds.models import Round
from app.rounds.rules import OutsidePhase
from app.web import guard
from app.web.errors import sentence
from app.web.navigation import programme_frame
from app.web.resident.audience import wing
from app.web.resident.proposal_forms import ContentForm, PlaceForm, ProposerForm, StepForm, TitleForm
from app.web.resident.proposals import Answer, list_intakes
from app.web.timeline import phase_lines
from app.web.typed import list_typed

STEPS: dict[str, type[StepForm]] = {
    "title": TitleForm,
    "place": PlaceForm,
    "content": ContentForm,
    "proposer": ProposerForm,
}
STEP_NAMES = (_l("제목과 분야"), _l("장소"), _l("내용과 사업비"), _l("사진과 자료"), _l("제안하시는 분"))
ORDER = ("title", "place", "content", "files", "proposer")  # "files" is a page of its own: proposal_files
STEP_OF = {"title": "title", "section_id": "title", "consented_at": "proposer"}  # all else is of "content"


@wing.route("/proposals/new/<int:round_id>", methods=["GET", "POST"])
def proposal_create(round_id: int) -> Answer:
    """Where nothing is called, one is told so first; who goes on all the same writes for the next call."""
    at, round_ = clock.now(), rounds.get_public_round(round_id)
    is_ahead = "ahead" in request.args and queries.keeps_for_next(round_, at)
    if request.method == "GET" and not (is_ahead or rules.is_taking(round_, at)):
        return closed_page(round_)
    form = TitleForm()
    form.offer(round_, [])
    if form.validate_on_submit():
        try:
            resident = guard.get_resident()
            draft = services.begin_draft(round_, resident, changes=form.changes, at=at, by=resident.actor)
            return redirect(url_for(".proposal_edit", proposal_id=draft.id, step=ORDER[1]))
        except (ProposalError, OutsidePhase) as error:
            form.refuse(sentence(error))
    return _step_page(form, "title", round_)


@wing.route("/proposals/<int:proposal_id>/<any(title, place, content, proposer):step>", methods=["GET", "POST"])
def proposal_edit(proposal_id: int, step: str) -> Answer:
    resident = guard.get_resident()
    proposal = queries.get_own(proposal_id, resident)
    form = _form(step, proposal, resident)
    if proposal.state not in rules.EDITABLE:
        return _moved_on(form, step, proposal)
    if step != "proposer":
        rules.ensure_not_joint(proposal)
    if request.method == "GET" and not rules.may_join(proposal, clock.now()):
        return closed_page(proposal.round)
    if isinstance(form, ContentForm) and form.change_lines():
        return _step_page(form, step, proposal.round, proposal)
    if _wants_later(proposal):
        form.let_gaps()
    if form.validate_on_submit() and _saved(form, proposal, resident):
        return redirect(_after(step, proposal))
    return _step_page(form, step, proposal.round, proposal)


@wing.route("/proposals/<int:proposal_id>/check", methods=["GET", "POST"])
def proposal_check(proposal_id: int) -> Answer:
    resident = guard.get_resident()
    proposal = queries.get_own(proposal_id, resident)
    form = StepForm(obj=proposal)
    if form.validate_on_submit() and _submitted(form, proposal, resident):
        page = ".proposal_detail" if proposal.waiting_since else ".proposal_receipt"
        return redirect(url_for(page, proposal_id=proposal_id))
    if proposal.state != rules.DRAFT:
        return redirect(url_for(".proposal_detail", proposal_id=proposal_id))
    missing = rules.list_missing(proposal)
    if missing:
        return redirect(_step_url(proposal, STEP_OF.get(missing[0], "content")))
    frame = programme_frame(proposal.round.programme)
    page = render_template(
        "resident/proposal_check.html",
        form=form,
        proposal=proposal,
        programme=frame,
        is_taking=rules.is_taking(proposal.round, clock.now()),
        similar=find_similar(proposal.title, but=proposal.id),
    )
    return page, 422 if form.errors else 200


@wing.get("/proposals/similar")
def proposal_similar() -> str:
    """Whoever is writing a title just now is shown a part of it."""
    title = request.args.get("title", "")[: rules.TITLE_MAX]
    return render_template("resident/proposal_similar.html", title=title, similar=find_similar(title))


@wing.get("/proposals/<int:proposal_id>/receipt")
def proposal_receipt(proposal_id: int) -> Answer:
    proposal = queries.get_own(proposal_id, guard.get_resident())
    if proposal.number is None:
        return redirect(url_for(".proposal_detail", proposal_id=proposal_id))
    return render_template(
        "resident/proposal_receipt.html",
        proposal=proposal,
        programme=programme_frame(proposal.round.programme),
        phases=phase_lines(proposal.round.phases, clock.now()),
    )


def _submitted(form: StepForm, proposal: Proposal, resident: Resident) -> bool:
    """Whether it is in, or waits for the next call, be it by an earlier press of the button; what changed since it was
    read is to be read first, and the form says what is refused."""
    at = clock.now()
    hand_in = services.submit_proposal if rules.is_taking(proposal.round, at) else waiting.wait_for_call
    try:
        hand_in(proposal, seen=form.seen, at=at, by=resident.actor)
    except rules.WrongState:
        if proposal.state != rules.SUBMITTED:
            raise
    except (ProposalError, OutsidePhase) as error:
        form.refuse(sentence(error))
        form.version.data = str(proposal.version)
    return not form.errors


def _form(step: str, proposal: Proposal, resident: Resident) -> StepForm:
    who = proposal.proposer or resident
    form = STEPS[step](obj=proposal, name=who.name, phone=who.phone, consents=proposal.consented_at is not None)
    if isinstance(form, ContentForm):
        form.show_lines(proposal.cost_lines)
    form.offer(proposal.round, queries.list_dongs(proposal.round.programme))
    return form


def _saved(form: StepForm, proposal: Proposal, resident: Resident) -> bool:
    """Whether it was written; else the form says why not and holds what was typed and the newest version."""
    act: dict[str, Any] = {"seen": form.seen, "at": clock.now(), "by": resident.actor}
    try:
        if isinstance(form, ProposerForm):
            services.record_consent(proposal, name=form.name.data, phone=form.phone.data, **act)
        else:
            services.edit_proposal(proposal, changes=form.changes, **act)
    except (ProposalError, OutsidePhase) as error:
        form.is_stale = isinstance(error, rules.Stale)
        form.refuse(sentence(error))
        form.version.data = str(proposal.version)
    return not form.errors


def _wants_later(proposal: Proposal) -> bool:
    return proposal.state == rules.DRAFT and "later" in request.form


def _after(step: str, proposal: Proposal) -> str:
    """Where a saved step leads: on, to what is still missing, or back to where its answers are shown."""
    if proposal.state != rules.DRAFT or "later" in request.form:
        flash(_("저장했습니다."), "good")
        return url_for(".proposal_detail", proposal_id=proposal.id)
    if not rules.list_missing(proposal) or step == ORDER[-1]:
        return url_for(".proposal_check", proposal_id=proposal.id)
    return _step_url(proposal, ORDER[ORDER.index(step) + 1])


def _step_url(proposal: Proposal, step: str) -> str:
    if step == "files":
        return url_for(".proposal_files", proposal_id=proposal.id)
    return url_for(".proposal_edit", proposal_id=proposal.id, step=step)


def _step_page(form: StepForm, step: str, round_: Round, proposal: Proposal | None = None) -> tuple[str, int]:
    page = render_template(
        f"resident/proposal_{step}.html",
        form=form,
        round=round_,
        proposal=proposal,
        programme=programme_frame(round_.programme),
        step=ORDER.index(step) + 1,
        step_names=STEP_NAMES,
        back=_step_url(proposal, ORDER[ORDER.index(step) - 1]) if proposal and step != ORDER[0] else "",
        similar=find_similar(proposal.title, but=proposal.id) if proposal and step == ORDER[1] else [],
        is_taking=rules.is_taking(round_, clock.now()),
    )
    return page, 422 if form.errors and "line" not in request.form else 200


def _moved_on(form: StepForm, step: str, proposal: Proposal) -> tuple[str, int]:
    """What was typed is shown once more, to be copied; it is saved nowhere."""
    page = render_template(
        "resident/proposal_moved_on.html",
        proposal=proposal,
        programme=programme_frame(proposal.round.programme),
        typed=list(list_typed(form)) if form.is_submitted() else [],
        state=sentence(rules.WrongState(proposal.state, "edited")),
    )
    return page, 409


def closed_page(round_: Round) -> tuple[str, int]:
    """No intake now: when the next one is, instead of a form that would be refused."""
    at = clock.now()
    frame = programme_frame(round_.programme)
    ahead = queries.list_ahead(at, round_.programme_id)
    page = render_template(
        "resident/proposal_closed.html", round=round_, programme=frame, intakes=list_intakes(at), ahead=ahead
    )
    return page, 409
