"""A round's rules in sentences: the same on the check page of the set-up and on the public page."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any, NamedTuple

from flask_babel import gettext as _

from app.ballots.queries import Rival
from app.rounds.models import Chamber, Round, Section
from app.rounds.rules import ANYBODY, HELD
from app.web.filters import money
from app.web.shares import say_share
from app.web.words import said, word

SOURCES_OF_QUOTAS = ("per_dong", "per_section", "per_proposer")


class SectionLine(NamedTuple):
    """A section and what each chamber may pick in it, in the round's order of chambers."""

    section: Section
    picks: list[str]


def rival_words(rivals: Iterable[Rival]) -> list[str]:
    """What a ballot says beside an item that has any: a sentence each."""
    return [
        _("이 사업과 %(n)s번 ‘%(title)s’ 사업은 하나만 선정됩니다.", n=one.number, title=said(one, "title"))
        for one in rivals
    ]


def rules_in_words(round_: Round) -> dict[str, Any]:
    """What `components/round_rules.html` shows."""
    return {
        "pots": round_.pots,
        "currency": round_.currency,
        "cap_won": sum(pot.cap_won for pot in round_.pots),
        "chambers": [(chamber, total_words(chamber)) for chamber in round_.chambers],
        "voters": list(voters_rules(round_)),
        "sections": section_lines(round_),
        "has_own_ballots": any(section.area_id for section in round_.sections),
        "counting": [
            *(line for chamber in round_.chambers for line in chamber_rules(chamber)),
            *counting_rules(round_),
        ],
    }


def picks_words(least: int, most: int) -> str:
    if most == 0:
        return _("고르지 않음")
    if least == most:
        return _("꼭 %(n)s개", n=most)
    if least == 0:
        return _("%(n)s개까지", n=most)
    return _("%(least)s~%(most)s개", least=least, most=most)


def section_lines(round_: Round) -> list[SectionLine]:
    rules = {(rule.chamber_id, rule.section_id): rule for chamber in round_.chambers for rule in chamber.picks}
    return [
        SectionLine(section, [_picks_of(rules.get((chamber.id, section.id))) for chamber in round_.chambers])
        for section in round_.sections
    ]


def _picks_of(rule: Any) -> str:
    return picks_words(rule.pick_min, rule.pick_max) if rule else _("정하지 않음")


def total_words(chamber: Chamber) -> str:
    """How many projects a ballot of this chamber holds in all."""
    if chamber.total_min is not None and chamber.total_max is not None:
        return picks_words(chamber.total_min, chamber.total_max)
    least = sum(rule.pick_min for rule in chamber.picks)
    return picks_words(least, sum(rule.pick_max for rule in chamber.picks))


def voters_rules(round_: Round) -> Iterator[str]:
    """Which residents may vote, a sentence each; nothing of another city's."""
    if round_.source != HELD:
        return
    yield _("투표할 수 있는 주민: %(who)s", who=word("voters", round_.voters))
    if round_.voters != ANYBODY:
        if round_.age_min:
            yield _("나이: 투표가 시작되는 날에 만 %(n)s세 이상", n=round_.age_min)
        else:
            yield _("나이: 제한이 없고, 만 14세 미만은 보호자가 동의해야 합니다.")
        yield _("받는 연고: %(bases)s", bases=", ".join(str(word("basis", basis)) for basis in round_.bases))
    if any(section.area_id for section in round_.sections):
        yield _("동의 투표지에 있는 분야는 그 동의 주민만 고릅니다. 나머지 분야는 모두가 고릅니다.")


def chamber_rules(chamber: Chamber) -> Iterator[str]:
    """Weight, normalisation and threshold of a chamber, a sentence each."""
    name = said(chamber, "name")
    yield _("%(name)s 투표의 반영 비율은 %(share)s입니다.", name=name, share=say_share(Fraction(chamber.weight)))
    yield _(
        "%(name)s 투표의 점수: %(how)s, %(scope)s",
        name=name,
        how=word("normalisation", chamber.normalisation),
        scope=word("scope", chamber.scope),
    )
    if chamber.threshold_votes is not None:
        yield _("%(name)s에게서 %(n)s표를 얻지 못한 사업은 뽑히지 않습니다.", name=name, n=chamber.threshold_votes)
    if chamber.threshold_share is not None:
        share = say_share(Fraction(chamber.threshold_share))
        yield _("%(name)s 유효표의 %(share)s를 얻지 못한 사업은 뽑히지 않습니다.", name=name, share=share)


def counting_rules(round_: Round) -> Iterator[str]:
    """How money is given out down the order, and what decides a tie; a sentence each."""
    if len(round_.chambers) > 1:
        yield _("두 투표의 점수를 더해 높은 사업부터 차례로 예산을 줍니다.")
    else:
        yield _("점수가 높은 사업부터 차례로 예산을 줍니다.")
    yield _("남은 예산보다 사업비가 큰 사업이 나오면: %(policy)s", policy=word("cap_policy", round_.cap_policy))
    if round_.near_cover is not None:
        yield _(
            "전액 지원하려면 남은 예산이 사업비의 %(share)s 이상이어야 합니다.",
            share=say_share(Fraction(round_.near_cover)),
        )
    order = " → ".join(str(word("tie", rule)) for rule in round_.tie_order)
    yield _("점수가 똑같으면 이 순서로 정합니다: %(order)s", order=order)
    for name in SOURCES_OF_QUOTAS:
        yield from _quota(name, round_.quotas.get(name) or {})
    if round_.quotas.get("at_least_one_per_section"):
        yield _("분야마다 가장 앞선 사업 하나를 먼저 뽑습니다.")
    if round_.source == HELD:  # others seal nothing
        yield _("투표함을 여는 방법: %(how)s", how=word("opening", round_.opening))


def _quota(name: str, limits: dict[str, int | None]) -> Iterator[str]:
    whose = {"per_dong": _("동마다"), "per_section": _("분야마다"), "per_proposer": _("제안자마다")}[name]
    count, cost = limits.get("count"), limits.get("cost")
    if count is not None:
        yield _("%(whose)s %(n)s개까지 뽑습니다.", whose=whose, n=count)
    if cost is not None:
        yield _("%(whose)s 모두 %(sum)s까지 뽑습니다.", whose=whose, sum=money(cost))
