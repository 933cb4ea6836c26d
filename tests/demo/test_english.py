"""The whole demo read in English: on no page, for nobody, is there a Korean text that a program wrote."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup, NavigableString, Tag
from flask import Flask
from sqlalchemy import JSON, String, Text, select
from werkzeug.exceptions import HTTPException

from app.database import db
from app.demo.people import Cast
from app.people.models import Account, Resident
from app.people.queries import find_account
from tests.actors import Person
from tests.demo.conftest import Told
from tests.page import Page

HANGUL = re.compile("[가-힣ㄱ-ㅎ]")
MASKED = re.compile("[가-힣]○[가-힣]*")  # a proposer's name as the public sees it
LATIN_SENTENCE = re.compile(r"(?:\b[A-Za-z]{2,}\b[ ,]+){3,}[a-z]{2,}")
SAID = ("title", "alt", "aria-label", "placeholder", "data-label", "data-over", "data-under", "data-left", "data-full")
LEFT_ALONE = ("/language/", "/static/")
PAGES_OF_A_KIND = 4  # of one endpoint, for each person

sqlite_only = pytest.mark.parametrize("whole_story", ["sqlite"], indirect=True)
PEOPLE = ("stranger", "resident", "staff", "approver", "economy", "desk1", "member01", "admin")


def row_of(name: str, app: Flask) -> Account | Resident | None:
    if name == "resident":
        return Cast(app.extensions["hanpyo"].identity_key).residents[0]
    return find_account(name)


def walk(person: Person, app: Flask) -> Iterator[tuple[str, Page]]:
    """From the home page along every link, but not more than a few pages of a kind."""
    waiting, known, kinds = ["/"], {"/"}, Counter[str]()
    while waiting:
        path = waiting.pop(0)
        answer = person.client.get(path, follow_redirects=True)
        if answer.mimetype != "text/html":  # a file, which need not be a text
            continue
        page = Page(answer)
        assert page.status < 500, path
        yield path, page
        for link in page.soup.find_all("a"):
            target = str(link["href"]).partition("#")[0]
            kind = kind_of(target, app)
            if kind and target not in known and kinds[kind] < PAGES_OF_A_KIND:
                kinds[kind] += 1
                known.add(target)
                waiting.append(target)


def kind_of(target: str, app: Flask) -> str:
    """The endpoint that a link of this site leads to; empty for others, and for what a walk leaves alone."""
    if not target.startswith("/") or target.startswith(LEFT_ALONE) or target.endswith(".zip"):
        return ""
    try:
        return app.url_map.bind("localhost").match(target.partition("?")[0])[0]
    except HTTPException:
        return ""


def written_by_people() -> list[str]:
    """Every text in the database that exists in Korean only, the longest first."""
    found: set[str] = set()
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, String | Text | JSON) and not column.name.endswith("_ko"):
                for value in db.session.scalars(select(column).distinct()):
                    found.update(line.strip() for text in _texts(value) for line in text.split("\n"))
    return sorted((text for text in found if HANGUL.search(text)), key=len, reverse=True)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def said(soup: BeautifulSoup) -> Iterator[str]:
    """Texts and attributes as people meet them, but for parts that are marked as Korean."""
    for node in soup.descendants:
        if isinstance(node, Tag):
            texts = [str(node[name]) for name in SAID if node.has_attr(name)]
            holder = node
        elif isinstance(node, NavigableString) and node.parent and node.parent.name not in ("script", "textarea"):
            texts, holder = [str(node)], node.parent
        else:
            continue
        if not any(tag.get("lang") == "ko" for tag in (holder, *holder.parents)):
            yield from (" ".join(text.split()) for text in texts)


@sqlite_only
@pytest.mark.parametrize("name", PEOPLE)
def test_no_page_in_english_holds_korean_but_what_people_wrote(told: Told, name: str) -> None:
    stored = written_by_people()
    faults, pages = set(), 0
    for path, page in walk(Person(told.app, row_of(name, told.app), locale="en"), told.app):
        pages += 1
        for text in said(page.soup):
            left = text
            for one in stored if HANGUL.search(left) else ():
                left = left.replace(one, "")
            if HANGUL.search(MASKED.sub("", left)):
                faults.add(f"{path}: {text}")
    assert pages > 15 and not faults, "\n".join(sorted(faults))


@sqlite_only
@pytest.mark.parametrize("name", ["stranger", "resident", "member01"])
def test_korean_on_a_page_in_english_is_marked_as_korean(told: Told, name: str) -> None:
    """For voices and hyphens. An option, a title of a window and an attribute cannot hold the mark."""
    faults = {
        f"{path}: {node}"
        for path, page in walk(Person(told.app, row_of(name, told.app), locale="en"), told.app)
        if kind_of(path, told.app).startswith(("public.", "resident.", "committee."))
        for node in page.soup.find_all(string=HANGUL)
        if node.parent and node.parent.name not in ("title", "option", "textarea")
        if not any(tag.get("lang") == "ko" for tag in node.parents)
    }
    assert not faults, "\n".join(sorted(faults))


@sqlite_only
def test_no_page_in_korean_holds_an_english_sentence(told: Told) -> None:
    faults = {
        f"{path}: {text}"
        for path, page in walk(Person(told.app), told.app)
        for text in said(page.soup)
        if LATIN_SENTENCE.search(text)
    }
    assert not faults, "\n".join(sorted(faults))
