"""A list from the file to the roll: nothing before somebody decides, everything at once, and nothing twice."""

import gc
import io
import tracemalloc
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy import text as sql

from app.audit.models import SYSTEM, AuditLine
from app.clock import Clock, now
from app.database import db
from app.people import identity
from app.roll import list_files, list_queries, list_services, queries
from app.roll import list_rules as rules
from app.roll.models import RollEntry, RollUpload, StagedLine
from app.roll.rules import VotersOtherwise
from app.roll.services import person_key
from app.rounds.models import Round
from app.rounds.rules import ANYBODY, BALLOT_PUBLISHED, DRAFT, REGISTER
from tests import factories
from tests.roll.lists import HEADER, HONG, KEY, KIM, list_round, read, take, text

SAME = "홍길동,1956-03-02,,독산동"
TWIN = "홍길동,560302,010-9999-8888,독산동"
SHARED = "김둘,1990-12-31,010-2222-3333,가산동"


def entries(round_: Round) -> list[RollEntry]:
    return list(db.session.scalars(select(RollEntry).where(RollEntry.round_id == round_.id).order_by(RollEntry.id)))


def staged(round_: Round) -> int:
    return list_queries.count_lines(round_.id)


def kept() -> dict[str, int]:
    db.session.rollback()
    return {table.__tablename__: db.session.query(table).count() for table in (RollEntry, StagedLine, AuditLine)}


def test_people_of_a_list_are_on_the_roll_as_keys(app: Flask) -> None:
    round_ = list_round()
    assert take(round_, text(HONG, KIM)) == 2
    hong, kim = entries(round_)
    assert hong.person_key == person_key(round_.id, "홍길동", date(1956, 3, 2), key=KEY)
    assert hong.phone_key == identity.phone_key(KEY, "+821012345678")
    assert (hong.source, hong.age_band, hong.basis, hong.twin) == ("list", "70-", "address", 0)
    assert hong.area is not None and hong.area.name_ko == "가산동" and kim.area_id != hong.area_id
    assert hong.entered_at.minute == 0 and staged(round_) == 0


def test_before_somebody_decides_the_roll_has_nothing_and_nobodys_data_is_anywhere(app: Flask) -> None:
    round_ = list_round()
    upload = read(round_, text(HONG, KIM))
    assert (upload.state, upload.lines, upload.found) == (rules.READY, 2, {"clean": 2})
    assert queries.count_entries(round_.id) == 0 and staged(round_) == 2
    everything = " ".join(
        str(tuple(row)) for table in db.metadata.sorted_tables for row in db.session.execute(select(table))
    )
    assert not [one for one in ("홍길동", "김영희", "1956", "12345678", "22223333") if one in everything]
    assert [line["name"] for line in upload.shown] == ["홍○동", "김○희"]


def test_what_is_found_is_counted_and_listed_by_row(app: Flask) -> None:
    round_ = list_round()
    take(round_, text("이미,1980-01-01,010-7777-7777,가산동"))
    rows = (HONG, SAME, TWIN, KIM, SHARED, "=1,1,1,1", "이미,1980-01-01,,가산동", "새,1981-01-01,010-7777-7777,가산동")
    upload = read(round_, text(*rows))
    assert upload.found == {
        "clean": 2,
        "twin": 1,
        "phone_twice": 1,
        "phone_on_roll": 1,
        "again": 1,
        "formula": 1,
        "on_roll": 1,
    }
    wanted = [
        (3, ("again",)), (4, ("twin",)), (6, ("phone_twice",)), (7, ("formula",)), (8, ("on_roll",)),
        (9, ("phone_on_roll",)),
    ]  # fmt: skip
    assert list_queries.list_remarks(round_.id, 100) == wanted == list(list_queries.all_remarks(round_.id))


def test_doubtful_lines_are_taken_only_where_somebody_says_so(app: Flask) -> None:
    round_, file = list_round(), text(HONG, TWIN, KIM, SHARED, "서초,1980-01-01,010-7777-7777,서초동")
    assert take(round_, file) == 2
    more = take(round_, file, rules.TWIN, rules.PHONE_ON_ROLL, rules.DONG, reason="")
    assert more == 2  # the twin is known by name and birth date, as the first one is: an officer looks at their card
    by_area = {entry.area_id is None: entry.phone_key is not None for entry in entries(round_)[2:]}
    assert by_area == {False: False, True: True}


def test_people_of_one_name_and_birth_date_are_two_where_somebody_says_so(app: Flask) -> None:
    round_ = list_round()
    assert take(round_, text(HONG, TWIN, "홍길동,1956.3.2,010-5555-8888,가산동"), rules.TWIN) == 3
    assert [(entry.twin, entry.person_key == entries(round_)[0].person_key) for entry in entries(round_)] == [
        (0, True), (1, True), (2, True),
    ]  # fmt: skip


