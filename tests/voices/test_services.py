"""Support and comments: once each, until the ballot is out, and never with a name beside them."""

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.audit.models import AuditLine
from app.clock import Clock, now
from app.database import db
from app.errors import NotFound
from app.notices import kinds
from app.notices.delivery_rules import Person
from app.notices.letter_queries import list_notices
from app.notices.letter_services import see_notices
from app.people.models import STAFF_ROLE, Account, Resident
from app.proposals import rules as proposals
from app.proposals import together
from app.proposals.models import Proposal
from app.rounds import rules as rounds
from app.voices import queries, rules, services
from app.voices.models import Comment, CommentBar, CommentReport, KeptSupport, Support
from tests import factories
from tests.questions import questions


@pytest.fixture
def proposal(app: Flask) -> Proposal:
    return factories.proposal(factories.round_(running=rounds.INTAKE))


@pytest.fixture
def staff(app: Flask) -> Account:
    return factories.account(STAFF_ROLE)


def lines() -> int:
    return db.session.scalar(select(func.count(AuditLine.id))) or 0


def refused(error: type[Exception], act: Callable[[], object]) -> None:
    """And nothing was written."""
    before = [lines(), *(db.session.scalar(select(func.count()).select_from(t)) for t in (Support, Comment))]
    states = db.session.execute(select(Comment.state, Comment.version).order_by(Comment.id)).all()
    with pytest.raises(error):
        act()
    db.session.rollback()
    assert [lines(), *(db.session.scalar(select(func.count()).select_from(t)) for t in (Support, Comment))] == before
    assert db.session.execute(select(Comment.state, Comment.version).order_by(Comment.id)).all() == states


def comment(on: Proposal, by: Resident | None = None, body: str = "좋은 제안입니다.") -> Comment:
    return services.write_comment(on, by or factories.resident(), body, at=now())


def report(one: Comment, by: Resident | None = None) -> None:
    services.report_comment(one, by or factories.resident(), ground="insult", remark="", at=now())


def hide(one: Comment, by: Account, *, bar: bool = False) -> None:
    services.hide_comment(one, ground="insult", reason="욕설", bar=bar, seen=one.version, at=now(), by=by)


def test_a_resident_supports_a_proposal_once_however_often_the_button_is_pressed(proposal: Proposal) -> None:
    fans = [factories.resident(), factories.resident()]
    for one in (*fans, *fans):
        services.set_support(proposal, one, True, at=now())
    assert queries.count_support(proposal.id) == 2
    services.set_support(proposal, fans[0], False, at=now())
    services.set_support(proposal, fans[0], False, at=now())
    assert queries.count_support(proposal.id) == 1
    assert [queries.supports(proposal.id, one) for one in fans] == [False, True]


def test_the_audit_does_not_say_who_supports_writes_or_reports_nor_when_but_for_the_hour(proposal: Proposal) -> None:
    one = comment(proposal)
    services.set_support(proposal, factories.resident(), True, at=now())
    report(one)
    services.withdraw_comment(one, at=now())
    written = db.session.scalars(select(AuditLine).order_by(AuditLine.id)).all()
    assert [(line.action, line.actor_kind, line.actor_id) for line in written] == [
        ("comment.write", "resident", None),
        ("proposal.support", "system", None),
        ("comment.report", "system", None),
        ("comment.withdraw", "resident", None),
    ]
    assert {(line.at.minute, line.at.second, line.at.microsecond) for line in written} == {(0, 0, 0)}


def test_nobody_supports_their_own(proposal: Proposal) -> None:
    refused(rules.OwnProposal, lambda: services.set_support(proposal, proposal.resident, True, at=now()))


