"""A round that is held, in any order of steps: residents and members vote or try to, time passes, batches are carried,
the box is closed, opened, counted, signed, withdrawn. After every step all invariants hold, I1 to I10, and what was
refused has changed nothing.

The services are the real ones, on a real database of its own for each run. Runs are the same every time; MACHINE_RUNS
asks for more of them (and then for other ones each time), MACHINE_STEPS for longer ones.
"""

import os
import secrets
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from random import Random
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from app.audit import chain
from app.audit.models import SYSTEM
from app.ballots import batches, box, bulk, ceremony, log_queries, queries, services, sign_off
from app.ballots import rules as casting
from app.ballots.models import BallotItem, CastBallot, IntakeBallot
from app.clock import Clock, now
from app.committee import queries as committee
from app.committee import rules as meeting_rules
from app.committee import services as meetings
from app.crypto import trustees
from app.database import db
from app.errors import NotFound
from app.factory import create_app
from app.results import doctor
from app.results import queries as counts
from app.results import rules as counting
from app.results import services as results
from app.reviews.models import Recusal
from app.rounds import rules as rounds
from app.rounds import services as setting_up
from app.rounds.models import Round
from tests import factories
from tests.ballots.elections import census, items, picks, published, seated
from tests.databases import Sqlite, config_for
from tests.results.elections import signers

RUNS = int(os.environ.get("MACHINE_RUNS", "0"))
LENGTH = int(os.environ.get("MACHINE_STEPS", "22"))
RESIDENTS = range(4)
MEMBERS = range(4)  # of whom the last one is not there at first, and the first one is recused from an item
CROWD = 24  # more than a batch leaves behind
THRESHOLD, TRUSTEES = 2, ("김수탁", "이수탁", "박수탁")


def each(name: str, *how: Sequence[Any], times: int = 1) -> list[tuple[Any, ...]]:
    """The step in every way of taking it."""
    return [(name, *one) for one in product(*how)] * times


YES_NO = (True, False)
WORDS = ("none", "too few", "one twice", "a slip", "another round's", "right")
STEPS = [
    *each("the_next_step", [False, False, True], times=14),
    *each("a_resident_casts", RESIDENTS, [True, True, False], YES_NO, times=2),
    *each("a_member_casts", MEMBERS, YES_NO, YES_NO, times=3),
    *each("a_member_comes_or_goes", MEMBERS, times=2),
    *each("words_are_typed", WORDS, times=2),
    *each("sign", counting.SIGNERS, YES_NO, times=2),
    *each("withdraw", times=2),
    *each("a_crowd_casts", times=6),
    *each("ten_minutes_pass", times=6),
    *each("tick", times=12),
    *each("close", times=4),
    *each("count", times=4),
    *each("somebody_changes_what_is_frozen", times=4),
]
Random(2017).shuffle(STEPS)
STAGES = {"before": 0, "voting": 1, "meeting": 2, "closed": 5}  # so many steps into the round's life


@dataclass
class Voter:
    """What the model knows of somebody: the token of the vote that counted, and what they were told."""

    who: Any
    chamber: str
    token: str = ""
    told: box.Put | None = None


@dataclass
class Model:
    """What the test keeps beside the database."""

    residents: list[Voter]
    members: list[Voter]
    people: dict[str, int] = field(default_factory=lambda: {rounds.RESIDENTS: 0, rounds.COMMITTEE: 0})
    boxed: set[str] = field(default_factory=set)  # receipts

    @property
    def told(self) -> list[box.Put]:
        return [voter.told for voter in (*self.residents, *self.members) if voter.told]


