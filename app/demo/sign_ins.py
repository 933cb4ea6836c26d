"""Who can sign in to the demo, as the command prints it and the home page shows it."""

from typing import NamedTuple

from app.demo import people, rules
from app.people.models import COMMITTEE_ROLE

RESIDENT = "resident"


class SignIn(NamedTuple):
    """`role` is one of the roles of accounts, or RESIDENT, who signs in by phone and has no password."""

    role: str
    name: str
    login: str
    password: str


def list_sign_ins() -> list[SignIn]:
    """One a role and department; the members in one line."""
    members = list(people.member_names(people.COMMITTEES["gu"]))
    first, last = members[0], members[-1]
    return [
        SignIn(RESIDENT, people.proposer_name(0), people.PHONE, ""),
        *(SignIn(one.role, one.name, one.login, rules.PASSWORD) for one in people.OFFICIALS),
        SignIn(COMMITTEE_ROLE, f"{first[1]}–{last[1]}", f"{first[0]}–{last[0]}", rules.PASSWORD),
    ]
