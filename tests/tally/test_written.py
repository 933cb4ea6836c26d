"""A written review's file, counted again by whoever has it."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.tally import __main__ as command
from app.tally import written, written_file
from app.tally.written_file import Decided, Measure, Review, Sheet

MEASURES = (Measure(1, 3, 10), Measure(2, 1, 5))


def sheet(proposal: int, reviewer: int, points: tuple[int, int], stands: str = written.COUNTED) -> Sheet:
    return Sheet(proposal, reviewer, {1: points[0], 2: points[1]}, 3 * points[0] + points[1], stands)


def review_of(sheets: tuple[Sheet, ...], cut: written.Cut, proposals: tuple[int, ...] = (1, 2)) -> Review:
    """With what its sheets come to as its decisions; dropped sheets marked."""
    found: list[Sheet] = []
    for proposal in proposals:
        own = [one for one in sheets if one.proposal == proposal]
        counted = [one for one in own if one.stands != written.RECUSED]
        stands = iter(written.stands([one.total for one in counted], drops_extremes=cut.drops_extremes))
        found += [one if one.stands == written.RECUSED else one._replace(stands=next(stands)) for one in own]
    empty = tuple(Decided(1, one, 1, Fraction(0), 0, 0, written.NO_SHEETS) for one in proposals)
    draft = Review(7, cut, None, MEASURES, tuple(found), empty)
    decided = tuple(
        Decided(1, one.number, one.place, one.mean, one.sheets, 0, one.reason) for one in written_file.recount(draft)
    )
    return Review(7, cut, None, MEASURES, tuple(found), decided)


SHEETS = (
    *(sheet(1, reviewer, (points, 2)) for reviewer, points in enumerate((9, 3, 6, 7), start=1)),
    sheet(1, 5, (10, 5), written.RECUSED),
    *(sheet(2, reviewer, (points, 0)) for reviewer, points in enumerate((5, 5), start=1)),
)
REVIEW = review_of(SHEETS, written.Cut(places=1, threshold=Fraction(41, 2), drops_extremes=True))


def test_the_file_says_what_was_decided_and_counted_again_it_is_the_same() -> None:
    text = written_file.dumps(REVIEW)
    read = written_file.loads(text)
    assert (read, written_file.dumps(read)) == (REVIEW, text)
    assert written_file.faults(read) == []
    one, other = written_file.recount(read)
    assert (one.number, one.mean, one.sheets, one.reason) == (1, Fraction(43, 2), 4, written.CHOSEN)
    assert (other.number, other.mean, other.reason) == (2, Fraction(15), written.BELOW_THRESHOLD)
    assert [one.stands for one in read.sheets[:5]] == ["highest", "lowest", "counted", "counted", "recused"]


@pytest.mark.parametrize(
    ("sheets", "stands"),
    [
        ((5, 9), ["counted", "counted"]),
        ((5, 5, 5), ["highest", "lowest", "counted"]),
        ((1, 7, 7, 1), ["lowest", "highest", "counted", "counted"]),
    ],
)
def test_one_highest_and_one_lowest_are_dropped_from_three_sheets_on(
    sheets: tuple[int, ...], stands: list[str]
) -> None:
    assert written.stands(sheets, drops_extremes=True) == stands
    assert written.stands(sheets, drops_extremes=False) == ["counted"] * len(sheets)


def doctored(old: str, new: str) -> Review:
    text = written_file.dumps(REVIEW)
    assert old in text
    return written_file.loads(text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sheet,,,,1,3,1,,,6,20,counted", "sheet,,,,1,3,1,,,7,20,counted"),  # points without their total
        ("sheet,,,,1,3,1,,,6,20,counted", "sheet,,,,1,3,1,,,11,20,counted"),  # beyond what the criterion has
        ("sheet,,,,1,3,2,,,2,20,counted,,,,,\r\n", ""),  # a criterion short
        ("43/2", "43/1"),
        ("below_threshold", "chosen"),
        ("setting,threshold,41/2", "setting,threshold,1/2"),
        ("setting,sheets_needed,none", "setting,sheets_needed,3"),
        ("setting,drops_extremes,yes", "setting,drops_extremes,no"),
        ("criterion,,,,,,1,3,10", "criterion,,,,,,1,2,10"),
        ("2,29,highest", "2,29,recused"),  # of one of its criteria
    ],
)
def test_a_doctored_file_does_not_fit_itself(old: str, new: str) -> None:
    try:
        assert written_file.faults(doctored(old, new))
    except written_file.BadFile:
        assert "recused" in new, "it contradicts itself in one sheet"


def test_one_that_was_doctored_throughout_has_another_fingerprint() -> None:
    other = review_of(
        (*SHEETS[1:5], sheet(1, 1, (10, 2)), sheet(2, 1, (10, 5))), written.Cut(places=1, drops_extremes=True)
    )
    assert written_file.faults(other) == []
    assert written.fingerprint(written_file.recount(other)) != written.fingerprint(written_file.recount(REVIEW))


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", "record,name\nsheet,1\n", written_file.dumps(REVIEW).replace("20,counted", "x,counted")]
)
def test_what_is_no_such_file_is_refused(text: str) -> None:
    with pytest.raises(written_file.BadFile):
        written_file.loads(text)


def test_the_command_agrees_or_says_in_what_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad, broken = (tmp_path / name for name in ("good.csv", "bad.csv", "broken.csv"))
    good.write_bytes(written_file.dumps(REVIEW).encode())
    bad.write_bytes(written_file.dumps(REVIEW).replace("43/2", "22/1").encode())
    broken.write_text("nothing")
    assert command.main(["written", str(good)]) == 0
    said = capsys.readouterr().out
    assert written.fingerprint(written_file.recount(REVIEW)) in said and "43/2" in said
    assert command.main(["written", str(good), str(bad)]) == 1
    assert "22 4 chosen ≠ 1 43/2 4 chosen" in capsys.readouterr().out
    assert command.main(["written", str(broken)]) == 2


points = st.tuples(st.integers(0, 10), st.integers(0, 5))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(points, max_size=6),
    st.lists(points, max_size=6),
    st.builds(
        written.Cut,
        places=st.none() | st.integers(1, 2),
        threshold=st.none() | st.fractions(0, 35, max_denominator=5),
        drops_extremes=st.booleans(),
    ),
)
def test_any_review_is_read_back_and_counted_the_same(
    one: list[tuple[int, int]], other: list[tuple[int, int]], cut: written.Cut
) -> None:
    sheets = tuple(sheet(p, r, given) for p, row in ((1, one), (2, other)) for r, given in enumerate(row, start=1))
    review = review_of(sheets, cut)
    assert written_file.loads(written_file.dumps(review)) == review
    assert written_file.faults(review) == []
