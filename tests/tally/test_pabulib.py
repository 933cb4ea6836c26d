"""Reading `.pb` files: what real files do, as small files of our own and as the real ones where they are at hand."""

import os
from fractions import Fraction
from pathlib import Path

import pytest

from app.tally.pabulib import Election, read
from tests.tally.pb_text import FOLDER, pb, written


def votes_of(election: Election) -> dict[str, int]:
    return dict(zip([p.id for p in election.projects], election.votes, strict=True))


def scores_of(election: Election) -> dict[str, int | Fraction]:
    return dict(zip([p.id for p in election.projects], election.scores, strict=True))


def test_columns_are_read_by_name_in_any_order() -> None:
    election = read(FOLDER / "approval.pb")
    assert [(p.id, p.cost, p.selected) for p in election.projects] == [
        ("L18/06/XI", 70, 0),
        ("b", 60, 1),
        ("c", 30, 1),
        ("007", 20, 0),
    ]


def test_quotes_semicolons_and_line_separators_inside_cells_survive() -> None:
    election = read(FOLDER / "approval.pb")
    assert election.meta["comment"] == '#1: a value with ; and "quotes"'
    assert [p.name for p in election.projects][1:3] == ['Bench; "the long one"', "Light\u2028by the lake"]


def test_windows_line_ends_and_a_missing_last_one_change_nothing() -> None:
    raw = (FOLDER / "approval.pb").read_bytes()
    assert raw.count(b"\r\n") == raw.count(b"\n")
    assert not raw.endswith(b"\n")
    assert read(FOLDER / "approval.pb").cast == 6


def test_a_byte_order_mark_is_no_part_of_the_title() -> None:
    assert (FOLDER / "ordinal.pb").read_bytes().startswith(b"\xef\xbb\xbf")
    assert read(FOLDER / "ordinal.pb").vote_type == "ordinal"


def test_a_repeated_id_counts_once_and_is_reported() -> None:
    election = read(FOLDER / "approval.pb")
    assert election.repeated == 1
    assert votes_of(election) == {"L18/06/XI": 1, "b": 3, "c": 3, "007": 1}


def test_blank_and_overlong_ballots_are_void_with_their_reason() -> None:
    assert read(FOLDER / "approval.pb").void == {"empty": 1, "too-many": 1}


@pytest.mark.parametrize(
    ("meta", "vote", "reason"),
    [
        ({"min_length": 2}, "a", "too-few"),
        ({"min_length": 2}, "a,a", "too-few"),
        ({"max_length": 1}, "a,b", "too-many"),
        ({"vote_type": "choose-1"}, "a,b", "too-many"),
        ({"vote_type": "cumulative", "max_sum_points": 3}, "a,b;2,2", "sum"),
        ({"vote_type": "cumulative", "max_points": 3}, "a,b;4,0", "points"),
        ({"vote_type": "scoring", "min_points": -1}, "a;-2", "points"),
        ({"vote_type": "cumulative", "min_sum_points": 9, "max_sum_points": 9}, "a;8", None),
        ({"max_sum_cost": 10}, "a", None),
    ],
)
def test_limits_of_a_ballot(tmp_path: Path, meta: dict, vote: str, reason: str | None) -> None:
    election = read(written(tmp_path, pb([("a", 60), ("b", 50)], [vote], **meta)))
    assert dict(election.void) == ({reason: 1} if reason else {})
    assert sum(election.votes) == (0 if reason else len(set(vote.split(";")[0].split(","))))


def test_decimals_are_exact() -> None:
    election = read(FOLDER / "ordinal.pb")
    assert election.budget == Fraction(216023487, 100)
    assert [p.cost for p in election.projects] == [
        Fraction(2000001, 2),
        Fraction(99999999, 100),
        Fraction(16023439, 100),
    ]


def test_an_ordinal_ballot_earns_by_its_own_length_where_no_max_length_is_set() -> None:
    assert scores_of(read(FOLDER / "ordinal.pb")) == {"x": 3 + 1 + 1, "y": 2 + 1 + 2, "z": 1 + 2}


