"""Committee members by lot: whoever has the published file draws the same, and no limit is ever broken."""

import hashlib
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.tally import canonical, draw
from app.tally.__main__ import main
from app.tally.draw import GROUPS, VULNERABLE, YOUTH, Applicant, Call

KINDS = st.tuples(st.sampled_from(draw.SEXES), st.sampled_from([(), (VULNERABLE,), (YOUTH,), GROUPS]))


@st.composite
def calls(make: st.DrawFn, most: int = 9) -> Call:
    kinds = make(st.lists(KINDS, max_size=most))
    seats = make(st.integers(0, 6))
    least = {group: make(st.integers(0, 4)) for group in GROUPS}
    applicants = tuple(Applicant(n, *kind) for n, kind in enumerate(kinds, start=1))
    return Call("gu/1", seats, make(st.integers(0, seats)), least, applicants)


def drawn(call: Call, seed: str = "3 11 15") -> draw.Outcome:
    return draw.draw(call, hashlib.sha256(draw.body_of(call)).hexdigest(), seed)


def count(call: Call, numbers: tuple[int, ...], what: str) -> int:
    chosen = [one for one in call.applicants if one.number in numbers]
    return sum(what == one.sex or what in one.groups for one in chosen)


@given(calls())
@settings(max_examples=150, deadline=None)
def test_everybody_is_in_the_order_once_and_seats_and_sexes_are_never_exceeded(call: Call) -> None:
    outcome = drawn(call)
    numbers = [one.number for one in outcome.order]
    assert sorted(numbers) == [one.number for one in call.applicants]
    assert [one.lot for one in outcome.order] == sorted(one.lot for one in outcome.order)
    assert sorted(outcome.selected + outcome.reserve) == sorted(numbers)
    assert len(outcome.selected) + outcome.empty == call.seats
    assert all(count(call, outcome.selected, sex) <= call.sex_most for sex in draw.SEXES)
    assert all(bool(one.reason) == (one.outcome == draw.RESERVE) for one in outcome.order)


@given(calls())
@settings(max_examples=150, deadline=None)
def test_each_group_has_what_is_asked_for_or_is_named_with_the_most_there_can_be(call: Call) -> None:
    outcome = drawn(call)
    unmet = {one.group: one.reached for one in outcome.unmet}
    for group in GROUPS:
        assert count(call, outcome.selected, group) >= unmet.get(group, call.least[group])
    every = [
        tuple(one.number for one in chosen)
        for chosen in combinations(call.applicants, len(outcome.selected))
        if all(sum(one.sex == sex for one in chosen) <= call.sex_most for sex in draw.SEXES)
    ]
    if VULNERABLE in unmet:
        assert unmet[VULNERABLE] == max(count(call, chosen, VULNERABLE) for chosen in every)
    if YOUTH in unmet:
        floor = unmet.get(VULNERABLE, call.least[VULNERABLE])
        fit = [chosen for chosen in every if count(call, chosen, VULNERABLE) >= floor]
        assert unmet[YOUTH] == max(count(call, chosen, YOUTH) for chosen in fit)


@given(calls())
@settings(max_examples=100, deadline=None)
def test_those_taken_are_the_first_who_can_be_taken_together(call: Call) -> None:
    """Of all selections within the limits, the one that comes first in the drawn order (found by trying them all)."""
    outcome = drawn(call)
    places = {one.number: place for place, one in enumerate(outcome.order)}
    floors = {**call.least, **{one.group: one.reached for one in outcome.unmet}}
    fit = []
    for chosen in combinations([one.number for one in outcome.order], len(outcome.selected)):
        within = all(count(call, chosen, sex) <= call.sex_most for sex in draw.SEXES)
        if within and all(count(call, chosen, group) >= floors[group] for group in GROUPS):
            fit.append(sorted(places[number] for number in chosen))
    assert sorted(places[number] for number in outcome.selected) == min(fit)


