"""The sealed box for everybody: how far it has come, and where one's own ballot is; the number in no address."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from app.audit.models import SYSTEM
from app.ballots import batches, bulk, log_queries
from app.ballots.models import BoxBallot, IntakeBallot
from app.clock import Clock, now
from app.crypto import merkle
from app.database import db
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.actors import Person
from tests.ballots.elections import picks, published
from tests.page import Page


def filled(clock: Clock, ballots: int = 25) -> Round:
    round_ = published(clock)
    choices = [picks(round_)] * ballots
    bulk.pour_ballots(round_, rounds.RESIDENTS, choices, "made_up", at=now(), by=SYSTEM, allow_made_up=True)
    clock.offset += timedelta(minutes=10)
    batches.run_due(now())
    return round_


def look_up(person: Person, round_: Round, typed: str) -> Page:
    return person.submit(person.get(f"/rounds/{round_.id}/box"), receipt=typed)


def test_it_says_what_the_last_checkpoint_says_and_not_how_many_wait(app: Flask, clock: Clock) -> None:
    round_ = filled(clock)
    page = Person(app).get(f"/rounds/{round_.id}/box")
    latest = log_queries.get_checkpoint(round_.id, 1)
    (line,) = page.table("확인점")
    assert page.has("함에 든 봉인된 표 5")
    assert (line["표의 수"], line["뿌리 해시"]) == ("5", log_queries.root_of(latest))
    before = page.text
    db.session.query(IntakeBallot).delete()
    db.session.commit()
    assert Person(app).get(f"/rounds/{round_.id}/box").text == before


def test_a_checkpoint_is_downloaded_byte_for_byte(app: Flask, clock: Clock) -> None:
    round_ = filled(clock)
    answer = Person(app).client.get(f"/rounds/{round_.id}/box/checkpoints/1.txt")
    assert answer.text == log_queries.get_checkpoint(round_.id, 1).note
    assert answer.headers["Content-Disposition"] == "attachment; filename=checkpoint-000001.txt"
    assert Person(app).status(f"/rounds/{round_.id}/box/checkpoints/2.txt") == 404


WRITTEN: dict[str, Callable[[str], str]] = {
    "digits": str,
    "blanks": lambda number: f" {' '.join(number[place : place + 4] for place in range(0, 16, 4))} ",
    "hyphens": lambda number: "-".join(number[place : place + 4] for place in range(0, 16, 4)),
    "wide digits": lambda number: "".join(chr(ord(digit) + 0xFEE0) for digit in number),  # of a Korean keyboard
}


@pytest.mark.parametrize("write", WRITTEN.values(), ids=WRITTEN)
def test_a_ballot_in_the_box_is_found_with_its_place_and_a_proof(
    app: Flask, clock: Clock, write: Callable[[str], str]
) -> None:
    round_ = filled(clock)
    row = db.session.query(BoxBallot).filter_by(position=2).one()
    page = look_up(Person(app), round_, write(row.receipt))
    assert page.has("함 안 3번째에 있습니다. 확인점 1부터 들어 있습니다.")
    proof = log_queries.find_proof(round_.id, row.receipt)
    assert proof is not None and all(page.has(digest) for digest in (*proof.path, proof.root, proof.leaf))


def test_the_proof_is_downloaded_and_holds_by_itself(app: Flask, clock: Clock) -> None:
    round_, person = filled(clock), Person(app)
    row = db.session.query(BoxBallot).filter_by(position=3).one()
    page = look_up(person, round_, row.receipt)
    answer = page.form(button="증명 내려받기 (JSON)").submit(person.client, button="증명 내려받기 (JSON)")
    proof = json.loads(answer.text)
    root, path = bytes.fromhex(proof["root_hash"]), [bytes.fromhex(digest) for digest in proof["inclusion_path"]]
    leaf = bytes.fromhex(proof["leaf_hash"])
    assert leaf == merkle.leaf_hash(row.sealed)
    assert merkle.verify_inclusion(leaf, proof["leaf_index"], proof["tree_size"], path, root)
    assert proof["checkpoint"].split("\n")[1:3] == ["5", base64.b64encode(root).decode()]
    assert answer.headers["Content-Disposition"] == "attachment; filename=proof.json"


def test_a_ballot_that_waits_is_said_to_wait(app: Flask, clock: Clock) -> None:
    round_ = filled(clock)
    waiting = db.session.query(IntakeBallot).first()
    assert waiting is not None
    assert look_up(Person(app), round_, waiting.receipt).has("다음 묶음을 기다립니다.")


@pytest.mark.parametrize(
    "typed", ["", "1234", "4539578763621487", "45395787636214860", "사오삼구오칠팔칠육삼육이일사팔육"]
)
def test_a_slip_of_the_pen_is_said_at_the_field_and_kept(app: Flask, clock: Clock, typed: str) -> None:
    page = look_up(Person(app), filled(clock), typed)
    wanted = "번호를 다시 확인해 주세요." if typed else "접수번호를 입력해 주세요."
    assert page.errors and wanted in page.errors[0]
    assert page.soup.select_one("#receipt")["value"] == typed


def test_a_number_that_is_of_no_ballot_here_is_said_so(app: Flask, clock: Clock) -> None:
    assert look_up(Person(app), filled(clock), "4539578763621486").has("이 회차의 함에는 이 접수번호의 표가 없습니다.")


def test_before_publication_and_where_nothing_is_sealed_there_is_no_box(app: Flask, clock: Clock) -> None:
    without = (factories.round_(), published(clock, source=rounds.HISTORY))
    for round_ in without:
        assert Person(app).status(f"/rounds/{round_.id}/box") == 404
        assert "/box" not in str(Person(app).get(f"/rounds/{round_.id}").soup)


def test_the_round_page_leads_to_the_box(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    assert Person(app).get(f"/rounds/{round_.id}").link("봉인된 투표함 보기") == f"/rounds/{round_.id}/box"


def test_from_the_vote_to_ones_own_sealed_ballot(app: Flask, clock: Clock) -> None:
    """The number goes in the form's body: after each step the address holds none of it."""
    round_ = published(clock)
    person = Person(app, factories.resident())
    ballot = person.get(f"/vote/{round_.id}")
    check = Page(ballot.form(action="/check").tick("pick", *picks(round_)).submit(person.client, follow_redirects=True))
    done = Page(check.form(action="/cast").submit(person.client, follow_redirects=True))
    kept = db.session.query(IntakeBallot).one()
    leaf = merkle.leaf_hash(kept.sealed).hex()
    assert done.summary()["접수번호"].replace("-", "") == kept.receipt and done.has(leaf)
    assert done.soup.select_one("svg") is not None
    found = done.form(button="내 봉인된 표 찾아보기").submit(person.client)
    assert Page(found).has("다음 묶음을 기다립니다.") and kept.receipt not in found.request.url


