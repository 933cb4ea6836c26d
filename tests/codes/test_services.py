"""Making, handing out, typing, claiming and spending printed codes."""

import secrets
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.audit.models import SYSTEM, AuditLine
from app.ballots import rules as ballots
from app.ballots import services as casting
from app.clock import Clock, now
from app.codes import queries, rules, services
from app.codes.models import VotingCode, VotingCodeBatch, VotingCodeTries
from app.codes.services import Source
from app.database import db
from app.results import doctor
from app.roll import rules as roll
from app.roll.models import RollEntry
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.ballots.elections import census, picks, published
from tests.codes.printed import HERE, KEY, active, claim_of, entry, given, made

LIST, REGISTER = {"voters": rounds.LIST}, {"voters": rounds.REGISTER}


def kept() -> dict[str, int]:
    """Rows of all that codes write."""
    tables = (VotingCode, VotingCodeBatch, VotingCodeTries, RollEntry)
    states = {f"{one.batch_id}.{one.number}": one.state for one in db.session.query(VotingCode)}
    return census() | {table.__tablename__: db.session.query(table).count() for table in tables} | states


def check(round_: Round, code: str, source: Source = HERE) -> VotingCode:
    return services.check_code(round_.id, code, source, key=KEY, at=now())


def cast_with(round_: Round, code: VotingCode, token: str = "") -> None:
    person = db.session.get_one(RollEntry, code.entry_id)
    batch_id, number, entry_id = code.batch_id, code.number, person.id
    casting.cast_as_entry(
        round_.id,
        person,
        picks(round_),
        channel=ballots.MOBILE,
        token=token or secrets.token_hex(16),
        admit=lambda _at: services.spend(round_.id, batch_id, number, entry_id),
    )


def test_a_list_gets_a_code_for_everybody_and_for_nobody_twice(app: Flask, clock: Clock) -> None:
    round_ = published(clock, **LIST)
    people = [entry(round_, name) for name in ("가나", "다라", "마바")]
    batch, codes = active(round_)
    assert [one.entry_id for one in db.session.query(VotingCode).order_by(VotingCode.number)] == [p.id for p in people]
    assert len(set(codes)) == 3
    with pytest.raises(rules.NobodySelected):
        given(made(round_))
    services.void_code(batch, 2, "잃어버림", at=now(), by=SYSTEM)
    _, again = active(round_)
    assert (check(round_, again[0]).entry_id, len(again)) == (people[1].id, 1)


def test_a_dong_or_those_without_a_phone_can_be_chosen(app: Flask, clock: Clock) -> None:
    round_, gasan = published(clock, **LIST), factories.area()
    here, silent = entry(round_, "가나", area_id=gasan.id, phone_key="p"), entry(round_, "다라")
    for selection, more, wanted in ((rules.AREA, {"area": gasan}, here), (rules.NO_PHONE, {}, silent)):
        batch = made(round_, selection=selection, **more)
        assert [area for *_, area in given(batch).lines()] == [wanted.area_id]
        assert queries.get_code(round_.id, batch.id, 1).entry_id == wanted.id


def test_nothing_that_is_stored_or_noted_holds_a_code(app: Flask, clock: Clock) -> None:
    round_ = published(clock, **REGISTER)
    _, (code,) = active(round_, 1)
    for table in ("voting_code", "voting_code_batch", "audit_line"):
        rows = " ".join(map(str, db.session.execute(text(f"SELECT * FROM {table}"))))
        assert code not in rows and rules.say(code) not in rows


def test_codes_are_given_once_and_good_only_after_they_were_confirmed(app: Flask, clock: Clock) -> None:
    round_ = published(clock, **REGISTER)
    batch = made(round_, 2)
    with pytest.raises(rules.WrongBatchState):
        services.activate(batch, at=now(), by=SYSTEM)
    code = next(given(batch).lines())[1]
    with pytest.raises(rules.CodeWrong):
        check(round_, code)
    before = kept()
    with pytest.raises(rules.WrongBatchState):
        given(batch)
    assert kept() == before
    services.activate(batch, at=now(), by=SYSTEM)
    assert check(round_, code).number == 1


