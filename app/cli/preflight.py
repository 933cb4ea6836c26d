"""flask preflight ROUND_ID: whether all is ready before people vote. flask preflight drill: a backup was restored."""

from datetime import datetime

import click
from flask.cli import AppGroup

from app import clock
from app.audit.models import SYSTEM
from app.ballots import drills
from app.ballots.preflight import GREEN, UNKNOWN, Check, examine
from app.ballots.rules import BadDrill
from app.errors import NotFound
from app.rounds import queries as rounds

NAMES = {
    "voters": "누가 투표하는지 · who may vote",
    "channel": "문자 보내는 곳 · the SMS gateway answers",
    "keys": "열쇠 나누기 · keys are tested",
    "disk": "디스크의 빈 곳 · free disk space",
    "durable": "디스크에 쓰기 · writes are durable",
    "clock": "시계 · clocks agree",
    "drill": "백업 되살리기 연습 · backup drill",
}
NO_ROUND = "회차 {round_id}이(가) 없습니다. / There is no round {round_id}."
BAD_DRILL = (
    "날은 오늘이나 그 전이어야 하고, 누가(60자까지) 무엇을 확인했는지 적어야 합니다. 아무것도 기록하지 않았습니다. / "
    "The day must have come, and it must be said who (up to 60 characters) checked what. Nothing was recorded."
)


class _Preflight(AppGroup):
    """`preflight 7` is `preflight round 7`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        return super().resolve_command(ctx, ["round", *args] if args and args[0].isdecimal() else args)


preflight = _Preflight("preflight", help="What must be there before people vote: flask preflight ROUND_ID")


@preflight.command("round")
@click.argument("round_id", type=int)
def round_(round_id: int) -> None:
    """Ask all of it about a round, one line each; exit 1 if something is red. Writes nothing."""
    try:
        checks = list(examine(rounds.get_round(round_id)))
    except NotFound as error:
        raise click.ClickException(NO_ROUND.format(round_id=round_id)) from error
    for check in checks:
        click.echo(_line(check))
    raise SystemExit(1 if any(check.stands_in_the_way for check in checks) else 0)


def _line(check: Check) -> str:
    mark = {GREEN: "✓", UNKNOWN: "?"}.get(check.verdict, "✗" if check.asked else "–")
    facts = ", ".join(f"{name}={value}" for name, value in check.facts.items())
    return f"{mark} {NAMES[check.name]}: {facts}" + ("" if check.asked else " (묻지 않음 · not asked here)")


@preflight.command("drill")
@click.option("--on", "held_on", required=True, type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD")
@click.option("--by", "held_by", required=True, help="누가 · who restored it")
@click.option("--checked", required=True, help="무엇을 확인했나 · what was looked at in what came back")
def drill(held_on: datetime, held_by: str, checked: str) -> None:
    """Record that a backup was restored for practice."""
    try:
        kept = drills.record_drill(held_on.date(), held_by, checked, at=clock.now(), by=SYSTEM)
    except BadDrill as error:
        raise click.ClickException(BAD_DRILL) from error
    click.echo(f"{kept.held_on}: 기록했습니다. / recorded.")
