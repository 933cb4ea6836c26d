"""What pages of a proposal say beside its own words: who proposed it, masked, and how it changed."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.proposals import differences, queries, rules
from app.proposals.models import Proposal, ProposalVersion
from app.web.filters import language, money
from app.web.navigation import programme_frame
from app.web.words import word

LABELS = {
    "title": _l("제안 제목"),
    "section": _l("분야"),
    "area": _l("동"),
    "place": _l("주소나 장소"),
    "point": _l("지도에서의 위치"),
    "need": _l("왜 필요한가요?"),
    "content": _l("무엇을 하나요?"),
    "effect": _l("무엇이 좋아지나요?"),
    "beneficiaries": _l("누가 도움을 받나요?"),
    "cost_won": _l("예상 사업비"),
    "cost_lines": _l("사업비 내역"),
    "cost_note": _l("사업비를 어떻게 셈했나요?"),
}
WRITERS = {"resident": _l("제안하신 분"), "account": _l("담당자"), "system": _l("저절로")}


Files = list[list[str]]  # kind, SHA-256, what it is called, what is said of it


class Change(NamedTuple):
    """One answer that differs between two versions, in pieces (differences.Piece)."""

    label: Any
    pieces: list[differences.Piece]


def proposer_name(proposal: Proposal) -> str:
    """Masked; empty where nobody is known."""
    return rules.mask_name(proposal.proposer.name if proposal.proposer else None)


def co_proposer_names(proposal: Proposal) -> list[str]:
    """Masked, of those who accepted."""
    accepted = (one.resident for one in proposal.co_proposers if one.state == rules.ACCEPTED)
    return [rules.mask_name(resident.name) for resident in accepted if resident is not None]


def history_view(proposal: Proposal, back: str) -> dict[str, Any]:
    """For `render_template`: its versions, and what the one asked for (`?number=`, or the newest) changed."""
    versions = queries.list_versions(proposal.id)
    asked = request.args.get("number", len(versions), type=int)
    number = min(max(asked, 1), max(len(versions), 1))
    return {
        "proposal": proposal,
        "programme": programme_frame(proposal.round.programme),
        "versions": versions,
        "number": number,
        "changes": list(_changes(versions[number - 2], versions[number - 1])) if number > 1 else [],
        "writers": WRITERS,
        "back_page": back,
    }


def _changes(old: ProposalVersion, new: ProposalVersion) -> Iterator[Change]:
    before, after = _said(old.written), _said(new.written)
    for name, label in LABELS.items():
        if before[name] != after[name]:
            yield Change(label, differences.compare(before[name], after[name]))
    files = old.written.get("files"), new.written.get("files")
    if files[0] != files[1] and None not in files:
        yield Change(_("사진과 자료"), list(_changed_files(*files)))


def _changed_files(before: Files, after: Files) -> Iterator[differences.Piece]:
    """One in a line; where only their order has changed, all as they stand now."""
    gone = [one for one in before if one not in after]
    new = [one for one in after if one not in before]
    for kind, files in ((differences.GONE, gone), (differences.NEW, new)):
        yield from (differences.Piece(kind, _file(*one)) for one in files)
    if not gone and not new:
        yield differences.Piece(differences.SAME, _("차례가 바뀌었습니다."))


def _file(kind: str, sha256: str, name: str, caption: str) -> str:
    """Two pictures that are described alike differ in their fingerprint."""
    words = " – ".join(filter(None, (name, caption))) or _("가렸습니다")
    return f"{word('file_kind', kind)}: {words} ({_('파일 지문 %(n)s', n=sha256[:8])})\n"


def _said(written: dict[str, Any]) -> dict[str, str]:
    """Each answer as it reads on a page."""
    in_english = language() == "en"
    lines = (rules.Line(*line) for line in written["cost_lines"])
    point = (written["latitude"], written["longitude"])
    texts = {name: written[name] for name in rules.LETTERS_MAX}
    return {
        **texts,
        "section": written["section"][in_english],
        "area": written["area"][in_english] if written["area"] else _("구 전체"),
        "point": "" if point[0] is None else f"{point[0]:.6f}, {point[1]:.6f}",
        "cost_won": money(written["cost_won"]),
        "cost_lines": "\n".join(_line(line) for line in lines),
    }


def _line(line: rules.Line) -> str:
    return f"{line.what} {line.quantity} × {money(line.unit_won)} = {money(line.amount_won)}"