def test_who_proposes_together_is_no_supporter_and_speaks_as_a_proposer(proposal: Proposal) -> None:
    other, fan = factories.resident(), factories.resident()
    for one in (other, fan):
        services.set_support(proposal, one, True, at=now())
    before = comment(proposal, other)
    seat = factories.co_proposer(proposal, other, state=proposals.ACCEPTED)
    assert queries.count_support(proposal.id) == 1
    refused(rules.OwnProposal, lambda: services.set_support(proposal, other, True, at=now()))
    during = comment(proposal, other)
    together.leave(seat, at=now(), by=other.actor)
    after = comment(proposal, other)
    assert [one.voice for one in (before, during, after)] == [1, 0, 1]
    assert queries.count_support(proposal.id) == 2


def test_who_proposes_together_may_take_their_support_back_and_it_is_not_kept(proposal: Proposal) -> None:
    first, second = factories.resident(), factories.resident()
    for one in (first, second):
        services.set_support(proposal, one, True, at=now())
        factories.co_proposer(proposal, one, state=proposals.ACCEPTED)
    services.set_support(proposal, first, False, at=now())
    assert [queries.supports(proposal.id, one) for one in (first, second)] == [False, True]
    assert services.forget_people(proposal.round_id) == (1, 0)
    db.session.commit()
    assert (db.session.query(Support).count(), db.session.query(KeptSupport).count()) == (0, 0)


@pytest.mark.parametrize(
    ("state", "round_state"),
    [
        (proposals.SUBMITTED, rounds.BALLOT_PUBLISHED),
        (proposals.INELIGIBLE, rounds.CALLED),
        (proposals.LEFT_OUT, rounds.CALLED),
        (proposals.SHORTLISTED, rounds.CALLED),
        (proposals.SHORTLISTED, rounds.RESULTS_PUBLISHED),
    ],
)
def test_nobody_is_heard_of_a_proposal_that_is_not_on_its_way_or_when_the_ballot_is_out(
    proposal: Proposal, state: str, round_state: str
) -> None:
    proposal.state, proposal.round.state = state, round_state
    db.session.commit()
    refused(rules.VoicesClosed, lambda: services.set_support(proposal, factories.resident(), True, at=now()))
    refused(rules.VoicesClosed, lambda: comment(proposal))


def test_voices_are_open_only_from_submission_to_the_shortlist_of_a_called_round() -> None:
    heard = {pair for pair in product(proposals.STATES, rounds.STATES) if rules.is_open(*pair)}
    assert heard == {(state, "called") for state in ("submitted", "eligible", "visited")}


def test_one_person_is_one_voice_under_a_proposal_and_the_proposer_is_told_apart(proposal: Proposal) -> None:
    first, second = factories.resident(), factories.resident()
    written = [comment(proposal, by) for by in (first, second, first, proposal.resident)]
    assert [one.voice for one in written] == [1, 2, 1, 0]
    elsewhere = comment(factories.proposal(proposal.round), second)
    assert elsewhere.voice == 1


def test_a_comment_holds_the_proposal_before_its_writer_as_whoever_writes_their_name_with_a_proposal(
    proposal: Proposal,
) -> None:
    writer = factories.resident()
    with questions() as sent:
        comment(proposal, writer)
    held = [match[1] for one in sent if (match := re.search(r"FOR UPDATE OF (\w+)", one))]
    assert held == (["proposal", "resident"] if db.engine.dialect.name == "postgresql" else [])  # else one writer


@pytest.mark.parametrize("body", ["", "가" * (rules.COMMENT_MAX + 1)])
def test_a_comment_has_words_and_not_too_many(proposal: Proposal, body: str) -> None:
    refused(rules.CommentUnfit, lambda: comment(proposal, body=body))


def test_who_has_written_ten_comments_in_a_day_waits(proposal: Proposal, clock: Clock) -> None:
    talker = factories.resident()
    first = comment(proposal, talker)
    for n in range(rules.COMMENTS_PER_DAY - 1):
        clock.offset += timedelta(minutes=1)
        last = comment(proposal, talker, f"의견 {n}")
    services.withdraw_comment(last, at=now())  # taking one back gives none back
    with pytest.raises(rules.TooManyComments) as error:
        comment(proposal, talker)
    assert error.value.again_at == first.written_at + timedelta(days=1)
    refused(rules.TooManyComments, lambda: comment(proposal, talker))
    comment(proposal)  # others may
    clock.offset += timedelta(days=1)
    comment(proposal, talker)


