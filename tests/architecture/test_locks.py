"""`make check` notices a lock that was not made again after its requirements had changed."""

import importlib.util
import shutil
from pathlib import Path

import pytest

from app.config import ROOT

SPEC = importlib.util.spec_from_file_location("checks", ROOT / ".ci" / "checks.py")
assert SPEC and SPEC.loader
checks = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(checks)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    (tmp_path / "bench").mkdir()
    for name in (*checks.ASKED, *checks.ASKED.values()):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_the_locks_fit_what_is_asked_for(copied: Path) -> None:
    assert list(checks.asked(copied)) == []


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in", "bench/requirements.in"])
@pytest.mark.parametrize("line", ["a-package-not-locked", "Flask_Babel>=999", "ruff<0.0.1", "pabutools==0.1"])
def test_one_that_does_not_fit_is_named(copied: Path, name: str, line: str) -> None:
    with (copied / name).open("a") as file:
        file.write(f"\n{line}  # not locked\n")
    (fault,) = checks.asked(copied)
    assert fault.startswith(f"{checks.ASKED[name]}: has ") and f"{name} asks for {line} (make lock)" in fault


def test_one_name_in_two_spellings_is_one_package(copied: Path) -> None:
    with (copied / "requirements.in").open("a") as file:
        file.write("\nFlask_Babel\n")
    assert list(checks.asked(copied)) == []
