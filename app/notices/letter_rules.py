"""What people are told at each step, and how staff may word it: a text with named variables in braces.

`{제목}` stands for the title; a brace that is meant as such is written twice. A value is put in as it is: braces in
it mean nothing.
"""

from collections.abc import Mapping
from typing import NamedTuple

BODY_MAX = 500  # letters

TITLE, NUMBER, ROUND = "제목", "접수번호", "회차"
VERDICT, VISIT_DAY, ANSWER_UNTIL = "검토결과", "방문일", "답변기한"
OBJECTION, CHALLENGE = "이의결과", "기피결과"
ALWAYS = (TITLE, NUMBER, ROUND)

SUBMITTED = "proposal_submitted"
WITHDRAWN = "proposal_withdrawn"
RETURNED = "proposal_returned"
CHECK_RELEASED = "check_released"
VISIT_PLANNED = "visit_planned"
VISIT_RECORDED = "visit_recorded"
VISIT_CLOSED = "visit_closed"
SHORTLISTED = "shortlisted"
LEFT_OUT = "left_out"
OBJECTION_DECIDED = "objection_decided"
CHALLENGE_CLOSED = "challenge_closed"


class Kind(NamedTuple):
    """`further`: variables besides ALWAYS. `ko`, `en`: the words while staff have written none of their own."""

    further: tuple[str, ...]
    ko: str
    en: str

    @property
    def variables(self) -> tuple[str, ...]:
        return ALWAYS + self.further


KINDS: Mapping[str, Kind] = {
    SUBMITTED: Kind(
        (),
        "제안 ‘{제목}’을 접수했습니다. 접수번호는 {접수번호}입니다.",
        "We have received your proposal “{제목}”. Its number is {접수번호}.",
    ),
    WITHDRAWN: Kind(
        (),
        "제안 ‘{제목}’(접수번호 {접수번호})을 철회했습니다.",
        "Your proposal “{제목}” (number {접수번호}) has been withdrawn.",
    ),
    RETURNED: Kind(
        (),
        "제안 ‘{제목}’은 {회차}에 저절로 접수하지 못했습니다. 그 회차에 맞지 않는 것이 있습니다."
        " 분야나 사업비를 고친 뒤 접수해 주세요.",
        "Your proposal “{제목}” could not be submitted to {회차} by itself, for something in it does not fit there."
        " Please mend its field or its cost, and submit it.",
    ),
    CHECK_RELEASED: Kind(
        (VERDICT,),
        "제안 ‘{제목}’의 소관부서 검토 결과는 ‘{검토결과}’입니다. 까닭은 제안 페이지에 있습니다.",
        "The department check of your proposal “{제목}” has ended: {검토결과}. The page of the proposal says why.",
    ),
    VISIT_PLANNED: Kind(
        (VISIT_DAY,),
        "제안 ‘{제목}’의 현장심사를 {방문일}에 합니다.",
        "The site of your proposal “{제목}” will be visited on {방문일}.",
    ),
    VISIT_RECORDED: Kind(
        (ANSWER_UNTIL,),
        "제안 ‘{제목}’의 현장심사 결과가 나왔습니다. {답변기한}까지 답변하실 수 있습니다.",
        "The findings of the visit for your proposal “{제목}” are there. You can answer until {답변기한}.",
    ),
    VISIT_CLOSED: Kind(
        (),
        "제안 ‘{제목}’의 현장심사 단계가 끝났습니다. 이제 서면심사를 합니다.",  # it may have been impossible
        "The on-site review stage of your proposal “{제목}” is over. The written review comes next.",
    ),
    SHORTLISTED: Kind(
        (),
        "제안 ‘{제목}’이 {회차}의 투표 대상으로 뽑혔습니다.",
        "Your proposal “{제목}” has been shortlisted for the vote of {회차}.",
    ),
    LEFT_OUT: Kind(
        (),
        "제안 ‘{제목}’은 {회차}의 투표 대상에 들지 못했습니다. 까닭은 제안 페이지에 있습니다.",
        "Your proposal “{제목}” was not shortlisted for the vote of {회차}. The page of the proposal says why.",
    ),
    OBJECTION_DECIDED: Kind(
        (OBJECTION,),
        "제안 ‘{제목}’의 이의신청 결과는 ‘{이의결과}’입니다. 까닭은 제안 페이지에 있습니다.",
        "The objection to a decision on your proposal “{제목}” has been decided: {이의결과}. The page of the proposal"
        " says why.",
    ),
    CHALLENGE_CLOSED: Kind(
        (CHALLENGE,),
        "제안 ‘{제목}’의 심사위원 기피신청 결과는 ‘{기피결과}’입니다. 까닭은 신청하신 분의 기피신청 페이지에 있습니다.",
        "The challenge of a reviewer of your proposal “{제목}” has been closed: {기피결과}. Who made it reads why on"
        " the page of the challenge.",
    ),
}


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
    """Nothing is written, or more than BODY_MAX letters."""


class LetterMoved(Exception):
    """Somebody else has saved the text since the page was opened."""


class Part(NamedTuple):
    """A piece of plain text, or the name of a variable."""

    text: str
    is_variable: bool = False


def ensure_body(kind: str, body: str) -> None:
    """Raises LetterUnfit, LooseBrace, UnknownVariable. `kind` of KINDS."""
    if not body.strip() or len(body) > BODY_MAX:
        raise LetterUnfit
    known = KINDS[kind].variables
    for part in parse(body):
        if part.is_variable and part.text not in known:
            raise UnknownVariable(part.text, known)


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
