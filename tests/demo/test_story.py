"""The demo's rounds stand where the story says, by the ordinary services, and a visitor can go on from there."""

import json
import secrets

import pytest
from sqlalchemy import func, select

from app.ballots import queries as ballots
from app.ballots import services as casting
from app.ballots import voter_queries as voters
from app.clock import now
from app.committee import agenda
from app.committee import queries as committee
from app.committee import services as meetings
from app.committee.rules import NotPresent
from app.crypto import trustees
from app.crypto.sealing import PrivateKey
from app.database import db
from app.demo import finished, intake, people, story, trustee, under_review, voting
from app.demo import stations as demo_stations
from app.demo.days import Days
from app.demo.people import PHONE, Cast
from app.demo.rules import PASSWORD
from app.demo.sign_ins import RESIDENT, list_sign_ins
from app.papers import days
from app.papers import queries as papers
from app.people.services import check_password
from app.programmes.queries import get_programme_by_slug
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.results import doctor
from app.results import queries as results
from app.reviews import queries as reviews
from app.reviews import sheet_queries, visit_queries, visit_services
from app.reviews.models import WrittenReview
from app.reviews.visit_models import SiteVisit
from app.roll import queries as roll_queries
from app.roll import services as roll
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.rounds.queries import find_round
from app.stations import queries as stations
from app.stations.pins import Helped, issue_pin
from tests.actors import Person
from tests.demo.conftest import BEFORE_THE_STOP, Told

PRESENT = (finished, voting, under_review, intake)


def round_of(chapter: object) -> Round:
    found = find_round(get_programme_by_slug(chapter.PROGRAMME), chapter.fiscal_year(Days(now())))  # type: ignore[attr-defined]
    assert found is not None
    return found


def cast_of(told: Told) -> Cast:
    return Cast(told.app.extensions["hanpyo"].identity_key)


