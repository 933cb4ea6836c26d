"""A box whose private key is published: the browser's counter opens the sealed ballots, and they are those counted."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from app.ballots.rules import is_plain
from app.crypto import sealing
from app.crypto.sealing import PrivateKey
from app.tally import canonical
from tests.crypto import naive_hpke
from tests.crypto.test_sealing import FIXED
from tests.recount_js import bundles
from tests.recount_js.bundles import BOX, NO_ROLLS, OBSERVED, OPEN, Files, Sealed, certified, open_files_of, zipped
from tests.recount_js.elections import Election
from tests.recount_js.test_bundles import checked
from tests.tally import worked

OTHER = PrivateKey(bytes(range(2, 34)))
RESIDENTS, COMMITTEE = "sealed/residents.txt", "sealed/committee.txt"
CAST: dict[str, list[Any]] = {
    "residents": [["A", "B"], ["A", "B"], None, ["B"], []],
    "committee": [["C"], ["A", "D"]],
}


def election(cast: dict[str, list[Any]] = CAST, **changes: Any) -> Election:
    return Election({**worked.example(), **changes}, cast, {**NO_ROLLS, "seed": "7"})


LOG: Sealed = bundles.sealed_of(bundles.plain_files(election(), bundles.keys_of(OPEN)), CAST)
TRUE = open_files_of(election(), sealed=LOG)


def certified_open(files: Files, **changes: Any) -> Files:
    return certified(files, **{"private_key": BOX.hex(), **changes})


def test_true_boxes_hold_and_say_whether_they_were_opened(tmp_path: Path) -> None:
    scores = worked.for_chambers(worked.example(), kind="scores", score_range=[0, 9])
    given = {"residents": [{"A": 3, "C": 0}, {"B": 9}, {}], "committee": [{"D": True}, None]}
    hangul = worked.example()
    for item in hangul["items"]:
        item["id"] += "번 사업"
    hangul["chambers"][1]["id"], hangul["tie_order"] = "위원", ["위원", "ballot-number"]
    named = {"residents": [["A번 사업"], ["😀"]], "위원": [["D번 사업", "C번 사업"]]}
    empty: dict[str, list[Any]] = {"residents": [["A"]], "committee": []}
    boxes = [election(), election(given, **scores), election(named, **hangul), election(empty)]
    said = checked(tmp_path, [zipped(open_files_of(box)) for box in boxes])
    assert [answer.get("sealed") for answer in said] == ["opened"] * len(boxes), said
    (observed,) = checked(tmp_path, [zipped(open_files_of(election(), mode=OBSERVED))])
    assert (observed["log"], observed["sealed"]) == ("signed", "private")


def test_a_box_of_many_parts_is_opened_whole(tmp_path: Path) -> None:
    many = {"residents": [["A", "B"]] * 300 + [["C"]] * 230, "committee": [["D"]]}
    (said,) = checked(tmp_path, [zipped(open_files_of(election(many)))])
    assert said["sealed"] == "opened"


def test_a_box_in_which_nobody_cast_a_ballot_has_no_log_and_nothing_to_open(tmp_path: Path) -> None:
    nobody: dict[str, list[Any]] = {"residents": [], "committee": []}
    files = open_files_of(election(nobody))
    without_log = {name: content for name, content in files.items() if name[:6] not in ("leaves", "checkp")}
    (said,) = checked(tmp_path, [zipped(certified_open(without_log))])
    assert (said["log"], said["sealed"]) == (None, "opened")


# --- what somebody may have sealed -------------------------------------------------------------------------------


def sealed_as(padded: bytes, *, chamber: str = "residents", key: PrivateKey = BOX) -> bytes:
    return sealing.SUITE.encrypt(padded, key.public_key.key, bundles.info_of(TRUE, chamber))


def padded(body: bytes) -> bytes:
    return (len(body).to_bytes(4, "big") + body).ljust(bundles.length_of(TRUE), b"\0")


def test_what_does_not_open_or_is_no_plain_ballot_is_counted_as_null(tmp_path: Path) -> None:
    length = bundles.length_of(TRUE)
    bodies = [
        b"", b"null", b'"A"', b"5", b"true", b'[["A"]]', b"[1]", b'["A", "B"]', b'["A"]\n', b'{"A":null}', b'{"A":[]}',
        b'{"A":1.0}', b'{"A":-0}', b'{"B":1,"A":1}', b'{"A":1,"A":1}', b'{"A":9007199254740992}', b"[\xff]",
        b'\xef\xbb\xbf["A"]', b'["\\u0041"]', b'["\\ud800"]', b'{"choices":["A"]}', b"[" * 60, b'["A"',
    ]  # fmt: skip
    assert not any(map(is_plain, bodies))
    odd = [sealed_as(padded(body)) for body in bodies]
    odd += [
        sealed_as(padded(b'["A"]')[:-1]),  # of another length
        sealed_as(padded(b'["A"]') + bytes(64)),
        sealed_as(padded(b'["A"]')[:-1] + b"\1"),  # more behind it
        sealed_as((length - 3).to_bytes(4, "big") + b'["A"]'.ljust(length - 4)),
        sealed_as(b"\xff" * length),
        sealed_as(padded(b'["A"]'), chamber="committee"),
        sealed_as(padded(b'["A"]'), key=OTHER),
        b"\4",
        b"no seal at all",
    ]
    cast = {"residents": [None] * len(odd) + [["A"]], "committee": [["C"]]}
    log = [*(("residents", sealed) for sealed in [*odd, sealed_as(padded(b'["A"]'))])]
    log.append(("committee", sealed_as(padded(b'["C"]'), chamber="committee")))
    (said,) = checked(tmp_path, [zipped(open_files_of(election(cast), sealed=log))])
    assert said.get("sealed") == "opened", said


def one_ephemeral_key() -> Files:
    """They open rightly, and whoever sealed them with a key of their own could have read them all the same."""
    bodies = {"residents": [b'["A"]', b'["C"]'], "committee": []}
    info, key = bundles.info_of(TRUE, "residents"), BOX.public_key.key
    log = [("residents", naive_hpke.seal(FIXED, key, padded(body), info)) for body in bodies["residents"]]
    return open_files_of(election({"residents": [["A"], ["C"]], "committee": []}), sealed=log)


# --- tampering ---------------------------------------------------------------------------------------------------


def with_log(log: Iterable[tuple[int, tuple[str, bytes]]]) -> Files:
    """The bundle with these sealed ballots at these positions of the log, which stays as it was."""
    return {**TRUE, **bundles.sealed_files(TRUE, log)}


def numbered() -> list[tuple[int, tuple[str, bytes]]]:
    return list(enumerate(LOG))


def replaced(position: int, chamber: str, sealed: bytes) -> list[tuple[int, tuple[str, bytes]]]:
    return [(number, (chamber, sealed) if number == position else one) for number, one in numbered()]


def file_changed(name: str, change: Callable[[bytes], bytes]) -> Files:
    return {**TRUE, name: change(TRUE[name])}


def lines_turned(content: bytes) -> bytes:
    return b"".join(reversed(content.splitlines(keepends=True)))


def forged(**cast: list[Any]) -> Files:
    """The box is as it was; ballots, result and certificate fit one another, but not the box."""
    other = open_files_of(election({**CAST, **cast}))
    box = {
        name: content for name, content in TRUE.items() if name.startswith(("sealed/", "leaves.txt", "checkpoints/"))
    }
    return certified_open({**other, **box})


def without(name: str) -> Files:
    return {other: content for other, content in TRUE.items() if other != name}


def observed() -> Files:
    return open_files_of(election(), mode=OBSERVED)


def both_keys() -> Files:
    manifest = canonical.loads(TRUE["manifest.json"])
    manifest["keys"].append(f"{OBSERVED}:{BOX.public_key.hex()}")
    return certified_open({**TRUE, "manifest.json": canonical.dumps(manifest)})


def other_bits(content: bytes) -> bytes:
    """The last letter of a first line, in which bits are left over."""
    first, end, rest = content.partition(b"=\n")
    last = chr(first[-1]).translate(str.maketrans("AEIMQUYcgkosw048", "BFJNRVZdhlptx159"))
    assert last != chr(first[-1])
    return first[:-1] + last.encode() + end + rest


CERTIFICATE = "certificate.json"
# name: the bundle, and what is named
TAMPERED: dict[str, tuple[Files, str, str]] = {
    "a sealed ballot changed": (
        with_log(replaced(2, "residents", LOG[2][1][:-1] + bytes([LOG[2][1][-1] ^ 1]))), "sealed", f"{RESIDENTS} (2)"
    ),
    "another one sealed in its place": (
        with_log(replaced(0, "residents", bundles.seal(TRUE, "residents", ["C"]))), "sealed", f"{RESIDENTS} (0)"
    ),
    "one left out": (with_log(numbered()[1:]), "sealed", "leaves.txt (0)"),
    "one too many": (with_log([*numbered(), (len(LOG), LOG[0])]), "sealed", f"{RESIDENTS} ({len(LOG)})"),
    "one there twice in a row": (with_log([*numbered()[:1], *numbered()]), "sealed", f"{RESIDENTS} (0)"),
    "one there twice at different places": (
        with_log(replaced(2, *LOG[0])), "sealed", f"{RESIDENTS} (2)"
    ),
    "one in the files of both chambers": (
        with_log([*numbered()[:1], (0, ("committee", LOG[0][1])), *numbered()[1:]]), "sealed", f"{COMMITTEE} (0)"
    ),
    "two that changed places": (
        with_log([(0, LOG[2]), (1, LOG[1]), (2, LOG[0]), *numbered()[3:]]), "sealed", f"{RESIDENTS} (0)"
    ),
    "one in the wrong chamber": (
        with_log(replaced(0, "committee", LOG[0][1])), "opened", "ballots/residents.jsonl"
    ),
    "the chambers' files exchanged": (
        {**TRUE, RESIDENTS: TRUE[COMMITTEE], COMMITTEE: TRUE[RESIDENTS]}, "opened", "ballots/residents.jsonl"
    ),
    "not by rising position": (file_changed(RESIDENTS, lines_turned), "sealed", f"{RESIDENTS} (5)"),
    "a position with a zero before it": (file_changed(RESIDENTS, lambda all_: b"0" + all_), "sealed", RESIDENTS),
    "two spaces": (file_changed(RESIDENTS, lambda all_: all_.replace(b" ", b"  ", 1)), "sealed", RESIDENTS),
    "no end of the last line": (file_changed(RESIDENTS, lambda all_: all_[:-1]), "sealed", RESIDENTS),
    "an empty line": (file_changed(RESIDENTS, lambda all_: all_ + b"\n"), "sealed", RESIDENTS),
    "lines ended as on Windows": (
        file_changed(RESIDENTS, lambda all_: all_.replace(b"\n", b"\r\n")), "sealed", RESIDENTS
    ),
    "base64 without its padding": (file_changed(RESIDENTS, lambda all_: all_.replace(b"=", b"")), "sealed", RESIDENTS),
    "base64 with other bits behind its end": (
        file_changed(RESIDENTS, other_bits), "sealed", RESIDENTS
    ),
    "bytes that are no text": (file_changed(RESIDENTS, lambda all_: b"\xff" + all_), "sealed", RESIDENTS),
    "a file missing": (without(COMMITTEE), "missing", COMMITTEE),
    "a file too many": ({**TRUE, "sealed/staff.txt": b""}, "surplus", "sealed/staff.txt"),
    "no private key": (certified_open(TRUE, private_key=None), "private-key", CERTIFICATE),
    "a private key that does not fit": (certified_open(TRUE, private_key=OTHER.hex()), "private-key", CERTIFICATE),
    "a private key that is none": (certified_open(TRUE, private_key="0" * 64), "private-key", CERTIFICATE),
    "a private key in another shape": (certified_open(TRUE, private_key=[BOX.hex()]), "certificate", CERTIFICATE),
    "a private key in capitals": (certified_open(TRUE, private_key=BOX.hex().upper()), "certificate", CERTIFICATE),
    "a private key of an observed box": (certified_open(observed()), "private-key", CERTIFICATE),
    "sealed ballots of an observed box": (
        {**observed(), RESIDENTS: TRUE[RESIDENTS], COMMITTEE: TRUE[COMMITTEE]}, "surplus", COMMITTEE
    ),
    "an open and an observed key": (both_keys(), "manifest", "repeated_key"),
    "ballots that are not those in the box": (
        forged(residents=[["A", "B"], ["C"], None, ["B"], []]), "opened", "ballots/residents.jsonl"
    ),
    "two sealed with one ephemeral key": (one_ephemeral_key(), "sealed", f"{RESIDENTS} (1)"),
    "a good ballot called unreadable": (forged(committee=[["C"], None]), "opened", "ballots/committee.jsonl"),
}  # fmt: skip


def test_whatever_was_done_to_the_box_is_named(tmp_path: Path) -> None:
    answers = checked(tmp_path, [zipped(files) for files, _, _ in TAMPERED.values()])
    named = {name: (said.get("code"), said.get("what")) for name, said in zip(TAMPERED, answers, strict=True)}
    assert named == {name: (code, what) for name, (_, code, what) in TAMPERED.items()}
    assert checked(tmp_path, [zipped(TRUE)])[0]["sha256"] == bundles.sha256(TRUE["result.json"])
