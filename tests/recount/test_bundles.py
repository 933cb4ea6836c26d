"""What the program says of a bundle: of a true one that everything holds, of others the first thing that does not."""

import ast
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.crypto.signing import SigningKey
from app.tally import canonical
from tests.recount.bundles import PROGRAM, Files, certified, files, program, zipped
from tests.tally import worked

recount = program()
KEY = SigningKey(bytes(range(32)))
ROLLS = {
    "participations": {"residents": {"online": 60, "desk": 40}, "committee": {"meeting": 10}},
    "present": {"committee": 12},
    "lowered": {},
    "seed": "3 11 15",
}
MOST_LINES = 725
EVIDENCE_FREE = {"README.txt", "recount.py"}  # nothing rests on them


@pytest.fixture(scope="module")
def signed() -> Files:
    return files(worked.example(), worked.ballots(), key=KEY, checkpoints=(0, 1, 77, 77, 110), **ROLLS)


@pytest.fixture(scope="module")
def plain() -> Files:
    return files(worked.example(), worked.ballots(), **ROLLS)


@pytest.fixture
def judge(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> Callable[..., tuple[int, str]]:
    """Runs the program in here on some files, or on raw bytes."""

    def run(made: Files | bytes, *options: str) -> tuple[int, str]:
        path = tmp_path / "bundle.zip"
        path.write_bytes(made if isinstance(made, bytes) else zipped(made))
        status = recount.main([str(path), *options])
        return status, capsysbinary.readouterr().out.decode()

    return run


Judge = Callable[..., tuple[int, str]]


def refused(verdict: tuple[int, str], *named: str) -> None:
    status, said = verdict
    assert status == 1
    assert said.count("\n") == 1
    assert "맞지 않습니다 · Does not hold" in said
    assert [word for word in named if word not in said] == [], said


def test_a_true_bundle_holds_and_its_result_is_told_in_words(signed: Files, judge: Judge) -> None:
    status, said = judge(signed, "--lang", "ko")
    assert status == 0
    for words in (
        "보기",
        "주민: 표 100",
        "2위 마을 텃밭: 450,000,000",
        "한도 1,000,000,000",
        "서명이 맞음",
        "기록 110",
        "모두 맞습니다",
    ):
        assert words in said
    status, said = judge(signed, "--lang", "en")
    assert status == 0
    for words in (
        "Example",
        "Residents: 100 ballots",
        "Village garden: 450,000,000",
        "The signature fits",
        "everything holds",
    ):
        assert words in said


def test_without_a_key_in_the_rules_it_says_that_nobody_signed(plain: Files, judge: Judge) -> None:
    status, said = judge(plain, "--lang", "en")
    assert status == 0
    assert "Not signed" in said


def test_a_packed_bundle_holds_as_well(plain: Files, judge: Judge) -> None:
    assert judge(zipped(plain, compression=zipfile.ZIP_DEFLATED))[0] == 0


def test_an_election_nobody_voted_in_holds(judge: Judge) -> None:
    assert judge(files(worked.example(), {}, seed="3"), "--lang", "ko")[0] == 0


def test_one_changed_byte_anywhere_is_found_and_its_file_is_named(signed: Files, judge: Judge) -> None:
    for name in sorted(signed.keys() - EVIDENCE_FREE):
        content = signed[name]
        for place in {0, len(content) - 1, *random.Random(name).sample(range(len(content)), 25)}:
            other = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
            status, said = judge(signed | {name: other})
            assert status == 1, (name, place)
            assert name in said or "certificate.json" in said, (name, place, said)


def test_one_changed_byte_of_the_zip_is_never_a_traceback(plain: Files, judge: Judge) -> None:
    whole = zipped(plain)
    for place in random.Random(1).sample(range(len(whole)), 300):
        status, said = judge(whole[:place] + bytes([whole[place] ^ 255]) + whole[place + 1 :], "--lang", "ko")
        assert status in (0, 1)  # the time of a file, say, is not checked
        assert said


def test_a_truncated_zip_is_refused(plain: Files, judge: Judge) -> None:
    whole = zipped(plain)
    for length in range(0, len(whole), 997):
        refused(judge(whole[:length]), "bundle.zip")


def _ballots(made: Files, change: Callable[[list[bytes]], list[bytes]]) -> Files:
    name = "ballots/residents.jsonl"
    return made | {name: b"".join(change(made[name].splitlines(keepends=True)))}


def _rules(made: Files, **changes: Any) -> Files:
    return made | {"manifest.json": canonical.dumps({**canonical.loads(made["manifest.json"]), **changes})}


def _result(made: Files, change: Callable[[Any], object]) -> Files:
    result = canonical.loads(made["result.json"])
    change(result)
    return made | {"result.json": canonical.dumps(result)}


A, B = b'["A","B"]\n', b'["B","D"]\n'
CERTIFIED: dict[str, tuple[Callable[[Files], Files], tuple[str, ...]]] = {
    "other ballots": (lambda f: _ballots(f, lambda b: [A, *b[:-1]]), ("result.json items 1 ",)),
    "unsorted": (lambda f: _ballots(f, lambda b: b[::-1]), ("residents.jsonl", "not sorted", "line 11")),
    "an envelope": (lambda f: _ballots(f, lambda b: [*b, b'{"choices":["A"]}\n']), ("line 101", "nothing else")),
    "a decimal": (lambda f: _ballots(f, lambda b: [*b, b"{1.5}\n"]), ("line 101", "canonical")),
    "a space": (lambda f: _ballots(f, lambda b: [b'["A", "B"]\n', *b]), ("line 1:", "canonical")),
    "not a number": (lambda f: _ballots(f, lambda b: [*b, b"[NaN]\n"]), ("line 101", "canonical")),
    "a huge number": (lambda f: _ballots(f, lambda b: [*b, b"[" + b"9" * 5000 + b"]\n"]), ("line 101", "canonical")),
    "a large number": (lambda f: _ballots(f, lambda b: [*b, b"[9007199254740992]\n"]), ("line 101", "canonical")),
    "a deep ballot": (
        lambda f: _ballots(f, lambda b: [*b, b"[" * 9999 + b"]" * 9999 + b"\n"]),
        ("line 101", "canonical"),
    ),
    "not UTF-8": (lambda f: _ballots(f, lambda b: [*b, b'["\xff"]\n']), ("line 101", "canonical")),
    "half a pair": (lambda f: _ballots(f, lambda b: [*b, b'["\\ud800"]\n']), ("line 101", "canonical")),
    "an endless line": (
        lambda f: _ballots(f, lambda b: [*b, b"[" * (2**20 + 1) + b"\n"]),
        ("line 101", "does not end"),
    ),
    "no last newline": (lambda f: _ballots(f, lambda b: [*b[:-1], b[-1][:-1]]), ("line 100", "does not end")),
    "a wrong sum": (
        lambda f: _result(f, lambda r: r["items"][0]["chambers"]["residents"].update(votes=51)),
        ("result.json items 1 chambers residents votes", "expected: 50", "got: 51"),
    ),
    "another winner": (lambda f: _result(f, lambda r: r["items"].reverse()), ("result.json items 1 ",)),
    "a missing key": (lambda f: _result(f, lambda r: r.pop("pots")), ("result.json",)),
    "other rules": (lambda f: _rules(f, cap_policy={"kind": "stop"}), ("result.json",)),
    "version 2": (lambda f: _rules(f, version=2), ("manifest.json", "unknown version", "got: 2")),
    "a rule too many": (lambda f: _rules(f, more=1), ("manifest.json", "wrong shape")),
    "no weight": (lambda f: _rules(f, chambers=[]), ("manifest.json chambers", "no sense")),
    "spaces": (
        lambda f: f | {"manifest.json": json.dumps(json.loads(f["manifest.json"])).encode()},
        ("manifest.json",),
    ),
    "rolls of nobody": (lambda f: _rolls(f, present={"nobody": 3}), ("rolls.json",)),
    "rolls of no item": (lambda f: _rolls(f, present_by_item={"committee": {"Z": 3}}), ("rolls.json",)),
    "no seed": (lambda f: _rolls(f, seed=3), ("rolls.json.seed",)),
}


def _rolls(made: Files, **changes: Any) -> Files:
    return made | {"rolls.json": canonical.dumps({**canonical.loads(made["rolls.json"]), **changes})}


@pytest.mark.parametrize("what", CERTIFIED)
def test_what_is_certified_and_yet_false_is_named(what: str, plain: Files, judge: Judge) -> None:
    change, named = CERTIFIED[what]
    refused(judge(certified(change(plain))), *named)


UNCERTIFIED: dict[str, tuple[Callable[[Files], Files], tuple[str, ...]]] = {
    "a ballot too few": (
        lambda f: _ballots(f, lambda b: b[1:]),
        ("ballots/residents.jsonl", "expected: 100", "got: 99"),
    ),
    "a ballot too many": (lambda f: _ballots(f, lambda b: [A, *b]), ("ballots/residents.jsonl", "got: 101")),
    "a changed ballot": (
        lambda f: _ballots(f, lambda b: [*b[:-1], b'["D","C"]\n']),
        ("ballots/residents.jsonl", "SHA-256"),
    ),
    "other rules": (lambda f: _rules(f, tie_order=["lot"]), ("manifest.json", "SHA-256")),
    "other rolls": (lambda f: _rolls(f, seed="4"), ("rolls.json", "SHA-256")),
    "another result": (lambda f: _result(f, lambda r: r.update(round="x")), ("result.json", "SHA-256")),
    "another round": (
        lambda f: certified(f, round="x"),
        ("certificate.json round", "expected: 'example-2027'", "got: 'x'"),
    ),
    "another box": (lambda f: certified(f, ballots={}), ("certificate.json ballots",)),
    "a certificate of version 2": (lambda f: certified(f, version=2), ("certificate.json", "unknown version")),
    "signed by no key": (lambda f: certified(f, KEY), ("certificate.json signature",)),
    "a missing file": (lambda f: {n: c for n, c in f.items() if n != "rolls.json"}, ("rolls.json", "missing")),
    "missing ballots": (
        lambda f: {n: c for n, c in f.items() if "commi" not in n},
        ("ballots/committee.jsonl", "missing"),
    ),
    "an extra file": (lambda f: f | {"a.txt": b"x"}, ("a.txt", "should not be there")),
    "an extra checkpoint": (lambda f: f | {"checkpoints/000001.txt": b"x"}, ("checkpoints/000001.txt", "not be there")),
    "a hostile name": (lambda f: f | {"\x1b[2J": b"x"}, ("?[2J", "should not be there")),
}


@pytest.mark.parametrize("what", UNCERTIFIED)
def test_what_is_not_as_certified_is_named(what: str, plain: Files, judge: Judge) -> None:
    change, named = UNCERTIFIED[what]
    refused(judge(change(plain)), *named)


def _note(made: Files, number: int, change: Callable[[str], str]) -> Files:
    name = f"checkpoints/{number:06}.txt"
    return made | {name: change(made[name].decode()).encode()}


def _with_a_spare_bit(note: str) -> str:
    """The last character before the padding has two bits that no byte needs."""
    return f"{note[:-3]}{chr(ord(note[-3]) + 1)}=\n"


SIGNED: dict[str, tuple[Callable[[Files], Files], tuple[str, ...]]] = {
    "not signed": (lambda f: certified(f), ("certificate.json signature",)),
    "signed by another": (lambda f: certified(f, SigningKey(bytes(32))), ("certificate.json signature",)),
    "another size": (lambda f: _note(f, 2, lambda n: n.replace("\n1\n", "\n2\n")), ("000002.txt", "not signed by")),
    "unsigned": (lambda f: _note(f, 2, lambda n: n.replace("— han", "— can")), ("000002.txt", "not signed")),
    "other padding": (lambda f: _note(f, 2, _with_a_spare_bit), ("000002.txt", "not base64")),
    "not text": (lambda f: f | {"checkpoints/000002.txt": b"\xff"}, ("000002.txt", "not a checkpoint")),
    "a leaf that is not text": (lambda f: f | {"leaves.txt": b"\xff" + f["leaves.txt"][1:]}, ("leaves.txt", "line 1")),
    "not a note": (lambda f: _note(f, 2, lambda n: n.replace("\n\n", "\n")), ("000002.txt", "not a checkpoint")),
    "of another box": (lambda f: _note(f, 2, lambda n: n.replace("hanpyo/", "other/")), ("000002.txt", "another box")),
    "swapped": (
        lambda f: (
            f
            | {
                "checkpoints/000002.txt": f["checkpoints/000003.txt"],
                "checkpoints/000003.txt": f["checkpoints/000002.txt"],
            }
        ),
        ("000003.txt", "fewer than before"),
    ),
    "a gap": (lambda f: {n: c for n, c in f.items() if "000002" not in n}, ("checkpoints/000002.txt", "missing")),
    "the last left out": (
        lambda f: {n: c for n, c in f.items() if "000005" not in n},
        ("leaves.txt", "more than in the last checkpoint"),
    ),
    "no checkpoints": (lambda f: {n: c for n, c in f.items() if "checkp" not in n}, ("000001.txt", "missing")),
    "no leaves": (lambda f: {n: c for n, c in f.items() if n != "leaves.txt"}, ("leaves.txt", "missing")),
    "another leaf": (
        lambda f: f | {"leaves.txt": f["leaves.txt"][:65] + b"0" * 64 + f["leaves.txt"][129:]},
        ("000003.txt", "not the root of leaves.txt"),
    ),
    "a leaf too few": (lambda f: f | {"leaves.txt": f["leaves.txt"][:-65]}, ("leaves.txt", "line 110")),
    "a leaf too many": (lambda f: f | {"leaves.txt": f["leaves.txt"] + b"0" * 64 + b"\n"}, ("leaves.txt", "more than")),
    "no leaf": (lambda f: f | {"leaves.txt": b"x" + f["leaves.txt"][1:]}, ("leaves.txt", "line 1", "expected: 'hash'")),
    "another root": (
        lambda f: certified(f, KEY, log={"root": "0" * 64, "size": 110}),
        ("certificate.json log", "not the last checkpoint"),
    ),
    "no log": (lambda f: certified(f, KEY, log=None), ("checkpoints/000001.txt", "should not be there")),
}


@pytest.mark.parametrize("what", SIGNED)
def test_what_is_signed_and_yet_false_is_named(what: str, signed: Files, judge: Judge) -> None:
    change, named = SIGNED[what]
    refused(judge(change(signed)), *named)


def test_signatures_by_others_are_passed_over(signed: Files, judge: Judge) -> None:
    witnessed = _note(signed, 2, lambda note: f"{note}— witness AAAAAAA=\n")
    assert judge(witnessed, "--lang", "ko")[0] == 0


def test_fewer_sealed_ballots_than_ballots_are_refused(judge: Judge) -> None:
    fewer = files(worked.example(), worked.ballots(), key=KEY, checkpoints=(77,), **ROLLS)
    fewer["leaves.txt"] = fewer["leaves.txt"][: 77 * 65]
    refused(judge(certified(fewer, KEY)), "leaves.txt", "not as many as ballots", "110", "77")


def test_gwangju_buk_gu_2017_a_bundle_that_says_3835_votes_of_1274_ballots_is_refused(judge: Judge) -> None:
    rules = worked.example()
    item, ids = rules["items"][2], [f"{number}" for number in range(1, 19)]
    rules["items"] = [{**item, "id": i, "number": int(i), "section": "life", "cost": 70_000_000} for i in ids]
    rules["sections"], rules["tie_order"] = rules["sections"][:1], ["ballot-number"]
    rules["chambers"] = [{**rules["chambers"][0], "weight": "1/1", "picks": {"life": [3, 3]}, "total": None}]
    made = files(rules, {"residents": [[ids[n % 18], ids[(n + 5) % 18], ids[(n + 9) % 18]] for n in range(1274)]})
    assert judge(made, "--lang", "ko")[0] == 0
    wrong = _result(made, lambda result: result["chambers"][0].update(picks=3835, votes=3835))
    refused(judge(certified(wrong)), "result.json chambers 1 votes", "expected: 3822", "got: 3835")


def test_a_result_that_is_counted_right_and_breaks_a_gate_is_refused(judge: Judge) -> None:
    rolls = {**ROLLS, "participations": {"residents": {"online": 99}, "committee": {"meeting": 10}}}
    verdict = judge(files(worked.example(), worked.ballots(), **rolls))
    refused(verdict, "ballots_equal_participations", "residents", "'cast': 100", "'participations': 99")


def test_a_file_that_is_there_twice_is_refused(plain: Files, judge: Judge) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = zipped(plain, twice="rolls.json")
    refused(judge(twice), "rolls.json", "twice")


def test_what_is_not_a_zip_is_refused(judge: Judge) -> None:
    refused(judge(b"manifest"), "bundle.zip", "zip")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(plain: Files, judge: Judge) -> None:
    bomb = plain | {"manifest.json": b" " * (2**24 + 1)}
    refused(judge(zipped(bomb, compression=zipfile.ZIP_DEFLATED)), "manifest.json", "too large")
    lying = bytearray(zipped(plain))
    record = lying.rfind(b"ballots/residents.jsonl") - 46
    lying[record + 24 : record + 28] = (2**31 + 1).to_bytes(4, "little")
    refused(judge(bytes(lying)), "ballots/residents.jsonl", "too large")


def _alone(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-I", str(PROGRAM), *arguments], cwd=folder, capture_output=True, check=False
    )


def test_it_runs_alone_in_an_empty_folder(tmp_path: Path, signed: Files) -> None:
    (tmp_path / "true.zip").write_bytes(zipped(signed))
    (tmp_path / "false.zip").write_bytes(zipped(signed | {"rolls.json": b"{}"}))
    good, bad = _alone(tmp_path, "true.zip", "--lang", "en"), _alone(tmp_path, "false.zip")
    assert (good.returncode, good.stderr) == (0, b"")
    assert b"everything holds" in good.stdout
    assert (bad.returncode, bad.stderr) == (1, b"")
    assert b"rolls.json" in bad.stdout


@pytest.mark.parametrize("arguments", [(), ("nowhere.zip",), (".",), ("a", "b"), ("a", "--lang", "fr")], ids=str)
def test_wrong_usage_has_a_status_of_its_own(arguments: tuple[str, ...], tmp_path: Path) -> None:
    ran = _alone(tmp_path, *arguments)
    assert ran.returncode == 2
    assert b"usage" in ran.stderr
    assert b"Traceback" not in ran.stderr


def test_the_program_is_one_short_file_on_the_standard_library_and_cryptography() -> None:
    source = PROGRAM.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= MOST_LINES
    assert max(map(len, source.splitlines())) <= 120
    found = ast.walk(ast.parse(source))
    names = {alias.name for node in found if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names | {"cryptography"}
