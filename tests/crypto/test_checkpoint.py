"""Checkpoints are those of C2SP: others' programs read ours, and we read theirs."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto import checkpoint
from app.crypto.checkpoint import Checkpoint, Verifier
from app.crypto.signing import SigningKey

# The reference key and note of the Go implementation (golang.org/x/mod/sumdb/note).
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_SECRET = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETERS_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

# A checkpoint of a log that is not ours: Go's checksum database.
GO_SUM = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
GO_SUM_NOTE = (
    "go.sum database tree\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— sum.golang.org "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)

ORIGIN = "hanpyo.example/rounds/3"
KEY = SigningKey(bytes(range(32)))
OURS = Verifier(ORIGIN, KEY.verify_key)
ROOT = bytes(range(100, 132))
NOTE = checkpoint.write(ORIGIN, 16, ROOT, KEY)
SIGNATURE = NOTE.rsplit(" ", 1)[1].strip()


def signed(text: str) -> str:
    """With a signature that fits, so that only the text can be what is refused."""
    return checkpoint.sign_note(text, ORIGIN, KEY)


def test_the_reference_note_is_written_and_read_byte_for_byte() -> None:
    peter = SigningKey(PETERS_SECRET)
    assert str(Verifier("PeterNeumann", peter.verify_key)) == PETER
    note = checkpoint.sign_note(TEXT, "PeterNeumann", peter)
    assert note == TEXT + "\n" + PETERS_LINE
    assert checkpoint.open_note(note, Verifier.parse(PETER)) == TEXT


def test_another_logs_checkpoint_is_read() -> None:
    text = checkpoint.open_note(GO_SUM_NOTE, Verifier.parse(GO_SUM))
    found = checkpoint.parse(text)
    assert (found.origin, found.size) == ("go.sum database tree", 20852163)
    assert found.root.hex().startswith("0ac5186a91863e8e")


def test_a_checkpoint_has_three_lines_an_empty_one_and_the_signature() -> None:
    assert f"{ORIGIN}\n16\n{base64.b64encode(ROOT).decode()}\n\n— {ORIGIN} {SIGNATURE}\n" == NOTE
    assert base64.b64decode(SIGNATURE)[:4].hex() == str(OURS).split("+")[1]


@given(size=st.integers(0, 10**18), root=st.binary(min_size=32, max_size=32))
def test_what_is_written_is_read_back(size: int, root: bytes) -> None:
    note = checkpoint.write(ORIGIN, size, root, KEY)
    assert checkpoint.read(note, OURS) == Checkpoint(ORIGIN, size, root)


@given(st.data())
def test_a_checkpoint_with_one_changed_character_is_not_read(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(NOTE) - 1))
    other = data.draw(st.characters().filter(lambda one: one != NOTE[place]))
    with pytest.raises(checkpoint.CheckpointError):
        checkpoint.read(NOTE[:place] + other + NOTE[place + 1 :], OURS)


@given(cut=st.integers(0, len(NOTE) - 1))
def test_a_checkpoint_cut_short_is_not_read(cut: int) -> None:
    with pytest.raises(checkpoint.CheckpointError):
        checkpoint.read(NOTE[:cut], OURS)


@given(text=st.text(st.characters()))
def test_no_text_brings_the_reader_down(text: str) -> None:
    with pytest.raises(checkpoint.CheckpointError):
        checkpoint.read(text, OURS)


def test_extension_lines_are_kept() -> None:
    body = NOTE.split("\n\n")[0]
    assert checkpoint.read(signed(f"{body}\none\ntwo\n"), OURS) == Checkpoint(ORIGIN, 16, ROOT, ("one", "two"))


def test_signatures_of_others_are_passed_over() -> None:
    """Witnesses sign along; a name or an id in common with us is not ours."""
    others = [
        Verifier("witness.example", SigningKey.generate().verify_key),
        Verifier(ORIGIN, SigningKey.generate().verify_key),
    ]
    lines = [f"— {one.name} {base64.b64encode(one.key_id + bytes(64)).decode()}\n" for one in others]
    lines.append(f"— other.example {SIGNATURE}\n")
    head, own = NOTE.split("\n\n")
    note = f"{head}\n\n{lines[0]}{own}{''.join(lines[1:])}"
    assert checkpoint.read(note, OURS).size == 16


def test_a_hundred_signatures_are_read() -> None:
    assert checkpoint.read(NOTE + f"— {ORIGIN} {SIGNATURE}\n" * 99, OURS).size == 16


def test_a_checkpoint_that_only_others_signed_is_not_signed() -> None:
    with pytest.raises(checkpoint.NotSigned):
        checkpoint.read(GO_SUM_NOTE, OURS)
    same_name = checkpoint.write(ORIGIN, 16, ROOT, SigningKey.generate())
    with pytest.raises(checkpoint.NotSigned):
        checkpoint.read(same_name, OURS)


def test_a_changed_text_under_our_signature_is_told_as_such() -> None:
    with pytest.raises(checkpoint.WrongSignature):
        checkpoint.read(NOTE.replace("\n16\n", "\n15\n"), OURS)


def test_one_wrong_signature_of_ours_is_enough_to_refuse() -> None:
    wrong = f"— {ORIGIN} {base64.b64encode(OURS.key_id + bytes(64)).decode()}\n"
    with pytest.raises(checkpoint.WrongSignature):
        checkpoint.read(NOTE + wrong, OURS)


def test_our_key_under_another_logs_checkpoint_is_not_this_logs() -> None:
    with pytest.raises(checkpoint.OtherOrigin):
        checkpoint.read(signed(f"hanpyo.example/rounds/4\n16\n{base64.b64encode(ROOT).decode()}\n"), OURS)


ENCODED = base64.b64encode(ROOT).decode()


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n16\n",
        f"{ORIGIN}\n016\n{ENCODED}\n",
        f"{ORIGIN}\n-1\n{ENCODED}\n",
        f"{ORIGIN}\n１６\n{ENCODED}\n",
        f"{ORIGIN}\n{'9' * 5000}\n{ENCODED}\n",
        f"{ORIGIN}\n16\n{ENCODED[:-1]}\n",
        f"{ORIGIN}\n16\n{ENCODED[:-2]}B=\n",
        f"{ORIGIN}\n16\n{base64.b64encode(ROOT[1:]).decode()}\n",
        f"\n16\n{ENCODED}\n",
        f"{ORIGIN}\n16\n{ENCODED}\n\n",
        f"{ORIGIN}\n16\n{ENCODED}\n\nmore\n",
    ],
)
def test_a_signed_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(checkpoint.Malformed):
        checkpoint.read(signed(text), OURS)


def test_a_checkpoints_last_line_ends_in_a_newline() -> None:
    body = NOTE.split("\n\n")[0]
    assert checkpoint.parse(body + "\n").size == 16
    with pytest.raises(checkpoint.Malformed):
        checkpoint.parse(body)


@pytest.mark.parametrize(
    "note",
    [
        NOTE.replace("\n\n", "\n"),
        NOTE.rstrip("\n"),
        NOTE.replace("— ", "- "),
        NOTE.replace(f" {SIGNATURE}", ""),
        NOTE.replace(SIGNATURE, SIGNATURE + " x"),
        NOTE.replace(SIGNATURE, "AAAA"),
        NOTE.replace(SIGNATURE, "!!!!"),
        NOTE.replace("\n16\n", "\n16\r\n"),
        NOTE.replace(SIGNATURE, base64.b64encode(OURS.key_id).decode()),
        NOTE.replace("— hanpyo", "— han+pyo"),
        NOTE + f"— {ORIGIN} {SIGNATURE}\n" * 100,
        checkpoint.sign_note("\n", ORIGIN, KEY).removeprefix("\n\n"),
        NOTE.split("— ")[0],
    ],
)
def test_what_is_no_signed_note_is_refused(note: str) -> None:
    with pytest.raises(checkpoint.Malformed):
        checkpoint.read(note, OURS)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "PeterNeumann",
        PETER[1:],
        PETER[:-1],
        PETER.replace("c74f20a3", "c74f20a4"),
        PETER.replace("c74f20a3", "C74F20A3"),
        PETER.replace("+ARpc", "+BRpc"),
        PETER + "AAAA",
        "Peter Neumann" + PETER.removeprefix("PeterNeumann"),
        PETER.removeprefix("PeterNeumann"),
    ],
)
def test_a_verifiers_key_has_one_way_to_be_written(written: str) -> None:
    with pytest.raises(checkpoint.Malformed):
        Verifier.parse(written)


def test_a_key_of_another_kind_is_told_as_such() -> None:
    with pytest.raises(checkpoint.Malformed, match="not an Ed25519 key"):
        Verifier.parse(PETER.replace("+ARpc", "+BRpc"))


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u3000b", "a\x00b", "half \ud800"])
def test_a_keys_name_has_no_spaces_plus_signs_or_control_characters(name: str) -> None:
    with pytest.raises(checkpoint.Malformed):
        Verifier(name, KEY.verify_key)
    with pytest.raises(checkpoint.Malformed):
        checkpoint.sign_note(TEXT, name, KEY)


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [("", 1, ROOT), ("a b", 1, ROOT), ("a+b", 1, ROOT), ("a\nb", 1, ROOT), ("a", -1, ROOT), ("a", 1, b"short")],
)
def test_nothing_is_signed_that_could_not_be_read(origin: str, size: int, root: bytes) -> None:
    with pytest.raises(checkpoint.Malformed):
        checkpoint.write(origin, size, root, KEY)


@pytest.mark.parametrize("text", ["", "no newline", "a\tb\n", "half \ud800 a pair\n"])
def test_a_note_is_text_that_ends_in_a_newline(text: str) -> None:
    with pytest.raises(checkpoint.Malformed):
        checkpoint.sign_note(text, ORIGIN, KEY)
