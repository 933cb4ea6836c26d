"""A published count as pages show it: read once for each language, since a result never changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from flask_babel import gettext as _

from app.ballots import queries as ballots
from app.ballots.models import BallotItem
from app.committee import queries as committee
from app.committee.rules import NOT_HELD
from app.results import queries
from app.results.models import Count
from app.rounds.models import Round
from app.rounds.rules import COMMITTEE, RESIDENTS
from app.tally import canonical
from app.tally.explain import first_chamber
from app.tally.gates import Gate
from app.tally.manifest import Manifest
from app.tally.quorum import is_quorate, quorum_of
from app.web import result_words
from app.web.filters import language, money, number, percent
from app.web.result_words import Names
from app.web.words import said

Json = Mapping[str, Any]


class Votes(NamedTuple):
    """One chamber's votes for an item. `figure`: as a decimal, empty where votes count as they are; `exact`: as a
    fraction."""

    chamber: str
    votes: int
    figure: str
    exact: str


class Line(NamedTuple):
    """An item of the result; amounts in the round's currency."""

    code: str
    number: int
    title: str
    section: str
    dong: str
    proposal_id: int | None
    place: int
    votes: list[Votes]
    score: str
    exact: str
    cost: int
    funded: int
    running: int
    pot: str
    why: str
    margin: str
    reserve: int | None

    @property
    def is_funded(self) -> bool:
        return self.funded > 0

    @property
    def name(self) -> str:
        return _("%(n)s번 %(title)s", n=self.number, title=self.title)


class PotView(NamedTuple):
    id: str
    name: str
    cap: int
    funded: int
    left: int
    excess: int


class Check(NamedTuple):
    """A gate: the rule in words, whether it holds everywhere, and each place with its numbers."""

    text: str
    met: bool
    places: list[str]


@dataclass(frozen=True)
class ResultView:
    headline: str
    currency: str
    figures: list[dict[str, str]]
    weights: list[str]
    chambers: list[str]
    lines: list[Line]
    pots: list[PotView]
    ties: list[str]
    checks: list[Check]
    notes: list[str]
    seed: str | None
    manifest: str
    sha256: str

    @property
    def funded(self) -> list[Line]:
        return [line for line in self.lines if line.is_funded]

    @property
    def not_funded(self) -> list[Line]:
        return [line for line in self.lines if not line.is_funded]

    @property
    def is_converted(self) -> bool:
        return any(part.figure for line in self.lines for part in line.votes)

    def pot_of(self, line: Line) -> str:
        """Whose money the line's running sum counts."""
        return next(pot.name for pot in self.pots if pot.id == line.pot)

    def chart(self, pot: PotView) -> list[dict[str, Any]]:
        """The pot's items in order of place, as the kit's `cap_chart` takes them."""
        return [
            {"name": line.name, "cost_won": line.funded or line.cost, "funded": line.is_funded}
            for line in self.lines
            if line.pot == pot.id
        ]


def view_of(count: Count) -> ResultView:
    """In the reader's language."""
    result = canonical.loads(count.body.encode())
    manifest = ballots.get_manifest(count.round_id)
    items = {item.code: item for item in ballots.list_items(count.round_id)}
    names = _names(manifest, items.values())
    return ResultView(
        headline=_headline(result, manifest),
        currency=manifest.currency,
        figures=_figures(result, names, count.round, first_chamber(manifest)),
        weights=_weights(result, names, first_chamber(manifest)),
        chambers=list(names.chambers.values()),
        lines=[_line(row, items[row["id"]], names, first_chamber(manifest)) for row in result["items"]],
        pots=[PotView(name=names.pots[row["id"]], **row) for row in result["pots"]],
        ties=[result_words.tie(row, names) for row in result["ties"]],
        checks=_checks(result, names),
        notes=[*_of_meeting(count.round_id), *_notes(result, names)],
        seed=result["seed"],
        manifest=result["manifest"],
        sha256=count.sha256,
    )


def _names(manifest: Manifest, items: Any) -> Names:
    def own(parts: Sequence[Any], attribute: str = "name") -> dict[str, str]:
        return {part.id: _said(getattr(part, attribute)) for part in parts}

    return Names(
        items=own(manifest.items, "title"),
        chambers=own(manifest.chambers),
        sections=own(manifest.sections),
        pots=own(manifest.pots),
        dongs={item.area.code: said(item.area, "name") for item in items if item.area},
        currency=manifest.currency,
        unconverted=frozenset(chamber.id for chamber in manifest.chambers if chamber.normalisation == "raw"),
    )


def _said(names: Any) -> str:
    return str((names.en if language() == "en" else names.ko) or names.ko)


def _headline(result: Json, manifest: Manifest) -> str:
    funded = sum(row["funded"] > 0 for row in result["items"])
    return _(
        "%(all)s개 사업 가운데 %(n)s개를 %(cap)s 한도에서 선정했습니다",
        all=number(len(result["items"])),
        n=number(funded),
        cap=money(sum(pot.cap for pot in manifest.pots), manifest.currency),
    )


