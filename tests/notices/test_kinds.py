"""Every kind of notice is whole: its words, facts, page, and an SMS that is one; and each goes as the person chose."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.notices import delivery_rules as rules
from app.notices import kinds, proposal_kinds
from app.notices import letter_rules as letters
from app.notices.delivery_rules import DIGEST, MAIL, NONE, SMS, Reach
from app.notices.letter_models import About
from app.notices.rules import SMS_BYTES, sms_bytes
from app.web import letter_facts, letter_pages
from app.web import letter_view as view
from app.web.filters import speaking
from tests import factories

NOWHERE, PHONE, ADDRESS, BOTH = Reach(False, False), Reach(True, False), Reach(False, True), Reach(True, True)
STOPPED = Reach(True, False, has_stopped=True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_kind_has_its_words_its_page_and_an_sms_that_is_one(app: Flask) -> None:
    of, to = factories.proposal(factories.round_()), factories.resident()
    meeting, application = factories.meeting(of.round), factories.application(factories.recruitment(), by=to)
    programme_id = of.round.programme_id
    about = {
        kinds.MEMBERS: About(programme_id=programme_id, meeting_id=meeting.id),
        kinds.APPLICANTS: About(programme_id=programme_id, application_id=application.id),
    }
    for name, kind in letters.KINDS.items():
        assert len(name) <= 24 and kind.to in letter_pages.PAGES
        assert kind.is_urgent or not kind.is_reminder, "what waits for a digest may come too late"
        told = factories.notice(name, to, about.get(kind.to, of), **letter_facts.SAMPLE_FACTS)
        with app.test_request_context():
            assert letter_pages.page_of(told).startswith("/")
            for code in ("ko", "en"):
                with speaking(code):
                    values = view.sample_values(name)
                    letters.ensure_body(name, getattr(kind, code))
                    letters.ensure_subject(name, getattr(kind, f"subject_{code}"))
                    assert "{" not in letters.fill(getattr(kind, code), values)
                    if kind.has_sms:
                        letters.ensure_sms(name, getattr(kind, f"sms_{code}"), values)
                        assert sms_bytes(letters.fit_sms(getattr(kind, f"sms_{code}"), values)) <= SMS_BYTES


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_period_that_ends_at_midnight_ends_on_the_day_before_as_on_the_pages(app: Flask) -> None:
    for kind, name in (
        (kinds.VISIT_RECORDED, kinds.ANSWER_UNTIL),
        (kinds.ANSWER_DUE, kinds.ANSWER_UNTIL),
        (kinds.SHEETS_DUE_SOON, kinds.REVIEW_UNTIL),
    ):
        for code, said in (("ko", "2026년 6월 20일(토) 24:00"), ("en", "Sat 20 June 2026 24:00")):
            with app.test_request_context(), speaking(code):
                assert view.sample_values(kind)[name] == said


def test_no_particle_follows_a_variable_for_half_of_all_words_want_another_one() -> None:
    for kind in letters.KINDS.values():
        for words in (kind.ko, kind.sms_ko, kind.subject_ko):
            assert not re.search(r"\}[’”]?(을|를|은|는|가|과|와|이(?![다며에]))", words), words


def test_who_asks_somebody_writes_nothing_of_their_own_in_the_sms_and_it_is_one() -> None:
    for words in (proposal_kinds.ASKED_SMS_KO, proposal_kinds.ASKED_SMS_EN):
        assert "{" not in words and sms_bytes(words) <= SMS_BYTES


@pytest.mark.parametrize(
    ("chosen", "is_urgent", "has_sms", "reach", "way"),
    [
        (None, True, True, NOWHERE, NONE),
        (None, True, True, PHONE, SMS),
        (None, True, False, PHONE, NONE),
        (None, True, True, BOTH, MAIL),
        (None, False, True, ADDRESS, DIGEST),
        (SMS, True, True, BOTH, SMS),
        (SMS, True, False, BOTH, NONE),
        (SMS, True, True, ADDRESS, NONE),
        (MAIL, False, True, BOTH, MAIL),
        (MAIL, False, True, PHONE, NONE),
        (DIGEST, True, True, PHONE, NONE),
        (NONE, True, True, BOTH, NONE),
        (None, True, True, STOPPED, NONE),
        (SMS, True, True, STOPPED, SMS),
    ],
)
def test_a_kind_goes_as_chosen_or_as_usual_and_never_by_something_else(
    chosen: str | None, is_urgent: bool, has_sms: bool, reach: Reach, way: str
) -> None:
    assert rules.way_of(chosen, is_urgent, has_sms, reach) == way


def seoul(hour: int, minute: int = 0, day: int = 10) -> datetime:
    return datetime(2026, 6, day, tzinfo=UTC) + timedelta(hours=hour - 9, minutes=minute)


@pytest.mark.parametrize(
    ("at", "by_day"),
    [
        (seoul(8), seoul(8)),
        (seoul(20, 59), seoul(20, 59)),
        (seoul(21), seoul(8, day=11)),
        (seoul(23, 59), seoul(8, day=11)),
        (seoul(0), seoul(8)),
        (seoul(7, 59), seoul(8)),
    ],
)
def test_night_is_from_nine_to_eight(at: datetime, by_day: datetime) -> None:
    assert rules.by_day(at) == by_day


def test_the_next_digest_is_never_now() -> None:
    assert rules.next_digest(seoul(7, 59), 8) == seoul(8)
    assert rules.next_digest(seoul(8), 8) == rules.next_digest(seoul(23), 8) == seoul(8, day=11)


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [("가나다", 6, "가나다"), ("가나다", 5, "가…"), ("가나다", 1, ""), ("a\nb 😀", 20, "a b ?"), ("가 나", 4, "가…")],
)
def test_a_title_is_shortened_to_bytes_and_says_so(text: str, most: int, short: str) -> None:
    assert rules.shorten(text, most) == short


def test_an_sms_gives_way_in_its_title_first_and_then_at_its_end() -> None:
    values = {kinds.TITLE: "가" * 60, kinds.ROUND: "나" * 60}
    text = letters.fit_sms("‘{제목}’ 접수함", values)
    assert sms_bytes(text) <= SMS_BYTES and text.endswith("…’ 접수함")
    assert letters.fit_sms("{회차}: {제목}", values).endswith("나…")


@pytest.mark.parametrize(("body", "needed"), [("가" * 45, None), ("가" * 46, 92), ("{제목}" + "가" * 41, 92)])
def test_staffs_sms_is_one_with_room_for_a_title(body: str, needed: int | None) -> None:
    if needed is None:
        letters.ensure_sms(kinds.LEFT_OUT, body, {})
        return
    with pytest.raises(letters.SmsUnfit) as caught:
        letters.ensure_sms(kinds.LEFT_OUT, body, {kinds.TITLE: "쉼터"})
    assert caught.value.needed == needed


def test_an_sms_has_no_letter_that_phones_cannot_show() -> None:
    with pytest.raises(letters.SmsUnfit) as caught:
        letters.ensure_sms(kinds.LEFT_OUT, "축하 🎉", {})
    assert caught.value.letter == "🎉"
