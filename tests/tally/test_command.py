"""`python -m app.tally pb FILE...`: what it prints and what it answers to the shell."""

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from app.tally.__main__ import _decimal, main
from tests.tally.pb_text import FOLDER, pb, written

KEYS = ["file", "vote_type", "rule", "budget", "ballots", "void", "selected", "cost", "official", "matches", "seconds"]


def lines_of(capsys: pytest.CaptureFixture[str]) -> tuple[list[str], list[str]]:
    captured = capsys.readouterr()
    return captured.out.splitlines(), captured.err.splitlines()


def test_one_json_object_per_file_in_file_order(capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(FOLDER / name) for name in ("poznan.pb", "approval.pb", "ordinal.pb")]
    assert main(["pb", *files, "--rule", "auto", "--json"]) == 0
    results = [json.loads(line) for line in lines_of(capsys)[0]]
    assert [list(result) for result in results] == [KEYS] * 3
    assert [result["file"] for result in results] == files
    assert {key: results[1][key] for key in KEYS[1:-1]} == {
        "vote_type": "approval",
        "rule": "greedy",
        "budget": 100,
        "ballots": 6,
        "void": 2,
        "selected": ["b", "c"],
        "cost": 90,
        "official": ["b", "c"],
        "matches": True,
    }


def test_decimals_are_printed_digit_by_digit(capsys: pytest.CaptureFixture[str]) -> None:
    main(["pb", str(FOLDER / "ordinal.pb"), "--json"])
    line = lines_of(capsys)[0][0]
    assert '"budget": 2160234.87,' in line
    assert '"cost": 2000000.49,' in line


@pytest.mark.parametrize(
    ("value", "text"),
    [(5, "5"), (Fraction(-1, 2), "-0.5"), (Fraction(1, 1000), "0.001"), (Fraction(10**30 + 1, 100), f"1{'0' * 28}.01")],
)
def test_decimal_digits(value: Fraction, text: str) -> None:
    assert _decimal(value) == text


def test_a_named_rule_is_followed_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    main(["pb", str(FOLDER / "choose_1.pb"), "--rule", "greedy", "--json"])
    result = json.loads(lines_of(capsys)[0][0])
    assert (result["rule"], result["selected"], result["matches"]) == ("greedy", ["1", "3", "4"], False)


def test_no_official_outcome_is_null(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["pb", str(written(tmp_path, pb([("a", 1)], ["a"]))), "--json"])
    result = json.loads(lines_of(capsys)[0][0])
    assert (result["official"], result["matches"]) == (None, None)


def test_a_broken_file_costs_one_line_and_the_others_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = written(tmp_path, pb([("a", 1)], ["a", "ghost"]), "broken.pb")
    missing = tmp_path / "missing.pb"
    good = [FOLDER / "approval.pb", FOLDER / "scoring.pb"]
    assert main(["pb", str(good[0]), str(broken), str(missing), str(good[1]), "--json"]) == 2
    out, err = lines_of(capsys)
    assert [json.loads(line)["file"] for line in out] == [str(file) for file in good]
    assert len(err) == 2
    assert err[0].startswith(f"{broken}:13: 없는 사업 번호")
    assert err[1].startswith(f"{missing}:0: ")


def test_without_json_a_person_can_read_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pb", str(FOLDER / "approval.pb")]) == 0
    text = "\n".join(lines_of(capsys)[0])
    assert "선정 · selected: 2: b, c" in text
    assert "공식 결과 · official outcome: 일치 · agrees" in text


@pytest.mark.parametrize("arguments", [[], ["pb"], ["pb", "a.pb", "--rule", "lottery"], ["pb", "a.pb", "--fast"]])
def test_a_wrong_command_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2


def test_it_runs_alone_without_flask_or_a_database() -> None:
    code = (
        "import sys; from app.tally.__main__ import main; answer = main(sys.argv[1:]);"
        "print(sorted({'flask', 'sqlalchemy'} & set(sys.modules))); sys.exit(answer)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "pb", str(FOLDER / "approval.pb")], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_module_is_the_command() -> None:
    command = [sys.executable, "-m", "app.tally", "pb", str(FOLDER / "scoring.pb"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    assert json.loads(done.stdout)["selected"] == ["b"]
