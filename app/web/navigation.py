"""What the frame of every page needs: where to go, who is signed in, in which language, at what time."""

from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import gettext as _

from app import clock
from app.ballots.voter_queries import Heading
from app.notices.delivery_rules import Person
from app.notices.letter_queries import count_unseen
from app.people.models import ADMIN_ROLE, APPROVER_ROLE, COMMITTEE_ROLE, DEPARTMENT_ROLE, DESK_ROLE, STAFF_ROLE
from app.programmes.models import Programme
from app.web import guard
from app.web.filters import language
from app.web.words import said, word

Link = dict[str, Any]
LANGUAGES = (("ko", "한국어"), ("en", "English"))


def register(app: Flask) -> None:
    app.context_processor(frame)
    app.jinja_env.globals.update(programme_frame=programme_frame, has_page=lambda name: name in app.view_functions)


def programme_frame(programme: Programme | Heading) -> dict[str, str]:
    """What the programme banner says; pages of one programme pass it on as `programme`."""
    return {"name": said(programme, "name"), "owner": said(programme, "owner_name"), "colour": programme.colour}


def frame() -> dict[str, Any]:
    """The links are functions: plain pages (the ballot, codes to type) have none, and need not wait for them."""
    return {
        "now": clock.now(),
        "is_demo": current_app.extensions["hanpyo"].is_demo,
        "masthead": masthead,
        "footer_links": footer_links,
        "site_notice": _demo_notice(),
    }


def masthead() -> dict[str, Any]:
    return {
        "languages": [_language(code, label) for code, label in LANGUAGES],
        "navigation": _links(_main_links()),
        "account": _account(),
        "sign_in_url": url_for("public.resident_sign_in"),
    }


def _language(code: str, label: str) -> Link:
    here = request.full_path.rstrip("?") if request.method == "GET" else "/"
    url = url_for("public.set_language", code=code, next=here)
    return {"code": code, "label": label, "url": url, "current": code == language()}


def _main_links() -> list[tuple[str, str]]:
    links = [
        (_("처음"), "public.home"),
        (_("제안 보기"), "public.proposal_list"),
        (_("투표"), "public.vote"),
        (_("투표 결과"), "public.result_list"),
        (_("여러 사업과 일정"), "public.programme_list"),
    ]
    return links + _work_links()


def _work_links() -> list[tuple[str, str]]:
    roles = guard.roles_held()
    links = []
    resident = guard.find_resident()
    if resident is not None:
        links.append((_("내 제안"), "resident.proposal_list"))
        links.append((_say_notices(Person(resident.id)), "resident.notice_list"))
    if roles & {STAFF_ROLE, APPROVER_ROLE}:
        links.append((_("업무"), "office.home"))
    if DEPARTMENT_ROLE in roles:
        links.append((_("부서 검토"), "office.check_list"))
    if DESK_ROLE in roles:
        links.append((_("현장투표소"), "desk.home"))
    if COMMITTEE_ROLE in roles:
        links.append((_("위원 업무"), "committee.home"))
    account = guard.find_account()
    if account is not None:  # also of one that has no role any more
        links.append((_say_notices(Person(account_id=account.id)), "public.account_notices"))
    if ADMIN_ROLE in roles:
        links.append((_("계정 관리"), "admin.account_list"))
    return links


def _say_notices(person: Person) -> str:
    unseen = count_unseen(person)
    return _("내 알림 (새 알림 %(n)s개)", n=unseen) if unseen else _("내 알림")


def footer_links() -> list[Link]:
    is_stranger = guard.find_account() is None and guard.find_resident() is None
    links = [
        *([(_("직원·위원 로그인"), "public.account_sign_in")] if is_stranger else []),
        (_("개인정보 처리 안내"), "public.privacy"),
        (_("무엇을 막고, 무엇을 막지 못하나"), "public.threats"),
    ]
    if current_app.extensions["hanpyo"].is_demo:
        links.append((_("시연용 문자함"), "public.outbox"))
    return _links(links)


def _links(links: list[tuple[str, str]]) -> list[Link]:
    return [_link(text, endpoint) for text, endpoint in links if endpoint in current_app.view_functions]


def _link(text: str, endpoint: str) -> Link:
    return {"label": text, "url": url_for(endpoint), "current": request.endpoint == endpoint}


def _account() -> Link | None:
    account, resident = guard.find_account(), guard.find_resident()
    if account is None and resident is None:
        return None
    name = account.name if account else (resident and resident.name) or str(word("actor", "resident"))
    own = [(_("로그인 보안"), "public.account_security")] if account else []
    return {"name": name, "links": _links(own), "sign_out_url": url_for("public.sign_out")}


def _demo_notice() -> str:
    if not current_app.extensions["hanpyo"].is_demo:
        return ""
    return _("시연용 사이트입니다. 사업비와 표는 지어낸 것입니다.")
