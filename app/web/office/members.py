"""The committee of a programme: who sits on it, appointments and dismissals."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.committee import queries, rules, services
from app.committee.models import CommitteeMember
from app.people import queries as people
from app.programmes.models import Programme
from app.recruitment import rules as calls
from app.recruitment import services as recruitment
from app.recruitment.queries import list_standing
from app.web import guard
from app.web.office.audience import wing
from app.web.office.committee_frame import committee_frame, get_programme, warn_of_balance
from app.web.office.member_forms import AppointForm, DismissForm, RenewForm
from app.web.refusals import shown_in

Answer = Response | str | tuple[str, int]


@wing.get("/programmes/<slug>/members")
def member_list(slug: str) -> str:
    one = get_programme(slug)
    today = clock.seoul_day(clock.now())
    appointments = queries.list_appointments(one.id)
    over = [member for member in appointments if not rules.is_enrolled(member, today)]
    coming, standing = [member for member in over if rules.is_to_come(member, today)], list_standing(one)
    return render_template(
        "office/member_list.html",
        enrolled=queries.list_members(one.id, today),
        ending=[(member, _is_renewable(member, appointments)) for member in queries.list_ending(today, one.id)],
        coming=coming,
        others=[member for member in over if member not in coming],
        sex_most=rules.SEX_MOST,
        call=standing[-1] if standing else None,
        seats=rules.SEATS,
        route_seats=rules.ROUTE_SEATS,
        now_sits=queries.composition(one.id, today),
        tenths=rules.SEX_TENTHS,
        **committee_frame(one),
    )


def _is_renewable(member: CommitteeMember, appointments: Sequence[CommitteeMember]) -> bool:
    return rules.is_renewable([one for one in appointments if one.account_id == member.account_id], member)


@wing.route("/programmes/<slug>/members/new", methods=["GET", "POST"])
def member_appoint(slug: str) -> Answer:
    one = get_programme(slug)
    form = AppointForm()
    form.offer(queries.list_eligible_accounts(one.id))
    if form.validate_on_submit():
        places = {
            rules.TermBackwards: form.term_ends_on,
            rules.TermTooLong: form.term_ends_on,
            rules.AlreadyEnrolled: form.account,
            rules.RenewedAlready: form.account,
            rules.SexLimit: form.sex,
            rules.SeatsTaken: None,
            calls.ReasonNeeded: form.reason,
            calls.SeatsPromised: form.route,
            calls.BirthYearUnfit: form.birth_year,
        }
        with shown_in(form, places):
            member = _appoint(one, form)
            flash(_("%(name)s 님을 위촉했습니다.", name=member.account.name), "good")
            warn_of_balance(one)
            return redirect(url_for(".member_list", slug=slug))
    return render_template("office/member_appoint.html", form=form, **committee_frame(one)), 422 if form.errors else 200


def _appoint(one: Programme, form: AppointForm) -> CommitteeMember:
    return recruitment.appoint_beside(
        one,
        people.get_account(int(form.account.data)),
        route=form.route.data,
        office=form.office.data,
        appointed_on=form.appointed_on.data,
        term_ends_on=form.term_ends_on.data,
        sex=form.sex.data,
        is_vulnerable=form.is_vulnerable.data,
        birth_year=form.birth_year.data,
        reason=form.reason.data,
        at=clock.now(),
        by=guard.get_account().actor,
    )


@wing.route("/members/<int:member_id>/renew", methods=["GET", "POST"])
def member_renew(member_id: int) -> Answer:
    """연임: the next term, with what is known of the member already."""
    member = queries.get_member(member_id)
    one = get_programme(member.programme.slug)
    known = {name: getattr(member, name) for name in ("office", "sex", "is_youth", "is_vulnerable")}
    starts_on = member.term_ends_on
    form = RenewForm(data={**known, "appointed_on": starts_on, "term_ends_on": rules.longest_end(starts_on)})
    if form.validate_on_submit():
        places = {
            rules.TermBackwards: form.term_ends_on,
            rules.TermTooLong: form.term_ends_on,
            rules.AlreadyEnrolled: form.appointed_on,
            rules.SexLimit: form.sex,
            rules.CommitteeError: None,
            calls.SeatsPromised: None,
        }
        with shown_in(form, places):
            recruitment.renew_member(member, **form.given, at=clock.now(), by=guard.get_account().actor)
            flash(_("%(name)s 님을 연임으로 위촉했습니다.", name=member.account.name), "good")
            return redirect(url_for(".member_list", slug=one.slug))
    page = render_template("office/member_renew.html", form=form, member=member, **committee_frame(one))
    return page, 422 if form.errors else 200


@wing.route("/members/<int:member_id>/dismiss", methods=["GET", "POST"])
def member_dismiss(member_id: int) -> Answer:
    member = queries.get_member(member_id)
    one = get_programme(member.programme.slug)
    today = clock.seoul_day(clock.now())
    form = DismissForm(on=member.appointed_on if rules.is_to_come(member, today) else None)
    if form.validate_on_submit():
        with shown_in(form, {rules.TermBackwards: form.on, rules.NotAMember: form.on}):
            given = {"on": form.on.data, "ground": form.ground.data, "reason": form.reason.data}
            services.dismiss_member(member, **given, at=clock.now(), by=guard.get_account().actor)
            flash(_("%(name)s 님을 해촉했습니다.", name=member.account.name), "good")
            return redirect(url_for(".member_list", slug=one.slug))
    page = render_template("office/member_dismiss.html", form=form, member=member, **committee_frame(one))
    return page, 422 if form.errors else 200
