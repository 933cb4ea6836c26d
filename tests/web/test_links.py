"""Every link that somebody reads leads to a page that is there for them."""

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from werkzeug.test import TestResponse

from app.factory import create_app
from app.people.models import ADMIN_ROLE, APPROVER_ROLE, COMMITTEE_ROLE, DEPARTMENT_ROLE, STAFF_ROLE
from tests.actors import Person
from tests.databases import Sqlite, config_for
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


@pytest.fixture(scope="module")
def site(sqlite: Sqlite) -> Iterator[Site]:
    with sqlite.fresh() as url, furnished(create_app(config_for(url))) as site:
        yield site


def hrefs(answer: TestResponse) -> list[str]:
    return [str(link["href"]) for link in Page(answer).soup.select("a[href]")]


def crawl(person: Person, home: str) -> tuple[dict[str, int], dict[str, str]]:
    """Path → status, and path → the page where its link was found first. A path is asked for once, whatever its
    query: sorting and turning pages lead nowhere else."""
    came_from, statuses, waiting = {home: ""}, {}, [home]
    while waiting:
        path = waiting.pop()
        with person.client.get(path, follow_redirects=True) as answer:
            statuses[path] = answer.status_code
            is_page = answer.mimetype == "text/html"
            links = [urljoin(answer.request.path, link) for link in hrefs(answer)] if is_page else []
        for target in map(urlsplit, links):
            if not target.netloc and target.path not in came_from:
                came_from[target.path] = path
                waiting.append(target._replace(fragment="").geturl())
    return statuses, came_from


@pytest.mark.parametrize("role", HOMES)
def test_no_link_leads_nowhere(site: Site, role: str) -> None:
    statuses, came_from = crawl(site.persons[role], HOMES[role])

    assert len(statuses) > 10
    assert [(came_from[urlsplit(path).path], path) for path, status in statuses.items() if status in (404, 500)] == []
