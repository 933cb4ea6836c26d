"""Every table of docs/tally.md, counted."""

import json
from fractions import Fraction
from typing import Any

import pytest

from app.tally import counting, exact, explain, paper
from app.tally.manifest import Manifest
from app.tally.order import lot
from app.tally.result import ItemRow, Result
from tests.tally import worked
from tests.tally.worked import MILLION, example, example_with, for_chambers, json_of, table

SEED = "3 11 15 29 35 44"


def counted(manifest: Manifest, seed: str | None = None) -> Result:
    return counting.count(manifest, worked.ballots(), seed=seed)


def rows_of(result: Result) -> dict[str, ItemRow]:
    return {row.id: row for row in result.items}


def grants(result: Result) -> dict[str, str]:
    """As the document writes them: million won and reason."""
    return {row.id: f"{row.funded // MILLION} {row.reason}" for row in result.items}


def written(row: dict[str, str]) -> dict[str, str]:
    return {item: row[item] for item in "ABCD"}


def test_the_printed_hash_is_the_hash_of_the_printed_manifest() -> None:
    assert example_with().sha256 == worked.quoted_after("SHA-256: ")


def test_the_ballots_add_up_to_the_printed_votes() -> None:
    rows = rows_of(counted(example_with()))
    for line in table("votes"):
        votes = {chamber: figure.votes for chamber, figure in rows[line["item"]].chambers.items()}
        assert votes == {"residents": int(line["residents"]), "committee": int(line["committee"])}


@pytest.mark.parametrize("line", table("ballots-validity"), ids=lambda line: f"{line['ballot']} {line['change']}")
def test_a_ballot_has_the_printed_faults(line: dict[str, str]) -> None:
    manifest = Manifest.from_json(for_chambers(example(), **json_of(line["change"])))
    reading = paper.check(manifest, "residents", json_of(line["ballot"]))
    assert [fault.code for fault in reading.faults] == worked.words(line["faults"])


@pytest.mark.parametrize("line", table("ranking"), ids=lambda line: line["ballot"])
def test_a_ranking_gives_the_printed_points(line: dict[str, str]) -> None:
    data = for_chambers(example(), kind="ranking", picks=json_of(line["picks"]), total=None)
    result = counting.count(Manifest.from_json(data), {"residents": [json_of(line["ballot"])]}, seed=SEED)
    points = {row.id: row.chambers["residents"].votes for row in result.items if row.chambers["residents"].picks}
    assert points == json_of(line["points"])


@pytest.mark.parametrize("line", table("normalisation"), ids=lambda n: f"{n['rule']} {n['scope']} {n['item']}")
def test_votes_become_the_printed_figures(line: dict[str, str]) -> None:
    data = for_chambers(example(), normalisation=line["rule"], scope=line["scope"])
    row = rows_of(counted(Manifest.from_json(data)))[line["item"]]
    figures = {chamber: exact.text(part.figure) for chamber, part in row.chambers.items()}
    assert figures == {"residents": line["residents"], "committee": line["committee"]}
    assert exact.text(row.score) == line["score"]
    assert exact.shown(row.score) == line["shown"]
    assert row.place == int(line["place"])


def test_one_ballot_weighs_what_is_printed() -> None:
    lines = {line["chamber"]: line for line in table("ballot-weight")}
    ballots = {chamber: [["A", "C"]] * int(line["ballots"]) for chamber, line in lines.items()}
    for row in counting.count(example_with(), ballots).chambers:
        line = lines[row.id]
        assert row.ballot_weight is not None and row.ratio is not None
        found = [exact.text(value) for value in (row.weight, row.ballot_weight, row.ratio)]
        assert found == [line["weight"], line["ballot_weight"], line["ratio"]]


@pytest.mark.parametrize("line", table("ties"), ids=lambda line: line["rule"])
def test_a_tie_is_broken_as_printed(line: dict[str, str]) -> None:
    order = [line["rule"]] if line["rule"] in ("ballot-number", "lot") else [line["rule"], "ballot-number"]
    result = counted(example_with(tie_order=order), seed=SEED)
    (tie,) = result.ties
    assert tie.items[0] == result.items[0].id == line["first"]
    assert set(tie.items) == {"B", "D"}
    assert tie.settled_by == [line["rule"]]


