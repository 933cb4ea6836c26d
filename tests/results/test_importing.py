"""Other cities' elections as rounds: counted by us as the city did, or told why not; all of a file or nothing of it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.audit.models import SYSTEM, AuditLine
from app.ballots.models import CastBallot, Participation
from app.clock import now
from app.database import db
from app.programmes.models import Programme
from app.programmes.queries import list_programmes
from app.results import importing, queries, rules
from app.results.models import Count, OfficialOutcome
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.rounds.queries import list_public_rounds
from app.tally.pabulib_faults import PbError
from tests import factories
from tests.tally.pb_text import FOLDER, pb, written

CORPUS = os.environ.get("PB_CORPUS")
REAL = (  # kind of ballot and rule; those whose official outcome is not theirs to reproduce are left out
    "Poland_Gdynia_2020_Babie_Doly__small.pb",
    "Poland_Gdynia_2020_Grabowek__large.pb",
    "Poland_Warszawa_2023_Wesola.pb",
    "Poland_Krakow_2022_Swoszowice.pb",
    "Poland_Krakow_2025_Podgorze_Duchackie.pb",
    "Poland_Katowice_2024_Murcki.pb",
    "Poland_Wroclaw_2017_Rejon_nr_5_250.pb",
    "Poland_Poznan_2025_10_-_Swierczewo_Wilda_Zielony_Debiec__small.pb",
)
FOUR = [("a", 5), ("gone", 999999999), ("dear", 101), ("free", 0)]
TABLES = (Round, Programme, CastBallot, Participation, Count, OfficialOutcome, AuditLine)


def take(path: Path, **options: Any) -> OfficialOutcome:
    return importing.import_file(path, at=now(), by=SYSTEM, **options)


def census() -> dict[str, int]:
    db.session.rollback()
    return {table.__tablename__: db.session.query(table).count() for table in TABLES}


def result_of(outcome: OfficialOutcome) -> Any:
    return json.loads(queries.get_published(outcome.round_id).body)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("approval", "approval"),
        ("choose_1", "choose-one"),
        ("ordinal", "scores"),  # each ballot ranks by its own length: no one Borda count says that
        ("ordinal_with_points", "scores"),
        ("poznan", "choose-one"),
    ],
)
def test_our_count_chooses_what_the_file_says_was_chosen(app: Flask, name: str, kind: str) -> None:
    outcome = take(FOLDER / f"{name}.pb")
    round_ = db.session.get_one(Round, outcome.round_id)
    assert round_.chambers[0].kind == kind
    assert importing.agrees(outcome) is True
    assert set(outcome.by_rule) == set(outcome.ours)
    assert (outcome.notes["void_differently"], outcome.notes["scored_differently"]) == (0, 0)
    assert (round_.state, round_.source) == (rounds.RESULTS_PUBLISHED, rounds.PABULIB)


@pytest.mark.skipif(not CORPUS, reason="PB_CORPUS names no folder of real .pb files")
@pytest.mark.parametrize("name", REAL)
def test_our_count_of_a_real_city_is_its_official_outcome(app: Flask, name: str) -> None:
    outcome = take(Path(CORPUS or "") / name)
    assert outcome.selected
    assert set(outcome.ours) == set(outcome.selected)


def test_a_rule_that_ours_cannot_say_is_counted_beside_it(app: Flask, tmp_path: Path) -> None:
    """Two voters of three get everything by votes; by equal shares the third has a third of the money."""
    votes = ["a,b", "a,b", "c"]
    projects = [("a", 40, 1), ("b", 50, 0), ("c", 30, 1)]
    columns = "project_id;cost;selected"
    outcome = take(written(tmp_path, pb(projects, votes, columns=columns, budget=90, rule="equalshares/add1")))
    assert outcome.selected is not None
    assert set(outcome.by_rule) == set(outcome.selected)
    assert set(outcome.ours) != set(outcome.selected)
    assert importing.agrees(outcome) is False


def test_void_ballots_stay_in_the_box_and_are_counted_void(app: Flask, tmp_path: Path) -> None:
    votes = ["a", "a,b", "a,b,c", ""]
    outcome = take(written(tmp_path, pb([("a", 1), ("b", 1), ("c", 1)], votes, max_length=2)))
    (chamber,) = result_of(outcome)["chambers"]
    assert (chamber["cast"], chamber["valid"], chamber["void"]) == (4, 2, {"too_few": 1, "too_many": 1})


def test_amounts_with_decimals_become_hundredths_and_say_so(app: Flask, tmp_path: Path) -> None:
    outcome = take(written(tmp_path, pb([("a", "10.5"), ("b", "0.25")], ["a", "b"], budget="11.00", currency="PLN")))
    round_ = db.session.get_one(Round, outcome.round_id)
    assert (round_.currency, round_.pots[0].cap_won) == ("PLN/100", 1100)
    assert {row["id"]: row["cost"] for row in result_of(outcome)["items"]} == {"a": 1050, "b": 25}


def test_projects_that_cannot_stand_are_left_out_and_counted(app: Flask, tmp_path: Path) -> None:
    """Withdrawn, dearer than all there is, for nothing: one ballot keeps a pick, one keeps none."""
    outcome = take(written(tmp_path, pb(FOUR, ["a,gone,dear", "gone,free"], min_length=2)))
    wanted = {"left_out": 3, "picks_dropped": 4, "emptied": 1, "void_differently": 0, "scored_differently": 0}
    assert outcome.notes == wanted
    assert [row["id"] for row in result_of(outcome)["items"]] == ["a"]
    (chamber,) = result_of(outcome)["chambers"]
    assert (chamber["valid"], chamber["void"]) == (1, {"too_few": 1})


def test_a_ballot_that_we_count_otherwise_than_the_file_is_told(app: Flask, tmp_path: Path) -> None:
    """The first ballot lost a pick and still counts, so the fewest picks are one: the second, void there, counts."""
    outcome = take(written(tmp_path, pb(FOUR, ["a,gone", "a"], min_length=2)))
    assert (outcome.notes["void_differently"], outcome.notes["scored_differently"]) == (1, 1)


@pytest.mark.parametrize(
    ("vote_type", "votes", "kind", "scores"),
    [
        ("cumulative", ["a,b;3,2", "b;4", "a,b;4,4"], "cumulative", {"a": 3, "b": 6}),
        ("scoring", ["a,b;3,0", "b;5"], "scores", {"a": 3, "b": 5}),
        ("ordinal", ["a,b", "b"], "ranking", {"a": 2, "b": 3}),
    ],
)
def test_points_and_ranks_are_counted_as_the_file_does(
    app: Flask, tmp_path: Path, vote_type: str, votes: list[str], kind: str, scores: dict[str, int]
) -> None:
    limits: dict[str, object] = {"cumulative": {"max_sum_points": 5}, "ordinal": {"max_length": 2}}.get(vote_type, {})
    outcome = take(written(tmp_path, pb([("a", 1), ("b", 1)], votes, vote_type=vote_type, **limits)))
    result = result_of(outcome)
    assert db.session.get_one(Round, outcome.round_id).chambers[0].kind == kind
    assert {row["id"]: row["chambers"]["residents"]["votes"] for row in result["items"]} == scores
    assert (outcome.notes["void_differently"], outcome.notes["scored_differently"]) == (0, 0)


def test_the_round_names_its_city_and_its_time(app: Flask, tmp_path: Path) -> None:
    text = pb([("a", 1)], ["a"], unit="Łódź", date_begin="07.10.2022", date_end="31.10.2022", instance="2022")
    round_ = db.session.get_one(Round, take(written(tmp_path, text)).round_id)
    (phase,) = round_.phases
    assert (round_.programme.slug, round_.programme.owner_name_ko, round_.fiscal_year) == ("pabulib-lodz", "Łódź", 2022)
    assert phase.ends_at.isoformat() == "2022-10-31T15:00:00+00:00"  # midnight in Seoul


def test_a_vote_without_dates_ended_before_today(app: Flask, tmp_path: Path) -> None:
    round_ = db.session.get_one(Round, take(written(tmp_path, pb([("a", 1)], ["a"]))).round_id)
    assert round_.phases[0].ends_at <= now()


def test_it_can_go_to_a_programme_that_is_there(app: Flask, tmp_path: Path) -> None:
    programme = factories.programme("guests")
    outcome = take(written(tmp_path, pb([("a", 1)], ["a"])), programme="guests")
    assert db.session.get_one(Round, outcome.round_id).programme == programme


def test_two_files_of_one_city_share_its_programme(app: Flask, tmp_path: Path) -> None:
    take(written(tmp_path, pb([("a", 1)], ["a"], unit="Gdynia"), "one.pb"))
    take(written(tmp_path, pb([("b", 1)], ["b"], unit="Gdynia"), "two.pb"))
    assert db.session.query(Programme).filter_by(slug="pabulib-gdynia").count() == 1


def test_the_same_file_is_imported_once_whatever_its_name(app: Flask, tmp_path: Path) -> None:
    text = pb([("a", 1)], ["a"])
    first = take(written(tmp_path, text, "one.pb"))
    before = census()
    with pytest.raises(rules.AlreadyImported) as refusal:
        take(written(tmp_path, text, "two.pb"))
    assert refusal.value.round_id == first.round_id
    assert census() == before


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (pb([("a", 999999999)], ["a"]), "no_projects"),
        (pb([("a" * 61, 1)], ["a" * 61]), "long_id"),
        (pb([("a", 1)], ["a;1"], vote_type="scoring", default_score=1), "default_score"),
        (pb([("a", 1)], ["a;-1"], vote_type="scoring"), "points"),
        (pb([("a", 1)], ["a;0.5"], vote_type="cumulative"), "points"),
    ],
    ids=lambda value: value if len(value) < 20 else "",
)
def test_what_our_rules_have_no_words_for_is_refused(app: Flask, tmp_path: Path, text: str, code: str) -> None:
    before = census()
    with pytest.raises(rules.NotExpressible) as refusal:
        take(written(tmp_path, text))
    assert (refusal.value.code, census()) == (code, before)


def test_a_broken_file_leaves_nothing(app: Flask, tmp_path: Path) -> None:
    before = census()
    with pytest.raises(PbError):
        take(written(tmp_path, pb([("a", 1)], ["a", "z"])))
    assert census() == before


def test_a_count_that_does_not_add_up_leaves_nothing(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The box loses a ballot on the way: nothing of the file stays, not even the round."""
    pour = importing.bulk.box.pour
    monkeypatch.setattr(importing.bulk.box, "pour", lambda *args, **named: pour(*args, **named) + 1)
    before = census()
    with pytest.raises(rules.GatesBroken):
        take(written(tmp_path, pb([("a", 1)], ["a", "a"])))
    assert census() == before


def test_another_citys_election_is_among_the_results_and_nowhere_else(app: Flask) -> None:
    ours = factories.round_()
    outcome = take(FOLDER / "approval.pb")
    assert [one.slug for one in list_programmes()] == [ours.programme.slug]
    assert [one.id for one in list_public_rounds()] == [ours.id]
    assert outcome.round_id in {count.round_id for count in queries.list_published()}
