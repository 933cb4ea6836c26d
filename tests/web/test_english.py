"""No Korean text reaches a page past the catalogue, and the catalogue's English is English.

That every text is in it is asked by `make check`; that no page of the demo misses one, by `tests/demo`.
"""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from jinja2 import nodes

from app.factory import create_app
from app.rounds import rules as rounds
from app.web import filters
from tests import factories
from tests.actors import Person
from tests.databases import config_for
from tests.page import Page

ROOT = Path(__file__).parents[2]
HANGUL = re.compile("[가-힣ㄱ-ㅎ]")
TAKEN_UP = {"_", "_l", "_lp", "gettext", "ngettext"}
# How a language is called in itself, how days and won are written in Korean, and the examples of the page kit.
KOREAN_BY_NATURE = {"navigation.py", "filters.py", "kit.py"}


@pytest.fixture(scope="module")
def templates() -> list[tuple[str, nodes.Template]]:
    env = create_app(config_for("sqlite://")).jinja_env
    return [(name, env.parse(env.loader.get_source(env, name)[0])) for name in env.list_templates(["html"])]


def test_a_template_says_nothing_in_korean_past_the_catalogue(templates: list[tuple[str, nodes.Template]]) -> None:
    found = [f"{name}:{node.lineno}" for name, tree in templates for node in korean_of(tree)]
    assert len(templates) > 50 and not found


def korean_of(node: nodes.Node) -> Iterator[nodes.Node]:
    """Plain text and strings with Hangul that are no argument of a call of the catalogue."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in TAKEN_UP:
        return
    text = node.data if isinstance(node, nodes.TemplateData) else node.value if isinstance(node, nodes.Const) else ""
    if isinstance(text, str) and HANGUL.search(text):
        yield node
    for child in node.iter_child_nodes():
        yield from korean_of(child)


@pytest.mark.parametrize("text", ["<p>한 줄</p>", "{{ '한 줄' }}", "{% set a = {'b': ['한 줄']} %}"])
def test_korean_past_the_catalogue_would_be_found_in_a_template(app_without_rows: Flask, text: str) -> None:
    assert list(korean_of(app_without_rows.jinja_env.parse(text)))


def test_a_module_of_the_web_says_nothing_in_korean_past_the_catalogue() -> None:
    modules = [path for path in (ROOT / "app/web").rglob("*.py") if path.name not in KOREAN_BY_NATURE]
    found = [f"{path}:{line}" for path in modules for line in korean_lines(path.read_text())]
    assert len(modules) > 50 and not found


def korean_lines(source: str) -> Iterator[int]:
    """Lines with a string of Hangul that is neither a docstring nor given to the catalogue."""
    tree = ast.parse(source)
    known = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TAKEN_UP:
            known |= {id(part) for argument in node.args for part in ast.walk(argument)}
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            known.add(id(node.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in known and HANGUL.search(str(node.value)):
            yield node.lineno


def test_korean_past_the_catalogue_would_be_found_in_a_module() -> None:
    assert list(korean_lines('"""한 줄"""\nA = _l("한 줄")\nB = f"{A} 한 줄"\nC = ("한 줄",)')) == [3, 4]


def test_english_of_the_catalogue_is_plain() -> None:
    """No Hangul left in it, no shouting, no space or full stop lost or won at its ends."""
    with (ROOT / "app/translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        messages = [message for message in read_po(file, locale="en") if message.id]
    said = [text for m in messages for text in ([m.string] if isinstance(m.string, str) else m.string)]
    assert len(said) > 1000
    assert [text for text in said if HANGUL.search(text) or "!" in text or text != text.strip() or "  " in text] == []
    many = [m for m in messages if not isinstance(m.id, str)]
    assert many and all(one != more for one, more in (m.string for m in many))


@pytest.mark.parametrize(
    ("language", "days", "words"),
    [("ko", 1, "1일 남음"), ("ko", 2, "2일 남음"), ("en", 1, "1 day left"), ("en", 2, "2 days left")],
)
def test_one_and_many_are_told_apart_in_english(app_without_rows: Flask, language: str, days: int, words: str) -> None:
    at = datetime(2026, 9, 16, 3, tzinfo=UTC)
    with app_without_rows.test_request_context(headers={"Accept-Language": language}):
        assert words in filters.deadline(at + timedelta(days=days), at)


def test_a_word_of_two_meanings_is_said_by_its_meaning(app: Flask) -> None:
    """주민 is one resident in the log, and all residents where a vote is meant."""
    person = Person(app, factories.account("admin"), locale="en")
    offered = [option.text for option in person.get("/admin/audit").soup.select("#actor_kind option")]
    assert "Resident" in offered and "Residents" not in offered


@pytest.fixture(scope="module")
def app_without_rows() -> Flask:
    return create_app(config_for("sqlite://"))


def unmarked(page: Page) -> list[str]:
    """Korean of the page's main part that nothing says is Korean."""
    texts = (page.soup.main or page.soup).find_all(string=HANGUL)
    return [str(text) for text in texts if text.find_parent(lang="ko") is None]


def test_what_people_wrote_in_korean_is_marked_in_the_english_console(app: Flask) -> None:
    round_ = factories.round_(running=rounds.INTAKE)
    proposal = factories.proposal(round_, by=factories.resident(name="홍길동"))
    staff, admin = factories.account("staff", name="김담당"), factories.account("admin", name="이관리")
    pages = [
        (staff, f"/office/rounds/{round_.id}/proposals"),
        (staff, f"/office/proposals/{proposal.id}"),
        (admin, "/admin/accounts"),
        (admin, f"/admin/accounts/{staff.id}"),
    ]
    read = {path: Person(app, who, locale="en").get(path) for who, path in pages}
    assert all(page.soup.select("main [lang=ko]") for page in read.values())
    assert {path: unmarked(page) for path, page in read.items()} == dict.fromkeys(read, [])
