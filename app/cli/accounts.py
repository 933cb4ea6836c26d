"""flask accounts: the first administrator, and one who has lost the second factor; everybody else is helped on the
pages."""

import click
from flask.cli import AppGroup

from app import clock
from app.audit.models import SYSTEM
from app.database import transaction
from app.people import factors, queries, rules, services
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


@accounts.command("reset-factor")
@click.argument("login")
@click.confirmation_option(prompt="두 번째 인증 수단을 모두 지울까요? / Forget all second factors?")
def reset_factor(login: str) -> None:
    """Forget all second factors of LOGIN and end its sessions: the next sign-in sets up new ones."""
    account = queries.find_account(rules.tidy_login(login))
    if account is None:
        raise click.ClickException("그런 아이디가 없습니다. / There is no such login.")
    factors.reset(account, at=clock.now(), by=SYSTEM)
    click.echo(
        f"{account.login}: 두 번째 인증 수단을 모두 지웠습니다. 다음 로그인에서 새로 정합니다. / "
        "All second factors are forgotten; the next sign-in sets up new ones."
    )
