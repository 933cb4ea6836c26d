"""Every address of the site, asked by everybody who works or lives in the district, and by those of another programme.

The table says who may. An address that is not in it fails, so that nobody adds a door without saying for whom.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from werkzeug.test import TestResponse

from app.config import ROOT
from app.factory import create_app
from app.web.file_answers import POLICY
from app.web.headers import HEADERS
from tests.actors import Person
from tests.databases import Sqlite, config_for
from tests.lint import lint
from tests.page import Page
from tests.web.furnished import Site, furnished

OFFICERS = ("department",)
STAFF = ("staff",)
BOTH = ("staff", "approver")
DESKS = (*BOTH, "department")
MEMBERS = ("committee",)
ADMINS = ("admin",)
ON_THE_SPOT = (*STAFF, *MEMBERS)
ACCOUNTS = (*DESKS, *MEMBERS, "desk", *ADMINS)
TABLET = ("tablet",)  # a device that is nobody's
OFFICERS_ON_DUTY = ("desk",)
KIOSKS = ("kiosk",)  # a device, with nobody signed in
PROPOSER = ("resident",)
RESIDENTS = ("resident", "another resident")
EVERYBODY = (*RESIDENTS, *DESKS, *MEMBERS, *ADMINS, *OFFICERS_ON_DUTY, *KIOSKS, "stranger")


class Leave(NamedTuple):
    """`who` may, and gets `status`; others find nothing. `on`: a thing of the furnished world. `anywhere`: the page
    is of no programme, so that it is there for those of the other one as well."""

    who: tuple[str, ...]
    on: str = "nothing"
    status: int = 200
    anywhere: bool = False


LEAVES = {
    "public.home": Leave(EVERYBODY),
    "public.vote": Leave(EVERYBODY),
    "public.privacy": Leave(EVERYBODY),
    "public.map_outlines": Leave(EVERYBODY, status=404),  # (the operator gave none)
    "public.threats": Leave(EVERYBODY),
    "public.outbox": Leave(EVERYBODY, status=404),  # the demo's only
    "public.programme_list": Leave(EVERYBODY),
    "public.programme_detail": Leave(EVERYBODY, "programme"),
    "public.proposal_list": Leave(EVERYBODY),
    "public.proposal_detail": Leave(EVERYBODY, "submitted"),
    "public.visit_photo": Leave(EVERYBODY, "no photo", 404),
    "public.proposal_photo": Leave(EVERYBODY, "photo of a proposal"),
    "public.proposal_document": Leave(EVERYBODY, "document of a proposal"),
    "public.proposal_history": Leave(EVERYBODY, "joined"),
    "public.round_detail": Leave(EVERYBODY, "voting round"),
    "public.meeting_minutes": Leave(EVERYBODY, "published round"),
    "public.committee_meeting_minutes": Leave(EVERYBODY, "published committee meeting"),
    "public.committee_detail": Leave(EVERYBODY, "programme"),
    "public.recruitment_detail": Leave(EVERYBODY, "fixed call"),
    "public.recruitment_lot": Leave(EVERYBODY, "fixed call"),
    "public.letter_check": Leave(EVERYBODY),
    "public.shortlist": Leave(EVERYBODY, "objected round"),
    "public.shortlist_csv": Leave(EVERYBODY, "objected round"),
    "public.shortlist_xlsx": Leave(EVERYBODY, "objected round"),
    "public.fates_of_round": Leave(EVERYBODY, "published round"),
    "public.station_list": Leave(EVERYBODY, "register round"),
    "public.manifest": Leave(EVERYBODY, "voting round"),
    "public.manifest_json": Leave(EVERYBODY, "voting round"),
    "public.round_box": Leave(EVERYBODY, "voting round"),
    "public.round_box_search": Leave(EVERYBODY, "voting round"),
    "public.round_consistency": Leave(EVERYBODY, "voting round"),
    "public.round_consistency_json": Leave(EVERYBODY, "checkpoints"),
    "public.round_checkpoint": Leave(EVERYBODY, "checkpoint"),
    "public.result_list": Leave(EVERYBODY),
    "public.result_detail": Leave(EVERYBODY, "published round"),
    "public.result_recount": Leave(EVERYBODY, "published round"),
    "public.result_csv": Leave(EVERYBODY, "published round"),
    "public.result_json": Leave(EVERYBODY, "published round"),
    "public.result_bundle": Leave(EVERYBODY, "published round"),
    "public.set_language": Leave(EVERYBODY, "language", 302),
    "public.resident_sign_in": Leave(EVERYBODY),
    "public.resident_sign_in_code": Leave(EVERYBODY, status=302),  # there is no phone yet
    "public.resident_sign_in_again": Leave(EVERYBODY),
    "public.account_sign_in": Leave(EVERYBODY),
    "public.account_sign_in_passkey": Leave(EVERYBODY),
    "public.account_second": Leave(EVERYBODY, status=302),  # nobody has typed a password yet
    "public.account_prove": Leave(ACCOUNTS, anywhere=True),
    "public.account_password": Leave(ACCOUNTS, anywhere=True),
    "public.account_security": Leave(ACCOUNTS, anywhere=True),
    "public.account_app": Leave(ACCOUNTS, anywhere=True),
    "public.account_passkey_add": Leave(ACCOUNTS, anywhere=True),
    "public.account_passkey_remove": Leave(STAFF, "passkey"),
    "public.account_codes": Leave(ACCOUNTS, anywhere=True),
    "public.account_sessions": Leave(ACCOUNTS, anywhere=True),
    "public.account_session_end": Leave(ACCOUNTS, "session", anywhere=True),
    "public.account_sessions_end": Leave(ACCOUNTS, anywhere=True),
    "public.account_notices": Leave(ACCOUNTS, anywhere=True),
    "public.account_notices_seen": Leave(ACCOUNTS, anywhere=True),
    "public.account_notice_settings": Leave(ACCOUNTS, anywhere=True),
    "public.unsubscribe": Leave(EVERYBODY, "link in a mail"),
    "public.passkey_challenge": Leave(EVERYBODY, "purpose"),
    "public.sign_out": Leave(EVERYBODY),
    "resident.proposal_list": Leave(RESIDENTS),
    "resident.proposal_create": Leave(RESIDENTS, "intake round"),
    "resident.proposal_detail": Leave(PROPOSER, "draft"),
    "resident.proposal_edit": Leave(PROPOSER, "draft step"),
    "resident.proposal_check": Leave(PROPOSER, "draft", 302),  # to the step where something is missing
    "resident.proposal_discard": Leave(PROPOSER, "draft"),
    "resident.proposal_receipt": Leave(PROPOSER, "submitted"),
    "resident.proposal_withdraw": Leave(PROPOSER, "submitted"),
    "resident.proposal_similar": Leave(RESIDENTS),
    "resident.proposal_support": Leave(RESIDENTS, "submitted"),
    "resident.comment_write": Leave(RESIDENTS, "submitted"),
    "resident.comment_withdraw": Leave(PROPOSER, "comment"),
    "resident.comment_report": Leave(RESIDENTS, "comment"),
    "resident.proposal_files": Leave(PROPOSER, "draft"),
    "resident.proposal_file_describe": Leave(PROPOSER, "file of a draft"),
    "resident.proposal_file_up": Leave(PROPOSER, "file of a draft"),
    "resident.proposal_file_remove": Leave(PROPOSER, "file of a draft"),
    "resident.proposal_photo": Leave(PROPOSER, "photo of a draft"),
    "resident.proposal_document": Leave(PROPOSER, "document of a draft"),
    "resident.proposal_history": Leave(PROPOSER, "joined"),
    "resident.proposal_leave": Leave(PROPOSER, "joined"),
    "resident.proposal_together": Leave(PROPOSER, "draft"),
    "resident.invitation": Leave(PROPOSER, "invitation"),
    "resident.invitation_take_back": Leave(PROPOSER, "seat"),
    "resident.notice_list": Leave(RESIDENTS),
    "resident.notices_seen": Leave(RESIDENTS),
    "resident.notice_settings": Leave(RESIDENTS),
    "resident.visit_answer": Leave(PROPOSER, "recorded"),
    "resident.visit_photo": Leave(PROPOSER, "no photo", 404),
    "resident.application_create": Leave(RESIDENTS, "call"),
    "resident.application_detail": Leave(PROPOSER, "application"),
    "resident.application_withdraw": Leave(PROPOSER, "application"),
    "resident.offer": Leave(PROPOSER, "offer"),
    "resident.offer_withdraw": Leave(PROPOSER, "own carry"),
    "resident.carry_over": Leave(PROPOSER, "undecided"),
    "resident.proposal_again": Leave(PROPOSER, "lost"),
    "resident.challenge": Leave(PROPOSER, "eligible"),
    "resident.objection": Leave(PROPOSER, "left out"),
    "voting.ballot": Leave(RESIDENTS, "voting round"),
    "voting.check": Leave(RESIDENTS, "voting round", 302),  # to the ballot: nothing is ticked yet
    "voting.cast": Leave(RESIDENTS, "voting round"),
    "voting.receipt": Leave(RESIDENTS, "voting round", 302),
    "voting.code": Leave(EVERYBODY, "asking round"),
    "voting.code_claim": Leave(EVERYBODY, "asking round", 302),  # to the code: none has been typed
    "voting.oidc_begin": Leave(EVERYBODY, "asking round", 404),  # no provider is configured
    "voting.oidc_callback": Leave(EVERYBODY, status=404),
    "voting.oidc_claim": Leave(EVERYBODY, "asking round", 404),
    "voting.register": Leave(RESIDENTS, "asking round"),
    "voting.register_guardian": Leave(RESIDENTS, "asking round"),
    "voting.register_consent": Leave(RESIDENTS, "asking round"),
    "committee.home": Leave(MEMBERS, anywhere=True),
    "committee.review_list": Leave(MEMBERS, "review round"),
    "committee.review_declare": Leave(MEMBERS, "visited"),
    "committee.review_sheet": Leave(MEMBERS, "begun"),
    "committee.review_submit": Leave(MEMBERS, "begun"),
    "committee.review_step_back": Leave(MEMBERS, "visited"),
    "committee.review_part": Leave(MEMBERS, "begun"),
    "committee.interests": Leave(MEMBERS, "review round"),
    "committee.challenge": Leave(MEMBERS, "challenge"),
    "committee.ballot": Leave(MEMBERS, "meeting round"),
    "committee.check": Leave(MEMBERS, "meeting round", 302),
    "committee.cast": Leave(MEMBERS, "meeting round"),
    "committee.receipt": Leave(MEMBERS, "meeting round", 302),
    "committee.meeting": Leave(MEMBERS, "meeting round"),
    "committee.meeting_calendar": Leave(MEMBERS, "meeting round"),
    "committee.committee_meeting": Leave(MEMBERS, "open committee meeting"),
    "committee.committee_meeting_calendar": Leave(MEMBERS, "planned committee meeting"),
    "committee.committee_meeting_minutes": Leave(MEMBERS, "ended committee meeting"),
    "committee.committee_door": Leave(MEMBERS, "old door of the committee", 409),
    "committee.door": Leave(MEMBERS, "old door", 409),  # its code changes every half minute
    "tablet.ballot": Leave(TABLET, "meeting round"),
    "tablet.check": Leave(TABLET, "meeting round", 302),
    "tablet.cast": Leave(TABLET, "meeting round"),
    "tablet.receipt": Leave(TABLET, "meeting round", 302),
    "tablet.home": Leave(TABLET),
    "tablet.enter": Leave(TABLET),
    "desk.home": Leave(OFFICERS_ON_DUTY, anywhere=True),
    "desk.station": Leave(OFFICERS_ON_DUTY, "station"),
    "desk.register": Leave(OFFICERS_ON_DUTY, "station"),
    "desk.twin": Leave(OFFICERS_ON_DUTY, "station"),
    "desk.pin_issue": Leave(OFFICERS_ON_DUTY, "station"),
    "desk.day": Leave(OFFICERS_ON_DUTY, "station"),
    "desk.day_open": Leave(OFFICERS_ON_DUTY, "station"),
    "desk.day_count": Leave(OFFICERS_ON_DUTY, "station"),
    "desk.paper_issue": Leave(OFFICERS_ON_DUTY, "station"),
    "desk.paper_exchange": Leave(OFFICERS_ON_DUTY, "station"),
    "desk.kiosk_make": Leave(OFFICERS_ON_DUTY, "station"),
    "desk.kiosk_revoke": Leave(OFFICERS_ON_DUTY, "kiosk"),
    "kiosk.start": Leave(KIOSKS),
    "kiosk.ballot": Leave(KIOSKS, "register round", 302),  # to the start page: nobody has typed a PIN
    "kiosk.check": Leave(KIOSKS, "register round", 302),
    "kiosk.cast": Leave(KIOSKS, "register round"),
    "kiosk.receipt": Leave(KIOSKS, "register round", 302),
    "office.station_list": Leave(STAFF, "voting round"),
    "office.station_add": Leave(STAFF, "register round"),
    "office.station_detail": Leave(STAFF, "station"),
    "office.station_change": Leave(STAFF, "station"),
    "office.station_remove": Leave(STAFF, "station"),
    "office.station_day_set": Leave(STAFF, "station"),
    "office.station_day_drop": Leave(STAFF, "station day"),
    "office.shift_add": Leave(STAFF, "station"),
    "office.shift_drop": Leave(STAFF, "shift"),
    "office.kiosk_make": Leave(STAFF, "station"),
    "office.kiosk_revoke": Leave(STAFF, "kiosk"),
    "office.home": Leave(DESKS, anywhere=True),
    "office.round_create": Leave(STAFF, anywhere=True),
    "office.round_detail": Leave(BOTH, "voting round"),
    "office.round_settings": Leave(STAFF, "draft round"),
    "office.round_step": Leave(STAFF, "draft round step"),
    "office.round_call": Leave(STAFF, "draft round"),
    "office.round_duplicate": Leave(STAFF, "published round"),
    "office.proposal_list": Leave(BOTH, "intake round"),
    "office.proposal_export": Leave(BOTH, "intake round"),
    "office.proposal_detail": Leave(BOTH, "submitted"),
    "office.paper_proposal": Leave(STAFF, "intake round"),
    "office.paper_people": Leave(STAFF, "intake round"),
    "office.paper_told": Leave(STAFF, "paper notice"),
    "office.paper_correct": Leave(STAFF, "joined"),
    "office.paper_withdraw": Leave(STAFF, "joined"),
    "office.heard_answer": Leave(STAFF, "answered"),
    "office.heard_objection": Leave(STAFF, "left out"),
    "office.check_list": Leave(DESKS, anywhere=True),
    "office.check_detail": Leave((*STAFF, *OFFICERS), "assigned"),
    "office.check_assign": Leave(STAFF, "unchecked"),
    "office.check_decide": Leave(OFFICERS, "assigned"),
    "office.check_release": Leave(STAFF, "decided"),
    "office.check_take": Leave(OFFICERS, "assigned", 302),
    "office.check_change": Leave(STAFF, "assigned"),
    "office.check_forward": Leave((*STAFF, *OFFICERS), "assigned"),
    "office.check_return": Leave(OFFICERS, "assigned"),
    "office.check_note": Leave((*STAFF, *OFFICERS), "assigned", 422),
    "office.check_sheet": Leave((*STAFF, *OFFICERS), "decided"),
    "office.fate_list": Leave(BOTH, "fate round"),
    "office.merge_create": Leave(STAFF, "fate round"),
    "office.split_create": Leave(STAFF, "to split"),
    "office.proposal_mask": Leave(STAFF, "to split"),
    "office.carry_create": Leave(STAFF, "undecided"),
    "office.offer_detail": Leave(BOTH, "offer"),
    "office.offer_withdraw": Leave(STAFF, "offer"),
    "office.consent_record": Leave(STAFF, "paper consent"),
    "office.hand_over_list": Leave(STAFF, "published round"),
    "office.hand_over_create": Leave(STAFF, "lost"),
    "office.hand_over_inbox": Leave(DESKS, anywhere=True),
    "office.hand_over_detail": Leave((*STAFF, *OFFICERS), "handed"),
    "office.hand_over_pass": Leave((*STAFF, *OFFICERS), "handed"),
    "office.conflict_list": Leave(STAFF, "review round"),
    "office.conflict_create": Leave(STAFF, "review round"),
    "office.conflict_find": Leave(STAFF, "review round", 302),
    "office.conflict_settle": Leave(STAFF, "conflict"),
    "office.visit_list": Leave(BOTH, "review round"),
    "office.visit_detail": Leave(STAFF, "recorded"),
    "office.visit_plan": Leave(STAFF, "eligible"),
    "office.visit_sign_off": Leave(STAFF, "recorded"),
    "office.visit_reopen": Leave(STAFF, "answered"),
    "office.visit_impossible": Leave(STAFF, "eligible"),
    "office.visit_impossible_confirm": Leave(BOTH, "impossible"),
    "office.outing_create": Leave(STAFF, "review round"),
    "office.outing_detail": Leave(STAFF, "outing"),
    "office.outing_edit": Leave(STAFF, "outing"),
    "office.outing_cancel": Leave(STAFF, "outing"),
    "office.outing_add": Leave(STAFF, "outing"),
    "office.outing_move": Leave(STAFF, "stop"),
    "office.checklist": Leave(STAFF, "review round"),
    "onsite.home": Leave(ON_THE_SPOT, anywhere=True),
    "onsite.outing": Leave(ON_THE_SPOT, "outing"),
    "onsite.outing_calendar": Leave(ON_THE_SPOT, "outing"),
    "onsite.visit": Leave(ON_THE_SPOT, "planned"),
    "onsite.answer": Leave(ON_THE_SPOT, "answer"),
    "onsite.visit_photos": Leave(ON_THE_SPOT, "planned"),
    "onsite.visit_photo": Leave(ON_THE_SPOT, "no photo", 404),  # photos have tests of their own
    "onsite.visit_photo_remove": Leave(ON_THE_SPOT, "no photo"),
    "onsite.visit_finish": Leave(ON_THE_SPOT, "planned"),
    "onsite.visit_sign": Leave(ON_THE_SPOT, "recorded"),
    "office.review_progress": Leave(STAFF, "review round"),
    "office.recusal_create": Leave(STAFF, "visited"),
    "office.criteria": Leave(STAFF, "intake round"),
    "office.shortlist": Leave(STAFF, "review round"),
    "office.shortlist_decide": Leave(STAFF, "scored round"),
    "office.challenge_close": Leave(STAFF, "challenge"),
    "office.objection_list": Leave(BOTH, "objected round"),
    "office.objection_decide": Leave(BOTH, "objection"),
    "office.key_ceremony": Leave(STAFF, "review round"),
    "office.key_confirm": Leave(STAFF, "trustee"),
    "office.ballot_publish": Leave(BOTH, "review round"),
    "office.ballot_prepare": Leave(STAFF, "review round", 302),  # back to what stands in the way
    "office.ballot_sign": Leave(BOTH, "prepared"),
    "office.ballot_withdraw": Leave(STAFF, "prepared"),
    "office.ballot_manifest": Leave(BOTH, "prepared"),
    "office.code_list": Leave(STAFF, "register round"),
    "office.code_make": Leave(STAFF, "register round"),
    "office.code_batch": Leave(STAFF, "code batch"),
    "office.code_download": Leave(STAFF, "code batch"),
    "office.code_activate": Leave(STAFF, "code batch"),
    "office.code_void": Leave(STAFF, "code batch"),
    "office.roll": Leave(STAFF, "list round"),
    "office.roll_take": Leave(STAFF, "list round"),
    "office.roll_drop": Leave(STAFF, "list round"),
    "office.roll_remarks": Leave(STAFF, "list round"),
    "office.roll_clear": Leave(STAFF, "list round"),
    "office.meeting_detail": Leave(BOTH, "meeting round"),
    "office.meeting_plan": Leave(STAFF, "voting round"),
    "office.meeting_invite": Leave(STAFF, "voting round"),
    "office.meeting_open": Leave(STAFF, "voting round"),
    "office.meeting_agenda": Leave(STAFF, "meeting round"),
    "office.meeting_item_move": Leave(STAFF, "item to come"),
    "office.meeting_item_remove": Leave(STAFF, "item to come", 409),  # the meeting is open
    "office.meeting_item_begin": Leave(STAFF, "item to come"),
    "office.meeting_item_close": Leave(STAFF, "ballot item"),
    "office.meeting_item_decide": Leave(STAFF, "ballot item", 409),  # votes are cast on it, not hands raised
    "office.meeting_tablets": Leave(STAFF, "meeting round"),
    "office.meeting_tablet_end": Leave(STAFF, "meeting tablet"),
    "office.meeting_pin": Leave(STAFF, "at the door"),
    "office.meeting_minutes": Leave(STAFF, "past round"),
    "office.meeting_minutes_publish": Leave(STAFF, "past round"),
    "office.meeting_minutes_add": Leave(STAFF, "published round"),
    "office.meeting_end": Leave(STAFF, "meeting round"),
    "office.meeting_cancel": Leave(STAFF, "voting round"),
    "office.meeting_not_held": Leave(STAFF, "voting round"),
    "office.meeting_arrive": Leave(STAFF, "at the door"),
    "office.meeting_leave": Leave(STAFF, "at the door"),
    "office.committee_meeting_list": Leave(STAFF, "programme"),
    "office.committee_meeting_convene": Leave(STAFF, "programme"),
    "office.committee_settings": Leave(STAFF, "programme"),
    "office.committee_meeting_detail": Leave(STAFF, "open committee meeting"),
    "office.committee_meeting_plan": Leave(STAFF, "planned committee meeting"),
    "office.committee_meeting_invite": Leave(STAFF, "planned committee meeting"),
    "office.committee_meeting_open": Leave(STAFF, "planned committee meeting"),
    "office.committee_meeting_agenda": Leave(STAFF, "open committee meeting"),
    "office.committee_meeting_item_move": Leave(STAFF, "committee's item announced"),
    "office.committee_meeting_item_remove": Leave(STAFF, "committee's item announced"),
    "office.committee_meeting_item_begin": Leave(STAFF, "committee's item to come"),
    "office.committee_meeting_item_close": Leave(STAFF, "committee's item up"),
    "office.committee_meeting_item_decide": Leave(STAFF, "committee's item up"),
    "office.committee_meeting_tablets": Leave(STAFF, "open committee meeting"),
    "office.committee_meeting_tablet_end": Leave(STAFF, "committee's tablet"),
    "office.committee_meeting_minutes": Leave(STAFF, "ended committee meeting"),
    "office.committee_meeting_minutes_publish": Leave(STAFF, "ended committee meeting"),
    "office.committee_meeting_minutes_add": Leave(STAFF, "published committee meeting"),
    "office.committee_meeting_end": Leave(STAFF, "open committee meeting"),
    "office.committee_meeting_cancel": Leave(STAFF, "planned committee meeting"),
    "office.committee_meeting_not_held": Leave(STAFF, "planned committee meeting"),
    "office.committee_meeting_arrive": Leave(STAFF, "at the committee's door"),
    "office.committee_meeting_leave": Leave(STAFF, "at the committee's door"),
    "office.subcommittee_list": Leave(STAFF, "programme"),
    "office.subcommittee_create": Leave(STAFF, "programme"),
    "office.subcommittee_detail": Leave(STAFF, "subcommittee"),
    "office.subcommittee_chair": Leave(STAFF, "subcommittee seat"),
    "office.subcommittee_leave": Leave(STAFF, "subcommittee seat"),
    "office.member_list": Leave(STAFF, "programme"),
    "office.member_appoint": Leave(STAFF, "programme"),
    "office.member_renew": Leave(STAFF, "member"),
    "office.member_dismiss": Leave(STAFF, "member"),
    "office.member_letters": Leave(STAFF, "programme"),
    "office.member_letter": Leave(STAFF, "member"),
    "office.recruitment_list": Leave(BOTH, "programme"),
    "office.recruitment_create": Leave(STAFF, "programme"),
    "office.recruitment_change": Leave(STAFF, "draft call"),
    "office.recruitment_detail": Leave(BOTH, "call"),
    "office.recruitment_call": Leave(STAFF, "draft call"),
    "office.recruitment_move_draw": Leave(STAFF, "call"),
    "office.recruitment_extend": Leave(STAFF, "call"),
    "office.recruitment_cancel": Leave(STAFF, "call"),
    "office.recruitment_fix": Leave(STAFF, "call"),
    "office.recruitment_seed": Leave(BOTH, "fixed call"),
    "office.recruitment_offer": Leave(STAFF, "call"),
    "office.application_detail": Leave(STAFF, "application"),
    "office.application_decline": Leave(STAFF, "application"),
    "office.application_appoint": Leave(STAFF, "application"),
    "office.recommendation_add": Leave(STAFF, "call"),
    "office.recommendation_remove": Leave(STAFF, "recommendation"),
    "office.recommendation_appoint": Leave(STAFF, "recommendation"),
    "office.fee_sheet": Leave(STAFF, "fee year"),
    "office.fee_xlsx": Leave(STAFF, "fee year"),
    "office.fee_rate_set": Leave(STAFF, "programme"),
    "office.fee_budget_set": Leave(STAFF, "fee year"),
    "office.paper_list": Leave(BOTH, "register round"),
    "office.paper_report": Leave(BOTH, "register round"),
    "office.paper_print": Leave(BOTH, "register round"),
    "office.paper_pdf": Leave(BOTH, "ballot to print"),
    "office.paper_day": Leave(BOTH, "pile"),
    "office.paper_sheet_pdf": Leave(BOTH, "pile"),
    "office.paper_count": Leave(STAFF, "uneven day"),
    "office.paper_confirm": Leave(BOTH, "uneven day"),
    "office.paper_pile": Leave(BOTH, "counted day"),
    "office.paper_key": Leave(BOTH, "pile"),
    "office.paper_enter": Leave(BOTH, "pile"),
    "office.paper_discard": Leave(STAFF, "pile"),
    "office.letter_list": Leave(STAFF, "programme"),
    "office.letter_edit": Leave(STAFF, "letter"),
    "office.delivery_list": Leave(STAFF, "intake round"),
    "office.delivery_retry": Leave(STAFF, "intake round"),
    "office.sending_list": Leave(STAFF, "programme"),
    "office.sending_retry": Leave(STAFF, "programme"),
    "office.comment_list": Leave(STAFF, "intake round"),
    "office.comment_hide": Leave(STAFF, "comment"),
    "office.comment_keep": Leave(STAFF, "comment"),
    "office.case_list": Leave(BOTH, "counted round"),
    "office.case_record": Leave(STAFF, "counted round"),
    "office.case_change": Leave(STAFF, "case"),
    "office.count": Leave(BOTH, "counted round"),
    "office.count_close": Leave(STAFF, "past round"),
    "office.box_open": Leave(STAFF, "closed round"),
    "office.box_opening": Leave(STAFF, "opened round"),
    "office.count_start": Leave(STAFF, "closed round"),
    "office.count_seed": Leave(BOTH, "closed round"),
    "office.count_sign": Leave(BOTH, "count"),
    "office.count_withdraw": Leave(STAFF, "count"),
    "admin.account_list": Leave(ADMINS),
    "admin.account_create": Leave(ADMINS),
    "admin.account_detail": Leave(ADMINS, "account"),
    "admin.account_reset": Leave(ADMINS, "account"),
    "admin.account_end": Leave(ADMINS, "account"),
    "admin.account_factor_reset": Leave(ADMINS, "account"),
    "admin.role_grant": Leave(ADMINS, "account"),
    "admin.role_revoke": Leave(ADMINS, "grant"),
    "admin.department_list": Leave(ADMINS),
    "admin.audit_list": Leave(ADMINS),
    "admin.audit_download": Leave(ADMINS),
}
# Published to nobody yet, or nobody's but the writer's: there is nothing to see, whoever asks.
UNSEEN = (
    ("public.round_detail", "draft round"),
    ("public.manifest", "intake round"),
    ("public.manifest_json", "intake round"),
    ("public.round_box", "intake round"),
    ("public.round_consistency", "intake round"),
    ("public.recruitment_detail", "draft call"),
    ("public.recruitment_lot", "draft call"),
    ("public.recruitment_lot", "call"),
    ("public.proposal_detail", "draft"),
    ("public.proposal_photo", "photo of a draft"),
    ("public.proposal_document", "document of a draft"),
    ("public.proposal_history", "draft"),
    ("public.meeting_minutes", "meeting round"),
    ("public.meeting_minutes", "closed round"),
    ("public.committee_meeting_minutes", "open committee meeting"),
    ("public.committee_meeting_minutes", "ended committee meeting"),
    *(
        (f"public.result_{what}", on)
        for what in ("detail", "recount", "csv", "json", "bundle")
        for on in ("closed round", "counted round")
    ),
    *((name, "review round") for name in ("public.shortlist", "public.shortlist_csv", "public.shortlist_xlsx")),
    ("office.proposal_detail", "draft"),
)
ONE_OF_EACH = ("stranger", "resident", "staff", "admin")  # who asks for what everybody may see
# Mail programs post there, which have no form of ours (RFC 8058): tests/web/test_notice_settings.py.
ONE_CLICK = ("public.unsubscribe",)
SIGN_IN = {"resident": "/sign-in", "voting": "/sign-in"}


@pytest.fixture(scope="module")
def site(sqlite: Sqlite) -> Iterator[Site]:
    with sqlite.fresh() as url, furnished(create_app(config_for(url))) as site:
        yield site


@pytest.fixture(scope="module")
def tokens(site: Site) -> dict[str, str]:
    """Of each person's own session, for forms."""
    pages = {name: Page(person.client.get("/staff/sign-in")) for name, person in site.persons.items()}
    return {name: str(page.form(button="로그인하기").data["csrf_token"][0]) for name, page in pages.items()}


