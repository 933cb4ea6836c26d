"""Several proposals become one, once all who proposed them agree: their people, supporters and words come along."""

from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.audit.models import SYSTEM, AuditLine
from app.clock import Clock, now
from app.database import db
from app.errors import NotFound
from app.fates import queries, rules, services
from app.fates.models import Offer, OfferConsent, OfferSource
from app.files.rules import DOCUMENT, PHOTO
from app.people.models import Resident
from app.proposals import conflict_queries, conflict_services
from app.proposals import rules as proposals
from app.proposals import services as writing
from app.proposals.file_queries import list_files
from app.proposals.models import Proposal
from app.proposals.queries import Filters, list_proposer_ids, list_to_tell, list_versions, search_public
from app.proposals.similar_queries import find_similar
from app.reviews import queries as reviews
from app.reviews import recusal_queries
from app.reviews import recusal_rules as recusals
from app.reviews.models import Recusal
from app.reviews.recusal_models import Interest
from app.rounds import rules as rounds
from app.rounds.rules import DEPARTMENT_CHECK, SITE_VISIT
from app.voices import queries as voices
from app.voices import services as speaking
from tests import factories
from tests.fates.offers import REASON, agree, called, follow, is_sound, merge, staff, states, text_of
from tests.reviews.papers import lines


def two(state: str = "submitted", **settings: Any) -> tuple[Proposal, Proposal]:
    round_ = called(**settings)
    return factories.proposal(round_, state=state), factories.proposal(round_, state=state)


def stored() -> tuple[Any, ...]:
    """All that an offer could change."""
    db.session.rollback()
    db.session.expire_all()
    rows = db.session.query(Proposal).order_by(Proposal.id)
    return (
        [(one.id, one.state, one.version, [seat.state for seat in one.co_proposers]) for one in rows],
        [(one.id, one.state, one.ended_at) for one in db.session.query(Offer).order_by(Offer.id)],
        [(one.id, one.agrees) for one in db.session.query(OfferConsent).order_by(OfferConsent.id)],
        db.session.query(AuditLine).filter(AuditLine.action.like("fate.%")).count(),
    )


def test_nothing_happens_before_the_last_of_them_agrees(app: Flask) -> None:
    one, other = two()
    offer = merge(one, other)
    assert (states([one, other]), offer.state) == (["submitted", "submitted"], rules.OPEN)
    agree(offer, one.resident)
    assert (states([one, other]), offer.state) == (["submitted", "submitted"], rules.OPEN)
    agree(offer, other.resident)
    assert (states([one, other]), offer.state) == (["submitted", "merged"], rules.DONE)
    assert set(list_proposer_ids(one)) == {one.resident_id, other.resident_id}
    assert (lines("fate.offer"), lines("fate.answer"), lines("fate.go"), lines("fate.come")) == (1, 2, 1, 1)
    assert is_sound()


def test_the_way_is_known_from_both_ends(app: Flask) -> None:
    one, other = two()
    agree(merge(one, other))
    (went,), (came,) = queries.find_trace(other.id).went, queries.find_trace(one.id).came
    assert went.id == came.id
    assert ([target.proposal_id for target in went.targets], queries.find_trace(one.id).went) == ([one.id], [])
    assert follow(other.id, queries.list_courses()) == {one.id}


def test_a_new_text_stands_for_all_of_them_and_begins_with_the_department(app: Flask) -> None:
    one, other = two("visited")
    offer = agree(merge(one, other, text=text_of(one, title="함께 쓴 제안", cost_won=70_000_000)))
    (target,) = offer.targets
    new = target.proposal
    assert new is not None
    assert (new.title, new.state, new.cost_won, states([one, other])) == (
        "함께 쓴 제안",
        "submitted",
        70_000_000,
        ["merged", "merged"],
    )
    assert set(list_proposer_ids(new)) == {one.resident_id, other.resident_id}
    assert (reviews.find_check(new.id), reviews.find_visit(new.id), new.number) == (None, None, other.number + 1)
    assert is_sound()


def test_the_merged_one_goes_on_from_where_the_least_advanced_stood(app: Flask) -> None:
    round_ = called()
    for other, lead in combinations(rules.STAGES, 2):
        ahead, behind = factories.proposal(round_, state=lead), factories.proposal(round_, state=other)
        before = stored()
        with pytest.raises(rules.NotTheLeast):
            merge(ahead, behind)
        assert stored() == before
        agree(merge(behind, ahead))
        assert states([ahead, behind]) == ["merged", other]


