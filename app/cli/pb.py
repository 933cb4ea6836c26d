"""flask pb import FILE...: real elections of real cities as finished rounds."""

from collections.abc import Callable
from pathlib import Path

import click
from flask.cli import with_appcontext

from app import clock
from app.audit.models import SYSTEM
from app.results import importing
from app.results.models import OfficialOutcome
from app.results.rules import AlreadyImported, GatesBroken, NotExpressible
from app.tally.pabulib_faults import PbError

NOT_EXPRESSIBLE = {
    "no_projects": (
        "투표 대상이 될 수 있는 사업이 없습니다(사업비가 0이거나 예산보다 큽니다).",
        "no project can stand: each costs nothing or more than the budget",
    ),
    "long_id": ("사업 번호가 {most}자보다 깁니다: {id}…", "a project id is longer than {most} letters: {id}…"),
    "default_score": (
        "고르지 않은 사업에도 점수를 주는 규칙(default_score)은 옮길 수 없습니다.",
        "a default_score for projects that a ballot leaves out has no counterpart here",
    ),
    "points": (
        "정수가 아니거나 0보다 작은 점수는 옮길 수 없습니다.",
        "points that are negative or not whole have no counterpart here",
    ),
}
AGREEMENT = {
    True: "공식 결과와 같음 · agrees with the official outcome",
    False: "공식 결과와 다름 · differs from the official outcome",
    None: "공식 결과가 파일에 없음 · no official outcome in the file",
}


@click.group()
def pb() -> None:
    """Elections of other cities (Pabulib .pb files)."""


@pb.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option(
    "--programme",
    metavar="SLUG",
    help="가져올 사업(없으면 파일의 도시) · the programme it goes to (default: the file's city)",
)
@with_appcontext
def import_(files: tuple[Path, ...], programme: str | None) -> None:
    """Each FILE becomes a finished round, counted by our tally, with the city's own outcome beside ours.

    A file that cannot be taken over leaves nothing behind; the others are still imported. Exit 2 if there was one.
    """
    broken = 0
    for file in files:
        try:
            outcome = importing.import_file(file, at=clock.now(), by=SYSTEM, programme=programme)
        except tuple(SENTENCES) as error:
            broken += 1
            click.echo(f"{file}:{SENTENCES[type(error)](error)}", err=True)
        else:
            click.echo(_told(file, outcome))
    if broken:
        raise SystemExit(2)


def _told(file: Path, outcome: OfficialOutcome) -> str:
    funded = len(outcome.ours)
    return (
        f"{file}: {funded}개 선정 · {funded} funded, {AGREEMENT[importing.agrees(outcome)]}, "
        f"/results/{outcome.round_id}"
    )


def _not_expressible(error: NotExpressible) -> str:
    korean, english = (text.format(**error.values) for text in NOT_EXPRESSIBLE[error.code])
    return f" {korean} / {english}"


SENTENCES: dict[type[Exception], Callable[..., str]] = {
    PbError: str,
    NotExpressible: _not_expressible,
    AlreadyImported: lambda error: (
        f" 이미 가져온 파일입니다(/results/{error.round_id}). / "
        f"this file has been imported already (/results/{error.round_id})"
    ),
    GatesBroken: lambda error: f" 집계가 맞지 않습니다: {error} / the count does not add up: {error}",
}