def askers(site: Site, leave: Leave) -> dict[str, Person]:
    wanted = ONE_OF_EACH if leave.who == EVERYBODY else tuple(site.persons)
    return {name: site.persons[name] for name in wanted}


def expected(endpoint: str, leave: Leave, person: str) -> int:
    """What the table means to one person: the page, the sign-in, or nothing."""
    wing, role = endpoint.partition(".")[0], person.removeprefix("foreign ")
    is_resident, is_stranger = person in RESIDENTS, person in ("stranger", *TABLET, *KIOSKS)
    if leave.who == EVERYBODY:
        return leave.status
    if role in leave.who and (leave.anywhere or person == role):
        return leave.status
    if wing in (*TABLET, *KIOSKS):
        return 404
    if wing in SIGN_IN:
        return 404 if is_resident else 302
    return 302 if is_stranger or is_resident else 404


def sign_in_of(endpoint: str) -> str:
    return SIGN_IN.get(endpoint.partition(".")[0], "/staff/sign-in")


def ensure_headers(answer: TestResponse) -> None:
    is_sent = answer.status_code == 200 and re.search("/(photos|documents)/", answer.request.path)  # by somebody, once
    own = {"Content-Security-Policy": POLICY} if is_sent else {}
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS | own
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    may_keep = "private, no-cache" if is_sent else "no-cache" if answer.mimetype == "application/zip" else "no-store"
    assert answer.headers["Cache-Control"] == may_keep  # "no-cache": asks each time whether it is still the same
    assert all("HttpOnly" in cookie and "SameSite=" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


def endpoints(method: str) -> list[str]:
    """By the table: an endpoint without a line fails in a test of its own."""
    app = create_app(config_for("sqlite://"))
    found = (rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()) and rule.endpoint in LEAVES)
    return sorted({rule.endpoint for rule in found})