def test_confirming_twice_does_nothing_twice(app: Flask) -> None:
    round_ = list_round()
    upload = read(round_, text(HONG))
    token = upload.token
    assert list_services.take_list(round_, token, (), at=now(), by=SYSTEM) == 1
    before = kept()
    for again in (
        lambda: list_services.take_list(round_, token, (), at=now(), by=SYSTEM),
        lambda: list_services.drop_list(round_, token, at=now(), by=SYSTEM),
        lambda: list_services.claim_taking(round_, token, at=now()),
    ):
        with pytest.raises(rules.ListGone):
            again()
    assert kept() == before


def test_one_list_at_a_time_and_the_second_changes_nothing(app: Flask, clock: Clock) -> None:
    round_ = list_round()
    running = list_services.begin_upload(round_, "", at=now(), by=SYSTEM)
    before = kept()
    with pytest.raises(rules.ListRunning):
        list_services.begin_upload(round_, "", at=now(), by=SYSTEM)
    assert kept() == before
    list_services.give_up_reading(running, at=now())
    upload = read(round_, text(HONG))
    before = kept()
    with pytest.raises(rules.ListWaits):
        list_services.begin_upload(round_, "", at=now(), by=SYSTEM)
    assert kept() == before
    list_services.drop_list(round_, upload.token, at=now(), by=SYSTEM)
    assert (staged(round_), queries.count_entries(round_.id)) == (0, 0)
    assert take(round_, text(HONG)) == 1


def test_a_reading_that_is_not_heard_of_any_more_gives_way_and_keeps_nothing(app: Flask, clock: Clock) -> None:
    round_ = list_round()
    lost = list_services.begin_upload(round_, "", at=now(), by=SYSTEM)
    clock.offset += rules.UNHEARD_OF
    assert take(round_, text(HONG)) == 1
    with pytest.raises(rules.ListGone):
        list_services.read_upload(lost, io.BytesIO(text(KIM)), key=KEY, at=now)
    assert [entry.age_band for entry in entries(round_)] == ["70-"] and staged(round_) == 0


def test_a_file_that_is_no_list_leaves_its_reason_and_nothing_else(app: Flask) -> None:
    round_ = list_round()
    files = {b"": "empty", text(HONG, encoding="utf-16"): "encoding", text(header=HEADER): "empty"}
    for file, why in files.items():
        upload = read(round_, file)
        assert (upload.state, upload.refusal) == (rules.REFUSED, why)
        assert (staged(round_), queries.count_entries(round_.id)) == (0, 0)


def test_a_file_that_breaks_half_way_leaves_none_of_its_lines(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_services, "BLOCK", 1)
    round_ = list_round()
    upload = read(round_, text(HONG, KIM, '"이름,1990-01-01'))
    assert (upload.state, upload.refusal, upload.detail) == (rules.REFUSED, "quotes", "4")
    assert (staged(round_), queries.count_entries(round_.id)) == (0, 0)


def test_a_list_without_a_fit_line_cannot_be_taken(app: Flask) -> None:
    round_ = list_round()
    upload = read(round_, text("=1,2,3,4", "서초,1980-01-01,010-7777-7777,서초동"))
    before = kept()
    with pytest.raises(rules.NothingToTake):
        list_services.take_list(round_, upload.token, (), at=now(), by=SYSTEM)
    assert kept() == before
    assert list_services.take_list(round_, upload.token, (rules.DONG,), at=now(), by=SYSTEM) == 1


def test_lines_that_a_crash_has_taken_are_missed(app: Flask) -> None:
    round_ = list_round()
    upload = read(round_, text(HONG, KIM))
    with db.engine.begin() as connection:
        connection.execute(sql("DELETE FROM roll_staged"))
    before = kept()
    with pytest.raises(rules.ListGone):
        list_services.take_list(round_, upload.token, (), at=now(), by=SYSTEM)
    assert kept() == before


def test_a_day_without_a_decision_drops_a_list(app: Flask, clock: Clock) -> None:
    round_ = list_round()
    upload = read(round_, text(HONG))
    clock.offset += rules.WAITS - timedelta(seconds=1)
    assert list_services.forget_old(at=now()) == 0 and staged(round_) == 1
    clock.offset += timedelta(seconds=2)
    assert list_services.forget_old(at=now()) == 1 and staged(round_) == 0
    db.session.rollback()
    found = db.session.get_one(RollUpload, round_.id)
    assert (found.state, found.shown) == (rules.DROPPED, [])
    with pytest.raises(rules.ListGone):
        list_services.take_list(round_, upload.token, (), at=now(), by=SYSTEM)


