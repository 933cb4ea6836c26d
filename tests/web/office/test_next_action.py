"""Which one act comes next: every state, every stage. No database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.proposals.rules import ELIGIBLE, SHORTLISTED, SUBMITTED, VISITED
from app.rounds import rules
from app.web.office.next_action import Facts, find_next_action
from app.web.office.next_action_words import ACTIONS, CONDITIONS

START = datetime(2026, 5, 1, tzinfo=UTC)
STEP = timedelta(days=10)
PHASES = {kind: (START + n * STEP, START + (n + 1) * STEP) for n, kind in enumerate(rules.PHASES)}
AFTER = START + 90 * STEP


def during(kind: str) -> datetime:
    return PHASES[kind][0]


def facts(state: str, at: datetime, **known: Any) -> Facts:
    return Facts(state=state, at=at, phases=PHASES, **known)


def called(at: datetime, proposals: dict[str, int] | None = None, **known: Any) -> Facts:
    return facts(rules.CALLED, at, proposals=proposals or {}, **known)


def published(at: datetime, meeting: str | None = None) -> Facts:
    return facts(rules.BALLOT_PUBLISHED, at, meeting=meeting)


CASES = [
    (facts(rules.DRAFT, START, missing_steps=("pots",)), "call", "office.round_settings"),
    (facts(rules.DRAFT, START), "call", "office.round_call"),
    (called(START - STEP), "wait_intake", None),
    (called(during(rules.INTAKE)), "collect", "office.proposal_list"),
    (called(during(rules.INTAKE), {SUBMITTED: 3}), "collect", "office.proposal_list"),
    (called(during(rules.INTAKE), carried_on_paper=1, to_tell=2), "collect", "office.proposal_list"),
    (called(during(rules.DEPARTMENT_CHECK), {SUBMITTED: 3}), "check", "office.proposal_list"),
    (called(during(rules.DEPARTMENT_CHECK), {ELIGIBLE: 3}), "wait_phase", None),
    (called(during(rules.SITE_VISIT), {SUBMITTED: 1, ELIGIBLE: 3}), "check", "office.proposal_list"),
    (called(during(rules.SITE_VISIT), {ELIGIBLE: 3, VISITED: 1}), "visit", "office.visit_list"),
    (called(during(rules.WRITTEN_REVIEW), {VISITED: 4}, sheets_missing=9), "review", "office.review_progress"),
    (called(during(rules.WRITTEN_REVIEW), {VISITED: 4}), "shortlist", "office.shortlist"),
    (called(during(rules.VOTING), {VISITED: 4}, sheets_missing=9), "shortlist", "office.shortlist"),
    (called(during(rules.WRITTEN_REVIEW), {SHORTLISTED: 4}), "publish", "office.ballot_publish"),
    (called(during(rules.WRITTEN_REVIEW), {SHORTLISTED: 4}, signed=()), "sign_off", "office.ballot_publish"),
    (called(during(rules.VOTING), {SUBMITTED: 1}, signed=("staff",)), "second_sign_off", "office.ballot_publish"),
    (called(during(rules.WRITTEN_REVIEW)), "no_proposals", "office.proposal_list"),
    (published(during(rules.WRITTEN_REVIEW)), "wait_phase", None),
    (published(during(rules.VOTING)), "meeting", "office.meeting_detail"),
    (published(during(rules.VOTING), "planned"), "voting", None),
    (published(during(rules.COMMITTEE_VOTE), "planned"), "meeting", "office.meeting_detail"),
    (published(AFTER, "ended"), "close", "office.count"),
    (published(AFTER, "not_held"), "close", "office.count"),
    (facts(rules.CLOSED, AFTER, is_sealed=True), "open", "office.box_open"),
    (facts(rules.CLOSED, AFTER), "count", "office.count"),
    (facts(rules.COUNTED, AFTER), "sign", "office.count"),
    (facts(rules.RESULTS_PUBLISHED, AFTER), "done", "public.result_detail"),
]


@pytest.mark.parametrize(("known", "key", "page"), CASES)
def test_there_is_exactly_one_next_act(known: Facts, key: str, page: str | None) -> None:
    action = find_next_action(known)

    assert (action.key, action.page) == (key, page)


def test_every_act_and_condition_has_its_words_and_every_word_its_act() -> None:
    actions = [find_next_action(known) for known, _key, _page in CASES]

    assert {action.key for action in actions} == set(ACTIONS)
    assert {condition.key for action in actions for condition in action.conditions} == set(CONDITIONS)


def test_a_draft_is_ready_when_no_step_is_missing() -> None:
    assert find_next_action(facts(rules.DRAFT, START)).is_ready
    lacking = find_next_action(facts(rules.DRAFT, START, missing_steps=("pots",)))
    assert [condition.key for condition in lacking.conditions if not condition.met] == ["step_pots"]


def test_publication_waits_for_the_end_of_intake_and_comes_before_voting() -> None:
    early = find_next_action(called(during(rules.INTAKE), {SHORTLISTED: 2}, key_ready=True))
    late = find_next_action(called(during(rules.VOTING), {SHORTLISTED: 2}, ballot_faults=1))

    assert [one.key for one in early.conditions if not one.met] == ["intake_over"]
    assert [one.key for one in late.conditions if not one.met] == ["before_voting", "ballot_sound", "key"]


def test_what_was_prepared_is_signed_in_time_and_unchanged_by_two() -> None:
    waiting = find_next_action(called(during(rules.WRITTEN_REVIEW), {SHORTLISTED: 2}, signed=("staff",)))
    too_late = find_next_action(called(during(rules.VOTING), {SHORTLISTED: 2}, signed=(), ballot_moved=True))

    assert [one.key for one in waiting.conditions if not one.met] == ["signed_approver"]
    assert [one.key for one in too_late.conditions if not one.met] == [
        "before_voting",
        "ballot_same",
        "signed_staff",
        "signed_approver",
    ]


def test_closing_without_a_finished_meeting_says_so() -> None:
    action = find_next_action(published(AFTER, "open"))

    assert [(one.key, one.met) for one in action.conditions] == [("meeting_ended", False)]
