"""k of n trustees have the key, fewer have nothing, and whatever else is typed gets its own answer."""

from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics
from shamir_mnemonic import Share as Mnemonic

from app.crypto import trustees
from app.crypto.sealing import PrivateKey
from app.crypto.trustees import Share

SECRET = bytes(range(32))
# What `split(SECRET, 2, 3)` gave once: words on paper outlive versions of a library.
WORDS = [
    "replace biology academic acid adequate garlic video spirit grocery nail purple froth "
    "scene jerky type again ecology paper museum bulge beaver usher carve froth "
    "equation pants genre stilt perfect knife tadpole trial python",
    "replace biology academic agency always nail juice vexed numerous airport leader course "
    "guitar paces mild guard survive spelling loud herd luxury visitor group drove "
    "kitchen brave acrobat crunch slavery omit magazine toxic slush",
    "replace biology academic always alpha amount verdict wildlife maiden increase squeeze superior "
    "material deploy bolt security steady salon racism owner license drove unknown usher "
    "cinema music parking fused graduate display invasion duration golden",
]

# Another round's. One in 32,768 has the identifier of the first by chance.
OTHERS = next(
    words
    for words in (trustees.split(SECRET, 2, 3) for _ in range(10))
    if trustees.read(words[0]).identifier != trustees.read(WORDS[0]).identifier
)

# SLIP-0039's own examples: 256 bits shared 1 of 1 and 2 of 3; and a share out of two groups.
REFERENCE = (
    "theory painting academic academic armed sweater year military elder discuss acne wildlife boring employer fused "
    "large satoshi bundle carbon diagnose anatomy hamster leaves tracks paces beyond phantom capital marvel lips brave "
    "detect luck"
)
WRONG_CHECKSUM = REFERENCE.removesuffix("luck") + "lunar"
WRONG_PADDING = (
    "theory painting academic academic campus sweater year military elder discuss acne wildlife boring employer fused "
    "large satoshi bundle carbon diagnose anatomy hamster leaves tracks paces beyond phantom capital marvel lips "
    "facility obtain sister"
)
TWO_OF_THREE = (
    "humidity disease academic agency actress jacket gross physics cylinder solution fake mortgage benefit public busy "
    "prepare sharp friar change work slow purchase ruler again tricycle involve viral wireless mixture anatomy desert "
    "cargo upgrade"
)
OF_TWO_GROUPS = (
    "wildlife deal beard romp alcohol space mild usual clothes union nuclear testify course research heat listen task "
    "location thank hospital slice smell failure fawn helpful priest ambition average recover lecture process dough "
    "stadium"
)


@pytest.mark.parametrize(("k", "n"), [(1, 1), (2, 2), (2, 3), (3, 3), (3, 5), (16, 16)])
def test_every_quorum_gives_the_key_back_in_any_order_and_fewer_give_nothing(k: int, n: int) -> None:
    key = PrivateKey.generate()
    shares = trustees.split(key.raw, k, n)
    assert len(shares) == n
    for quorum in combinations(shares, k):
        assert trustees.combine(quorum) == trustees.combine(quorum[::-1]) == key.raw
    for too_few in combinations(shares, k - 1):
        with pytest.raises(trustees.TooFew) as refused:
            trustees.combine(too_few)
        assert (refused.value.given, refused.value.needed) == (k - 1, k if too_few else 1)


def test_more_trustees_than_it_takes_may_come() -> None:
    for order in permutations(WORDS):
        assert trustees.combine(order) == SECRET


@settings(deadline=None)  # key stretching takes its time
@given(secret=st.binary(min_size=32, max_size=32))
def test_the_standards_own_program_reads_our_words_and_we_read_its(secret: bytes) -> None:
    assert combine_mnemonics(trustees.split(secret, 2, 3)[:2]) == secret
    theirs = generate_mnemonics(1, [(2, 3)], secret, iteration_exponent=1)[0]
    assert trustees.combine(theirs[1:]) == secret


def test_words_written_down_long_ago_still_give_the_key() -> None:
    for pair in combinations(WORDS, 2):
        assert trustees.combine(pair) == SECRET


def test_one_share_does_not_hold_the_secret() -> None:
    """Each share alone is random: two splits of one secret have no share value in common."""
    values = {Mnemonic.from_mnemonic(words).value for words in (*WORDS, *OTHERS)}
    assert len(values) == 6
    assert SECRET not in values


def test_words_say_which_share_of_which_set_they_are() -> None:
    shares = [trustees.read(words) for words in WORDS]
    assert [share.index for share in shares] == [0, 1, 2]
    assert {share.threshold for share in shares} == {2}
    assert {Mnemonic.from_mnemonic(words).iteration_exponent for words in WORDS} == {0}
    assert len({share.identifier for share in shares}) == 1
    assert trustees.read(TWO_OF_THREE).threshold == 2
    assert trustees.read(REFERENCE) == Share(trustees.read(REFERENCE).identifier, 0, 1)


def test_words_are_read_however_they_are_spaced_and_capitalised() -> None:
    typed = "\n\t" + WORDS[0].upper().replace(" ", " \u3000\n") + "  "
    assert trustees.read(typed) == trustees.read(WORDS[0])
    assert trustees.combine([typed, WORDS[1]]) == SECRET


