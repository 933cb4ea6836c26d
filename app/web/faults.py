"""The sentences of the faults that `app.tally` finds: in a ballot paper, and in rules that are to be published.

A fault has a code and the values its sentence needs; here it gets words, names instead of ids, and how to mend it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from app.rounds.models import Round
from app.tally.faults import Fault
from app.web.filters import won
from app.web.words import said, word

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Named:
    """Names for the ids in a fault's values. An id without a name stays as it is."""

    sections: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    pots: Mapping[str, str] = field(default_factory=dict)
    chambers: Mapping[int, str] = field(default_factory=dict)  # by their place in the manifest

    def values_of(self, fault: Fault) -> dict[str, Any]:
        values = dict(fault.values)
        for key, names in (("section", self.sections), ("item", self.items), ("pot", self.pots)):
            if key in values:
                values[key] = names.get(str(values[key]), values[key])
        values["chamber"] = self.chambers.get(_place(fault.where), "")
        return values


def names_of(round_: Round, items: Mapping[str, str]) -> Named:
    """`items`: code → title."""
    return Named(
        sections={section.code: said(section, "name") for section in round_.sections},
        items=items,
        pots={pot.code: said(pot, "name") for pot in round_.pots},
        chambers={place: said(chamber, "name") for place, chamber in enumerate(round_.chambers)},
    )


def _place(where: str) -> int:
    """2 of "chambers[2].picks.s1"; -1 where no chamber is meant."""
    head = where.removeprefix("chambers[").partition("]")[0]
    return int(head) if where.startswith("chambers[") and head.isdecimal() else -1


# In a ballot paper -------------------------------------------------------------------------------------------------

PAPER: dict[str, Callable[[Values], str]] = {
    "too_many_in_section": lambda v: _("%(n)s개를 빼 주세요", n=v["picked"] - v["max"]),
    "too_few_in_section": lambda v: _("%(n)s개를 더 골라 주세요", n=v["min"] - v["picked"]),
    "too_many": lambda v: _(
        "모두 %(most)s개까지 고를 수 있습니다. %(n)s개를 빼 주세요", most=v["max"], n=v["picked"] - v["max"]
    ),
    "too_few": lambda v: _(
        "모두 %(least)s개를 골라야 합니다. %(n)s개를 더 골라 주세요", least=v["min"], n=v["min"] - v["picked"]
    ),
    "over_money": lambda v: _(
        "고른 사업의 사업비 합계 %(cost)s이 한도 %(limit)s보다 큽니다. 사업을 빼 주세요",
        cost=won(v["cost"]),
        limit=won(v["limit"]),
    ),
    "unknown_item": lambda v: _("이 투표에 없는 사업이 들어 있어 뺐습니다. 고른 사업을 다시 확인해 주세요"),
    "barred_item": lambda v: _(
        "제척·기피·회피된 사업은 고를 수 없습니다. 고른 사업에서 뺐습니다: %(item)s", item=v["item"]
    ),
    "wrong_shape": lambda v: _("보내신 내용을 읽을 수 없습니다. 다시 골라 주세요"),
}


def paper_sentence(fault: Fault, names: Named) -> str:
    return PAPER[fault.code](names.values_of(fault))


# In rules to be published --------------------------------------------------------------------------------------------

