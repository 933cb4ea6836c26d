"""How the box is opened: a rule of the round like any other, kept by the database, copied, frozen with the ballot."""

import json
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.audit.models import AuditLine
from app.database import db
from app.rounds import rules, services, settings
from app.rounds.models import Round
from app.rounds.settings import CountingPlan
from tests import factories
from tests.rounds import plans
from tests.rounds.plans import WHO


def opening_of(round_: Round) -> str:
    db.session.rollback()
    return settings.of(round_).counting.opening


def test_the_key_stays_with_the_trustees_unless_the_plan_says_otherwise(app: Flask) -> None:
    round_ = plans.complete_draft()
    assert opening_of(round_) == rules.OBSERVER
    services.set_counting(round_, CountingPlan(opening=rules.OPEN), **WHO)
    assert opening_of(round_) == rules.OPEN
    line = db.session.query(AuditLine).filter_by(action="round.change", subject_id=round_.id).all()[-1]
    assert [json.loads(line.fields[when])["opening"] for when in ("before", "after")] == ["observer", "open"]


@pytest.mark.parametrize("opening", ["", "both", "OPEN"])
def test_there_is_no_third_way(app: Flask, opening: str) -> None:
    round_ = plans.complete_draft()
    before = db.session.query(AuditLine).count()
    with pytest.raises(rules.Unsound) as refused:
        services.set_counting(round_, CountingPlan(opening=opening), **WHO)
    assert [(fault.code, fault.where) for fault in refused.value.faults] == [("unknown_opening", "opening")]
    assert (opening_of(round_), db.session.query(AuditLine).count()) == (rules.OBSERVER, before)
    with pytest.raises(DatabaseError, match="ck_round_opening_known"):
        db.session.execute(text("UPDATE round SET opening = :opening"), {"opening": opening})
    db.session.rollback()


def test_next_years_round_takes_it_over(app: Flask) -> None:
    round_ = plans.complete_draft()
    services.set_counting(round_, CountingPlan(opening=rules.OPEN), **WHO)
    assert opening_of(services.duplicate_round(round_, **WHO)) == rules.OPEN


def test_after_the_publication_it_is_refused_and_the_attempt_is_kept(app: Flask) -> None:
    round_ = factories.round_(state=rules.BALLOT_PUBLISHED)
    plan = replace(settings.of(round_).counting, opening=rules.OPEN)
    with pytest.raises(rules.Frozen):
        services.set_counting(round_, plan, **WHO)
    assert opening_of(round_) == rules.OBSERVER
    line = db.session.query(AuditLine).filter_by(action="round.change_refused").one()
    assert line.fields["what"] == "counting"
