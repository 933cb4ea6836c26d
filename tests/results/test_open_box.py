"""A box that is opened for everybody: the sealed ballots and the private key are in the bundle, and before it nowhere
but where they were kept. A box that is not has no private key, ever."""

import base64
import io
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DatabaseError

from app.audit.models import SYSTEM
from app.ballots import lids, queries
from app.ballots import rules as ballot_rules
from app.ballots import services as casting
from app.ballots.models import BoxBallot, IntakeBallot
from app.clock import Clock, now
from app.crypto import merkle, sealing, trustees
from app.database import db
from app.results import bundle, bundle_files, certificate, doctor, rules, services
from app.results.models import Count
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.tally import canonical
from app.tally.manifest import Manifest
from tests import factories
from tests.ballots.elections import KEYS, TOKENS, move_into, open_box, picks, published, seated
from tests.results.elections import MEMBERS, actions, counted, opened, pour, publish, signers

CHAMBERS = ("committee", "residents")


def voted_and_closed(clock: Clock, opening: str) -> Round:
    """Four residents who cast, two who were poured, three of the committee; nobody can read what one of them sealed."""
    round_ = published(clock, running=None, opening=opening)
    seated(round_, MEMBERS, MEMBERS, "ended")
    pour(round_, rounds.RESIDENTS, [["2", "4"]] * 2)
    pour(round_, rounds.COMMITTEE, [["2", "5"]] * 2 + [["1", "4"]])
    move_into(clock, round_, rounds.VOTING)
    for token in TOKENS[:4]:
        casting.cast_as_resident(round_.id, factories.resident(), picks(round_), token=token)
    waiting = db.session.query(IntakeBallot).filter_by(chamber=rounds.RESIDENTS).order_by(IntakeBallot.id)
    noise = bytes(len(waiting[0].sealed))
    db.session.execute(
        text("UPDATE intake_ballot SET sealed = :noise WHERE id = :id"), {"noise": noise, "id": waiting[0].id}
    )
    db.session.commit()
    clock.offset += max(phase.ends_at for phase in round_.phases) - now()
    services.close_round(round_, at=now(), by=SYSTEM)
    return round_


def written(count: Count) -> bytes:
    file = io.BytesIO()
    bundle.write(count, file)
    return file.getvalue()


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == sorted(archive.namelist())
        return {name: archive.read(name) for name in archive.namelist()}


def sealed_in(files: dict[str, bytes], chamber: str) -> list[tuple[int, bytes]]:
    lines = [line.split(" ") for line in files[f"sealed/{chamber}.txt"].decode().splitlines()]
    return [(int(position), base64.b64decode(ballot, validate=True)) for position, ballot in lines]


def private_of(round_: Round) -> sealing.PrivateKey:
    """As the trustees have it."""
    return sealing.PrivateKey(trustees.combine([KEYS[queries.get_round_key(round_.id).public_key]]))


def everything() -> Iterator[str]:
    """All that is in the database, and bytes in every way in which they are written down."""
    db.session.rollback()
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(select(table)):
            for value in row:
                yield value.hex() + base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def is_kept(key: sealing.PrivateKey) -> list[str]:
    """Where the private key is, however it is written."""
    number = str(int.from_bytes(key.raw, "big"))
    forms = (key.hex(), key.hex().upper(), base64.b64encode(key.raw).decode().rstrip("="), number)
    return [value for value in everything() if any(form in value for form in forms)]


