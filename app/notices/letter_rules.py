"""What people are told at each step, and how staff may word it: a text with named variables in braces.

`{제목}` stands for the title; a brace that is meant as such is written twice. A value is put in as it is: braces in
it mean nothing.

A further kind of notice is one entry in KINDS: whom it is told, whether it goes by SMS as well, and its words. The
step's own service tells it, inside its transaction; a fact that its words need gets its line in `app.web.letter_view`.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from app.clock import start_of_day
from app.notices.delivery_rules import A_DAY, TITLE_LEAST, shorten, sms_letters
from app.notices.rules import SMS_BYTES, sms_bytes

BODY_MAX = 500  # letters
SUBJECT_MAX = 80

TITLE, NUMBER, ROUND = "제목", "접수번호", "회차"
VERDICT, VISIT_DAY, ANSWER_UNTIL = "검토결과", "방문일", "답변기한"
OBJECTION, CHALLENGE, SETTLEMENT = "이의결과", "기피결과", "정리결과"
DUE_DAY, REVIEW_UNTIL, MISSING = "검토기한", "심사기한", "남은채점표"
FATE, FATE_ENDING, HANDING = "동의할일", "동의결과", "부서답변"
OF_PROPOSAL = (TITLE, NUMBER, ROUND)
OF_ROUND = (ROUND,)

# Whom a kind is told: it says where the notice leads, and who finds the kind among their settings.
PROPOSERS, ASKED, OFFICERS, REVIEWERS = "proposers", "asked", "officers", "reviewers"
AUDIENCES = (PROPOSERS, ASKED, OFFICERS, REVIEWERS)
OF_RESIDENTS = (PROPOSERS, ASKED)

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


class Kind(NamedTuple):
    """`to`: of AUDIENCES. `further`: variables besides those of what it is about, `of`. `is_urgent`: a mail about it
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


