"""What an account may do in which programme."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.people import queries, services
from app.people.rules import LastAdministrator, PeopleError
from app.programmes.queries import get_programme
from app.web import guard
from app.web.admin.account_forms import RoleForm
from app.web.admin.audience import wing
from app.web.errors import sentence
from app.web.fields import Form
from app.web.proof import with_proof
from app.web.refusals import shown_in


@wing.post("/accounts/<int:account_id>/roles")
@with_proof
def role_grant(account_id: int) -> Response | tuple[str, int]:
    account, form = queries.get_account(account_id), RoleForm()
    if form.validate_on_submit():
        try:
            services.grant_role(
                account,
                form.role.data,
                programme=get_programme(int(form.programme.data)) if form.programme.data else None,
                department=queries.get_department(int(form.department.data)) if form.department.data else None,
                at=clock.now(),
                by=guard.get_account().actor,
            )
            flash(_("역할을 맡겼습니다. 이 계정은 다시 로그인해야 합니다."), "good")
            return redirect(url_for("admin.account_detail", account_id=account_id))
        except PeopleError as error:
            form.refuse(sentence(error), form.role)
    return render_template("admin/account_detail.html", one=account, form=form), 422


@wing.route("/accounts/<int:account_id>/roles/<int:grant_id>/revoke", methods=["GET", "POST"])
@with_proof
def role_revoke(account_id: int, grant_id: int) -> Response | tuple[str, int]:
    account, form = queries.get_account(account_id), Form()
    grant = queries.get_role_grant(account, grant_id)
    if form.validate_on_submit():
        with shown_in(form, {LastAdministrator: None}):
            services.revoke_role(account, grant_id, at=clock.now(), by=guard.get_account().actor)
            flash(_("역할을 거두었습니다. 이 계정은 다시 로그인해야 합니다."), "good")
            return redirect(url_for("admin.account_detail", account_id=account_id))
    page = render_template("admin/role_revoke.html", one=account, grant=grant, form=form)
    return page, 422 if form.errors else 200