def test_what_is_withdrawn_is_empty_and_what_was_reported_of_it_is_gone(proposal: Proposal) -> None:
    writer = factories.resident()
    one = comment(proposal, writer, "지울 글")
    report(one)
    services.withdraw_comment(one, at=now())
    assert (one.state, one.body) == (rules.WITHDRAWN, "")
    assert db.session.scalars(select(CommentReport)).all() == []
    assert queries.read_comments(proposal.id).comments == []
    refused(rules.CommentMoved, lambda: services.withdraw_comment(one, at=now()))


def test_a_resident_reports_a_comment_of_another_once(proposal: Proposal) -> None:
    writer, reader = factories.resident(), factories.resident()
    one = comment(proposal, writer)
    for _ in range(2):
        report(one, reader)
    assert [row.resident_id for row in db.session.scalars(select(CommentReport))] == [reader.id]
    refused(rules.OwnComment, lambda: report(one, writer))


def test_a_ground_or_remark_that_the_form_does_not_offer_is_refused(proposal: Proposal) -> None:
    one, reader = comment(proposal), factories.resident()
    wrong = {"ground": "because", "remark": ""}, {"ground": "insult", "remark": "가" * (rules.REASON_MAX + 1)}
    for error, words in zip((rules.GroundUnknown, rules.ReasonMissing), wrong, strict=True):
        refused(error, lambda words=words: services.report_comment(one, reader, **words, at=now()))


def test_a_hidden_comment_keeps_its_words_for_staff_and_can_be_shown_again(proposal: Proposal, staff: Account) -> None:
    one = comment(proposal, body="나쁜 말")
    report(one)
    report(one)
    assert queries.list_reported(proposal.round_id) == [one]
    hide(one, staff)
    assert (one.state, one.body, one.reason) == (rules.HIDDEN, "나쁜 말", "욕설")
    assert (queries.list_reported(proposal.round_id), queries.list_hidden(proposal.round_id)) == ([], [one])
    services.keep_comment(one, seen=one.version, at=now(), by=staff)
    assert (one.state, one.ground, one.reason) == (rules.SHOWN, None, "")


def told(resident: Resident | None) -> list[tuple[str, dict[str, str | None]]]:
    """The earliest first."""
    assert resident is not None
    return [(one.kind, one.facts) for one in reversed(list_notices(Person(resident.id)))]


def test_who_proposes_hears_of_comments_once_until_they_have_looked_and_not_of_their_own(proposal: Proposal) -> None:
    other = factories.resident()
    factories.co_proposer(proposal, other, state=proposals.ACCEPTED)
    comment(proposal, other)
    assert (told(proposal.resident), told(other)) == ([(kinds.COMMENTED, {})], [])
    for _ in range(2):
        comment(proposal)
    assert (told(proposal.resident), told(other)) == ([(kinds.COMMENTED, {})], [(kinds.COMMENTED, {})])
    see_notices(Person(other.id), 10**9, at=now(), by=other.actor)
    comment(proposal)
    assert [len(told(one)) for one in (proposal.resident, other)] == [1, 2]


@pytest.mark.parametrize("bar", [False, True])
def test_who_wrote_a_hidden_comment_hears_why_and_until_when_they_are_barred(
    proposal: Proposal, staff: Account, bar: bool
) -> None:
    writer = factories.resident()
    hide(comment(proposal, writer), staff, bar=bar)
    ((kind, facts),) = told(writer)
    until = queries.find_bar(writer, now())
    assert (kind, facts["hidden_for"]) == (kinds.COMMENT_HIDDEN, "insult")
    assert facts["barred_until"] == (until.until.isoformat() if until else None) and (until is not None) == bar


