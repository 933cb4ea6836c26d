"""What the preflight found, in sentences: the check, its verdict, what it was found on, and where it is mended."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.ballots.preflight import DRILL_AGE, GREEN, LEAST_FREE, UNKNOWN, Check
from app.notices.rules import ACCOUNT
from app.rounds.models import Round
from app.web.filters import day, number
from app.web.office.round_frame import may_open
from app.web.words import word

Facts = Mapping[str, Any]
GIBI, MEBI = 1024**3, 1024**2


def say_check(check: Check, round_: Round) -> dict[str, Any]:
    """As the kit's `task_list` takes it."""
    words, tone = _verdict(check)
    return {
        "name": word("preflight", check.name),
        "hint": SENTENCES[check.name](check.facts, check.verdict == GREEN),
        "words": words,
        "tone": tone,
        "url": "" if check.verdict == GREEN else _mended_at(check, round_),
    }


def _verdict(check: Check) -> tuple[str, str]:
    if check.verdict == GREEN:
        return _("이상 없음"), "good"
    if check.verdict == UNKNOWN:
        return _("알 수 없음"), "warn"
    return (_("고쳐야 함"), "bad") if check.asked else (_("여기서는 묻지 않음"), "plain")


def _mended_at(check: Check, round_: Round) -> str:
    if check.name == "keys" and may_open("office.key_ceremony", round_):
        return url_for("office.key_ceremony", round_id=round_.id)
    if check.name == "voters" and may_open("office.member_list", round_):
        return url_for("office.member_list", slug=round_.programme.slug)
    return ""


def _voters(facts: Facts, _good: bool) -> str:
    if facts["unknown"]:
        return _("누가 투표하는지 정하지 않은 집단이 있습니다: %(names)s", names=", ".join(facts["unknown"]))
    residents = _("주민은 휴대전화로 받은 인증번호로 확인합니다.")
    if facts["members"] is None:
        return residents
    return residents + " " + _("위원은 위원 명단으로 확인합니다(총회 날 %(n)s명).", n=number(facts["members"]))


def _channel(facts: Facts, good: bool) -> str:
    told = {"name": facts["provider"], "left": number(facts["left"])}
    if good:
        return _(
            "%(name)s: 문자를 보내는 곳이 답합니다. 24시간 안에 인증번호를 %(left)s개 더 보낼 수 있습니다.", **told
        )
    if not facts["left"]:
        return _("%(name)s: 하루에 보낼 수 있는 인증번호를 모두 보냈습니다. 운영자가 한도를 확인해 주세요.", **told)
    if facts["shut"] == ACCOUNT:
        return _("%(name)s: 보내기를 거절하고 있습니다. 운영자가 열쇠, 잔액, 등록한 발신번호를 확인해 주세요.", **told)
    if facts["shut"] and facts["sms"]:
        return _("%(name)s: 보내지 못한 문자가 이어져 잠시 멈추었습니다. 저절로 다시 보내 봅니다.", **told)
    return _(
        "%(name)s: 문자를 보내는 곳이 답하지 않아 인증번호를 보낼 수 없습니다. 문자 설정과 그 서버를 확인해 주세요.",
        **told,
    )


def _keys(facts: Facts, good: bool) -> str:
    if not facts["trustees"]:
        return _("아직 열쇠를 만들지 않았습니다.")
    if good:
        return _("수탁자 %(n)s명 모두 적은 낱말을 확인했습니다.", n=facts["trustees"])
    return _("수탁자 %(n)s명 가운데 %(m)s명만 확인했습니다.", n=facts["trustees"], m=facts["confirmed"])


def _disk(facts: Facts, good: bool) -> str:
    if "used" in facts:
        used = number(facts["used"] // MEBI)
        return _(
            "데이터베이스 서버의 빈 곳은 여기에서 알 수 없습니다. 운영자가 확인해 주세요. 지금 쓰는 크기: %(n)s MiB",
            n=used,
        )
    free = f"{facts['free'] / GIBI:.1f}"
    if good:
        return _("빈 곳이 %(free)s GiB 있습니다.", free=free)
    return _("빈 곳이 %(free)s GiB뿐입니다. %(least)s GiB 이상 비워 주세요.", free=free, least=LEAST_FREE // GIBI)


def _durable(facts: Facts, good: bool) -> str:
    settings = ", ".join(f"{name} = {value}" for name, value in facts.items())
    if good:
        return _("디스크에 쓴 다음에 저장했다고 답합니다(%(settings)s).", settings=settings)
    return _(
        "디스크에 쓰기 전에 저장했다고 답하게 되어 있어, 전원이 끊기면 표를 잃을 수 있습니다(%(settings)s).",
        settings=settings,
    )


def _clock(facts: Facts, _good: bool) -> str:
    return _("서버와 데이터베이스의 시계 차이: %(n)s초", n=number(facts["seconds"]))


def _drill(facts: Facts, good: bool) -> str:
    if facts["held_on"] is None:
        return _("백업을 되살려 본 기록이 없습니다. 운영자가 연습하고 기록해야 합니다.")
    said = {"day": day(facts["held_on"]), "who": facts["held_by"]}
    if good:
        return _("%(day)s에 백업을 되살려 보았습니다(%(who)s).", **said)
    return _("마지막으로 되살려 본 것이 %(day)s로 %(most)s일이 지났습니다.", day=said["day"], most=DRILL_AGE.days)


SENTENCES: dict[str, Callable[[Facts, bool], str]] = {
    "voters": _voters,
    "channel": _channel,
    "keys": _keys,
    "disk": _disk,
    "durable": _durable,
    "clock": _clock,
    "drill": _drill,
}
