"""What a broken `.pb` file gets: the line, what is wrong there, in words for people."""

from pathlib import Path

import pytest

from app.tally.pabulib import read
from app.tally.pabulib_faults import SENTENCES, PbError
from tests.tally.pb_text import pb, written

GOOD = pb(
    [("a", 60, 1), ("b", 50, 0)],
    ["a", "a,b", "b"],
    columns="project_id;cost;selected",
    num_projects=2,
    max_length=2,
)
"""META 1–8, PROJECTS 9–12, VOTES 13–17."""

POINTS = pb([("a", 60), ("b", 50)], ["a,b;2,1"], vote_type="cumulative")


def fault(folder: Path, text: str | bytes) -> PbError:
    with pytest.raises(PbError) as caught:
        read(written(folder, text))
    return caught.value


def test_the_unbroken_file_is_read(tmp_path: Path) -> None:
    assert read(written(tmp_path, GOOD)).votes == (2, 2)


@pytest.mark.parametrize(
    ("broken", "line", "code"),
    [
        ("", 1, "missing-section"),
        (GOOD.replace("META", "META;", 1), 1, "missing-section"),
        (GOOD.split("PROJECTS")[0], 8, "missing-section"),
        (GOOD.split("VOTES")[0], 12, "missing-section"),
        (GOOD.split("voter_id")[0], 13, "missing-column"),
        (GOOD.replace("key;value\n", ""), 2, "missing-column"),
        (GOOD.replace("project_id;cost", "id;cost"), 10, "missing-column"),
        (GOOD.replace("project_id;cost;selected\n", ""), 10, "missing-column"),
        (GOOD.replace("voter_id;vote", "voter_id;votes"), 14, "missing-column"),
        (GOOD.replace("voter_id;vote\n", ""), 14, "missing-column"),
        (POINTS.replace("vote;points", "vote;marks"), 12, "missing-column"),
        (GOOD.replace("budget;100\n", ""), 1, "missing-meta"),
        (GOOD.replace("budget;100", "budget;"), 1, "missing-meta"),
        (GOOD.replace("vote_type;approval\n", ""), 1, "missing-meta"),
        (GOOD.replace("budget;100", "budget;1,5"), 3, "number"),
        (GOOD.replace("budget;100", "budget;-100"), 3, "number"),
        (GOOD.replace("vote_type;approval", "vote_type;veto"), 4, "vote-type"),
        (GOOD.replace("max_length;2", "max_length;2.5"), 8, "number"),
        (GOOD.replace("rule;greedy", "greedy"), 5, "cells"),
        (GOOD.replace("rule;greedy", "rule;gree\0dy"), 5, "control-character"),
        (GOOD.replace("a;60;1", "a\x1b;60;1"), 11, "control-character"),
        (GOOD.replace("a;60;1", "a;sixty;1"), 11, "number"),
        (GOOD.replace("a;60;1", "a;6e1;1"), 11, "number"),
        (GOOD.replace("a;60;1", "a;;1"), 11, "number"),
        (GOOD.replace("a;60;1", "a;-60;1"), 11, "number"),
        (GOOD.replace("a;60;1", "a;60;yes"), 11, "number"),
        (GOOD.replace("b;50;0", "b;50"), 12, "cells"),
        (GOOD.replace("b;50;0", "b;50;0;x"), 12, "cells"),
        (GOOD.replace("b;50;0", "a;50;0"), 12, "same-project"),
        (GOOD.replace("b;50;0", ";50;0"), 12, "no-project-id"),
        (GOOD.replace("a;60;1\nb;50;0\n", "").replace("num_projects;2\n", ""), 10, "empty-section"),
        (GOOD.replace("b;50;0\n", ""), 12, "cut-off"),
        (GOOD.split("1;a\n")[0].replace("num_votes;3\n", ""), 13, "empty-section"),
        (GOOD.split("3;b\n")[0], 16, "cut-off"),
        (GOOD.split("3;b\n")[0] + "3", 17, "cells"),
        (GOOD.replace("2;a,b", "2;a,ghost"), 16, "unknown-project"),
        (GOOD.replace("2;a,b", "2;a,"), 16, "unknown-project"),
        (GOOD.replace("2;a,b", "2;a,b;30"), 16, "cells"),
        (GOOD.replace("a;60;1", '"a;60;1'), 11, "quoting"),
        (GOOD.replace("2;a,b", '2;"a,b'), 16, "quoting"),
        (POINTS.replace("2,1", "2"), 13, "points"),
        (POINTS.replace("2,1", "2,x"), 13, "number"),
        (GOOD.replace("a,b", "a,é").encode("latin-1"), 16, "encoding"),
        (GOOD.encode("utf-16"), 1, "encoding"),
    ],
)
def test_a_fault_names_its_line(tmp_path: Path, broken: str | bytes, line: int, code: str) -> None:
    found = fault(tmp_path, broken)
    assert (found.line, found.code) == (line, code)


def test_a_bad_byte_is_found_past_the_first_block_read(tmp_path: Path) -> None:
    votes = ["a"] * 20_000
    raw = pb([("a", 60)], votes).encode() + b"x;\xff\n"
    assert fault(tmp_path, raw).line == raw.count(b"\n")


def test_a_missing_file_is_a_fault_without_a_line(tmp_path: Path) -> None:
    with pytest.raises(PbError) as caught:
        read(tmp_path / "nowhere.pb")
    assert (caught.value.line, caught.value.code) == (0, "unreadable")


def test_the_line_is_counted_past_cells_that_span_lines(tmp_path: Path) -> None:
    found = fault(tmp_path, GOOD.replace("rule;greedy", 'rule;"greedy\n"').replace("a,b", "a,ghost"))
    assert found.line == 17


def test_both_languages_say_what_and_where(tmp_path: Path) -> None:
    found = fault(tmp_path, GOOD.replace("2;a,b", "2;a,ghost"))
    assert found.korean == "없는 사업 번호에 투표했습니다: 'ghost'"
    assert str(found) == f"16: {found.korean} / a vote for an unknown project 'ghost'"


@pytest.mark.parametrize("code", SENTENCES)
def test_every_sentence_asks_for_the_same_values_in_both_languages(code: str) -> None:
    values = dict.fromkeys(("reason", "section", "column", "key", "expected", "found", "value", "id"), "?")
    fault = PbError(1, code, values)
    assert fault.korean.count("?") == fault.english.count("?")