@given(calls(most=30), st.text(max_size=5), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_same_list_and_seed_draw_the_same_however_the_list_is_shuffled(
    call: Call, seed: str, random: Random
) -> None:
    shuffled = list(call.applicants)
    random.shuffle(shuffled)
    other = call._replace(applicants=tuple(shuffled))
    assert draw.body_of(other) == draw.body_of(call)
    assert drawn(other, seed) == drawn(call, seed)


@pytest.mark.parametrize(
    "written",
    [
        "3 11 15",
        " 3  11 15 ",
        "3,11,15",
        "3, 11, 15.",
        "03 11 15",
        "15 3 11",
        "３ １１ １５",
        "③⑪⑮",
        "3·11·15번",
        "٣ 11 15",
    ],
)
def test_one_drawing_of_the_balls_has_one_spelling(written: str) -> None:
    assert draw.plain_seed(written) == "3 11 15"


def test_numbers_that_are_there_twice_count_twice_and_words_not_at_all() -> None:
    assert [draw.plain_seed(written) for written in ("0 7 7", "", "로또", "²")] == ["0 7 7", "", "", "2"]


def test_another_seed_is_another_order() -> None:
    call = Call("gu/1", 3, 3, dict.fromkeys(GROUPS, 0), tuple(Applicant(n, "f") for n in range(1, 20)))
    assert drawn(call, "1").selected != drawn(call, "2").selected


def test_where_nobody_must_be_left_out_no_lot_is_needed() -> None:
    women = tuple(Applicant(n, "f") for n in range(1, 8))
    call = Call("gu/1", 10, 6, dict.fromkeys(GROUPS, 0), women)
    assert draw.is_lot_needed(call)  # seven of one sex where six may be
    assert not draw.is_lot_needed(call._replace(applicants=women[:6]))
    assert [one.reason for one in drawn(call).order] == [""] * 6 + [draw.SEX_LIMIT]


def test_seats_are_kept_for_those_who_come_late_in_the_order() -> None:
    people = (*(Applicant(n, "f") for n in range(1, 6)), Applicant(6, "m", (YOUTH,)), Applicant(7, "m", (VULNERABLE,)))
    call = Call("gu/1", 2, 2, dict.fromkeys(GROUPS, 1), people)
    outcome = drawn(call)
    assert sorted(outcome.selected) == [6, 7]
    assert {one.reason for one in outcome.order} <= {"", draw.FULL, "kept_both", "kept_youth", "kept_vulnerable"}


def test_a_vacant_seat_goes_to_the_first_in_order_with_whom_the_least_numbers_are_kept() -> None:
    people = (Applicant(1, "f"), Applicant(2, "m", (VULNERABLE,)), Applicant(3, "m"), Applicant(4, "f", (VULNERABLE,)))
    call = Call("gu/1", 2, 2, {VULNERABLE: 1, YOUTH: 0}, people)
    assert draw.next_in_reserve(call, [1], [3, 4]) == (4, (3,))  # the second declined, who was of the group
    assert draw.next_in_reserve(call, [2], [3, 4]) == (3, ())
    assert draw.next_in_reserve(call, [], [3, 1, 4]) == (3, ())  # the other vacant seat is left for it
    assert draw.next_in_reserve(call, [1], [3]) == (3, ())  # nobody of the group is left
    assert draw.next_in_reserve(call._replace(sex_most=1), [1], [4]) == (None, (4,))
    assert draw.next_in_reserve(call, [1, 3], [4]) == (None, (4,))
    assert draw.next_in_reserve(call, [1], []) == (None, ())


@given(calls(), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_whoever_declines_the_reserve_list_keeps_as_much_as_can_be_kept(call: Call, random: Random) -> None:
    outcome = drawn(call)
    holding = [number for number in outcome.selected if random.random() < 0.5]
    waiting, stayed = list(outcome.reserve), tuple(holding)
    while (found := draw.next_in_reserve(call, holding, waiting)[0]) is not None:
        holding.append(found)
        waiting.remove(found)
    assert len(holding) <= call.seats
    ways = [(*stayed, *more) for more in combinations(outcome.reserve, len(holding) - len(stayed))]
    within = [way for way in ways if all(count(call, way, sex) <= call.sex_most for sex in draw.SEXES)]
    assert set(holding) in map(set, within)
    kept = [min(call.least[VULNERABLE], count(call, way, VULNERABLE)) for way in (tuple(holding), *within)]
    assert kept[0] == max(kept)


def published(call: Call, folder: Path, **changes: object) -> Path:
    body = draw.body_of(call)
    sha256 = hashlib.sha256(body).hexdigest()
    result = canonical.loads(draw.result_of(drawn(call, "7"), sha256, "7"))
    file = folder / "lot.json"
    file.write_bytes(canonical.dumps({"list": canonical.loads(body), "seed": "7", "result": result, **changes}))
    return file


def test_the_command_draws_again_and_says_whether_the_published_result_is_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = Call("gu/1", 2, 1, dict.fromkeys(GROUPS, 0), (Applicant(1, "f"), Applicant(2, "f"), Applicant(3, "m")))
    assert main(["lot", str(published(call, tmp_path))]) == 0
    assert canonical.loads(capsys.readouterr().out.encode())["selected"] == list(drawn(call, "7").selected)
    assert main(["lot", str(published(call, tmp_path, seed="8"))]) == 1
    assert main(["lot", str(published(call, tmp_path, result=None))]) == 0
    capsys.readouterr()
    for broken in ({"list": {"seats": 1}}, {"list": 3}):
        assert main(["lot", str(published(call, tmp_path, **broken))]) == 2
    twice = canonical.loads(draw.body_of(call._replace(applicants=(Applicant(1, "f"), Applicant(1, "m")))))
    assert main(["lot", str(published(call, tmp_path, list=twice))]) == 2
    assert "twice" in capsys.readouterr().err
