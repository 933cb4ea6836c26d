"""flask district load [FILE]"""

from pathlib import Path

import click
from flask.cli import with_appcontext

from app import clock
from app.audit.models import SYSTEM
from app.programmes import services
from app.programmes.rules import DistrictRefused


@click.group()
def district() -> None:
    """Areas and programmes of a district."""


@district.command()
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=services.GEUMCHEON, required=False
)
@with_appcontext
def load(file: Path) -> None:
    """Load FILE (default: the shipped Geumcheon-gu). Loading it again changes nothing."""
    try:
        changed = services.load_district(services.read_district(file), at=clock.now(), by=SYSTEM)
    except DistrictRefused as error:
        refused = f"{file.name}: 읽어 들이지 않았습니다. / was not loaded."
        raise click.ClickException("\n  ".join([refused, *error.faults])) from error
    click.echo(f"{file.name}: {changed}줄을 더하거나 고쳤습니다. / {changed} rows were added or changed.")