def census() -> dict[str, int]:
    """How many rows every table has."""
    db.session.rollback()
    tables = db.metadata.sorted_tables
    return {table.name: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def doctor_finds() -> list[str]:
    return [f"{finding.invariant} {fault}" for finding in doctor.examine() for fault in finding.faults]


def states_of(round_: Round) -> dict[str, int]:
    rows = select(Proposal.state, func.count()).where(Proposal.round_id == round_.id).group_by(Proposal.state)
    return {row.state: row[1] for row in db.session.execute(rows)}


def test_interrupted_it_goes_on_with_the_chapter_at_which_it_stopped(told: Told) -> None:
    first, *_told, stopped_at = told.begun
    assert told.rest[:2] == [first, stopped_at]  # the first one is a comparison, and always made
    assert len(told.begun) + len(told.rest) - 2 == len(told.rest[1:]) + BEFORE_THE_STOP
    assert not set(told.begun[1:-1]) & set(told.rest)


def test_told_to_its_end_it_is_not_told_again(told: Told) -> None:
    before = census()
    assert list(story.load(told.app.extensions["hanpyo"], at=now())) == []
    said = told.app.test_cli_runner().invoke(args=["demo", "load"])
    assert (said.exit_code, "이미 있습니다" in said.output) == (0, True)
    assert census() == before


def test_every_round_says_what_of_it_is_made_up(told: Told) -> None:
    for round_ in db.session.query(Round):
        assert "지어낸" in (round_.note_ko or "") and "made up" in (round_.note_en or ""), round_.title_ko


def test_every_sign_in_that_is_printed_works_and_has_its_role(told: Told) -> None:
    key = told.app.extensions["hanpyo"].identity_key
    printed = told.app.test_cli_runner().invoke(args=["demo", "signs-in"]).output
    for one in list_sign_ins():
        assert one.login in printed
        if one.role != RESIDENT:
            account = check_password(one.login.partition("–")[0], PASSWORD, key=key, at=now())
            assert one.role in {grant.role for grant in account.roles}


def test_home_shows_the_sign_ins_in_both_languages(told: Told) -> None:
    for locale in ("ko", "en"):
        page = Person(told.app, locale=locale).get("/")
        assert page.status == 200
        assert all(word in page.text for word in (PASSWORD, PHONE, "member01–member40", "education"))


@pytest.mark.parametrize("chapter", PRESENT)
def test_a_round_s_public_page_opens(told: Told, chapter: object) -> None:
    assert Person(told.app).get(f"/rounds/{round_of(chapter).id}").status == 200


# The finished round


def test_the_finished_round_was_signed_by_two_people_and_every_gate_holds(told: Told) -> None:
    count = results.get_published(round_of(finished).id)
    assert [signature.role for signature in count.signatures] == ["staff", "approver"]
    body = json.loads(count.body)
    assert body["publishable"] and [chamber["void"] for chamber in body["chambers"]] == [{}, {}]
    assert [chamber["cast"] for chamber in body["chambers"]] == [finished.VOTERS, finished.PRESENT]


def test_the_finished_round_has_a_tie_that_decides_a_project_that_does_not_fit_and_a_reserve_list(told: Told) -> None:
    body = json.loads(results.get_published(round_of(finished).id).body)
    (tie,) = body["ties"]
    assert tie["decisive"] and tie["settled_by"] == ["cheaper"]
    reasons = [(item["pot"], item["reason"]) for item in body["items"]]
    assert ("p1", "lost_tie") in reasons and ("p2", "over_left") in reasons
    passed_over = reasons.index(("p1", "lost_tie"))
    assert ("p1", "within_cap") in reasons[passed_over:]  # the next one that fits gets the money
    assert len(body["reserve"]) == sum(item["outcome"] == "not_funded" for item in body["items"]) > 0
    assert all(pot["funded"] <= pot["cap"] for pot in body["pots"])


@pytest.mark.parametrize("chapter", [finished, voting])
def test_everything_on_a_ballot_has_been_through_all_three_reviews(told: Told, chapter: object) -> None:
    items = ballots.list_items(round_of(chapter).id)
    assert len(items) == {finished: 28, voting: 54}[chapter]  # type: ignore[index]
    for item in items:
        assert item.proposal is not None and item.title_en and item.title_en.isascii() and item.summary
        found = reviews.public_findings(item.proposal.id)
        assert found.check is not None and found.visit is not None and found.decision is not None
        assert found.decision.shortlisted and found.decision.sheets == 3
    assert states_of(round_of(chapter)).keys() == {"shortlisted", "ineligible", "left_out"}


# The round that votes now


def test_both_chambers_can_vote_now_by_the_rule_of_2018(told: Told) -> None:
    round_ = round_of(voting)
    for kind in (rounds.VOTING, rounds.COMMITTEE_VOTE):
        rounds.ensure_running(round_.phases, kind, now())
    assert round_.state == rounds.BALLOT_PUBLISHED and len(round_.sections) == 4
    residents = ballots.participations(round_.id)["residents"]
    assert residents["mobile"] >= voting.CAST and residents["made_up"] == voting.POURED


def test_everybody_comes_by_every_way_of_a_station_and_its_papers_wait(told: Told) -> None:
    round_ = round_of(voting)
    residents = ballots.participations(round_.id)["residents"]
    ways = (residents["kiosk"], residents["assisted"], residents["paper"])
    assert ways == (demo_stations.ALONE, len(demo_stations.HELPED), demo_stations.PAPER)
    (book,) = papers.list_books(round_.id)
    assert (book.state, book.faults, papers.count_awaited(round_.id)) == ("closed", (), demo_stations.PAPER)
    assert doctor_finds() == []


def test_the_first_station_s_day_is_the_visitor_s_to_open_and_close(told: Told) -> None:
    round_, cast = round_of(voting), cast_of(told)
    station = next(one for one in stations.list_stations(round_.id) if one.name_ko == demo_stations.SITES[0].name_ko)
    officer, second = (cast.desk[login] for login in people.DESKS[0])
    book = days.open_day(station, 10, 1, at=now(), by=officer)
    somebody = demo_stations.voter(demo_stations.VISITOR)
    key = roll.person_key(round_.id, *somebody, key=cast.key)
    (found,) = roll_queries.list_by_person(round_.id, key)
    for helped in (None, Helped("sight", second)):
        assert len(issue_pin(station, found, officer, helped, key=cast.key, at=now())) == 6
    assert book.state == "open"


def test_stations_say_where_they_are_and_when_they_open(told: Told) -> None:
    for one in stations.list_stations(round_of(voting).id):
        assert one.latitude and one.longitude and one.area
        hours = stations.list_days(one.id)
        assert hours[0].on_day == Days(now()).today and len(hours) >= 7
        page = Person(told.app, locale="en").get(f"/rounds/{one.round_id}/stations")
        assert one.name_en in page.text


def test_a_resident_can_vote_now(told: Told) -> None:
    round_, resident = round_of(voting), cast_of(told).residents[0]
    entry = roll_queries.find_by_phone(round_.id, resident.phone_key)
    assert entry is not None
    casting.cast_as_entry(round_.id, entry, two_each(round_), channel="mobile", token=secrets.token_hex(16))
    key = voters.get_standing(round_.id).voter_key(voters.identity_of(entry))
    assert voters.has_voted(round_.id, rounds.RESIDENTS, key)


def test_one_of_those_at_the_door_stepped_back_before_there_was_a_ballot(told: Told) -> None:
    round_, member = round_of(voting), cast_of(told).members[voting.AT_THE_DOOR - 1]
    (barred,) = committee.list_barred(round_.id, member.id)
    recusal = reviews.find_recusal(barred, member.id)
    publication = ballots.find_publication(round_.id)
    assert recusal is not None and publication is not None
    assert recusal.declared_at < publication.published_at
    assert barred in [item.proposal_id for item in ballots.list_items(round_.id)]


def test_staff_can_open_the_meeting_and_who_is_there_can_vote(told: Told) -> None:
    round_, cast = round_of(voting), cast_of(told)
    meeting = committee.get_meeting(round_.id)
    assert committee.presence(meeting, now()) == committee.Presence(enrolled=40, present=voting.AT_THE_DOOR)
    meetings.open_meeting(meeting, at=now(), by=cast.staff.actor)
    (vote,) = [item for item in committee.list_items(meeting) if item.kind == "ballot"]
    agenda.begin_item(vote, at=now(), by=cast.staff.actor)
    casting.cast_as_member(round_.id, cast.members[0], two_each(round_), token=secrets.token_hex(16))
    with pytest.raises(NotPresent):
        casting.cast_as_member(round_.id, cast.members[-1], two_each(round_), token=secrets.token_hex(16))


def two_each(round_: Round) -> list[str]:
    items = ballots.list_items(round_.id)
    return [item.code for section in round_.sections for item in [i for i in items if i.section_id == section.id][:2]]


# The round under review


def test_the_round_under_review_has_proposals_at_every_stage(told: Told) -> None:
    round_ = round_of(under_review)
    assert states_of(round_).keys() == {"submitted", "eligible", "ineligible", "visited", "withdrawn"}
    checks = [check.state for _proposal, check in reviews.list_to_check([round_.programme_id]) if check]
    assert set(checks) == {"assigned", "decided"}
    assert any(check is None for _proposal, check in reviews.list_to_check([round_.programme_id]))
    visits = {visit.state: visit for _proposal, visit in visit_queries.list_visits(round_.id) if visit}
    assert visits.keys() == {"planned", "recorded", "answered", "signed_off"}
    assert visits["planned"].visit_on > Days(now()).today
    rounds.ensure_running(round_.phases, rounds.WRITTEN_REVIEW, now())


def test_some_members_have_submitted_their_sheets_and_some_have_stepped_back(told: Told) -> None:
    progress = sheet_queries.progress(round_of(under_review))
    assert set(progress.states.values()) == {"begun", "submitted"} and progress.missing > 0
    assert set(progress.recused.values()) == {"stepped_back"}
    drafts = db.session.query(WrittenReview).filter_by(state="begun").all()
    assert all(0 < len(sheet.scores) < 4 for sheet in drafts)


def test_the_visitor_s_phone_is_the_proposer_s_who_may_answer_the_visit(told: Told) -> None:
    visitor = cast_of(told).residents[0]
    (visit,) = db.session.query(SiteVisit).filter_by(state="recorded").all()
    assert visit.proposal.resident_id == visitor.id
    visit_services.answer_visit(visit, "말씀하신 자리로 옮기겠습니다.", at=now(), by=visitor.actor)
    assert visit.state == "answered"
    db.session.rollback()


# The round that takes proposals


def test_proposals_are_taken_now_and_the_visitor_s_phone_has_a_draft(told: Told) -> None:
    round_ = round_of(intake)
    assert proposals.is_taking(round_, now())
    (draft,) = [row for row in db.session.query(Proposal).filter_by(round_id=round_.id) if row.state == "draft"]
    assert draft.resident_id == cast_of(told).residents[0].id
    assert proposals.list_missing(draft) == ()


# The keys


def test_three_trustees_have_opened_the_finished_round_and_one_marked_one_holds_the_round_that_votes(
    told: Told,
) -> None:
    done, running = (ballots.get_round_key(round_of(chapter).id) for chapter in (finished, voting))
    assert (len(done.trustees), done.threshold, done.is_ready, done.opened_at is not None) == (3, 2, True, True)
    assert ([one.name for one in running.trustees], running.opened_at) == (["시연 수탁자 / demo trustee"], None)


def test_the_words_that_open_the_running_round_are_where_a_visitor_finds_them(told: Told) -> None:
    words = trustee.find_words()
    assert words is not None
    key = PrivateKey(trustees.combine([words]))
    assert key.public_key.hex() == ballots.get_round_key(round_of(voting).id).public_key
    assert words in told.app.test_cli_runner().invoke(args=["demo", "signs-in"]).output
    assert Person(told.app).get("/outbox").has("투표 중인 회차의 투표함을 여는 낱말")
    assert words in Person(told.app).get("/outbox").text
