"""The page kit: its pages pass the lint, and its forms work as in a browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from app.config import ROOT
from app.web.errors import page
from tests.lint import lint
from tests.page import Page
from tests.web import kit_app

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = ("/kit", "/kit/ballot", "/kit/console")


@pytest.fixture(params=["ko", "en"])
def client(request: pytest.FixtureRequest) -> FlaskClient:
    return kit_app.make(request.param).test_client()


@pytest.fixture
def app() -> Iterator[Flask]:
    app = kit_app.make()
    with app.test_request_context("/"):
        yield app


def test_the_client_lints_what_it_fetches(app: Flask) -> None:
    app.add_url_rule("/bad", view_func=lambda: "<p>나쁜 페이지</p>", endpoint="bad")
    with pytest.raises(AssertionError, match="/bad"):
        app.test_client().get("/bad")


# A form filled in as in a browser


def test_what_is_shown_is_what_is_sent(client: FlaskClient) -> None:
    form = Page(client.get("/kit")).form()
    assert form.data["title"] == ["마을 쉼터에 그늘막 놓기"]
    assert form.data["cost_won"] == ["120,000,000"]
    assert form.data["step"] == ["3"]
    assert form.data["dong"] == [""]
    assert "field" not in form.data
    assert form.data["csrf_token"][0]


@pytest.mark.parametrize("answers", [{"nothing": "x"}, {"dong": "busan"}, {"field": "sport"}])
def test_only_what_is_on_the_form_can_be_filled_in(client: FlaskClient, answers: dict[str, str]) -> None:
    with pytest.raises(AssertionError):
        Page(client.get("/kit")).form().fill(**answers)


def test_faults_are_said_above_and_at_the_field_and_nothing_typed_is_lost(client: FlaskClient) -> None:
    sent = Page(client.get("/kit")).form().fill(title="", cost_won="1억 5천", people="12").tick("grounds", "law")
    page = Page(sent.submit(client))
    assert page.status == 422
    at_fields = [words.get_text() for words in page.soup.select(".wrong p")]
    assert len(page.errors) == 5
    assert all(any(said in one for one in at_fields) for said in page.errors)
    again = page.form()
    assert again.data["cost_won"] == ["1억 5천"]
    assert again.data["people"] == ["12"]
    assert again.data["grounds"] == ["law"]
    described = page.soup.find(id="cost_won")["aria-describedby"].split()
    assert described == ["cost_won-hint", "cost_won-error", "cost_won-read"]
    assert page.soup.find(id="cost_won")["aria-invalid"] == "true"


def test_a_good_form_is_kept_and_said_so(client: FlaskClient) -> None:
    form = (
        Page(client.get("/kit")).form().fill(need="그늘이 없어 어르신이 쉬지 못합니다.", field="welfare").tick("agrees")
    )
    assert form.submit(client).status_code == 302
    assert Page(client.get("/kit")).flashes in (["저장했습니다."], ["Saved."])


def test_a_form_without_its_token_is_refused(client: FlaskClient) -> None:
    form = Page(client.get("/kit")).form()
    del form.data["csrf_token"]
    with pytest.raises(AssertionError, match="h1"):  # the bare 400 page of this small application
        form.submit(client)


# Layouts and components


@pytest.mark.parametrize("locale", ["ko", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_the_kit_passes_the_lint(path: str, locale: str) -> None:
    page = Page(kit_app.make(locale).test_client().get(path))
    assert page.status == 200
    assert page.soup.html["lang"] == locale


@pytest.mark.parametrize("layout", ["base", "plain", "console"])
def test_a_layout_needs_nothing_but_a_title(app: Flask, layout: str) -> None:
    source = "{% extends layout %}{% block title %}제목{% endblock %}"
    lint(render_template_string(source, layout=f"layouts/{layout}.html"))


def test_the_frame_shows_what_it_is_given(app: Flask) -> None:
    masthead = {
        "navigation": [{"label": "투표", "url": "/vote", "current": True}],
        "languages": [{"code": "en", "label": "English", "url": "/language/en", "current": False}],
        "account": {"name": "홍길동", "links": [], "sign_out_url": "/sign-out"},
    }
    frame = {
        "programme": {"name": "시민참여예산", "owner": "서울특별시", "colour": "city"},
        "masthead": lambda: masthead,
        "site_notice": "시연용 사이트입니다.",
        "footer_links": lambda: [{"label": "개인정보", "url": "/privacy"}],
    }
    html = render_template_string("{% extends 'layouts/base.html' %}{% block title %}투표{% endblock %}", **frame)
    lint(html)
    for words in (
        "시민참여예산",
        "운영: 서울특별시",
        "programme--city",
        "홍길동",
        "시연용",
        "English",
        "개인정보",
        'aria-current="page"',
    ):
        assert words in html
    assert "투표 - 시민참여예산 - 한표" in html


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 429, 500, 503, 418])
def test_every_refusal_has_words_and_a_way_on(app: Flask, status: int) -> None:
    html, answered = page(status, "그 사이에 단계가 바뀌었습니다.")
    assert answered == status
    lint(html, status)
    assert "그 사이에 단계가 바뀌었습니다." in html
    assert 'href="/"' in html


def test_what_people_wrote_is_never_markup(app: Flask) -> None:
    source = """{% extends 'layouts/base.html' %}{% from 'components/table.html' import cell, data_table, row_name %}
    {% from 'components/chart.html' import cap_chart %}{% from 'components/ballot.html' import ballot_item %}
    {% from 'components/card.html' import summary_row %}{% from 'components/status.html' import status %}
    {% block title %}{{ evil }}{% endblock %}{% block content %}{{ status(evil) }}
    {% call(row) data_table(evil, [evil], [evil]) %}{{ row_name(evil, row) }}{{ cell(evil, row) }}{% endcall %}
    {{ cap_chart([{'name': evil, 'cost_won': 1, 'funded': true, 'words': evil}], 10) }}
    <dl>{{ summary_row(evil, evil, '/x') }}</dl>
    <ul>{{ ballot_item(evil, evil, evil, 1, evil, evil) }}</ul>{% endblock %}"""
    html = render_template_string(source, evil="\"><script>alert(1)</script>'{{ 7 * 7 }}", programme=None)
    assert "<script>alert" not in html
    assert "49" not in re.sub(r"#\S+", "", html)


def test_an_empty_table_says_so(app: Flask) -> None:
    html = render_template_string(
        "{% from 'components/table.html' import data_table %}"
        "{% call(row) data_table('제안', ['제목'], [], empty='아직 제안이 없습니다.') %}{% endcall %}"
    )
    assert "아직 제안이 없습니다." in html


def test_the_cap_chart_adds_up_what_is_funded_only(app: Flask) -> None:
    rows = [
        {"name": "가", "cost_won": 60, "funded": True},
        {"name": "나", "cost_won": 50, "funded": False, "words": "남은 한도보다 사업비가 큽니다."},
        {"name": "다", "cost_won": 30, "funded": True},
    ]
    html = render_template_string(
        "{% from 'components/chart.html' import cap_chart %}{{ cap_chart(rows, 100) }}", rows=rows
    )
    assert re.findall(r"누적 (\d+원)", html) == ["60원", "90원"]
    assert "선정 합계 90원" in html
    assert "남은 금액 10원" in html


@pytest.mark.parametrize(
    ("chosen", "said"),
    [(0, "1개를 더 골라 주세요"), (1, "1개 더 고를 수 있습니다"), (2, "다 골랐습니다"), (4, "2개를 빼 주세요")],
)
def test_a_counter_says_in_words_what_is_left_to_do(app: Flask, chosen: int, said: str) -> None:
    html = render_template_string(
        "{% from 'components/ballot.html' import sticky_bar %}{{ sticky_bar(chosen, 2, '다음', least=1) }}",
        chosen=chosen,
    )
    assert f"{chosen} / 2개" in html
    assert f"<span data-words>{said}</span>" in html


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_is_long_or_holds_anything_inline(path: Path) -> None:
    source = path.read_text()
    assert len(source.splitlines()) <= 100
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)|\|\s*safe\b", source)