KINDS: Mapping[str, Kind] = {
    SUBMITTED: Kind(
        PROPOSERS,
        "제안을 접수함",
        "Proposal received",
        "‘{제목}’ 제안을 접수했습니다. 접수번호는 {접수번호}입니다.",
        "We have received your proposal “{제목}”. Its number is {접수번호}.",
    ),
    WITHDRAWN: Kind(
        PROPOSERS,
        "제안을 철회함",
        "Proposal withdrawn",
        "제안 ‘{제목}’(접수번호 {접수번호})을 철회했습니다.",
        "Your proposal “{제목}” (number {접수번호}) has been withdrawn.",
    ),
    RETURNED: Kind(
        PROPOSERS,
        "저절로 접수하지 못함",
        "Could not be submitted by itself",
        "‘{제목}’ 제안은 {회차}에 저절로 접수하지 못했습니다. 그 회차에 맞지 않는 것이 있습니다."
        " 분야나 사업비를 고친 뒤 접수해 주세요.",
        "Your proposal “{제목}” could not be submitted to {회차} by itself, for something in it does not fit there."
        " Please mend its field or its cost, and submit it.",
        is_urgent=True,
        is_needed=True,
    ),
    CO_PROPOSER_ASKED: Kind(
        ASKED,
        "함께 제안해 달라는 부탁",
        "Asked to propose together",
        "‘{제목}’ 제안을 함께 내 달라는 부탁을 받으셨습니다. ‘내 제안’에서 답해 주세요.",
        "You have been asked to propose “{제목}” together. Please answer among your proposals.",
        is_urgent=True,
    ),
    CHECK_RELEASED: Kind(
        PROPOSERS,
        "소관부서 검토 결과",
        "Department check",
        "제안 ‘{제목}’의 소관부서 검토 결과는 ‘{검토결과}’입니다. 까닭은 제안 페이지에 있습니다.",
        "The department check of your proposal “{제목}” has ended: {검토결과}. The page of the proposal says why.",
        (VERDICT,),
        is_urgent=True,
        sms_ko="[한표] ‘{제목}’ 소관부서 검토 결과: {검토결과}. 내 제안에서 확인해 주세요.",
        sms_en="[Hanpyo] {제목}: department check: {검토결과}. See My proposals.",
    ),
    VISIT_PLANNED: Kind(
        PROPOSERS,
        "현장심사 방문일",
        "Day of the site visit",
        "제안 ‘{제목}’의 현장심사를 {방문일}에 합니다.",
        "The site of your proposal “{제목}” will be visited on {방문일}.",
        (VISIT_DAY,),
        is_urgent=True,
    ),
    VISIT_RECORDED: Kind(
        PROPOSERS,
        "현장심사 결과와 답변",
        "Findings of the visit, and your answer",
        "제안 ‘{제목}’의 현장심사 결과가 나왔습니다. {답변기한}까지 답변하실 수 있습니다.",
        "The findings of the visit for your proposal “{제목}” are there. You can answer until {답변기한}.",
        (ANSWER_UNTIL,),
        is_urgent=True,
        is_needed=True,
        sms_ko="[한표] ‘{제목}’ 현장심사 결과: {답변기한}까지 답변 가능",
        sms_en="[Hanpyo] {제목}: answer the visit by {답변기한}",
    ),
    ANSWER_DUE: Kind(
        PROPOSERS,
        "현장심사 답변 기한이 가까움",
        "Your answer to the visit is soon due",
        "제안 ‘{제목}’의 현장심사 결과에 아직 답변하지 않으셨습니다. {답변기한}까지 답변하실 수 있습니다.",
        "You have not answered the findings of the visit for your proposal “{제목}” yet. You can do so until"
        " {답변기한}.",
        (ANSWER_UNTIL,),
        is_urgent=True,
        is_needed=True,
        sms_ko="[한표] ‘{제목}’ 답변 기한이 곧 끝납니다: {답변기한}",
        sms_en="[Hanpyo] {제목}: your answer is due {답변기한}",
        is_reminder=True,
    ),
    VISIT_CLOSED: Kind(
        PROPOSERS,
        "현장심사 마침",
        "On-site review over",
        "제안 ‘{제목}’의 현장심사 단계가 끝났습니다. 이제 서면심사를 합니다.",  # it may have been impossible
        "The on-site review stage of your proposal “{제목}” is over. The written review comes next.",
    ),
    SHORTLISTED: Kind(
        PROPOSERS,
        "투표 대상으로 선정",
        "Shortlisted for the vote",
        "‘{제목}’ 제안이 {회차}의 투표 대상으로 뽑혔습니다.",
        "Your proposal “{제목}” has been shortlisted for the vote of {회차}.",
        is_urgent=True,
        sms_ko="[한표] ‘{제목}’ 제안이 투표 대상으로 뽑혔습니다.",
        sms_en="[Hanpyo] {제목} has been shortlisted for the vote.",
    ),
    LEFT_OUT: Kind(
        PROPOSERS,
        "투표 대상에서 제외",
        "Not shortlisted",
        "‘{제목}’ 제안은 {회차}의 투표 대상에 들지 못했습니다. 까닭은 제안 페이지에 있습니다.",
        "Your proposal “{제목}” was not shortlisted for the vote of {회차}. The page of the proposal says why.",
        is_urgent=True,
        sms_ko="[한표] ‘{제목}’ 투표 대상에 들지 못했습니다. 까닭은 제안 페이지에 있습니다.",
        sms_en="[Hanpyo] {제목} was not shortlisted. Its page says why.",
    ),
    OBJECTION_DECIDED: Kind(
        PROPOSERS,
        "이의신청 결과",
        "Objection decided",
        "제안 ‘{제목}’의 이의신청 결과는 ‘{이의결과}’입니다. 까닭은 제안 페이지에 있습니다.",
        "The objection to a decision on your proposal “{제목}” has been decided: {이의결과}. The page of the proposal"
        " says why.",
        (OBJECTION,),
        is_urgent=True,
        sms_ko="[한표] ‘{제목}’ 이의신청 결과: {이의결과}. 까닭은 제안 페이지에 있습니다.",
        sms_en="[Hanpyo] {제목}: objection decided: {이의결과}. Its page says why.",
    ),
    CHALLENGE_CLOSED: Kind(
        PROPOSERS,
        "기피신청 결과",
        "Challenge closed",
        "제안 ‘{제목}’의 심사위원 기피신청 결과는 ‘{기피결과}’입니다. 까닭은 신청하신 분의 기피신청 페이지에 있습니다.",
        "The challenge of a reviewer of your proposal “{제목}” has been closed: {기피결과}. Who made it reads why on"
        " the page of the challenge.",
        (CHALLENGE,),
    ),
    CONFLICT_SETTLED: Kind(
        PROPOSERS,
        "비슷한 제안과 정리함",
        "Settled beside a similar proposal",
        "‘{제목}’ 제안과 장소나 목적이 비슷한 제안이 있어 살펴보았습니다. 결과: {정리결과}.",
        "We have looked at your proposal “{제목}” beside another of the same place or purpose. What came of it:"
        " {정리결과}.",
        (SETTLEMENT,),
    ),
    FATE_ASKED: Kind(
        PROPOSERS,
        "제안을 두고 동의를 구함",
        "Your consent is asked for",
        "‘{제목}’ 제안을 두고 ‘{동의할일}’에 동의하시는지 묻습니다. 제안 페이지에서 읽고 답해 주세요."
        " 제안하신 분이 모두 동의해야 이루어집니다.",
        "You are asked whether you agree to this for your proposal “{제목}”: {동의할일}. Please read it on the page of"
        " the proposal and answer. It happens only if all who proposed agree.",
        (FATE,),
        is_urgent=True,
        is_needed=True,
        sms_ko="[한표] ‘{제목}’ {동의할일}에 동의하시는지 답해 주세요.",
        sms_en="[Hanpyo] {제목}: please answer ({동의할일}).",
    ),
    FATE_ENDED: Kind(
        PROPOSERS,
        "동의를 구한 일의 결과",
        "What came of the question",
        "‘{제목}’ 제안을 두고 여쭌 ‘{동의할일}’의 결과: {동의결과}. 자세한 것은 제안 페이지에 있습니다.",
        "What came of the question about your proposal “{제목}” ({동의할일}): {동의결과}. The page of the proposal says"
        " more.",
        (FATE, FATE_ENDING),
        is_urgent=True,
    ),
    HANDED_OVER: Kind(
        PROPOSERS,
        "부서에 넘김",
        "Handed over to a department",
        "선정되지 않은 ‘{제목}’ 제안을 부서에 넘겼습니다. 다음 예산에 반영할지 살펴보고 답합니다.",
        "Your proposal “{제목}”, which was not funded, has been handed over to a department. It looks into taking it up"
        " in a later budget, and answers.",
    ),
    HANDING_ANSWERED: Kind(
        PROPOSERS,
        "넘겨받은 부서의 답",
        "The department's answer",
        "넘긴 제안 ‘{제목}’에 부서가 답했습니다: {부서답변}. 까닭과 금액은 제안 페이지에 있습니다.",
        "The department has answered about your proposal “{제목}”: {부서답변}. The page of the proposal says why or how"
        " much.",
        (HANDING,),
        is_urgent=True,
    ),
    CHECK_DUE_SOON: Kind(
        OFFICERS,
        "부서 검토 기한이 가까움",
        "A check is soon due",
        "제안 ‘{제목}’(접수번호 {접수번호})의 검토 의견을 {검토기한}까지 내 주세요.",
        "Please give your opinion on the proposal “{제목}” (number {접수번호}) by {검토기한}.",
        (DUE_DAY,),
        is_urgent=True,
        is_needed=True,
        is_reminder=True,
    ),
    CHECK_DUE_TODAY: Kind(
        OFFICERS,
        "부서 검토 기한이 오늘",
        "A check is due today",
        "제안 ‘{제목}’(접수번호 {접수번호})의 검토 기한이 오늘({검토기한})입니다.",
        "Your opinion on the proposal “{제목}” (number {접수번호}) is due today ({검토기한}).",
        (DUE_DAY,),
        is_urgent=True,
        is_needed=True,
        is_reminder=True,
    ),
    SHEETS_DUE_SOON: Kind(
        REVIEWERS,
        "내지 않은 채점표",
        "Sheets that are missing",
        "{회차}의 서면심사가 {심사기한}에 끝납니다. 아직 내지 않으신 채점표가 {남은채점표}개 있습니다.",
        "The written review of {회차} ends on {심사기한}. Sheets left to hand in: {남은채점표}.",
        (REVIEW_UNTIL, MISSING),
        of=OF_ROUND,
        is_urgent=True,
        is_needed=True,
        is_reminder=True,
    ),
}
# To whom no account of ours may belong: these words hold no title, for whoever asks could write anything there.
ASKED_SMS_KO = "[한표] 주민참여예산 제안을 함께 내자는 부탁이 왔습니다. 로그인해 답해 주세요."
ASKED_SMS_EN = "[Hanpyo] You are asked to propose together. Sign in to answer."


