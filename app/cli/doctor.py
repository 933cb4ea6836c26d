"""flask doctor: whether all that must hold does hold in the database at hand."""

import click
from flask.cli import with_appcontext

from app.audit import chain
from app.results import doctor as invariants


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Ask every invariant of the vote, one line each; exit 1 if one does not hold. Writes nothing."""
    ill = False
    for finding in invariants.examine():
        ill = ill or bool(finding.faults)
        verdict = "; ".join(finding.faults) or "ok" + _erased(finding.erased)
        click.echo(f"{'✗' if finding.faults else '✓'} {finding.invariant}: {verdict}")
    if head := chain.find_head():
        click.echo(f"기록의 사슬 · audit chain: {head.size:,} {chain.root_of(head).hex()}")
    raise SystemExit(1 if ill else 0)


def _erased(rounds: list[int]) -> str:
    numbers = ", ".join(map(str, rounds))
    return f" (지움 · erased: {numbers})" if rounds else ""
