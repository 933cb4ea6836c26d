"""The bundle of a published count: complete, the same every time, and nothing in it but what is public."""

import hashlib
import io
import json
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import delete, text

from app.audit.models import SYSTEM
from app.ballots import box, log_queries
from app.ballots import services as ballots
from app.ballots.models import BoxBallot, CastBallot, Participation
from app.ballots.queries import list_candidates
from app.clock import Clock, now
from app.committee.models import Attendance
from app.config import ROOT
from app.crypto import checkpoint, merkle
from app.crypto.signing import VerifyKey
from app.database import db
from app.people.models import Account, Resident
from app.proposals import conflict_services as conflicts
from app.proposals.conflict_rules import ONE_WINS, SAME_PURPOSE
from app.results import bundle, cases, queries, rules, services
from app.results.models import Count
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.tally import canonical, counting
from app.tally.manifest import Manifest
from tests import factories
from tests.ballots.elections import TOKENS, give_key, open_box, picks, seated
from tests.ballots.elections import published as voting
from tests.results.elections import actions, counted, opened, pour, publish, signers

FILES = [
    "README.txt",
    "ballots/committee.jsonl",
    "ballots/residents.jsonl",
    "certificate.json",
    "checkpoints/000001.txt",
    "leaves.txt",
    "manifest.json",
    "recount.py",
    "result.json",
    "rolls.json",
]


def published(clock: Clock, **settings: Any) -> Count:
    return publish(counted(clock, **settings))


def written(count: Count) -> bytes:
    file = io.BytesIO()
    bundle.write(count, file)
    return file.getvalue()


def unpacked(count: Count) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(written(count))) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def read(content: bytes) -> Any:
    """Canonical JSON, to the byte."""
    value = json.loads(content)
    assert canonical.dumps(value) == content
    return value


def test_it_holds_exactly_these_files_in_the_order_of_their_names_and_of_one_time(app: Flask, clock: Clock) -> None:
    with zipfile.ZipFile(io.BytesIO(written(published(clock)))) as archive:
        entries = archive.infolist()
        assert archive.testzip() is None
    assert [entry.filename for entry in entries] == FILES
    assert {(entry.date_time, entry.compress_type, entry.flag_bits) for entry in entries} == {
        ((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED, 0)
    }


def test_the_same_count_has_the_same_bytes_whenever_it_is_asked_for(app: Flask, clock: Clock) -> None:
    count = published(clock)
    first = written(count)
    clock.offset += timedelta(days=400)
    db.session.expire_all()
    assert written(count) == first


def test_the_files_are_what_was_frozen_what_was_counted_and_what_is_shipped(app: Flask, clock: Clock) -> None:
    count = published(clock)
    files = unpacked(count)
    assert files["result.json"] == count.body.encode()
    assert files["recount.py"] == (ROOT / "static" / "recount.py").read_bytes()
    assert files["ballots/residents.jsonl"] == b'["1","4"]\n' * 3 + b'["2","4"]\n' * 2
    assert all(line in files["README.txt"].decode() for line in ("결과 확인 꾸러미", "python3 recount.py FILE.zip"))
    assert read(files["rolls.json"]) == {
        "lowered": {},
        "participations": {"committee": {"made_up": 3}, "residents": {"made_up": 5}},
        "present": {"committee": 3},
        "present_by_item": {"committee": {str(n): 3 for n in range(1, 7)}},
        "seed": None,
    }


def test_counting_what_is_in_it_gives_the_result_that_is_in_it(app: Flask, clock: Clock) -> None:
    files = unpacked(published(clock))
    boxes = {
        Path(name).stem: map(json.loads, content.splitlines())
        for name, content in files.items()
        if name.startswith("ballots/")
    }
    again = counting.count(Manifest.from_json(read(files["manifest.json"])), boxes, **read(files["rolls.json"]))
    assert canonical.dumps(again.to_json()) == files["result.json"]


def test_the_certificate_ties_the_files_together_and_says_who_signed_when(app: Flask, clock: Clock) -> None:
    count = published(clock)
    files = unpacked(count)
    certificate = read(files["certificate.json"])
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    at = count.published_at and count.published_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert certificate == {
        "ballots": {
            "committee": {"count": 3, "sha256": hashes["ballots/committee.jsonl"]},
            "residents": {"count": 5, "sha256": hashes["ballots/residents.jsonl"]},
        },
        "files": {name: hashes[name] for name in ("README.txt", "recount.py")},
        "log": {"root": log_queries.root_of(log_queries.get_checkpoint(count.round_id, 1)), "size": 8},
        "manifest": hashes["manifest.json"],
        "private_key": None,
        "published_at": at,
        "result": hashes["result.json"],
        "rolls": hashes["rolls.json"],
        "round": str(count.round_id),
        "signature": certificate["signature"],
        "signed_by": [
            {"at": signature.signed_at.strftime("%Y-%m-%dT%H:%M:%SZ"), "role": role}
            for signature, role in zip(count.signatures, ("staff", "approver"), strict=True)
        ],
        "unresolved": {"cases": 0, "margin": cases.standing(count).margin},
        "version": 1,
    }


def test_the_certificate_is_signed_by_the_key_that_the_manifest_names(app: Flask, clock: Clock) -> None:
    files = unpacked(published(clock))
    certificate = read(files["certificate.json"])
    named = next(key for key in read(files["manifest.json"])["keys"] if key.startswith("ed25519:"))
    signature = bytes.fromhex(certificate.pop("signature"))
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(named.removeprefix("ed25519:")))
    key.verify(signature, b"hanpyo certificate v1\n" + canonical.dumps(certificate))
    with pytest.raises(InvalidSignature):
        key.verify(signature, b"hanpyo certificate v1\n" + canonical.dumps({**certificate, "round": "0"}))


