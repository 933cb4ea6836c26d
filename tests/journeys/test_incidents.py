"""What has gone wrong elsewhere, year by year: it cannot happen here, or it is seen at once. On SQLite alone; what the
databases do differently is tested where each rule lives."""

import pytest
from flask import Flask
from sqlalchemy import text

from app.ballots import queries as ballots
from app.ballots import rules as casting
from app.ballots import services
from app.clock import Clock, now
from app.committee import rules as committee
from app.committee import services as meetings
from app.database import db
from app.notices.models import Message
from app.papers import days, rules
from app.people import codes
from app.people import rules as people
from app.results import doctor
from app.results import services as results
from app.reviews import rules as reviews
from app.reviews import services as reviewing
from app.roll.models import RollEntry
from app.rounds import rules as rounds
from app.rounds.rules import COMMITTEE_VOTE
from app.stations import pins
from app.stations.rules import SameOfficer
from tests import factories
from tests.actors import Person
from tests.ballots.elections import TOKENS, census, items, open_box, picks, published, seated
from tests.page import Page
from tests.papers import polls
from tests.papers.polls import batch_of, close_day, hand_out, key, keyers, open_day, polling
from tests.results.elections import counted, publish, voted

LISTED = {"twin": 0, "age_band": "40-49", "basis": "address", "source": "list", "entered_at": factories.LONG_AGO}
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def ill() -> set[str]:
    db.session.rollback()
    return {finding.invariant.split()[0] for finding in doctor.examine() if finding.faults}


def test_geumcheon_2013_a_committee_without_its_quorum_decides_nothing(app: Flask, clock: Clock) -> None:
    """18 of 40 were left. Nor does it decide afterwards what is on the ballot: that is frozen."""
    round_ = published(clock, running=COMMITTEE_VOTE)
    meeting, _ = seated(round_, 40, 18, committee.PLANNED)
    before = census()
    with pytest.raises(committee.NoQuorum):
        meetings.open_meeting(meeting, at=now(), by=polls.SYSTEM)
    assert census() == before


def test_geumcheon_2017_an_officer_never_sees_a_choice(app: Flask, clock: Clock) -> None:
    """Then officials at the station typed in what people had marked. Here the desk has no page with a choice; whoever
    keys a paper has not handed it to anybody, and does not get back what was keyed."""
    poll = polling(clock)
    book = open_day(poll)
    hand_out(poll)
    titles = [item.title_ko for section in poll.round.sections for item in items(poll.round, section.code)]
    officer = Person(app, poll.officer)
    for page in ("", "/day", "/day/count", "/papers/exchange"):
        shown = officer.get(f"/desk/{poll.station.id}{page}")
        assert shown.status == 200 and not [title for title in titles if title in shown.text]
    close_day(poll, 1, 9)
    batch, (first, _, _), ticked = batch_of(book, 1), keyers(), polls.numbers(poll.round)
    key(batch, 1, first, ticked)
    staff = Person(app, factories.account("staff", of=poll.round.programme))
    for page in ("", f"/{book.id}", f"/{book.id}/key"):
        shown = staff.get(f"/office/rounds/{poll.round.id}/papers{page}")
        assert shown.status == 200 and not [title for title in titles if title in shown.text]
    assert officer.status(f"/office/rounds/{poll.round.id}/papers/{book.id}/key") == 404


def test_gwangju_buk_gu_2016_and_2017_papers_that_are_more_than_the_people_go_nowhere(app: Flask, clock: Clock) -> None:
    """1,274 ballots of exactly three picks had 3,835 votes, for the second year. (The sums of the count itself:
    `tests/tally/test_gates.py`.) Here one paper more than people cannot be entered, and a ballot more is no result."""
    poll = polling(clock)
    open_day(poll)
    hand_out(poll, 2)
    with pytest.raises(rules.DayUneven):
        close_day(poll, 3, 8)
    book = close_day(poll, 3, 8, "한 장이 많음")
    days.confirm_day(book, at=now(), by=factories.account("staff"))
    batch, ticked = batch_of(book, 3), polls.numbers(poll.round)
    for who in keyers()[:2]:
        polls.key_all(batch, who, [ticked] * 3)
    with pytest.raises(rules.TooManyPapers):
        polls.enter(batch)
    assert ill() == set()
    polls.stuff(poll.round, 13)
    assert "I4" in ill()


