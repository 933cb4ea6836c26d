"""The wings, one per audience. A wing's `audience.py` has its blueprint and its door; here are its pages.

Each module adds its views to its wing's blueprint when it is imported.
"""

from types import ModuleType

from flask import Flask

from app.web import kit
from app.web.admin import accounts, audit, departments, roles
from app.web.committee import ballot as committee_ballot
from app.web.committee import home as committee_home
from app.web.committee import meeting as committee_meeting
from app.web.committee import recusals as committee_recusals
from app.web.committee import reviews as committee_reviews
from app.web.desk import day as desk_day
from app.web.desk import home as desk_home
from app.web.desk import identity as desk_identity
from app.web.desk import papers as desk_papers
from app.web.desk import pins as desk_pins
from app.web.guard import guard
from app.web.kiosk import ballot as kiosk_ballot
from app.web.office import (
    applications,
    check_steps,
    checks,
    committee_meetings,
    conflicts,
    counts,
    deliveries,
    fees,
    handings,
    heard,
    keys,
    letters,
    meeting_agenda,
    meeting_invitation,
    meeting_minutes,
    meeting_tablets,
    meetings,
    members,
    outings,
    paper_people,
    paper_print,
    paper_proposals,
    papers,
    recruitments,
    reviews,
    rolls,
    round_steps,
    rounds,
    shortlist,
    stations,
    subcommittees,
    visits,
)
from app.web.office import ballot as office_ballot
from app.web.office import cases as office_cases
from app.web.office import codes as office_codes
from app.web.office import comments as office_comments
from app.web.office import fates as office_fates
from app.web.office import home as office_home
from app.web.office import masks as office_masks
from app.web.office import notice_letters as office_letters
from app.web.office import objections as office_objections
from app.web.office import proposals as office_proposals
from app.web.onsite import outings as onsite_outings
from app.web.onsite import photos as onsite_photos
from app.web.onsite import record as onsite_record
from app.web.public import (
    account_notices,
    account_security,
    account_sign_in,
    box,
    bundles,
    home,
    language,
    letter_check,
    manifest,
    map_outlines,
    outbox,
    privacy,
    programmes,
    recount,
    results,
    sign_in,
    threats,
    unsubscribe,
)
from app.web.public import fates as public_fates
from app.web.public import meetings as public_meetings
from app.web.public import proposals as public_proposals
from app.web.public import recruitments as public_recruitments
from app.web.public import shortlists as public_shortlists
from app.web.public import stations as public_stations
from app.web.public import vote as public_vote
from app.web.resident import applications as resident_applications
from app.web.resident import fates as resident_fates
from app.web.resident import notices, proposal_files, proposal_wizard, proposals, together, visit_answer, voices
from app.web.resident import objections as resident_objections
from app.web.tablet import ballot as tablet_ballot
from app.web.tablet import home as tablet_home
from app.web.voting import ballot as voting_ballot
from app.web.voting import code as voting_code
from app.web.voting import oidc as voting_oidc
from app.web.voting import register as voting_register

PUBLIC = (
    home, language, sign_in, account_sign_in, account_security, account_notices, unsubscribe, privacy, threats, outbox,
    programmes, public_proposals, public_vote, public_stations, manifest, box, results, bundles, recount,
    public_meetings, map_outlines, public_recruitments, letter_check, public_shortlists,
    public_fates,
)  # fmt: skip
RESIDENT = (
    proposals, proposal_wizard, proposal_files, together, visit_answer, voices, resident_applications,
    resident_objections, notices, resident_fates,
)  # fmt: skip
VOTING = (voting_ballot, voting_register, voting_code, voting_oidc)
COMMITTEE = (committee_home, committee_reviews, committee_ballot, committee_meeting, committee_recusals)
OFFICE = (
    office_home, rounds, round_steps, office_proposals, paper_proposals, office_masks, office_comments, office_letters,
    deliveries, checks, check_steps, conflicts, outings, visits, reviews, shortlist,
    keys, rolls, office_codes, office_ballot, meetings, members, stations, papers, paper_print, office_cases, counts,
    committee_meetings, meeting_invitation, meeting_agenda, meeting_tablets, meeting_minutes, office_objections,
    recruitments, applications, letters, fees, subcommittees,
    office_fates, handings, paper_people, heard,
)  # fmt: skip
ONSITE = (onsite_outings, onsite_record, onsite_photos)
TABLET = (tablet_home, tablet_ballot)
DESK = (desk_home, desk_identity, desk_pins, desk_papers, desk_day)
KIOSK = (kiosk_ballot,)
ADMIN = (accounts, roles, departments, audit)
PAGES: tuple[ModuleType, ...] = (
    *PUBLIC, *RESIDENT, *VOTING, *COMMITTEE, *OFFICE, *ONSITE, *TABLET, *DESK, *KIOSK, *ADMIN,
)  # fmt: skip


def register(app: Flask) -> None:
    for wing in dict.fromkeys(page.wing for page in PAGES):
        app.register_blueprint(wing)
    app.extensions["csrf"].exempt(unsubscribe.unsubscribe)  # a mail program posts there, which has no form of ours
    if app.extensions["hanpyo"].is_demo:
        app.register_blueprint(guard(kit.wing, lambda: None))
