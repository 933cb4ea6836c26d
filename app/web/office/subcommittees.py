"""The sub-committees of a programme's committee, and who belongs to them."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug import Response

from app import clock
from app.committee import queries as committee
from app.committee import rules as committee_rules
from app.committee import subcommittee_queries as queries
from app.committee import subcommittee_rules as rules
from app.committee import subcommittees
from app.committee.models import CommitteeMember, Subcommittee
from app.people.models import STAFF_ROLE
from app.web import guard
from app.web.fields import ChoiceField, DayField, Form, Length, RadioChoiceField, Required, TrimmedString, choices
from app.web.office.audience import wing
from app.web.office.committee_frame import committee_frame, get_programme
from app.web.refusals import shown_in
from app.web.words import choices as word_choices

Answer = Response | str | tuple[str, int]


class SubcommitteeForm(Form):
    name_ko = TrimmedString(
        _l("분과위원회 이름"), [Required(_l("분과위원회 이름을 써 주세요.")), Length(most=rules.NAME_MAX)]
    )
    name_en = TrimmedString(
        _l("분과위원회 이름(영어)"), [Required(_l("영어 이름을 써 주세요.")), Length(most=rules.NAME_MAX)]
    )
    starts_on = DayField(_l("시작하는 날"), [Required(_l("시작하는 날을 입력해 주세요."))])
    ends_on = DayField(_l("끝나는 날"), [Required(_l("끝나는 날을 입력해 주세요."))])


class JoinForm(Form):
    member = ChoiceField(_l("위원"), [Required(_l("위원을 골라 주세요."))])
    on = DayField(_l("들어오는 날"), [Required(_l("들어오는 날을 입력해 주세요."))])
    ground = RadioChoiceField(
        _l("들어오는 근거"),
        [Required(_l("들어오는 근거를 골라 주세요."))],
        choices=choices(*word_choices("joining_ground", rules.JOINING_GROUNDS)),
    )

    def offer(self, members: Sequence[CommitteeMember]) -> None:
        people = ((str(one.id), one.account.name) for one in members)
        self.member.choices = choices(("", _("고르세요")), *people)


class LeaveForm(Form):
    on = DayField(_l("나가는 날"), [Required(_l("나가는 날을 입력해 주세요."))])
    ground = RadioChoiceField(
        _l("나가는 근거"),
        [Required(_l("나가는 근거를 골라 주세요."))],
        choices=choices(*word_choices("leaving_ground", rules.LEAVING_GROUNDS)),
    )


@wing.get("/programmes/<slug>/subcommittees")
def subcommittee_list(slug: str) -> str:
    one, today = get_programme(slug), clock.seoul_day(clock.now())
    rows = [(row, queries.list_held_seats(row, today)) for row in queries.list_subcommittees(one.id)]
    return render_template("office/subcommittee_list.html", rows=rows, today=today, **committee_frame(one))


@wing.route("/programmes/<slug>/subcommittees/new", methods=["GET", "POST"])
def subcommittee_create(slug: str) -> Answer:
    one, form = get_programme(slug), SubcommitteeForm()
    if form.validate_on_submit():
        places = {
            rules.SubcommitteeThere: form.name_ko,
            committee_rules.TermBackwards: form.ends_on,
            committee_rules.TermTooLong: form.ends_on,
        }
        with shown_in(form, places):
            given = {name: form[name].data for name in ("name_ko", "name_en", "starts_on", "ends_on")}
            row = subcommittees.create_subcommittee(one, **given, at=clock.now(), by=guard.get_account().actor)
            flash(_("분과위원회를 만들었습니다. 위원을 넣어 주세요."), "good")
            return redirect(url_for(".subcommittee_detail", subcommittee_id=row.id))
    page = render_template("office/subcommittee_create.html", form=form, **committee_frame(one))
    return page, 422 if form.errors else 200


@wing.route("/subcommittees/<int:subcommittee_id>", methods=["GET", "POST"])
def subcommittee_detail(subcommittee_id: int) -> Answer:
    row, form, today = _get(subcommittee_id), JoinForm(), clock.seoul_day(clock.now())
    form.offer(committee.list_members(row.programme_id, max(today, row.starts_on)))
    if form.validate_on_submit():
        places = {
            rules.SeatTaken: form.member,
            rules.OneSubcommittee: form.member,
            committee_rules.NotAMember: form.member,
            rules.SubcommitteeOver: form.on,
            rules.SeatsSettled: form.on,
        }
        with shown_in(form, places):
            member, given = (
                committee.get_member(int(form.member.data)),
                {"on": form.on.data, "ground": form.ground.data},
            )
            subcommittees.join(row, member, **given, at=clock.now(), by=guard.get_account().actor)
            flash(_("%(name)s 위원을 분과위원회에 넣었습니다.", name=member.account.name), "good")
            return _back(row)
    seats = queries.list_held_seats(row, today)
    coming = [seat for seat in row.seats if seat.joined_on > today and not rules.has_left(seat, seat.joined_on)]
    page = render_template(
        "office/subcommittee_detail.html",
        form=form,
        row=row,
        seats=seats,
        coming=coming,
        others=[seat for seat in row.seats if seat not in seats and seat not in coming],
        is_over=row.ends_on <= today,
        **committee_frame(row.programme),
    )
    return page, 422 if form.errors else 200


@wing.post("/subcommittees/<int:subcommittee_id>/seats/<int:seat_id>/chair")
def subcommittee_chair(subcommittee_id: int, seat_id: int) -> Response:
    row = _get(subcommittee_id)
    seat = queries.get_seat(row, seat_id)
    subcommittees.name_chair(seat, at=clock.now(), by=guard.get_account().actor)
    flash(_("%(name)s 위원을 분과위원장으로 정했습니다.", name=seat.member.account.name), "good")
    return _back(row)


@wing.route("/subcommittees/<int:subcommittee_id>/seats/<int:seat_id>/leave", methods=["GET", "POST"])
def subcommittee_leave(subcommittee_id: int, seat_id: int) -> Answer:
    row, form = _get(subcommittee_id), LeaveForm()
    seat = queries.get_seat(row, seat_id)
    if form.validate_on_submit():
        with shown_in(form, dict.fromkeys((rules.LeavesBeforeJoining, rules.SeatsSettled), form.on)):
            given = {"on": form.on.data, "ground": form.ground.data}
            subcommittees.leave(seat, **given, at=clock.now(), by=guard.get_account().actor)
            flash(_("%(name)s 위원이 나가는 날을 기록했습니다.", name=seat.member.account.name), "good")
            return _back(row)
    if seat.left_on is not None:
        raise rules.SeatLeft
    page = render_template(
        "office/subcommittee_leave.html", form=form, row=row, seat=seat, **committee_frame(row.programme)
    )
    return page, 422 if form.errors else 200


def _get(subcommittee_id: int) -> Subcommittee:
    row = queries.get_subcommittee(subcommittee_id)
    guard.ensure_role(row.programme, STAFF_ROLE)
    return row


def _back(row: Subcommittee) -> Response:
    return redirect(url_for(".subcommittee_detail", subcommittee_id=row.id))
