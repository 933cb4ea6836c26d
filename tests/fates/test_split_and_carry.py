"""One proposal becomes several; one that its round left undecided goes up with the next call."""

from datetime import timedelta

import pytest
from flask import Flask

from app.clock import Clock, now
from app.database import db
from app.fates import queries, rules, services
from app.files.rules import PHOTO
from app.proposals import rules as proposals
from app.proposals import services as writing
from app.proposals import waiting
from app.proposals.file_queries import list_files
from app.proposals.models import Proposal
from app.proposals.paper import Sheet, correct_paper
from app.proposals.queries import list_carried_on_paper, list_own, list_proposer_ids, list_versions
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.voices import queries as voices
from app.voices import services as speaking
from tests import factories
from tests.fates.offers import agree, called, carry, follow, is_sound, parts_of, split, staff, states, text_of
from tests.fates.test_merge import stored
from tests.reviews.papers import lines

LINES = (proposals.Line("의자", 10, 3_000_000), proposals.Line("그늘막", 2, 10_000_000))


def parted(proposal: Proposal) -> list[Proposal]:
    (offer,) = queries.find_trace(proposal.id).went
    return [target.proposal for target in offer.targets if target.proposal is not None]


@pytest.mark.parametrize("state", ["submitted", "visited"])
def test_the_parts_begin_with_the_department_whatever_the_whole_has_passed(app: Flask, state: str) -> None:
    whole = factories.proposal(called(), state=state)
    offer = split(whole, 20_000_000, 30_000_000)
    assert states([whole]) == [state]
    agree(offer)
    parts = parted(whole)
    assert [(one.state, one.cost_won) for one in parts] == [("submitted", 20_000_000), ("submitted", 30_000_000)]
    assert [list_proposer_ids(one) for one in parts] == [[whole.resident_id]] * 2
    assert (states([whole]), lines("fate.go"), lines("fate.come")) == (["split"], 1, 2)
    assert follow(whole.id, queries.list_courses()) == {one.id for one in parts}
    assert is_sound()


def test_the_lines_of_the_cost_are_shared_out(app: Flask) -> None:
    whole = factories.proposal(called(), cost_won=50_000_000, cost_lines=LINES)
    parts = [text_of(whole, title=line.what, cost_lines=(line,)) for line in LINES]
    agree(services.offer_split(whole, parts, reason="따로 합니다.", at=now(), by=staff()))
    assert [(one.title, one.cost_won, one.cost_lines) for one in parted(whole)] == [
        ("의자", 30_000_000, LINES[:1]),
        ("그늘막", 20_000_000, LINES[1:]),
    ]


def test_what_adds_up_to_something_else_needs_an_explanation(app: Flask) -> None:
    whole = factories.proposal(called())
    before = stored()
    with pytest.raises(rules.SumDiffers) as refused:
        split(whole, 20_000_000, 30_000_001)
    assert (refused.value.whole_won, refused.value.parts_won, stored()) == (50_000_000, 50_000_001, before)
    offer = agree(split(whole, 20_000_000, 30_000_001, cost_reason="설계를 두 번 합니다."))
    assert (offer.state, offer.cost_reason, queries.list_unequal_splits()) == (rules.DONE, "설계를 두 번 합니다.", [])


NO_SPLITS: tuple[tuple[tuple[int, ...], dict[str, str], type[Exception]], ...] = (
    ((50_000_000,), {}, rules.TooFew),
    ((10_000_000,) * 5 + (0,), {}, rules.TooMany),
    ((50_000_000, 0), {}, proposals.CostNotPositive),
    ((), {"reason": ""}, rules.ReasonUnfit),
    ((), {"cost_reason": "가" * 2001}, rules.ReasonUnfit),
)


def test_what_is_no_split_is_refused(app: Flask) -> None:
    whole = factories.proposal(called())
    before = stored()
    for costs, said, error in NO_SPLITS:
        with pytest.raises(error):
            split(whole, *costs, **said)
        assert stored() == before


def test_what_is_decided_is_not_split(app: Flask) -> None:
    for state in ("shortlisted", "left_out", "ineligible", "merged"):
        whole = factories.proposal(called(), state=state)
        with pytest.raises(rules.NotOnItsWay):
            split(whole)
        assert states([whole]) == [state]


def test_supporters_of_the_whole_stay_with_it(app: Flask) -> None:
    whole = factories.proposal(called())
    speaking.set_support(whole, factories.resident(), True, at=now())
    agree(split(whole))
    assert [voices.count_support(one.id) for one in (whole, *parted(whole))] == [1, 0, 0]


def through(state: str = "eligible") -> Proposal:
    """Of a round whose ballot is out without it."""
    return factories.proposal(factories.round_(state=rounds.BALLOT_PUBLISHED, running="voting"), state=state)


def next_round(after: Round) -> Round:
    return factories.round_(of=after.programme, running=rounds.INTAKE)


