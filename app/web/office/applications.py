"""Those who apply or are recommended, one by one: eligibility, declining, appointment."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.committee import queries as committee
from app.committee import rules as seats
from app.committee.models import CommitteeMember
from app.errors import NotFound
from app.people import queries as people
from app.proposals.queries import list_dongs
from app.recruitment import queries, rules, services
from app.recruitment.models import Application, Recommendation, Recruitment
from app.web import guard
from app.web.office.audience import wing
from app.web.office.committee_frame import committee_frame, warn_of_balance
from app.web.office.recruitment_forms import DecideForm, DeclineForm, RecommendForm, SeatForm
from app.web.office.recruitments import get_recruitment
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]


@wing.route("/applications/<int:application_id>", methods=["GET", "POST"])
def application_detail(application_id: int) -> Answer:
    """Read, and its eligibility decided."""
    one = _application(application_id)
    form = DecideForm(verdict=one.state if one.state in (rules.ELIGIBLE, rules.INELIGIBLE) else None, reason=one.reason)
    if form.validate_on_submit():
        with shown_in(form, {rules.RecruitmentError: None}):
            given = {"is_eligible": form.verdict.data == "eligible", "reason": form.reason.data}
            services.decide(one, **given, at=clock.now(), by=guard.get_account().actor)
            flash(_("자격 확인을 저장했습니다."), "good")
            return _to(one.recruitment)
    may_decide = one.recruitment.state == rules.CALLED and one.state != rules.WITHDRAWN
    frame = committee_frame(one.recruitment.programme)
    page = render_template("office/application_detail.html", form=form, one=one, may_decide=may_decide, **frame)
    return page, 422 if form.errors else 200


@wing.route("/applications/<int:application_id>/decline", methods=["GET", "POST"])
def application_decline(application_id: int) -> Answer:
    one = _application(application_id)
    form = DeclineForm()
    if form.validate_on_submit():
        with shown_in(form, {rules.RecruitmentError: None}):
            services.decline(one, reason=form.reason.data, at=clock.now(), by=guard.get_account().actor)
            flash(_("사양했다고 기록했습니다."), "good")
            return _to(one.recruitment)
    frame = committee_frame(one.recruitment.programme)
    page = render_template("office/application_decline.html", form=form, one=one, **frame)
    return page, 422 if form.errors else 200


@wing.route("/applications/<int:application_id>/appoint", methods=["GET", "POST"])
def application_appoint(application_id: int) -> Answer:
    one = _application(application_id)
    return _appoint(one, one.recruitment, lambda account, **given: services.appoint_application(one, account, **given))


@wing.route("/recruitments/<int:recruitment_id>/recommendations/new", methods=["GET", "POST"])
def recommendation_add(recruitment_id: int) -> Answer:
    row = get_recruitment(recruitment_id)
    dongs = list_dongs(row.programme)
    form = RecommendForm()
    form.offer(dongs)
    if form.validate_on_submit():
        places = {rules.DongSeatsTaken: form.area_id, rules.BirthYearUnfit: form.birth_year}
        with shown_in(form, {**places, seats.SexLimit: form.sex, rules.WrongState: None}):
            area = next(one for one in dongs if str(one.id) == form.area_id.data)
            names = ("recommended_by", "name", "birth_year", "sex", "is_vulnerable")
            given = {name: form[name].data for name in names}
            services.recommend(row, area=area, **given, at=clock.now(), by=guard.get_account().actor)
            flash(_("추천을 넣었습니다."), "good")
            _warn_of_outlook(row)
            return _to(row)
    page = render_template("office/recommendation_add.html", form=form, row=row, **committee_frame(row.programme))
    return page, 422 if form.errors else 200


@wing.post("/recommendations/<int:recommendation_id>/remove")
def recommendation_remove(recommendation_id: int) -> Response:
    one = _recommendation(recommendation_id)
    row = one.recruitment
    services.remove_recommendation(one, at=clock.now(), by=guard.get_account().actor)
    flash(_("추천을 뺐습니다."), "good")
    return _to(row)


@wing.route("/recommendations/<int:recommendation_id>/appoint", methods=["GET", "POST"])
def recommendation_appoint(recommendation_id: int) -> Answer:
    one = _recommendation(recommendation_id)
    return _appoint(one, one.recruitment, lambda account, **given: services.appoint_recommended(one, account, **given))


def _appoint(one: Application | Recommendation, row: Recruitment, appoint: Callable[..., CommitteeMember]) -> Answer:
    form = SeatForm(appointed_on=row.term_starts_on, term_ends_on=seats.longest_end(row.term_starts_on))
    form.offer(committee.list_eligible_accounts(row.programme_id))
    if form.validate_on_submit():
        places = {
            seats.TermBackwards: form.term_ends_on,
            seats.TermTooLong: form.term_ends_on,
            seats.CommitteeError: form.account,
            rules.RecruitmentError: None,
        }
        with shown_in(form, places):
            account, by = people.get_account(int(form.account.data)), guard.get_account().actor
            member = appoint(account, **form.term, at=clock.now(), by=by)
            flash(_("%(name)s 님을 위촉했습니다.", name=member.account.name), "good")
            warn_of_balance(row.programme)
            return _to(row)
    page = render_template("office/seat_appoint.html", form=form, one=one, row=row, **committee_frame(row.programme))
    return page, 422 if form.errors else 200


def _warn_of_outlook(row: Recruitment) -> None:
    """As soon as the draw could make one sex too many: the recommendations can still be changed."""
    if queries.outlook(row).may_pass:
        flash(_("추첨 결과에 따라 한 성별이 전체의 한도를 넘을 수 있습니다."), "warn")


def _application(application_id: int) -> Application:
    one = queries.get_application(application_id)
    get_recruitment(one.recruitment_id)
    if one.state == rules.WITHDRAWN:
        raise NotFound(f"application {application_id}")
    return one


def _recommendation(recommendation_id: int) -> Recommendation:
    one = queries.get_recommendation(recommendation_id)
    get_recruitment(one.recruitment_id)
    return one


def _to(row: Recruitment) -> Response:
    return redirect(url_for(".recruitment_detail", recruitment_id=row.id))
