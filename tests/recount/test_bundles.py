"""What the program says of a bundle: of a true one that everything holds, of others the first thing that does not."""

import ast
import json
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest

from app.crypto import checkpoint, merkle, sealing
from app.crypto.sealing import PrivateKey
from app.crypto.signing import SigningKey
from app.tally import canonical
from tests.recount.bundles import PROGRAM, Files, certified, files, program, seal, sealed_line, zipped
from tests.tally import worked

recount = program()
KEY, BOX_KEY = SigningKey(bytes(range(32))), PrivateKey(bytes(range(32)))
ROLLS = {
    "participations": {"residents": {"online": 60, "desk": 40}, "committee": {"meeting": 10}},
    "present": {"committee": 12},
    "lowered": {},
    "seed": "3 11 15",
}
MOST_LINES = 500
EVERY_BYTE = bool(os.environ.get("RECOUNT_EVERY_BYTE"))  # takes a minute or two


@pytest.fixture(scope="module")
def signed() -> Files:
    return files(worked.example(), worked.ballots(), key=KEY, checkpoints=(0, 1, 77, 77, 110), **ROLLS)


@pytest.fixture(scope="module")
def plain() -> Files:
    return files(worked.example(), worked.ballots(), **ROLLS)


@pytest.fixture(scope="module")
def opened() -> Files:
    """Of a round whose sealing key is published; one ballot was sealed that nobody can read."""
    ballots = worked.ballots()
    ballots["residents"][7] = None
    rolls = {**ROLLS, "lowered": {"residents": {"": 2}}}
    return files(worked.example(), ballots, key=KEY, checkpoints=(0, 77, 110), box_key=BOX_KEY, **rolls)


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
        "마을 텃밭: 순위 2, 선정 450,000,000",
        "한도 1,000,000,000",
        "서명이 맞음",
        "체크포인트와 맞음",
        "모두 맞습니다",
    ):
        assert words in said
    status, said = judge(signed, "--lang", "en")
    assert status == 0
    for words in (
        "Example",
        "Residents: ballots 100",
        "Village garden: place 2, given 450,000,000",
        "The signature fits",
        "everything holds",
    ):
        assert words in said


def test_without_a_key_in_the_rules_it_says_that_nobody_signed(plain: Files, judge: Judge) -> None:
    status, said = judge(plain, "--lang", "en")
    assert status == 0
    assert "Not signed" in said


def test_sealed_ballots_whose_key_is_published_are_opened(opened: Files, judge: Judge) -> None:
    status, said = judge(opened, "--lang", "en")
    assert status == 0, said
    assert "Residents: ballots 100, valid 99" in said
    assert "All sealed ballots were opened" in said


def test_sealed_rounds_that_nobody_voted_in_hold(judge: Judge) -> None:
    assert judge(files(worked.example(), {}, key=KEY, box_key=BOX_KEY, seed="3"))[0] == 0
    assert judge(files(worked.example(), {}, key=KEY, box_key=BOX_KEY, checkpoints=(0,), seed="3"))[0] == 0


def test_names_that_are_not_ascii_hold(judge: Judge) -> None:
    rules, ballots = worked.example(), worked.ballots()
    rules["chambers"][1]["id"], rules["tie_order"] = "위원", ["lot"]
    made = files(rules, {"residents": ballots["residents"], "위원": ballots["committee"]}, seed="3")
    assert "ballots/위원.jsonl" in made
    assert judge(made)[0] == 0


def test_an_open_file_is_checked_as_well(signed: Files) -> None:
    """So does the application before it publishes."""
    with TemporaryFile() as file:
        file.write(zipped(signed))
        assert recount.check(file)[1]["version"] == 1
    with TemporaryFile() as file, pytest.raises(recount.Wrong, match=r"rolls\.json"):
        file.write(zipped(signed | {"rolls.json": b"{}"}))
        recount.check(file)


def test_an_election_nobody_voted_in_holds(judge: Judge) -> None:
    assert judge(files(worked.example(), {}, seed="3"), "--lang", "ko")[0] == 0


def test_one_changed_byte_anywhere_is_found_and_its_file_is_named(signed: Files, judge: Judge) -> None:
    for name in sorted(signed):
        content = signed[name]
        for place in {0, len(content) - 1, *random.Random(name).sample(range(len(content)), 15)}:
            other = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
            status, said = judge(signed | {name: other})
            assert status == 1, (name, place)
            assert name in said or "certificate.json" in said, (name, place, said)


