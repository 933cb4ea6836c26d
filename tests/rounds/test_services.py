from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import product

import pytest
from flask import Flask

from app.audit.models import AuditLine
from app.database import db, transaction
from app.reviews import sheet_services
from app.rounds import queries, rules, services, settings
from app.rounds.models import Round
from app.rounds.settings import ChamberPlan, CountingPlan, PotPlan, ReviewPlan
from tests import factories
from tests.rounds import plans
from tests.rounds.plans import AT, WHO


def lines(action: str) -> list[AuditLine]:
    return db.session.query(AuditLine).filter_by(action=action).order_by(AuditLine.id).all()


def kept(round_: Round) -> settings.RoundPlan:
    db.session.rollback()
    return settings.of(round_)


def test_a_new_round_is_a_draft_with_both_chambers_at_one_half(app: Flask) -> None:
    round_ = plans.draft()

    assert round_.state == rules.DRAFT
    assert [(chamber.code, chamber.weight) for chamber in round_.chambers] == [
        ("residents", "1/2"),
        ("committee", "1/2"),
    ]
    assert round_.cap_policy == "skip"
    assert [line.fields["fiscal_year"] for line in lines("round.create")] == [2027]


def test_a_programme_has_one_round_a_fiscal_year(app: Flask) -> None:
    plans.draft()

    with pytest.raises(rules.YearTaken):
        plans.draft()

    plans.draft(factories.programme("city"))
    assert db.session.query(Round).count() == 2


def test_a_draft_cannot_take_the_year_of_another(app: Flask) -> None:
    round_ = plans.draft()
    services.create_round(round_.programme, plans.basics(2028), **WHO)

    with pytest.raises(rules.YearTaken):
        services.set_basics(round_, plans.basics(2028), **WHO)

    assert kept(round_).basics.fiscal_year == 2027


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"title_ko": " "}, "title_ko"),
        ({"title_en": "x" * 121}, "title_en"),
        ({"turnout_target": -1}, "turnout_target"),
        ({"per_project_limit_won": 0}, "per_project_limit_won"),
        ({"objection_days": 0}, "objection_days"),
    ],
)
def test_basics_that_cannot_be_are_refused(app: Flask, changes: dict, where: str) -> None:
    with pytest.raises(rules.Unsound) as refused:
        services.create_round(factories.programme(), plans.basics(**changes), **WHO)

    assert [fault.where for fault in refused.value.faults] == [where]
    assert db.session.query(Round).count() == db.session.query(AuditLine).count() == 0


def test_what_was_before_and_after_stands_in_the_audit_line(app: Flask) -> None:
    round_ = plans.complete_draft()

    services.set_pots(round_, [replace(kept(round_).pots[0], cap_won=900_000_000)], **WHO)

    line = lines("round.change")[-1]
    assert line.fields["what"] == "pots"
    assert '"cap_won": 1000000000' in line.fields["before"]
    assert '"cap_won": 900000000' in line.fields["after"]


def test_pots_and_sections_keep_their_code_when_others_come_and_go(app: Flask) -> None:
    round_ = plans.complete_draft([(1, 1), (1, 1), (1, 1)])
    first, _second, third = kept(round_).sections.sections

    new = replace(first, id=None, name_ko="새 분야")
    services.set_sections(round_, replace(kept(round_).sections, sections=(third, new, first)), **WHO)

    assert [(section.code, section.name_ko) for section in round_.sections] == [
        ("s3", "분야 3"),
        ("s4", "새 분야"),
        ("s1", "분야 1"),
    ]


def test_a_pot_that_a_section_draws_on_cannot_go(app: Flask) -> None:
    round_ = plans.complete_draft()

    with pytest.raises(rules.StillUsed):
        services.set_pots(round_, [PotPlan("시비", "City money", 1)], **WHO)

    assert [pot.name_ko for pot in kept(round_).pots] == ["구비"]


def test_a_section_with_proposals_cannot_go(app: Flask) -> None:
    round_ = plans.complete_draft()
    factories.proposal(round_)

    with pytest.raises(rules.StillUsed):
        services.set_sections(
            round_, replace(kept(round_).sections, sections=kept(round_).sections.sections[1:]), **WHO
        )

    assert len(kept(round_).sections.sections) == 2