@pytest.mark.parametrize("count", [0, 1, 20, 32, 34])
def test_another_number_of_words_is_told(count: int) -> None:
    words = (WORDS[0].split() * 2)[:count]
    with pytest.raises(trustees.WrongNumberOfWords) as refused:
        trustees.read(" ".join(words))
    assert refused.value.count == count


@pytest.mark.parametrize("position", [1, 17, 33])
@pytest.mark.parametrize("typed", ["academi", "한표", "12", "academic,"])
def test_a_word_that_is_not_on_the_list_is_told_by_its_position(position: int, typed: str) -> None:
    words = WORDS[0].split()
    words[position - 1] = typed
    with pytest.raises(trustees.UnknownWord) as refused:
        trustees.combine([" ".join(words), WORDS[1]])
    assert refused.value.position == position
    assert typed not in str(refused.value)


@given(st.data())
def test_one_to_three_words_taken_for_others_are_always_noticed(data: st.DataObject) -> None:
    words = WORDS[0].split()
    places = data.draw(st.sets(st.integers(0, 32), min_size=1, max_size=3))
    listed = sorted(trustees.WORD_INDEX_MAP)
    for place in places:
        words[place] = data.draw(st.sampled_from(listed).filter(lambda one, at=place: one != words[at]))
    with pytest.raises(trustees.WrongChecksum):
        trustees.read(" ".join(words))


def test_two_words_that_changed_places_are_noticed() -> None:
    words = WORDS[0].split()
    place = next(at for at in range(32) if words[at] != words[at + 1])
    words[place], words[place + 1] = words[place + 1], words[place]
    with pytest.raises(trustees.WrongChecksum):
        trustees.read(" ".join(words))


@pytest.mark.parametrize("words", [WRONG_CHECKSUM, WRONG_PADDING])
def test_the_standards_examples_of_wrong_words_are_wrong(words: str) -> None:
    with pytest.raises(MnemonicError):
        Mnemonic.from_mnemonic(words)
    with pytest.raises(trustees.WrongChecksum):
        trustees.read(words)


def test_words_of_another_round_are_told() -> None:
    assert trustees.read(WORDS[0]).identifier != trustees.read(OTHERS[0]).identifier
    with pytest.raises(trustees.OtherSet):
        trustees.combine([WORDS[0], OTHERS[1]])
    with pytest.raises(trustees.OtherSet):
        trustees.combine([WORDS[0], OTHERS[0]])


def test_words_of_another_threshold_are_of_another_set() -> None:
    with pytest.raises(trustees.OtherSet):
        trustees.combine([WORDS[0], with_identifier_of(WORDS[0], trustees.split(SECRET, 3, 3)[1])])


def test_words_of_another_round_with_the_same_identifier_by_chance_do_not_give_a_wrong_key() -> None:
    with pytest.raises(trustees.OtherSet):
        trustees.combine([WORDS[0], with_identifier_of(WORDS[0], OTHERS[1])])


def test_words_out_of_a_set_with_groups_are_not_ours() -> None:
    with pytest.raises(trustees.OtherSet):
        trustees.read(OF_TWO_GROUPS)


def test_one_trustee_cannot_come_twice() -> None:
    with pytest.raises(trustees.SameShare) as refused:
        trustees.combine([WORDS[1], WORDS[1].upper()])
    assert refused.value.index == trustees.read(WORDS[1]).index


def test_nobody_gives_nothing() -> None:
    with pytest.raises(trustees.TooFew):
        trustees.combine([])


@pytest.mark.parametrize(("k", "n"), [(0, 0), (0, 1), (1, 2), (3, 2), (2, 17), (-1, 3)])
def test_a_key_is_not_split_in_ways_that_the_standard_does_not_know(k: int, n: int) -> None:
    with pytest.raises(ValueError, match="is not split"):
        trustees.split(SECRET, k, n)


@pytest.mark.parametrize("secret", [b"", SECRET[1:], SECRET + b"\x00"])
def test_only_a_key_is_split(secret: bytes) -> None:
    with pytest.raises(ValueError, match="not 32 bytes"):
        trustees.split(secret, 2, 3)


def test_no_error_says_a_word() -> None:
    """What is raised may be logged; the words, even mistyped, may not."""
    words = WORDS[0].split()
    typed = [" ".join([*words[:-1], "zzz"]), " ".join([*words[:-2], words[-1], words[-2]]), " ".join(words[:-1])]
    for one in typed:
        with pytest.raises(trustees.WordsError) as refused:
            trustees.read(one)
        said = f"{refused.value} {refused.value.__dict__}"
        assert not set(words) & set(said.split())
        assert "zzz" not in said
        assert refused.value.__cause__ is None


def with_identifier_of(one: str, other: str) -> str:
    """`other` as if its set had drawn the identifier of the set of `one`."""
    wanted, share = Mnemonic.from_mnemonic(one), Mnemonic.from_mnemonic(other)
    return Mnemonic(**{**vars(share), "identifier": wanted.identifier}).mnemonic()
