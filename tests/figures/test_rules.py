"""What goes on today, out of the phases of all rounds."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from app.figures import rules
from app.rounds import rules as rounds

NOON = datetime(2026, 9, 1, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)


def round_(state: str, **phases: tuple[int, int]) -> Any:
    """Phases as (begins, ends) in hours from noon."""
    periods = [
        SimpleNamespace(kind=kind, starts_at=NOON + start * HOUR, ends_at=NOON + end * HOUR)
        for kind, (start, end) in phases.items()
    ]
    return SimpleNamespace(state=state, phases=periods)


def kinds(entries: list[rules.Entry]) -> list[str]:
    return [entry.period.kind for entry in entries]


def test_every_phase_belongs_to_a_state() -> None:
    assert set(rules.STATE_OF_PHASE) == set(rounds.PHASES) == set(rules.ORDER_OF_CALLS)


def test_voting_is_called_first_then_intake_then_what_others_do() -> None:
    called = round_(rounds.CALLED, intake=(-1, 5), site_visit=(-1, 1))
    voting = round_(rounds.BALLOT_PUBLISHED, voting=(-1, 9))
    assert kinds(rules.list_calls([called, voting], NOON)) == ["voting", "intake", "site_visit"]


def test_of_two_alike_the_one_that_ends_sooner_is_called_first() -> None:
    late, soon = round_(rounds.CALLED, intake=(-1, 9)), round_(rounds.CALLED, intake=(-1, 2))
    assert [entry.round for entry in rules.list_calls([late, soon], NOON)] == [soon, late]


def test_a_phase_runs_from_its_beginning_until_just_before_its_end() -> None:
    of = [round_(rounds.CALLED, intake=(0, 1))]
    assert kinds(rules.list_calls(of, NOON)) == ["intake"]
    assert rules.list_calls(of, NOON + HOUR) == [] and rules.list_calendar(of, NOON + HOUR) == []


def test_voting_does_not_run_before_the_ballot_is_published_nor_intake_after() -> None:
    assert rules.list_calls([round_(rounds.CALLED, voting=(-1, 1))], NOON) == []
    assert rules.list_calls([round_(rounds.BALLOT_PUBLISHED, intake=(-1, 1))], NOON) == []


def test_the_calendar_is_in_order_over_all_rounds_and_knows_what_comes_next() -> None:
    first = round_(rounds.CALLED, intake=(-1, 3), site_visit=(5, 6))
    second = round_(rounds.CALLED, intake=(2, 4), department_check=(-9, -1))
    assert kinds(rules.list_calendar([first, second], NOON)) == ["intake", "intake", "site_visit"]
    coming = rules.find_next([first, second], NOON)
    assert coming is not None and coming.round is second
    assert rules.find_next([], NOON) is None
