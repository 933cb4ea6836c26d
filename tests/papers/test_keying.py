"""Papers are keyed by two, settled by a third, and entered all at once; nobody can read one in between."""

import json
from collections import Counter
from collections.abc import Iterator

import pytest
from flask import Flask
from reportlab.platypus import Paragraph, Table
from sqlalchemy import select

from app.ballots import box
from app.ballots import queries as ballots
from app.ballots.models import CastBallot, IntakeBallot
from app.clock import Clock, now
from app.database import db
from app.papers import keying, queries, rules
from app.papers.models import DayBook, KeyedSheet
from app.results import doctor, services
from app.roll.rules import VotersOtherwise
from app.rounds import rules as rounds
from app.web.office import paper_print
from tests import factories
from tests.actors import Person
from tests.ballots.elections import census, open_box, picks, seated
from tests.ballots.test_cast_by_the_roll import with_a_dongs_own_section
from tests.papers import polls
from tests.papers.polls import batch_of, close_day, enter, hand_out, key, key_all, keyers, open_day, polling, rows
from tests.results.elections import pour

# The rule is ours, and both databases keep it alike: asked once.
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def counted_day(clock: Clock, people: int, in_box: int) -> tuple[polls.Poll, DayBook]:
    poll = polling(clock)
    open_day(poll)
    hand_out(poll, people)
    book = close_day(poll, in_box, polls.PAPERS - people, "" if people == in_box else "설명")
    if book.state == rules.COUNTED:
        polls.days.confirm_day(book, at=now(), by=factories.account("staff"))
    return poll, book


def test_a_dongs_paper_has_its_own_sections_and_no_other_dongs_paper_has_them(app: Flask, clock: Clock) -> None:
    round_, everybodys, gasans = with_a_dongs_own_section(clock)
    paper = ballots.get_paper(round_.id, rounds.RESIDENTS)
    number_of = {item.code: item.number for item in ballots.list_paper_items(paper)}
    everybodys_number, gasans_number = number_of[everybodys], number_of[gasans]
    gasan = factories.area()
    assert [dong.id for dong in queries.list_own_dongs(round_.id)] == [gasan.id]
    ticked = [everybodys_number, gasans_number]
    assert keying.read_numbers(round_.id, paper, ticked, gasan.id) == ([everybodys, gasans], None)
    with pytest.raises(rules.NumberUnknown):
        keying.read_numbers(round_.id, paper, ticked, None)
    assert keying.read_numbers(round_.id, paper, [everybodys_number], None) == ([everybodys], None)
    staff = Person(app, factories.account("staff", of=round_.programme))
    here = f"/office/rounds/{round_.id}/papers"
    assert staff.get(f"{here}/print").has(gasan.name_ko)
    with app.test_request_context():
        stories = [paper_print.draw_ballot(round_, paper, dong) for dong in (gasan, None)]
    assert all(isinstance(story[-1], Table) for story in stories), "a blank at the end may become an empty page"
    printed = [{*_numbers_on(story)} for story in stories]
    theirs = {item.number for item in ballots.list_paper_items(paper) if item.section == round_.sections[1].code}
    assert printed[0] - printed[1] == theirs
    assert everybodys_number in printed[1] and gasans_number not in printed[1]


def _numbers_on(story: object) -> Iterator[int]:
    """Whatever a paper says that is a number and nothing else."""
    if isinstance(story, Paragraph):
        yield from [int(story.text)] if story.text.isdecimal() else []
    elif isinstance(story, Table):
        yield from _numbers_on(story._cellvalues)
    elif isinstance(story, list | tuple):
        for part in story:
            yield from _numbers_on(part)


