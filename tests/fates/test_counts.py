"""Nothing is lost and nothing counted twice, in whatever order proposals are merged, split and carried over."""

import os
from collections.abc import Sequence
from typing import NamedTuple

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.clock import now
from app.database import db
from app.fates import queries, rules
from app.fates.rules import CARRY, MERGE, SPLIT, Course
from app.people.models import Resident
from app.proposals import rules as proposals
from app.proposals import services as writing
from app.proposals import waiting
from app.proposals.models import Proposal
from app.results import doctor
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.voices import queries as voices
from app.voices import services as speaking
from tests import factories
from tests.fates.offers import agree, called, carry, follow, is_sound, merge, split, text_of

RUNS = int(os.environ.get("FATE_RUNS", "3"))
STATES = {1: "submitted", 2: "merged", 3: "split", 4: "submitted", 5: "submitted"}
SOUND = (Course(MERGE, (2,), 1, (1,)), Course(SPLIT, (3,), None, (4, 5)))


@pytest.mark.parametrize(
    ("states", "courses"),
    [
        (STATES, SOUND[:1]),  # one is split, and into what is unknown
        ({**STATES, 2: "eligible"}, SOUND),  # it went, and is still there
        (STATES, (*SOUND, Course(MERGE, (2,), 4, (4,)))),  # went twice
        (STATES, (*SOUND, Course(CARRY, (1,), None, (4,)))),  # 4 came twice
        (STATES, (SOUND[0], Course(SPLIT, (3,), None, (4,)))),  # one part is no split
        (STATES, (SOUND[0], Course(SPLIT, (3,), None, (4, None)))),
        (STATES, (Course(MERGE, (2,), 1, (4,)), SOUND[1])),  # another stands than the one that led
        ({1: "merged", 2: "merged"}, (Course(MERGE, (1,), 2, (2,)), Course(MERGE, (2,), 1, (1,)))),  # round and round
        ({1: "eligible"}, (Course(CARRY, (1,), None, ()),)),
    ],
)
def test_what_is_lost_or_counted_twice_is_found(states: dict[int, str], courses: Sequence[Course]) -> None:
    assert list(rules.list_faults(STATES, SOUND)) == []
    assert list(rules.list_faults(states, courses)) != []


def test_a_rounds_ledger_has_each_of_its_proposals_once() -> None:
    ledger = rules.keep_ledger(STATES, SOUND)
    assert (ledger.received, ledger.written, ledger.waiting, ledger.merged, ledger.split) == (3, 2, 3, 1, 1)
    assert ledger.adds_up
    assert not ledger._replace(waiting=4).adds_up


def test_the_doctor_names_a_proposal_that_is_gone_without_a_trace(app: Flask) -> None:
    lost = factories.proposal(called(), state=proposals.MERGED)
    (finding,) = [one for one in doctor.examine() if one.invariant == doctor.FATES]
    assert finding.faults == [f"{lost.id}: merged ≠ merge"]


class Town(NamedTuple):
    """A round with its proposals and people."""

    round: Round
    first: list[int]
    people: list[Resident]

    def standing(self) -> list[Proposal]:
        rows = db.session.query(Proposal).filter(Proposal.round_id == self.round.id)
        return [one for one in rows.order_by(Proposal.id) if one.state in rules.STAGES]


Step = tuple[str, int, int]  # what, and which of those that stand
WHAT = ("lead", "text", "split", "support", "check", "withdraw")
STEP = st.tuples(st.sampled_from(WHAT), st.integers(0, 9), st.integers(0, 9))


@settings(max_examples=RUNS, deadline=None, derandomize="FATE_RUNS" not in os.environ, database=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])  # fmt: skip
@given(steps=st.lists(STEP, min_size=3, max_size=7), carried=st.integers(0, 9))
def test_in_any_order_every_proposal_has_one_fate(app: Flask, steps: list[Step], carried: int) -> None:
    town = build()
    for what, one, other in steps:
        take(town, what, one, other)
        assert is_sound()
    carry_on(town, carried)
    assert is_sound()
    ends(town)


def build() -> Town:
    round_ = called()
    people = [factories.resident() for _ in range(3)]
    made = [factories.proposal(round_, by=people[n % 3]) for n in range(4)]
    return Town(round_, [one.id for one in made], people)


def take(town: Town, what: str, one: int, other: int) -> None:
    """One step, if it can be taken; in agreement of all. What people think of it is counted before and after."""
    standing = town.standing()
    if not standing:
        return
    first, second = standing[one % len(standing)], standing[other % len(standing)]
    if what == "support":
        person = town.people[other % 3]
        if person.id != first.resident_id and not any(seat.resident_id == person.id for seat in first.co_proposers):
            speaking.set_support(first, person, True, at=now())
    elif what == "check" and first.state == "submitted":
        first.state = "eligible"
        db.session.commit()
    elif what == "withdraw" and first.state == "submitted":
        writing.withdraw_proposal(first, reason="", at=now(), by=first.resident.actor)
    elif what == "split" and (first.cost_won or 0) > 10_000_000:
        agree(split(first))
    elif what in ("lead", "text") and first is not second:
        before = {person.id for at in (first, second) for person in town.people if voices.supports(at.id, person)}
        least = min(first, second, key=lambda at: rules.STAGES.index(at.state))
        text = {"text": text_of(first)} if what == "text" else {"lead": least}
        offer = agree(merge(first, second, **text))
        stands = offer.targets[0].proposal
        after = {person.id for person in town.people if voices.supports(stands.id, person)}
        proposing = {stands.resident_id, *(seat.resident_id for seat in stands.co_proposers)}
        assert before - proposing == after - proposing


def carry_on(town: Town, which: int) -> None:
    town.round.state = rounds.BALLOT_PUBLISHED
    db.session.commit()
    standing = town.standing()
    if standing:
        agree(carry(standing[which % len(standing)]))
        factories.round_(of=town.round.programme, running=rounds.INTAKE)
        waiting.roll_on(at=now())


def ends(town: Town) -> None:
    """Each that was handed in is followed to an end, and everything that stands was handed in by somebody."""
    courses, states = queries.list_courses(), queries.list_states()
    reached = {one: follow(one, courses) for one in town.first}
    assert all(reached.values())
    assert all(states[end] not in proposals.GONE for those in reached.values() for end in those)
    ours = {one.id for one in town.standing()} - {one for course in courses for one in course.gone}
    assert ours <= set().union(*reached.values())
    ledger = queries.keep_ledger(town.round.id)
    assert (ledger.received, ledger.adds_up) == (len(town.first), True)
