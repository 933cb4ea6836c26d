"""The lint of a page: what every HTML page of ours must be, whoever made it."""

import re

from bs4 import BeautifulSoup, Tag

WRONG_PREFIXES = ("오류: ", "Error: ")
CONTROLS = ("input", "select", "textarea", "progress", "meter")
UNLABELLED_TYPES = ("hidden", "submit", "button", "reset", "image")


def words(tag: Tag | None) -> str:
    return " ".join(tag.get_text(" ").split()) if tag else ""


def lint(html: str, status: int = 200, where: str = "") -> None:
    """Raises AssertionError naming every fault of the page."""
    soup = BeautifulSoup(html, "html.parser")
    faults = [fault for rule in RULES for fault in rule(soup)]
    faults += _title_faults(soup, status)
    if "{{" in html or "{%" in html:
        faults.append("unresolved template marks")
    if faults:
        raise AssertionError(f"{where}: " + "; ".join(faults))


def _name(tag: Tag) -> str:
    marks = [f'{key}="{tag[key]}"' for key in ("id", "name", "href", "class") if tag.get(key)]
    return f"<{' '.join([tag.name, *marks])}>"


def _title_faults(soup: BeautifulSoup, status: int) -> list[str]:
    title, h1 = words(soup.title), words(soup.h1)
    wrong = title.startswith(WRONG_PREFIXES)
    if status == 422 and not wrong:
        return [f"a 422 page's title must begin with 오류: and is {title!r}"]
    if wrong and status == 422:
        title = title.split(": ", 1)[1]
    return [] if h1 and title.startswith(h1) else [f"title {title!r} does not start with h1 {h1!r}"]


def _landmarks(soup: BeautifulSoup) -> list[str]:
    return [f"{len(soup.find_all(tag))} {tag} instead of one" for tag in ("h1", "main") if len(soup.find_all(tag)) != 1]


def _language(soup: BeautifulSoup) -> list[str]:
    lang = soup.html.get("lang") if soup.html else None
    return [] if lang in ("ko", "en") else [f"html lang is {lang!r}"]


def _labels(soup: BeautifulSoup) -> list[str]:
    pointed = {label.get("for") for label in soup.find_all("label") if words(label)}
    return [
        f"no label for {_name(tag)}"
        for tag in soup.find_all(CONTROLS)
        if tag.get("type") not in UNLABELLED_TYPES
        and not (tag.get("id") in pointed and tag.get("id"))
        and not tag.get("aria-label")
        and not tag.get("aria-labelledby")
        and not words(tag.find_parent("label"))
    ]


def _groups(soup: BeautifulSoup) -> list[str]:
    return [f"{_name(tag)} has no legend" for tag in soup.find_all("fieldset") if not words(tag.find("legend"))]


def _ids(soup: BeautifulSoup) -> list[str]:
    ids = [str(tag["id"]) for tag in soup.find_all(id=True)]
    return [f"id {one!r} is used twice" for one in sorted({one for one in ids if ids.count(one) > 1})]


def _references(soup: BeautifulSoup) -> list[str]:
    ids = {tag["id"] for tag in soup.find_all(id=True)}
    faults = [
        f"{key} of {_name(tag)} points to no id {one!r}"
        for key in ("aria-describedby", "aria-labelledby", "aria-controls")
        for tag in soup.find_all(attrs={key: True})
        for one in str(tag[key]).split()
        if one not in ids
    ]
    faults += [
        f"label for {tag['for']!r} has no control"
        for tag in soup.find_all("label", attrs={"for": True})
        if tag["for"] not in ids
    ]
    links = [str(tag["href"]) for tag in soup.find_all("a", href=True) if str(tag["href"]).startswith("#")]
    return faults + [f"link {href!r} leads nowhere" for href in links if href[1:] not in ids]


def _inline(soup: BeautifulSoup) -> list[str]:
    faults = [f"inline style on {_name(tag)}" for tag in soup.find_all(style=True)]
    faults += ["inline <style>" for _ in soup.find_all("style")]
    faults += ["inline <script>" for tag in soup.find_all("script") if not tag.get("src") or tag.get_text().strip()]
    for tag in soup.find_all(True):
        faults += [f"handler {key} on {_name(tag)}" for key in tag.attrs if key.startswith("on")]
        faults += [
            f"script address on {_name(tag)}"
            for key in ("href", "action")
            if str(tag.get(key, "")).strip().lower().startswith("javascript:")
        ]
    return faults


def _names(soup: BeautifulSoup) -> list[str]:
    """Links, buttons and headings say something; pictures have their alt."""
    said = [
        f"empty {_name(tag)}"
        for tag in soup.find_all(["a", "button", "summary", "legend", "h1", "h2", "h3", "h4", "h5", "h6"])
        if not words(tag) and not tag.get("aria-label") and not any(img.get("alt") for img in tag.find_all("img"))
    ]
    return said + [f"{_name(tag)} has no alt" for tag in soup.find_all("img") if tag.get("alt") is None]


def _links(soup: BeautifulSoup) -> list[str]:
    return [f"{_name(tag)} ({words(tag)}) has no address" for tag in soup.find_all("a") if not tag.get("href")]


def _buttons(soup: BeautifulSoup) -> list[str]:
    return [f"button {words(tag)!r} has no type" for tag in soup.find_all("button") if not tag.get("type")]


def _tokens(soup: BeautifulSoup) -> list[str]:
    return [
        f"{_name(form)} posts without csrf_token"
        for form in soup.find_all("form")
        if str(form.get("method", "")).lower() == "post"
        and not any(
            str(tag.get("name", "")).endswith("csrf_token") and tag.get("value") for tag in form.find_all("input")
        )
    ]


def _headings(soup: BeautifulSoup) -> list[str]:
    faults, before = [], 0
    for tag in soup.find_all(re.compile("^h[1-6]$")):
        level = int(tag.name[1])
        if level > before + 1:
            faults.append(f"heading {words(tag)!r} skips from h{before} to h{level}")
        before = level
    return faults


def _tables(soup: BeautifulSoup) -> list[str]:
    tables = soup.find_all("table")
    faults = [f"{_name(table)} has no caption" for table in tables if not words(table.find("caption"))]
    faults += [f"{_name(table)} has no th" for table in tables if not table.find("th")]
    return faults + [
        f"th {words(th)!r} has no scope" for table in tables for th in table.find_all("th") if not th.get("scope")
    ]


RULES = (
    _landmarks, _language, _labels, _groups, _ids, _references, _inline,
    _names, _links, _buttons, _tokens, _headings, _tables,
)  # fmt: skip
