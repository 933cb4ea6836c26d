"""flask results: which rounds have a published result, and the bundle of one."""

import json
import os
import tempfile
from pathlib import Path

import click
from flask.cli import AppGroup

from app.errors import NotFound
from app.results import bundle, queries
from app.results.models import Count
from app.results.rules import BoxChanged
from app.rounds import queries as rounds
from app.rounds.models import Round
from app.rounds.rules import RESULTS_PUBLISHED

NOT_PUBLISHED = (
    "회차 {round_id}에는 공개된 결과가 없어 꾸러미를 만들지 않았습니다. / "
    "Round {round_id} has no published result, so that no bundle was made."
)
BOX_CHANGED = (
    "지금 데이터베이스에 있는 표({chamber})가 공개한 인증서와 달라 꾸러미를 만들지 않았습니다. / "
    "The ballots in the database ({chamber}) are not those of the published certificate: no bundle was made."
)

results = AppGroup("results", help="Published results.")


@results.command("list")
@click.option("--json", "as_json", is_flag=True, help="기계가 읽는 목록 · for programs")
def list_(as_json: bool) -> None:
    """Every round, and whether its result is published."""
    rows = [_row(round_) for round_ in rounds.list_rounds()]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['id']:>6}  {row['title']}" + ("  (공개 · published)" if row["published"] else ""))


def _row(round_: Round) -> dict[str, int | str | bool]:
    return {"id": round_.id, "title": round_.title_ko, "published": round_.state == RESULTS_PUBLISHED}


@results.command("bundle")
@click.argument("round_id", type=int)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.zip")
def bundle_(round_id: int, out: Path) -> None:
    """Write the bundle of a published result. All of it, or nothing."""
    try:
        _write(queries.get_published(round_id), out)
    except NotFound as error:
        raise click.ClickException(NOT_PUBLISHED.format(round_id=round_id)) from error
    except BoxChanged as error:
        raise click.ClickException(BOX_CHANGED.format(chamber=error.chamber)) from error
    except OSError as error:
        raise click.FileError(str(out), error.strerror) from error
    click.echo(f"{out}: {out.stat().st_size:,} bytes")


def _write(count: Count, out: Path) -> None:
    """Beside its place first, so that nobody ever finds half of it there."""
    descriptor, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            bundle.write(count, file)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, out)
    except BaseException:
        os.unlink(name)
        raise
