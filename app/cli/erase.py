"""flask erase: when objections are over, who took part in a round is erased; how many stay."""

from collections.abc import Iterator

import click
from flask.cli import with_appcontext

from app import clock
from app.audit.models import SYSTEM
from app.clock import SEOUL
from app.errors import NotFound
from app.results import erasing
from app.results import erasing_rules as rules
from app.results.erasing import Traces
from app.results.rules import ResultError
from app.rounds import queries as rounds
from app.rounds.models import Round

NO_ROUND = "회차 {round_id}이 없습니다. / There is no round {round_id}."
REFUSALS = {
    rules.NothingPublished: lambda e: (
        "결과를 공개하지 않은 회차라서 지우지 않았습니다. / The result is not published: nothing was erased."
    ),
    rules.ObjectionsRunning: lambda e: (
        f"이의신청 기간이 {e.until.astimezone(SEOUL):%Y-%m-%d %H:%M}에 끝나므로 아직 지우지 않았습니다. / "
        f"Objections may be made until {e.until.astimezone(SEOUL):%Y-%m-%d %H:%M} in Seoul: nothing was erased."
    ),
    rules.AlreadyErased: lambda e: (
        f"{e.at.astimezone(SEOUL):%Y-%m-%d %H:%M}에 이미 지웠습니다. / "
        f"It was all erased at {e.at.astimezone(SEOUL):%Y-%m-%d %H:%M} in Seoul."
    ),
    rules.NotScrubbed: lambda e: (
        f"행은 지웠지만 디스크에서 다 치우지 못했습니다. 같은 명령을 다시 실행해 주세요. ({e.why}) / "
        "The rows are gone, but not from the disk yet: run the same command again."
    ),
}
WHAT = {
    "participation": "누가 투표했는지의 열쇠 · keys of who voted",
    "round_secret": "회차의 비밀 · the round's secret",
    "trustee": "수탁자 낱말의 해시 · hashes of trustees' words (words_sha256)",
    "roll_entry": "선거인 명부의 사람 · people on the roll",
    "voting_code": "인쇄한 번호의 열쇠 · keys of printed codes",
    "roll_claim": "명부에 오르지 못한 시도 · claims that led to nothing",
    "proposal_support": "누가 공감했는지 · who supported proposals (how many stays)",
    "comment": "누가 의견을 썼는지 · who wrote comments (their words stay)",
    "notice": "누구에게 무엇을 알렸는지 · who was told of the steps of proposals",
    "roll_staged": "명부에 넣지 않은 줄 · lines of a list that were not taken",
}
NOT_OURS = (
    "회차에 매인 인증번호나 문자는 없습니다: tick이 하루가 지나면 지웁니다. / "
    "No sign-in code and no message belongs to a round: tick forgets them after a day."
)
HIDDEN = (
    f"({rules.SMALL}명이 안 되는 날과, 그 수를 셈으로 알게 할 날은 감춥니다. / "
    f"Days with fewer than {rules.SMALL}, and those by which one could work these out, are not told.)"
)
LEFT = (
    "아직 없애야 할 것(docs/operate.md ‘지운 뒤에 남는 것’) / still to destroy (docs/operate.md, “What is left”):\n"
    "  - 지우기 전에 만든 백업과 사본 · backups and copies made before\n"
    "  - 보관한 WAL, 복제 서버의 파일 · archived WAL, files of replicas\n"
    "  - 투표 기간의 웹·프록시·데이터베이스 기록 · web, proxy and database logs of the voting days"
)


@click.command("erase")
@click.argument("round_id", type=int)
@click.option("--dry-run", is_flag=True, help="무엇을 지울지 보기만 · only say what would go")
@with_appcontext
def erase(round_id: int, dry_run: bool) -> None:
    """Erase who took part in a round, when objections are over. Only numbers stay; exit 1 if nothing may be erased."""
    try:
        round_ = rounds.get_round(round_id)
        if dry_run:
            _say(round_, erasing.look(round_, at=clock.now()), "지울 것 · would be erased")
            return
        if not erasing.is_unfinished(round_id):
            _say(round_, erasing.erase(round_, at=clock.now(), by=SYSTEM), "지운 것 · erased")
        erasing.scrub(round_, at=clock.now(), by=SYSTEM)
    except NotFound as error:
        raise click.ClickException(NO_ROUND.format(round_id=round_id)) from error
    except ResultError as error:
        raise click.ClickException(REFUSALS[type(error)](error)) from error
    click.echo("디스크에서도 치웠습니다(VACUUM). / Taken from the disk, too (VACUUM).")
    click.echo(LEFT)


def _say(round_: Round, traces: Traces, title: str) -> None:
    click.echo(f"회차 · round {round_.id}: {round_.title_ko} / {round_.title_en}")
    click.echo(f"{title}:")
    for table, rows in traces.rows.items():
        click.echo(f"  {table:<14}{rows:>9,}  {WHAT[table]}")
    click.echo("남는 것 · kept:")
    for line in _kept(traces):
        click.echo(f"  {line}")
    click.echo(NOT_OURS)


def _kept(traces: Traces) -> Iterator[str]:
    for chamber, channels in sorted(traces.people.items()):
        for channel, people in sorted(channels.items()):
            yield f"{chamber} {channel}: {people:,}명 · people"
    for (chamber, channel, day), people in traces.days.items():
        yield f"{chamber} {channel} {day}: {'감춤 · not told' if people is None else f'{people:,}'}"
    if None in traces.days.values():
        yield HIDDEN