def test_after_publication_people_are_added_with_a_reason_until_voting_ends_and_nobody_goes(
    app: Flask, clock: Clock
) -> None:
    round_ = list_round()
    take(round_, text(HONG))
    round_.state = BALLOT_PUBLISHED
    db.session.commit()
    before = kept()
    with pytest.raises(rules.ListReasonMissing):
        list_services.begin_upload(round_, " ", at=now(), by=SYSTEM)
    with pytest.raises(rules.EntriesStay):
        list_services.clear_roll(round_, "잘못 올림", at=now(), by=SYSTEM)
    assert kept() == before
    assert take(round_, text(KIM), reason="빠진 사람") == 1
    line = db.session.query(AuditLine).filter_by(action="roll.take_list").order_by(AuditLine.id.desc()).first()
    assert line is not None and line.fields == {"lines": 1, "entries": 1, "reason": "빠진 사람"}
    clock.offset += timedelta(days=60)
    before = kept()
    with pytest.raises(rules.ListClosed):
        list_services.begin_upload(round_, "늦게", at=now(), by=SYSTEM)
    assert kept() == before


def test_before_publication_the_roll_can_be_cleared(app: Flask) -> None:
    round_ = list_round()
    take(round_, text(HONG, KIM))
    before = kept()
    with pytest.raises(rules.ListReasonMissing):
        list_services.clear_roll(round_, "", at=now(), by=SYSTEM)
    assert kept() == before
    assert list_services.clear_roll(round_, "작년 명부였음", at=now(), by=SYSTEM) == 2
    assert entries(round_) == []


def test_only_a_called_round_that_asks_for_a_list_takes_one(app: Flask) -> None:
    for settings, refused in (
        ({"voters": ANYBODY}, VotersOtherwise),
        ({"voters": REGISTER}, VotersOtherwise),
        ({"state": DRAFT}, rules.ListClosed),
    ):
        round_ = list_round(**settings)
        before = kept()
        with pytest.raises(refused):
            list_services.begin_upload(round_, "", at=now(), by=SYSTEM)
        assert kept() == before


def test_another_rounds_list_is_none_of_this_ones_business(app: Flask) -> None:
    one, other = list_round(), list_round()
    upload = read(one, text(HONG))
    assert take(other, text(HONG, KIM)) == 2
    assert (staged(one), queries.count_entries(one.id), upload.state) == (1, 0, rules.READY)
    keys = {entry.person_key for entry in entries(other)}
    assert list_services.take_list(one, upload.token, (), at=now(), by=SYSTEM) == 1
    assert not keys & {entry.person_key for entry in entries(one)}


def test_a_code_goes_only_to_phones_on_the_list_of_the_ballot_that_was_asked_for(app: Flask) -> None:
    round_, other = list_round(), factories.round_()
    take(round_, text(HONG))
    on_it, not_on_it = (identity.phone_key(KEY, phone) for phone in ("+821012345678", "+821000000000"))
    assert queries.may_vote_at(f"/vote/{round_.id}", on_it)
    for closed in (f"/vote/{round_.id}", f"/vote/{round_.id}/check?x=1"):
        assert not queries.may_vote_at(closed, not_on_it)
    for open_to_all in (f"/vote/{other.id}", "/vote/999999", "/vote", "", f"/vote/{'9' * 40}"):
        assert queries.may_vote_at(open_to_all, not_on_it)


def peak_of(people: int) -> int:
    """Bytes that were in use at once while so many were read; not the file's own."""
    round_ = list_round()
    upload = list_services.begin_upload(round_, "", at=now(), by=SYSTEM)
    file = io.BytesIO(text(*(f"{'가나다라마바사아자차'[n % 10]}순이,1980-01-{n % 28 + 1:02},," for n in range(people))))
    gc.collect()
    tracemalloc.start()
    try:
        list_services.read_upload(upload, file, key=KEY, at=now)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        assert staged(round_) == people


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_list_of_four_times_as_many_takes_no_more_memory(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """With small blocks in place of large ones. The control reads all of it before anything is written, as one does
    who does not stream."""
    monkeypatch.setattr(list_services, "BLOCK", 100)
    monkeypatch.setattr(list_files, "BLOCK", 1 << 12)
    peak_of(200)  # what is made once, such as statements
    assert peak_of(2000) < 2 * peak_of(500)
    monkeypatch.setattr(list_services, "BLOCK", 1 << 20)
    assert peak_of(2000) > 2.5 * peak_of(500)