def test_it_is_all_there_in_english(app: Flask, clock: Clock) -> None:
    round_ = filled(clock)
    row = db.session.query(BoxBallot).filter_by(position=0).one()
    page = look_up(Person(app, locale="en"), round_, row.receipt)
    assert page.h1 == "The sealed ballot box" and page.has("It is in the box at place 1, since checkpoint 1.")


def grown(clock: Clock) -> Round:
    """Three checkpoints: of 5, 12 and 21 ballots."""
    round_ = filled(clock)
    for more in (7, 9):
        choices = [picks(round_)] * more
        bulk.pour_ballots(round_, rounds.RESIDENTS, choices, "made_up", at=now(), by=SYSTEM, allow_made_up=True)
        clock.offset += timedelta(minutes=10)
        batches.run_due(now())
    return round_


def test_two_checkpoints_are_compared_in_words_and_the_proof_can_be_copied(app: Flask, clock: Clock) -> None:
    round_, person = grown(clock), Person(app)
    page = person.get(person.get(f"/rounds/{round_.id}/box").link("두 확인점이 서로 맞는지 보기"))
    assert page.has("확인점 2 → 3") and page.has(
        "확인점 2의 표 12장이 확인점 3의 처음 12자리에 그대로 있고, 그 뒤에 9장이"
    )
    for first, second in (("1", "3"), ("3", "1")):
        page = person.submit(page, first=first, second=second)
        growth = log_queries.prove_growth(round_.id, 1, 3)
        assert page.has("확인점 1 → 3") and page.has("서로 맞습니다.")
        assert page.has(growth.first_root) and page.has(growth.second_root)
        assert growth.path and all(page.has(digest) for digest in growth.path)
    assert person.submit(page, first="2", second="2").has("같은 확인점입니다.")


def test_the_consistency_proof_is_downloaded_and_holds_by_itself(app: Flask, clock: Clock) -> None:
    round_, person = grown(clock), Person(app)
    page = person.get(f"/rounds/{round_.id}/box/consistency?first=1&second=2")
    answer = person.client.get(page.link("증명 내려받기 (JSON)"))
    proof = json.loads(answer.text)
    first, second = (bytes.fromhex(proof[f"{one}_root_hash"]) for one in ("first", "second"))
    path = [bytes.fromhex(digest) for digest in proof["consistency_path"]]
    assert merkle.verify_consistency(5, first, 12, second, path)
    assert (proof["first_size"], proof["second_size"]) == (5, 12)
    for one, root in ((1, first), (2, second)):
        note = proof["first_checkpoint" if one == 1 else "second_checkpoint"]
        assert note == log_queries.get_checkpoint(round_.id, one).note
        assert note.split("\n")[2] == base64.b64encode(root).decode()
    assert answer.headers["Content-Disposition"] == "attachment; filename=consistency.json"


def test_what_was_changed_after_a_checkpoint_is_said_to_all(app: Flask, clock: Clock) -> None:
    round_ = grown(clock)
    with db.engine.begin() as connection:
        if db.engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER box_ballot_kept_update"))
        else:
            connection.execute(text("ALTER TABLE box_ballot DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE box_ballot SET leaf = :other WHERE position = 2"), {"other": "0" * 64})
    page = Person(app).get(f"/rounds/{round_.id}/box/consistency?first=1&second=2")
    assert page.has("서로 맞지 않습니다.") and not page.has("서로 맞습니다.")


def test_with_one_checkpoint_or_one_that_is_not_there_nothing_is_compared(app: Flask, clock: Clock) -> None:
    round_ = filled(clock)
    page = Person(app).get(f"/rounds/{round_.id}/box/consistency")
    assert page.has("확인점이 둘 이상 있어야 견줄 수 있습니다.") and not page.soup.select("main form")
    round_ = grown(clock)
    for numbers in ("first=1&second=9", "first=x&second=2"):
        page = Person(app).get(f"/rounds/{round_.id}/box/consistency?{numbers}")
        assert page.status == 422 and page.errors
    assert Person(app).status(f"/rounds/{round_.id}/box/consistency/1-9.json") == 404
