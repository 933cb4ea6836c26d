"""Costs by lines, versions, proposing together, paper, and waiting for the next call."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.audit.models import SYSTEM, AuditLine
from app.clock import Clock, now, seoul_day
from app.database import db
from app.errors import NotFound
from app.notices import kinds, letter_queries
from app.notices.delivery_rules import Person
from app.people import identity
from app.people.models import Resident
from app.proposals import differences, paper, queries, rules, services, together, waiting
from app.proposals.models import CoProposer, CostLine, PaperFiling, Proposal, ProposalVersion
from app.proposals.paper import Sheet
from app.proposals.queries import Filters
from app.proposals.rules import Line
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.questions import questions

KEY = "a key of the tests"
LIGHTS = (Line("보안등", 10, 2_000_000), Line("전기 공사", 1, 5_000_000))
LINES = some.builds(
    Line, some.text(min_size=1, max_size=5), some.integers(1, rules.QUANTITY_MAX), some.integers(1, rules.UNIT_MAX)
)
TABLES = (Proposal, CostLine, ProposalVersion, CoProposer, PaperFiling, AuditLine, Resident)


@pytest.fixture
def intake(app: Flask) -> Round:
    return factories.round_(running=rounds.INTAKE, per_project_limit_won=300_000_000)


@pytest.fixture
def resident(app: Flask) -> Resident:
    return factories.resident(name="홍길동")


@pytest.fixture
def draft(intake: Round, resident: Resident) -> Proposal:
    return factories.proposal(intake, state=rules.DRAFT, by=resident, consented_at=now())


def everything() -> list[Any]:
    db.session.rollback()
    return [db.session.execute(select(table.__table__).order_by(text("1, 2"))).all() for table in TABLES]


@contextmanager
def refused(error: type[Exception]) -> Iterator[None]:
    before = everything()
    with pytest.raises(error):
        yield
    assert everything() == before


def act(by: Resident) -> dict[str, Any]:
    return {"at": now(), "by": by.actor}


def edit(proposal: Proposal, **changes: Any) -> None:
    assert proposal.resident is not None
    services.edit_proposal(proposal, changes=changes, seen=proposal.version, **act(proposal.resident))


@given(some.lists(LINES, max_size=rules.LINES_MAX))
def test_a_cost_is_the_exact_sum_of_its_lines_and_fits_the_database(lines: list[Line]) -> None:
    total = 0
    for line in lines:
        for _ in range(3):
            total += line.quantity * line.unit_won
    assert rules.add_up(lines) * 3 == total
    assert rules.add_up(lines) < 2**63
    rules.ensure_lines([line._replace(what=line.what.strip() or "가") for line in lines])


def test_lines_make_the_cost_whatever_sum_was_typed(draft: Proposal) -> None:
    edit(draft, cost_lines=LIGHTS, cost_won=1)
    assert (draft.cost_won, draft.cost_lines) == (25_000_000, LIGHTS)
    edit(draft, cost_lines=LIGHTS[:1])
    assert (draft.cost_won, draft.cost_lines) == (20_000_000, LIGHTS[:1])
    edit(draft, cost_lines=(), cost_won=7)
    assert (draft.cost_won, draft.cost_lines) == (7, ())


REFUSED = (
    ({"cost_lines": (Line("", 1, 1),)}, rules.LineUnfit),
    ({"cost_lines": (Line("가" * 81, 1, 1),)}, rules.LineUnfit),
    ({"cost_lines": (Line("의자", 0, 1),)}, rules.LineUnfit),
    ({"cost_lines": (Line("의자", 1, -1),)}, rules.LineUnfit),
    ({"cost_lines": (Line("의자", 1, 1),) * 21}, rules.TooManyLines),
    ({"cost_lines": (Line("의자", 3, 100_000_001),)}, rules.OverTheLimit),
    ({"cost_won": 5}, rules.NotTheSum),
    ({"latitude": 91.0, "longitude": 0.0}, rules.PointUnfit),
    ({"latitude": 37.0, "longitude": None}, rules.PointUnfit),
)


def test_lines_and_points_that_break_a_rule_change_nothing(draft: Proposal) -> None:
    edit(draft, cost_lines=LIGHTS)
    for changes, error in REFUSED:
        with refused(error):
            edit(draft, **changes)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE proposal SET cost_won = cost_won + 1",
        "UPDATE proposal SET latitude = 37.5",
        "UPDATE proposal SET latitude = 91, longitude = 0",
        "UPDATE cost_line SET quantity = 0",
        "UPDATE proposal_version SET number = 9",
        "DELETE FROM proposal_version",
    ],
)
def test_the_database_itself_refuses(draft: Proposal, resident: Resident, statement: str) -> None:
    edit(draft, cost_lines=LIGHTS)
    services.submit_proposal(draft, **act(resident))
    with refused(DatabaseError), db.engine.begin() as connection:
        connection.execute(text(statement))


def test_the_lines_of_what_has_moved_on_are_frozen(draft: Proposal, resident: Resident) -> None:
    edit(draft, cost_lines=LIGHTS)
    services.submit_proposal(draft, **act(resident))
    draft.state = rules.ELIGIBLE
    db.session.commit()
    for statement in ("UPDATE cost_line SET quantity = 2", "DELETE FROM cost_line"):
        with refused(DatabaseError), db.engine.begin() as connection:
            connection.execute(text(statement))


def test_the_submission_and_every_change_after_it_keep_a_version(draft: Proposal, resident: Resident) -> None:
    edit(draft, title="초안의 제목", cost_lines=LIGHTS)
    services.submit_proposal(draft, **act(resident))
    edit(draft, title="고친 제목", section_id=draft.round.sections[1].id)
    edit(draft, title="고친 제목")  # nothing changed
    kept = [(one.number, one.by_kind, one.written["title"]) for one in queries.list_versions(draft.id)]
    assert kept == [(1, "resident", "초안의 제목"), (2, "resident", "고친 제목")]
    newest = queries.list_versions(draft.id)[1].written
    assert (newest["section"][0], newest["cost_lines"][0]) == ("분야2", ["보안등", 10, 2_000_000])


def test_what_was_submitted_before_versions_were_kept_keeps_how_it_was(intake: Round, resident: Resident) -> None:
    old = factories.proposal(intake, by=resident, title="옛 제목")
    edit(old, title="새 제목")
    assert [one.written["title"] for one in queries.list_versions(old.id)] == ["옛 제목", "새 제목"]


@given(some.text(max_size=60), some.text(max_size=60))
def test_without_what_is_new_it_is_the_old_text_and_without_what_is_gone_the_new_one(old: str, new: str) -> None:
    pieces = differences.compare(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != differences.NEW) == old
    assert "".join(piece.text for piece in pieces if piece.kind != differences.GONE) == new
    assert all(piece.text for piece in pieces)


def test_of_a_word_with_another_ending_only_the_ending_differs() -> None:
    pieces = differences.compare("골목에 보안등을 단다", "골목에 보안등이 있다")
    assert pieces[:3] == [("same", "골목에 보안등"), ("gone", "을"), ("new", "이")]


def test_whoever_has_the_phone_accepts_and_is_a_proposer_then(draft: Proposal) -> None:
    other = factories.resident(identity.phone_key(KEY, "+821012345678"))
    assert draft.resident is not None
    together.invite(draft, "010-1234-5678", key=KEY, **act(draft.resident))
    asked = queries.list_invitations(other)[0]
    assert (asked.ending, queries.list_proposer_ids(draft)) == ("5678", [draft.resident_id])
    with pytest.raises(NotFound):
        queries.get_readable(draft.id, other)
    together.accept(asked, other, name="김이웃", **act(other))
    assert queries.list_proposer_ids(draft) == [draft.resident_id, other.id]
    assert queries.get_readable(draft.id, other) is draft and queries.list_joined(other) == [draft]
    with pytest.raises(NotFound):
        queries.get_own(draft.id, other)
    together.leave(asked, **act(other))
    assert queries.list_proposer_ids(draft) == [draft.resident_id]


def test_nobody_is_asked_twice_nor_oneself_nor_more_than_five(draft: Proposal) -> None:
    assert draft.resident is not None
    by = {"key": KEY, **act(draft.resident)}
    draft.resident.phone_key = identity.phone_key(KEY, "+821099999999")
    db.session.commit()
    for number in range(rules.SEATS):
        together.invite(draft, f"010-1234-567{number}", **by)
    for phone, error in (
        ("01099999999", rules.OwnPhone), ("01012345670", rules.AskedBefore), ("01012345679", rules.SeatsTaken)
    ):  # fmt: skip
        with refused(error):
            together.invite(draft, phone, **by)
    together.decline(draft.co_proposers[0], at=now(), by=SYSTEM)
    together.invite(draft, "01012345679", **by)  # the seat is free again
    with refused(rules.AskedBefore):
        together.invite(draft, "01012345670", **by)


def test_what_is_under_review_keeps_its_proposers(draft: Proposal, resident: Resident) -> None:
    other = factories.resident()
    seat, asked = factories.co_proposer(draft, other, state=rules.ACCEPTED), factories.co_proposer(draft, resident)
    services.submit_proposal(draft, **act(resident))
    later = {"at": now() + timedelta(days=90)}  # the intake is over, and a department reads it
    with refused(rounds.OutsidePhase):
        together.leave(seat, **{**act(other), **later})
    with refused(rounds.OutsidePhase):
        together.accept(asked, resident, name="늦은이", **{**act(resident), **later})
    with refused(rounds.OutsidePhase):
        together.invite(draft, "01099998888", key=KEY, **{**act(resident), **later})
    draft.state = rules.ELIGIBLE
    db.session.commit()
    with refused(rules.WrongState):
        together.leave(seat, **act(other))
    with refused(rules.WrongState):
        together.accept(asked, resident, name="늦은이", **act(resident))
    assert queries.list_invitations(resident) == []


def sheet(**other: Any) -> Sheet:
    given_ = {"way": "paper", "received_on": seoul_day(now()), "name": "김종이", "phone": "010-2222-3333"}
    return Sheet(**{**given_, "consent_kept": "서류철 3번", **other})


def changes(round_: Round) -> dict[str, Any]:
    texts = dict.fromkeys(("title", "need", "content", "effect"), "그늘막")
    return {**texts, "section_id": round_.sections[0].id, "cost_lines": LIGHTS}


def test_a_sheet_of_paper_gets_the_next_number_and_its_proposer_finds_it(intake: Round, draft: Proposal) -> None:
    staff = factories.account("staff")
    assert draft.resident is not None
    services.submit_proposal(draft, **act(draft.resident))
    filed = paper.file_on_paper(intake, sheet(), changes=changes(intake), key=KEY, at=now(), by=staff.actor)
    assert (filed.number, filed.state, filed.cost_won) == (2, rules.SUBMITTED, 25_000_000)
    assert [one.by_kind for one in queries.list_versions(filed.id)] == ["account"]
    finder = db.session.scalars(
        select(Resident).where(Resident.phone_key == identity.phone_key(KEY, "+821022223333"))
    ).one()
    assert (queries.list_own(finder), finder.name, finder.phone) == ([filed], None, None)
    landline = sheet(phone="02-2627-1234")
    other = paper.file_on_paper(intake, landline, changes=changes(intake), key=KEY, at=now(), by=staff.actor)
    assert (other.number, other.resident, other.proposer) == (3, None, other.filing)


def test_a_sheet_that_lacks_what_it_needs_is_not_filed(intake: Round) -> None:
    staff = factories.account("staff")
    for wrong, error in (
        ({"name": ""}, rules.Incomplete),
        ({"consent_kept": ""}, rules.Incomplete),
        ({"phone": "12"}, rules.NotAPhoneNumber),
        ({"received_on": seoul_day(now()) + timedelta(days=1)}, rules.ReceivedOutside),
        ({"received_on": seoul_day(now()) - timedelta(days=99)}, rules.ReceivedOutside),
    ):
        with refused(error):
            paper.file_on_paper(intake, sheet(**wrong), changes=changes(intake), key=KEY, at=now(), by=staff.actor)
    with refused(rules.Incomplete):
        paper.file_on_paper(intake, sheet(), changes={"title": "그늘막"}, key=KEY, at=now(), by=staff.actor)


def correct(proposal: Proposal, phone: str = "", **changes_: Any) -> None:
    filing, by = proposal.filing, factories.account("staff").actor
    assert filing is not None
    names = ("way", "received_on", "name", "consent_kept")
    kept = Sheet(**{name: getattr(filing, name) for name in names}, phone=phone or filing.phone or "")
    act_ = {"seen": proposal.version, "key": KEY, "at": now(), "by": by}
    paper.correct_paper(proposal, kept, changes=changes_, reason="잘못 옮겨 적음", **act_)


def test_a_sheet_of_the_last_day_is_entered_while_a_department_can_still_check_it(app: Flask, clock: Clock) -> None:
    round_, by = factories.round_(running=rounds.INTAKE), factories.account("staff").actor
    last = rules.last_day(next(phase for phase in round_.phases if phase.kind == rounds.INTAKE))

    def enter(day: date) -> Proposal:
        return paper.file_on_paper(
            round_, sheet(received_on=day), changes=changes(round_), key=KEY, at=clock.now(), by=by
        )

    clock.offset += timedelta(days=10)
    assert not rules.is_taking(round_, clock.now()) and enter(last).number == 1
    with refused(rules.ReceivedOutside):
        enter(last + timedelta(days=1))
    clock.offset += timedelta(days=10)
    with refused(rules.KeyedTooLate):
        enter(last)


def test_what_is_sent_twice_is_filed_once(intake: Round) -> None:
    act_ = {"changes": changes(intake), "key": KEY, "at": now(), "by": factories.account("staff").actor}
    first, again, other = (
        paper.file_on_paper(intake, sheet(), client_key=client_key, **act_) for client_key in ("a", "a", "b")
    )
    assert (again.id, other.number) == (first.id, 2)


def test_staff_correct_what_they_entered_and_it_is_seen_that_they_did(intake: Round) -> None:
    by = factories.account("staff").actor
    filed = paper.file_on_paper(intake, sheet(phone="02-2627-1234"), changes=changes(intake), key=KEY, at=now(), by=by)
    correct(filed, title="그늘막 두 개", phone="010-9999-0000")
    kept = [(one.by_kind, one.written["title"]) for one in queries.list_versions(filed.id)]
    assert kept == [("account", "그늘막"), ("account", "그늘막 두 개")]
    finder = queries.find_resident(identity.phone_key(KEY, "+821099990000"))
    assert finder is not None and queries.list_own(finder) == [filed]
    line = db.session.query(AuditLine).filter_by(action="proposal.correct_paper").one()
    assert line.fields == {"changed": "title, phone", "reason": "잘못 옮겨 적음"}


def test_what_did_not_come_on_paper_or_is_under_way_is_not_corrected(
    intake: Round, draft: Proposal, resident: Resident
) -> None:
    services.submit_proposal(draft, **act(resident))
    act_ = {"seen": draft.version, "key": KEY, "at": now(), "by": factories.account("staff").actor}
    with refused(rules.NotOnPaper):
        paper.correct_paper(draft, sheet(), changes={}, reason="고침", **act_)
    factories.filing(draft)
    for wrong, error in (({"reason": ""}, rules.ReasonMissing), ({"seen": 9}, rules.Stale)):
        with refused(error):
            paper.correct_paper(draft, sheet(), changes={"title": "다른 제목"}, **{"reason": "고침", **act_, **wrong})
    factories.co_proposer(draft, phone_key=identity.phone_key(KEY, "+821012345678"))
    with refused(rules.OwnPhone):
        correct(draft, phone="010-1234-5678")
    draft.state = rules.ELIGIBLE
    db.session.commit()
    with refused(rules.WrongState):
        correct(draft, title="다른 제목")


def test_of_a_proposer_without_an_account_it_is_kept_what_they_are_to_be_told(intake: Round) -> None:
    by = factories.account("staff").actor
    filed = paper.file_on_paper(intake, sheet(phone="02-2627-1234"), changes=changes(intake), key=KEY, at=now(), by=by)
    (told,) = queries.list_to_tell(intake.id)
    assert (told.kind, told.filing.phone, told.facts) == (kinds.SUBMITTED, "02-2627-1234", {})
    for _ in range(2):
        paper.note_told(told, at=now(), by=by)
    assert (queries.list_to_tell(intake.id), told.told_by) == ([], by.id)
    assert db.session.query(AuditLine).filter_by(action="proposal.told_in_person", subject_id=filed.id).count() == 1
    paper.file_on_paper(intake, sheet(), changes=changes(intake), key=KEY, at=now(), by=by)
    assert queries.list_to_tell(intake.id) == []  # who has a mobile phone is told as everybody is


def waits(of: Round, by: Resident, **settings: Any) -> Proposal:
    proposal = factories.proposal(of, state=rules.DRAFT, by=by, consented_at=now(), **settings)
    waiting.wait_for_call(proposal, seen=proposal.version, **act(by))
    return proposal


def test_what_waits_goes_to_the_next_round_and_is_submitted_there_once(app: Flask, resident: Resident) -> None:
    old = factories.round_(running=rounds.VOTING, fiscal_year=2030)
    proposal = waits(old, resident)
    assert waiting.roll_on(at=now()) == (0, 0)
    new = factories.round_(running=rounds.INTAKE, fiscal_year=2031)
    assert waiting.roll_on(at=now()) == (1, 1)
    assert (proposal.round, proposal.rolled_from, proposal.section) == (new, old, new.sections[0])
    assert (proposal.state, proposal.number, proposal.waiting_since) == (rules.SUBMITTED, 1, None)
    assert waiting.roll_on(at=now()) == (0, 0)


def test_what_has_no_field_there_or_costs_too_much_is_a_draft_again(app: Flask, resident: Resident) -> None:
    old = factories.round_(running=rounds.VOTING, fiscal_year=2030, sections=3)
    lost, dear = waits(old, resident, section_id=old.sections[2].id), waits(old, resident, cost_won=9)
    new = factories.round_(running=rounds.INTAKE, fiscal_year=2031, per_project_limit_won=8)
    assert waiting.roll_on(at=now()) == (2, 0)
    assert (lost.section, dear.section) == (None, new.sections[0])
    assert {(one.state, one.waiting_since, one.round_id) for one in (lost, dear)} == {(rules.DRAFT, None, new.id)}
    told = [(one.kind, one.proposal_id) for one in letter_queries.list_notices(Person(resident.id))]
    assert sorted(told) == [(kinds.RETURNED, one.id) for one in (lost, dear)]
    assert waiting.roll_on(at=now()) == (0, 0) and len(letter_queries.list_notices(Person(resident.id))) == 2


def test_whose_proposal_goes_to_a_call_that_takes_none_yet_is_told(app: Flask, resident: Resident) -> None:
    old = factories.round_(running=rounds.VOTING, fiscal_year=2030)
    waits(old, resident)
    factories.round_(fiscal_year=2031)  # its intake is to come
    assert waiting.roll_on(at=now()) == (1, 0) and waiting.roll_on(at=now()) == (0, 0)
    assert [one.kind for one in letter_queries.list_notices(Person(resident.id))] == [kinds.ROLLED_ON]


def test_nothing_waits_while_proposals_are_taken_nor_with_gaps(draft: Proposal, resident: Resident) -> None:
    with refused(rules.TakenNow):
        waiting.wait_for_call(draft, seen=draft.version, **act(resident))
    late = factories.proposal(
        factories.round_(running=rounds.VOTING), state=rules.DRAFT, by=resident, consented_at=now(), need=""
    )
    with refused(rules.Incomplete):
        waiting.wait_for_call(late, seen=late.version, **act(resident))
    with refused(rules.Stale):
        waiting.wait_for_call(late, seen=late.version + 1, **act(resident))


def test_a_list_asks_as_much_of_three_hundred_as_of_ten(intake: Round) -> None:
    asked = []
    for rows in (10, 290):
        made = [
            Proposal(
                round_id=intake.id, state=rules.ELIGIBLE, number=rows * 1000 + n, title=f"사업 {n}", cost_won=n + 1,
                section_id=intake.sections[0].id, need="가", content="나", effect="다",
                created_at=now(), changed_at=now(), submitted_at=now(),
            )
            for n in range(rows)
        ]  # fmt: skip
        db.session.add_all(made)
        db.session.commit()
        for search in (queries.search_public, queries.search_submitted):
            db.session.expire_all()
            round_id = intake.id
            assert round_id
            with questions() as sent:
                for sort in queries.SORTS:
                    found = search(intake, Filters(sort=sort, falling=True))
                    assert len(found.rows) == min(found.total, queries.PAGE_LENGTH)
                    assert [said.section for said in found.rows if said.section is None] == []
            asked.append(len(sent))
    assert asked[:2] == asked[2:]