RULES: dict[str, Callable[[Values], str]] = {
    "phase_missing": lambda v: _("투표 기간이 정해지지 않았습니다. 일정을 먼저 정해 주세요."),
    "kind_not_offered": lambda v: _(
        "%(chamber)s 투표 방식은 아직 투표 화면이 없습니다. 찬성 투표로 바꿔 주세요.", chamber=v["chamber"]
    ),
    "weights_not_one": lambda v: _("반영 비율의 합이 1(100%%)이 아니라 %(sum)s입니다.", sum=v["sum"]),
    "no_items": lambda v: _("투표 대상으로 선정된 사업이 없습니다. 서면심사 결과를 먼저 확정해 주세요."),
    "no_sections": lambda v: _("분야가 없습니다. 분야를 하나 이상 만들어 주세요."),
    "no_pots": lambda v: _("재원이 없습니다. 재원을 하나 이상 만들어 주세요."),
    "no_chambers": lambda v: _("누가 투표하는지 정해지지 않았습니다."),
    "section_fewer_items_than_picks": lambda v: _(
        "‘%(section)s’ 분야에서 %(chamber)s 투표는 %(min)s개를 고르게 되어 있는데 투표 대상은 %(items)s개뿐입니다.",
        section=v["section"],
        chamber=v["chamber"],
        min=v["min"],
        items=v["items"],
    ),
    "section_without_pick_rule": lambda v: _(
        "‘%(section)s’ 분야에서 %(chamber)s 투표가 몇 개를 고르는지 정해지지 않았습니다.",
        section=v["section"],
        chamber=v["chamber"],
    ),
    "range_backwards": lambda v: _(
        "고르는 개수의 최소 %(min)s개가 최대 %(max)s개보다 많습니다.", min=v["min"], max=v["max"]
    ),
    "total_impossible": lambda v: _(
        "%(chamber)s 투표에서 모두 %(min)s~%(max)s개를 골라야 하는데, 분야별 규칙으로는 그렇게 고를 수 없습니다.",
        chamber=v["chamber"],
        min=v["min"],
        max=v["max"],
    ),
    "cost_above_cap": lambda v: _(
        "‘%(item)s’의 사업비 %(cost)s이 한도 %(cap)s보다 큽니다.",
        item=v["item"],
        cost=won(v["cost"]),
        cap=won(v["cap"]),
    ),
    "cost_zero": lambda v: _("‘%(item)s’의 사업비가 0원입니다.", item=v["item"]),
    "cost_negative": lambda v: _("‘%(item)s’의 사업비가 0원보다 작습니다.", item=v["item"]),
    "title_empty": lambda v: _("제목이 없는 사업이 있습니다."),
    "limit_not_positive": lambda v: _("%(chamber)s 투표의 금액 한도는 0원보다 커야 합니다.", chamber=v["chamber"]),
    "cap_not_positive": lambda v: _("‘%(pot)s’의 한도는 0원보다 커야 합니다.", pot=v["pot"]),
    "closes_before_opening": lambda v: _("투표가 열리기 전에 닫히게 되어 있습니다. 일정을 고쳐 주세요."),
    "threshold_out_of_range": lambda v: _(
        "%(chamber)s의 최소 득표 기준이 0과 1(100%%) 사이가 아닙니다.", chamber=v["chamber"]
    ),
    "tie_order_not_total": lambda v: _(
        "동점을 끝까지 가릴 수 있도록 ‘투표 번호’나 ‘추첨’을 동점 처리 순서에 넣어 주세요."
    ),
    "unknown_tie_rule": lambda v: _("동점 처리 순서에 알 수 없는 규칙이 있습니다: %(rule)s", rule=v["rule"]),
    "repeated_tie_rule": lambda v: _(
        "동점 처리 순서에 같은 규칙이 두 번 있습니다: %(rule)s", rule=word("tie", v["rule"])
    ),
    "cover_out_of_range": lambda v: _("전액 지원하는 기준 비율은 0보다 크고 1(100%) 이하여야 합니다."),
    "quota_not_positive": lambda v: _("할당량은 1 이상이어야 합니다."),
}


def rule_sentence(fault: Fault, names: Named) -> str:
    """A fault that staff cannot have made (a field of the wrong shape) is named by its code, for those they ask."""
    say = RULES.get(fault.code)
    if say is None:
        return _(
            "규칙을 읽을 수 없습니다. 시스템 관리자에게 알려 주세요: %(where)s (%(code)s)",
            where=fault.where,
            code=fault.code,
        )
    return say(names.values_of(fault))


# Where a fault is mended: the endpoint takes round_id.
MENDED_AT = {
    "no_items": "office.shortlist",
    "cost_above_cap": "office.proposal_list",
    "cost_zero": "office.proposal_list",
    "cost_negative": "office.proposal_list",
    "title_empty": "office.proposal_list",
}
SETTINGS = "office.round_settings"


def mended_at(fault: Fault) -> str:
    return MENDED_AT.get(fault.code, SETTINGS)