def test_incheon_2019_nobody_decides_on_their_own_proposal(app: Flask, clock: Clock) -> None:
    """A recused member cannot pick it, whatever is sent."""
    round_ = published(clock, running=None)
    meeting_at = next(phase for phase in round_.phases if phase.kind == COMMITTEE_VOTE)
    member = factories.member(round_.programme)
    own = items(round_, "s1")[0]
    assert own.proposal is not None
    reviewing.recuse(own.proposal, member.account, reviews.EXCLUDED, "제안자", at=now(), by=polls.SYSTEM)
    clock.offset += meeting_at.starts_at - now()
    meeting = factories.meeting(round_)
    for one in (member, *(factories.member(round_.programme) for _ in range(2))):
        factories.attendance(meeting, one)
    before = census()
    with pytest.raises(casting.NotValid) as error:
        services.cast_as_member(round_.id, member.account, [own.code, *picks(round_)[1:]], token=TOKENS[0])
    assert "barred_item" in {fault.code for fault in error.value.faults}
    assert census() == before


def test_incheon_2019_who_scores_does_not_read_whose_proposal_it_is(app: Flask) -> None:
    """The papers of the review named the proposers, members of the committee among them."""
    round_ = factories.round_(running="written_review")
    factories.criteria(round_)
    proposal = factories.proposal(
        round_,
        state="visited",
        need="제갈동백이 본 골목",
        by=factories.resident(name="제갈동백", phone="010-9876-5432"),
    )
    factories.visit(proposal)
    member = Person(app, factories.member(round_.programme).account)
    for page in (f"/committee/reviews/{proposal.id}/declare", f"/committee/rounds/{round_.id}/reviews"):
        shown = member.get(page)
        assert shown.status == 200 and not shown.has("제갈동백") and not shown.has("9876")
    mine = factories.member(round_.programme).account
    reviewing.recuse(proposal, mine, reviews.EXCLUDED, "제안자", at=now(), by=polls.SYSTEM)
    assert Person(app, mine).status(f"/committee/reviews/{proposal.id}/declare") == 404


def test_seoul_2016_to_2018_a_turnout_is_told_of_people_and_against_those_who_may_vote(
    app: Flask, clock: Clock
) -> None:
    """Some 1.3 % of those from 15 years on took part, and what was told were large numbers alone. Here who comes in
    several ways is one person; where there is a list, the share of it is said, while they vote and with the result;
    and where nobody can know how many may vote, no share is made up."""
    round_ = voted(clock, voters=rounds.LIST)
    for n in range(391):
        db.session.add(RollEntry(round_id=round_.id, person_key=f"{n:064x}", **LISTED))
    db.session.commit()
    staff = Person(app, factories.account("staff", of=round_.programme))
    assert staff.get(f"/office/rounds/{round_.id}").has("투표할 수 있는 391명의 1.28%")
    results.close_round(round_, at=now(), by=polls.SYSTEM)
    open_box(round_)
    publish(results.count_round(round_, at=now(), by=polls.SYSTEM))
    shown = Person(app).get(f"/results/{round_.id}")
    assert shown.has("투표할 수 있는 391명의 1.28%") and ill() == set()
    unknown = Person(app).get(f"/results/{publish(counted(clock)).round_id}")
    assert unknown.has("투표한 사람: ") and not unknown.has("투표할 수 있는")


def test_seoul_2016_to_2018_who_comes_by_three_ways_is_one_person_in_the_turnout(app: Flask, clock: Clock) -> None:
    poll = polling(clock)
    open_day(poll)
    person = polls.entry(poll.round)
    polls.vote_on_phone(poll.round, person)
    with pytest.raises(casting.AlreadyVoted):
        days.hand_out(poll.station, person, at=now(), by=poll.officer)
    with pytest.raises(casting.AlreadyVoted):
        kiosk = {"channel": "kiosk", "station_id": poll.station.id, "token": TOKENS[0]}
        services.cast_as_entry(poll.round.id, person, picks(poll.round), **kiosk)
    residents = next(one for one in ballots.turnout(poll.round) if one.chamber == rounds.RESIDENTS)
    assert (residents.people, residents.channels) == (1, {"mobile": 1})


