"""A result in sentences: why each project was funded or not, by how much it missed, what was checked.

The count gives codes, references and numbers; here they become words, with names instead of ids.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.ballots.models import CHANNELS
from app.tally.gates import Gate
from app.web.filters import money, number
from app.web.words import word

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Names:
    """What is called what on this page: ids of the manifest → names in the reader's language."""

    items: Mapping[str, str] = field(default_factory=dict)
    chambers: Mapping[str, str] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)
    pots: Mapping[str, str] = field(default_factory=dict)
    dongs: Mapping[str, str] = field(default_factory=dict)
    currency: str = "KRW"
    unconverted: frozenset[str] = frozenset()  # chambers whose votes count as they are

    def list_items(self, codes: list[str]) -> str:
        return ", ".join(f"‘{self.items.get(code, code)}’" for code in codes)

    def of_place(self, where: str) -> str:
        """ "committee/s1" → "위원회 · 안전"; a pot or a chamber by its name."""
        head, _slash, tail = where.partition("/")
        if not tail:
            return {**self.pots, **self.chambers}.get(head, _("모든 사업"))
        known = {**{code: str(words) for code, words in _channels().items()}, **self.items, **self.sections}
        return f"{self.chambers.get(head, head)} · {known.get(tail, tail)}"


def _channels() -> dict[str, Any]:
    return {code: word("channel", code) for code in CHANNELS}


REASONS: dict[str, Callable[[Json, Names], str]] = {
    "within_cap": lambda row, names: _("점수 순서대로 보아 남은 금액 안에 들었습니다."),
    "section_first": lambda row, names: _("분야마다 하나씩 먼저 뽑는 규칙으로 뽑혔습니다."),
    "part_of_cost": lambda row, names: _(
        "남은 금액 %(sum)s만큼 일부만 뽑혔습니다.", sum=money(row["funded"], names.currency)
    ),
    "near_cover": lambda row, names: _("남은 금액이 사업비에 가까워 전액 뽑혔습니다."),
    "over_left": lambda row, names: _("차례가 왔을 때 사업비가 남은 금액보다 컸습니다."),
    "pot_closed": lambda row, names: _("앞 차례에서 이 재원의 선정이 끝났습니다."),
    "below_threshold": lambda row, names: _(
        "%(who)s 득표가 기준에 미치지 못했습니다.", who=names.chambers[row["reference"]["chamber"]]
    ),
    "quota": lambda row, names: _quota(row["reference"], names),
    "excluded": lambda row, names: _(
        "함께 할 수 없는 사업이 먼저 뽑혔습니다: %(items)s.", items=names.list_items(row["reference"]["items"])
    ),
    "lost_tie": lambda row, names: _(
        "점수가 똑같은 %(items)s보다 동점 순서가 뒤여서 남은 금액이 모자랐습니다.",
        items=names.list_items(row["reference"]["items"]),
    ),
}


def reason(row: Json, names: Names) -> str:
    return REASONS[row["reason"]](row, names)


def _quota(reference: Json, names: Names) -> str:
    value = reference["value"]
    whose = {
        "per_dong": lambda: names.dongs.get(value, value),
        "per_section": lambda: names.sections.get(value, value),
        "per_proposer": lambda: _("같은 제안자"),
    }[reference["quota"]]()
    if reference["limit"] == "count":
        return _("%(whose)s에서 뽑을 수 있는 수가 이미 찼습니다.", whose=whose)
    return _("%(whose)s에서 뽑을 수 있는 금액을 넘습니다.", whose=whose)


def margin(row: Json, who: str) -> str:
    """Told in votes of `who`, all others' unchanged; empty where no number would have been enough."""
    found = row["margin"]
    if found is None:
        return ""
    values = {"num": found["votes"], "who": who, "n": number(found["votes"])}
    if found["kind"] == "short":
        return ngettext(
            "%(who)s %(n)s표를 더 얻었다면 뽑혔습니다.", "%(who)s %(n)s표를 더 얻었다면 뽑혔습니다.", **values
        )
    return ngettext(
        "%(who)s %(n)s표가 적었다면 빠졌을 것입니다.", "%(who)s %(n)s표가 적었다면 빠졌을 것입니다.", **values
    )


def tie(row: Json, names: Names) -> str:
    rules = ", ".join(dict.fromkeys(_tie_rule(rule, names) for rule in row["settled_by"]))
    told = _(
        "%(items)s의 점수가 똑같습니다(%(score)s). 순서를 정한 규칙: %(rules)s.",
        items=names.list_items(row["items"]),
        score=row["score"]["shown"],
        rules=rules,
    )
    mattered = _("이 동점이 결과를 갈랐습니다.") if row["decisive"] else _("순서가 바뀌어도 결과는 같습니다.")
    return f"{told} {mattered}"


def _tie_rule(rule: str, names: Names) -> str:
    if rule in ("residents", "committee") or rule not in names.chambers:
        return str(word("tie", rule))
    return _("%(who)s 득표가 많은 사업", who=names.chambers[rule])


def ballot_weight(row: Json, names: Names, first: str) -> str:
    """ "위원회 한 표의 무게는 주민 30표와 같습니다." Empty for the chamber it is measured by."""
    if row["ratio"] is None or row["id"] == first:
        return ""
    return _(
        "%(who)s 한 표의 무게는 %(first)s %(n)s표와 같습니다.",
        who=names.chambers[row["id"]],
        first=names.chambers[first],
        n=_short(Fraction(row["ratio"]["exact"])),
    )


def _short(value: Fraction) -> str:
    """30 · 2.5 · 0.33"""
    hundredths = int(value * 100 + Fraction(1, 2))
    whole, rest = divmod(hundredths, 100)
    return f"{whole:,}" + (f".{rest:02d}".rstrip("0") if rest else "")