def test_whoever_supported_several_of_them_is_counted_once(app: Flask) -> None:
    one, other = two()
    people = [factories.resident() for _ in range(5)]
    supporters = {one: people[:3], other: [*people[2:], one.resident]}  # the third supports both
    for proposal, those in supporters.items():
        for person in those:
            speaking.set_support(proposal, person, True, at=now())
    offer = agree(merge(one, other))
    assert (voices.count_support(one.id), voices.count_support(other.id)) == (5, 0)
    assert [source.supports for source in offer.sources] == [3, 4]


def test_who_comes_to_propose_it_supports_it_no_more(app: Flask) -> None:
    one, other = two()
    speaking.set_support(one, other.resident, True, at=now())
    agree(merge(one, other))
    assert voices.count_support(one.id) == 0


def test_comments_stay_where_they_were_written(app: Flask) -> None:
    one, other = two()
    said = speaking.write_comment(other, factories.resident(), "저도 바랍니다.", at=now())
    agree(merge(one, other))
    assert ([row.id for row in voices.read_comments(other.id).comments], voices.read_comments(one.id).total) == (
        [said.id],
        0,
    )


def test_who_was_barred_from_one_is_barred_from_what_it_became(app: Flask) -> None:
    one, other = two("eligible", running=SITE_VISIT)
    member = factories.account("committee")
    factories.keep(
        Recusal(proposal_id=other.id, account_id=member.id, kind="stepped_back", reason="이웃", declared_at=now())
    )
    agree(merge(one, other))
    found = reviews.find_recusal(one.id, member.id)
    assert found is not None
    assert (found.kind, found.reason) == ("stepped_back", "이웃")


def test_a_merge_settles_that_they_were_at_odds(app: Flask) -> None:
    round_ = called(SITE_VISIT)
    alike = {"title": "골목길 긴 의자 놓기", "place": "은행나무 쉼터"}
    one, other, third = (factories.proposal(round_, state="eligible", **alike) for _ in range(3))
    conflict_services.find_conflicts(round_, at=now(), by=staff().actor)
    agree(merge(one, other))
    found = {(row.first_id, row.second_id): row.state for row in conflict_queries.list_conflicts(round_.id)}
    assert found == {
        (one.id, other.id): "merged",
        (one.id, third.id): "open",
        (other.id, third.id): "one_leaves",
    }


def test_what_is_gone_does_not_stand_in_the_list_and_is_found_by_its_state(app: Flask) -> None:
    one, other = two()
    agree(merge(one, other))
    found = search_public(one.round, Filters()).rows
    gone = search_public(one.round, Filters(state="merged")).rows
    assert ([row.id for row in found], [row.id for row in gone]) == ([one.id], [other.id])
    assert other.id not in [row.proposal.id for row in find_similar(other.title)]


def test_one_no_ends_it(app: Flask) -> None:
    one, other = two()
    offer = merge(one, other)
    services.answer_offer(offer, other.resident, False, at=now())
    assert (offer.state, states([one, other])) == (rules.REFUSED, ["submitted", "submitted"])
    before = stored()
    with pytest.raises(rules.OfferOver):
        agree(offer, one.resident)
    assert stored() == before


def test_staff_withdraw_it_with_a_reason(app: Flask) -> None:
    one, other = two()
    offer = merge(one, other)
    with pytest.raises(rules.ReasonUnfit):
        services.withdraw_offer(offer, "", at=now(), by=staff())
    services.withdraw_offer(offer, "잘못 골랐습니다.", at=now(), by=staff())
    assert (offer.state, offer.ended_reason, lines("fate.withdraw")) == (rules.WITHDRAWN, "잘못 골랐습니다.", 1)
    with pytest.raises(rules.OfferOver):
        agree(offer, one.resident)
    assert merge(one, other).state == rules.OPEN


def test_an_answer_is_given_once(app: Flask) -> None:
    one, other = two()
    offer = agree(merge(one, other), one.resident)
    before = stored()
    for agrees in (True, False):
        with pytest.raises(rules.AnsweredAlready):
            services.answer_offer(offer, one.resident, agrees, at=now())
    assert stored() == before


def test_nobody_else_answers(app: Flask) -> None:
    one, other = two()
    offer = merge(one, other)
    before = stored()
    with pytest.raises(NotFound):
        services.answer_offer(offer, factories.resident(), True, at=now())
    assert stored() == before


def test_who_proposes_both_answers_once_for_both(app: Flask) -> None:
    round_, resident = called(), factories.resident()
    one, other = (factories.proposal(round_, by=resident) for _ in range(2))
    offer = agree(merge(one, other), resident)
    assert (offer.state, list_proposer_ids(one), [row.agrees for row in offer.consents]) == (
        rules.DONE,
        [resident.id],
        [True, True],
    )


