"""The steps of setting up a round: in any order, each saved by itself, each with its own faults."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from werkzeug import Response

from app import clock
from app.reviews import sheet_services
from app.reviews.rules import AlreadyDecided
from app.rounds import rules, services, settings
from app.rounds.models import Round
from app.rounds.soundness import STEPS
from app.web import guard
from app.web.errors import sentence
from app.web.office import round_faults
from app.web.office.audience import wing
from app.web.office.round_counting_forms import CountingForm
from app.web.office.round_forms import BasicsForm, PotsForm, RowsForm, SectionsForm
from app.web.office.round_frame import get_round, has_committee, round_frame
from app.web.office.round_phase_forms import PhasesForm, ReviewForm
from app.web.office.round_voters_forms import VotersForm

Answer = Response | str | tuple[str, int]


class Step(NamedTuple):
    """One page of the set-up: its name, its form, and the verb that keeps what the form says."""

    name: LazyString
    form: Any
    keep: Callable[..., None]


PAGES = {
    "basics": Step(_l("기본 정보"), BasicsForm, services.set_basics),
    "pots": Step(_l("재원과 한도"), PotsForm, services.set_pots),
    "sections": Step(_l("분야와 고르는 수"), SectionsForm, services.set_sections),
    "counting": Step(_l("개표와 선정 규칙"), CountingForm, services.set_counting),
    "voters": Step(_l("투표할 수 있는 사람"), VotersForm, services.set_voters),
    "phases": Step(_l("일정"), PhasesForm, sheet_services.set_phases),
    "review": Step(_l("심사 방법"), ReviewForm, sheet_services.set_review),
}
NAMES = [*(PAGES[step].name for step in STEPS), _l("확인과 공고")]


@wing.route("/rounds/<int:round_id>/settings/<step>", methods=["GET", "POST"])
def round_step(round_id: int, step: str) -> Answer:
    round_ = get_round(round_id)
    if step not in PAGES:
        abort(404)
    if request.method == "GET" and round_.state in rules.FROZEN:
        return redirect(url_for("office.round_settings", round_id=round_id))
    form = _form(round_, step)
    if isinstance(form, RowsForm) and "more" in request.form:
        form.add_row()
        _offer(form, round_)
        return _page(round_, step, form)
    if form.validate_on_submit() and _keep(round_, step, form):
        flash(_("저장했습니다."), "good")
        return redirect(_after(round_, step))
    return _page(round_, step, form), 422 if request.method == "POST" else 200


def _form(round_: Round, step: str) -> Any:
    form = PAGES[step].form(data=PAGES[step].form.shown(settings.of(round_)))
    _offer(form, round_)
    return form


def _offer(form: Any, round_: Round) -> None:
    if isinstance(form, SectionsForm):
        form.offer(round_)


def _keep(round_: Round, step: str, form: Any) -> bool:
    """Frozen is not this page's to explain: it goes up to the table of errors, and stays in the audit."""
    plan = form.plan(round_) if isinstance(form, PhasesForm) else form.plan()
    try:
        PAGES[step].keep(round_, plan, at=clock.now(), by=guard.get_account().actor)
    except rules.Frozen:
        raise
    except AlreadyDecided as error:
        form.refuse(sentence(error))
        return False
    except rules.RoundError as error:
        round_faults.show(form, error)
        return False
    return True


def _after(round_: Round, step: str) -> str:
    """The next step of a draft; a round that is called goes back to its settings."""
    following = STEPS[STEPS.index(step) + 1 :]
    if round_.state == rules.DRAFT and following:
        return url_for("office.round_step", round_id=round_.id, step=following[0])
    return url_for("office.round_settings", round_id=round_.id)


def _page(round_: Round, step: str, form: Any) -> str:
    return render_template(
        f"office/round_{step}.html",
        form=form,
        place=STEPS.index(step) + 1,
        names=NAMES,
        steps=step_links(round_),
        has_committee=has_committee(round_),
        **round_frame(round_),
    )


def step_links(round_: Round) -> list[dict[str, Any]]:
    return [
        {
            "label": page.name,
            "url": url_for("office.round_step", round_id=round_.id, step=step),
            "current": (request.view_args or {}).get("step") == step,
        }
        for step, page in PAGES.items()
    ]