def test_made_up_ballots_have_a_certificate_that_nobody_signed(app: Flask, clock: Clock) -> None:
    count = counted(clock, source=rounds.HISTORY)
    services.publish_record(count, at=now(), by=SYSTEM)
    certificate = read(unpacked(count)["certificate.json"])
    assert (certificate["signature"], certificate["signed_by"]) == (None, [])


def test_a_result_is_not_published_by_another_key_than_the_manifest_names(app: Flask, clock: Clock) -> None:
    count = counted(clock)
    staff, approver = signers(count.round)
    services.sign_count(count, staff, "staff", at=now())
    before = actions()
    app.extensions["hanpyo"] = replace(app.extensions["hanpyo"], signing_key="0a" * 32)
    with pytest.raises(rules.OtherSigningKey):
        services.sign_count(count, approver, "approver", at=now())
    assert (count.published_at, count.certificate, count.round.state, actions()) == (None, None, rounds.COUNTED, before)


def test_the_order_of_casting_leaves_no_trace(app: Flask, clock: Clock) -> None:
    votes = [["2", "4"], ["1", "6"], ["1", "5"], ["3", "4"], ["1", "6"]]
    one, other = (published(clock, residents=cast) for cast in (votes, votes[::-1]))
    files = [unpacked(count)["ballots/residents.jsonl"] for count in (one, other)]
    assert files[0] == files[1] == b'["1","5"]\n["1","6"]\n["1","6"]\n["2","4"]\n["3","4"]\n'


def test_ballots_are_sorted_by_bytes_not_by_any_language(app: Flask, clock: Clock) -> None:
    round_ = voting(clock, source=rounds.HISTORY)
    words = ["a", "B", "가", "Z", "_", "é", "10", "2", "\U0001f5f3", "\uffee"]
    pour(round_, rounds.RESIDENTS, [[word] for word in words])
    assert list(box.lines(round_.id, rounds.RESIDENTS)) == sorted(f'["{word}"]'.encode() for word in words)


def test_the_rolls_are_those_of_the_count_whatever_becomes_of_them(app: Flask, clock: Clock) -> None:
    count = counted(clock)
    db.session.execute(delete(Attendance))
    db.session.execute(delete(Participation))
    db.session.commit()
    rolls = read(unpacked(publish(count))["rolls.json"])
    assert (rolls["present"], rolls["participations"]["residents"]) == ({"committee": 3}, {"made_up": 5})


def test_a_seed_that_was_drawn_with_is_in_the_rolls(app: Flask, clock: Clock) -> None:
    round_ = opened(clock, residents=[], committee=[], tie_order=["lot"])
    staff, approver = signers(round_)
    services.enter_seed(round_, "3 11 15", "로또", staff, at=now())
    services.confirm_seed(round_, "3 11 15", approver, at=now())
    count = publish(services.count_round(round_, at=now(), by=SYSTEM))
    assert read(unpacked(count)["rolls.json"])["seed"] == "3 11 15"