def test_who_proposes_it_together_is_asked_too(app: Flask) -> None:
    one, other = two()
    third = factories.resident()
    factories.co_proposer(other, third, state=proposals.ACCEPTED)
    offer = agree(merge(one, other), one.resident, other.resident)
    assert offer.state == rules.OPEN
    agree(offer, third)
    assert set(list_proposer_ids(one)) == {one.resident_id, other.resident_id, third.id}


def test_staff_write_down_what_somebody_on_paper_has_said(app: Flask) -> None:
    round_ = called()
    one, other = factories.proposal(round_), factories.proposal(round_)
    other.resident = None
    db.session.commit()
    factories.filing(other)
    offer = merge(other, one)
    (consent,) = [row for row in offer.consents if row.resident_id is None]
    assert [one.kind for one in list_to_tell(round_.id)] == ["fate_asked"]
    before = stored()
    with pytest.raises(rules.ReasonUnfit):
        services.record_answer(consent, True, "", at=now(), by=staff())
    with pytest.raises(rules.NotOnPaper):
        services.record_answer(offer.consents[1], True, "전화", at=now(), by=staff())
    assert stored() == before
    agree(offer, one.resident)
    services.record_answer(consent, True, "5월 2일 전화로 동의, 서류철 3번", at=now(), by=staff())
    assert (offer.state, states([one]), list_proposer_ids(other)) == (rules.DONE, ["merged"], [one.resident_id])


def test_what_has_changed_meanwhile_is_not_what_was_offered(app: Flask) -> None:
    for stale in (rules.EDITED, rules.MOVED, rules.PEOPLE, rules.FROZEN):
        one, other = two()
        offer = agree(merge(one, other), one.resident)
        change(stale, one, other)
        assert queries.find_staleness(offer, now()) == stale
        before = stored()
        with pytest.raises((rules.OfferStale, rounds.Frozen)):
            agree(offer, other.resident)
        assert stored() == before


def rewrite(proposal: Proposal) -> None:
    """As it could be while the intake ran once more."""
    proposal.title, proposal.version = "다른 제목", proposal.version + 1
    db.session.commit()


def change(stale: str, one: Proposal, other: Proposal) -> None:
    if stale == rules.EDITED:
        rewrite(other)
    elif stale == rules.MOVED:
        writing.withdraw_proposal(other, reason="", at=now(), by=other.resident.actor)
    elif stale == rules.PEOPLE:
        factories.co_proposer(other, factories.resident(), state=proposals.ACCEPTED)
    else:
        one.round.state = rounds.BALLOT_PUBLISHED
        db.session.commit()


def test_a_stale_offer_gives_way_to_another(app: Flask) -> None:
    one, other = two()
    offer = merge(one, other)
    rewrite(other)
    again = merge(one, other)
    db.session.refresh(offer)
    assert (offer.state, again.state, lines("fate.lapse")) == (rules.LAPSED, rules.OPEN, 1)


def test_what_was_merged_cannot_be_agreed_to_once_a_new_text_could_not_be_checked(app: Flask, clock: Clock) -> None:
    one, other = two(running=DEPARTMENT_CHECK)
    offer = agree(merge(one, other, text=text_of(one)), one.resident)
    clock.offset += timedelta(days=10)
    assert queries.find_staleness(offer, now()) == rules.LATE
    before = stored()
    with pytest.raises(rules.OfferStale):
        agree(offer, other.resident)
    with pytest.raises(rules.TooLateToCheck):
        third, fourth = factories.proposal(one.round), factories.proposal(one.round)
        merge(third, fourth, text=text_of(third))
    assert stored()[1:] == before[1:]