def _figures(result: Json, names: Names, round_: Round, first: str) -> list[dict[str, str]]:
    target, entitled = round_.turnout_target, queries.count_entitled(round_)
    tiles = [
        _people(
            row,
            names,
            target=target if row["id"] == first else None,
            entitled=entitled if row["id"] == RESIDENTS else None,
        )
        for row in result["chambers"]
    ]
    funded = sum(pot["funded"] for pot in result["pots"])
    left = sum(pot["left"] for pot in result["pots"])
    return [
        *tiles,
        {"label": _("선정 금액"), "value": money(funded, names.currency)},
        {"label": _("남은 금액"), "value": money(left, names.currency)},
    ]


def _people(row: Json, names: Names, *, target: int | None, entitled: int | None) -> dict[str, str]:
    notes = [turnout_words(row["cast"], entitled)] if entitled else []
    notes += [_("목표 %(n)s명", n=number(target))] if target else []
    if row["void"]:
        told = result_words.void(row["void"])
        notes.append(_("유효 %(valid)s, 무효: %(void)s", valid=number(row["valid"]), void=told))
    return {
        "label": _("투표한 사람: %(who)s", who=names.chambers[row["id"]]),
        "value": _("%(n)s명", n=number(row["cast"])),
        "note": " · ".join(notes),
    }


def turnout_words(people: int, entitled: int) -> str:
    """Against those who might have voted, and nobody else."""
    return _("투표할 수 있는 %(n)s명의 %(share)s", n=number(entitled), share=percent(Fraction(people, entitled), 2))


def _weights(result: Json, names: Names, first: str) -> list[str]:
    said_ = (result_words.ballot_weight(row, names, first) for row in result["chambers"])
    return [sentence for sentence in said_ if sentence]


def _line(row: Json, item: BallotItem, names: Names, first: str) -> Line:
    return Line(
        code=row["id"],
        number=row["number"],
        title=names.items[row["id"]],
        section=names.sections[row["section"]],
        dong=said(item.area, "name") if item.area else "",
        proposal_id=item.proposal_id,
        place=row["place"],
        votes=[
            Votes(
                name,
                part["votes"],
                "" if code in names.unconverted else part["figure"]["shown"],
                part["figure"]["exact"],
            )
            for code, name in names.chambers.items()
            if (part := row["chambers"][code])
        ],
        score=row["score"]["shown"],
        exact=row["score"]["exact"],
        cost=row["cost"],
        funded=row["funded"],
        running=row["running"],
        pot=row["pot"],
        why=result_words.reason(row, names),
        margin=result_words.margin(row, names.chambers[first]),
        reserve=row["reserve"],
    )


def _checks(result: Json, names: Names) -> list[Check]:
    """One line for each rule, in the order in which they were asked."""
    gates: dict[str, list[Gate]] = {}
    for row in result["gates"]:
        gates.setdefault(row["code"], []).append(Gate(**row))
    return [
        Check(
            result_words.GATE_RULES[code](),
            all(gate.holds for gate in found),
            [result_words.gate(gate, names) for gate in found],
        )
        for code, found in gates.items()
    ]


def _of_meeting(round_id: int) -> list[str]:
    """What was wrong with the meeting: it was not held, or ended without its quorum. People are counted, no votes."""
    meeting = committee.find_meeting(round_id)
    if meeting is not None and meeting.state == NOT_HELD:
        return [_("총회가 열리지 못해 위원 표가 없습니다.")]
    if meeting is None or meeting.present_at_close is None or meeting.enrolled_at_close is None:
        return []
    if is_quorate(meeting.present_at_close, meeting.enrolled_at_close):
        return []
    words = _(
        "총회를 마칠 때 재적 %(enrolled)s명 가운데 %(present)s명만 있어 의사정족수 %(needed)s명에 모자랐습니다. "
        "총회에 나온 위원 %(came)s명 가운데 %(voted)s명이 투표했습니다.",
        enrolled=meeting.enrolled_at_close,
        present=meeting.present_at_close,
        needed=quorum_of(meeting.enrolled_at_close),
        came=len(committee.list_attended(round_id)),
        voted=sum(ballots.participations(round_id).get(COMMITTEE, {}).values()),
    )
    return [words]


def _notes(result: Json, names: Names) -> list[str]:
    """What has to be known to read the figures right."""
    notes = []
    for row in result["chambers"]:
        who = names.chambers[row["id"]]
        if row["note"] == "all_zero":
            notes.append(_("%(who)s에서 들어온 표가 없어 그 몫의 점수는 모두 0입니다.", who=who))
        if row["lowered"]:
            notes.append(
                _(
                    "%(who)s에는 제척·기피·회피로 더 적게 고를 수 있던 사람이 있어, 그만큼 적게 고른 표도 유효합니다.",
                    who=who,
                )
            )
        if row["repeated"]:
            notes.append(
                _("%(who)s 표 %(n)s장은 같은 사업을 두 번 적어 한 번으로 셌습니다.", who=who, n=number(row["repeated"]))
            )
    return notes


def names_of_round(round_id: int) -> Names:
    return _names(ballots.get_manifest(round_id), ballots.list_items(round_id))
