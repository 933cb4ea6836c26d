"""The round as it stands after its reviews, put into the database: for those who walk only the second half."""

from datetime import timedelta

from app.clock import start_of_day
from app.database import db
from app.money import parse_won
from app.proposals import rules as proposals
from app.rounds.models import PickRule, Round
from tests import factories
from tests.journeys.founding import PHASES
from tests.journeys.plan import CULTURE, IDEAS, LEFT_OUT, NOT_ELIGIBLE, PHONES, SAFETY
from tests.journeys.stage import Stage

STATES = {NOT_ELIGIBLE: proposals.INELIGIBLE, LEFT_OUT: proposals.LEFT_OUT}
PICKS = {SAFETY: (1, 2), CULTURE: (1, 1)}


def reviewed(stage: Stage) -> None:
    year = stage.today.year + 1
    round_ = factories.round_(fiscal_year=year, cap_won=parse_won("1억 5,000만"), turnout_target=100)
    round_.title_ko = f"{year}년 주민참여예산"
    for section, name in zip(round_.sections, PICKS, strict=True):
        section.name_ko = name
    for chamber, name in zip(round_.chambers, ("주민", "주민참여예산위원회"), strict=True):
        chamber.name_ko = name
        for rule in chamber.picks:
            set_picks(rule)
    for phase in round_.phases:
        first, last = PHASES[phase.kind]
        phase.starts_at, phase.ends_at = (start_of_day(stage.today) + timedelta(days=day) for day in (first, last))
    db.session.commit()
    propose(round_)
    stage.go_to(40)


def set_picks(rule: PickRule) -> None:
    rule.pick_min, rule.pick_max = PICKS[rule.section.name_ko]


def propose(round_: Round) -> None:
    people = {name: factories.resident() for name in PHONES}
    sections = {section.name_ko: section.id for section in round_.sections}
    for number, idea in enumerate(IDEAS, start=1):
        row = factories.proposal(
            round_,
            title=idea.title,
            section_id=sections[idea.section],
            cost_won=parse_won(idea.typed),
            by=people[idea.proposer],
            state=STATES.get(idea.title, proposals.SHORTLISTED),
        )
        row.number = number
        db.session.commit()