VOID: dict[str, Callable[[], str]] = {
    "too_few": lambda: _("고른 수가 모자람"),
    "too_many": lambda: _("고른 수가 많음"),
    "too_few_in_section": lambda: _("분야에서 고른 수가 모자람"),
    "too_many_in_section": lambda: _("분야에서 고른 수가 많음"),
    "unknown_item": lambda: _("무효인 종이 투표지이거나 없는 사업을 적음"),
    "barred_item": lambda: _("제척·기피·회피된 사업을 고름"),
    "over_money": lambda: _("고른 사업비의 합이 한도를 넘음"),
    "over_points": lambda: _("나누어 준 점수가 한도를 넘음"),
    "out_of_range": lambda: _("점수가 범위를 벗어남"),
    "wrong_shape": lambda: _("읽을 수 없음"),
}


def void(reasons: Mapping[str, int]) -> str:
    return ", ".join(f"{VOID[code]()} {number(count)}" for code, count in reasons.items())


GATES: dict[str, Callable[["_Numbers"], str]] = {
    "ballots_add_up": lambda say: _(
        "유효 %(valid)s + 무효 %(void)s = 함에 든 표 %(cast)s", **say("valid", "void", "cast")
    ),
    "ballots_equal_participations": lambda say: _(
        "함에 든 표 %(cast)s장, 참여한 사람 %(participations)s명", **say("cast", "participations")
    ),
    "votes_equal_picks": lambda say: _(
        "사업별로 더한 표 %(votes)s, 투표지별로 더한 표 %(votes_given)s", **say("votes", "votes_given")
    ),
    "no_item_above_ballots": lambda say: _(
        "한 사업이 얻은 가장 많은 표 %(most)s, 유효표 %(valid)s", **say("most", "valid")
    ),
    "picks_within_rule": lambda say: _(
        "고른 수의 합 %(picks)s, 유효표 %(valid)s장에서 나올 수 있는 합 %(least)s~%(most)s",
        **say("picks", "valid", "least", "most"),
    ),
    "points_within_rule": lambda say: _("준 점수의 합 %(points)s, 줄 수 있는 합 %(most)s까지", **say("points", "most")),
    "ballots_within_present": lambda say: _(
        "함에 든 표 %(cast)s장, 참석한 사람 %(present)s명", **say("cast", "present")
    ),
    "picks_within_present": lambda say: _(
        "얻은 표 %(picks)s, 참석하여 투표할 수 있던 사람 %(present)s명", **say("picks", "present")
    ),
    "funded_within_cap": lambda say: _(
        "선정액 %(funded)s, 한도 %(cap)s", funded=say.money("funded"), cap=say.money("cap")
    ),
    "every_item_once": lambda say: _("사업 %(items)s개 가운데 %(once)s개가 꼭 한 번 나옴", **say("items", "once")),
}


@dataclass(frozen=True)
class _Numbers:
    numbers: Mapping[str, int]
    currency: str

    def __call__(self, *keys: str) -> dict[str, str]:
        return {key: number(self.numbers[key]) for key in keys}

    def money(self, key: str) -> str:
        return money(self.numbers[key], self.currency)


def gate(one: Gate, names: Names) -> str:
    """ "주민: 함에 든 표 44장, 참여한 사람 40명" """
    return f"{names.of_place(one.where)}: {GATES[one.code](_Numbers(one.numbers, names.currency))}"


GATE_RULES: dict[str, Callable[[], str]] = {
    "ballots_add_up": lambda: _("유효표와 무효표를 더하면 함에 든 표와 같습니다"),
    "ballots_equal_participations": lambda: _("함에 든 표가 참여한 사람 수와 같습니다"),
    "votes_equal_picks": lambda: _("사업별로 더해도 투표지별로 더해도 표의 합이 같습니다"),
    "no_item_above_ballots": lambda: _("어느 사업도 유효표보다 많은 표를 얻지 않았습니다"),
    "picks_within_rule": lambda: _("고른 수의 합이 투표 규칙에 맞습니다"),
    "points_within_rule": lambda: _("준 점수의 합이 투표 규칙에 맞습니다"),
    "ballots_within_present": lambda: _("표가 참석한 위원보다 많지 않습니다"),
    "picks_within_present": lambda: _("어느 사업도 투표할 수 있던 위원보다 많은 표를 얻지 않았습니다"),
    "funded_within_cap": lambda: _("선정액이 한도를 넘지 않습니다"),
    "every_item_once": lambda: _("모든 사업이 꼭 한 번씩 나옵니다"),
}


# What an imported file says and our rules cannot: code → how many
OFFICIAL: dict[str, Callable[[int], str]] = {
    "left_out": lambda n: _(
        "사업비가 0이거나 예산보다 크거나 투표 뒤에 철회된 사업 %(n)s개는 규칙상 투표 대상이 될 수 없어 뺐습니다.",
        n=number(n),
    ),
    "picks_dropped": lambda n: _("뺀 사업을 고른 표시 %(n)s개를 투표지에서 지웠습니다.", n=number(n)),
    "emptied": lambda n: _("그래서 고른 사업이 하나도 남지 않은 표 %(n)s장은 무효가 되었습니다.", n=number(n)),
    "void_differently": lambda n: _("파일의 규칙과 무효표 수가 %(n)s장 다릅니다.", n=number(n)),
    "scored_differently": lambda n: _("파일의 규칙과 득표가 다른 사업이 %(n)s개 있습니다.", n=number(n)),
}


def official_notes(notes: Mapping[str, int]) -> list[str]:
    return [OFFICIAL[code](n) for code, n in notes.items() if n]