CHANGES_IN = (
    "INSERT INTO cast_ballot SELECT 'x', round_id, chamber, body FROM cast_ballot WHERE id = "
    "(SELECT min(id) FROM cast_ballot)"
)
CHANGES = {
    "taken out": "DELETE FROM cast_ballot WHERE id = (SELECT min(id) FROM cast_ballot)",
    "put in": CHANGES_IN,
    "changed": """UPDATE cast_ballot SET body = '["3","6"]' WHERE id = (SELECT min(id) FROM cast_ballot)""",
}


@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES)
def test_there_is_no_bundle_of_other_ballots_than_those_certified(app: Flask, clock: Clock, statement: str) -> None:
    count = published(clock)
    db.session.execute(text(statement))
    db.session.commit()
    with pytest.raises(rules.BoxChanged):
        written(count)


def test_the_log_in_it_is_that_of_the_box_under_its_signed_checkpoints(app: Flask, clock: Clock) -> None:
    count = published(clock)
    files = unpacked(count)
    log, manifest = read(files["certificate.json"])["log"], read(files["manifest.json"])
    leaves = [bytes.fromhex(line) for line in files["leaves.txt"].decode().splitlines()]
    key = VerifyKey.from_hex(manifest["keys"][0].removeprefix("ed25519:"))
    origin = f"hanpyo/{count.round_id}/{hashlib.sha256(files['manifest.json']).hexdigest()}"
    signed = checkpoint.read(files["checkpoints/000001.txt"].decode(), checkpoint.Verifier(origin, key))
    assert (signed.size, signed.root.hex()) == (log["size"], log["root"]) == (8, merkle.root(leaves).hex())
    assert leaves == [merkle.leaf_hash(row.sealed) for row in in_the_box(count.round_id)]


def in_the_box(round_id: int) -> list[BoxBallot]:
    return db.session.query(BoxBallot).filter_by(round_id=round_id).order_by(BoxBallot.position).all()


def test_a_round_that_seals_nothing_has_no_log_and_no_checkpoints(app: Flask, clock: Clock) -> None:
    count = counted(clock, source=rounds.HISTORY)
    services.publish_record(count, at=now(), by=SYSTEM)
    files = unpacked(count)
    assert read(files["certificate.json"])["log"] is None
    assert [name for name in files if "leaves" in name or "checkpoint" in name] == []


DISAGREEMENTS = {
    "an opened ballot is gone": ("DELETE FROM cast_ballot WHERE id = (SELECT min(id) FROM cast_ballot)", (8, 8, 7)),
    "an opened ballot too many": (CHANGES_IN, (8, 8, 9)),
    "the checkpoint is gone": ("DELETE FROM checkpoint", (8, 0, 8)),
    "a sealed ballot is gone": ("DELETE FROM box_ballot WHERE position = 3", (7, 8, 8)),
    "a leaf is another": ("UPDATE box_ballot SET leaf = id || id WHERE position = 3", (8, 8, 8)),
}


@pytest.mark.parametrize(("statement", "numbers"), DISAGREEMENTS.values(), ids=DISAGREEMENTS)
def test_a_box_that_disagrees_with_its_log_is_not_published(
    app: Flask, clock: Clock, statement: str, numbers: tuple[int, int, int]
) -> None:
    count = counted(clock)
    staff, approver = signers(count.round)
    services.sign_count(count, staff, "staff", at=now())
    unguarded(statement)
    before = actions()
    with pytest.raises(rules.LogDisagrees) as refusal:
        services.sign_count(count, approver, "approver", at=now())
    assert (refusal.value.sealed, refusal.value.signed, refusal.value.opened) == numbers
    assert (count.published_at, count.certificate, count.round.state, actions()) == (None, None, rounds.COUNTED, before)


def test_there_is_no_bundle_of_another_log_than_the_certified_one(app: Flask, clock: Clock) -> None:
    count = published(clock)
    unguarded("UPDATE box_ballot SET leaf = id || id WHERE position = 3")
    with pytest.raises(rules.BoxChanged):
        written(count)


def unguarded(statement: str) -> None:
    """As somebody who owns the database does it: the triggers are taken away first."""
    postgresql = db.engine.dialect.name == "postgresql"
    for table in ("box_ballot", "checkpoint"):
        for verb in () if postgresql else ("update", "delete"):
            db.session.execute(text(f"DROP TRIGGER {table}_kept_{verb}"))
        if postgresql:
            db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    db.session.execute(text(statement))
    db.session.commit()


