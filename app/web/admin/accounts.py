"""Accounts: the list, making, ending, and giving a new password."""

from flask import Response as Answered
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.people import factors, passwords, queries, services
from app.people.models import Account
from app.people.rules import LoginTaken, LoginUnfit, PeopleError
from app.web import guard
from app.web.admin.account_forms import AccountFilter, AccountForm, PasswordGiven, RoleForm
from app.web.admin.audience import wing
from app.web.errors import sentence
from app.web.fields import Form
from app.web.paging import page_number
from app.web.proof import with_proof

Answer = Response | Answered | str | tuple[str, int]


@wing.get("/accounts")
def account_list() -> Answer:
    form = AccountFilter(request.args)
    accounts = queries.list_accounts(page_number(), **(form.wanted if form.validate() else {}))
    return render_template("admin/account_list.html", form=form, accounts=accounts), 422 if form.errors else 200


@wing.route("/accounts/new", methods=["GET", "POST"])
def account_create() -> Answer:
    form = AccountForm()
    if form.validate_on_submit():
        password = form.password.data or passwords.generate_password()
        try:
            account = services.create_account(
                form.login.data, form.name.data, password, at=clock.now(), by=guard.get_account().actor
            )
            return _password_page(account, password, form)
        except PeopleError as error:
            about_login = isinstance(error, LoginTaken | LoginUnfit)
            form.refuse(sentence(error), form.login if about_login else form.password)
    return render_template("admin/account_create.html", form=form), 422 if form.errors else 200


@wing.get("/accounts/<int:account_id>")
def account_detail(account_id: int) -> Answer:
    return render_template("admin/account_detail.html", one=queries.get_account(account_id), form=RoleForm())


@wing.route("/accounts/<int:account_id>/password", methods=["GET", "POST"])
@with_proof
def account_reset(account_id: int) -> Answer:
    account, form = queries.get_account(account_id), PasswordGiven()
    if form.validate_on_submit():
        password = form.password.data or passwords.generate_password()
        try:
            services.set_password(account, password, at=clock.now(), by=guard.get_account().actor)
            return _password_page(account, password, form)
        except PeopleError as error:
            form.refuse(sentence(error), form.password)
    return render_template("admin/account_reset.html", one=account, form=form), 422 if form.errors else 200


@wing.route("/accounts/<int:account_id>/end", methods=["GET", "POST"])
@with_proof
def account_end(account_id: int) -> Answer:
    account, form = queries.get_account(account_id), Form()
    if form.validate_on_submit():
        try:
            services.end_account(account, at=clock.now(), by=guard.get_account().actor)
            flash(_("%(name)s 님의 계정을 종료했습니다.", name=account.name), "good")
            return redirect(url_for("admin.account_list"))
        except PeopleError as error:
            form.refuse(sentence(error))
    return render_template("admin/account_end.html", one=account, form=form), 422 if form.errors else 200


@wing.route("/accounts/<int:account_id>/second-factor", methods=["GET", "POST"])
@with_proof
def account_factor_reset(account_id: int) -> Answer:
    account, form = queries.get_account(account_id), Form()
    if form.validate_on_submit():
        factors.reset(account, at=clock.now(), by=guard.get_account().actor)
        flash(_("%(name)s 님의 두 번째 인증 수단을 모두 지웠습니다.", name=account.name), "good")
        return redirect(url_for("admin.account_detail", account_id=account_id))
    return render_template("admin/account_factor_reset.html", one=account, form=form), 422 if form.errors else 200


def _password_page(account: Account, password: str, form: PasswordGiven) -> str:
    """The only time that a generated password is seen. One that was typed is known already."""
    shown = None if form.password.data else password
    return render_template("admin/account_password.html", one=account, password=shown)
