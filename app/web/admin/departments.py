"""The departments that check proposals and carry projects out."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug import Response

from app import clock
from app.people import queries, services
from app.people.rules import NameTaken
from app.web import guard
from app.web.admin.account_forms import DepartmentForm
from app.web.admin.audience import wing
from app.web.errors import sentence


@wing.route("/departments", methods=["GET", "POST"])
def department_list() -> Response | tuple[str, int]:
    form = DepartmentForm()
    if form.validate_on_submit():
        try:
            services.create_department(
                form.name_ko.data, form.name_en.data, at=clock.now(), by=guard.get_account().actor
            )
            flash(_("부서를 추가했습니다."), "good")
            return redirect(url_for("admin.department_list"))
        except NameTaken as error:
            form.refuse(sentence(error), form.name_ko)
    page = render_template("admin/department_list.html", form=form, departments=queries.list_departments())
    return page, 422 if form.errors else 200