@pytest.mark.parametrize("state", ["submitted", "visited"])
def test_what_was_left_undecided_goes_up_with_the_next_call(app: Flask, state: str) -> None:
    left = through(state)
    agree(carry(left))
    (draft,) = parted(left)
    assert (draft.state, draft.title, draft.waiting_since is not None, states([left])) == (
        "draft",
        left.title,
        True,
        ["carried"],
    )
    later = next_round(left.round)
    assert waiting.roll_on(at=now()) == (1, 1)
    db.session.expire_all()
    assert (draft.round_id, draft.state, draft.rolled_from_id) == (later.id, "submitted", left.round_id)
    assert list_proposer_ids(draft) == [left.resident_id]
    assert (queries.keep_ledger(left.round_id).carried, queries.keep_ledger(left.round_id).waiting) == (1, 0)
    assert is_sound()


def test_a_call_whose_phases_are_over_is_through(app: Flask, clock: Clock) -> None:
    left = factories.proposal(called(), state="visited")
    with pytest.raises(rules.NotUndecided):
        carry(left)
    clock.offset += timedelta(days=90)
    assert agree(carry(left)).state == rules.DONE


def test_the_proposer_carries_it_over_themselves(app: Flask) -> None:
    left, third = through(), factories.resident()
    factories.co_proposer(left, third, state=proposals.ACCEPTED)
    before = stored()
    with pytest.raises(proposals.NotTheProposer):
        services.carry_over(left, factories.resident(), reason="다시", at=now())
    assert stored() == before
    offer = services.carry_over(left, left.resident, reason="다시 올립니다.", at=now())
    assert (offer.state, offer.offered_by) == (rules.OPEN, None)
    agree(offer, third)
    assert (offer.state, list_proposer_ids(parted(left)[0])) == (rules.DONE, [left.resident_id, third.id])


def test_what_a_round_from_history_left_is_not_carried_over(app: Flask) -> None:
    past = factories.round_(state=rounds.BALLOT_PUBLISHED, source=rounds.HISTORY)
    left = factories.proposal(past, state="eligible")
    with pytest.raises(rules.NotUndecided):
        carry(left)
    assert (queries.list_undecided(left.round, now()), stored()[1]) == ([], [])


def test_it_is_carried_over_once(app: Flask) -> None:
    left = through()
    agree(carry(left))
    before = stored()
    with pytest.raises(rules.NotUndecided):
        carry(left)
    assert stored() == before


def test_what_was_decided_is_not_carried_over(app: Flask) -> None:
    for state in ("shortlisted", "left_out", "ineligible", "withdrawn", "split"):
        left = factories.proposal(factories.round_(state=rounds.BALLOT_PUBLISHED), state=state)
        with pytest.raises(rules.NotUndecided):
            carry(left)
        assert states([left]) == [state]


def test_who_discards_what_was_carried_over_leaves_its_way_to_be_seen(app: Flask) -> None:
    left = through()
    factories.filing(left)
    agree(carry(left))
    (draft,) = [one for one in list_own(left.resident) if one.state == "draft"]
    writing.discard_draft(draft, at=now(), by=left.resident.actor)
    (offer,) = queries.find_trace(left.id).went
    assert ([target.proposal_id for target in offer.targets], is_sound()) == ([None], True)


def test_a_sheet_of_paper_goes_along_and_waits_where_only_staff_can_mend_it(app: Flask) -> None:
    left = through()
    left.resident = None
    db.session.commit()
    factories.filing(left)
    offer = carry(left)
    services.record_answer(offer.consents[0], True, "창구에서 동의", at=now(), by=staff())
    (draft,) = parted(left)
    later = next_round(left.round)
    later.per_project_limit_won = 1_000_000
    db.session.commit()
    assert waiting.roll_on(at=now()) == (1, 0)
    db.session.expire_all()
    assert (draft.state, draft.waiting_since is not None, draft.filing.name) == ("draft", True, "김종이")
    assert list_carried_on_paper(later.id) == [draft]
    sheet = Sheet("paper", draft.filing.received_on, "김종이", "", draft.filing.consent_kept)
    changes = {"cost_won": 1_000_000, "cost_lines": ()}
    by = {"seen": draft.version, "key": "", "at": now(), "by": staff().actor}
    correct_paper(draft, sheet, changes=changes, reason="전화로 여쭈어 줄임", **by)
    assert waiting.roll_on(at=now()) == (0, 1) and list_carried_on_paper(later.id) == []


def test_photos_go_along_with_what_is_carried_over_and_with_all_parts(app: Flask) -> None:
    left, whole = through(), factories.proposal(called())
    for proposal in (left, whole):
        factories.photo_of(proposal, alt="골목")
    agree(carry(left))
    agree(split(whole))
    for proposal in (*parted(left), *parted(whole)):
        assert [row.alt for row in list_files(proposal.id)[PHOTO]] == ["골목"]
    assert all(len(list_versions(part.id)[0].written["files"]) == 1 for part in parted(whole))


def test_texts_of_parts_are_kept_as_they_were_put(app: Flask) -> None:
    whole = factories.proposal(called())
    offer = split(whole)
    assert [target.written["title"] for target in offer.targets if target.written] == [
        text["title"] for text in parts_of(whole, 1, 1)
    ]
