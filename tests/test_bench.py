"""The figures can be taken: the smallest run prints every ratio. Whether they are good is for a quiet machine."""

import subprocess
import sys

import pytest

from app.config import ROOT

FIGURES = (
    "cast on postgresql",
    "cast on sqlite",
    "ballot page",
    "results page",
    "memory of a worker",
    "growth of the count",
    "count of a round",
    "leaves into the tree",
    "opening",
    "growth of the opening",
    "memory of the opening",
    "recount of a bundle",
    "memory of the recount",
)


@pytest.fixture(scope="module")
def printed() -> str:
    command = [sys.executable, "-m", "bench", "--small", "web", "tally", "box"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300).stdout


@pytest.mark.parametrize("figure", FIGURES)
def test_the_smallest_run_prints_this_figure(printed: str, figure: str) -> None:
    line = next(line for line in printed.splitlines() if line.startswith(figure))
    assert any(character.isdigit() for character in line)


def test_it_says_where_and_how_it_was_run(printed: str) -> None:
    assert (
        "machine: " in printed and "command: python -m bench --small web tally box" in printed and "date: " in printed
    )