def test_seoul_2021_a_code_that_is_passed_on_votes_for_nobody_and_who_is_helped_is_counted_apart(
    app: Flask, clock: Clock
) -> None:
    """Officials asked acquaintances for their codes. Here a code works only in the browser that asked for it."""
    code_key, phone = "k" * 32, "+821012345678"
    message = codes.send_code(phone, "theirs", key=code_key, say=str, at=now())
    code = db.session.get_one(Message, message).body
    with pytest.raises(people.CodeExpired):
        codes.check_code(phone, "an official's", code, key=code_key, at=now())
    poll = polling(clock)
    open_day(poll)
    person = polls.entry(poll.round)
    with pytest.raises(SameOfficer):
        pins.issue_pin(poll.station, person, poll.officer, pins.Helped("sight", poll.officer), key=polls.KEY, at=now())
    polls.vote_at(poll, polls.kiosk_of(poll), helped=True)
    book = close_day(poll, 0, polls.PAPERS)
    assert (book.people_assisted, book.people_kiosk) == (1, 0)


def test_seoul_2021_what_shows_that_one_has_voted_does_not_show_for_what(app: Flask, clock: Clock) -> None:
    """Officials asked for proof. The receipt can be shown to anybody: it says that a ballot is in the box."""
    round_ = published(clock)
    voter = Person(app, factories.resident())
    ballot = voter.get(f"/vote/{round_.id}").form(action="/check").tick("pick", *picks(round_))
    check = Page(ballot.submit(voter.client, follow_redirects=True))
    titles = [item.title_ko for section in round_.sections for item in items(round_, section.code)]
    assert [title for title in titles if check.has(title)]
    done = Page(check.form(action="/cast").submit(voter.client, follow_redirects=True))
    anybody = Person(app)
    box = anybody.submit(anybody.get(f"/rounds/{round_.id}/box"), receipt=done.summary()["접수번호"])
    for page in (done, voter.get(f"/vote/{round_.id}"), box):
        assert page.status == 200 and not [title for title in titles if page.has(title)]


def test_2022_and_2024_nobody_votes_without_showing_who_they_are_or_twice(app: Flask, clock: Clock) -> None:
    """A petition site and a neighbourhood's ballot counted whatever was sent, as often as it was."""
    poll = polling(clock)
    stranger = Person(app)
    for page in ("", "/check", "/cast"):
        assert stranger.client.get(f"/vote/{poll.round.id}{page}").status_code in (302, 405)
    person = polls.entry(poll.round)
    polls.vote_on_phone(poll.round, person)
    before = census()
    for _ in range(3):
        with pytest.raises(casting.AlreadyVoted):
            polls.vote_on_phone(poll.round, person)
    assert census() == before


def test_daegu_an_office_cannot_propose_as_if_it_were_a_resident(app: Flask, clock: Clock) -> None:
    """An account is no resident: the pages of proposing are not there for it, whatever role it has."""
    round_ = factories.round_(running="intake")
    page = f"/my/proposals/new/{round_.id}"
    assert Person(app, factories.resident()).status(page) == 200
    for role in ("department", "staff", "desk"):
        assert Person(app, factories.account(role, of=round_.programme)).status(page) in (302, 404)


def test_banpo_2015_one_roll_for_paper_and_telephone_and_nobody_edits_it_unseen(app: Flask, clock: Clock) -> None:
    """Some were down as having voted electronically and got no paper; the sums differed; the roll had been edited."""
    poll = polling(clock)
    open_day(poll)
    person = polls.entry(poll.round)
    days.hand_out(poll.station, person, at=now(), by=poll.officer)
    with pytest.raises(casting.AlreadyVoted):
        polls.vote_on_phone(poll.round, person)
    close_day(poll, 1, 9)
    assert ill() == set()
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE participation SET channel = 'mobile'"))
    assert "I4" in ill()


def test_geumcheon_2018_and_mapo_2024_a_result_tells_the_weight_of_one_ballot_and_that_the_council_decides(
    app: Flask, clock: Clock
) -> None:
    """40 members had half of the score, and 1,200 residents the other: thirty to one, and nobody said so. A council
    struck out what residents had chosen, and they heard of it last."""
    shown = Person(app).get(f"/results/{publish(counted(clock)).round_id}").text
    assert "한 표의 무게는" in shown
    assert "의회의 의결을 거쳐 예산으로 확정됩니다" in shown
