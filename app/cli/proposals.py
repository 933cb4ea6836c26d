"""flask proposals forget-proposer: somebody who proposed asks that their name and phone be erased."""

import click
from flask.cli import AppGroup

from app import clock
from app.audit.models import SYSTEM
from app.errors import NotFound
from app.proposals import forgetting, queries
from app.proposals.rules import StillNeeded

proposals = AppGroup("proposals", help="Proposals.")

NONE = "그런 제안이 없습니다. / There is no such proposal."
LEFT = (
    "백업은 따로 없애야 합니다. 로그인할 때 쓰는 번호의 알아볼 수 없는 값은 남습니다. / "
    "Backups are still to destroy; the key of the number that they sign in with is kept."
)


@proposals.command("forget-proposer")
@click.argument("proposal_id", type=int)
def forget_proposer(proposal_id: int) -> None:
    """Erase the name and phone of who proposed PROPOSAL_ID, the number in the address of its page, at their wish."""
    try:
        proposal = queries.get_proposal(proposal_id)
        count = forgetting.forget_proposer(proposal, at=clock.now(), by=SYSTEM)
    except NotFound as error:
        raise click.ClickException(NONE) from error
    except StillNeeded as error:
        raise click.ClickException(
            f"{error.number}번 제안이 아직 심사나 투표 중입니다. 철회하거나 끝난 뒤에 지웁니다. / "
            f"Proposal {error.number} is still under way: withdraw it first, or wait until it is over."
        ) from error
    click.echo(f"지웠습니다: 제안 {count} / Erased: proposals {count}")
    click.echo(LEFT)