def test_a_row_that_is_gone_is_not_written_again(app: Flask) -> None:
    round_ = plans.complete_draft()

    with pytest.raises(rules.Unsound) as refused:
        services.set_pots(round_, [PotPlan("구비", "District", 5, id=999_999)], **WHO)

    assert refused.value.faults[0].code == "row_gone"
    assert kept(round_).pots[0].cap_won == 1_000_000_000


def test_weights_must_add_up_to_exactly_one(app: Flask) -> None:
    round_ = plans.draft()
    thirds = {"residents": ChamberPlan(Fraction(2, 3)), "committee": ChamberPlan(Fraction(1, 3))}
    services.set_counting(round_, CountingPlan(chambers=thirds), **WHO)
    assert [chamber.weight for chamber in round_.chambers] == ["2/3", "1/3"]

    rounded = {"residents": ChamberPlan(Fraction("0.667")), "committee": ChamberPlan(Fraction("0.334"))}
    with pytest.raises(rules.Unsound) as refused:
        services.set_counting(round_, CountingPlan(chambers=rounded), **WHO)

    assert refused.value.faults[0].code == "weights_not_one"
    assert kept(round_).counting.chambers["residents"].weight == Fraction(2, 3)


def test_all_settings_of_counting_and_review_come_back_as_they_were_stored(app: Flask) -> None:
    round_ = plans.draft()
    counting = CountingPlan(
        chambers={
            "residents": ChamberPlan(Fraction(3, 5), "turnout", "section", threshold_votes=30),
            "committee": ChamberPlan(Fraction(2, 5), "rank", "ballot", threshold_share=Fraction(1, 10)),
        },
        cap_policy="near",
        near_cover=Fraction(4, 5),
        tie_order=("committee", "dearer", "lot"),
        quotas={
            "per_dong": {"count": 2, "cost": None},
            "per_section": None,
            "per_proposer": {"count": 1, "cost": 50_000_000},
            "at_least_one_per_section": True,
        },
    )
    review = ReviewPlan(3, True, 12, Fraction(70))

    services.set_counting(round_, counting, **WHO)
    sheet_services.set_review(round_, review, **WHO)

    assert (kept(round_).counting, kept(round_).review) == (counting, review)


def test_a_draft_with_everything_can_be_called(app: Flask) -> None:
    round_ = plans.complete_draft()

    services.call_round(round_, **WHO)

    assert round_.state == rules.CALLED
    assert len(lines("round.call")) == 1


def test_a_draft_that_lacks_something_is_not_called(app: Flask) -> None:
    round_ = plans.draft()

    with pytest.raises(rules.Incomplete) as refused:
        services.call_round(round_, **WHO)

    assert set(refused.value.faults) == {"pots", "sections", "phases"}
    db.session.rollback()
    assert round_.state == rules.DRAFT
    assert lines("round.call") == []


def test_a_round_whose_intake_is_over_is_not_called(app: Flask) -> None:
    round_ = plans.complete_draft()

    with pytest.raises(rules.Incomplete) as refused:
        services.call_round(round_, at=round_.phases[0].ends_at, by=WHO["by"])

    assert [fault.code for fault in refused.value.faults["phases"]] == ["phase_over"]


def test_after_the_call_rules_still_change_with_a_line(app: Flask) -> None:
    round_ = plans.complete_draft()
    services.call_round(round_, **WHO)

    services.set_sections(round_, plans.sections(round_, [(2, 2), (1, 3)]), **WHO)

    assert [section.picks["residents"] for section in kept(round_).sections.sections] == [(2, 2), (1, 3)]
    assert lines("round.change")[-1].fields["what"] == "sections"


def test_after_the_call_nothing_that_is_needed_can_be_taken_away(app: Flask) -> None:
    round_ = plans.complete_draft()
    services.call_round(round_, **WHO)

    with pytest.raises(rules.Incomplete):
        services.set_phases(round_, plans.phases()[:-1], **WHO)

    assert len(kept(round_).phases) == 6


