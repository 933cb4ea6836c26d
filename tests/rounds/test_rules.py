"""States and phases: every pair, every order. No database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from app.rounds import rules
from app.rounds.settings import PhasePlan

START = datetime(2026, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)
ALLOWED = {
    ("draft", "called"),
    ("called", "ballot_published"),
    ("ballot_published", "closed"),
    ("closed", "counted"),
    ("counted", "results_published"),
    ("counted", "closed"),
}


def plans(first: datetime = START) -> list[PhasePlan]:
    return [PhasePlan(kind, first + 10 * n * DAY, first + 10 * (n + 1) * DAY) for n, kind in enumerate(rules.PHASES)]


@pytest.mark.parametrize(("state", "wanted"), [*product(rules.STATES, repeat=2)])
def test_a_round_takes_only_the_steps_of_its_life(state: str, wanted: str) -> None:
    if (state, wanted) in ALLOWED:
        rules.ensure_may_become(state, wanted)
    else:
        with pytest.raises(rules.WrongState):
            rules.ensure_may_become(state, wanted)


@pytest.mark.parametrize("state", rules.STATES)
def test_rules_are_open_until_the_ballot_is_published(state: str) -> None:
    if state in (rules.DRAFT, rules.CALLED):
        rules.ensure_open_to_change(state)
    else:
        with pytest.raises(rules.Frozen):
            rules.ensure_open_to_change(state)


def test_a_phase_runs_from_its_first_instant_to_just_before_its_last() -> None:
    period = PhasePlan(rules.VOTING, START, START + DAY)
    instant = timedelta(microseconds=1)

    assert not rules.is_running(period, START - instant)
    assert rules.is_running(period, START)
    assert rules.is_running(period, START + DAY - instant)
    assert not rules.is_running(period, START + DAY)


def test_the_written_review_cannot_begin_before_the_visit() -> None:
    swapped = [
        replace(plan, starts_at=START + 15 * DAY) if plan.kind == rules.WRITTEN_REVIEW else plan for plan in plans()
    ]

    with pytest.raises(rules.PhasesOutOfOrder) as refused:
        rules.ensure_in_order(swapped)

    assert refused.value.kind == rules.WRITTEN_REVIEW


def changed(kind: str, **instants: datetime) -> list[PhasePlan]:
    return [replace(plan, **instants) if plan.kind == kind else plan for plan in plans()]


AT = START + 15 * DAY  # intake (days 0–10) is over, the department check (10–20) is running


@pytest.mark.parametrize(
    ("after", "error"),
    [
        (changed(rules.INTAKE, ends_at=START + 30 * DAY), rules.PhaseBegun),
        (changed(rules.INTAKE, starts_at=START - DAY), rules.PhaseBegun),
        (changed(rules.DEPARTMENT_CHECK, starts_at=START + 11 * DAY), rules.PhaseBegun),
        (changed(rules.DEPARTMENT_CHECK, ends_at=START + 14 * DAY), rules.PhasePast),
        (changed(rules.VOTING, starts_at=START + 14 * DAY), rules.PhasePast),
        (plans()[1:], rules.PhaseBegun),
        ([*plans(), PhasePlan("another", START, START + 90 * DAY)], rules.PhasePast),
    ],
)
def test_history_is_not_rewritten(after: list[PhasePlan], error: type[Exception]) -> None:
    with pytest.raises(error):
        rules.ensure_history_kept(plans(), after, AT)


@pytest.mark.parametrize(
    "after",
    [
        plans(),
        changed(rules.DEPARTMENT_CHECK, ends_at=START + 16 * DAY),
        changed(rules.VOTING, starts_at=START + 45 * DAY, ends_at=START + 70 * DAY),
        plans()[:-1],
    ],
)
def test_what_is_to_come_can_be_moved(after: list[PhasePlan]) -> None:
    rules.ensure_history_kept(plans(), after, AT)


def test_a_reopened_phase_ends_anew_and_keeps_its_beginning() -> None:
    later = changed(rules.INTAKE, ends_at=START + 30 * DAY)
    rules.ensure_history_kept(plans(), later, AT, [rules.INTAKE])
    for kind, wrong, error in (
        (rules.SITE_VISIT, later, rules.PhaseBegun),
        (rules.INTAKE, changed(rules.INTAKE, starts_at=START - DAY), rules.PhaseBegun),
        (rules.INTAKE, changed(rules.INTAKE, ends_at=START + 14 * DAY), rules.PhasePast),
        (rules.INTAKE, plans()[1:], rules.PhaseBegun),
    ):
        with pytest.raises(error):
            rules.ensure_history_kept(plans(), wrong, AT, [kind])


def test_a_vote_whose_day_came_before_its_ballot_finds_another_day() -> None:
    late = START + 42 * DAY  # voting (days 40–50) would be running, had a ballot been published
    after = changed(rules.VOTING, starts_at=late + DAY, ends_at=late + 5 * DAY)
    rules.ensure_history_kept(plans(), after, late)
    with pytest.raises(rules.PhasePast):
        rules.ensure_history_kept(plans(), changed(rules.VOTING, starts_at=late - DAY), late)