@SQLITE
def test_where_a_phone_alone_is_asked_for_paper_is_refused_in_words(app: Flask, clock: Clock) -> None:
    """Nobody there could be ticked for it: the roll is a phone's, and a station sees none."""
    poll = polling(clock, voters=rounds.ANYBODY)
    open_day(poll)
    staff = Person(app, factories.account("staff", of=poll.round.programme))
    page = staff.get(f"/office/rounds/{poll.round.id}/papers/print")
    assert page.status == 409 and page.has("휴대전화만 확인하고 명부를 두지 않아")
    assert staff.status(f"/office/rounds/{poll.round.id}/papers/ballot-ko.pdf") == 409
    before = census()
    with pytest.raises(VotersOtherwise):
        hand_out(poll, 1)
    after = census()
    assert (after["participation"], after["intake_ballot"]) == (before["participation"], before["intake_ballot"])


def ill() -> list[str]:
    db.session.rollback()
    return [finding.invariant.split()[0] for finding in doctor.examine() if finding.faults]


def test_two_key_a_third_settles_and_all_papers_go_into_the_intake_at_once(app: Flask, clock: Clock) -> None:
    poll, book = counted_day(clock, 3, 3)
    batch, (first, second, third) = batch_of(book, 3), keyers()
    ticked = polls.numbers(poll.round)
    key_all(batch, first, [ticked, ticked, []])
    assert (queries.next_sheet(batch, second), rows(KeyedSheet)) == (1, 3)
    key_all(batch, second, [ticked, [], []])
    progress = queries.progress_of(batch)
    assert (progress.differing, progress.unsettled, progress.is_settled) == ((2,), (2,), False)
    with pytest.raises(rules.NotSettled):
        enter(batch)
    for one in (first, second):
        with pytest.raises(rules.NotYourTurn):
            key(batch, 2, one, ticked)
    with pytest.raises(rules.WrongSheet):
        key(batch, 1, third, [])
    assert (rows(IntakeBallot), ill()) == (0, [])
    key(batch, 2, third, ticked)
    assert enter(batch) == 3
    assert (rows(IntakeBallot), rows(KeyedSheet)) == (3, 0)
    assert (batch.handed, batch.valid, batch.void, batch.reasons) == (3, 2, 1, {"blank": 1})
    with pytest.raises(rules.AlreadyEntered):
        enter(batch)
    with pytest.raises(rules.AlreadyEntered):
        keying.discard(batch, "다시", at=now(), by=first.actor)
    assert (rows(IntakeBallot), ill()) == (3, [])


@SQLITE
def test_sheets_are_keyed_in_their_order_and_the_one_before_may_be_keyed_again(app: Flask, clock: Clock) -> None:
    poll, book = counted_day(clock, 2, 2)
    batch, (first, second, third), ticked = batch_of(book, 2), keyers(), polls.numbers(poll.round)
    for sheet in (0, 2, 3):
        with pytest.raises(rules.WrongSheet):
            key(batch, sheet, first, ticked)
    for wrong in ([99], [ticked[0], ticked[0]]):
        with pytest.raises(rules.NumberUnknown):
            key(batch, 1, first, wrong)
    key(batch, 1, first, [])
    key(batch, 1, first, ticked)
    key(batch, 1, second, ticked)
    assert queries.progress_of(batch).differing == ()
    before = census() | {"sheets": rows(KeyedSheet)}
    with pytest.raises(rules.NotYourTurn):  # the two are still at it
        key(batch, 1, third, ticked)
    assert census() | {"sheets": rows(KeyedSheet)} == before
    keying.discard(batch, "쌓은 순서가 흐트러짐", at=now(), by=first.actor)
    assert (rows(KeyedSheet), queries.find_batch(book.id)) == (0, None)


@SQLITE
@pytest.mark.parametrize(("reason", "counts"), [("unreadable", 1), ("identified", 1), ("not_official", 0)])
def test_what_cannot_be_ticked_is_seen_by_hand(app: Flask, clock: Clock, reason: str, counts: int) -> None:
    """A paper that is not official is nobody's: the one that was handed out is missing instead."""
    poll, book = counted_day(clock, 1, 1)
    batch, (first, second, _), ticked = batch_of(book, 1), keyers(), polls.numbers(poll.round)
    key(batch, 1, first, ticked, reason)
    key(batch, 1, second, [], reason)
    assert enter(batch) == 1
    missing = {} if counts else {"not_returned": 1}
    assert (batch.void, batch.reasons) == (1, {reason: 1} | missing)


