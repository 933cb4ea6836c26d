"""Handing over (소관부서 이관, plan 2018 P13): what was not funded goes to a department, for next year's ordinary
budget; and what the department says to it. Pure."""

from typing import NamedTuple

from app.results.rules import ResultError

EXAMINING = "examining"
TAKEN_UP = "taken_up"
NOT_TAKEN_UP = "not_taken_up"
ANSWERS = (EXAMINING, TAKEN_UP, NOT_TAKEN_UP)

WORDS_MAX = 2000
AMOUNT_MAX = 10**13  # won: beyond any district's budget
YEARS_AHEAD = 10


class HandingError(ResultError):
    """A rule of handing over was not kept."""


class NotALoser(HandingError):
    """It was funded, was not on the ballot, or there is no published result: there is nothing to hand over."""


class NobodyToAnswer(HandingError):
    """No officer of this department works in the programme."""


class SameDepartment(HandingError):
    """It lies with that department already."""


class StepUnfit(HandingError):
    """What is taken up has a year and an amount, and only that; what is not has a reason. `field`: what is wrong."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class MovedOn(HandingError):
    """Somebody has answered or passed it on since the page was opened."""


class Answer(NamedTuple):
    """What a department says. `budget_year` and `amount_won` (whole won) of what is taken up, else none."""

    answer: str
    words: str = ""
    budget_year: int | None = None
    amount_won: int | None = None


def ensure_answer(answer: Answer, fiscal_year: int) -> None:
    """`fiscal_year`: of the round in which it was not funded; it is taken up in that or a later one."""
    if answer.answer not in ANSWERS:
        raise StepUnfit("answer")
    if len(answer.words) > WORDS_MAX or (answer.answer == NOT_TAKEN_UP and not answer.words):
        raise StepUnfit("words")
    is_taken = answer.answer == TAKEN_UP
    year, amount = answer.budget_year, answer.amount_won
    if is_taken != (year is not None) or (year is not None and not 0 <= year - fiscal_year <= YEARS_AHEAD):
        raise StepUnfit("budget_year")
    if is_taken != (amount is not None) or (amount is not None and not 0 < amount <= AMOUNT_MAX):
        raise StepUnfit("amount_won")
