from datetime import date

import pytest

from app.roll import rules
from app.roll.birth_dates import read_birth_date
from app.roll.list_rules import mask_name

TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    "typed",
    (
        "1956-03-02",
        "1956.3.2",
        "1956. 3. 2.",
        "1956/03/02",
        "19560302",
        "560302",
        "56-3-2",
        "56.03.02",
        "1956년 3월 2일",
    ),
)
def test_a_birth_date_is_read_however_people_write_it(typed: str) -> None:
    assert read_birth_date(typed, TODAY) == date(1956, 3, 2)
    assert read_birth_date(f" {typed} ", TODAY) == date(1956, 3, 2)


@pytest.mark.parametrize(
    ("typed", "year"), (("261128", 2026), ("261129", 1926), ("001231", 2000), ("990101", 1999), ("260101", 2026))
)
def test_a_year_of_two_digits_is_the_latest_that_is_not_to_come(typed: str, year: int) -> None:
    assert read_birth_date(typed, TODAY).year == year


@pytest.mark.parametrize(
    "typed",
    (
        "560302-1",
        "560302-1234567",
        "5603021234567",
        "560302 1",
        "5603021",
        "560302-1******",
        "５６０３０２－１",
        "560302–1",
    ),
)
def test_a_part_of_a_resident_registration_number_is_never_taken(typed: str) -> None:
    with pytest.raises(rules.ResidentNumber):
        read_birth_date(typed, TODAY)


@pytest.mark.parametrize(
    "typed", ("", "1956", "1956-13-02", "1956-02-30", "홍길동", "02/03/1956", "1956-3", "0000-00-00")
)
def test_anything_else_is_no_birth_date(typed: str) -> None:
    with pytest.raises(rules.BirthDateUnfit):
        read_birth_date(typed, TODAY)


@pytest.mark.parametrize(
    ("name", "masked"), (("홍길동", "홍○동"), ("이산", "이○"), ("남궁민수", "남○○수"), ("김", "김"), ("", ""))
)
def test_a_name_is_masked_but_for_its_ends(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize("typed", ("Jean-Luc O'Neill", "jean luc oneill", "JEANLUC  ONEILL"))
def test_a_name_is_the_same_however_it_is_spaced_and_capitalised(typed: str) -> None:
    assert rules.tidy_name(typed) == "jeanluconeill"


@pytest.mark.parametrize(
    ("age", "band"), ((0, "0-13"), (13, "0-13"), (14, "14-18"), (69, "60-69"), (70, "70-"), (105, "70-"))
)
def test_every_age_has_its_band(age: int, band: str) -> None:
    assert rules.age_band(age) == band


def test_a_leap_day_is_a_birthday_on_the_first_of_march() -> None:
    born = date(2012, 2, 29)
    assert [rules.age_on(born, date(2026, *day)) for day in ((2, 28), (3, 1))] == [13, 14]
