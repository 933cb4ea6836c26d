"""flask roll: a list of voters from a file of the operator's, with what the office's page says."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click
from flask import current_app
from flask.cli import with_appcontext

from app import clock
from app.audit.models import SYSTEM
from app.config import Config
from app.errors import NotFound
from app.roll import list_queries
from app.roll import list_rules as rules
from app.roll import list_services as services
from app.roll.list_services import Upload
from app.roll.rules import VotersOtherwise
from app.rounds import queries as rounds
from app.rounds.models import Round

NO_ROUND = "회차 {round_id}이 없습니다. / There is no round {round_id}."
REFUSALS: dict[type[Exception], str] = {
    VotersOtherwise: "명부를 올리는 회차가 아닙니다. / This round does not ask for a list.",
    rules.ListClosed: (
        "명부는 공고한 뒤부터 주민 투표가 끝날 때까지 올립니다. / "
        "A list is taken from the call of the round until voting ends."
    ),
    rules.ListReasonMissing: (
        "투표 대상을 공표한 뒤에는 --reason이 필요합니다. / The ballot is published: say why with --reason."
    ),
    rules.ListRunning: "다른 파일을 지금 읽고 있습니다. / Another file is being read just now.",
    rules.ListWaits: "올린 파일이 확인을 기다립니다. / Another file waits for a decision.",
    rules.ListGone: "그 사이에 다른 사람이 정했습니다. / Somebody else has decided meanwhile.",
    rules.NothingToTake: "명부에 넣을 줄이 없습니다. / Not a single line can be taken.",
}
REASON = click.option("--reason", default="", help="공표한 뒤에 더 넣는 까닭 · why, once the ballot is published")
FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def roll() -> None:
    """Lists of voters (CSV or XLSX) for rounds that ask for one."""


@roll.command("check")
@FILE
@click.argument("round_id", metavar="ROUND", type=int)
@REASON
@with_appcontext
def check(file: Path, round_id: int, reason: str) -> None:
    """Read FILE for ROUND, say what is found in it, and keep nothing."""
    with _said_in_words(round_id), file.open("rb") as opened:
        round_, upload = _read(opened, round_id, reason)
        services.drop_list(round_, upload.token, at=clock.now(), by=SYSTEM)
    click.echo("아무것도 넣지 않았습니다. / Nothing was taken.")


@roll.command("import")
@FILE
@click.argument("round_id", metavar="ROUND", type=int)
@REASON
@click.option(
    "--take", "doubts", multiple=True, type=click.Choice(rules.DOUBTS), help="그래도 넣을 줄 · doubtful lines to take"
)
@with_appcontext
def import_(file: Path, round_id: int, reason: str, doubts: tuple[str, ...]) -> None:
    """Read FILE and put its people on the roll of ROUND, all at once."""
    with _said_in_words(round_id), file.open("rb") as opened:
        round_, upload = _read(opened, round_id, reason)
        try:
            entries = services.take_list(round_, upload.token, doubts, at=clock.now(), by=SYSTEM)
        except rules.NothingToTake:
            services.drop_list(round_, upload.token, at=clock.now(), by=SYSTEM)
            raise
    click.echo(f"명부에 넣은 사람 {entries:,} / people put on the roll {entries:,}")


def _read(file: IO[bytes], round_id: int, reason: str) -> tuple[Round, Upload]:
    """Raises NotFound, RollError, ClickException."""
    config: Config = current_app.extensions["hanpyo"]
    round_ = rounds.get_round(round_id)
    upload = services.begin_upload(round_, reason, at=clock.now(), by=SYSTEM)
    services.read_upload(upload, file, key=config.identity_key, at=clock.now, say=_progress)
    click.echo(err=True)
    found = list_queries.find_upload(round_id)
    if found is None or found.state != rules.READY:
        why = "?" if found is None else f"{found.refusal} {found.detail}".strip()
        raise click.ClickException(f"읽을 수 없는 파일입니다. / This file cannot be read: {why}")
    click.echo(f"읽은 줄 {found.lines:,} / lines {found.lines:,}")
    for word, lines in found.found.items():
        click.echo(f"  {word:<16}{lines:>12,}")
    return rounds.get_round(round_id), upload


def _progress(lines: int, expected: int | None) -> None:
    click.echo(f"\r{lines:,} / {'?' if expected is None else f'{expected:,}'}", nl=False, err=True)


@contextmanager
def _said_in_words(round_id: int) -> Iterator[None]:
    try:
        yield
    except NotFound as error:
        raise click.ClickException(NO_ROUND.format(round_id=round_id)) from error
    except tuple(REFUSALS) as error:
        raise click.ClickException(REFUSALS[type(error)]) from error