@SQLITE
def test_more_papers_than_people_do_not_go_in_and_too_many_ticks_do_not_count(app: Flask, clock: Clock) -> None:
    poll, book = counted_day(clock, 2, 3)
    batch, (first, second, _) = batch_of(book, 3), keyers()
    every = list(range(1, 7))
    for who in (first, second):
        key_all(batch, who, [every, every[:1], every])
    with pytest.raises(rules.TooManyPapers):
        enter(batch)
    assert (rows(IntakeBallot), rows(KeyedSheet)) == (0, 6)
    keying.discard(batch, "한 장은 우리 투표지가 아님", at=now(), by=first.actor)
    with pytest.raises(rules.PileDiffers):
        batch_of(book, 2)
    batch = batch_of(book, 3)
    for who in (first, second):
        key_all(batch, who, [every, every[:1]])
        key(batch, 3, who, [], "not_official")
    assert enter(batch) == 2
    assert batch.reasons == {"too_many": 1, "too_few": 1, "not_official": 1}


@SQLITE
def test_what_is_kept_of_a_sheet_tells_no_choices(app: Flask, clock: Clock) -> None:
    """The same ticks on another sheet have another tag; sealed, all are of one length and begin anew."""
    poll, book = counted_day(clock, 2, 2)
    batch, (first, second, _), ticked = batch_of(book, 2), keyers(), polls.numbers(poll.round)
    key_all(batch, first, [ticked, ticked])
    key(batch, 1, second, [])
    sheets = db.session.scalars(select(KeyedSheet)).all()
    assert len({sheet.tag for sheet in sheets}) == len({sheet.sealed for sheet in sheets}) == 3
    assert len({len(sheet.sealed) for sheet in sheets}) == 1
    codes = json.dumps(picks(poll.round), separators=(",", ":")).encode()
    assert not any(codes in sheet.sealed for sheet in sheets)


def test_the_vote_is_not_closed_while_a_day_is_open_a_paper_out_or_a_pile_not_entered(app: Flask, clock: Clock) -> None:
    poll = polling(clock)
    open_day(poll)
    hand_out(poll, 2)
    seated(poll.round, 1, 1, "ended")
    pour(poll.round, rounds.COMMITTEE, [picks(poll.round)])
    officer_at = now()
    closing = max(phase.ends_at for phase in poll.round.phases)

    def refused() -> None:
        before = census()
        with pytest.raises(rules.DaysUnfinished):
            services.close_round(poll.round, at=now(), by=poll.officer.actor)
        assert census() == before
        assert ill() == []

    clock.offset += closing - now()
    refused()
    clock.offset += officer_at - now()
    book = close_day(poll, 1, 8, "한 분이 가지고 가심")
    clock.offset += closing - now()
    refused()
    polls.days.confirm_day(book, at=now(), by=factories.account("staff"))
    refused()
    batch, (first, second, _), ticked = batch_of(book, 1), keyers(), polls.numbers(poll.round)
    for who in (first, second):
        key(batch, 1, who, ticked)
    refused()
    enter(batch)
    services.close_round(poll.round, at=now(), by=poll.officer.actor)
    open_box(poll.round)
    bodies = Counter(db.session.scalars(select(CastBallot.body).where(CastBallot.chamber == rounds.RESIDENTS)))
    valid = json.dumps(sorted(picks(poll.round)), separators=(",", ":"))
    assert bodies == {valid: 1, '["void"]': 1}
    assert box.unreadable(poll.round.id) == 0
    count = services.count_round(poll.round, at=now(), by=poll.officer.actor)
    tally = json.loads(count.body)["chambers"][0]
    assert (tally["cast"], tally["valid"], tally["void"]) == (2, 1, {"unknown_item": 1})
    assert ill() == []
