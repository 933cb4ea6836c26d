"""Accounts sign in with a password, and change it."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.people import services as people
from app.people.models import ADMIN_ROLE, APPROVER_ROLE, COMMITTEE_ROLE, DEPARTMENT_ROLE, DESK_ROLE, STAFF_ROLE
from app.people.rules import PeopleError, WeakPassword
from app.web import guard
from app.web.errors import sentence
from app.web.public.audience import wing
from app.web.public.sign_in_forms import AccountForm, PasswordForm

Answer = Response | str | tuple[str, int]
# Where each role's work is; who holds several goes to the first.
DESKS = (
    (STAFF_ROLE, "office.home"),
    (APPROVER_ROLE, "office.home"),
    (DEPARTMENT_ROLE, "office.check_list"),
    (DESK_ROLE, "desk.home"),
    (COMMITTEE_ROLE, "committee.home"),
    (ADMIN_ROLE, "admin.account_list"),
)


@wing.route("/staff/sign-in", methods=["GET", "POST"])
def account_sign_in() -> Answer:
    form = AccountForm(next=request.args.get("next", ""))
    if form.validate_on_submit():
        try:
            account = people.check_password(
                form.login.data, form.password.data, key=guard.identity_key(), at=clock.now()
            )
            guard.sign_in(account)
            return redirect(guard.safe_next(form.next.data, _desk({grant.role for grant in account.roles})))
        except PeopleError as error:
            form.refuse(sentence(error))
    return render_template("public/account_sign_in.html", form=form), 422 if form.errors else 200


@wing.route("/staff/password", methods=["GET", "POST"])
def account_password() -> Answer:
    account, form = guard.find_account(), PasswordForm()
    if account is None:
        return redirect(url_for("public.account_sign_in", next=request.path))
    if form.validate_on_submit():
        try:
            people.change_password(account, form.old.data, form.new.data, key=guard.identity_key(), at=clock.now())
            guard.sign_in(account)  # its other sessions end, this one goes on
            flash(_("비밀번호를 바꿨습니다. 다른 기기에서는 로그아웃되었습니다."), "good")
            return redirect(_desk(guard.roles_held()))
        except PeopleError as error:
            form.refuse(sentence(error), form.new if isinstance(error, WeakPassword) else form.old)
    return render_template("public/account_password.html", form=form), 422 if form.errors else 200


def _desk(roles: set[str]) -> str:
    pages = [page for role, page in DESKS if role in roles and page in current_app.view_functions]
    return url_for(pages[0]) if pages else "/"
