"""현장심사: written down answer by answer, signed, answered by the proposer, signed off; or impossible."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from app.audit.models import SYSTEM
from app.clock import Clock, now, seoul_day, start_of_day
from app.database import db
from app.files.rules import Photo, Picture
from app.notices import kinds
from app.notices.delivery_rules import MAIL, WAITING
from app.notices.letter_models import Delivery, Notice
from app.people.models import COMMITTEE_ROLE, STAFF_ROLE, Account
from app.proposals import rules as proposals
from app.proposals.models import Proposal
from app.reviews import outing_services as outings
from app.reviews import queries, rules, sheet_services, visit_queries, visit_rules
from app.reviews import services as reviewing
from app.reviews import visit_services as services
from app.reviews.heard_rules import Heard, HeardOutside
from app.reviews.models import WrittenReview
from app.reviews.visit_models import SiteVisit, VisitEntry, Visitor, VisitSignature
from app.rounds import rules as rounds
from app.rounds import settings
from app.rounds.models import Round
from tests import factories
from tests.reviews.papers import checklist, fill, lines, members, record, sign

ALLOWED = {
    ("planned", "planned"),
    ("planned", "recorded"),
    ("recorded", "recorded"),
    ("recorded", "answered"),
    ("recorded", "signed_off"),
    ("answered", "recorded"),
    ("answered", "answered"),
    ("answered", "signed_off"),
}


def eligible(**settings: object) -> Proposal:
    return factories.proposal(factories.round_(running="site_visit", **settings), state="eligible")


def planned(**settings: object) -> SiteVisit:
    proposal = eligible(**settings)
    checklist(proposal.round)
    return factories.visit(proposal, state=rules.PLANNED)


def recorded(*present: Account) -> SiteVisit:
    """Written down in full by two members (or whom the test names), and not yet signed."""
    visit = planned()
    record(visit, *(present or members(visit.proposal.round)))
    return visit


def entry(item: str, answer: str = "yes", words: str = "", seen: int = 0, key: str = "key") -> visit_rules.Entry:
    return visit_rules.Entry(item, answer, words, seen, key)


def save(visit: SiteVisit, one: visit_rules.Entry, by: Account | None = None) -> VisitEntry:
    return services.save_entry(visit, one, at=now(), by=(by or factories.account(STAFF_ROLE)).actor)


def first_line(visit: SiteVisit) -> str:
    return visit_queries.list_items(visit)[0].name


def become(visit: SiteVisit, wanted: str) -> None:
    """The verb that leads to a state of the table."""
    by = factories.account(STAFF_ROLE).actor
    if wanted == rules.PLANNED:
        outings.put_on_outing(visit.proposal, factories.outing(visit.proposal.round), at=now(), by=by)
    elif wanted == rules.RECORDED and visit.state == rules.ANSWERED:
        services.reopen_visit(visit, at=now(), by=by)
    elif wanted == rules.RECORDED:
        there = frozenset(one.id for one in members(visit.proposal.round))
        services.record_visit(visit, there, at=now(), by=by)
    elif wanted == rules.ANSWERED:
        services.answer_visit(visit, "알겠습니다.", at=now(), by=visit.proposal.resident.actor)
    else:
        services.sign_off_visit(visit, at=now(), by=by)


def answer(visit: SiteVisit) -> None:
    services.answer_visit(visit, "의자를 줄이겠습니다.", at=now(), by=visit.proposal.resident.actor)


def sign_off(visit: SiteVisit) -> None:
    services.sign_off_visit(visit, at=now(), by=factories.account(STAFF_ROLE).actor)


# The way of a visit


@pytest.mark.parametrize(("state", "wanted"), [*product(rules.VISIT_STATES, repeat=2)])
def test_a_visit_moves_only_as_its_table_says(app: Flask, clock: Clock, state: str, wanted: str) -> None:
    visit = planned()
    present = members(visit.proposal.round)
    if state == rules.PLANNED and wanted != rules.PLANNED:
        fill(visit, present[0])
    elif state != rules.PLANNED:
        record(visit, *present)
        sign(visit, *present)
        visit.state, visit.signed_off_at = state, now() if state == rules.SIGNED_OFF else None
        visit.answer_until = now() + timedelta(seconds=0 if wanted == rules.SIGNED_OFF else 99)
        db.session.commit()
    if (state, wanted) in ALLOWED:
        become(visit, wanted)
        assert visit.state == wanted
    else:
        with pytest.raises(rules.WrongState):
            become(visit, wanted)
        db.session.refresh(visit)
        assert visit.state == state


def test_the_whole_way_of_a_visit(app: Flask) -> None:
    proposal = eligible()
    staff, present = factories.account(STAFF_ROLE), members(proposal.round)
    plan = visit_rules.OutingPlan(now(), "구청 정문", frozenset(one.id for one in [*present, staff]))
    outing = outings.plan_outing(proposal.round, plan, at=now(), by=staff.actor)
    visit = outings.put_on_outing(proposal, outing, at=now(), by=staff.actor)
    record(visit, *present, staff)
    sign(visit, *present)
    answer(visit)
    assert queries.public_findings(proposal.id).visit is None
    sign_off(visit)
    assert {one.account for one in visit.visitors} == {*present, staff}
    assert (proposal.state, visit.proposer_answer) == (proposals.VISITED, "의자를 줄이겠습니다.")
    assert queries.public_findings(proposal.id).visit is visit
    assert [lines(f"visit.{verb}") for verb in ("plan", "record", "sign", "answer", "sign_off")] == [1, 1, 2, 1, 1]


# Answers, one by one


def test_every_answer_is_kept_and_the_newest_stands(app: Flask) -> None:
    visit = planned()
    item = first_line(visit)
    save(visit, entry(item, "no", "길이 막혀 있음", key="a"))
    save(visit, entry(item, "yes", "다시 보니 열려 있음", seen=1, key="b"))
    assert visit_queries.entries_of(visit.id)[item].words == "다시 보니 열려 있음"
    assert [one.answer for one in db.session.query(VisitEntry).order_by(VisitEntry.version)] == ["no", "yes"]
    assert (visit.state, lines("visit.save")) == (rules.PLANNED, 2)


def test_an_answer_that_is_sent_again_is_there_once(app: Flask) -> None:
    visit, staff = planned(), factories.account(STAFF_ROLE)
    sent = entry(first_line(visit), "no", "막힘")
    first, again = save(visit, sent, staff), save(visit, sent, staff)
    assert (first, again.version, db.session.query(VisitEntry).count()) == (again, 1, 1)
    assert lines("visit.save") == 1


def test_of_two_on_two_phones_the_second_learns_of_the_first(app: Flask) -> None:
    visit = planned()
    item = first_line(visit)
    save(visit, entry(item, "yes", key="one"))
    with pytest.raises(visit_rules.SavedByAnother) as refused:
        save(visit, entry(item, "no", key="other"))
    assert (refused.value.item, refused.value.version) == (item, 1)
    assert visit_queries.entries_of(visit.id)[item].answer == "yes"
    save(visit, entry(item, "no", seen=1, key="other"))
    assert visit_queries.entries_of(visit.id)[item].answer == "no"


def test_the_database_knows_no_second_answer_of_one_version_and_no_answer_twice(app: Flask) -> None:
    visit = planned()
    kept = save(visit, entry(first_line(visit)))
    same = {"visit_id": visit.id, "item": kept.item, "line_id": kept.line_id, "answer": "no", "saved_at": now()}
    for changes in ({"version": 1, "client_key": "other"}, {"version": 2, "client_key": "key"}):
        with pytest.raises(IntegrityError):
            db.session.execute(insert(VisitEntry).values(**same, **changes))
        db.session.rollback()


@pytest.mark.parametrize(
    ("one", "error"),
    [
        (entry("line-0"), rules.NotOnTheList),
        (entry("weather"), rules.NotOnTheList),
        (entry("need", "yes"), rules.NotOnTheList),
        (entry("need", ""), rules.NotOnTheList),
        (entry("need", "partly", "가" * 2001), rules.TextTooLong),
        (entry("need", "confirmed", key=""), rules.NotOnTheList),
        (entry("need", "confirmed", key="k" * 37), rules.NotOnTheList),
        (entry("need", "confirmed", seen=1), visit_rules.SavedByAnother),
        (entry("summary", ""), rules.TextMissing),
        (entry("summary", "yes", "보았음"), rules.NotOnTheList),
    ],
)
def test_an_answer_that_is_not_in_order_changes_nothing(
    app: Flask, one: visit_rules.Entry, error: type[Exception]
) -> None:
    visit = planned()
    with pytest.raises(error):
        save(visit, one)
    assert (db.session.query(VisitEntry).count(), lines("visit.save")) == (0, 0)


def test_nothing_is_written_before_the_day_of_the_visit(app: Flask, clock: Clock) -> None:
    visit = planned()
    item, there = first_line(visit), frozenset(one.id for one in members(visit.proposal.round))
    visit.outing.starts_at = now() + timedelta(days=2)
    db.session.commit()
    with pytest.raises(rules.VisitToCome):
        save(visit, entry(item))
    with pytest.raises(rules.VisitToCome):
        services.record_visit(visit, there, at=now(), by=factories.account().actor)
    assert (visit.state, db.session.query(VisitEntry).count()) == (rules.PLANNED, 0)
    clock.offset += timedelta(days=2)
    save(visit, entry(item))


def test_a_recused_member_writes_nothing(app: Flask) -> None:
    visit = planned()
    one, other = members(visit.proposal.round)
    reviewing.recuse(visit.proposal, one, rules.EXCLUDED, "제안자의 가족", at=now(), by=other.actor)
    with pytest.raises(rules.Recused):
        save(visit, entry(first_line(visit)), one)
    assert db.session.query(VisitEntry).count() == 0


@pytest.mark.parametrize("running", [None, "department_check", "written_review"])
def test_a_visit_is_written_down_in_its_phase_only(app: Flask, running: str | None) -> None:
    proposal = factories.proposal(factories.round_(running=running), state="eligible")
    checklist(proposal.round)
    visit = factories.visit(proposal, state=rules.PLANNED)
    with pytest.raises(rounds.OutsidePhase):
        save(visit, entry(first_line(visit)))
    with pytest.raises(rounds.OutsidePhase):
        become(visit, rules.RECORDED)
    assert visit.state == rules.PLANNED


def extend(of: Round, days: int) -> None:
    """The on-site reviews end so many days from now."""
    plans = [
        replace(one, ends_at=now() + timedelta(days=days)) if one.kind == rounds.SITE_VISIT else one
        for one in settings.of(of).phases
    ]
    sheet_services.set_phases(of, plans, at=now(), by=SYSTEM)


def test_while_a_visit_is_not_through_its_phase_that_is_over_can_be_given_a_later_end(app: Flask, clock: Clock) -> None:
    visit = planned()
    round_, (one, other) = visit.proposal.round, members(visit.proposal.round)
    fill(visit, one)
    phases = settings.of(round_).phases
    clock.offset += timedelta(days=10)
    with pytest.raises(rounds.OutsidePhase):
        become(visit, rules.RECORDED)
    extend(round_, 1)
    record(visit, one, other)
    sign(visit, one, other)
    answer(visit)
    sign_off(visit)
    kept = settings.of(round_).phases
    clock.offset += timedelta(days=2)
    with pytest.raises(rounds.PhaseBegun):
        extend(round_, 1)
    assert kept == settings.of(round_).phases != phases


# The record


def test_a_record_needs_every_answer_and_words_where_a_claim_is_not_confirmed(app: Flask) -> None:
    visit = planned()
    present = members(visit.proposal.round)
    fill(visit, present[0], cost=("partly", ""))
    with pytest.raises(visit_rules.RecordIncomplete) as refused:
        become(visit, rules.RECORDED)
    assert refused.value.missing == ("cost",)
    assert (visit.state, visit.visitors, lines("visit.record")) == (rules.PLANNED, [], 0)
    save(visit, entry("cost", "partly", "단가가 높음", seen=1))
    become(visit, rules.RECORDED)


def test_what_is_missing_is_named(app: Flask) -> None:
    visit = planned()
    save(visit, entry(first_line(visit)))
    with pytest.raises(visit_rules.RecordIncomplete) as refused:
        become(visit, rules.RECORDED)
    assert len(refused.value.missing) == len(visit_queries.list_items(visit)) - 1
    assert set(refused.value.missing) > {*visit_rules.CLAIMS, visit_rules.SUMMARY}


def test_a_change_to_a_record_never_leaves_it_incomplete(app: Flask) -> None:
    visit = recorded()
    with pytest.raises(visit_rules.RecordIncomplete):
        save(visit, entry("cost", "partly", seen=1))
    assert visit_queries.entries_of(visit.id)["cost"].answer == "confirmed"


def test_the_number_of_members_who_must_be_there_is_the_rounds(app: Flask) -> None:
    visit = planned(visitors_needed=3)
    three = members(visit.proposal.round, 3)
    with pytest.raises(rules.TooFewVisitors) as refused:
        record(visit, *three[:2])
    assert (refused.value.present, refused.value.needed, visit.state) == (2, 3, rules.PLANNED)
    services.record_visit(visit, frozenset(one.id for one in three), at=now(), by=three[0].actor)
    assert visit.state == rules.RECORDED


def test_staff_who_come_along_do_not_stand_in_for_members(app: Flask) -> None:
    visit = planned()
    member, staff = members(visit.proposal.round, 1)[0], factories.account(STAFF_ROLE)
    with pytest.raises(rules.TooFewVisitors):
        record(visit, member, staff)
    assert visit.visitors == []


def test_neither_strangers_nor_recused_members_are_visitors(app: Flask) -> None:
    visit = planned()
    present = members(visit.proposal.round, 3)
    stranger = factories.account(COMMITTEE_ROLE, of=factories.programme("dong"))
    gone = factories.account(COMMITTEE_ROLE, ended_at=now())
    fill(visit, present[0])
    reviewing.recuse(visit.proposal, present[2], rules.EXCLUDED, "가족", at=now(), by=present[1].actor)
    assert present[2] not in visit_queries.list_possible_visitors(visit.proposal)
    for one, error in (
        (stranger, rules.NotAVisitor),
        (gone, rules.NotAVisitor),
        (factories.account("department"), rules.NotAVisitor),
        (present[2], rules.Recused),
    ):
        there = frozenset(account.id for account in (*present[:2], one))
        with pytest.raises(error):
            services.record_visit(visit, there, at=now(), by=present[0].actor)
    assert (visit.state, visit.visitors) == (rules.PLANNED, [])


# Signatures


def test_who_was_there_signs_and_nobody_else(app: Flask) -> None:
    visit = planned()
    one, other, away = members(visit.proposal.round, 3)
    record(visit, one, other)
    for stranger in (away, factories.account(STAFF_ROLE)):
        with pytest.raises(visit_rules.NotThere):
            sign(visit, stranger)
    sign(visit, one, one)
    signed = visit_queries.signing_of(visit).signed
    assert (signed.keys(), lines("visit.sign")) == ({one.id}, 1)
    assert signed[one.id].record_sha256 == visit_queries.hash_of(visit)


def test_a_change_voids_what_was_signed(app: Flask) -> None:
    visit = planned()
    one, other = members(visit.proposal.round)
    record(visit, one, other)
    sign(visit, one, other)
    save(visit, entry("cost", "partly", "단가가 높음", seen=1), one)
    signing = visit_queries.signing_of(visit)
    assert (signing.signed, len(signing.voided)) == ({}, 2)
    assert visit_queries.count_signing_members(visit) == 0
    sign(visit, one)
    assert visit_queries.count_signing_members(visit) == 1


def test_nobody_signs_what_they_have_not_read(app: Flask) -> None:
    visit = planned()
    one, other = members(visit.proposal.round)
    record(visit, one, other)
    seen = visit.record_sha256
    save(visit, entry("cost", "partly", "단가가 높음", seen=1), other)
    with pytest.raises(visit_rules.RecordMoved):
        services.sign_record(visit, one, seen, at=now(), by=one.actor)
    assert db.session.query(VisitSignature).count() == 0


def test_a_plan_cannot_be_signed_nor_a_closed_visit(app: Flask) -> None:
    visit = planned()
    present = members(visit.proposal.round)
    with pytest.raises(rules.WrongState):
        sign(visit, present[0])
    closed = factories.visit(factories.proposal(visit.proposal.round, state="visited"), visitors=tuple(present))
    with pytest.raises(rules.WrongState):
        sign(closed, present[0])
    assert db.session.query(VisitSignature).count() == 0


def test_too_few_signatures_keep_a_visit_open(app: Flask) -> None:
    visit = planned()
    one, other = members(visit.proposal.round)
    staff = factories.account(STAFF_ROLE)
    record(visit, one, other, staff)
    answer(visit)
    sign(visit, one, staff)
    with pytest.raises(visit_rules.TooFewSignatures) as refused:
        sign_off(visit)
    assert (refused.value.signed, refused.value.needed) == (1, 2)
    assert (visit.state, visit.proposal.state) == (rules.ANSWERED, proposals.ELIGIBLE)
    sign(visit, other)
    sign_off(visit)


def test_the_signature_of_one_who_is_recused_counts_no_more(app: Flask) -> None:
    visit = planned()
    one, other = members(visit.proposal.round)
    record(visit, one, other)
    answer(visit)
    sign(visit, one, other)
    reviewing.recuse(visit.proposal, other, rules.STEPPED_BACK, "이웃", at=now(), by=other.actor)
    with pytest.raises(visit_rules.TooFewSignatures):
        sign_off(visit)
    with pytest.raises(rules.Recused):
        sign(visit, other)
    assert visit.state == rules.ANSWERED


def test_the_signature_of_one_whose_term_is_over_since_counts(app: Flask) -> None:
    visit = planned()
    one, other = members(visit.proposal.round)
    record(visit, one, other)
    answer(visit)
    sign(visit, one, other)
    other.roles.clear()
    db.session.commit()
    sign_off(visit)
    assert visit.state == rules.SIGNED_OFF


# The proposer's answer


def test_only_those_who_proposed_it_answer_and_any_of_them_does(app: Flask) -> None:
    visit = factories.visit(eligible(), state=rules.RECORDED)
    asked, together = factories.resident(), factories.resident()
    factories.co_proposer(visit.proposal, asked)
    factories.co_proposer(visit.proposal, together, state=proposals.ACCEPTED)
    for other in (factories.resident(), asked, factories.account(id=visit.proposal.resident_id + 1000)):
        with pytest.raises(proposals.NotTheProposer):
            services.answer_visit(visit, "제가 냈습니다.", at=now(), by=other.actor)
    assert (visit.state, visit.proposer_answer) == (rules.RECORDED, "")
    services.answer_visit(visit, "함께 냈습니다.", at=now(), by=together.actor)
    assert (visit.state, visit.proposer_answer) == (rules.ANSWERED, "함께 냈습니다.")


def test_nobody_answers_findings_that_they_have_not_read_nor_over_an_answer_that_they_have_not_seen(app: Flask) -> None:
    visit = recorded()
    together = factories.resident()
    factories.co_proposer(visit.proposal, together, state=proposals.ACCEPTED)
    lead, before = visit.proposal.resident.actor, visit_queries.mark_of(visit)
    save(visit, entry("cost", "partly", "단가가 높음", seen=1))
    with pytest.raises(visit_rules.FindingsMoved):
        services.answer_visit(visit, "맞습니다.", seen=before, at=now(), by=lead)
    assert (visit.state, visit.proposer_answer, lines("visit.answer")) == (rules.RECORDED, "", 0)
    read = visit_queries.mark_of(visit)
    services.answer_visit(visit, "단가를 낮추겠습니다.", seen=read, at=now(), by=together.actor)
    with pytest.raises(visit_rules.FindingsMoved):
        services.answer_visit(visit, "그대로 두겠습니다.", seen=read, at=now(), by=lead)
    assert (visit.proposer_answer, lines("visit.answer")) == ("단가를 낮추겠습니다.", 1)


@pytest.mark.parametrize(("words", "error"), [("", rules.TextMissing), ("가" * 2001, rules.TextTooLong)])
def test_an_answer_is_neither_empty_nor_endless(app: Flask, words: str, error: type[Exception]) -> None:
    visit = factories.visit(eligible(), state=rules.RECORDED)
    with pytest.raises(error):
        services.answer_visit(visit, words, at=now(), by=visit.proposal.resident.actor)
    assert visit.state == rules.RECORDED


def test_the_proposer_has_whole_days_to_answer_and_not_a_minute_more(app: Flask, clock: Clock) -> None:
    visit = recorded()
    until = start_of_day(seoul_day(now()) + timedelta(days=visit_rules.ANSWER_DAYS + 1))
    assert visit.answer_until == until
    with pytest.raises(visit_rules.AnswerTooLate):
        services.answer_visit(visit, "늦었습니다.", at=until, by=visit.proposal.resident.actor)
    assert (visit.state, visit.proposer_answer) == (rules.RECORDED, "")
    services.answer_visit(visit, "알겠습니다.", at=until - timedelta(seconds=1), by=visit.proposal.resident.actor)
    assert visit.state == rules.ANSWERED


def test_staff_write_down_in_time_or_later_what_they_heard_in_time_of_what_came_on_paper(
    app: Flask, clock: Clock
) -> None:
    visit, staff = recorded(), factories.account(STAFF_ROLE)
    last = seoul_day(now()) + timedelta(days=visit_rules.ANSWER_DAYS)

    def write(on: date) -> None:
        services.answer_visit(visit, "알겠습니다.", heard=Heard("phone", on), at=clock.now(), by=staff.actor)

    with pytest.raises(proposals.NotTheProposer):
        write(last)
    factories.filing(visit.proposal)
    with pytest.raises(HeardOutside):
        write(last)  # that day is to come
    clock.offset += timedelta(days=visit_rules.ANSWER_DAYS + 2)
    for on, error in (
        (last + timedelta(days=1), visit_rules.AnswerTooLate),
        (visit.visit_on - timedelta(days=1), HeardOutside),
    ):
        with pytest.raises(error):
            write(on)
    assert (visit.state, lines("review.hear")) == (rules.RECORDED, 0)
    write(last)
    assert (visit.state, visit.proposer_answer, lines("review.hear")) == (rules.ANSWERED, "알겠습니다.", 1)


def test_a_change_to_the_record_gives_the_whole_time_again(app: Flask, clock: Clock) -> None:
    visit = recorded()
    before = visit.answer_until
    clock.offset += timedelta(days=1)
    save(visit, entry("cost", "partly", "단가가 높음", seen=1))
    assert visit.answer_until == before + timedelta(days=1)


def test_a_visit_waits_for_the_answer_until_the_deadline_and_no_longer(app: Flask, clock: Clock) -> None:
    visit = planned()
    present = members(visit.proposal.round)
    record(visit, *present)
    sign(visit, *present)
    with pytest.raises(visit_rules.AnswerStillOpen):
        sign_off(visit)
    assert (visit.state, visit.proposal.state) == (rules.RECORDED, proposals.ELIGIBLE)
    clock.offset += timedelta(days=8)
    sign_off(visit)
    assert (visit.proposal.state, visit.answered_at) == (proposals.VISITED, None)


def test_a_record_opened_again_can_be_changed_and_answered_anew(app: Flask) -> None:
    visit = recorded()
    answer(visit)
    with pytest.raises(rules.WrongState):
        save(visit, entry("cost", "partly", "단가가 높음", seen=1))
    become(visit, rules.RECORDED)
    save(visit, entry("cost", "partly", "단가가 높음", seen=1))
    assert (visit.proposer_answer, visit.answered_at) == ("의자를 줄이겠습니다.", None)
    assert told(visit) == [kinds.VISIT_RECORDED, kinds.VISIT_REOPENED]


def told(visit: SiteVisit) -> list[str]:
    """What the proposer was told, in order; what was settled before it went out is left out."""
    sent = db.session.query(Notice.kind, Delivery.state).join(Delivery, Delivery.notice_id == Notice.id)
    of_them = sent.filter(Notice.resident_id == visit.proposal.resident_id, Delivery.channel == MAIL)
    return [kind for kind, state in of_them.order_by(Notice.id) if state == WAITING]


def test_finishing_a_visit_that_is_finished_tells_nobody_again(app: Flask) -> None:
    visit = recorded()
    until, there = visit.answer_until, frozenset(one.account_id for one in visit.visitors)
    services.record_visit(visit, there, at=now() + timedelta(days=1), by=factories.account(STAFF_ROLE).actor)
    assert (visit.answer_until, told(visit), lines("visit.record")) == (until, [kinds.VISIT_RECORDED], 1)
    assert db.session.query(Notice).count() == 1


def test_findings_that_were_changed_are_told_anew_once_they_are_signed_anew(app: Flask, clock: Clock) -> None:
    visit = planned()
    one, other = members(visit.proposal.round)
    record(visit, one, other)
    sign(visit, one, other)
    save(visit, entry("cost", "partly", "단가가 높음", seen=1))
    sign(visit, one)
    assert db.session.query(Notice).count() == 1
    clock.offset += timedelta(days=3)
    sign(visit, other)
    assert visit.answer_until == visit_rules.answer_deadline(now(), visit_rules.ANSWER_DAYS)
    facts = [row.facts["answer_until"] for row in db.session.query(Notice).order_by(Notice.id)]
    assert (len(facts), facts[-1]) == (2, visit.answer_until.isoformat())
    assert told(visit) == [kinds.VISIT_RECORDED]  # the first one, which had not gone out, goes no more


def test_changed_findings_that_are_finished_anew_are_told_at_once_and_a_single_time(app: Flask) -> None:
    visit = planned()
    one, other = members(visit.proposal.round)
    record(visit, one, other)
    save(visit, entry("cost", "partly", "단가가 높음", seen=1))
    services.record_visit(visit, frozenset((one.id, other.id)), at=now(), by=one.actor)
    sign(visit, one, other)
    assert db.session.query(Notice).count() == 2


def test_findings_that_are_again_what_was_signed_are_told_again_where_others_were_told_meanwhile(app: Flask) -> None:
    visit = planned()
    one, other = members(visit.proposal.round)
    record(visit, one, other)
    sign(visit, one, other)
    first = visit.record_sha256
    answer, words = visit.standing["cost"].answer, visit.standing["cost"].words
    save(visit, entry("cost", "partly", "단가가 높음", seen=1))
    services.record_visit(visit, frozenset((one.id, other.id)), at=now(), by=one.actor)
    save(visit, entry("cost", answer, words, seen=2, key="another"))
    assert visit.record_sha256 == visit.told_sha256 == first
    assert db.session.query(Notice).count() == 3


# Impossible


def ask(proposal: Proposal, by: Account, reason: str = "공사로 들어갈 수 없습니다.") -> SiteVisit:
    services.ask_impossible(proposal, reason, at=now(), by=by.actor)
    return queries.get_visit(proposal.id)


def test_a_visit_that_is_impossible_needs_a_second_person(app: Flask) -> None:
    proposal, one, other = eligible(), factories.account(STAFF_ROLE), factories.account("approver")
    visit = ask(proposal, one)
    with pytest.raises(visit_rules.SamePerson):
        services.confirm_impossible(visit, visit.impossible_reason, at=now(), by=one.actor)
    with pytest.raises(visit_rules.ReasonMoved):
        services.confirm_impossible(visit, "다른 까닭", at=now(), by=other.actor)
    assert (visit.state, proposal.state) == (rules.PLANNED, proposals.ELIGIBLE)
    assert queries.public_findings(proposal.id).visit is None
    services.confirm_impossible(visit, visit.impossible_reason, at=now(), by=other.actor)
    assert (visit.state, proposal.state) == (rules.SIGNED_OFF, proposals.VISITED)
    assert queries.public_findings(proposal.id).visit.impossible_reason == "공사로 들어갈 수 없습니다."
    assert [lines(f"visit.{verb}") for verb in ("impossible", "impossible_confirm")] == [1, 1]


def test_a_planned_visit_leaves_its_outing_and_can_be_put_on_one_again(app: Flask) -> None:
    visit = planned()
    proposal, outing = visit.proposal, visit.outing
    ask(proposal, factories.account(STAFF_ROLE))
    assert (visit.is_impossible, visit_queries.list_stops(outing.id)) == (True, [])
    outings.put_on_outing(proposal, outing, at=now(), by=factories.account(STAFF_ROLE).actor)
    assert (visit.outing, visit.stop, visit.impossible_reason, visit.asked_by) == (outing, 1, "", None)


@pytest.mark.parametrize("what", ["answer", "photo"])
def test_where_something_is_written_on_the_spot_the_day_stays_and_nobody_says_it_was_impossible(
    app: Flask, what: str
) -> None:
    visit, staff = planned(), factories.account(STAFF_ROLE)
    proposal, outing = visit.proposal, visit.outing
    if what == "answer":
        save(visit, entry("need", "confirmed"))
    else:
        picture = Picture(factories.PIXEL, 1, 1)
        services.add_photo(visit, Photo(picture, picture), "골목", "key", at=now(), by=staff.actor)
    other = factories.outing(proposal.round, meeting_point="다른 곳")
    with pytest.raises(visit_rules.RecordBegun):
        ask(proposal, staff)
    with pytest.raises(visit_rules.DayBegun):
        outings.put_on_outing(proposal, other, at=now(), by=staff.actor)
    db.session.refresh(visit)
    assert (visit.outing, visit.state, visit.impossible_reason) == (outing, rules.PLANNED, "")
    assert [lines(action) for action in ("visit.impossible", "visit.plan")] == [0, 0]
    outings.put_on_outing(proposal, outing, at=now(), by=staff.actor)
    assert visit.outing == outing


@pytest.mark.parametrize("state", [rules.RECORDED, rules.ANSWERED, rules.SIGNED_OFF])
def test_what_was_recorded_is_not_called_impossible(app: Flask, state: str) -> None:
    visit = factories.visit(eligible(), state=state)
    with pytest.raises(rules.WrongState):
        ask(visit.proposal, factories.account(STAFF_ROLE))
    db.session.refresh(visit)
    assert (visit.state, visit.impossible_reason) == (state, "")


def test_an_impossible_visit_needs_its_reason_its_phase_and_an_eligible_proposal(app: Flask) -> None:
    by = factories.account(STAFF_ROLE)
    early = factories.proposal(factories.round_(running="department_check"), state="eligible")
    unchecked = factories.proposal(factories.round_(running="site_visit"))
    for proposal, reason, error in (
        (eligible(), "", rules.TextMissing),
        (eligible(), "가" * 2001, rules.TextTooLong),
        (early, "비", rounds.OutsidePhase),
        (unchecked, "비", proposals.WrongState),
    ):
        with pytest.raises(error):
            ask(proposal, by, reason)
        assert queries.find_visit(proposal.id) is None


def test_what_is_called_impossible_and_not_confirmed_is_neither_recorded_nor_signed_off(app: Flask) -> None:
    proposal = eligible()
    checklist(proposal.round)
    visit = ask(proposal, factories.account(STAFF_ROLE))
    with pytest.raises(rules.WrongState):
        save(visit, entry("need", "confirmed"))
    with pytest.raises(rules.WrongState):
        sign_off(visit)
    assert (visit.state, proposal.state) == (rules.PLANNED, proposals.ELIGIBLE)


# What the database holds


@pytest.mark.parametrize(
    "values",
    [
        {"state": "lost"},
        {"kind": "boat"},
        {"record_sha256": None},
        {"answer_until": None},
        {"state": "signed_off", "signed_off_at": None},
        {"state": "planned", "signed_off_at": factories.LONG_AGO},
        {"stop": None},
        {"outing_id": None, "stop": None},
        {"impossible_reason": "비"},
        {"asked_by": 1},
    ],
)
def test_the_database_refuses_a_visit_that_no_rule_allows(app: Flask, values: dict[str, object]) -> None:
    factories.account(id=1)
    visit = factories.visit(eligible(), state=rules.RECORDED)
    for name, value in values.items():
        setattr(visit, name, value)
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


@pytest.mark.parametrize("values", [{}, {"confirmed_by": 1}, {"confirmed_by": 2, "impossible_reason": ""}])
def test_the_database_knows_no_impossible_visit_without_a_reason_and_two_people(
    app: Flask, values: dict[str, object]
) -> None:
    for n in (1, 2):
        factories.account(id=n)
    proposal = eligible()
    facts = {"impossible_reason": "비", "asked_by": 1, "state": "signed_off", "signed_off_at": now(), **values}
    with pytest.raises(IntegrityError):
        factories.keep(SiteVisit(proposal=proposal, **facts))
    db.session.rollback()
    visit = factories.keep(SiteVisit(proposal=proposal, **{**facts, "impossible_reason": "비", "confirmed_by": 2}))
    factories.keep(
        WrittenReview(visit=visit, account_id=1, declared_at=now())
    )  # and then the sheet has what it hangs on


def test_the_database_refuses_a_second_visit_and_a_visitor_who_is_nobody(app: Flask) -> None:
    proposal = eligible()
    visit = factories.visit(proposal)
    with pytest.raises(IntegrityError):
        factories.visit(proposal)
    db.session.rollback()
    with pytest.raises(IntegrityError):
        factories.keep(Visitor(visit_id=visit.id, account_id=999_999))
    db.session.rollback()
