"""The lint of a page: what every HTML page of ours must be, whoever made it."""

from collections import defaultdict

from bs4 import BeautifulSoup, Tag

WRONG_PREFIXES = ("오류: ", "Error: ")
CONTROLS = ("input", "select", "textarea", "progress", "meter")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
UNLABELLED_TYPES = ("hidden", "submit", "button", "reset", "image")


def words(tag: Tag | None) -> str:
    return " ".join(tag.get_text(" ").split()) if tag else ""


class Tags:
    """The elements of a page, walked through once for all rules, in the order in which they stand."""

    def __init__(self, soup: BeautifulSoup) -> None:
        self.all: list[Tag] = [node for node in soup.descendants if isinstance(node, Tag)]
        self.places = {id(tag): place for place, tag in enumerate(self.all)}
        self.by_name: dict[str, list[Tag]] = defaultdict(list)
        for tag in self.all:
            self.by_name[tag.name].append(tag)

    def named(self, *names: str) -> list[Tag]:
        found = [tag for name in names for tag in self.by_name.get(name, ())]
        return found if len(names) == 1 else sorted(found, key=lambda tag: self.places[id(tag)])

    def having(self, attribute: str) -> list[Tag]:
        return [tag for tag in self.all if attribute in tag.attrs]


def lint(html: str, status: int = 200, where: str = "") -> BeautifulSoup:
    """The page as it was read. Raises AssertionError naming every fault of the page."""
    soup = BeautifulSoup(html, "html.parser")
    tags = Tags(soup)
    faults = [fault for rule in RULES for fault in rule(tags)]
    faults += _title_faults(soup, status)
    if "{{" in html or "{%" in html:
        faults.append("unresolved template marks")
    if faults:
        raise AssertionError(f"{where}: " + "; ".join(faults))
    return soup


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


def _landmarks(tags: Tags) -> list[str]:
    found = {name: len(tags.named(name)) for name in ("h1", "main")}
    return [f"{number} {name} instead of one" for name, number in found.items() if number != 1]


def _language(tags: Tags) -> list[str]:
    html = tags.named("html")
    lang = html[0].get("lang") if html else None
    return [] if lang in ("ko", "en") else [f"html lang is {lang!r}"]


def _labels(tags: Tags) -> list[str]:
    pointed = {label.get("for") for label in tags.named("label") if words(label)}
    return [
        f"no label for {_name(tag)}"
        for tag in tags.named(*CONTROLS)
        if tag.get("type") not in UNLABELLED_TYPES
        and not (tag.get("id") in pointed and tag.get("id"))
        and not tag.get("aria-label")
        and not tag.get("aria-labelledby")
        and not words(tag.find_parent("label"))
    ]


def _groups(tags: Tags) -> list[str]:
    return [f"{_name(tag)} has no legend" for tag in tags.named("fieldset") if not words(tag.find("legend"))]


def _ids(tags: Tags) -> list[str]:
    ids = [str(tag["id"]) for tag in tags.having("id")]
    return [f"id {one!r} is used twice" for one in sorted({one for one in ids if ids.count(one) > 1})]


def _references(tags: Tags) -> list[str]:
    ids = {tag["id"] for tag in tags.having("id")}
    faults = [
        f"{key} of {_name(tag)} points to no id {one!r}"
        for key in ("aria-describedby", "aria-labelledby", "aria-controls")
        for tag in tags.having(key)
        for one in str(tag[key]).split()
        if one not in ids
    ]
    faults += [
        f"label for {tag['for']!r} has no control"
        for tag in tags.named("label")
        if "for" in tag.attrs and tag["for"] not in ids
    ]
    links = [str(tag["href"]) for tag in tags.named("a") if str(tag.get("href", "")).startswith("#")]
    return faults + [f"link {href!r} leads nowhere" for href in links if href[1:] not in ids]


def _inline(tags: Tags) -> list[str]:
    faults = [f"inline style on {_name(tag)}" for tag in tags.having("style")]
    faults += ["inline <style>" for _ in tags.named("style")]
    faults += ["inline <script>" for tag in tags.named("script") if not tag.get("src") or tag.get_text().strip()]
    for tag in tags.all:
        faults += [f"handler {key} on {_name(tag)}" for key in tag.attrs if key.startswith("on")]
        faults += [
            f"script address on {_name(tag)}"
            for key in ("href", "action")
            if str(tag.get(key, "")).strip().lower().startswith("javascript:")
        ]
    return faults


def _names(tags: Tags) -> list[str]:
    """Links, buttons and headings say something; pictures have their alt."""
    said = [
        f"empty {_name(tag)}"
        for tag in tags.named("a", "button", "summary", "legend", *HEADINGS)
        if not words(tag) and not tag.get("aria-label") and not any(img.get("alt") for img in tag.find_all("img"))
    ]
    return said + [f"{_name(tag)} has no alt" for tag in tags.named("img") if tag.get("alt") is None]


def _links(tags: Tags) -> list[str]:
    return [f"{_name(tag)} ({words(tag)}) has no address" for tag in tags.named("a") if not tag.get("href")]


def _buttons(tags: Tags) -> list[str]:
    return [f"button {words(tag)!r} has no type" for tag in tags.named("button") if not tag.get("type")]


def _tokens(tags: Tags) -> list[str]:
    return [
        f"{_name(form)} posts without csrf_token"
        for form in tags.named("form")
        if str(form.get("method", "")).lower() == "post"
        and not any(
            str(tag.get("name", "")).endswith("csrf_token") and tag.get("value") for tag in form.find_all("input")
        )
    ]


def _headings(tags: Tags) -> list[str]:
    faults, before = [], 0
    for tag in tags.named(*HEADINGS):
        level = int(tag.name[1])
        if level > before + 1:
            faults.append(f"heading {words(tag)!r} skips from h{before} to h{level}")
        before = level
    return faults


def _tables(tags: Tags) -> list[str]:
    tables = tags.named("table")
    faults = [f"{_name(table)} has no caption" for table in tables if not words(table.find("caption"))]
    faults += [f"{_name(table)} has no th" for table in tables if not table.find("th")]
    return faults + [
        f"th {words(th)!r} has no scope" for table in tables for th in table.find_all("th") if not th.get("scope")
    ]


RULES = (
    _landmarks, _language, _labels, _groups, _ids, _references, _inline,
    _names, _links, _buttons, _tokens, _headings, _tables,
)  # fmt: skip
