"""A dong's own ballot: its sections are on the ballots of its own people only, from the set-up to both recounts."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.audit.models import SYSTEM
from app.ballots import rules, services
from app.ballots.models import Participation
from app.ballots.rules import MOBILE
from app.clock import Clock, now
from app.database import db
from app.results import bundle
from app.results import services as results
from app.results.models import Count
from app.roll import services as roll
from app.roll.models import RollEntry
from app.rounds.models import Round
from app.rounds.rules import COMMITTEE, REGISTER
from app.tally import canonical
from tests import factories
from tests.actors import Person
from tests.ballots.elections import (
    TOKENS,
    census,
    give_key,
    items,
    move_into,
    move_past,
    open_box,
    publish_ballot,
    seated,
    shortlisted,
)
from tests.page import Page
from tests.recount_js.elections import Election, counted
from tests.recount_js.node import lines_of
from tests.results.elections import pour, publish
from tests.roll.lists import KEY, claim, dongs

GASAN, DOKSAN = "gasan", "doksan"


def own_ballots(clock: Clock, **settings: Any) -> Round:
    """Two projects each: everybody's (s1), Gasan's (s2), Doksan's (s3); one is to be picked from each."""
    dongs()
    round_ = shortlisted(per_section=2, sections=3, voters=REGISTER, **settings)
    for section, code in zip(round_.sections[1:], (GASAN, DOKSAN), strict=True):
        section.area_id = factories.area(code).id
    db.session.commit()
    give_key(round_)
    publish_ballot(round_)
    move_into(clock, round_, "voting")
    return round_


def entry(round_: Round, dong: str, n: int = 0) -> tuple[RollEntry, Any]:
    voter = factories.resident()
    told = claim(name="가나다라마바사"[n], area=factories.area(dong))
    return roll.register_by_phone(round_, told, voter.phone_key, key=KEY, at=now()), voter


def choices(round_: Round, *sections: str) -> list[str]:
    return [items(round_, section)[0].code for section in sections]


def cast(round_: Round, voter: RollEntry, picks: list[str], token: str = TOKENS[0]) -> object:
    return services.cast_as_entry(round_.id, voter, picks, channel=MOBILE, token=token)


def test_a_ballot_shows_everybodys_sections_and_those_of_ones_own_dong(app: Flask, clock: Clock) -> None:
    round_ = own_ballots(clock)
    _, voter = entry(round_, GASAN)
    person = Person(app, voter)
    page = person.get(f"/vote/{round_.id}")
    assert "분야1" in page.text and "분야2" in page.text and "분야3" not in page.text
    assert not [item for item in items(round_, "s3") if item.title_ko in page.text]
    assert "제척" not in page.text
    chosen = choices(round_, "s1", "s2")
    check = Page(page.form(action="/check").tick("pick", *chosen).submit(person.client, follow_redirects=True))
    assert check.h1 == "이대로 투표할까요?" and "분야3" not in check.text
    back = person.get(f"/vote/{round_.id}")
    assert "분야3" not in back.text and back.form(action="/check").data["pick"] == chosen
    assert Page(check.form(action="/cast").submit(person.client, follow_redirects=True)).h1 == "투표했습니다"


def test_a_pick_from_another_dongs_ballot_is_refused_and_changes_nothing(app: Flask, clock: Clock) -> None:
    round_ = own_ballots(clock)
    voter, resident = entry(round_, GASAN)
    before = census()
    for wrong in (("s1", "s2", "s3"), ("s1", "s3"), ("s1",)):
        with pytest.raises(rules.NotValid):
            cast(round_, voter, choices(round_, *wrong))
        assert census() == before
    person = Person(app, resident)
    page = person.get(f"/vote/{round_.id}")
    token = page.form(action="/check").data["csrf_token"][0]
    sent = {"csrf_token": token, "pick": choices(round_, "s1", "s2", "s3")}
    refused = Page(person.client.post(f"/vote/{round_.id}/check", data=sent))
    assert refused.status == 422 and "분야3" not in refused.text and census() == before


def test_whoever_is_of_no_dong_has_everybodys_ballot(app: Flask, clock: Clock) -> None:
    round_ = own_ballots(clock)
    voter, resident = entry(round_, GASAN)
    voter.area_id = None
    db.session.commit()
    page = Person(app, resident).get(f"/vote/{round_.id}")
    assert "분야1" in page.text and "분야2" not in page.text and "분야3" not in page.text
    cast(round_, voter, choices(round_, "s1"))
    assert db.session.query(Participation).one().area_id is None


def test_the_count_and_both_recounters_agree_on_ballots_of_their_own(app: Flask, clock: Clock) -> None:
    """A ballot need not have what its voter could not pick. Publication itself asks the second counter."""
    round_ = own_ballots(clock)
    seated(round_, 3, 3, "ended")
    pour(round_, COMMITTEE, [choices(round_, "s1", "s2", "s3")] * 2)
    for n, (dong, own) in enumerate(((GASAN, "s2"), (GASAN, "s2"), (DOKSAN, "s3"))):
        voter, _ = entry(round_, dong, n)
        cast(round_, voter, choices(round_, "s1", own), TOKENS[n])
    move_past(clock, round_, "committee_vote")
    results.close_round(round_, at=now(), by=SYSTEM)
    open_box(round_)
    count = publish(results.count_round(round_, at=now(), by=SYSTEM))
    assert count.published_at is not None
    result = canonical.loads(count.body.encode())
    residents = result["chambers"][0]
    assert (residents["valid"], residents["void"], residents["lowered"]) == (3, {}, {"s2": 0, "s3": 0})
    assert result["publishable"] is True
    assert lines_of("count_lines.mjs", [in_the_bundle(count)]) == [counted(Election(**in_the_bundle(count)))]


def in_the_bundle(count: Count) -> dict[str, Any]:
    """What somebody counts anew who has nothing but the file."""
    file = io.BytesIO()
    bundle.write(count, file)
    with zipfile.ZipFile(file) as archive:
        boxes = [name for name in archive.namelist() if name.startswith("ballots/")]
        ballots = {Path(name).stem: [json.loads(one) for one in archive.read(name).splitlines()] for name in boxes}
        return {
            "manifest": json.loads(archive.read("manifest.json")),
            "ballots": ballots,
            "rolls": json.loads(archive.read("rolls.json")),
        }


def test_the_public_pages_say_whose_ballot_a_section_stands_on_and_who_may_vote(app: Flask, clock: Clock) -> None:
    round_ = own_ballots(clock, age_min=14, bases=["address", "school"])
    for address in (f"/rounds/{round_.id}", f"/rounds/{round_.id}/ballot"):
        page = Person(app).get(address)
        for words in ("누구의 투표지", "가산동 주민", "모두", "만 14세 이상", "받는 연고: 주소, 학교"):
            assert words in page.text, (address, words)
    english = Person(app, locale="en").get(f"/rounds/{round_.id}")
    assert "Residents of Gasan-dong" in english.text and "Who votes?" in english.text
