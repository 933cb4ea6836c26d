"""The key is made, given away, confirmed, and put together again: every way that fails changes nothing."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.audit.models import SYSTEM, AuditLine
from app.ballots import box, bulk, ceremony, lids, opening, queries, rules, services
from app.ballots.models import BoxBallot, BoxOpening, CastBallot, IntakeBallot, RoundKey, Trustee
from app.clock import Clock, now
from app.crypto import trustees
from app.crypto.sealing import PrivateKey
from app.database import db, transaction
from app.errors import NotFound
from app.results import services as results
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.ballots.elections import TOKENS, picks, publish_ballot, published, seated, shortlisted

NAMES = ("가나다", "라마바", "사아자")


def made(round_: Round, threshold: int = 2) -> list[str]:
    return ceremony.make_key(round_, NAMES, threshold, at=now(), by=SYSTEM)


def confirm(round_: Round, number: int, words: str) -> None:
    ceremony.confirm_words(round_, number, words, at=now(), by=SYSTEM)


def ready(round_: Round, threshold: int = 2) -> list[str]:
    words = made(round_, threshold)
    for number, theirs in enumerate(words, start=1):
        confirm(round_, number, theirs)
    return words


def state() -> list[Any]:
    """All that a ceremony writes."""
    db.session.rollback()
    tables = (RoundKey, Trustee, BoxOpening, CastBallot, AuditLine)
    return [tuple(row) for table in tables for row in db.session.execute(select(*table.__table__.columns))]


def shut(clock: Clock, votes: int = 3) -> tuple[Round, list[str]]:
    """Voted in and closed, with two of three trustees."""
    round_ = shortlisted()
    words = ready(round_)
    publish_ballot(round_)
    seated(round_, 1, 1, "ended")
    clock.offset += next(phase.starts_at for phase in round_.phases if phase.kind == rounds.VOTING) - now()
    for token in TOKENS[:votes]:
        services.cast_as_resident(round_.id, factories.resident(), picks(round_), token=token)
    clock.offset += max(phase.ends_at for phase in round_.phases) - now() + timedelta(minutes=1)
    results.close_round(round_, at=now(), by=SYSTEM)
    return round_, words


def swapped(words: str) -> str:
    first, second, *rest = words.split()
    assert first != second
    return " ".join([second, first, *rest])


@pytest.mark.parametrize(
    ("names", "threshold"),
    [([], 0), ([], 1), (["가"], 2), (["가", "나"], 1), (["가", "나"], 3), (["가", "가 "], 2), (["가", " "], 2)]
    + [([f"수탁자{n}" for n in range(10)], 2)],
)
def test_trustees_that_could_not_hold_a_key_are_refused(app: Flask, names: list[str], threshold: int) -> None:
    round_, before = shortlisted(), state()
    with pytest.raises(rules.BadTrustees):
        ceremony.make_key(round_, names, threshold, at=now(), by=SYSTEM)
    assert state() == before


def test_after_publication_there_is_no_other_key(app: Flask, clock: Clock) -> None:
    round_ = published(clock)
    before = state()
    with pytest.raises(rounds.WrongState):
        made(round_)
    with pytest.raises(rounds.WrongState):
        confirm(round_, 1, "any words")
    assert state() == before


BAD_WORDS: dict[str, tuple[Callable[[list[str]], str], type[Exception]]] = {
    "none": (lambda words: "", trustees.WrongNumberOfWords),
    "one too few": (lambda words: words[0].rpartition(" ")[0], trustees.WrongNumberOfWords),
    "a word that is not on the list": (lambda words: words[0].rpartition(" ")[0] + " hanpyo", trustees.UnknownWord),
    "two that changed places": (lambda words: swapped(words[0]), trustees.WrongChecksum),
    "of another ceremony": (lambda words: trustees.split(bytes(32), 2, 3)[0], trustees.OtherSet),
    "another trustee's": (lambda words: words[1], rules.OthersWords),
}


@pytest.mark.parametrize(("spoil", "error"), BAD_WORDS.values(), ids=BAD_WORDS)
def test_wrong_words_confirm_nothing(app: Flask, spoil: Callable[[list[str]], str], error: type[Exception]) -> None:
    round_ = shortlisted()
    words = made(round_)
    before = state()
    with pytest.raises(error):
        confirm(round_, 1, spoil(words))
    assert state() == before


def test_there_is_no_fourth_of_three_trustees(app: Flask) -> None:
    round_ = shortlisted()
    words = made(round_)
    before = state()
    with pytest.raises(NotFound):
        confirm(round_, 4, words[0])
    assert state() == before


def test_words_are_taken_however_they_are_spaced_and_capitalised(app: Flask) -> None:
    round_ = shortlisted()
    words = made(round_)
    confirm(round_, 1, f"  {words[0].upper()}\n".replace(" ", "  "))
    assert [trustee.confirmed_at is not None for trustee in queries.get_round_key(round_.id).trustees] == [
        True, False, False,
    ]  # fmt: skip


def test_a_ballot_is_published_when_every_trustee_has_confirmed_and_not_before(app: Flask) -> None:
    round_ = shortlisted()
    words = made(round_)
    for number, theirs in enumerate(words, start=1):
        with pytest.raises(rules.KeyNotReady):
            publish_ballot(round_)
        assert round_.state == rounds.CALLED
        confirm(round_, number, theirs)
    publish_ballot(round_)
    assert round_.state == rounds.BALLOT_PUBLISHED


def test_a_key_made_anew_makes_earlier_words_worthless_and_earlier_confirmations_too(app: Flask) -> None:
    round_ = shortlisted()
    old = ready(round_)
    new = made(round_)
    with pytest.raises(rules.KeyNotReady):
        publish_ballot(round_)
    with pytest.raises(trustees.OtherSet):
        confirm(round_, 1, old[0])
    confirm(round_, 1, new[0])
    public = queries.get_round_key(round_.id).public_key
    assert PrivateKey(trustees.combine(new[:2])).public_key.hex() == public
    assert PrivateKey(trustees.combine(old[:2])).public_key.hex() != public


@pytest.mark.parametrize("quorum", [*combinations(range(3), 2), (0, 1, 2)], ids=str)
def test_every_quorum_opens_the_box(app: Flask, clock: Clock, quorum: tuple[int, ...]) -> None:
    round_, words = shut(clock)
    assert ceremony.open_box(round_, [words[n] for n in quorum], at=now(), by=SYSTEM) == 3
    assert list(box.read(round_.id, rounds.RESIDENTS)) == [sorted(picks(round_))] * 3


WRONG_QUORUMS: dict[str, tuple[Callable[[list[str]], list[str]], type[Exception]]] = {
    "nobody": (lambda words: [], trustees.TooFew),
    "one of two": (lambda words: words[:1], trustees.TooFew),
    "one trustee twice": (lambda words: [words[0], words[0]], trustees.SameShare),
    "one of another round": (
        lambda words: [words[0], trustees.split(bytes(32), 2, 3)[1]],
        trustees.OtherSet,
    ),
    "a slip of the pen": (lambda words: [words[0], swapped(words[1])], trustees.WrongChecksum),
}


@pytest.mark.parametrize(("choose", "error"), WRONG_QUORUMS.values(), ids=WRONG_QUORUMS)
def test_words_that_do_not_give_the_key_open_nothing(
    app: Flask, clock: Clock, choose: Callable[[list[str]], list[str]], error: type[Exception]
) -> None:
    round_, words = shut(clock)
    before = state()
    with pytest.raises(error):
        ceremony.open_box(round_, choose(words), at=now(), by=SYSTEM)
    assert state() == before
    assert ceremony.open_box(round_, words[:2], at=now(), by=SYSTEM) == 3


def test_the_box_is_not_opened_before_the_close_nor_twice_and_not_counted_before(app: Flask, clock: Clock) -> None:
    early = shortlisted()
    words = ready(early)
    publish_ballot(early)
    with pytest.raises(rounds.WrongState):
        ceremony.open_box(early, words[:2], at=now(), by=SYSTEM)
    round_, words = shut(clock)
    with pytest.raises(rules.StillSealed):
        results.count_round(round_, at=now(), by=SYSTEM)
    ceremony.open_box(round_, words[:2], at=now(), by=SYSTEM)
    before = state()
    with pytest.raises(rules.AlreadyOpened):
        ceremony.open_box(round_, words[1:], at=now(), by=SYSTEM)
    assert state() == before


def test_a_round_that_seals_nothing_has_no_box_to_open(app: Flask, clock: Clock) -> None:
    round_ = published(clock, running=None, source=rounds.HISTORY)
    clock.offset += max(phase.ends_at for phase in round_.phases) - now() + timedelta(minutes=1)
    results.close_round(round_, at=now(), by=SYSTEM)
    with pytest.raises(rules.NothingSealed):
        ceremony.open_box(round_, [], at=now(), by=SYSTEM)


def put_in(round_: Round, sealed: bytes, name: str) -> None:
    with transaction():
        db.session.add(
            IntakeBallot(id=name * 32, round_id=round_.id, chamber=rounds.RESIDENTS, receipt=name * 16, sealed=sealed)
        )
        services.audit.record(
            services.CAST, round_.id, at=now(), by=SYSTEM, chamber=rounds.RESIDENTS, channel=rules.MOBILE
        )


def test_what_nobody_can_read_is_kept_as_a_void_ballot(app: Flask, clock: Clock) -> None:
    """Noise, a ballot for the other chamber, and something in it that is no ballot."""
    round_ = shortlisted()
    words = ready(round_)
    publish_ballot(round_)
    seated(round_, 1, 1, "ended")
    manifest = queries.get_manifest(round_.id)
    good, other = (lids.lid_of(manifest, chamber) for chamber in (rounds.RESIDENTS, rounds.COMMITTEE))
    spoiled = (bytes(200), other.close(b'["1","4"]'), good.close(b"{ not canonical }"), good.close(b'["1","4"]'))
    for name, sealed in zip("1234", spoiled, strict=True):
        put_in(round_, sealed, name)
    clock.offset += max(phase.ends_at for phase in round_.phases) - now() + timedelta(minutes=1)
    results.close_round(round_, at=now(), by=SYSTEM)
    assert ceremony.open_box(round_, words[:2], at=now(), by=SYSTEM) == 4
    assert list(box.lines(round_.id, rounds.RESIDENTS)) == [b'["1","4"]', b"null", b"null", b"null"]
    line = db.session.query(AuditLine).filter_by(action="box.open").one()
    assert line.fields == {"ballots": 4, "unreadable": 3}
    one = queries.find_opening(round_.id)
    assert one is not None and one.unreadable == {rounds.RESIDENTS: {rules.NOT_OPENED: 2, rules.NOT_A_BALLOT: 1}}


def test_until_all_are_open_nothing_is_kept_and_the_numbers_grow(
    app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "AT_ONCE", 1)
    monkeypatch.setattr(ceremony, "EVERY", timedelta(0))
    round_, words = shut(clock)
    seen = []

    def look() -> datetime:
        with db.engine.connect() as connection:
            kept = connection.scalar(select(func.count()).select_from(CastBallot))
            (told,) = connection.execute(select(BoxOpening.__table__.c.state, BoxOpening.__table__.c.opened))
        seen.append((kept, told.state, told.opened[rounds.RESIDENTS]))
        return now()

    attempt = ceremony.begin_opening(round_, words[:2], at=now(), by=SYSTEM)
    assert ceremony.finish_opening(attempt, at=look, by=SYSTEM) == 3
    assert sorted(set(seen)) == seen[:1] + [(0, "running", n) for n in (1, 2, 3)]
    one = queries.find_opening(round_.id)
    assert one is not None and (one.state, one.opened) == ("done", {rounds.RESIDENTS: 3, rounds.COMMITTEE: 0})


def test_an_opening_that_fails_in_the_middle_leaves_the_box_shut_and_the_words_work_again(
    app: Flask, clock: Clock
) -> None:
    round_, words = shut(clock)
    asked = []

    def breaking_once() -> datetime:
        asked.append(now())
        if len(asked) == 2:
            raise MemoryError
        return asked[-1]

    attempt = ceremony.begin_opening(round_, words[:2], at=now(), by=SYSTEM)
    with pytest.raises(MemoryError):
        ceremony.finish_opening(attempt, at=breaking_once, by=SYSTEM)
    one = queries.find_opening(round_.id)
    assert one is not None and one.state == rules.BROKEN_OFF
    assert box.count_opened(round_.id, rounds.RESIDENTS) == 0 and queries.is_sealed(round_.id)
    assert ceremony.open_box(round_, words[1:], at=now(), by=SYSTEM) == 3


def test_nobody_begins_while_somebody_opens_until_that_is_not_heard_of_for_a_minute(app: Flask, clock: Clock) -> None:
    round_, words = shut(clock)
    first = ceremony.begin_opening(round_, words[:2], at=now(), by=SYSTEM)
    clock.offset += rules.UNHEARD_OF - timedelta(seconds=30)
    before = state()
    with pytest.raises(rules.BeingOpened):
        ceremony.open_box(round_, words[:2], at=now(), by=SYSTEM)
    assert state() == before
    clock.offset += timedelta(minutes=1)
    second = ceremony.begin_opening(round_, words[:2], at=now(), by=SYSTEM)
    before = state()
    with pytest.raises(rules.Superseded):
        ceremony.finish_opening(first, at=now, by=SYSTEM)
    assert state() == before
    assert ceremony.finish_opening(second, at=now, by=SYSTEM) == 3
    assert box.count_opened(round_.id, rounds.RESIDENTS) == 3


def test_a_box_is_opened_as_part_of_a_larger_act_and_with_it_or_not_at_all(app: Flask, clock: Clock) -> None:
    round_, words = shut(clock)
    before = state()
    with pytest.raises(MemoryError), transaction():
        ceremony.open_box(round_, words[:2], at=now(), by=SYSTEM)
        raise MemoryError
    assert state() == before
    with transaction():
        assert ceremony.open_box(round_, words[:2], at=now(), by=SYSTEM) == 3
    assert box.count_opened(round_.id, rounds.RESIDENTS) == 3


def test_the_secret_of_an_attempt_is_not_shown(app: Flask, clock: Clock) -> None:
    round_, words = shut(clock)
    attempt = ceremony.begin_opening(round_, words[:2], at=now(), by=SYSTEM)
    assert PrivateKey(attempt.secret).public_key.hex() == queries.get_round_key(round_.id).public_key
    assert repr(attempt.secret) not in repr(attempt) and "secret" not in repr(attempt)


BALLOTS = 400
CHANCE = 5 / 30  # five standard deviations of Kendall's tau for so many pairs


def test_opened_ballots_lie_in_an_order_that_has_nothing_to_do_with_the_log(
    app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each ballot is another one here, so that whoever has the key and the whole database could compare. Opened by
    helpers, a few at a time; all are written by one transaction, on the disk in the order of their random ids."""
    monkeypatch.setattr(opening, "FEW", 0)
    monkeypatch.setattr(opening, "AT_ONCE", 30)
    round_ = shortlisted()
    words = ready(round_)
    publish_ballot(round_)
    seated(round_, 1, 1, "ended")
    poured = [[str(number)] for number in range(BALLOTS)]
    bulk.pour_ballots(round_, rounds.RESIDENTS, poured, "made_up", at=now(), by=SYSTEM, allow_made_up=True)
    clock.offset += max(phase.ends_at for phase in round_.phases) - now() + timedelta(minutes=1)
    results.close_round(round_, at=now(), by=SYSTEM)
    key = PrivateKey(trustees.combine(words[:2]))
    lid = lids.lid_of(queries.get_manifest(round_.id), rounds.RESIDENTS)
    in_log = [lid.open(key, row.sealed).decode() for row in db.session.query(BoxBallot).order_by(BoxBallot.position)]
    assert ceremony.open_box(round_, words[:2], at=now(), by=SYSTEM) == BALLOTS
    on_disk = as_on_disk()
    assert [row.id for row in on_disk] == sorted(row.id for row in on_disk)
    places = {row.body: place for place, row in enumerate(on_disk)}
    assert len(places) == BALLOTS
    assert abs(tau([places[body] for body in in_log])) < CHANCE
    if db.engine.dialect.name == "postgresql":
        assert db.session.scalar(text("SELECT count(DISTINCT xmin::text) FROM cast_ballot")) == 1