@pytest.fixture(scope="module")
def small() -> dict[str, Files]:
    """One bundle of each kind, with as few bytes as can be: `certified` covers whatever the files are."""
    ballots = {"residents": [["A", "C"], ["B", "C"], None], "committee": [["B", "D"]]}
    rolls = {"present": {"committee": 1}, "seed": "3"}
    made = {
        "observer": files(worked.example(), ballots, key=KEY, checkpoints=(3, 4), **rolls),
        "unsealed": files(worked.example(), ballots, **rolls),
        "open": files(worked.example(), ballots, key=KEY, checkpoints=(4,), box_key=BOX_KEY, **rolls),
    }
    keys = {"observer": (KEY,), "unsealed": (), "open": (KEY, BOX_KEY)}
    return {kind: certified(some | {"recount.py": b"pass\n"}, *keys[kind]) for kind, some in made.items()}


def structure_of(whole: bytes) -> list[int]:
    """The places of all bytes of a zip that are not content of its files."""
    with zipfile.ZipFile(BytesIO(whole)) as archive:
        places = set(range(len(whole)))
        for entry in archive.infolist():
            start = entry.header_offset + 30 + len(entry.filename.encode())
            places -= set(range(start, start + entry.file_size))
        return sorted(places)


def tampered(whole: bytes, kind: str) -> dict[str, bytes]:
    """Every byte, or a sample in which each field of the zip's structure comes up."""
    structure, drawn = structure_of(whole), random.Random(kind)
    rest = sorted(set(range(len(whole))) - set(structure))
    places = range(len(whole)) if EVERY_BYTE else {*drawn.sample(structure, 150), *drawn.sample(rest, 60)}
    flips = {
        f"flip {p}": whole[:p] + bytes([whole[p] ^ drawn.choice((1, 8, 128, 255))]) + whole[p + 1 :] for p in places
    }
    some = drawn.sample(sorted(places), 40)
    inserted = {f"insert at {p}": whole[:p] + drawn.randbytes(1) + whole[p:] for p in [0, len(whole), *some]}
    deleted = {f"delete {p}": whole[:p] + whole[p + 1 :] for p in [0, len(whole) - 1, *some]}
    return flips | inserted | deleted | {f"end at {p}": whole[:p] for p in [0, *some]}


@pytest.mark.parametrize("kind", ["observer", "unsealed", "open"])
def test_no_byte_of_the_zip_can_be_changed_added_or_left_out(kind: str, small: dict[str, Files], judge: Judge) -> None:
    whole = zipped(small[kind])
    assert judge(whole)[0] == 0
    for what, other in tampered(whole, kind).items():
        status, said = judge(other)
        assert status == 1, what
        named = [*small[kind], "zip", "should not be there"]  # a name in the directory may be changed itself
        assert any(name in said for name in named), (what, said)


def _rezipped(
    made: Files, names: list[str], *, comment: bytes = b"", force_zip64: bool = False, **changes: Any
) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            for field, value in changes.items():
                setattr(entry, field, value)
            with archive.open(entry, "w", force_zip64=force_zip64) as file:
                file.write(made[name])
        archive.comment = comment
    return target.getvalue()


@pytest.mark.parametrize(
    "changes",
    [
        {"comment": b"x"},
        {"date_time": (2026, 1, 1, 0, 0, 0)},
        {"external_attr": 0o100755 << 16},
        {"create_system": 0},
        {"compress_type": zipfile.ZIP_DEFLATED},
        {"extra": b"\x01\x00\x00\x00"},
        {"force_zip64": True},
        {"reverse": True},
    ],
    ids=str,
)
def test_the_same_files_in_another_zip_are_refused(changes: dict[str, Any], plain: Files, judge: Judge) -> None:
    names = sorted(plain, reverse=bool(changes.pop("reverse", False)))
    refused(judge(_rezipped(plain, names, **changes)), "zip")


def test_what_is_changed_is_named_in_another_zip_as_well(plain: Files, judge: Judge) -> None:
    """Whoever changes a ballot hardly zips as we do."""
    other = _ballots(plain, lambda ballots: [*ballots[:-1], b'["D","C"]\n'])
    refused(judge(_rezipped(other, sorted(other), compress_type=zipfile.ZIP_DEFLATED)), "ballots/residents.jsonl")


