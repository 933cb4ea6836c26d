"""What can be wrong in a `.pb` file: a line, a code, the values, and a sentence for people."""

import re
from fractions import Fraction

Exact = int | Fraction

_DECIMAL = re.compile(r"-?[0-9]{1,40}(\.[0-9]{0,40})?")

SENTENCES = {
    "unreadable": ("파일을 열 수 없습니다({reason}).", "the file cannot be opened ({reason})"),
    "encoding": ("UTF-8이 아닌 바이트가 있습니다.", "a byte here is not UTF-8"),
    "quoting": ("따옴표가 맞지 않습니다({reason}).", "quoting is broken ({reason})"),
    "control-character": ("제어 문자가 있습니다.", "a control character stands here"),
    "missing-section": ("{section} 구역이 없습니다.", "section {section} is missing"),
    "missing-column": (
        "{section} 머리글에 {column} 열이 없습니다.",
        "the {section} header has no column {column}",
    ),
    "missing-meta": ("META에 {key} 값이 없습니다.", "META has no {key}"),
    "empty-section": ("{section} 구역이 비어 있습니다.", "section {section} is empty"),
    "cut-off": (
        "{section} 구역이 잘렸습니다. {expected}줄이어야 하는데 {found}줄입니다.",
        "section {section} is cut off: {expected} rows declared, {found} found",
    ),
    "cells": (
        "{section} 줄의 칸 수가 다릅니다. {expected}칸이어야 하는데 {found}칸입니다.",
        "a {section} row of {found} cells where {expected} are expected",
    ),
    "number": ("{column} 값이 알맞은 수가 아닙니다: {value!r}", "{column} is not a proper number: {value!r}"),
    "vote-type": ("알 수 없는 vote_type입니다: {value!r}", "unknown vote_type {value!r}"),
    "no-project-id": ("사업 번호가 비어 있습니다.", "the project id is empty"),
    "same-project": ("같은 사업 번호가 두 번 나옵니다: {id!r}", "project id {id!r} stands twice"),
    "unknown-project": ("없는 사업 번호에 투표했습니다: {id!r}", "a vote for an unknown project {id!r}"),
    "points": (
        "고른 사업은 {expected}개인데 점수는 {found}개입니다.",
        "{found} points for {expected} picks",
    ),
}


class PbError(ValueError):
    """A file that cannot be read; `line` counts from 1, and is 0 where no line is to blame."""

    def __init__(self, line: int, code: str, values: dict[str, str | int]) -> None:
        super().__init__(line, code, values)
        self.line, self.code, self.values = line, code, values

    @property
    def korean(self) -> str:
        return SENTENCES[self.code][0].format(**self.values)

    @property
    def english(self) -> str:
        return SENTENCES[self.code][1].format(**self.values)

    def __str__(self) -> str:
        return f"{self.line}: {self.korean} / {self.english}"


def number(text: str) -> Exact:
    """The exact value of a decimal such as `2160234.87`; whole values come as int. Raises ValueError."""
    text = text.strip()
    if not _DECIMAL.fullmatch(text):
        raise ValueError(text)
    value = Fraction(text)
    return value.numerator if value.denominator == 1 else value


def number_at(line: int, column: str, text: str, *, least: int | None = 0) -> Exact:
    try:
        value = number(text)
    except ValueError:
        value = None
    if value is None or (least is not None and value < least):
        raise PbError(line, "number", {"column": column, "value": text[:40]})
    return value
