"""The kinds of notices: what each is known by, whom it is told, and the names of the variables in its words."""

from typing import NamedTuple

TITLE, NUMBER, ROUND = "제목", "접수번호", "회차"
VERDICT, VISIT_DAY, ANSWER_UNTIL = "검토결과", "방문일", "답변기한"
OBJECTION, CHALLENGE, SETTLEMENT = "이의결과", "기피결과", "정리결과"
DUE_DAY, REVIEW_UNTIL, MISSING = "검토기한", "심사기한", "남은채점표"
VOTE_UNTIL, REASON = "표결기한", "까닭"
MAY_OBJECT, OBJECT_UNTIL = "이의신청안내", "이의신청기한"  # the first is a sentence, or nothing
FATE, FATE_ENDING, HANDING = "동의할일", "동의결과", "부서답변"
MEETING, MEETING_TIME, MEETING_PLACE = "회의", "회의일시", "회의장소"
COMMITTEE, TERM, DISMISSED_ON, GROUND = "위원회", "임기", "해촉일", "해촉사유"
SUBCOMMITTEE, FROM_DAY = "분과위원회", "날짜"
CALL, APPLICATION_NUMBER, ELIGIBILITY, DRAWN = "모집", "신청번호", "자격확인", "추첨결과"
OF_PROPOSAL = (TITLE, NUMBER, ROUND)
OF_ROUND = (ROUND,)
OF_REVIEWED = (ROUND, NUMBER)  # of a proposal whose title may say who proposed it
OF_MEETING = (MEETING, COMMITTEE)
OF_COMMITTEE = (COMMITTEE,)
OF_APPLICATION = (CALL, APPLICATION_NUMBER)

# Whom a kind is told: it says where the notice leads, and who finds the kind among their settings.
PROPOSERS, ASKED, OFFICERS, REVIEWERS = "proposers", "asked", "officers", "reviewers"
MEMBERS, APPLICANTS = "members", "applicants"
OF_RESIDENTS = (PROPOSERS, ASKED, APPLICANTS)

SUBMITTED = "proposal_submitted"
WITHDRAWN = "proposal_withdrawn"
RETURNED = "proposal_returned"
CO_PROPOSER_ASKED = "co_proposer_asked"
CHECK_RELEASED = "check_released"
VISIT_PLANNED = "visit_planned"
VISIT_RECORDED = "visit_recorded"
ANSWER_DUE = "answer_due"
VISIT_CLOSED = "visit_closed"
SHORTLISTED = "shortlisted"
LEFT_OUT = "left_out"
OBJECTION_DECIDED = "objection_decided"
CHALLENGE_CLOSED = "challenge_closed"
CONFLICT_SETTLED = "conflict_settled"
FATE_ASKED = "fate_asked"
FATE_ENDED = "fate_ended"
HANDED_OVER = "handed_over"
HANDING_ANSWERED = "handing_answered"
CHECK_DUE_SOON = "check_due_soon"
CHECK_DUE_TODAY = "check_due_today"
SHEETS_DUE_SOON = "sheets_due_soon"
SHEETS_WAITING = "sheets_waiting"
OBJECTION_DUE = "objection_due"
CHALLENGE_FILED = "challenge_filed"
CHALLENGE_NAMED = "challenge_named"
CHALLENGE_DECIDED = "challenge_decided"
RECUSED = "member_recused"

MEETING_CALLED = "meeting_called"
MEETING_MOVED = "meeting_moved"
AGENDA_CHANGED = "agenda_changed"
MEETING_SOON = "meeting_soon"
MINUTES_WAITING = "minutes_waiting"
MINUTES_OUT = "minutes_out"
APPOINTED = "member_appointed"
DISMISSED = "member_dismissed"
SUBCOMMITTEE_JOINED = "subcommittee_joined"
SUBCOMMITTEE_LEFT = "subcommittee_left"
SUBCOMMITTEE_CHAIR = "subcommittee_chair"
APPLIED = "application_received"
APPLICATION_DECIDED = "application_decided"
APPLICATION_DRAWN = "application_drawn"
SEAT_OFFERED = "seat_offered"


class Kind(NamedTuple):
    """`to`: whom. `further`: variables besides those of what it is about, `of`. `is_urgent`: a mail about it
    goes at once unless the person wants it otherwise. `is_needed`: the process needs that it is told, so that nobody
    is without it on the site. `…_ko`, `…_en`: the words while staff have written none of their own; without `sms_…`
    it never goes by SMS. `is_reminder`: it is true until a deadline of its facts, and never in a digest."""

    to: str
    title_ko: str
    title_en: str
    ko: str
    en: str
    further: tuple[str, ...] = ()
    of: tuple[str, ...] = OF_PROPOSAL
    is_urgent: bool = False
    is_needed: bool = False
    sms_ko: str = ""
    sms_en: str = ""
    is_reminder: bool = False

    @property
    def variables(self) -> tuple[str, ...]:
        return self.of + self.further

    @property
    def has_sms(self) -> bool:
        return bool(self.sms_ko)

    @property
    def subject_ko(self) -> str:
        return f"{self.title_ko}: {{{self.of[0]}}}"

    @property
    def subject_en(self) -> str:
        return f"{self.title_en}: {{{self.of[0]}}}"
