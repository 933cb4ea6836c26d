"""The browser's counter checks a bundle in the order of docs/verify.md and names the first thing that does not hold."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.crypto.signing import SigningKey
from app.papers.rules import VOID
from app.tally import canonical
from tests.recount_js.bundles import KEY, NO_ROLLS, Files, certified, files_of, lines, log_of, sha256, zipped
from tests.recount_js.elections import Election
from tests.recount_js.node import lines_of
from tests.tally import worked

Change = Callable[[Files], Files]
OTHER = SigningKey(bytes(32))
SIZES = (3, 64, 64, 110)
SEALED = [b"sealed ballot %d" % number for number in range(110)]
RESIDENTS, COMMITTEE = "ballots/residents.jsonl", "ballots/committee.jsonl"


def example(**changes: Any) -> Election:
    return Election({**worked.example(), **changes}, worked.ballots(), NO_ROLLS)


def checked(folder: Path, bundles: list[bytes]) -> list[dict[str, Any]]:
    """What the modules say of each."""
    paths = [folder / f"{number}.zip" for number in range(len(bundles))]
    for path, content in zip(paths, bundles, strict=True):
        path.write_bytes(content)
    return [json.loads(line) for line in lines_of("check_bundles.mjs", map(str, paths))]


def test_true_bundles_hold_and_say_what_was_signed(tmp_path: Path) -> None:
    signed, sealed, unsigned = files_of(example()), files_of(example(), sizes=SIZES), files_of(example(), key=None)
    assert checked(tmp_path, [zipped(signed), zipped(sealed), zipped(unsigned)]) == [
        {"sha256": sha256(signed["result.json"]), "signature": "signed", "log": None, "sealed": None},
        {"sha256": sha256(sealed["result.json"]), "signature": "signed", "log": "signed", "sealed": "private"},
        {"sha256": sha256(unsigned["result.json"]), "signature": "no-key", "log": None, "sealed": None},
    ]


def test_a_bundle_with_papers_that_do_not_count_holds(tmp_path: Path) -> None:
    cast = worked.ballots()
    papers = Election(worked.example(), {**cast, "residents": [*cast["residents"], [*VOID], [*VOID]]}, NO_ROLLS)
    files = files_of(papers)
    (told,) = checked(tmp_path, [zipped(files)])
    assert (told["sha256"], told["signature"]) == (sha256(files["result.json"]), "signed")


def changed(name: str, old: bytes, new: bytes) -> Change:
    """One file, and nothing that goes by it."""

    def change(files: Files) -> Files:
        assert old in files[name]
        return {**files, name: files[name].replace(old, new, 1)}

    return change


def recertified(change: Change, **facts: Any) -> Change:
    """Whoever forged it holds the key."""
    return lambda files: certified(change(files), **facts)


def without(name: str) -> Change:
    return lambda files: {other: content for other, content in files.items() if other != name}


def with_file(name: str, content: bytes = b"") -> Change:
    return lambda files: {**files, name: content}


def same(files: Files) -> Files:
    return files


def swapped(files: Files) -> Files:
    one, two = "checkpoints/000001.txt", "checkpoints/000002.txt"
    return {**files, one: files[two], two: files[one]}


def other_log(files: Files) -> Files:
    """Of the same round, but by another key."""
    return {**files, **log_of(files, SEALED, SIZES, OTHER)}


def tail_of_base64_changed(files: Files) -> Files:
    """The last letter before the `=` holds two bits that nothing is read from."""
    name = "checkpoints/000001.txt"
    note = bytearray(files[name])
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    assert note.endswith(b"=\n")
    note[-3] = letters[letters.index(note[-3]) + 1]
    return {**files, name: bytes(note)}


def short_log(files: Files) -> Files:
    cut = {name: content for name, content in files.items() if not name.startswith("checkpoints/")}
    return {**cut, **log_of(files, SEALED[:109], (3, 109), KEY)}


BALLOT, NEXT = b'["A","B"]\n', b'["A","C"]\n'
# name: what is done to the bundle, and what is named
CHANGES: dict[str, tuple[Change, str, str]] = {
    "file missing": (without("rolls.json"), "missing", "rolls.json"),
    "leaves missing": (without("leaves.txt"), "missing", "leaves.txt"),
    "chamber missing": (recertified(without(COMMITTEE)), "missing", COMMITTEE),
    "file too many": (with_file("names.csv"), "surplus", "names.csv"),
    "chamber too many": (with_file("ballots/staff.jsonl"), "surplus", "ballots/staff.jsonl"),
    "rules with a space": (
        recertified(changed("manifest.json", b'"cap":', b'"cap": ')), "not-canonical", "manifest.json"
    ),
    "rules without sense": (
        recertified(changed("manifest.json", b'"cost":300000000', b'"cost":0')), "manifest", "cost_zero"
    ),
    "other rules": (changed("manifest.json", b'"cost":300000000', b'"cost":299999999'), "other-rules", "manifest.json"),
    "other round": (recertified(same, round="another"), "other-rules", "manifest.json"),
    "certificate with another smallest margin": (
        recertified(same, unresolved={"cases": 0, "margin": 999}), "certificate", "certificate.json"
    ),
    "certificate of another version": (recertified(same, version=2), "certificate", "certificate.json"),
    "certificate changed": (changed("certificate.json", b"2026-09-21", b"2026-09-22"), "signature", "certificate.json"),
    "certificate not signed": (lambda files: certified(files, None), "signature", "certificate.json"),
    "certificate by another key": (lambda files: certified(files, OTHER), "signature", "certificate.json"),
    "ballot changed": (changed(RESIDENTS, BALLOT, b'["A","D"]\n'), "changed", RESIDENTS),
    "ballot left out": (changed(COMMITTEE, b'["A","C"]\n', b""), "changed", COMMITTEE),
    "rolls changed": (changed("rolls.json", b'"seed":null', b'"seed":"1"'), "changed", "rolls.json"),
    "result changed": (changed("result.json", b'"funded":400000000', b'"funded":300000000'), "changed", "result.json"),
    "program changed": (changed("recount.py", b"print", b"crash"), "changed", "recount.py"),
    "readme changed": (changed("README.txt", b"check", b"trust"), "changed", "README.txt"),
    "program without a hash": (
        recertified(same, files={"README.txt": sha256(b"How to check\n")}), "certificate", "certificate.json"
    ),
    "one file more with a hash": (
        recertified(same, files=dict.fromkeys(["README.txt", "recount.py", "rolls.json"], "")),
        "certificate", "certificate.json",
    ),
    "number of ballots": (
        recertified(
            same,
            ballots={
                "residents": {"count": 101, "sha256": sha256(lines(worked.ballots()["residents"]))},
                "committee": {"count": 10, "sha256": sha256(lines(worked.ballots()["committee"]))},
            },
        ),
        "ballots-number",
        RESIDENTS,
    ),
    "ballot with a space": (recertified(changed(RESIDENTS, BALLOT, b'["A", "B"]\n')), "not-canonical", RESIDENTS),
    "ballots in the order of casting": (
        lambda files: certified({**files, RESIDENTS: b"".join(reversed(files[RESIDENTS].splitlines(True)))}),
        "unsorted", RESIDENTS,
    ),
    "checkpoint changed": (
        changed("checkpoints/000002.txt", b"\n64\n", b"\n63\n"), "checkpoint", "checkpoints/000002.txt"
    ),
    "checkpoint written in another way": (tail_of_base64_changed, "checkpoint", "checkpoints/000001.txt"),
    "checkpoints by another key": (other_log, "checkpoint", "checkpoints/000001.txt"),
    "checkpoint left out": (without("checkpoints/000002.txt"), "missing", "checkpoints/000002.txt"),
    "checkpoints not growing": (swapped, "checkpoint", "checkpoints/000002.txt"),
    "leaf changed": (
        lambda files: {**files, "leaves.txt": b"0" * 64 + files["leaves.txt"][64:]},
        "checkpoint", "checkpoints/000001.txt",
    ),
    "leaf too many": (
        lambda files: {**files, "leaves.txt": files["leaves.txt"] + b"0" * 64 + b"\n"}, "log", "leaves.txt"
    ),
    "fewer leaves than ballots": (recertified(short_log), "log", "leaves.txt"),
    "log not in the certificate": (recertified(same, log=None), "log", "certificate.json"),
    "ballot added and certified": (recertified(changed(RESIDENTS, BALLOT, BALLOT * 2)), "log", "leaves.txt"),
    "ballot changed and certified": (
        recertified(changed(RESIDENTS, BALLOT + NEXT, NEXT + NEXT)), "result", "result.json"
    ),
    "result changed and certified": (
        recertified(changed("result.json", b'"funded":400000000', b'"funded":300000000')), "result", "result.json"
    ),
}  # fmt: skip


def test_the_first_thing_that_does_not_hold_is_named(tmp_path: Path) -> None:
    true = files_of(example(), sizes=SIZES)
    answers = checked(tmp_path, [zipped(change(true)) for change, _, _ in CHANGES.values()])
    named = {name: (answer.get("code"), answer.get("what")) for name, answer in zip(CHANGES, answers, strict=True)}
    assert named == {name: (code, what) for name, (_, code, what) in CHANGES.items()}


def test_ballots_are_sorted_by_their_bytes_whatever_letters_are_in_them(tmp_path: Path) -> None:
    """U+1F600 comes after U+FFFD in UTF-8, and before it in UTF-16."""
    cast = {"residents": [["\U0001f600"], ["\ufffd"], ["\ufffd", "\U0001f600"], []], "committee": []}
    files = files_of(example()._replace(ballots=cast, rolls={**NO_ROLLS, "seed": "1"}))
    assert files[RESIDENTS].decode().splitlines()[0] == '["\ufffd","\U0001f600"]'
    assert checked(tmp_path, [zipped(files)])[0] == {
        "sha256": sha256(files["result.json"]),
        "signature": "signed",
        "log": None,
        "sealed": None,
    }


def refused(folder: Path, files: Files) -> tuple[str, str]:
    (answer,) = checked(folder, [zipped(files)])
    return answer["code"], answer["what"]


def test_a_result_that_needs_a_lot_is_not_counted_without_its_seed(tmp_path: Path) -> None:
    drawn = example(tie_order=["lot"])._replace(rolls={**NO_ROLLS, "seed": "3 11 15 29 35 44"})
    seedless = {**files_of(drawn), "rolls.json": canonical.dumps(NO_ROLLS)}
    assert refused(tmp_path, certified(seedless)) == ("uncountable", "rolls.json")


def test_a_result_that_breaks_a_gate_is_refused_even_if_it_is_counted_truly(tmp_path: Path) -> None:
    rolls = {**NO_ROLLS, "participations": {"residents": {"online": 99}, "committee": {"meeting": 10}}}
    gate = "ballots_equal_participations (residents)"
    assert refused(tmp_path, files_of(example()._replace(rolls=rolls))) == ("gate", gate)


def test_gwangju_buk_gu_2017_a_tally_of_more_votes_than_the_ballots_hold_is_refused(tmp_path: Path) -> None:
    (line,) = [line for line in worked.table("gwangju") if line["published"] == "no"]
    ballots, expected, tallied = (int(line[name]) for name in ("ballots", "expected", "counted"))
    true = files_of(buk_gu(ballots))
    assert checked(tmp_path, [zipped(true)])[0]["sha256"] == sha256(true["result.json"])
    result = canonical.loads(true["result.json"])
    (residents,) = result["chambers"]
    assert residents["votes"] == expected
    residents["votes"] = residents["picks"] = tallied
    forged = certified({**true, "result.json": canonical.dumps(result)})
    assert refused(tmp_path, forged) == ("result", "result.json")


def buk_gu(ballots: int) -> Election:
    """18 items, exactly three picks each."""
    data = worked.example()
    ids = [f"{number:02}" for number in range(1, 19)]
    data["items"] = [
        {**data["items"][2], "id": name, "number": int(name), "section": "life", "cost": 70_000_000} for name in ids
    ]
    data["sections"] = data["sections"][:1]
    data["chambers"] = [{**data["chambers"][0], "weight": "1/1", "picks": {"life": [3, 3]}, "total": None}]
    data["tie_order"] = ["ballot-number"]
    cast = [[ids[(number + step) % 18] for step in (0, 1, 5)] for number in range(ballots)]
    return Election(data, {"residents": cast}, NO_ROLLS)