def test_hiding_takes_a_reason(proposal: Proposal, staff: Account) -> None:
    one = comment(proposal)
    for reason in ("", "가" * (rules.REASON_MAX + 1)):
        refused(
            rules.ReasonMissing,
            lambda reason=reason: services.hide_comment(
                one, ground="insult", reason=reason, bar=True, seen=one.version, at=now(), by=staff
            ),
        )
    assert db.session.scalars(select(CommentBar)).all() == []


def test_of_two_officers_who_decide_at_once_the_second_sees_what_happened(proposal: Proposal, staff: Account) -> None:
    one = comment(proposal)
    seen = one.version
    services.keep_comment(one, seen=seen, at=now(), by=staff)
    for late in (
        lambda: services.hide_comment(one, ground="insult", reason="욕설", bar=False, seen=seen, at=now(), by=staff),
        lambda: services.keep_comment(one, seen=seen, at=now(), by=staff),
    ):
        refused(rules.CommentMoved, late)


def test_who_was_barred_writes_again_after_a_month(proposal: Proposal, staff: Account, clock: Clock) -> None:
    writer = factories.resident()
    hide(comment(proposal, writer), staff, bar=True)
    refused(rules.Barred, lambda: comment(proposal, writer))
    services.set_support(proposal, writer, True, at=now())  # all else stays
    clock.offset += rules.BARRED_FOR
    comment(proposal, writer)


def test_a_comment_that_is_not_ones_own_does_not_exist(proposal: Proposal) -> None:
    one = comment(proposal)
    with pytest.raises(NotFound):
        queries.get_own(one.id, factories.resident())


def test_when_people_are_forgotten_numbers_and_words_stay(proposal: Proposal) -> None:
    one = comment(proposal, body="남는 글")
    report(one)
    for _ in range(3):
        services.set_support(proposal, factories.resident(), True, at=now())
    assert services.forget_people(proposal.round_id) == (3, 1)
    db.session.commit()
    assert (queries.count_support(proposal.id), db.session.get(KeptSupport, proposal.id).people) == (3, 3)
    assert db.session.scalars(select(Support)).all() == db.session.scalars(select(CommentReport)).all() == []
    assert [(row.body, row.resident_id) for row in queries.read_comments(proposal.id).comments] == [("남는 글", None)]


def test_when_people_are_forgotten_nobody_stays_barred_by_whom_a_hidden_comment_could_be_told(
    proposal: Proposal, staff: Account
) -> None:
    elsewhere = factories.proposal(factories.round_(running=rounds.INTAKE))
    writer, other = factories.resident(), factories.resident()
    one = comment(proposal, writer)
    hide(one, staff, bar=True)
    services.keep_comment(one, seen=one.version, at=now(), by=staff)  # the line of its hiding stays
    hide(comment(elsewhere, other), staff, bar=True)
    services.forget_people(proposal.round_id)
    db.session.commit()
    assert [bar.resident_id for bar in db.session.scalars(select(CommentBar))] == [other.id]


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": rules.HIDDEN},
        {"state": rules.WITHDRAWN},
        {"state": "lost"},
        {"body": ""},
        {"voice": -1},
        {"decided_at": factories.LONG_AGO},
    ],
)
def test_the_database_knows_no_comment_that_is_not_right(proposal: Proposal, wrong: dict[str, object]) -> None:
    values = {"proposal_id": proposal.id, "voice": 1, "body": "글", "written_at": now()}
    with pytest.raises(IntegrityError):
        factories.keep(Comment(**{**values, **wrong}))


def test_comments_come_in_pages_the_newest_first(proposal: Proposal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE_LENGTH", 2)
    for n in range(3):
        comment(proposal, body=str(n))
    pages = [queries.read_comments(proposal.id, page) for page in (1, 2, 99)]
    assert [[one.body for one in page.comments] for page in pages] == [["2", "1"], ["0"], ["0"]]
    assert pages[2][1:] == (3, 2, 2)