def test_an_ordinal_ballot_earns_from_max_length_down(tmp_path: Path) -> None:
    text = pb([("a", 1), ("b", 1)], ["a,b", "b"], vote_type="ordinal", max_length=3)
    assert scores_of(read(written(tmp_path, text))) == {"a": 3, "b": 2 + 3}


def test_a_repeated_id_keeps_its_first_rank(tmp_path: Path) -> None:
    text = pb([("a", 1), ("b", 1)], ["a,a,b"], vote_type="ordinal", max_length=3)
    assert scores_of(read(written(tmp_path, text))) == {"a": 3, "b": 1}


def test_points_of_an_ordinal_ballot_are_taken_where_they_are_given() -> None:
    assert scores_of(read(FOLDER / "ordinal_with_points.pb")) == {"x": 2, "y": 1 + 3}


def test_cumulative_points_may_have_decimals_and_votes_count_ballots() -> None:
    election = read(FOLDER / "cumulative.pb")
    assert scores_of(election) == {"a": 9, "b": 5, "c": Fraction(9, 2), "d": 4, "e": Fraction(7, 2)}
    assert votes_of(election) == {"a": 3, "b": 2, "c": 1, "d": 2, "e": 1}


def test_scores_may_be_negative_and_what_is_left_out_earns_the_default() -> None:
    assert scores_of(read(FOLDER / "scoring.pb")) == {"a": 4 - 1 + 1, "b": 5 + 0 + 1, "c": -2 + 1 + 1}


def test_official_is_what_selected_says() -> None:
    assert read(FOLDER / "approval.pb").official == ("b", "c")


def test_official_includes_the_reserve_only_under_poznans_rule(tmp_path: Path) -> None:
    assert read(FOLDER / "poznan.pb").official == ("a", "b")
    elsewhere = (FOLDER / "poznan.pb").read_text(encoding="utf-8").replace("unit;Poznań", "unit;Gdynia")
    assert read(written(tmp_path, elsewhere)).official == ("a",)


def test_official_is_none_without_the_column(tmp_path: Path) -> None:
    assert read(written(tmp_path, pb([("a", 1)], ["a"]))).official is None


def test_ballots_alike_are_kept_once(tmp_path: Path) -> None:
    election = read(written(tmp_path, pb([("a", 1), ("b", 1)], ["a,b"] * 5 + ["b,a"])))
    assert [(b.picks, b.count) for b in election.ballots] == [((0, 1), 5), ((1, 0), 1)]
    assert election.cast == 6


def test_blanks_around_ids_and_empty_lines_do_not_matter(tmp_path: Path) -> None:
    text = pb([(" a ", 1), ("b", 1)], ["a, b"]).replace("VOTES", "\nVOTES\n")
    assert read(written(tmp_path, text + "\n\n")).votes == (1, 1)


def test_more_rows_than_declared_are_all_read(tmp_path: Path) -> None:
    assert read(written(tmp_path, pb([("a", 1)], ["a", "a"], num_votes=1))).cast == 2


CORPUS = os.environ.get("PB_CORPUS")
COUNTED_TWICE = {"Netherlands_Amsterdam_604.pb": {"42360", "42346", "42350", "42355"}}
OWN_SCORES = {"Switzerland_Zurich_S5R.pb": {"24"}}


@pytest.mark.skipif(not CORPUS, reason="PB_CORPUS names no folder of real .pb files")
def test_real_files_add_up_to_the_votes_and_scores_they_print() -> None:
    """But for a file that counts a repeated id twice, and one that ranks a short ballot by its own length."""
    files = sorted(Path(CORPUS or "").glob("*.pb"))
    assert files
    for file in files:
        election = read(file)
        assert not election.void, file
        for column, ours, known in (("votes", election.votes, COUNTED_TWICE), ("score", election.scores, OWN_SCORES)):
            printed = zip(election.projects, ours, strict=True)
            wrong = {p.id for p, figure in printed if p.columns.get(column, str(figure)) != str(figure)}
            assert wrong == known.get(file.name, set()), file