def test_every_address_has_its_line_and_every_line_its_address(site: Site) -> None:
    assert set(LEAVES) == {rule.endpoint for rule in site.app.url_map.iter_rules()} - {"static"}


@pytest.mark.parametrize("endpoint", endpoints("GET"))
def test_a_page_is_there_for_those_who_may_and_for_nobody_else_and_fetching_it_changes_nothing(
    site: Site, endpoint: str
) -> None:
    leave, before = LEAVES[endpoint], site.dump()
    path = site.address(endpoint, leave.on)
    answers = {name: person.client.get(path) for name, person in askers(site, leave).items()}
    got = {name: answer.status_code for name, answer in answers.items()}
    assert got == {name: expected(endpoint, leave, name) for name in answers}
    pages = {answer.status_code: answer for answer in answers.values() if answer.mimetype == "text/html"}
    for status, answer in pages.items():
        if not 300 <= status < 400:
            lint(answer.text, status, path)
    for name, answer in answers.items():
        ensure_headers(answer)
        if answer.status_code == 302 and name not in leave.who:
            assert answer.headers["Location"].startswith(f"{sign_in_of(endpoint)}?next=")
    assert site.dump() == before


@pytest.mark.parametrize("endpoint", [name for name in endpoints("POST") if name not in ONE_CLICK])
def test_a_form_without_its_token_changes_nothing_whoever_sends_it(site: Site, endpoint: str) -> None:
    path, before = site.address(endpoint, LEAVES[endpoint].on), site.dump()
    for person in askers(site, LEAVES[endpoint]).values():
        answer = person.client.post(path, data={"pick": "1"})
        assert (answer.status_code, "페이지가 오래되어 보낼 수 없었습니다" in answer.text) == (400, True)
        ensure_headers(answer)
    assert site.dump() == before