def test_nobody_can_be_known_by_anything_in_it(app: Flask, clock: Clock) -> None:
    """Names, phones, sign-ins, keys of voters and numbers of ballots, of people who really cast."""
    round_ = voting(clock)
    for n, token in enumerate(TOKENS[:4]):
        voter = factories.resident(name=f"홍길동{n}", phone=f"010-9876-543{n}")
        ballots.cast_as_resident(round_.id, voter, picks(round_), token=token)
    seated(round_, 3, 3, "ended")
    clock.offset += max(phase.ends_at for phase in round_.phases) - now() + timedelta(minutes=1)
    services.close_round(round_, at=now(), by=SYSTEM)
    open_box(round_)
    count = publish(services.count_round(round_, at=now(), by=SYSTEM))
    known: dict[str, Callable[[], list[Any]]] = {
        "residents": lambda: [(one.name, one.phone, one.phone_key) for one in db.session.query(Resident) if one.name],
        "accounts": lambda: [(one.name, one.login) for one in db.session.query(Account)],
        "participations": lambda: [(one.voter_key,) for one in db.session.query(Participation)],
        "ballots": lambda: [(one.id,) for one in db.session.query(CastBallot)],
    }
    everything = b"".join(unpacked(count).values())
    for what, list_known in known.items():
        words = {word for row in list_known() for word in row}
        assert len(words) >= 4, what
        assert [word for word in words if word.encode() in everything] == [], what


def test_a_count_from_before_certificates_were_kept_has_the_same_bundle(app: Flask, clock: Clock) -> None:
    count = counted(clock, source=rounds.HISTORY)
    services.publish_record(count, at=now(), by=SYSTEM)
    before, count_id = written(count), count.id
    db.session.remove()
    downgrade(revision="0001_first_round")
    upgrade()
    count = db.session.get_one(Count, count_id)
    assert (count.rolls, count.certificate) == (None, None)
    assert written(count) == before


def test_many_ballots_are_written_a_few_at_a_time(app: Flask, clock: Clock, tmp_path: Path) -> None:
    count = published(clock, residents=[["1", "4"]] * 30_000, source=rounds.HISTORY)
    with (tmp_path / "bundle.zip").open("w+b") as file:
        tracemalloc.start()
        bundle.write(count, file)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 3_000_000
        with zipfile.ZipFile(file) as archive:
            assert archive.read("ballots/residents.jsonl") == b'["1","4"]\n' * 30_000


def test_the_size_is_known_without_writing_it(app: Flask, clock: Clock) -> None:
    count = published(clock)
    overhead = len(written(count)) - bundle.estimate_size(count)
    assert 0 < overhead < 200 * len(FILES)


def test_an_unpublished_count_is_not_found(app: Flask, clock: Clock) -> None:
    count = counted(clock)
    assert count.rolls is not None and count.certificate is None
    with pytest.raises(LookupError):
        queries.get_published(count.round_id)


def of_section_only_one_wins(round_: Round) -> None:
    give_key(round_)
    first = [one for one in list_candidates(round_.id) if one.section == round_.sections[0]]
    for one, other in combinations(first, 2):
        conflict = conflicts.add_conflict(round_, one, other, SAME_PURPOSE, at=now(), by=SYSTEM)
        conflicts.settle_conflict(conflict, ONE_WINS, "같은 일입니다.", factories.account("staff"), at=now())


def test_of_proposals_settled_so_only_the_better_placed_wins_and_all_counters_agree(
    app: Flask, clock: Clock, tmp_path: Path
) -> None:
    count = published(clock, key=of_section_only_one_wins)  # the second counter has agreed
    files = unpacked(count)
    items = {item["number"]: item["excludes"] for item in read(files["manifest.json"])["items"]}
    assert items == {1: ["2", "3"], 2: ["1", "3"], 3: ["1", "2"], 4: [], 5: [], 6: []}
    rows = [row for row in read(files["result.json"])["items"] if row["section"] == "s1"]
    winner = rows[0]["id"]
    assert [(row["outcome"], row["reason"], row["reference"] and row["reference"]["items"]) for row in rows] == [
        ("funded", "within_cap", None),
        ("not_funded", "excluded", [winner]),
        ("not_funded", "excluded", [winner]),
    ]
    (tmp_path / "bundle.zip").write_bytes(written(count))
    again = [sys.executable, str(ROOT / "static" / "recount.py"), str(tmp_path / "bundle.zip")]
    done = subprocess.run(again, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