def test_from_the_cast_to_the_bundle_everybody_can_open_every_sealed_ballot(
    app: Flask, clock: Clock, tmp_path: Path
) -> None:
    round_ = voted_and_closed(clock, rounds.OPEN)
    open_box(round_)
    count = publish(services.count_round(round_, at=now(), by=SYSTEM))
    content = written(count)
    files = unpacked(content)
    said, leaves = canonical.loads(files["certificate.json"]), files["leaves.txt"].decode().split()
    manifest = Manifest.from_json(canonical.loads(files["manifest.json"]))
    key = sealing.PrivateKey.from_hex(said["private_key"])
    assert manifest.keys[1] == f"hpke-p256-open:{key.public_key.hex()}"
    places = []
    for chamber in CHAMBERS:
        sealed, lid = sealed_in(files, chamber), lids.lid_of(manifest, chamber)
        assert [merkle.leaf_hash(ballot).hex() for _, ballot in sealed] == [leaves[place] for place, _ in sealed]
        lines = sorted(opened_by_anybody(lid, key, ballot) + b"\n" for _, ballot in sealed)
        assert b"".join(lines) == files[f"ballots/{chamber}.jsonl"]
        assert [place for place, _ in sealed] == sorted(place for place, _ in sealed)
        places += [place for place, _ in sealed]
    assert sorted(places) == list(range(said["log"]["size"])) == list(range(9))
    assert files["ballots/residents.jsonl"].count(b"null\n") == 1
    assert 0 < len(content) - bundle.estimate_size(count) < 200 * len(files)
    (tmp_path / "bundle.zip").write_bytes(content)
    run = subprocess.run(
        [sys.executable, bundle.PROGRAM, tmp_path / "bundle.zip"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def opened_by_anybody(lid: lids.Lid, key: sealing.PrivateKey, ballot: bytes) -> bytes:
    try:
        body = lid.open(key, ballot)
    except sealing.NotOpened:
        return b"null"
    return body if ballot_rules.is_plain(body) else b"null"


def test_a_round_that_nobody_voted_in_has_empty_files_and_its_key(app: Flask, clock: Clock) -> None:
    files = unpacked(written(publish(counted(clock, residents=[], committee=[], opening=rounds.OPEN))))
    assert [files[f"sealed/{chamber}.txt"] for chamber in CHAMBERS] == [b"", b""]
    said = canonical.loads(files["certificate.json"])
    assert said["log"] is None and len(said["private_key"]) == 64 and "leaves.txt" not in files


@pytest.mark.parametrize(("opening", "places"), [(rounds.OBSERVER, 0), (rounds.OPEN, 1)])
def test_the_private_key_is_kept_only_where_it_was_promised_and_only_from_the_opening_on(
    app: Flask, clock: Clock, opening: str, places: int
) -> None:
    round_ = voted_and_closed(clock, opening)
    key = private_of(round_)
    assert is_kept(key) == []
    open_box(round_)
    assert is_kept(key) == [key.hex()] * places
    count = services.count_round(round_, at=now(), by=SYSTEM)
    assert is_kept(key) == [key.hex()] * places
    publish(count)
    assert len(is_kept(key)) == 2 * places  # and in the certificate
    files = unpacked(written(count))
    assert sum(key.hex().encode() in content for content in files.values()) == places
    assert sum(name.startswith("sealed/") for name in files) == places * len(CHAMBERS)


KEPT = {
    "before the opening": (rounds.OPEN, "opened_at = NULL, private_key = :key", "private_until_opened"),
    "of a box that is not opened for everybody": (rounds.OBSERVER, "private_key = :key", "round_key is frozen"),
}


@pytest.mark.parametrize(("opening", "change", "said"), KEPT.values(), ids=KEPT)
def test_the_database_keeps_no_private_key(app: Flask, clock: Clock, opening: str, change: str, said: str) -> None:
    round_ = opened(clock, opening=opening)
    before = queries.get_round_key(round_.id).private_key
    with pytest.raises(DatabaseError, match=said):
        db.session.execute(text(f"UPDATE round_key SET {change} WHERE round_id = {round_.id}"), {"key": "0" * 64})
    db.session.rollback()
    assert queries.get_round_key(round_.id).private_key == before


def test_a_result_is_not_published_without_the_key_that_was_promised(app: Flask, clock: Clock) -> None:
    count = counted(clock, opening=rounds.OPEN)
    staff, approver = signers(count.round)
    services.sign_count(count, staff, "staff", at=now())
    before = actions()
    for change in ("substr(public_key, 3, 64)", "'nothing'", "NULL"):
        db.session.execute(text(f"UPDATE round_key SET private_key = {change}"))
        db.session.commit()
        with pytest.raises(rules.OtherPrivateKey):
            services.sign_count(count, approver, "approver", at=now())
        left = (count.published_at, count.certificate, count.round.state, actions())
        assert left == (None, None, rounds.COUNTED, before)
    assert [signature.role for signature in count.signatures] == ["staff"]


def test_there_is_no_bundle_of_other_sealed_ballots_than_those_of_the_log(app: Flask, clock: Clock) -> None:
    count = publish(counted(clock, opening=rounds.OPEN))
    place = db.session.query(BoxBallot.position).filter_by(chamber="committee").limit(1).scalar()
    other = "(SELECT sealed FROM box_ballot WHERE chamber = 'residents' LIMIT 1)"
    unguarded("box_ballot", f"UPDATE box_ballot SET sealed = {other} WHERE position = {place}")
    with pytest.raises(rules.BoxChanged, match="committee"):
        written(count)


def unguarded(table: str, statement: str) -> None:
    """As somebody who owns the database does it: the triggers are taken away first."""
    postgresql = db.engine.dialect.name == "postgresql"
    away = [f"DROP TRIGGER {table}_kept_{verb}" for verb in ("update", "delete")]
    for first in [f"ALTER TABLE {table} DISABLE TRIGGER USER"] if postgresql else away:
        db.session.execute(text(first))
    db.session.execute(text(statement))
    db.session.commit()


@pytest.fixture
def upgraded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The next release, with another program and other words beside it on the disk."""

    def install() -> None:
        for name, path in bundle_files.SHIPPED.copy().items():
            newer = tmp_path / name
            newer.write_bytes(path.read_bytes() + b"\n# of the next release\n")
            monkeypatch.setitem(bundle_files.SHIPPED, name, newer)

    return install


def test_a_bundle_from_before_an_upgrade_is_the_same_to_the_byte_afterwards(
    app: Flask, clock: Clock, upgraded: Any
) -> None:
    count = publish(counted(clock))
    before, size = written(count), bundle.estimate_size(count)
    upgraded()
    assert (written(count), bundle.estimate_size(count)) == (before, size)
    assert [finding for finding in doctor.examine() if finding.faults] == []
    newer = unpacked(written(publish(counted(clock))))
    assert newer["recount.py"].endswith(b"# of the next release\n")
    assert written(count) == before


def test_the_files_of_one_release_are_kept_once_and_never_changed(app: Flask, clock: Clock) -> None:
    kept = [publish(counted(clock)), publish(counted(clock))]
    named = [canonical.loads((count.certificate or "").encode())["files"] for count in kept]
    assert named == [bundle_files.hashes()] * 2
    assert db.session.scalar(text("SELECT count(*) FROM bundle_file")) == 2
    for statement in ("UPDATE bundle_file SET body = body", "DELETE FROM bundle_file"):
        with pytest.raises(DatabaseError, match="bundle_file is never changed"):
            db.session.execute(text(statement))
        db.session.rollback()


def test_a_bundle_whose_program_is_gone_is_not_made_with_another_one(app: Flask, clock: Clock, upgraded: Any) -> None:
    count = publish(counted(clock))
    unguarded("bundle_file", "DELETE FROM bundle_file")
    assert canonical.loads(unpacked(written(count))["certificate.json"])["files"] == bundle_files.hashes()
    upgraded()
    with pytest.raises(rules.BoxChanged, match="README.txt"):
        written(count)


def test_many_sealed_ballots_are_read_a_few_at_a_time(app: Flask) -> None:
    """5,000 of 4 KiB each, of which a thousand are in memory at once."""
    round_id, entries = factories.round_().id, 5_000
    for start in range(0, entries, 1_000):
        rows = [row_of(round_id, place, place.to_bytes(4) * 1024) for place in range(start, start + 1_000)]
        db.session.execute(insert(BoxBallot), rows)
    db.session.commit()
    file, size = certificate.SealedFile(round_id, rounds.RESIDENTS), 0
    tracemalloc.start()
    for line in file:
        size += len(line)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (file.facts(), size > entries * 5_000, most < 10_000_000) == ({"count": entries}, True, True)


def row_of(round_id: int, place: int, sealed: bytes) -> dict[str, Any]:
    return {
        "round_id": round_id,
        "position": place,
        "id": f"{place:032x}",
        "chamber": rounds.RESIDENTS,
        "receipt": f"{place:016}",
        "leaf": merkle.leaf_hash(sealed).hex(),
        "sealed": sealed,
    }
