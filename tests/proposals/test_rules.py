"""Pure rules of proposals."""

from itertools import product

import pytest

from app.proposals import rules

ALLOWED = {
    ("draft", "submitted"),
    ("submitted", "withdrawn"),
    ("submitted", "eligible"),
    ("submitted", "ineligible"),
    ("eligible", "visited"),
    ("visited", "shortlisted"),
    ("visited", "left_out"),
    ("ineligible", "eligible"),
    ("left_out", "shortlisted"),
    *product(("submitted", "eligible", "visited"), ("merged", "split", "carried")),
}


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("홍", "○"),
        ("홍길", "홍○"),
        ("홍길동", "홍○동"),
        ("남궁민수", "남○○수"),
        ("황보하늘별", "황○○○별"),
        ("Jane Doe", "J○○○ D○○"),
        ("Li", "L○"),
        ("王小明", "王○明"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_name_is_masked_for_the_public(name: str | None, masked: str) -> None:
    assert rules.mask_name(name) == masked


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("01012345678", "010-1234-5678"), ("02 2627-1114", "02-2627-1114"), (" ", ""), ("(031)123.4567", "031-123-4567")],
)
def test_a_phone_number_is_kept_in_one_spelling(typed: str, kept: str) -> None:
    assert rules.tidy_phone(typed) == kept


@pytest.mark.parametrize("typed", ["12345678", "010-1234", "010-1234-56789", "전화 없음", "٠١٠١٢٣٤٥٦٧٨"])
def test_what_is_not_a_phone_number_is_refused(typed: str) -> None:
    with pytest.raises(rules.NotAPhoneNumber):
        rules.tidy_phone(typed)


def test_what_is_public_is_neither_a_draft_nor_withdrawn() -> None:
    assert set(rules.STATES) - set(rules.PUBLIC) == {rules.DRAFT, rules.WITHDRAWN}


@pytest.mark.parametrize(("state", "wanted"), [*product(rules.STATES, repeat=2)])
def test_a_proposal_takes_only_the_steps_of_its_life(state: str, wanted: str) -> None:
    if (state, wanted) in ALLOWED:
        rules.ensure_may_become(state, wanted)
    else:
        with pytest.raises(rules.WrongState):
            rules.ensure_may_become(state, wanted)


@pytest.mark.parametrize(("cost", "limit"), [(None, 5), (5, 5), (1, None)])
def test_a_cost_up_to_the_limit_is_fine(cost: int | None, limit: int | None) -> None:
    rules.ensure_cost(cost, limit)


@pytest.mark.parametrize(
    ("cost", "error"), [(0, rules.CostNotPositive), (-1, rules.CostNotPositive), (6, rules.OverTheLimit)]
)
def test_a_cost_of_nothing_or_above_the_limit_is_refused(cost: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        rules.ensure_cost(cost, 5)
