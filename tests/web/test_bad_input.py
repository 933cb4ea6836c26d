"""What bad input gets where no single page stands behind it: addresses, forms at large, a browser's oddities."""

import re
from collections.abc import Iterator

import pytest
from bs4 import Tag
from flask import Flask
from sqlalchemy import text
from werkzeug.exceptions import NotFound

from app.database import db
from app.factory import create_app
from tests import factories
from tests.actors import Person
from tests.databases import config_for
from tests.page import Page, PageForm
from tests.web.furnished import Site, furnished
from tests.web.test_all_routes import EVERYBODY, LEAVES

NO_IDS = (str(10**18), str(2**63), str(10**30), "9" * 5000, "١", "-1", "1.0")


def test_a_number_that_no_row_can_have_is_no_address() -> None:
    """SQLite would not take it, PostgreSQL would not compare it: both would end in a fault of ours."""
    app = create_app(config_for("sqlite://"))
    urls = app.url_map.bind("hanpyo.example")
    rules = [rule for rule in app.url_map.iter_rules() if "<int:" in rule.rule]
    assert len(rules) > 40
    for rule in rules:
        words = re.sub(r"<any\(([a-z]+),[^>]+>|<[a-z_]+>", lambda found: found[1] or "basics", rule.rule)
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        urls.match(re.sub("<int:[^>]+>", "9" * 18, words), method)
        for number in NO_IDS:
            with pytest.raises(NotFound):
                urls.match(re.sub("<int:[^>]+>", number, words), method)


def test_the_greatest_number_of_an_address_is_asked_of_the_database_and_not_found(app: Flask) -> None:
    greatest = "9" * 18
    for path in (f"/rounds/{greatest}", f"/proposals/{greatest}", f"/results/{greatest}", f"/vote/{greatest}"):
        assert Person(app, factories.resident()).status(path) == 404
    factories.round_()
    assert Person(app).status(f"/proposals?round_id={10**30}") == 404


@pytest.mark.parametrize("path", ["/programmes/x%00y", "/programmes/%0a", "/language/k%00", f"/programmes/{'x' * 101}"])
def test_control_characters_and_endless_words_are_no_address(app: Flask, path: str) -> None:
    assert Person(app).status(path) == 404


def test_a_form_is_taken_over_https_from_pages_that_send_no_referrer() -> None:
    """In production a proxy speaks TLS, and our own policy keeps browsers from saying where they come from."""
    client, site = create_app(config_for("sqlite://")).test_client(), "https://hanpyo.example"
    page = Page(client.get("/staff/sign-in", base_url=site))
    answer = page.form(button="로그인하기").fill(login="").submit(client, base_url=site)
    assert (answer.status_code, Page(answer).errors != []) == (422, True)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_fault_of_ours_is_said_in_words_even_in_a_transaction_that_the_database_gave_up(app: Flask) -> None:
    """PostgreSQL answers nothing more in a transaction that failed, and the page asks who is signed in."""

    def break_down() -> None:
        db.session.execute(text("SELECT 1 / 0"))

    app.view_functions["public.privacy"] = break_down
    app.testing = app.config["PROPAGATE_EXCEPTIONS"] = False
    page = Person(app, factories.account("staff")).get("/privacy")
    assert (page.status, page.has("저희 쪽에 문제가 생겼습니다")) == (500, True)


# Whatever is typed into any form is answered by its page, on both databases.

NASTY = ("a\x00\x1b\u202e½\\%_'\"", "0001-01-01T00:00", "9" * 18, "-" + "9" * 400, "가" * 5000)
PAGES_OF_STEPS = {
    "office.round_step": ("basics", "pots", "sections", "counting", "voters", "phases", "review"),
    "resident.proposal_edit": ("title", "place", "content", "proposer"),
}
NOT_TYPED = ("hidden", "checkbox", "radio", "submit")


def forms(site: Site) -> Iterator[tuple[Person, PageForm]]:
    """Every form with something to type in, in the hands of one who may send it."""
    for endpoint, leave in LEAVES.items():
        person = site.persons["stranger" if leave.who == EVERYBODY else leave.who[0]]
        path = site.address(endpoint, leave.on)
        for step in PAGES_OF_STEPS.get(endpoint, ("",)):
            answer = person.client.get(path.rpartition("/")[0] + f"/{step}" if step else path)
            if answer.mimetype != "text/html":
                continue
            page = Page(answer)
            for tag in (page.soup.main or page.soup).find_all("form"):
                if typed_names(tag):
                    yield person, PageForm(tag, page.response.request.path)


def typed_names(form: Tag) -> list[str]:
    controls = form.find_all(["input", "textarea"])
    return [str(one["name"]) for one in controls if one.get("name") and one.get("type", "text") not in NOT_TYPED]


def test_nothing_that_is_typed_into_any_form_breaks_its_page(database_url: str) -> None:
    tried = 0
    with furnished(create_app(config_for(database_url))) as site:
        for person, form in forms(site):
            for nasty in NASTY:
                form.data.update({name: [nasty] for name in typed_names(form.tag)})
                assert form.submit(person.client).status_code < 500, (form.action, nasty[:20])
                tried += 1
    assert tried > 30 * len(NASTY)
