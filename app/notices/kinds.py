"""The kinds of notices: what each is known by, whom it is told, and the names of the variables in its words."""

from typing import NamedTuple

TITLE, NUMBER, ROUND = "제목", "접수번호", "회차"
VERDICT, VISIT_DAY, ANSWER_UNTIL = "검토결과", "방문일", "답변기한"
VISIT_PLACE, OUTING_TIME, OUTING_PLACE = "만나는곳", "모이는때", "모이는곳"
OBJECTION, CHALLENGE, SETTLEMENT = "이의결과", "기피결과", "정리결과"
DUE_DAY, REVIEW_UNTIL, MISSING = "검토기한", "심사기한", "남은채점표"
VOTE_UNTIL = "표결기한"
MAY_OBJECT, OBJECT_UNTIL = "이의신청안내", "이의신청기한"  # the first is a sentence, or nothing
FATE, FATE_ENDING, HANDING = "동의할일", "동의결과", "부서답변"
HIDDEN_FOR, BARRED, JOINING = "가린까닭", "의견금지", "함께제안"
ITEM, VOTING, OUTCOME = "투표번호", "투표기간", "선정결과"
MEETING, MEETING_TIME, MEETING_PLACE = "회의", "회의일시", "회의장소"
COMMITTEE, TERM, DISMISSED_ON, GROUND = "위원회", "임기", "해촉일", "해촉사유"
SUBCOMMITTEE, FROM_DAY = "분과위원회", "날짜"
CALL, APPLICATION_NUMBER, ELIGIBILITY, DRAWN = "모집", "신청번호", "자격확인", "추첨결과"
CLOSES, DRAW_DAY, ERASED_ON, LAST_DAY = "신청마감", "추첨일", "지우는날", "임기끝날"
OF_PROPOSAL = (TITLE, NUMBER, ROUND)
OF_ROUND = (ROUND,)
OF_REVIEWED = (ROUND, NUMBER)  # of a proposal whose title may say who proposed it
OF_MEETING = (MEETING, COMMITTEE)
OF_COMMITTEE = (COMMITTEE,)
OF_APPLICATION = (CALL, APPLICATION_NUMBER)

# Whom a kind is told: it says where the notice leads, and who finds the kind among their settings.
PROPOSERS, ASKED, OFFICERS, REVIEWERS, WRITERS = "proposers", "asked", "officers", "reviewers", "writers"
MEMBERS, APPLICANTS, STAFF = "members", "applicants", "staff"
OF_RESIDENTS = (PROPOSERS, ASKED, APPLICANTS, WRITERS)

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
FATE_DUE = "fate_due"
HANDED_OVER = "handed_over"
HANDING_ANSWERED = "handing_answered"
BALLOT_PUBLISHED = "ballot_published"
RESULT_PUBLISHED = "result_published"
CO_PROPOSER_MOVED = "co_proposer_moved"
COMMENTED = "commented"
COMMENT_HIDDEN = "comment_hidden"
ROLLED_ON = "proposal_rolled_on"
CHECK_DUE_SOON = "check_due_soon"
CHECK_DUE_TODAY = "check_due_today"
SHEETS_DUE_SOON = "sheets_due_soon"
CHECK_ASSIGNED = "check_assigned"
CHECK_LATE = "check_late"
HANDING_RECEIVED = "handing_received"
HANDING_PASSED = "handing_passed"
VISIT_REOPENED = "visit_reopened"
VISIT_CALLED_OFF = "visit_called_off"
OUTING_PLANNED = "outing_planned"
OUTING_MOVED = "outing_moved"
OUTING_CANCELLED = "outing_cancelled"
SHEETS_WAITING = "sheets_waiting"
OBJECTION_DUE = "objection_due"
CHALLENGE_TO_VOTE = "challenge_to_vote"
CHALLENGE_NAMED = "challenge_named"
CHALLENGE_DECIDED = "challenge_decided"
RECUSED = "member_recused"

CHECK_RETURNED = "check_returned"
OPINION_READY = "opinion_ready"
OBJECTION_FILED = "objection_filed"
CHALLENGE_FILED = "challenge_filed"
IMPOSSIBLE_ASKED = "impossible_asked"
CHECKS_OVERDUE = "checks_overdue"
COMMENT_REPORTED = "comment_reported"

MEETING_CALLED = "meeting_called"
MEETING_MOVED = "meeting_moved"
AGENDA_CHANGED = "agenda_changed"
MEETING_SOON = "meeting_soon"
OF_INVITATION = (MEETING_CALLED, MEETING_MOVED, MEETING_SOON)  # what another invitation makes untrue
MINUTES_WAITING = "minutes_waiting"
MINUTES_OUT = "minutes_out"
APPOINTED = "member_appointed"
DISMISSED = "member_dismissed"
SUBCOMMITTEE_JOINED = "subcommittee_joined"
SUBCOMMITTEE_LEFT = "subcommittee_left"
SUBCOMMITTEE_CHAIR = "subcommittee_chair"
MEETING_CANCELLED = "meeting_cancelled"
TERM_ENDING = "term_ending"
APPLIED = "application_received"
APPLICATION_DECIDED = "application_decided"
APPLICATION_DRAWN = "application_drawn"
SEAT_OFFERED = "seat_offered"
CALL_EXTENDED = "call_extended"
CALL_CANCELLED = "call_cancelled"


class Kind(NamedTuple):
    """`to`: whom. `further`: variables besides those of what it is about, `of`. `is_urgent`: a mail about it
    goes at once unless the person wants it otherwise. `is_needed`: something must be done in time, so that whoever gets
    nothing sent is asked to look on the site. `…_ko`, `…_en`: the words while staff have written none of their own;
    without `sms_…` it never goes by SMS. `is_reminder`: it is true until a deadline of its facts, and never in a
    digest."""

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
