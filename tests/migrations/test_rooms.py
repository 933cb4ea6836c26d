"""The rooms of committee, departments, voices and meetings go down and up again with rows in their tables."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from app.audit.models import SYSTEM
from app.clock import Clock, now, seoul_day
from app.committee import agenda, letters, minutes
from app.committee import agenda_rules as items
from app.committee import services as committee
from app.committee.models import CommitteeMeeting, CommitteeMember, CommitteeSettings, GeneralMeeting
from app.database import db
from app.fees import services as fees
from app.fees.models import FeeRate
from app.proposals import conflict_services as conflicts
from app.proposals.conflict_models import ProposalConflict
from app.proposals.models import Proposal
from app.reviews import check_services as checks
from app.reviews import rules as reviews
from app.reviews import visit_services as visits
from app.reviews.heard_rules import Heard
from app.reviews.models import DepartmentCheck
from app.rounds import rules as rounds
from app.voices import services as voices
from tests import factories
from tests.ballots.elections import seated
from tests.recruitment.test_recruitment import fixed

OF_0022 = ("recruitment", "application", "recommendation", "fee_rate", "fee_budget")
OF_0023 = ("check_move", "check_note", "proposal_conflict")
OF_0024 = ("proposal_support", "comment", "comment_report", "title_pair")
OF_0029 = ("subcommittee", "subcommittee_seat", "committee_settings", "agenda_change", "minutes_addendum")
BY: dict[str, Any] = {"by": SYSTEM}


def count(table: str) -> int:
    with db.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one())


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names())


def go_down_and_up(revision: str, gone: tuple[str, ...]) -> None:
    """`gone`: tables with rows, which are not there below."""
    assert all(count(table) for table in gone)
    db.session.remove()
    downgrade(revision=revision)
    assert not tables() & set(gone)
    upgrade()


def test_the_committee_room_with_a_drawn_call_goes_down_and_its_members_stay(app: Flask, clock: Clock) -> None:
    row = fixed(clock, "ff", seats=2)
    factories.recommendation(row)
    one = factories.member(row.programme)
    letters.issue_letters([one], at=now(), **BY)
    facts: dict[str, Any] = {"ground": "own_wish", "reason": "이사", "at": now(), "by": SYSTEM}
    committee.dismiss_member(one, on=seoul_day(now()), **facts)
    rate = {"rate_won": 70_000, "least_items": 1, "counts_recused": True}
    fees.set_rate(row.programme, from_on=date(2026, 1, 1), **rate, at=now(), **BY)
    fees.set_budget(row.programme, year=2026, budget_won=15_240_000, at=now(), **BY)
    member_id, day = one.id, one.dismissed_on
    go_down_and_up("0021_written_review", OF_0022)
    one = db.session.get_one(CommitteeMember, member_id)
    assert (one.dismissed_on, one.letter_number, one.dismissal_ground, one.sex) == (day, None, None, None)
    assert [count(table) for table in OF_0022] == [0] * len(OF_0022)


def test_checks_that_were_moved_noted_and_at_odds_go_down_and_keep_their_verdict(app: Flask) -> None:
    round_, staff = factories.round_(running=rounds.DEPARTMENT_CHECK), factories.account()
    one, other = (factories.proposal(round_) for _ in range(2))
    check = factories.check(one)
    checks.write_note(check, "확인함", staff, at=now())
    checks.forward_check(check, factories.department("교통행정과"), "소관이 다름", seen=check.version, at=now(), **BY)
    decided = factories.check(other, state=reviews.DECIDED)
    decided.adjusted_cost_won, decided.cost_reason, decided.reason = 40_000_000, "단가 조정", "가능"
    db.session.commit()
    for _ in range(2):
        factories.proposal(round_, state="eligible", place="안양천 둔치")
    assert conflicts.find_conflicts(round_, at=now(), **BY)
    ids = check.id, decided.id
    go_down_and_up("0022_committee_room", OF_0023)
    check, decided = (db.session.get_one(DepartmentCheck, one) for one in ids)
    assert (check.state, decided.state, decided.adjusted_cost_won) == (reviews.ASSIGNED, reviews.DECIDED, 40_000_000)
    assert (decided.cost_reason, check.version, check.due_on > seoul_day(now())) == ("가능", 1, True)


def test_voices_go_down_and_the_titles_of_proposals_are_indexed_anew(app: Flask) -> None:
    proposal, resident = factories.proposal(factories.round_(running=rounds.INTAKE)), factories.resident()
    voices.set_support(proposal, resident, True, at=now())
    comment = voices.write_comment(proposal, resident, "꼭 필요합니다.", at=now())
    voices.report_comment(comment, factories.resident(), ground="off_topic", remark="", at=now())
    go_down_and_up("0023_department", ("proposal_support", "comment", "comment_report"))
    assert [count(table) > 0 for table in OF_0024] == [False, False, False, True]
    assert db.session.query(Proposal).count() == 1


def test_what_was_told_and_heard_in_person_goes_down_and_the_sheet_stays(app: Flask) -> None:
    filing = factories.filing(factories.proposal(factories.round_(), state="eligible"))
    factories.paper_notice(filing)
    visit = factories.visit(filing.proposal, state=reviews.RECORDED)
    answer = {"heard": Heard("phone", seoul_day(now())), "by": factories.account("staff").actor}
    visits.answer_visit(visit, "알겠습니다.", at=now(), **answer)
    go_down_and_up("0031_committee_notices", ("paper_notice", "heard_word"))
    assert (count("paper_filing"), count("paper_notice")) == (1, 0)


def general_meeting() -> GeneralMeeting:
    """With minutes that are out and an addendum, an item that was put on late, and somebody who was there."""
    meeting, _ = seated(factories.round_(running=rounds.COMMITTEE_VOTE), 3, 2, "planned")
    agenda.add_item(meeting, kind=items.REPORT, title="늦은 보고", reason="급함", at=now(), **BY)
    meeting.state, meeting.opened_at, meeting.ended_at = "ended", now(), now()
    meeting.short_notice, meeting.minutes = "태풍", "개회 선언"
    db.session.commit()
    minutes.publish_minutes(meeting, at=now(), **BY)
    minutes.add_to_minutes(meeting, "장소 정정", at=now(), **BY)
    return meeting


def facts_of(meeting: GeneralMeeting) -> tuple[object, ...]:
    times = meeting.starts_at, meeting.opened_at, meeting.ended_at, meeting.minutes_published_at
    there = sorted(one.member_id for one in meeting.attendances)
    return (meeting.round_id, meeting.programme_id, meeting.place, meeting.minutes, meeting.short_notice, times, there,
            [item.title for item in meeting.items], [one.number for one in meeting.invitations])  # fmt: skip


def test_a_general_meeting_goes_down_to_a_table_of_its_own_and_up_again(app: Flask) -> None:
    meeting = general_meeting()
    factories.subcommittee(meeting.programme, factories.member())
    factories.keep(CommitteeSettings(programme_id=meeting.programme_id, notice_days=5))
    fees_of = {"rate_won": 70_000, "subcommittee_won": 40_000, "least_items": 1, "counts_recused": True}
    fees.set_rate(meeting.programme, from_on=date(2026, 1, 1), **fees_of, once_a_day=True, at=now(), **BY)
    meeting_id, before = meeting.id, facts_of(meeting)
    db.session.remove()
    downgrade(revision="0027_forgotten")
    assert not tables() & {"meeting", *OF_0029}
    with pytest.raises(DatabaseError, match="frozen"), db.engine.begin() as connection:
        connection.execute(text("UPDATE general_meeting SET minutes = 'x'"))
    upgrade()
    assert facts_of(db.session.get_one(GeneralMeeting, meeting_id)) == before
    rate = db.session.query(FeeRate).one()
    assert (rate.rate_won, rate.subcommittee_won, rate.once_a_day) == (70_000, 70_000, False)
    db.session.remove()
    with pytest.raises(DatabaseError, match="frozen"), db.engine.begin() as connection:
        connection.execute(text("UPDATE meeting SET minutes = 'x'"))


def test_going_down_is_refused_while_there_are_meetings_that_had_no_word_before(app: Flask) -> None:
    meeting = factories.committee_meeting(factories.programme(), state="ended")
    meeting_id = meeting.id
    db.session.remove()
    with pytest.raises(SystemExit):
        downgrade(revision="0027_forgotten")
    assert count("meeting") == 1 and "general_meeting" not in tables()
    upgrade()  # SQLite has gone down as far as it could
    assert db.session.get_one(type(meeting), meeting_id).state == "ended"


def test_that_only_one_of_two_wins_is_below_that_both_stay(app: Flask) -> None:
    round_ = factories.round_()
    one, other = (factories.proposal(round_, state="eligible") for _ in range(2))
    conflict = conflicts.add_conflict(round_, one, other, "same_purpose", at=now(), **BY)
    conflicts.settle_conflict(conflict, "one_wins", "같은 일", factories.account(), at=now())
    conflict_id = conflict.id
    db.session.remove()
    downgrade(revision="0031_committee_notices")
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT state FROM proposal_conflict")).scalar_one() == "both_stay"
    upgrade()
    settled = db.session.get_one(ProposalConflict, conflict_id)
    assert (settled.state, settled.reason) == ("both_stay", "같은 일")


def test_members_and_what_names_them_go_through_a_change_of_their_key_and_what_was_called_off_does_not(
    app: Flask,
) -> None:
    row = factories.recruitment()
    member = factories.member(row.programme)
    meeting = factories.committee_meeting(row.programme, state="planned")
    factories.attendance(meeting, member)
    factories.subcommittee(row.programme, member)
    kept = ("committee_member", "attendance", "subcommittee_seat", "meeting", "recruitment")
    before = [count(table) for table in kept]
    db.session.remove()
    downgrade(revision="0031_committee_notices")
    upgrade()
    assert [count(table) for table in kept] == before
    meeting = db.session.query(CommitteeMeeting).one()
    committee.cancel_meeting(meeting, reason="태풍", at=now(), **BY)
    db.session.remove()
    with pytest.raises(SystemExit):
        downgrade(revision="0031_committee_notices")