def test_the_lots_are_the_printed_ones() -> None:
    manifest = example_with(tie_order=["lot"])
    assert worked.quoted_after("이 경우 규칙서의 값은 ") == manifest.sha256
    assert worked.quoted_after("씨앗이 ") == SEED
    for line in table("lot"):
        assert [lot(manifest.sha256, SEED, line["item"])] == worked.words(line["value"])


@pytest.mark.parametrize("line", table("decisive"), ids=lambda line: line["cap"])
def test_a_tie_says_whether_it_decided(line: dict[str, str]) -> None:
    result = counted(with_changes({"cap": int(line["cap"]) * MILLION}))
    assert grants(result) == written(line)
    assert result.ties[0].decisive is (line["decisive"] == "yes")
    lost = rows_of(result)["D"].reference
    assert (lost is not None and list(lost.items) == ["B"]) is (line["decisive"] == "yes")


@pytest.mark.parametrize("line", table("policies"), ids=lambda line: line["policy"])
def test_a_cap_policy_funds_what_is_printed(line: dict[str, str]) -> None:
    result = counted(example_with(cap_policy=json_of(line["policy"])))
    assert grants(result) == written(line)
    (pot,) = result.pots
    assert (pot.left, pot.excess) == (int(line["left"]) * MILLION, int(line["excess"]) * MILLION)
    assert result.publishable


@pytest.mark.parametrize("line", table("conditions"), ids=lambda line: line["change"])
def test_a_condition_funds_what_is_printed(line: dict[str, str]) -> None:
    assert grants(counted(with_changes(json_of(line["change"])))) == written(line)


def with_changes(change: dict[str, Any]) -> Manifest:
    """The example with another cap, with thresholds by chamber, quotas by name, or exclusions by item."""
    data = example()
    data["pots"][0]["cap"] = change.pop("cap", data["pots"][0]["cap"])
    for item in data["items"]:
        item["excludes"] = change.get("excludes", {}).get(item["id"], [])
    for chamber in data["chambers"]:
        chamber["threshold"] = change.get(chamber["id"])
    data["quotas"].update({name: value for name, value in change.items() if name in data["quotas"]})
    return Manifest.from_json(data)


def test_the_printed_reasons_are_all_there_are() -> None:
    printed = {words for line in table("reasons") for words in worked.words(line["code"])}
    reached = {
        line[item].split()[1]
        for name in ("decisive", "policies", "conditions")
        for line in table(name)
        for item in "ABCD"
    }
    assert reached == printed


def test_margins_are_the_printed_ones() -> None:
    margins = {row.id: row.margin for row in counted(example_with()).items}
    for line in table("margins"):
        margin = margins[line["item"]]
        found = ("", "") if margin is None else (margin.kind, str(margin.votes))
        assert found == (line["kind"], line["votes"])


@pytest.mark.parametrize(("more", "funded"), [(37, False), (38, True)])
def test_the_printed_margin_is_what_the_ballots_themselves_give(more: int, funded: bool) -> None:
    data = for_chambers(example(), total=[0, 2])
    ballots = worked.ballots()
    ballots["residents"] += [["A"]] * more
    row = rows_of(counting.count(Manifest.from_json(data), ballots))["A"]
    assert (row.outcome == "funded") is funded


def test_other_rules_change_what_is_printed() -> None:
    manifest = example_with()
    variants = explain.stability(manifest, counting.empty_boxes(manifest, worked.ballots()))
    found = [(v.kind, v.name, " ".join(v.enters), " ".join(v.leaves)) for v in variants]
    assert found == [(n["kind"], n["name"], n["enters"], n["leaves"]) for n in table("stability")]


def test_the_document_shows_the_published_fractions() -> None:
    result = json.loads(json.dumps(counted(example_with()).to_json()))
    first = result["items"][0]
    assert first["score"] == {"exact": "3/10", "shown": "0.3000"}
    assert sum(Fraction(item["score"]["exact"]) for item in result["items"]) == 1
