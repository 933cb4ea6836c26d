"""The committee of a programme: who sits on it, appointments and dismissals."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.committee import queries, rules, services
from app.committee.models import CommitteeMember
from app.people import queries as people
from app.people.models import STAFF_ROLE
from app.programmes import queries as programmes
from app.programmes.models import Programme
from app.web import guard
from app.web.navigation import programme_frame
from app.web.office.audience import wing
from app.web.office.member_forms import AppointForm, DismissForm
from app.web.refusals import shown_in
from app.web.words import said

Answer = Response | str | tuple[str, int]


@wing.get("/programmes/<slug>/members")
def member_list(slug: str) -> str:
    one = _programme(slug)
    today = clock.seoul_day(clock.now())
    appointments = queries.list_appointments(one.id)
    return render_template(
        "office/member_list.html",
        enrolled=queries.list_members(one.id, today),
        others=[member for member in appointments if not rules.is_enrolled(member, today)],
        seats=rules.SEATS,
        **_frame(one),
    )


@wing.route("/programmes/<slug>/members/new", methods=["GET", "POST"])
def member_appoint(slug: str) -> Answer:
    one = _programme(slug)
    form = AppointForm()
    form.offer(queries.list_eligible_accounts(one.id, clock.seoul_day(clock.now())))
    if form.validate_on_submit():
        places = {rules.TermBackwards: form.term_ends_on, rules.AlreadyEnrolled: form.account, rules.SeatsTaken: None}
        with shown_in(form, places):
            member = _appoint(one, form)
            flash(_("%(name)s 님을 위촉했습니다.", name=member.account.name), "good")
            return redirect(url_for(".member_list", slug=slug))
    return render_template("office/member_appoint.html", form=form, **_frame(one)), 422 if form.errors else 200


def _appoint(one: Programme, form: AppointForm) -> CommitteeMember:
    return services.appoint_member(
        one,
        people.get_account(int(form.account.data)),
        route=form.route.data,
        office=form.office.data,
        appointed_on=form.appointed_on.data,
        term_ends_on=form.term_ends_on.data,
        at=clock.now(),
        by=guard.get_account().actor,
    )


@wing.route("/members/<int:member_id>/dismiss", methods=["GET", "POST"])
def member_dismiss(member_id: int) -> Answer:
    member = queries.get_member(member_id)
    one = _programme(member.programme.slug)
    form = DismissForm()
    if form.validate_on_submit():
        with shown_in(form, {rules.TermBackwards: form.on, rules.NotAMember: form.on}):
            on, reason, by = form.on.data, form.reason.data, guard.get_account().actor
            services.dismiss_member(member, on=on, reason=reason, at=clock.now(), by=by)
            flash(_("%(name)s 님을 해촉했습니다.", name=member.account.name), "good")
            return redirect(url_for(".member_list", slug=one.slug))
    page = render_template("office/member_dismiss.html", form=form, member=member, **_frame(one))
    return page, 422 if form.errors else 200


def _programme(slug: str) -> Programme:
    one = programmes.get_programme_by_slug(slug)
    guard.ensure_role(one, STAFF_ROLE)
    return one


def _frame(one: Programme) -> dict[str, Any]:
    crumbs = [{"label": _("업무"), "url": url_for("office.home")}, {"label": said(one, "name"), "url": ""}]
    return {"slug": one.slug, "programme": programme_frame(one), "crumbs": crumbs}
