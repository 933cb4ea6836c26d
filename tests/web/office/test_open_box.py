"""What is said, to whom and when, of a box that is opened for everybody; in both languages."""

import pytest
from flask import Flask

from app.ballots import queries
from app.clock import Clock
from app.people.models import STAFF_ROLE
from app.rounds import rules, settings
from app.rounds.models import Round
from tests import factories
from tests.actors import Person
from tests.ballots.elections import picks, published, shortlisted
from tests.page import Page
from tests.results.elections import closed
from tests.rounds import plans

OBSERVER = {
    "ko": "투표함을 여는 방법: 참관인 앞에서 열고 열쇠는 공개하지 않음",
    "en": "How the ballot box is opened: opened before observers, and the key is not published",
}
OPEN = {
    "ko": "투표함을 여는 방법: 결과와 함께 열쇠를 공개해 누구나 열어 볼 수 있게 함",
    "en": "How the ballot box is opened: the key is published with the result, and everybody can open it",
}
WARNING = {
    "ko": "그 대신 접수번호가 무엇을 골랐는지의 증거가 되어, 표를 사고팔거나 강요하는 데 쓰일 수 있습니다.",
    "en": "a receipt number becomes proof of what was chosen, which can be used to buy votes or to put people under",
}
LOCALES = ("ko", "en")


def staff(app: Flask, locale: str = "ko") -> Person:
    return Person(app, factories.account(STAFF_ROLE), locale=locale)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_plan_chooses_it_knowingly(app: Flask, locale: str) -> None:
    round_, person = plans.complete_draft(), staff(app, locale)
    page = person.get(f"/office/rounds/{round_.id}/settings/counting")
    assert page.has(WARNING[locale])
    assert page.form().data["opening"] == ["observer"]
    person.submit(page, opening="open")
    assert settings.of(round_).counting.opening == rules.OPEN
    checked = person.get(f"/office/rounds/{round_.id}/settings")
    assert checked.has(OPEN[locale]) and not checked.has(OBSERVER[locale])


def test_a_way_that_is_not_on_the_page_is_refused_and_nothing_changes(app: Flask) -> None:
    round_, person = plans.complete_draft(), staff(app)
    form = person.get(f"/office/rounds/{round_.id}/settings/counting").form()
    form.data["opening"] = ["both"]
    page = Page(form.submit(person.client))
    assert (page.status, len(page.errors)) == (422, 1)
    assert settings.of(round_).counting.opening == rules.OBSERVER


@pytest.mark.parametrize(
    ("locale", "opening", "said"),
    [("ko", rules.OBSERVER, OBSERVER), ("ko", rules.OPEN, OPEN), ("en", rules.OPEN, OPEN)],
)
def test_key_ceremony_publication_and_rules_say_how_the_box_is_opened(
    app: Flask, clock: Clock, locale: str, opening: str, said: dict[str, str]
) -> None:
    coming, out = shortlisted(per_section=1, opening=opening), published(clock, running=None, opening=opening)
    person, heading_and_words = staff(app, locale), said[locale].split(": ")
    kept = person.get(f"/office/rounds/{out.id}/ballot")
    pages = [
        person.get(f"/office/rounds/{coming.id}/key"),
        person.get(f"/office/rounds/{coming.id}/ballot"),
        Person(app, locale=locale).get(f"/rounds/{out.id}/ballot"),
    ]
    assert kept.summary()[heading_and_words[0]] == heading_and_words[1]
    assert [page.has(said[locale]) for page in pages] == [True] * 3
    assert [page.has(WARNING[locale]) for page in (*pages, kept)] == [opening == rules.OPEN] * 4


def test_trustees_are_told_before_they_type_their_words(app: Flask, clock: Clock) -> None:
    person = staff(app)
    for opening in rules.OPENINGS:
        page = person.get(f"/office/rounds/{closed(clock, opening=opening).id}/box/open")
        assert page.has(WARNING["ko"]) == (opening == rules.OPEN)


TO_VOTERS = {  # before the cast; with the receipt of an open box; with that of another
    "ko": ("접수번호를 아는 사람은 그 표가", "무엇을 골랐는지 알 수 있으니", "무엇을 골랐는지, 누가"),
    "en": ("whoever knows your receipt number", "it shows what was chosen", "not prove what was chosen"),
}


@pytest.mark.parametrize(("locale", "opening"), [("ko", rules.OBSERVER), ("ko", rules.OPEN), ("en", rules.OPEN)])
def test_voters_are_told_before_the_cast_and_with_the_receipt(
    app: Flask, clock: Clock, locale: str, opening: str
) -> None:
    round_, is_open = published(clock, opening=opening), opening == rules.OPEN
    check, done = cast(Person(app, factories.resident(), locale=locale), round_)
    box = Person(app, locale=locale).get(f"/rounds/{round_.id}/box")
    before, receipt, proves_nothing = TO_VOTERS[locale]
    assert (check.has(before), done.has(receipt), done.has(proves_nothing)) == (is_open, is_open, not is_open)
    assert box.has(WARNING[locale]) == is_open


def cast(person: Person, round_: Round) -> tuple[Page, Page]:
    ballot = person.get(f"/vote/{round_.id}").form(action="/check").tick("pick", *picks(round_))
    check = Page(ballot.submit(person.client, follow_redirects=True))
    return check, Page(check.form(action="/cast").submit(person.client, follow_redirects=True))


def test_rounds_that_seal_nothing_say_nothing_of_a_box(app: Flask, clock: Clock) -> None:
    round_ = published(clock, running=None, source=rules.HISTORY)
    assert queries.find_round_key(round_.id) is None
    assert not Person(app).get(f"/rounds/{round_.id}/ballot").has("투표함을 여는 방법")