def test_a_truncated_zip_is_refused(plain: Files, judge: Judge) -> None:
    whole = zipped(plain)
    for length in range(0, len(whole), 997):
        refused(judge(whole[:length]), "zip")


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
    "a larger margin": (
        lambda f: certified(f, unresolved={"cases": 9, "margin": 39}),
        ("certificate.json unresolved margin", "expected: 38", "got: 39"),
    ),
    "no margin": (
        lambda f: certified(f, unresolved={"cases": 9, "margin": None}),
        ("certificate.json unresolved margin", "expected: 38", "got: None"),
    ),
    "fewer than no cases": (
        lambda f: certified(f, unresolved={"cases": -1, "margin": 38}),
        ("certificate.json unresolved cases", "got: -1"),
    ),
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
    "other padding": (lambda f: _note(f, 2, _with_a_spare_bit), ("000002.txt", "not a checkpoint")),
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
    "a private key of trustees": (
        lambda f: certified(f, KEY, BOX_KEY),
        ("certificate.json private_key", "expected: False", "got: True"),
    ),
    "sealed ballots of trustees": (
        lambda f: f | {"sealed/residents.txt": b""},
        ("sealed/residents.txt", "should not be there"),
    ),
    "another program": (lambda f: f | {"recount.py": b"pass\n"}, ("recount.py", "SHA-256")),
    "another read-me": (lambda f: f | {"README.txt": b"trust me\n"}, ("README.txt", "SHA-256")),
    "a certificate without the program": (lambda f: certified(f, KEY, files={}), ("certificate.json.files", "shape")),
    "a certificate of more files": (
        lambda f: certified(f, KEY, files={"README.txt": "0" * 64, "recount.py": "0" * 64, "x": "0" * 64}),
        ("certificate.json.files", "shape"),
    ),
    "two sealing keys": (
        lambda f: _rules(f, keys=[f"hpke-p256:{'0' * 130}", f"hpke-p256-open:{'0' * 130}"]),
        ("manifest.json keys", "no sense"),
    ),
    "no log": (lambda f: certified(f, KEY, log=None), ("checkpoints/000001.txt", "should not be there")),
}


def _sealed(made: Files, change: Callable[[list[bytes]], list[bytes]], name: str = "residents") -> Files:
    name = f"sealed/{name}.txt"
    return made | {name: b"".join(change(made[name].splitlines(keepends=True)))}


def _moved(made: Files) -> Files:
    """The first sealed ballot of the committee is one of the residents'."""
    own, others = (made[f"sealed/{name}.txt"].splitlines(keepends=True) for name in ("committee", "residents"))
    together = sorted([*others, own[0]], key=lambda line: int(line.split()[0]))
    return made | {"sealed/committee.txt": b"".join(own[1:]), "sealed/residents.txt": b"".join(together)}


def _resealed(made: Files) -> Files:
    """Somebody's ballot sealed anew: what it says is the same."""
    place, rules = made["sealed/committee.txt"].split()[0], canonical.loads(made["manifest.json"])
    line = sealed_line(int(place), seal(rules, "committee", b'["A","C"]', BOX_KEY))
    return _sealed(made, lambda lines: [line, *lines[1:]], "committee")


def _other_ballots(made: Files) -> Files:
    """Published and counted is another one than was sealed."""
    rules, ballots = canonical.loads(made["manifest.json"]), worked.ballots()
    ballots["residents"][7:9] = [None, ["A", "D"]]
    other = files(rules, ballots, **{**ROLLS, "lowered": {"residents": {"": 2}}})
    return made | {name: other[name] for name in other if name not in ("certificate.json", "manifest.json")}


