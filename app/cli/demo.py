"""flask demo load · flask demo signs-in"""

import click
from flask import current_app
from flask.cli import AppGroup

from app import clock
from app.config import Config
from app.demo import story, trustee
from app.demo.rules import LoginsTaken, NotADemo, ensure_demo
from app.demo.sign_ins import RESIDENT, list_sign_ins
from app.people.models import ADMIN_ROLE, APPROVER_ROLE, COMMITTEE_ROLE, DEPARTMENT_ROLE, DESK_ROLE, STAFF_ROLE

demo = AppGroup("demo", help="The demo: rounds past and present of one district, with people to sign in as.")

ROLES = {
    RESIDENT: "주민 · resident",
    STAFF_ROLE: "담당 공무원 · staff",
    APPROVER_ROLE: "확인자 · approver",
    DEPARTMENT_ROLE: "소관부서 · department",
    COMMITTEE_ROLE: "위원 · committee",
    DESK_ROLE: "현장투표소 담당 · polling station",
    ADMIN_ROLE: "시스템 관리자 · administrator",
}
REFUSED = "시연 모드에서만 쓸 수 있습니다. / Only for the demo mode."
TAKEN = "시연용 아이디를 쓰는 계정이 이미 있습니다: {logins}. / There are accounts with the demo's logins already."
OPENS = "{label}{words}\n  투표를 마감한 뒤 이 낱말로 투표함을 엽니다. / They open the box once voting is closed."
BY_PHONE = "다른 휴대전화 번호도 됩니다. 인증번호는 /outbox · any mobile number will do, codes appear at /outbox"


@demo.command("load")
def load() -> None:
    """Make the demo's district, people and rounds. Once made, it is left as it is."""
    config = _demo_config()
    if story.is_loaded():
        click.echo("시연 자료가 이미 있습니다. / The demo is there already.")
        return
    try:
        for name in story.load(config, at=clock.now()):
            click.echo(f"  {name}")
    except LoginsTaken as error:
        raise click.ClickException(TAKEN.format(logins=", ".join(error.logins))) from error
    click.echo("시연 자료를 만들었습니다. / The demo is ready.")


@demo.command("signs-in")
def signs_in() -> None:
    """Print who can sign in."""
    _demo_config()
    for one in list_sign_ins():
        click.echo(f"  {ROLES[one.role]} · {one.name}: {one.login}  {one.password or BY_PHONE}")
    words = trustee.find_words()
    if words:
        click.echo(f"  {OPENS.format(label=trustee.LABEL, words=words)}")


def _demo_config() -> Config:
    config: Config = current_app.extensions["hanpyo"]
    try:
        ensure_demo(config)
    except NotADemo as error:
        raise click.ClickException(REFUSED) from error
    return config
