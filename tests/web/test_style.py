"""Our style stays small, ours and readable; our scripts stay small and evaluate nothing."""

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
import tinycss2

from app.config import ROOT

STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
OUR_STYLE = ROOT / "static" / "css" / "hanpyo.css"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LARGEST = {
    "hanpyo.css": 15 * 1000,
    "kiosk.css": 2 * 1000,
    "hall.css": 1500,
    "map.css": 2500,
    "onsite.css": 1500,
    "sheet.css": 1000,
}  # the hall's screens have a few of their own


def rules() -> Iterator[tuple[str, list[tinycss2.ast.Declaration]]]:
    """Every selector with its declarations, those inside @media too."""
    pending = [node for path in STYLES for node in tinycss2.parse_stylesheet(path.read_text(), True, True)]
    while pending:
        node = pending.pop()
        assert node.type != "error", node.message
        if node.type == "at-rule":
            pending += tinycss2.parse_rule_list(node.content, True, True)
        else:
            yield tinycss2.serialize(node.prelude).strip(), tinycss2.parse_declaration_list(node.content, True, True)


def token(name: str) -> str:
    declarations = dict(rules())[":root"]
    return next(tinycss2.serialize(one.value).strip() for one in declarations if one.name == f"--{name}")


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_our_style_stays_within_15_kb_and_a_kiosks_and_a_halls_own_within_2() -> None:
    assert {path.name for path in STYLES} == set(LARGEST)
    assert all(0 < path.stat().st_size <= LARGEST[path.name] for path in STYLES)


def test_nothing_in_the_style_is_forced_or_fetched() -> None:
    for selector, declarations in rules():
        for one in declarations:
            assert one.type == "declaration", f"{selector}: {one}"
            assert not one.important, f"{selector}: {one.name} is !important"
            assert "url(" not in tinycss2.serialize(one.value), f"{selector}: {one.name} fetches"


def test_only_the_tokens_name_colours() -> None:
    for selector, declarations in rules():
        for one in declarations:
            if selector != ":root":
                kinds = {part.type for part in one.value}
                names = {part.lower_name for part in one.value if part.type == "function"}
                assert "hash" not in kinds, f"{selector}: {one.name} names a colour"
                assert not names & {"rgb", "rgba", "hsl", "hsla"}, f"{selector}: {one.name} names a colour"


def test_every_property_of_ours_that_is_used_is_defined() -> None:
    source = "".join(path.read_text() for path in STYLES)
    used = set(re.findall(r"var\((--[a-z-]+)[,)]", source))
    assert used <= set(re.findall(r"(--[a-z-]+):", source))


TEXT_ON = [
    *product(["text", "muted", "strong", "danger"], ["paper", "ground", "tint"]),
    *((tone, f"{tone}-tint") for tone in ("danger", "warn", "good", "info")),
    *product(["text"], ["danger-tint", "warn-tint", "good-tint", "info-tint", "faint"]),
    *product(["primary", "strong", "danger", "muted", "gu", "dong", "city", "joint", "plan"], ["paper"]),
]


@pytest.mark.parametrize(("ink", "paper"), TEXT_ON)
def test_words_stand_out_from_their_ground(ink: str, paper: str) -> None:
    assert contrast(token(ink), token(paper)) >= 4.5


def test_the_edge_of_a_field_can_be_seen() -> None:
    assert contrast(token("edge"), token("paper")) >= 3


def test_body_text_is_17_px_and_targets_44() -> None:
    assert "font: 106.25%/" in OUR_STYLE.read_text()  # of the browser's 16 px
    assert float(token("target").removesuffix("rem")) * 17 >= 44


# The scripts


SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_small_and_evaluate_nothing(path: Path) -> None:
    source = path.read_text()
    assert len(source) < (7000 if path.parent.name == "recount" else 4000)
    assert not re.search(r"\beval\b|new Function|innerHTML|insertAdjacentHTML|document\.write|\.style\b", source)


def test_every_module_that_a_template_asks_for_exists() -> None:
    asked = {
        name
        for path in TEMPLATES
        for names in re.findall(r"(?:data-module=\"|modules=')([a-z -]+)", path.read_text())
        for name in names.split()
    }
    listed = set(re.findall(r"'([a-z-]+)': \(\) => import", (ROOT / "static" / "js" / "main.js").read_text()))
    there = {path.stem for path in (ROOT / "static" / "js").glob("*.js")} - {"main"}
    assert asked <= listed == there
