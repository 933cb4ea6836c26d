"""The table of who may what, as the operators' guide shows it: `make roles` writes it anew."""

from collections.abc import Iterator

from app.config import ROOT
from app.factory import create_app
from tests.databases import config_for
from tests.web.test_all_routes import EVERYBODY, LEAVES, Leave

GUIDE = ROOT / "docs" / "roles.md"
HEAD = """# 누가 무엇을 할 수 있는가 · Who may do what

시험이 쓰는 표를 그대로 옮긴 것입니다(`make roles`). 여기에 없는 주소가 생기면 시험이 실패합니다.
‘●’는 자기 사업(또는 자기 것)에서만 할 수 있다는 뜻이고, 다른 사업의 같은 역할에게는
그 주소가 없는 것(404)으로 보입니다.
‘○’는 어느 사업에서나 됩니다.

This is the table that the tests use. An address that is not in it fails the build. “●”: in one's own programme, or on
what is one's own; for the same role in another programme the address does not exist (404). “○”: in any programme.
"""
WINGS = {
    "public": "모두에게 열린 쪽 · public",
    "resident": "제안한 주민 · residents who propose",
    "voting": "투표하는 주민 · residents who vote",
    "committee": "위원회 · committee",
    "onsite": "현장심사의 현장 · on the spot of an on-site review",
    "office": "업무 · office",
    "desk": "현장투표소 · desk of a polling station",
    "kiosk": "현장투표소 단말기 · kiosk",
    "tablet": "총회 태블릿 · tablet at the general meeting",
    "admin": "시스템 관리 · administration",
}
WHO = {
    "stranger": "손님",
    "resident": "주민",
    "another resident": "다른 주민",
    "department": "소관부서",
    "staff": "담당",
    "approver": "확인자",
    "desk": "투표소",
    "kiosk": "단말기",
    "tablet": "태블릿",
    "committee": "위원",
    "admin": "관리자",
}


def render() -> str:
    return "\n".join([HEAD, *(line for wing in WINGS for line in _wing(wing))]).rstrip() + "\n"


def _wing(wing: str) -> Iterator[str]:
    rows = [(addresses, LEAVES[endpoint]) for endpoint, addresses in _addresses() if endpoint.startswith(f"{wing}.")]
    for_all = [addresses for addresses, leave in rows if leave.who == EVERYBODY]
    for_some = [(addresses, leave) for addresses, leave in rows if leave.who != EVERYBODY]
    if rows:
        yield f"## {WINGS[wing]}\n"
    if for_all:
        yield f"누구나 · everybody: {' · '.join(for_all)}\n"
    if for_some:
        listed = [who for who in WHO if any(who in leave.who for _, leave in for_some)]
        yield f"| | {' | '.join(WHO[who] for who in listed)} |"
        yield f"|---|{'---|' * len(listed)}"
        for addresses, leave in for_some:
            yield f"| {addresses} | {' | '.join(_mark(who, leave) for who in listed)} |"
        yield ""


def _mark(who: str, leave: Leave) -> str:
    return "" if who not in leave.who else "○" if leave.anywhere else "●"


def _addresses() -> Iterator[tuple[str, str]]:
    """Every endpoint with its addresses, and how they are asked."""
    found: dict[str, list[str]] = {}
    for rule in create_app(config_for("sqlite://")).url_map.iter_rules():
        how = " ".join(sorted((rule.methods or set()) & {"GET", "POST"}))
        if rule.endpoint != "static":
            found.setdefault(rule.endpoint, []).append(f"`{how} {rule.rule}`")
    return ((endpoint, "<br>".join(sorted(rules))) for endpoint, rules in sorted(found.items()))


if __name__ == "__main__":
    GUIDE.write_text(render())