def as_on_disk() -> list[Any]:
    place = "ctid" if db.engine.dialect.name == "postgresql" else "id"  # where SQLite keeps a row is its key
    return list(db.session.execute(text(f"SELECT id, body FROM cast_ballot ORDER BY {place}")))


def tau(order: list[int]) -> float:
    pairs = list(combinations(order, 2))
    return sum(1 if one < other else -1 for one, other in pairs) / len(pairs)


def test_no_word_is_in_the_database_the_audit_or_any_log(
    app: Flask, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        round_, words = shut(clock)
        with pytest.raises(trustees.SameShare):
            ceremony.open_box(round_, [words[0]] * 2, at=now(), by=SYSTEM)
        ceremony.open_box(round_, words[:2], at=now(), by=SYSTEM)
    told = "\n".join([*map(repr, state()), *(record.getMessage() for record in caplog.records)])
    key = trustees.combine(words[:2]).hex()
    assert [part for theirs in words for part in pairs(theirs) if part in told.lower()] == []
    assert key not in told and queries.get_round_key(round_.id).public_key in told


def pairs(words: str) -> list[str]:
    """Two words side by side: one alone may be in a sentence by chance."""
    listed = words.split()
    return [f"{one} {next_one}" for one, next_one in zip(listed, listed[1:], strict=False)]
