"""The second counter has its say before anything is published, and afterwards anybody may ask it."""

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import text

from app.audit.models import SYSTEM, AuditLine
from app.clock import Clock, now
from app.config import ROOT
from app.database import db
from app.results import bundle, rules, services
from app.results.models import Count
from app.rounds import rules as rounds
from tests.results.elections import actions, counted, publish, signers

PROGRAM = ROOT / "static" / "recount.py"
CHECKED = {
    "ballots/committee.jsonl": "ballots/committee.jsonl",
    "ballots/residents.jsonl": "ballots/residents.jsonl",
    "certificate.json": "certificate.json",
    "manifest.json": "manifest",  # of the file itself, or of the certificate that names it
    "result.json": "result.json",
    "rolls.json": "rolls.json",
}
SWAP = """UPDATE cast_ballot SET body = '["3","6"]' WHERE body = '["2","4"]'"""


class Said(NamedTuple):
    status: int
    words: str


def ask(path: Path) -> Said:
    """What everybody sees who runs it, in a folder where nothing of ours is."""
    done = subprocess.run(
        [sys.executable, "-I", str(PROGRAM), path.name, "--lang", "en"],
        cwd=path.parent, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return Said(done.returncode, done.stdout + done.stderr)


def written(count: Count, path: Path) -> Path:
    with path.open("w+b") as file:
        bundle.write(count, file)
    return path


def with_one_byte_changed(bundle_: Path, name: str, place: int) -> Path:
    """A zip that is sound in itself: only what is in `name` is no longer what it was."""
    changed = bundle_.with_name("changed.zip")
    with zipfile.ZipFile(bundle_) as before, zipfile.ZipFile(changed, "w") as after:
        for entry in before.infolist():
            content = bytearray(before.read(entry))
            if entry.filename == name:
                content[place % len(content)] ^= 1
            after.writestr(entry.filename, bytes(content))
    return changed


def test_the_bundle_of_a_published_result_holds_for_everybody(app: Flask, clock: Clock, tmp_path: Path) -> None:
    said = ask(written(publish(counted(clock)), tmp_path / "bundle.zip"))
    assert said.status == 0, said.words
    assert said.words.startswith("Participatory budget 2027")


def test_one_changed_byte_in_any_checked_file_is_named(app: Flask, clock: Clock, tmp_path: Path) -> None:
    whole = written(publish(counted(clock)), tmp_path / "bundle.zip")
    for place, (name, named) in enumerate(CHECKED.items(), start=5):
        said = ask(with_one_byte_changed(whole, name, place * 7))
        assert (said.status, named in said.words) == (1, True), (name, said.words)


def test_ballots_changed_after_the_count_stop_the_publication_and_the_attempt_is_kept(app: Flask, clock: Clock) -> None:
    count = counted(clock)
    staff, approver = signers(count.round)
    services.sign_count(count, staff, "staff", at=now())
    db.session.execute(text(SWAP))
    db.session.commit()
    with pytest.raises(rules.SecondCounterDiffers) as refused:
        services.sign_count(count, approver, "approver", at=now())
    assert "result.json" in refused.value.what
    assert (count.published_at, count.certificate, count.round.state) == (None, None, rounds.COUNTED)
    assert [signature.role for signature in count.signatures] == ["staff"]
    assert actions()[-2:] == ["count.sign", "count.refused"]
    line = db.session.query(AuditLine).filter_by(action="count.refused").one()
    assert (line.subject_id, line.fields) == (count.round_id, {"gates": "second_counter"})


def test_a_result_that_was_written_over_is_not_published_either(app: Flask, clock: Clock) -> None:
    count = counted(clock, source=rounds.HISTORY)
    figures = {"was": '"funded":50000000', "becomes": '"funded":49999999'}
    db.session.execute(text("UPDATE count SET body = replace(body, :was, :becomes)"), figures)
    db.session.commit()
    with pytest.raises(rules.SecondCounterDiffers):
        services.publish_record(count, at=now(), by=SYSTEM)
    assert (count.published_at, count.round.state) == (None, rounds.COUNTED)
