"""Residents and committee, or the residents alone: set up while a round is a draft, said in its call."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask

from app.database import db
from app.rounds import queries, rules, services, settings
from app.rounds.models import Round
from app.rounds.settings import ChamberPlan, CountingPlan
from tests.rounds import plans
from tests.rounds.plans import AT, WHO

ALONE = {rules.RESIDENTS: ChamberPlan(Fraction(1))}
TOGETHER = CountingPlan().chambers


def set_voters(round_: Round, chambers: dict[str, ChamberPlan], **changes: Any) -> None:
    services.set_counting(round_, CountingPlan(chambers=chambers, **changes), **WHO)


def kept(round_: Round) -> settings.RoundPlan:
    db.session.rollback()
    return settings.of(round_)


def refused(round_: Round, chambers: dict[str, ChamberPlan], **changes: Any) -> list[tuple[str, str]]:
    before = kept(round_)
    with pytest.raises(rules.Unsound) as error:
        set_voters(round_, chambers, **changes)
    assert kept(round_) == before
    return [(fault.code, fault.where) for fault in error.value.faults]


def test_a_committee_that_does_not_vote_takes_its_picks_and_its_phase_with_it(app: Flask) -> None:
    round_ = plans.complete_draft([(1, 2), (0, 1)])

    set_voters(round_, ALONE)

    plan = kept(round_)
    assert plan.counting.chambers == ALONE
    assert [section.picks for section in plan.sections.sections] == [{"residents": (1, 2)}, {"residents": (0, 1)}]
    assert [phase.kind for phase in plan.phases] == list(rules.PHASES[:-1])
    assert queries.list_missing(round_, AT) == {}
    services.call_round(round_, **WHO)


def test_a_committee_that_votes_after_all_picks_as_residents_do_and_needs_its_phase(app: Flask) -> None:
    round_ = plans.complete_draft([(1, 2), (0, 1)])
    services.set_sections(round_, plans.sections(round_, [(1, 2), (0, 1)], total=(2, 3)), **WHO)
    before = kept(round_)
    set_voters(round_, ALONE)

    set_voters(round_, TOGETHER)

    after = kept(round_)
    assert [section.picks for section in after.sections.sections] == [one.picks for one in before.sections.sections]
    assert (after.sections.totals, after.counting) == (before.sections.totals, before.counting)
    assert [fault.code for fault in queries.list_missing(round_, AT)["phases"]] == ["phase_missing"]


def test_the_residents_always_vote(app: Flask) -> None:
    committee = {rules.COMMITTEE: ChamberPlan(Fraction(1))}

    assert refused(plans.draft(), committee, tie_order=("lot",)) == [("other_chambers", "weights")]


def test_one_who_votes_alone_has_the_whole_weight(app: Flask) -> None:
    assert refused(plans.draft(), {rules.RESIDENTS: ChamberPlan(Fraction(1, 2))}) == [("weights_not_one", "weights")]


def test_votes_that_nobody_casts_settle_no_tie(app: Flask) -> None:
    round_ = plans.draft()

    order = ("committee", "ballot-number")

    assert refused(round_, ALONE, tie_order=order) == [("tie_rule_of_nobody", "tie_order")]
    set_voters(round_, TOGETHER, tie_order=order)


@pytest.mark.parametrize(("called", "wanted"), [(ALONE, TOGETHER), (TOGETHER, ALONE)])
def test_who_votes_stays_as_it_was_called(app: Flask, called: Any, wanted: Any) -> None:
    round_ = plans.complete_draft()
    set_voters(round_, called)
    services.call_round(round_, **WHO)

    assert refused(round_, wanted) == [("who_votes_called", "chambers.committee.weight")]
    set_voters(round_, called, cap_policy="stop")


def test_there_is_no_phase_for_who_does_not_vote(app: Flask) -> None:
    round_ = plans.complete_draft()
    set_voters(round_, ALONE)

    with pytest.raises(rules.Unsound) as error:
        services.set_phases(round_, plans.phases(), **WHO)

    assert [fault.where for fault in error.value.faults] == ["phases.committee_vote"]


def test_next_years_residents_vote_alone_as_well(app: Flask) -> None:
    round_ = plans.complete_draft()
    set_voters(round_, ALONE)

    copy = services.duplicate_round(round_, **WHO)

    source, made = kept(round_), kept(copy)
    assert made.counting == source.counting
    assert [replace(section, id=None, pot=0) for section in made.sections.sections] == [
        replace(section, id=None, pot=0) for section in source.sections.sections
    ]
    assert queries.list_missing(copy, AT) == {}
