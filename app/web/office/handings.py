"""선정되지 않은 제안을 부서에 넘기기: staff hand over, the department answers or passes on."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug import Response

from app import clock
from app.clock import seoul_day
from app.people.models import STAFF_ROLE, Department
from app.programmes.models import Programme
from app.proposals import queries as proposals
from app.results import handing_queries as queries
from app.results import handing_rules as rules
from app.results import handing_services as services
from app.results.handing_models import HandOver
from app.reviews.queries import list_departments_of
from app.web import guard
from app.web.fate_view import steps_of
from app.web.fields import (
    ChoiceField,
    Form,
    Length,
    RadioChoiceField,
    Required,
    TrimmedText,
    Unmarked,
    VersionForm,
    WholeNumberField,
    WonField,
    choices,
)
from app.web.navigation import programme_frame
from app.web.office.audience import wing
from app.web.office.check_frame import posts
from app.web.office.round_frame import get_round, round_frame
from app.web.refusals import shown_in
from app.web.typed import keeps_typed
from app.web.words import choices as word_choices
from app.web.words import said

Answer = Response | str | tuple[str, int]


class _WithDepartment(Form):
    department = ChoiceField(_l("부서"), [Required(_l("부서를 골라 주세요."))])

    def offer(self, programme: Programme, *, but: int | None = None) -> list[Department]:
        """Those that can be chosen."""
        found = [one for one in list_departments_of(programme) if one.id != but]
        listed = ((str(one.id), said(one, "name")) for one in found)
        self.department.choices = choices(("", _("고르세요")), *listed)
        return found


class AllForm(_WithDepartment):
    department = ChoiceField(
        _l("검토한 부서가 없는 제안을 맡을 부서"),
        [Required(_l("부서를 골라 주세요."))],
        description=_l("검토한 부서가 있는 제안은 그 부서에 넘깁니다."),
    )


class HandForm(_WithDepartment):
    words = TrimmedText(_l("부서에 전할 말"), [Length(most=rules.WORDS_MAX)], description=_l("누구나 볼 수 있습니다."))


class PassForm(HandForm, VersionForm):
    words = TrimmedText(_l("옮기는 까닭"), [Length(most=rules.WORDS_MAX)], description=_l("누구나 볼 수 있습니다."))


class AnswerForm(VersionForm):
    answer = RadioChoiceField(
        _l("어떻게 하나요?"),
        [Required(_l("어떻게 하는지 골라 주세요."))],
        choices=choices(*word_choices("handing", rules.ANSWERS)),
    )
    budget_year = WholeNumberField(
        _l("반영한 예산의 해"), [Unmarked()], description=_l("예산에 반영했을 때만. 예: 2028")
    )
    amount_won = WonField(_l("반영한 금액"), [Unmarked()], description=_l("예산에 반영했을 때만. 예: 4,000만"))
    words = TrimmedText(
        _l("설명"),
        [Unmarked(), Length(most=rules.WORDS_MAX)],
        description=_l("반영하지 않으면 까닭을 꼭 써 주세요. 누구나 볼 수 있습니다."),
    )

    @property
    def said(self) -> rules.Answer:
        return rules.Answer(self.answer.data, self.words.data or "", self.budget_year.data, self.amount_won.data)


@wing.route("/rounds/<int:round_id>/hand-overs", methods=["GET", "POST"])
def hand_over_list(round_id: int) -> Answer:
    """All that was not funded; one button hands over what still is with nobody."""
    round_ = get_round(round_id)
    form = AllForm()
    found = form.offer(round_.programme)
    losers, handed = queries.list_losers(round_), queries.list_handed(round_id)
    left = {one.id for one in losers} - handed.keys()
    if left <= queries.list_usual(round_).keys():
        del form.department  # each of them has a department that checked it
    if form.validate_on_submit():
        chosen = form.department.data if form.department else ""
        otherwise = next((one for one in found if str(one.id) == chosen), None)
        count = services.hand_over_all(round_, otherwise, at=clock.now(), by=guard.get_account())
        flash(_("제안 %(n)s개를 넘겼습니다.", n=count) if count else _("이미 모두 넘겼습니다."), "good")
        return redirect(url_for(".hand_over_list", round_id=round_id))
    page = render_template(
        "office/hand_over_list.html",
        form=form,
        losers=losers,
        handed=handed,
        left=len(left),
        **round_frame(round_),
    )
    return page, 422 if form.errors else 200


@wing.route("/proposals/<int:proposal_id>/hand-over", methods=["GET", "POST"])
@keeps_typed(HandForm)
def hand_over_create(proposal_id: int) -> Answer:
    proposal = proposals.get_submitted(proposal_id)
    guard.ensure_role(proposal.round.programme, STAFF_ROLE)
    if queries.find_hand_over(proposal_id) is not None:
        return redirect(url_for(".hand_over_detail", proposal_id=proposal_id))
    if proposal.id not in {one.id for one in queries.list_losers(proposal.round)}:
        raise rules.NotALoser
    usual = queries.list_usual(proposal.round).get(proposal_id)
    form = HandForm(department=str(usual.id) if usual else "")
    found = form.offer(proposal.round.programme)
    if form.validate_on_submit():
        to = next(one for one in found if str(one.id) == form.department.data)
        by, words = guard.get_account(), form.words.data or ""
        services.hand_over(proposal, to, words=words, at=clock.now(), by=by)
        flash(_("%(department)s에 넘겼습니다.", department=said(to, "name")), "good")
        return redirect(url_for(".hand_over_list", round_id=proposal.round_id))
    page = render_template("office/hand_over_create.html", form=form, proposal=proposal, **round_frame(proposal.round))
    return page, 422 if form.errors else 200


@wing.get("/hand-overs")
def hand_over_inbox() -> str:
    """What lies with the officer's departments."""
    found = queries.list_with(posts(guard.get_account()))
    crumbs = [{"label": _("업무"), "url": url_for("office.home")}, {"label": _("넘겨받은 제안"), "url": ""}]
    return render_template("office/hand_over_inbox.html", handed=found, crumbs=crumbs)