class Election(RuleBasedStateMachine):
    """`database` and `stage` are those of the subclass that a test makes."""

    database: ClassVar[Any]
    stage: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.clock, self.words, self.sealed = Clock(), list[str](), True
        url = self.stack.enter_context(self.database.fresh())
        self.stack.enter_context(create_app(config_for(url), self.clock).app_context())
        self.stack.callback(db.engine.dispose)
        self.stack.callback(db.session.remove)
        self.round = published(self.clock, running=None, key=self.give_keys)
        self.id, self.sha256 = self.round.id, queries.get_manifest(self.round.id).sha256
        self.choices, barred = picks(self.round), items(self.round, "s1")[0]
        self.meeting, members = seated(self.round, len(MEMBERS), len(MEMBERS) - 1)
        self.seats = members
        self.staff, self.approver = signers(self.round)
        recused = {"kind": "stepped_back", "reason": "제안자의 가족", "declared_at": now()}
        factories.keep(Recusal(proposal_id=barred.proposal_id, account_id=members[0].account_id, **recused))
        self.others = [items(self.round, section.code)[1].code for section in self.round.sections]
        self.model = Model(
            [Voter(factories.resident(), rounds.RESIDENTS) for _ in RESIDENTS],
            [Voter(member.account, rounds.COMMITTEE) for member in members],
        )
        self.taken = len(STEPS) // len(STAGES) * list(STAGES).index(self.stage)
        for _ in range(STAGES[self.stage]):
            self.the_next_step(False)
            self.a_resident_casts(0, True, False)
            self.a_member_casts(1, True, False)

    def teardown(self) -> None:
        self.stack.close()

    def give_keys(self, round_: Round) -> None:
        self.words = ceremony.make_key(round_, TRUSTEES, THRESHOLD, at=now(), by=SYSTEM)
        for number, words in enumerate(self.words, start=1):
            ceremony.confirm_words(round_, number, words, at=now(), by=SYSTEM)

    # --- what the model says of this moment ------------------------------------------------------------------------

    @property
    def state(self) -> str:
        db.session.rollback()
        return self.round.state

    def period(self, kind: str) -> rounds.Period:
        found = rounds.find_period(self.round.phases, kind)
        assert found is not None
        return found

    def is_running(self, kind: str) -> bool:
        period = self.period(kind)
        return period.starts_at <= now() < period.ends_at

    def is_over(self) -> bool:
        return now() >= self.period(rounds.COMMITTEE_VOTE).ends_at

    def refused(self, error: type[Exception], act: Callable[[], object], lines: int = 0) -> None:
        """And nothing is changed, but that the attempt leaves so many lines."""
        before = census()
        with pytest.raises(error):
            act()
        after = census()
        assert after == before | {"audit_line": before["audit_line"] + lines}

    @rule(drawn=st.integers(0, len(STEPS) - 1))
    def step(self, drawn: int) -> None:
        """Some way further in the table each time, so that the plainest run is a varied one, too."""
        self.taken += 1
        name, *how = STEPS[(self.taken + drawn) % len(STEPS)]
        getattr(self, name)(*how)

    # --- residents and members -------------------------------------------------------------------------------------

    def a_resident_casts(self, who: int, valid: bool, again: bool) -> None:
        voter = self.model.residents[who]
        choices = self.choices if valid else self.choices[:1]

        def cast(token: str) -> box.Put:
            return services.cast_as_resident(self.id, voter.who, choices, token=token)

        self.cast(voter, cast, again, rounds.VOTING, None if valid else casting.NotValid)

    def a_member_casts(self, who: int, barred: bool, again: bool) -> None:
        voter, seat = self.model.members[who], self.seats[who]
        choices = self.choices if barred else self.others

        def cast(token: str) -> box.Put:
            return services.cast_as_member(self.id, voter.who, choices, token=token)

        here = committee.presence(self.meeting, now())
        refusal: type[Exception] | None = None
        if self.meeting.state != meeting_rules.OPEN:
            refusal = meeting_rules.MeetingNotOpen
        elif not committee.is_present(self.meeting, seat):
            refusal = meeting_rules.NotPresent
        elif not here.is_quorate:
            refusal = meeting_rules.NoQuorum
        elif barred and who == 0:
            refusal = casting.NotValid
        self.cast(voter, cast, again, rounds.COMMITTEE_VOTE, refusal)

    def cast(
        self,
        voter: Voter,
        act: Callable[[str], box.Put],
        again: bool,
        phase: str,
        refusal: type[Exception] | None,
    ) -> None:
        """`again`: with the token of the vote that counted, as a browser that was cut off does."""
        token = voter.token if again and voter.told else secrets.token_hex(16)
        if voter.told is not None and token == voter.token:
            before = census()
            assert act(token) == voter.told
            assert census() == before
        elif voter.told is not None:
            self.refused(casting.AlreadyVoted, lambda: act(token))
        elif not self.is_running(phase):
            self.refused(rounds.OutsidePhase, lambda: act(token))
        elif refusal is not None:
            self.refused(refusal, lambda: act(token))
        else:
            voter.told, voter.token = act(token), token
            self.model.people[voter.chamber] += 1

    def a_member_comes_or_goes(self, who: int) -> None:
        seat = self.seats[who]
        goes = committee.is_present(self.meeting, seat)

        def act() -> None:
            walk = meetings.record_leaving if goes else meetings.record_arrival
            walk(self.meeting, seat, at=now(), by=SYSTEM)

        if self.meeting.state == meeting_rules.OPEN:
            act()
        else:
            self.refused(meeting_rules.WrongState, act)

    def a_crowd_casts(self) -> None:
        def act() -> None:
            ballots = [self.choices, self.others] * (CROWD // 2)
            bulk.pour_ballots(
                self.round, rounds.RESIDENTS, ballots, casting.MADE_UP, at=now(), by=SYSTEM, allow_made_up=True
            )

        if self.state == rounds.BALLOT_PUBLISHED:
            act()
            self.model.people[rounds.RESIDENTS] += CROWD
        else:
            self.refused(casting.BoxShut, act)

    # --- time, and what comes with it ------------------------------------------------------------------------------

    def ten_minutes_pass(self) -> None:
        self.clock.offset += batches.EVERY

    def tick(self) -> None:
        """As `flask tick`, without its messages."""
        db.session.rollback()
        batches.run_due(now())
        batches.scrub()
        chain.seal(batches.signing_key(), at=now())

    def move(self, instant: datetime) -> None:
        self.clock.offset += max(timedelta(0), instant - now())

    # --- the steps of the round, when it is time and when it is not ------------------------------------------------

    def the_next_step(self, rush: bool) -> None:
        """Whatever comes next. `rush`: closing is tried before it is time."""
        voting, committee_vote = self.period(rounds.VOTING), self.period(rounds.COMMITTEE_VOTE)
        if now() < voting.starts_at:
            self.move(voting.starts_at)
        elif rush and not self.is_over():
            self.close()
        elif now() < committee_vote.starts_at:
            self.move(committee_vote.starts_at)
        elif not self.is_over():
            self.move(committee_vote.ends_at)
        elif self.meeting.state == meeting_rules.OPEN:
            meetings.end_meeting(self.meeting, at=now(), by=SYSTEM)
        elif self.state == rounds.BALLOT_PUBLISHED:
            self.close()
        elif self.sealed:
            self.words_are_typed("right")
        elif self.state == rounds.CLOSED:
            self.count()
        elif self.state == rounds.COUNTED:
            signed = {signature.role for signature in self.standing.signatures}
            self.sign("approver" if "staff" in signed else "staff", False)

    def close(self) -> None:
        def act() -> None:
            results.close_round(self.round, at=now(), by=SYSTEM)

        if self.state != rounds.BALLOT_PUBLISHED:
            self.refused(rounds.WrongState, act)
        elif not self.is_over() or self.meeting.state == meeting_rules.OPEN:
            self.refused(counting.VotingStillOpen, act)
        else:
            act()
            assert self.state == rounds.CLOSED

    def words_are_typed(self, which: str) -> None:
        typed, error = self.typed(which)

        def act() -> int:
            return ceremony.open_box(self.round, typed, at=now(), by=SYSTEM)

        if self.state != rounds.CLOSED:
            self.refused(rounds.WrongState, act)
        elif not self.sealed:
            self.refused(casting.AlreadyOpened, act)
        elif error is not None:
            self.refused(error, act)
        else:
            assert act() == sum(self.model.people.values())
            self.sealed = False

    def typed(self, which: str) -> tuple[list[str], type[Exception] | None]:
        first, second, third = self.words
        if which == "another round's":
            return trustees.split(secrets.token_bytes(32), 2, 3)[:2], trustees.OtherSet
        slip = " ".join([*first.split()[:-1], "academic" if first.split()[-1] != "academic" else "acid"])
        return {
            "none": ([], trustees.TooFew),
            "too few": ([first], trustees.TooFew),
            "one twice": ([first, first], trustees.SameShare),
            "a slip": ([slip, second], trustees.WrongChecksum),
            "right": ([third, first], None),
        }[which]

    def count(self) -> None:
        def act() -> None:
            results.count_round(self.round, at=now(), by=SYSTEM)

        if self.state != rounds.CLOSED:
            self.refused(rounds.WrongState, act)
        elif self.sealed:
            self.refused(casting.StillSealed, act)
        else:
            act()

    @property
    def standing(self) -> Any:
        db.session.rollback()
        count = counts.find_count(self.id)
        assert count is not None
        return count

    def sign(self, role: str, other: bool) -> None:
        """`other`: the account of the other role signs."""
        if self.state not in (rounds.COUNTED, rounds.RESULTS_PUBLISHED):
            return
        count, account = self.standing, self.staff if (role == "staff") != other else self.approver
        signed = {signature.role: signature.account_id for signature in count.signatures}

        def act() -> None:
            results.sign_count(count, account, role, at=now())

        if self.state == rounds.RESULTS_PUBLISHED:
            self.refused(counting.NotStanding, act)
        elif role in signed:
            self.refused(counting.AlreadySigned, act)
        elif role == "approver" and not signed:
            self.refused(counting.StaffSignsFirst, act)
        elif account.id in signed.values():
            self.refused(counting.SamePerson, act)
        else:
            act()
            assert self.state == (rounds.RESULTS_PUBLISHED if signed else rounds.COUNTED)

    def withdraw(self) -> None:
        if self.state not in (rounds.COUNTED, rounds.RESULTS_PUBLISHED):
            return
        count = self.standing

        def act() -> None:
            results.withdraw_count(count, "다시 셉니다", at=now(), by=SYSTEM)

        if self.state == rounds.RESULTS_PUBLISHED:
            self.refused(counting.NotStanding, act)
        else:
            act()
            assert self.state == rounds.CLOSED

    def somebody_changes_what_is_frozen(self) -> None:
        self.refused(rounds.Frozen, lambda: setting_up.set_pots(self.round, [], at=now(), by=SYSTEM), lines=1)
        self.refused(rounds.Frozen, lambda: sign_off.prepare_ballot(self.round, at=now(), by=SYSTEM), lines=1)
        self.refused(rounds.WrongState, lambda: self.give_keys(self.round))
        cheaper = update(BallotItem).where(BallotItem.round_id == self.id).values(cost_won=1)
        self.refused(DBAPIError, lambda: db.session.execute(cheaper))

    # --- what holds after every step -------------------------------------------------------------------------------

    @invariant()
    def the_doctor_finds_nothing(self) -> None:
        db.session.rollback()
        assert [finding for finding in doctor.examine() if finding.faults] == []
        assert queries.get_manifest(self.id).sha256 == self.sha256

    @invariant()
    def everybody_who_was_told_a_receipt_finds_the_ballot(self) -> None:
        """Waiting, or in the tree; and once there, for ever."""
        for put in self.model.told:
            if log_queries.is_waiting(self.id, put.receipt):
                assert put.receipt not in self.model.boxed and self.state == rounds.BALLOT_PUBLISHED
            else:
                proof = log_queries.find_proof(self.id, put.receipt)
                assert proof is not None and proof.holds and proof.leaf == put.leaf
                self.model.boxed.add(put.receipt)

    @invariant()
    def as_many_took_part_as_the_model_says(self) -> None:
        people = queries.participations(self.id)
        assert {chamber: sum(people.get(chamber, {}).values()) for chamber in self.model.people} == self.model.people
        assert {chamber: box.size(self.id, chamber) for chamber in self.model.people} == self.model.people

    @invariant()
    def before_the_box_is_opened_there_is_nothing_to_read(self) -> None:
        if self.sealed:
            assert db.session.query(CastBallot).count() == 0
            assert counts.find_count(self.id) is None
        if self.state != rounds.RESULTS_PUBLISHED:
            with pytest.raises(NotFound):
                counts.get_published(self.id)


def of(database: Any, stage: str = "before") -> type[Election]:
    return type("Held", (Election,), {"database": database, "stage": stage})


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@pytest.mark.parametrize("stage", STAGES)
def test_whatever_happens_in_whatever_order_all_invariants_hold(
    database: str, stage: str, request: pytest.FixtureRequest
) -> None:
    run_state_machine_as_test(
        of(request.getfixturevalue(database), stage),
        settings=settings(
            max_examples=RUNS or 1,
            stateful_step_count=LENGTH,
            derandomize=not RUNS,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def without_the_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is noted to have voted, so that everybody can vote again."""
    monkeypatch.setattr(services, "_tick", lambda _vote, _at: None)


def with_a_batch_that_drops_a_ballot(monkeypatch: pytest.MonkeyPatch) -> None:
    move = batches._move

    def lose_one(placed: Sequence[dict[str, Any]]) -> None:
        move(placed[:-1])
        db.session.execute(delete(IntakeBallot).where(IntakeBallot.id == placed[-1]["id"]))

    monkeypatch.setattr(batches, "_move", lose_one)


def with_votes_at_any_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(casting, "ensure_open", lambda _state, _phases, _chamber, _at: None)


def with_a_count_of_sealed_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "ensure_opened", lambda _round_id: None)


def with_another_ballot_under_a_receipt(monkeypatch: pytest.MonkeyPatch) -> None:
    put = box._put
    monkeypatch.setattr(box, "_put", lambda receipt, sealed: put(receipt, sealed[:-1] + b"\0"))


TO_THE_VOTE = ("the_next_step", False)
A_VOTE = ("a_resident_casts", 0, True, False)
TO_THE_CLOSE = (*[TO_THE_VOTE] * 4, ("close",))
BROKEN: dict[Callable[[pytest.MonkeyPatch], None], tuple[tuple[Any, ...], ...]] = {
    without_the_tick: (TO_THE_VOTE, A_VOTE),
    with_a_batch_that_drops_a_ballot: (TO_THE_VOTE, ("a_crowd_casts",), ("tick",)),
    with_votes_at_any_hour: (A_VOTE,),
    with_a_count_of_sealed_boxes: (*TO_THE_CLOSE, ("count",)),
    with_another_ballot_under_a_receipt: (TO_THE_VOTE, A_VOTE, *TO_THE_CLOSE),
}
INVARIANTS = [name for name in vars(Election) if hasattr(getattr(Election, name), "hypothesis_stateful_invariant")]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.__name__)
def test_control_steps_that_hold_do_not_where_the_platform_is_broken(
    broken: Callable[[pytest.MonkeyPatch], None], sqlite: Sqlite, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk(sqlite, BROKEN[broken])
    broken(monkeypatch)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        walk(sqlite, BROKEN[broken])


def walk(database: Any, steps: Sequence[tuple[Any, ...]]) -> None:
    """These steps, and after each all that the machine asks."""
    machine = of(database)()
    try:
        for step, *how in steps:
            getattr(machine, step)(*how)
            for name in INVARIANTS:
                getattr(machine, name)()
    finally:
        machine.teardown()


def test_the_walk_asks_every_invariant() -> None:
    assert len(INVARIANTS) == 4
