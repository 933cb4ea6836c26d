"""The book of writes, to read and to take away. It holds no addresses of browsers, so none can show."""

from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.audit import queries
from app.audit.models import ACTOR_KINDS, AuditLine
from app.audit.services import ACTIONS
from app.people.queries import map_account_names
from app.web.admin.audience import wing
from app.web.audit_words import say_action
from app.web.csv_export import csv_response
from app.web.fields import ChoiceField, GetForm, WholeNumberField, choices
from app.web.filters import iso
from app.web.paging import page_number
from app.web.words import choices as words
from app.web.words import word

COLUMNS = (
    *(_l("번호"), _l("때 (UTC)"), _l("한 사람"), _l("한 사람의 번호")),
    *(_l("한 일"), _l("대상"), _l("대상의 번호"), _l("내용")),
)


class AuditFilter(GetForm):
    action = ChoiceField(_l("한 일"), default="")
    actor_kind = ChoiceField(
        _l("한 사람의 종류"), choices=choices(("", _l("모두")), *words("actor", ACTOR_KINDS)), default=""
    )
    actor_id = WholeNumberField(_l("한 사람의 번호"))
    subject_type = ChoiceField(_l("대상의 종류"), default="")
    subject_id = WholeNumberField(_l("대상의 번호"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        subjects = sorted({action.subject_type for action in ACTIONS.values()})
        self.action.choices = choices(("", _l("모두")), *((name, say_action(name)) for name in sorted(ACTIONS)))
        self.subject_type.choices = choices(("", _l("모두")), *((name, name) for name in subjects))

    @property
    def wanted(self) -> queries.Wanted:
        return queries.Wanted(**{name: self[name].data or None for name in queries.Wanted._fields})


@wing.get("/audit")
def audit_list() -> tuple[str, int]:
    form = AuditFilter(request.args)
    wanted = form.wanted if form.validate() else queries.Wanted()
    lines = queries.list_lines(wanted, page_number())
    names = map_account_names(line.actor_id for line in lines if line.actor_kind == "account")
    download = url_for("admin.audit_download", **wanted._asdict())
    facts = {"lines": lines, "names": names, "download": download, "say_action": say_action}
    page = render_template("admin/audit_list.html", form=form, **facts)
    return page, 422 if form.errors else 200


@wing.get("/audit.csv")
def audit_download() -> Response:
    form = AuditFilter(request.args)
    wanted = form.wanted if form.validate() else queries.Wanted()
    header = [str(words) for words in COLUMNS]
    return csv_response(_("감사 기록") + ".csv", header, (_cells(line) for line in queries.each_line(wanted)))


def _cells(line: AuditLine) -> tuple[Any, ...]:
    said = "; ".join(f"{key}={value}" for key, value in sorted(line.fields.items()))
    actor = word("actor", line.actor_kind)
    return line.id, iso(line.at), actor, line.actor_id, line.action, line.subject_type, line.subject_id, said