@wing.route("/hand-overs/<int:proposal_id>", methods=["GET", "POST"])
@keeps_typed(AnswerForm)
def hand_over_detail(proposal_id: int) -> Answer:
    handed = _get(proposal_id)
    form = AnswerForm(version=str(len(handed.steps)))
    if form.validate_on_submit():
        try:
            services.answer(handed, form.said, seen=form.seen, at=clock.now(), by=guard.get_account())
            flash(_("답을 적었습니다. 누구나 볼 수 있습니다."), "good")
            return redirect(url_for(".hand_over_detail", proposal_id=proposal_id))
        except rules.StepUnfit as error:
            form.refuse(_say_unfit(error.field), form[error.field])
    page = render_template(
        "office/hand_over_detail.html",
        form=form,
        handed=handed,
        handed_steps=steps_of(handed),
        this_year=seoul_day(clock.now()).year,
        programme=programme_frame(handed.proposal.round.programme),
    )
    return page, 422 if form.errors else 200


@wing.route("/hand-overs/<int:proposal_id>/pass-on", methods=["GET", "POST"])
@keeps_typed(PassForm)
def hand_over_pass(proposal_id: int) -> Answer:
    handed = _get(proposal_id)
    programme = handed.proposal.round.programme
    form = PassForm(version=str(len(handed.steps)))
    found = form.offer(programme, but=handed.now.department_id)
    if form.validate_on_submit():
        to = next(one for one in found if str(one.id) == form.department.data)
        by, words = guard.get_account(), form.words.data or ""
        with shown_in(form, {rules.SameDepartment: form.department}):
            services.pass_on(handed, to, words, seen=form.seen, at=clock.now(), by=by)
            flash(_("부서를 옮겼습니다: %(department)s", department=said(to, "name")), "good")
            if guard.has_role(STAFF_ROLE, programme):
                return redirect(url_for(".hand_over_detail", proposal_id=proposal_id))
            return redirect(url_for(".hand_over_inbox"))
    page = render_template("office/hand_over_pass.html", form=form, handed=handed, programme=programme_frame(programme))
    return page, 422 if form.errors else 200


def _get(proposal_id: int) -> HandOver:
    """For the staff, and for the officers of the department where it lies. Those where it lay before, who answer, learn
    that it has moved on."""
    handed = queries.get_hand_over(proposal_id)
    programme, mine = handed.proposal.round.programme, posts(guard.get_account())
    if guard.has_role(STAFF_ROLE, programme) or (handed.now.department_id, programme.id) in mine:
        return handed
    if request.method == "POST" and any((step.department_id, programme.id) in mine for step in handed.steps):
        raise rules.MovedOn
    return abort(404)


def _say_unfit(field: str) -> str:
    return {
        "answer": _("목록에서 다시 골라 주세요."),
        "words": _("반영하지 않는 까닭을 써 주세요."),
        "budget_year": _(
            "예산에 반영했으면 그 해를 쓰고, 아니면 비워 주세요. 이 회차의 회계연도나 그 뒤의 해여야 합니다."
        ),
        "amount_won": _("예산에 반영했으면 금액을 쓰고, 아니면 비워 주세요."),
    }[field]
