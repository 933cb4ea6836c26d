"""Stations' days and papers at the office: who may, what is printed, what is told when, and that nobody is stranded."""

from datetime import timedelta

import pytest
from flask import Flask

from app.ballots import queries as ballots
from app.clock import Clock
from app.database import db
from app.papers import queries
from app.proposals.models import Proposal
from app.rounds.models import Round
from app.web.public.results import station_table
from tests import factories
from tests.actors import Person
from tests.ballots.elections import give_key
from tests.papers.polls import at_station, batch_of, close_day, enter, hand_out, key_all, keyers, open_day, polling

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_pile_is_keyed_on_pages_and_what_is_wrong_is_said_at_its_field(app: Flask, clock: Clock) -> None:
    poll = polling(clock)
    open_day(poll)
    hand_out(poll, 1)
    book = close_day(poll, 1, 9)
    here = f"/office/rounds/{poll.round.id}/papers/{book.id}"
    staff = Person(app, factories.account("staff", of=poll.round.programme))
    page = staff.submit(staff.get(f"{here}/pile"), papers="2")
    assert (page.status, "투표소에서 센 수와 다릅니다" in page.text) == (422, True)
    staff.submit(page, papers="1")
    page = staff.get(f"{here}/key")
    for marks, said in (("", "번호를 입력해 주세요"), ("가", "숫자로 입력"), ("99", "99번은 이 투표지에 없거나")):
        page = staff.submit(page, marks=marks)
        assert (page.status, said in page.text) == (422, True)
    page = staff.submit(page, marks="0")
    assert page.flashes == ["맡은 투표지를 모두 입력했습니다."]
    assert staff.get(f"{here}/key").status == 409
    other = Person(app, factories.account("approver", of=poll.round.programme))
    other.submit(other.get(f"{here}/key"), marks="0")
    report = staff.client.get(f"/office/rounds/{poll.round.id}/papers/report.csv").get_data(as_text=True)
    assert poll.station.name_ko in report
    page = other.submit(other.get(f"{here}/enter"))
    assert page.flashes == ["종이 투표지를 봉인해 투표함에 넣었습니다."]
    assert "아무것도 고르지 않음" not in page.text  # until the vote is closed
    assert queries.list_unfinished(poll.round.id) == []


def test_the_paper_is_the_same_for_everybody_in_both_languages_with_its_fonts_in_it(app: Flask, clock: Clock) -> None:
    poll = polling(clock)
    people = [Person(app, factories.account(role, of=poll.round.programme)) for role in ("staff", "approver")]
    for lang in ("ko", "en"):
        one, other = (
            person.client.get(f"/office/rounds/{poll.round.id}/papers/ballot-{lang}.pdf").get_data()
            for person in people
        )
        assert one == other and one.startswith(b"%PDF-")
        assert b"Pretendard-Regular" in one and b"/FontFile2" in one
    assert people[0].status(f"/office/rounds/{poll.round.id}/papers/ballot-fr.pdf") == 404
    assert people[0].status(f"/office/rounds/{poll.round.id}/papers/ballot-ko.pdf?dong=1") == 404


def test_what_a_paper_cannot_show_is_told_before_it_is_printed(app: Flask, clock: Clock) -> None:
    """The font has no Hanja: there would be boxes, and people would wonder what they are asked."""

    def name_in_hanja(round_: Round) -> None:
        proposal = db.session.query(Proposal).filter_by(round_id=round_.id).first()
        proposal.title = "衿川 역사길"
        db.session.commit()
        give_key(round_)

    poll = polling(clock, key=name_in_hanja)
    paper = ballots.get_paper(poll.round.id, "residents")
    (number,) = [item.number for item in ballots.list_paper_items(paper) if "역사길" in item.title_ko]
    staff, path = Person(app, factories.account("staff", of=poll.round.programme)), "papers/print"
    told = f"글꼴에 없는 글자(한자 등)가 □로 인쇄되는 사업이 있습니다: {number}번."
    assert staff.get(f"/office/rounds/{poll.round.id}/{path}").has(told)
    assert staff.client.get(f"/office/rounds/{poll.round.id}/papers/ballot-ko.pdf").get_data()[:5] == b"%PDF-"
    plain = polling(clock)
    of_it = Person(app, factories.account("staff", of=plain.round.programme))
    assert not of_it.get(f"/office/rounds/{plain.round.id}/{path}").has("□")


def test_people_by_station_are_told_with_the_result_but_few_of_a_dong_are_not(app: Flask, clock: Clock) -> None:
    here = polling(clock)
    there = at_station(here.round, "독산동 주민센터", factories.area())
    for poll in (here, there):
        open_day(poll)
        hand_out(poll, 1)
        book = close_day(poll, 1, 9)
        batch = batch_of(book, 1)
        for one in keyers()[:2]:
            key_all(batch, one, [[]])
        enter(batch)
    with app.test_request_context():
        assert station_table(here.round) == [("가산동 주민센터", [0, 0, 1]), ("독산동 주민센터", [0, 0, None])]


def test_a_day_that_went_by_can_still_be_closed_at_the_office_by_two_people(app: Flask, clock: Clock) -> None:
    poll = polling(clock)
    book = open_day(poll)
    hand_out(poll, 1)
    here = f"/office/rounds/{poll.round.id}/papers/{book.id}"
    staff = Person(app, factories.account("staff", of=poll.round.programme))
    assert "지났는데 투표소에서 마감하지 않았습니다" not in staff.get(here).text
    clock.offset += timedelta(days=1)
    staff = Person(app, factories.account("staff", of=poll.round.programme))
    approver = Person(app, factories.account("approver", of=poll.round.programme))
    page = staff.get(staff.get(here).link("남은 투표지 세어 적기"))
    page = staff.submit(page, papers_unused="9", in_box="1", why="")
    assert (page.status, page.form().data["papers_unused"]) == (422, ["9"])
    page = staff.submit(page, why="담당자가 쓰러져 병원에 갔습니다.")
    assert page.flashes == ["센 수와 까닭을 적었습니다. 다른 사람이 확인하면 하루가 마감됩니다."]
    assert staff.submit(staff.get(f"{here}/confirm"), button="확인하고 마감하기").status == 422
    page = approver.submit(approver.get(f"{here}/confirm"), button="확인하고 마감하기")
    assert page.flashes == ["하루를 마감했습니다."]
    assert page.has("담당자가 쓰러져 병원에 갔습니다.")