def test_a_vote_spends_its_code_and_typing_alone_does_not(app: Flask, clock: Clock) -> None:
    round_ = published(clock, **LIST)
    entry(round_)
    _, (code,) = active(round_)
    for _ in range(2):
        assert check(round_, code).state == rules.VALID
    cast_with(round_, check(round_, code))
    with pytest.raises(rules.CodeSpent):
        check(round_, code)
    assert not [finding for finding in doctor.examine() if finding.faults]


def test_a_spent_code_without_its_vote_is_named_by_the_doctor(app: Flask, clock: Clock) -> None:
    round_ = published(clock, **LIST)
    entry(round_)
    active(round_)
    db.session.execute(text("UPDATE voting_code SET state = 'spent'"))
    db.session.commit()
    assert [one.faults for one in doctor.examine() if "spent code" in one.invariant] == [[f"{round_.id}: 1 ∉ 0"]]


def test_a_code_that_became_void_after_it_was_typed_casts_nothing(app: Flask, clock: Clock) -> None:
    round_ = published(clock, **LIST)
    entry(round_)
    batch, (code,) = active(round_)
    typed = check(round_, code)
    services.void_batch(batch, "파일이 새어 나감", at=now(), by=SYSTEM)
    before = kept()
    with pytest.raises(rules.CodeWrong):
        cast_with(round_, typed)
    assert kept() == before


def test_a_vote_by_phone_and_one_by_code_are_one_vote(app: Flask, clock: Clock) -> None:
    round_ = published(clock, **LIST)
    person = entry(round_)
    _, (code,) = active(round_)
    typed = check(round_, code)
    casting.cast_as_entry(round_.id, person, picks(round_), channel=ballots.MOBILE, token=secrets.token_hex(16))
    before = kept()
    with pytest.raises(ballots.AlreadyVoted):
        cast_with(round_, typed)
    assert kept() == before


def test_wrong_void_unknown_unconfirmed_and_foreign_codes_are_told_apart_for_nobody(app: Flask, clock: Clock) -> None:
    round_ = published(clock, **REGISTER)
    batch, codes = active(round_, 2)
    services.void_code(batch, 1, "잃어버림", at=now(), by=SYSTEM)
    pending = next(given(made(round_, 1)).lines())[1]
    other = factories.round_(**REGISTER)
    _, (foreign,) = active(other, 1)
    for code in (codes[0], rules.write(7), pending, foreign):
        with pytest.raises(rules.CodeWrong):
            check(round_, code)
    assert db.session.query(VotingCodeTries.tries).filter(VotingCodeTries.tries == 4).count() == 3


def test_a_slip_is_told_before_anything_is_counted(app: Flask, clock: Clock) -> None:
    round_, before = published(clock, **REGISTER), None
    before = kept()
    with pytest.raises(rules.CodeMistyped):
        check(round_, rules.write(7)[:-1] + "Z")
    assert kept() == before


def test_ten_wrong_codes_shut_the_browser_out_until_the_next_hour(app: Flask, clock: Clock) -> None:
    round_ = published(clock, **REGISTER)
    clock.offset -= timedelta(minutes=now().minute, seconds=now().second)
    _, (good,) = active(round_, 1)
    for value in range(rules.WRONG_PER_HOUR[rules.BROWSER]):
        with pytest.raises(rules.CodeWrong):
            check(round_, rules.write(value))
    before = kept()
    with pytest.raises(rules.TooManyWrong) as refused:
        check(round_, good)
    assert refused.value.until == rules.hour_of(now()) + timedelta(hours=1)
    assert kept() == before
    assert check(round_, good, Source("another browser", HERE.address)).number == 1
    clock.offset += timedelta(hours=1)
    assert check(round_, good).number == 1
    clock.offset += rules.KEPT_FOR
    assert (services.forget_tries(at=now()), db.session.query(VotingCodeTries).count()) == (3, 0)