def untrue_at(kind: str, facts: Mapping[str, str]) -> datetime | None:
    """The deadline that a reminder is about; None: it is none."""
    if not KINDS[kind].is_reminder:
        return None
    if "due_on" in facts:
        return start_of_day(date.fromisoformat(facts["due_on"]) + A_DAY)
    return datetime.fromisoformat(facts.get("answer_until") or facts["until"])


class UnknownVariable(Exception):
    """The text names a variable that this kind of notice does not have. `known`: those that it has."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name)
        self.name, self.known = name, known


class LooseBrace(Exception):
    """A brace opens and is not closed, or closes and was not opened. `near`: the text from there on."""

    def __init__(self, near: str) -> None:
        super().__init__(near)
        self.near = near


class LetterUnfit(Exception):
    """Nothing is written, or more than `most` letters."""

    def __init__(self, most: int = BODY_MAX) -> None:
        super().__init__(str(most))
        self.most = most


class SmsUnfit(Exception):
    """Filled in, the text needs `needed` bytes and SMS_BYTES are one SMS; or, `letter`, it has one that no Korean SMS
    can hold."""

    def __init__(self, needed: int, letter: str = "") -> None:
        super().__init__(letter or str(needed))
        self.needed, self.letter = needed, letter


class LetterMoved(Exception):
    """Somebody else has saved the text since the page was opened."""


class Part(NamedTuple):
    """A piece of plain text, or the name of a variable."""

    text: str
    is_variable: bool = False


def ensure_body(kind: str, body: str, most: int = BODY_MAX) -> None:
    """Raises LetterUnfit, LooseBrace, UnknownVariable. `kind` of KINDS."""
    if not body.strip() or len(body) > most:
        raise LetterUnfit(most)
    known = KINDS[kind].variables
    for part in parse(body):
        if part.is_variable and part.text not in known:
            raise UnknownVariable(part.text, known)


def ensure_subject(kind: str, subject: str) -> None:
    """One line. Raises LetterUnfit, LooseBrace, UnknownVariable."""
    ensure_body(kind, subject, SUBJECT_MAX)
    if len(subject.splitlines()) > 1:
        raise LetterUnfit(SUBJECT_MAX)


def ensure_sms(kind: str, body: str, values: Mapping[str, str]) -> None:
    """That it is one SMS with `values`, made-up ones. Raises LetterUnfit, LooseBrace, UnknownVariable, SmsUnfit."""
    ensure_body(kind, body)
    needed = sms_needs(body, values)
    if needed > SMS_BYTES:
        raise SmsUnfit(needed)


def sms_needs(body: str, values: Mapping[str, str]) -> int:
    """Bytes, with TITLE_LEAST for a title, which is shortened to fit. Raises SmsUnfit for a letter that cannot go."""
    titled = any(part.is_variable and part.text == TITLE for part in parse(body))
    text = fill(body, {**values, TITLE: ""})
    try:
        return sms_bytes(text) + (TITLE_LEAST if titled else 0)
    except UnicodeEncodeError as error:
        raise SmsUnfit(0, text[error.start : error.start + 1]) from error


def fit_sms(body: str, values: Mapping[str, str]) -> str:
    """One SMS whatever the values: the title gives way first, then the end."""
    plain = {name: sms_letters(value) for name, value in values.items()}
    rest = sms_letters(fill(body, {**plain, TITLE: ""}))
    titles = sum(part.is_variable and part.text == TITLE for part in parse(body))
    room = max(SMS_BYTES - sms_bytes(rest), 0) // max(titles, 1)
    return shorten(fill(body, {**plain, TITLE: shorten(values.get(TITLE, ""), room)}), SMS_BYTES)


def fill(body: str, values: Mapping[str, str]) -> str:
    """The text with its values; `body` has passed `ensure_body`, and there is a value for every variable of its
    kind."""
    return "".join(values[part.text] if part.is_variable else part.text for part in parse(body))


def parse(body: str) -> list[Part]:
    """Raises LooseBrace."""
    parts: list[Part] = []
    at = 0
    while at < len(body):
        if body[at : at + 2] in ("{{", "}}"):
            parts.append(Part(body[at]))
            at += 2
        elif body[at] == "{":
            end = body.find("}", at)
            name = body[at + 1 : end]
            if end < 0 or "{" in name:
                raise LooseBrace(body[at : at + 20])
            parts.append(Part(name.strip(), is_variable=True))
            at = end + 1
        elif body[at] == "}":
            raise LooseBrace(body[at : at + 20])
        else:
            parts.append(Part(body[at]))
            at += 1
    return parts
