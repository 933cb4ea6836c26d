"""The lint catches every fault it knows, and lets a good page pass."""

import re

import pytest

from tests.lint import lint

GOOD = """<!doctype html><html lang="ko"><head><title>투표하기 - 한표</title></head><body><main>
<h1>투표하기</h1><h2>고르기</h2>
<form method="post"><input type="hidden" name="csrf_token" value="t">
<label for="name">이름</label><input id="name" name="name" aria-describedby="hint"><p id="hint">실명</p>
<fieldset><legend>분야</legend><label><input type="checkbox" name="a">복지</label></fieldset>
<button type="submit">다음</button></form>
<table><caption>목록</caption><tr><th scope="col">사업</th></tr><tr><td>그늘막</td></tr></table>
<a href="#hint">도움말</a><img src="/a.png" alt="">
</main></body></html>"""

FAULTS = {
    "no h1": ("<h1>투표하기</h1>", "<p>투표하기</p>", "0 h1"),
    "two h1": ("<h2>고르기</h2>", "<h1>고르기</h1>", "2 h1"),
    "no main": ("<main>", "<div>", "0 main"),
    "title": ("<title>투표하기", "<title>환영합니다", "does not start with h1"),
    "lang": (' lang="ko"', "", "lang"),
    "label": ('<label for="name">이름</label>', "", "no label"),
    "empty label": (">이름</label>", "></label>", "no label"),
    "legend": ("<legend>분야</legend>", "", "no legend"),
    "ids": ('<p id="hint">', '<p id="hint"></p><p id="hint">', "twice"),
    "described by": ('<p id="hint">실명</p>', "", "points to no id 'hint'"),
    "label without control": ('<label for="name">', '<label for="other">', "no control"),
    "fragment": ('href="#hint"', 'href="#nowhere"', "leads nowhere"),
    "inline style": ("<h2>", '<h2 style="color:red">', "inline style"),
    "style element": ("</head>", "<style>p{}</style></head>", "inline <style>"),
    "inline script": ("</head>", "<script>go()</script></head>", "inline <script>"),
    "handler": ("<h2>", '<h2 onclick="go()">', "handler onclick"),
    "script address": ('href="#hint"', 'href="javascript:go()"', "script address"),
    "empty link": (">도움말</a>", "> </a>", "empty <a"),
    "link without address": (' href="#hint"', "", "no address"),
    "empty button": (">다음<", "><", "empty <button"),
    "button type": (' type="submit"', "", "no type"),
    "alt": (' alt=""', "", "no alt"),
    "csrf": ('<input type="hidden" name="csrf_token" value="t">', "", "csrf_token"),
    "empty csrf": ('value="t"', 'value=""', "csrf_token"),
    "heading": ("<h2>고르기</h2>", "<h3>고르기</h3>", "skips from h1 to h3"),
    "caption": ("<caption>목록</caption>", "", "no caption"),
    "scope": (' scope="col"', "", "no scope"),
    "template marks": ("실명", "{{ name }}", "unresolved"),
}


def test_a_good_page_passes() -> None:
    lint(GOOD)


@pytest.mark.parametrize(("good", "bad", "says"), FAULTS.values(), ids=FAULTS)
def test_every_fault_is_named(good: str, bad: str, says: str) -> None:
    assert good in GOOD
    with pytest.raises(AssertionError, match=re.escape(says)):
        lint(GOOD.replace(good, bad, 1))


def test_a_page_of_faults_says_so_first_in_its_title() -> None:
    lint(GOOD.replace("<title>", "<title>오류: "), 422)
    with pytest.raises(AssertionError, match="422"):
        lint(GOOD, 422)
    with pytest.raises(AssertionError, match="does not start"):
        lint(GOOD.replace("<title>", "<title>오류: "), 200)
