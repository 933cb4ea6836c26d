"""flask box: what accredited observers ask of a box with the trustees beside them."""

import click
from flask.cli import AppGroup, with_appcontext

from app.ballots import ceremony, recheck, rules
from app.ballots.recheck import Checked, Log
from app.crypto.trustees import WordsError
from app.errors import NotFound

NO_BOX = (
    "회차 {round_id}에는 연 투표함이 없어 견줄 것이 없습니다. / "
    "Round {round_id} has no box that was opened, so that there is nothing to compare."
)
NO_KEY = "낱말이 이 함의 열쇠가 되지 않습니다. / These words do not make the key of this box. ({reason})"
WORDS = "{place}번째 수탁자의 낱말(보이지 않습니다) · words of trustee {place} of {all} (not shown)"

box = AppGroup("box", help="The box of sealed ballots.")


@box.command("check")
@click.argument("round_id", type=int)
@with_appcontext
def check(round_id: int) -> None:
    """Open every sealed ballot again with the trustees' words, and compare with what is kept as opened and with the
    log: one line a chamber; exit 1 on a difference. Writes nothing."""
    try:
        key = recheck.get_key(round_id)
        secret = ceremony.put_together(key, _ask_for_words(key.threshold)).raw
    except (NotFound, rules.StillSealed) as error:
        raise click.ClickException(NO_BOX.format(round_id=round_id)) from error
    except WordsError as error:
        raise click.ClickException(NO_KEY.format(reason=str(error) or type(error).__name__)) from error
    chambers, log = recheck.check(round_id, secret)
    for one in chambers:
        click.echo(_say(one))
    click.echo(_say_log(log))
    raise SystemExit(0 if all(one.holds for one in [*chambers, log]) else 1)


def _ask_for_words(trustees: int) -> list[str]:
    places = range(1, trustees + 1)
    return [click.prompt(WORDS.format(place=place, all=trustees), hide_input=True) for place in places]


def _say(one: Checked) -> str:
    said = [f"봉인된 표 · sealed {one.sealed:,}", f"연 표 · opened {one.kept:,}"]
    faults = {
        "봉인되었으나 연 표에 없음 · sealed but not kept as opened": one.missing,
        "연 표에 있으나 봉인된 적 없음 · kept as opened but never sealed": one.strange,
        "자리나 접수번호와 다름 · not of its leaf or receipt": one.unlogged,
    }
    said += [f"{fault} {ballots:,}" for fault, ballots in faults.items() if ballots]
    return f"{_mark(one.holds)} {one.chamber}: {', '.join(said)}"


def _say_log(log: Log) -> str:
    verdict = "ok" if log.holds else "뿌리가 다름 · another root"
    return f"{_mark(log.holds)} 함의 기록 · log: {log.size:,}, 확인점 · checkpoint {log.checkpoint}: {verdict}"


def _mark(holds: bool) -> str:
    return "✓" if holds else "✗"
