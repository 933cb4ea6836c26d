"""flask accounts create-admin: the first administrator; everybody else is made on the pages."""

import click
from flask.cli import AppGroup

from app import clock
from app.audit.models import SYSTEM
from app.database import transaction
from app.people import rules, services
from app.people.models import ADMIN_ROLE

REFUSALS: dict[type[rules.PeopleError], str] = {
    rules.LoginUnfit: "쓸 수 없는 아이디입니다. / This login cannot be used.",
    rules.LoginTaken: "이미 있는 아이디입니다. / This login is taken.",
    rules.NameUnfit: f"이름은 {rules.NAME_MAX}자까지, 제어 문자 없이 써 주세요. / "
    f"A name has 1 to {rules.NAME_MAX} characters, and no control characters.",
    rules.WeakPassword: f"비밀번호는 {rules.PASSWORD_MIN}자 이상이어야 하고 아이디와 달라야 합니다. / "
    f"A password has {rules.PASSWORD_MIN} characters or more and is not the login.",
}

accounts = AppGroup("accounts", help="Accounts of staff.")


@accounts.command("create-admin")
@click.argument("login")
@click.option("--name", prompt="이름 / Name")
@click.password_option(prompt="비밀번호 / Password")
def create_admin(login: str, name: str, password: str) -> None:
    """Make the account LOGIN with the administrator's role."""
    try:
        with transaction():
            account = services.create_account(login, name, password, at=clock.now(), by=SYSTEM)
            services.grant_role(account, ADMIN_ROLE, at=clock.now(), by=SYSTEM)
    except tuple(REFUSALS) as error:
        raise click.ClickException(REFUSALS[type(error)]) from error
    click.echo(f"{account.login}: 시스템 관리자를 만들었습니다. / The administrator was made.")
