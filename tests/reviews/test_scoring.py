"""From totals to a shortlist: exact means, shared places, and no cut between equals."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reviews import scoring
from app.reviews.scoring import Cut, Entry, fingerprint, mean, say_mean, sections_over_their_places, stand

totals = st.lists(st.integers(0, 100), max_size=6).map(tuple)


@st.composite
def fields(draw: st.DrawFn) -> list[Entry]:
    """Entries of up to two sections, each with its own id and number."""
    drawn = draw(st.lists(st.tuples(st.integers(1, 2), totals), max_size=8))
    return [Entry(n, n, section, scores) for n, (section, scores) in enumerate(drawn, start=1)]


cuts = st.builds(
    Cut,
    places=st.none() | st.integers(0, 4),
    threshold=st.none() | st.fractions(0, 100, max_denominator=7),
    drops_extremes=st.booleans(),
)


def section(*scores: tuple[int, ...]) -> list[Entry]:
    return [Entry(n, n, 1, totals) for n, totals in enumerate(scores, start=1)]


def outcome(entries: list[Entry], cut: Cut) -> dict[int, tuple[int, str]]:
    return {one.proposal_id: (one.place, one.reason) for one in stand(entries, cut)}


def test_a_mean_is_exact() -> None:
    assert mean((80, 83, 84), drops_extremes=False) == Fraction(247, 3)


def test_nothing_has_no_mean() -> None:
    assert mean((), drops_extremes=True) is None


@pytest.mark.parametrize(
    ("scores", "expected"),
    [((10, 50, 90), 50), ((0, 60, 61, 100), Fraction(121, 2)), ((10, 90), 50), ((70,), 70), ((5, 5, 5), 5)],
)
def test_one_highest_and_one_lowest_are_dropped_from_three_sheets_on(scores: tuple[int, ...], expected: int) -> None:
    assert mean(scores, drops_extremes=True) == expected


def test_equal_means_share_a_place_and_the_next_place_is_left_free() -> None:
    assert outcome(section((90,), (80,), (80,), (70,)), Cut()) == {
        1: (1, "chosen"),
        2: (2, "chosen"),
        3: (2, "chosen"),
        4: (4, "chosen"),
    }


def test_those_who_share_the_last_place_are_all_shortlisted() -> None:
    standings = stand(section((90,), (80,), (80,), (70,)), Cut(places=2))
    assert [(one.proposal_id, one.reason) for one in standings] == [
        (1, "chosen"),
        (2, "chosen"),
        (3, "chosen"),
        (4, "beyond_places"),
    ]
    assert sections_over_their_places([1, 1, 1, 2, 2], Cut(places=2)) == {1}


def test_places_that_suffice_are_not_called_exceeded() -> None:
    assert sections_over_their_places([1, 1], Cut(places=2)) == frozenset()
    assert sections_over_their_places([1, 1], Cut()) == frozenset()


def test_a_mean_at_the_threshold_passes_and_one_a_hair_below_does_not() -> None:
    cut = Cut(threshold=Fraction(247, 3))
    assert outcome(section((80, 83, 84), (80, 83, 83)), cut) == {1: (1, "chosen"), 2: (2, "below_threshold")}


def test_the_threshold_is_named_before_the_places() -> None:
    assert outcome(section((90,), (10,)), Cut(places=1, threshold=Fraction(50)))[2] == (2, "below_threshold")


def test_a_proposal_nobody_scored_stands_behind_one_that_everybody_gave_nothing() -> None:
    assert outcome(section((), (0, 0)), Cut(threshold=Fraction(0), places=5)) == {1: (2, "no_sheets"), 2: (1, "chosen")}


def test_each_section_has_its_own_places() -> None:
    entries = [Entry(1, 1, 1, (90,)), Entry(2, 2, 1, (80,)), Entry(3, 3, 2, (10,))]
    assert [reason for _, reason in outcome(entries, Cut(places=1)).values()] == ["chosen", "beyond_places", "chosen"]


@pytest.mark.parametrize(
    ("score", "said"),
    [(Fraction(247, 3), "82.33"), (Fraction(80), "80"), (Fraction(161, 2), "80.5"), (Fraction(1, 200), "0.01")],
)
def test_a_mean_is_said_with_two_decimals_at_most(score: Fraction, said: str) -> None:
    assert say_mean(score) == said


def test_the_reasons_are_those_that_the_database_knows() -> None:
    named = (scoring.CHOSEN, scoring.BELOW_THRESHOLD, scoring.BEYOND_PLACES, scoring.NO_SHEETS)
    assert named == scoring.REASONS


@given(fields(), cuts)
def test_every_entry_stands_exactly_once(entries: list[Entry], cut: Cut) -> None:
    assert sorted(one.proposal_id for one in stand(entries, cut)) == [one.proposal_id for one in entries]


@given(fields(), cuts, st.randoms())
def test_the_order_of_the_input_changes_nothing(entries: list[Entry], cut: Cut, random: st.DataObject) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert stand(shuffled, cut) == stand(entries, cut)
    assert fingerprint(stand(shuffled, cut)) == fingerprint(stand(entries, cut))


@given(fields(), cuts)
def test_nobody_is_left_out_who_scored_as_much_as_one_who_is_in(entries: list[Entry], cut: Cut) -> None:
    standings = [one for one in stand(entries, cut) if one.sheets]
    for one in standings:
        for other in standings:
            if one.section_id == other.section_id and one.shortlisted and other.mean >= one.mean:
                assert other.shortlisted


@given(fields(), cuts)
def test_fewer_than_the_places_are_chosen_only_for_want_of_others(entries: list[Entry], cut: Cut) -> None:
    if cut.places is None:
        return
    standings = stand(entries, cut)
    for section_id in {one.section_id for one in standings}:
        reasons = [one.reason for one in standings if one.section_id == section_id]
        if reasons.count("chosen") < cut.places:
            assert "beyond_places" not in reasons


def test_the_example_of_the_handbook() -> None:
    scores = ((80, 83, 84), (90, 70), (80, 80), (59, 60))
    standings = stand(section(*scores), Cut(places=2, threshold=Fraction(60)))
    assert [(one.place, say_mean(one.mean), one.reason) for one in standings] == [
        (1, "82.33", "chosen"),
        (2, "80", "chosen"),
        (2, "80", "chosen"),
        (4, "59.5", "below_threshold"),
    ]
