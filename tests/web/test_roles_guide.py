"""The operators' guide shows the table that the tests use, and no other."""

from app.factory import create_app
from tests.databases import config_for
from tests.web.roles_guide import GUIDE, WHO, WINGS, render
from tests.web.test_all_routes import LEAVES


def test_the_operators_guide_has_the_table_of_who_may_what_as_it_is() -> None:
    assert GUIDE.read_text() == render(), "make roles"


def test_the_guide_names_every_wing_and_everybody_who_may_something() -> None:
    assert {endpoint.partition(".")[0] for endpoint in LEAVES} <= set(WINGS)
    assert {who for leave in LEAVES.values() for who in leave.who} <= set(WHO)
    assert set(create_app(config_for("sqlite://")).blueprints) <= {*WINGS, "kit"}