OPEN: dict[str, tuple[Callable[[Files], Files], tuple[str, ...]]] = {
    "a sealed ballot changed": (_resealed, ("sealed/committee.txt", "line 1", "not the hash in leaves.txt")),
    "a sealed ballot missing": (
        lambda f: _sealed(f, lambda s: s[1:]),
        ("sealed/", "line", "a position left out or repeated"),
    ),
    "the last sealed ballot missing": (
        lambda f: _sealed(_sealed(f, lambda s: s[:-1]), lambda s: s[:-1], "committee"),
        ("sealed/",),
    ),
    "a position twice": (
        lambda f: _sealed(f, lambda s: [s[0], *s]),
        ("sealed/residents.txt", "line 2", "a position left out or repeated"),
    ),
    "unsorted": (lambda f: _sealed(f, lambda s: s[::-1]), ("sealed/", "line 1", "a position left out")),
    "in the wrong chamber": (_moved, ("sealed/", "opened, they are not")),
    "in other spelling": (
        lambda f: _sealed(f, lambda s: [b"0" + s[0], *s[1:]]),
        ("sealed/residents.txt", "line 1", "not a sealed ballot"),
    ),
    "not base64": (
        lambda f: _sealed(f, lambda s: [s[0][:-2] + b"!\n", *s[1:]]),
        ("sealed/residents.txt", "line 1", "not a sealed ballot"),
    ),
    "an unopenable ballot is left out": (
        lambda f: certified(_ballots(f, lambda b: [*b[:-1], b[0]] if b"null" in b[-1] else b[:-1]), KEY, BOX_KEY),
        ("ballots",),
    ),
    "opened ballots that are not those published": (
        lambda f: certified(_other_ballots(f), KEY, BOX_KEY),
        ("sealed/residents.txt", "they are not the ballots of ballots/residents.jsonl"),
    ),
    "a private key that does not fit": (
        lambda f: certified(f, KEY, PrivateKey(bytes(31) + b"\x05")),
        ("certificate.json private_key", "does not fit the key in the rules"),
    ),
    "a private key that is none": (
        lambda f: certified(f, KEY, private_key="0" * 64),
        ("certificate.json private_key", "does not fit the key in the rules"),
    ),
    "no private key": (lambda f: certified(f, KEY), ("certificate.json private_key", "expected: True", "got: False")),
    "no sealed ballots": (
        lambda f: {n: c for n, c in f.items() if n != "sealed/committee.txt"},
        ("sealed/committee.txt", "missing"),
    ),
    "sealed ballots of nobody": (lambda f: f | {"sealed/x.txt": b""}, ("sealed/x.txt", "should not be there")),
}


@pytest.mark.parametrize("what", OPEN)
def test_what_is_opened_and_yet_false_is_named(what: str, opened: Files, judge: Judge) -> None:
    change, named = OPEN[what]
    refused(judge(change(opened)), *named)


def test_a_ballot_that_is_no_ballot_is_published_as_null(opened: Files, judge: Judge) -> None:
    """Sealed by somebody's own program: choices in an envelope, an unpadded one, one for another chamber."""
    rules, key = canonical.loads(opened["manifest.json"]), BOX_KEY.public_key
    info = sealing.binding(canonical.sha256_hex(rules), "residents")
    odd = [
        seal(rules, "residents", b'{"choices":["A","B"]}', BOX_KEY),
        seal(rules, "residents", b'["A", "B"]', BOX_KEY),
        seal(rules, "residents", b"[1]", BOX_KEY),
        seal(rules, "residents", b"null", BOX_KEY),
        seal(rules, "committee", b'["A","B"]', BOX_KEY),
        sealing.seal(key, b'["A","B"]', length=64, info=info),
        sealing.SUITE.encrypt(b"\xff" * 128, key.key, info),
        sealing.SUITE.encrypt(b"\0\0\0\x02[]".ljust(127, b"\0") + b"x", key.key, info),
        b"",
        bytes(200),
    ]
    made = files(rules, {"residents": [None] * len(odd)}, seed="3")
    keys = {"manifest.json": opened["manifest.json"]}
    leaves = "".join(f"{merkle.leaf_hash(one).hex()}\n" for one in odd).encode()
    origin = f"hanpyo/{rules['round']}/{canonical.sha256_hex(rules)}"
    root = merkle.root([merkle.leaf_hash(one) for one in odd])
    note = checkpoint.write(origin, len(odd), root, KEY).encode()
    sealed = b"".join(sealed_line(place, one) for place, one in enumerate(odd))
    box = {"sealed/residents.txt": sealed, "sealed/committee.txt": b"", "leaves.txt": leaves}
    made |= {**keys, **box, "checkpoints/000001.txt": note}
    status, said = judge(certified(made, KEY, BOX_KEY), "--lang", "en")
    assert status == 0, said
    assert f"Residents: ballots {len(odd)}, valid 0" in said


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
    refused(judge(certified(wrong)), "result.json chambers 1 ", "expected: 3822", "got: 3835")


def test_a_result_that_is_counted_right_and_breaks_a_gate_is_refused(judge: Judge) -> None:
    rolls = {**ROLLS, "participations": {"residents": {"online": 99}, "committee": {"meeting": 10}}}
    verdict = judge(files(worked.example(), worked.ballots(), **rolls))
    refused(verdict, "ballots_equal_participations", "residents", "'cast': 100", "'participations': 99")


def test_a_file_that_is_there_twice_is_refused(plain: Files, judge: Judge) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = zipped(plain, twice="rolls.json")
    refused(judge(twice), "rolls.json", "twice")


def test_what_is_not_a_zip_is_refused(judge: Judge) -> None:
    refused(judge(b"manifest"), "zip", "cannot be read")


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