def test_after_the_call_a_phase_that_has_begun_keeps_its_beginning(app: Flask) -> None:
    round_ = plans.complete_draft()
    services.call_round(round_, **WHO)
    later = round_.phases[0].starts_at + timedelta(days=1)
    wanted = [replace(plan, starts_at=later) if plan.kind == rules.INTAKE else plan for plan in kept(round_).phases]

    with pytest.raises(rules.PhaseBegun):
        services.set_phases(round_, wanted, at=later, by=WHO["by"])

    assert kept(round_).phases[0].starts_at < later
    services.set_phases(round_, wanted, **WHO)  # before it begins, it may still be moved
    assert kept(round_).phases[0].starts_at == later


@pytest.mark.parametrize("state", rules.FROZEN)
def test_a_change_after_publication_is_refused_and_leaves_only_a_line(app: Flask, state: str) -> None:
    round_ = factories.round_(state=state)
    before = kept(round_)
    attempts = {
        "basics": lambda: services.set_basics(round_, before.basics, **WHO),
        "pots": lambda: services.set_pots(round_, before.pots, **WHO),
        "sections": lambda: services.set_sections(round_, before.sections, **WHO),
        "counting": lambda: services.set_counting(round_, before.counting, **WHO),
        "phases": lambda: services.set_phases(round_, before.phases, **WHO),
        "review": lambda: sheet_services.set_review(round_, ReviewPlan(9), **WHO),
    }

    for attempt in attempts.values():
        with pytest.raises(rules.Frozen):
            attempt()

    assert kept(round_) == before
    assert [line.fields for line in lines("round.change_refused")] == [
        {"what": what, "state": state} for what in attempts
    ]
    assert lines("round.change") == []


def test_the_state_moves_only_as_the_table_says(app: Flask) -> None:
    rounds = {state: factories.round_(state=state) for state in rules.STATES}
    for state, wanted in product(rules.STATES, repeat=2):
        round_ = rounds[state]
        if rules.may_become(state, wanted):  # every pair of the table stands in test_rules
            with pytest.raises(Undo), transaction():
                services.move_round(round_, wanted)
                assert round_.state == wanted
                raise Undo
        else:
            with pytest.raises(rules.WrongState), transaction():
                services.move_round(round_, wanted)
        db.session.rollback()
        assert round_.state == state


class Undo(Exception):
    pass


def test_next_years_round_has_the_rules_of_this_one_52_weeks_later(app: Flask) -> None:
    round_ = plans.complete_draft()
    sheet_services.set_review(round_, ReviewPlan(4, True), **WHO)
    services.call_round(round_, **WHO)
    source = kept(round_)

    copy = services.duplicate_round(round_, **WHO)

    made = kept(copy)
    assert (copy.state, copy.programme_id) == (rules.DRAFT, round_.programme_id)
    assert (made.basics.fiscal_year, made.basics.title_ko) == (2028, "2028 회계연도 주민참여예산")
    assert [replace(pot, id=None) for pot in made.pots] == [replace(pot, id=None) for pot in source.pots]
    assert [section.picks for section in made.sections.sections] == [
        section.picks for section in source.sections.sections
    ]
    assert {section.pot for section in made.sections.sections} == {copy.pots[0].id}
    assert (made.counting, made.review) == (source.counting, source.review)
    shifts = {new.starts_at - old.starts_at for new, old in zip(made.phases, source.phases, strict=True)}
    assert shifts == {timedelta(days=364)}
    assert made.phases[0].starts_at.weekday() == source.phases[0].starts_at.weekday()
    assert len(lines("round.duplicate")) == 1
    assert queries.list_missing(copy, AT) == {}


def test_next_years_round_is_made_once(app: Flask) -> None:
    round_ = plans.complete_draft()
    services.duplicate_round(round_, **WHO)

    with pytest.raises(rules.YearTaken):
        services.duplicate_round(round_, **WHO)

    assert db.session.query(Round).count() == 2


def test_another_citys_round_is_no_model_for_ours(app: Flask) -> None:
    round_ = factories.round_(source="pabulib")

    with pytest.raises(rules.NotOurs):
        services.duplicate_round(round_, **WHO)

    assert db.session.query(Round).count() == 1
