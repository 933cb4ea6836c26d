"""Every link that somebody reads leads to a page that is there for them."""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from werkzeug.test import TestResponse

from app.factory import create_app
from app.people.models import ADMIN_ROLE, APPROVER_ROLE, COMMITTEE_ROLE, DEPARTMENT_ROLE, STAFF_ROLE
from tests.actors import Person
from tests.databases import Postgresql, config_for
from tests.page import Page
from tests.web.furnished import Site, furnished

HOMES = {
    STAFF_ROLE: "/office/",
    APPROVER_ROLE: "/office/",
    DEPARTMENT_ROLE: "/office/checks",
    COMMITTEE_ROLE: "/committee/",
    ADMIN_ROLE: "/admin/accounts",
    "resident": "/my/proposals",
    "stranger": "/",
}
OF_A_KIND = 3


@pytest.fixture(scope="module")
def site(postgresql: Postgresql) -> Iterator[Site]:
    """On PostgreSQL: the table of `test_all_routes` is asked on SQLite."""
    with postgresql.fresh() as url, furnished(create_app(config_for(url))) as site:
        yield site


def hrefs(answer: TestResponse) -> list[str]:
    return [str(link["href"]) for link in Page(answer).soup.select("a[href]")]


def shape(link: str, page: str) -> str:
    """A link without its numbers, and whereabouts on the site it stands."""
    return re.sub(r"\d+", "0", f"{link} on {page}")


def crawl(person: Person, home: str) -> tuple[dict[str, int], dict[str, str]]:
    """Path → status, and path → the page where its link was found first. A path is asked for once, whatever its
    query: sorting and turning pages lead nowhere else; and of links that differ in their numbers alone, a few."""
    came_from, statuses, waiting, shapes = {home: ""}, {}, [home], Counter[str]()
    while waiting:
        path = waiting.pop()
        with person.client.get(path, follow_redirects=True) as answer:
            statuses[path] = answer.status_code
            is_page = answer.mimetype == "text/html"
            links = [urljoin(answer.request.path, link) for link in hrefs(answer)] if is_page else []
        for target in map(urlsplit, links):
            kind = shape(target.path, urlsplit(path).path)
            if not target.netloc and target.path not in came_from and shapes[kind] < OF_A_KIND:
                shapes[kind] += 1
                came_from[target.path] = path
                waiting.append(target._replace(fragment="").geturl())
    return statuses, came_from


@pytest.mark.parametrize("role", HOMES)
def test_no_link_leads_nowhere(site: Site, role: str) -> None:
    statuses, came_from = crawl(site.persons[role], HOMES[role])

    assert len(statuses) > 10
    assert [(came_from[urlsplit(path).path], path) for path, status in statuses.items() if status in (404, 500)] == []