@pytest.mark.parametrize("endpoint", [name for name in endpoints("POST") if LEAVES[name].who != EVERYBODY])
def test_a_form_of_somebody_who_may_not_is_answered_like_the_page_and_changes_nothing(
    site: Site, tokens: dict[str, str], endpoint: str
) -> None:
    """With a good token of their own: it is the door that refuses."""
    leave, before = LEAVES[endpoint], site.dump()
    path = site.address(endpoint, leave.on)
    for name, person in site.persons.items():
        wanted = expected(endpoint, leave._replace(status=0), name)
        if wanted:
            answer = person.client.post(path, data={"csrf_token": tokens[name]})
            assert (name, answer.status_code) == (name, wanted)
    assert site.dump() == before


@pytest.mark.parametrize(("endpoint", "on"), UNSEEN)
def test_what_is_not_out_yet_does_not_exist_for_anybody(site: Site, endpoint: str, on: str) -> None:
    path = site.address(endpoint, on)
    got = {name: person.client.get(path).status_code for name, person in site.persons.items()}
    others = {name: expected(endpoint, Leave((), on), name) for name in got}
    assert got == (others if endpoint.startswith("office") else dict.fromkeys(got, 404))


def test_pages_that_do_not_exist_and_methods_that_are_not_offered_carry_the_headers_too(site: Site) -> None:
    stranger = site.persons["stranger"].client
    for answer, status in (
        (stranger.get("/nowhere"), 404),
        (stranger.delete("/"), 405),
        (stranger.get("/sign-out"), 405),
    ):
        assert answer.status_code == status
        ensure_headers(answer)


def test_a_file_is_served_with_the_headers_and_may_be_kept() -> None:
    app = create_app(config_for("sqlite://"))
    with app.test_client().get(f"{app.static_url_path}/css/hanpyo.css") as answer:
        assert (ROOT / "static" / "css" / "hanpyo.css").read_bytes() == answer.get_data()
    is_sent = answer.status_code == 200 and re.search("/(photos|documents)/", answer.request.path)  # by somebody, once
    own = {"Content-Security-Policy": POLICY} if is_sent else {}
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS | own
    assert "max-age=31536000" in answer.headers["Cache-Control"]