@pytest.mark.parametrize("where", [rules.ADDRESS, rules.EVERYWHERE])
def test_an_address_and_all_together_have_their_limits_too(
    app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    round_ = published(clock, **REGISTER)
    clock.offset -= timedelta(minutes=now().minute, seconds=now().second)
    monkeypatch.setitem(rules.WRONG_PER_HOUR, where, 2)
    for n in range(3):
        address = HERE.address if where == rules.ADDRESS else f"192.0.2.{n}"
        with pytest.raises(rules.CodeWrong if n < 2 else rules.TooManyWrong):
            check(round_, rules.write(n), Source(f"browser {n}", address))


def test_whoever_holds_a_code_comes_onto_the_register_and_the_code_is_theirs(app: Flask, clock: Clock) -> None:
    round_ = published(clock, **REGISTER)
    batch, (code, other) = active(round_, 2)
    person = services.claim(round_, batch.id, 1, claim_of(round_), key=KEY, at=now())
    assert (person.source, person.phone_key, check(round_, code).entry_id) == (roll.CODE, None, person.id)
    before = kept()
    with pytest.raises(rules.CodeSpent):
        services.claim(round_, batch.id, 1, claim_of(round_, "김구"), key=KEY, at=now())
    with pytest.raises(roll.OnTheRollAlready):  # the same person with another code
        services.claim(round_, batch.id, 2, claim_of(round_), key=KEY, at=now())
    assert (kept(), check(round_, other).entry_id) == (before, None)


def test_codes_for_rehearsals_never_become_a_vote(app: Flask, clock: Clock) -> None:
    round_ = published(clock, **REGISTER)
    batch, (code,) = active(round_, 1, is_test=True)
    before = kept()
    with pytest.raises(rules.CodeForTest):
        check(round_, code)
    with pytest.raises(rules.CodeForTest):
        services.claim(round_, batch.id, 1, claim_of(round_), key=KEY, at=now())
    assert kept() == before


@pytest.mark.parametrize("state", [rules.TEST, rules.VOID, rules.SPENT])
def test_the_database_lets_no_used_code_become_good_again(app: Flask, clock: Clock, state: str) -> None:
    round_ = published(clock, **LIST)
    entry(round_)
    active(round_)
    db.session.execute(text(f"UPDATE voting_code SET state = '{state}'"))
    db.session.commit()
    with pytest.raises(DatabaseError, match="never changed"), db.engine.begin() as connection:
        connection.execute(text("UPDATE voting_code SET state = 'valid'"))


def test_where_nothing_is_asked_there_are_no_codes_and_bearers_only_on_a_register(app: Flask, clock: Clock) -> None:
    for voters, selection in (
        (rounds.ANYBODY, rules.BEARER),
        (rounds.LIST, rules.BEARER),
        (rounds.REGISTER, rules.ALL),
    ):
        round_ = factories.round_(voters=voters)
        before = kept()
        with pytest.raises(roll.VotersOtherwise):
            made(round_, 1, selection=selection)
        assert kept() == before


def test_no_more_codes_are_made_than_may_be_and_none_after_the_close(app: Flask, clock: Clock) -> None:
    round_, closed = factories.round_(**REGISTER), factories.round_(state=rounds.CLOSED, **REGISTER)
    batch = made(round_, 3)
    before = kept()
    with pytest.raises(rules.TooManyCodes):
        made(round_, rules.MOST_CODES + 1)
    with pytest.raises(rules.TooManyCodes):
        services.give_codes(batch, key=KEY, most=2, at=now(), by=SYSTEM)
    with pytest.raises(rounds.WrongState):
        made(closed, 1)
    assert (kept(), db.session.get_one(VotingCodeBatch, batch.id).state) == (before, rules.MADE)


def test_every_act_of_the_staff_is_noted_and_none_names_a_person(app: Flask, clock: Clock) -> None:
    round_ = published(clock, **REGISTER)
    batch, _ = active(round_, 2)
    services.void_code(batch, 1, "잃어버림", at=now(), by=SYSTEM)
    services.void_batch(batch, "새로 만듦", at=now(), by=SYSTEM)
    lines = db.session.query(AuditLine).filter(AuditLine.action.like("voting_code.%")).order_by(AuditLine.id)
    assert [(line.action.partition(".")[2], line.fields) for line in lines] == [
        ("make", {"round": round_.id, "selection": "bearer", "test": False}),
        ("give", {"round": round_.id, "codes": 2}),
        ("activate", {"round": round_.id}),
        ("void", {"round": round_.id, "number": 1, "reason": "잃어버림"}),
        ("void_batch", {"round": round_.id, "reason": "새로 만듦"}),
    ]
