"""The browser's counter against app.tally: the same canonical result, byte for byte."""

import json
import re
from pathlib import Path

import pytest

from app.config import ROOT
from app.papers.rules import VOID
from app.tally import canonical
from app.tally.manifest import Manifest
from tests.recount_js.elections import Election, counted, examples
from tests.recount_js.node import lines_of
from tests.tally import worked

NO_ROLLS = {"lowered": {}, "participations": None, "present": None, "present_by_item": None, "seed": None}


def counted_in_the_browser(elections: list[Election]) -> list[str]:
    return lines_of("count_lines.mjs", [election._asdict() for election in elections])


def test_random_elections_have_the_same_result_in_both_counters() -> None:
    elections = examples(manifests=110, boxes=5)
    assert len(elections) >= 500
    ours = counted_in_the_browser(elections)
    for election, text in zip(elections, ours, strict=True):
        assert text == counted(election), json.dumps(election._asdict(), ensure_ascii=False)


def test_the_example_of_the_document_has_the_same_result_in_both_counters() -> None:
    election = Election(worked.example(), worked.ballots(), NO_ROLLS)
    (text,) = counted_in_the_browser([election])
    assert text == counted(election)
    margins = {item["id"]: item["margin"] for item in json.loads(text)["items"]}
    assert margins["A"] == {"kind": "short", "votes": int(worked.table("margins")[0]["votes"])}


def test_papers_that_do_not_count_are_void_in_both_counters() -> None:
    """A paper that was blank, spoiled or never came back lies in the box as one that says so and nothing else."""
    cast = worked.ballots()
    election = Election(worked.example(), {**cast, "residents": [*cast["residents"], [*VOID], [*VOID]]}, NO_ROLLS)
    (text,) = counted_in_the_browser([election])
    assert text == counted(election)
    theirs, plain = (json.loads(one)["chambers"][0] for one in (text, counted(election._replace(ballots=cast))))
    assert (theirs["cast"], theirs["valid"]) == (plain["cast"] + 2, plain["valid"])


def test_large_sums_stay_exact() -> None:
    """Points and won beyond what a floating point number holds, in sums and in products."""
    data = worked.for_chambers(worked.example(), kind="scores", score_range=[0, 2**50])
    for item in data["items"]:
        item["cost"] = 2**52 - item["number"]
    data["pots"][0]["cap"] = 2**53 - 1
    ballots = {
        "residents": [{"A": 2**49 + 1, "B": 2**49}, {"A": 2**49, "B": 2**49 + 2}],
        "committee": [{"C": 2**50 - 1, "D": 1}],
    }
    election = Election(data, ballots, {**NO_ROLLS, "seed": "s"})
    assert counted_in_the_browser([election]) == [counted(election)]


def test_names_that_mean_something_to_javascript_are_names_like_others() -> None:
    data = worked.example()
    names = dict(zip("ABCD", ["__proto__", "constructor", "10", "9"], strict=True))
    for item in data["items"]:
        item["id"] = names[item["id"]]
    data["chambers"][1]["id"] = "toString"
    data["tie_order"] = ["toString", "ballot-number"]
    sections = {"life": "__proto__", "safety": "hasOwnProperty"}
    data["sections"] = [{**section, "id": sections[section["id"]]} for section in data["sections"]]
    data["items"] = [{**item, "section": sections[item["section"]]} for item in data["items"]]
    for chamber in data["chambers"]:
        chamber["picks"] = {sections[name]: limits for name, limits in chamber["picks"].items()}
    cast = worked.ballots()
    ballots = {"residents": cast["residents"], "toString": cast["committee"]}
    renamed = {chamber: [[names[pick] for pick in picks] for picks in box] for chamber, box in ballots.items()}
    election = Election(data, renamed, NO_ROLLS)
    assert counted_in_the_browser([election]) == [counted(election)]


def test_the_order_of_keys_in_the_rules_and_rolls_changes_nothing() -> None:
    """Two that are equal have one hash, and so must their results."""
    data = worked.example()
    rolls = {**NO_ROLLS, "present_by_item": {"committee": {"D": 9, "A": 9, "C": 9, "B": 9}}}
    for chamber in data["chambers"]:
        chamber["picks"] = dict(reversed(chamber["picks"].items()))
    turned = Election(data, worked.ballots(), rolls)
    straight = Election(canonical.loads(canonical.dumps(data)), turned.ballots, canonical.loads(canonical.dumps(rolls)))
    assert Manifest.from_json(data).sha256 == Manifest.from_json(straight.manifest).sha256
    assert {counted(turned), counted(straight), *counted_in_the_browser([turned, straight])} == {counted(straight)}


@pytest.mark.parametrize("path", sorted((ROOT / "static" / "js" / "recount").glob("*.js")), ids=lambda path: path.name)
def test_the_modules_know_no_decimals_no_clock_and_nothing_that_is_not_theirs(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\d\.\d|parseFloat|toFixed|Date\.now|new Date\(\)|performance|Math\.random", source)
    assert all(name.startswith("./") for name in re.findall(r"from '([^']+)'", source))
