"""What the pages of a programme's committee have in common: whose it is, and the way between them."""

from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.committee import queries as committee
from app.committee import rules as seats
from app.people.models import STAFF_ROLE
from app.programmes import queries as programmes
from app.programmes.models import Programme
from app.web import guard
from app.web.navigation import programme_frame
from app.web.words import said

FEES, MEMBERS, RECRUITMENTS = ("office.fee_sheet", "office.member_list", "office.recruitment_list")
MEETINGS, SUBCOMMITTEES = ("office.committee_meeting_list", "office.subcommittee_list")
SENDINGS = "office.sending_list"


def get_programme(slug: str, *roles: str) -> Programme:
    """For one who holds one of `roles` (default: staff) in it; else 404."""
    one = programmes.get_programme_by_slug(slug)
    guard.ensure_role(one, *(roles or (STAFF_ROLE,)))
    return one


def committee_frame(one: Programme) -> dict[str, Any]:
    crumbs = [{"label": _("업무"), "url": url_for("office.home")}, {"label": said(one, "name"), "url": ""}]
    tabs = _tabs(one) if guard.has_role(STAFF_ROLE, one) else []
    return {"slug": one.slug, "programme": programme_frame(one), "crumbs": crumbs, "tabs": tabs}


def _tabs(one: Programme) -> list[dict[str, Any]]:
    year = clock.seoul_day(clock.now()).year
    pages = {
        MEMBERS: (_("위원"), url_for(MEMBERS, slug=one.slug)),
        RECRUITMENTS: (_("공개모집"), url_for(RECRUITMENTS, slug=one.slug)),
        SUBCOMMITTEES: (_("분과위원회"), url_for(SUBCOMMITTEES, slug=one.slug)),
        MEETINGS: (_("회의"), url_for(MEETINGS, slug=one.slug)),
        FEES: (_("참석수당"), url_for(FEES, slug=one.slug, year=year)),
        SENDINGS: (_("문자와 메일"), url_for(SENDINGS, slug=one.slug)),
    }
    return [{"label": label, "url": url, "current": _is_current(name)} for name, (label, url) in pages.items()]


def _is_current(page: str) -> bool:
    """A page below another one has its first word."""
    return str(request.endpoint).partition("_")[0] == page.partition("_")[0]


def warn_of_balance(one: Programme) -> None:
    """What an appointment may do for a while, and must not stay so."""
    now = committee.composition(one.id, clock.seoul_day(clock.now()))
    if now.enrolled and now.is_lopsided:
        flash(_("지금 위원의 한 성별이 10분의 %(n)s을 넘습니다.", n=seats.SEX_TENTHS), "warn")
