"""How a printed code is written and read: slips are told before anything is asked of the database."""

import random

import pytest

from app.codes import rules

CHANCE = random.Random(2026)
SOME = [CHANCE.getrandbits(rules.BITS) for _ in range(50)]


@pytest.mark.parametrize("value", [0, 1, 2**rules.BITS - 1, *SOME[:5]])
def test_what_is_written_is_read_again(value: int) -> None:
    code = rules.write(value)
    assert (len(code), rules.read(code), rules.read(rules.say(code))) == (rules.LENGTH, code, code)


@pytest.mark.parametrize(
    "typed",
    [
        "434w-1rgt-6zth-6k",
        " 434W 1RGT 6ZTH 6K ",
        "434W1RGT6ZTH6K",
        "４３４Ｗ－１ＲＧＴ－６ＺＴＨ－６Ｋ",
        "434W–1RGT–6ZTH–6K",
        "434w-lrgt-6zth-6k",
        "434W-IRGT-6ZTH-6K",
    ],
)
def test_blanks_hyphens_small_wide_and_look_alike_letters_are_read(typed: str) -> None:
    assert rules.read(typed) == "434W1RGT6ZTH6K"


def test_the_letter_o_is_the_digit_0() -> None:
    code = next(code for code in map(rules.write, SOME) if "0" in code)
    assert rules.read(code.replace("0", "o")) == code


@pytest.mark.parametrize(
    "typed", ["", "434W", "434W1RGT6ZTH6K0", "434W1RGT6ZTH6U", "가나다라마바사아자차카타파하", "434W1RGT6ZTH6²"]
)
def test_what_can_be_no_code_is_told(typed: str) -> None:
    with pytest.raises(rules.CodeMistyped):
        rules.read(typed)


def test_every_single_wrong_character_is_told() -> None:
    for code in map(rules.write, SOME[:10]):
        for place, right in enumerate(code):
            for wrong in set(rules.ALPHABET) - {right}:
                with pytest.raises(rules.CodeMistyped):
                    rules.read(code[:place] + wrong + code[place + 1 :])


def test_every_two_that_stand_in_each_others_place_are_told() -> None:
    for code in map(rules.write, SOME):
        for first in range(rules.LENGTH):
            for second in range(first + 1, rules.LENGTH):
                letters = list(code)
                letters[first], letters[second] = letters[second], letters[first]
                if code[first] != code[second]:
                    with pytest.raises(rules.CodeMistyped):
                        rules.read("".join(letters))


def test_a_code_has_sixty_bits_of_chance() -> None:
    assert rules.BITS >= 60 and len({rules.write(value) for value in SOME}) == len(SOME)


@pytest.mark.parametrize("state", rules.BATCH_STATES)
@pytest.mark.parametrize("wanted", rules.BATCH_STATES)
def test_a_batch_goes_from_made_to_given_to_active_and_from_each_to_void(state: str, wanted: str) -> None:
    ways = {("made", "given"), ("given", "active"), *((one, "void") for one in ("made", "given", "active"))}
    if (state, wanted) in ways:
        rules.ensure_may_become(state, wanted)
    else:
        with pytest.raises(rules.WrongBatchState):
            rules.ensure_may_become(state, wanted)
