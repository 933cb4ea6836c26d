"""flask applications erase: what people told of themselves in open calls whose period is over."""

import click
from flask.cli import AppGroup

from app import clock
from app.audit.models import SYSTEM
from app.clock import SEOUL
from app.recruitment import queries, services

applications = AppGroup("applications", help="Applications to open calls for the committee.")

NONE = "보관 기간이 끝난 공개모집이 없습니다. / No open call is past its period."
KEPT = (
    "남는 것: 접수번호, 상태, 공개한 추첨 명단과 결과, 위촉된 위원의 명단. / "
    "Kept: numbers, states, the published list and draw, the members who were appointed."
)
LEFT = (
    "지우기 전에 만든 백업과 사본은 따로 없애야 합니다(docs/operate.md). / "
    "Backups and copies made before are still to destroy (docs/operate.md)."
)


@applications.command("erase")
@click.option("--dry-run", is_flag=True, help="무엇을 지울지 보기만 · only say what would go")
def erase(dry_run: bool) -> None:
    """Erase applications and recommendations of every open call whose period is over."""
    at = clock.now()
    due = queries.list_to_erase(at)
    if not due:
        click.echo(NONE)
        return
    for row in due:
        click.echo(f"{row.id}: {row.title_ko} / {row.title_en}")
        closed = f"{row.closes_at.astimezone(SEOUL):%Y-%m-%d}"
        gone = services.count_traces(row) if dry_run else services.erase(row, at=at, by=SYSTEM)
        verb = "지울 것 · would be erased" if dry_run else "지운 것 · erased"
        click.echo(
            f"  {verb} (마감 · closed {closed}): 신청 · applications {gone.applications}, "
            f"추천 · recommendations {gone.recommendations}"
        )
    click.echo(KEPT)
    click.echo(LEFT)
