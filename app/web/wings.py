"""The wings, one per audience. A wing's `audience.py` has its blueprint and its door; here are its pages.

Each module adds its views to its wing's blueprint when it is imported.
"""

from types import ModuleType

from flask import Flask

from app.web import kit
from app.web.admin import accounts, audit, departments, roles
from app.web.committee import ballot as committee_ballot
from app.web.committee import home as committee_home
from app.web.committee import reviews as committee_reviews
from app.web.desk import day as desk_day
from app.web.desk import home as desk_home
from app.web.desk import identity as desk_identity
from app.web.desk import papers as desk_papers
from app.web.desk import pins as desk_pins
from app.web.guard import guard
from app.web.kiosk import ballot as kiosk_ballot
from app.web.office import ballot as office_ballot
from app.web.office import cases as office_cases
from app.web.office import (
    checks,
    counts,
    keys,
    meetings,
    members,
    paper_print,
    papers,
    reviews,
    round_steps,
    rounds,
    shortlist,
    stations,
    visits,
)
from app.web.office import home as office_home
from app.web.office import proposals as office_proposals
from app.web.public import (
    account_sign_in,
    box,
    bundles,
    home,
    language,
    manifest,
    outbox,
    privacy,
    programmes,
    recount,
    results,
    sign_in,
    threats,
)
from app.web.public import proposals as public_proposals
from app.web.public import stations as public_stations
from app.web.public import vote as public_vote
from app.web.resident import proposal_wizard, proposals, visit_answer
from app.web.voting import ballot as voting_ballot

PUBLIC = (
    home, language, sign_in, account_sign_in, privacy, threats, outbox,
    programmes, public_proposals, public_vote, public_stations, manifest, box, results, bundles, recount,
)  # fmt: skip
RESIDENT = (proposals, proposal_wizard, visit_answer)
VOTING = (voting_ballot,)
COMMITTEE = (committee_home, committee_reviews, committee_ballot)
OFFICE = (
    office_home, rounds, round_steps, office_proposals, checks, visits, reviews, shortlist,
    keys, office_ballot, meetings, members, stations, papers, paper_print, office_cases, counts,
)  # fmt: skip
DESK = (desk_home, desk_identity, desk_pins, desk_papers, desk_day)
KIOSK = (kiosk_ballot,)
ADMIN = (accounts, roles, departments, audit)
PAGES: tuple[ModuleType, ...] = (*PUBLIC, *RESIDENT, *VOTING, *COMMITTEE, *OFFICE, *DESK, *KIOSK, *ADMIN)


def register(app: Flask) -> None:
    for wing in dict.fromkeys(page.wing for page in PAGES):
        app.register_blueprint(wing)
    if app.extensions["hanpyo"].is_demo:
        app.register_blueprint(guard(kit.wing, lambda: None))