def wrong(case: str) -> tuple[tuple[Proposal, ...], dict[str, Any], type[Exception]]:
    one, other = two()
    if case == "with itself":
        return (one, one), {}, rules.TooFew
    if case == "of another round":
        return (one, factories.proposal(called())), {}, rules.AnotherRound
    if case == "too many":
        return (one, *(factories.proposal(one.round) for _ in range(5))), {}, rules.TooMany
    if case == "no reason":
        return (one, other), {"reason": ""}, rules.ReasonUnfit
    if case == "too long a reason":
        return (one, other), {"reason": "가" * 2001}, rules.ReasonUnfit
    if case == "asked already":
        merge(other, factories.proposal(one.round))
        return (one, other), {}, rules.OfferOpen
    if case == "merged already":
        agree(merge(other, third := factories.proposal(one.round)))
        return (one, third), {}, rules.NotOnItsWay
    if case == "too many people":
        for n in range(6):
            factories.co_proposer((one, other)[n % 2], factories.resident(), state=proposals.ACCEPTED)
        return (one, other), {}, proposals.SeatsTaken
    if case == "frozen":
        one.round.state = rounds.RESULTS_PUBLISHED
        db.session.commit()
        return (one, other), {}, rounds.Frozen
    if case == "incomplete":
        return (one, other), {"text": text_of(one, need="")}, proposals.Incomplete
    if case == "too dear":
        one.round.per_project_limit_won = 60_000_000
        db.session.commit()
        return (one, other), {"text": text_of(one, cost_won=60_000_001)}, proposals.OverTheLimit
    return (one, factories.proposal(one.round, state=case)), {}, rules.NotOnItsWay


CASES = (
    *("with itself", "of another round", "too many", "no reason", "too long a reason", "asked already"),
    *("merged already", "too many people", "frozen", "incomplete", "too dear"),
    *("shortlisted", "left_out", "ineligible"),
)


def test_what_cannot_be_merged_is_refused_and_nothing_changed(app: Flask) -> None:
    for case in CASES:
        merged, said, error = wrong(case)
        before = stored()
        with pytest.raises(error):
            merge(*merged, **said)
        assert stored() == before, case


def test_the_database_knows_that_a_proposal_goes_once_and_is_asked_about_once(app: Flask) -> None:
    one, other = two()
    offer = merge(one, other)
    copy = {"round_id": one.round_id, "kind": "merge", "reason": REASON, "offered_at": now(), "offered_by": staff().id}
    for state, ended in (("open", None), ("done", now())):
        second = factories.keep(Offer(**copy, state=state, ended_at=ended))
        row = {"offer_id": second.id, "proposal_id": other.id, "offer_state": state, "position": 1}
        db.session.add(OfferSource(**row, seen_state="submitted", seen_version=1))
        if state == "open":
            with pytest.raises(IntegrityError):
                db.session.commit()
            db.session.rollback()
            agree(offer)
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def test_a_merged_one_can_be_merged_again(app: Flask) -> None:
    one, other = two()
    third = factories.proposal(one.round)
    agree(merge(one, other))
    agree(merge(third, one))
    assert states([one, other, third]) == ["merged", "merged", "submitted"]
    assert follow(other.id, queries.list_courses()) == {third.id}
    assert {db.session.get_one(Resident, n) for n in list_proposer_ids(third)} == {
        one.resident,
        other.resident,
        third.resident,
    }
    assert is_sound()


def test_photos_and_documents_go_along_with_whatever_stands_for_them_but_no_more_than_fit(app: Flask) -> None:
    one, other = two()
    photo = factories.photo_of(one)
    for _n in range(3):
        factories.document_of(other)
    agree(merge(one, other))
    found = list_files(one.id)
    assert [row.file.sha256 for row in found[PHOTO]] == [photo.file.sha256]
    assert len(found[DOCUMENT]) == 1, "equal bytes hang there once"
    (version,) = list_versions(one.id)
    assert len(version.written["files"]) == 2
    assert {row.file_id for row in found[DOCUMENT]}.isdisjoint(row.file_id for row in list_files(other.id)[DOCUMENT])


def test_who_left_one_of_them_stays_barred_from_what_it_became(app: Flask) -> None:
    one, other = two()
    member, third = factories.account("committee"), factories.resident()
    factories.co_proposer(other, third, state=proposals.LEFT)
    declared = {"round_id": one.round_id, "account_id": member.id, "phone_key": third.phone_key}
    factories.keep(Interest(**declared, departments=[], bodies="", declared_at=now()))
    offer = agree(merge(one, other, text=text_of(one)))
    new = offer.targets[0].proposal
    conflicts = recusal_queries.list_conflicts(one.round_id)
    assert conflicts == {(row.id, member.id): recusals.PROPOSER for row in (other, new)}


def test_that_only_one_of_two_wins_holds_of_what_one_of_them_becomes(app: Flask) -> None:
    round_ = called()
    lead, gone, rival = (factories.proposal(round_, state="eligible") for _ in range(3))
    conflict = conflict_services.add_conflict(round_, gone, rival, "same_purpose", at=now(), by=SYSTEM)
    conflict_services.settle_conflict(conflict, "one_wins", "같은 일", factories.account("staff"), at=now())
    agree(merge(lead, gone))
    assert conflict_queries.list_exclusive([lead.id, rival.id]) == {(lead.id, rival.id)}
