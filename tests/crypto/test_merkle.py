"""The log's tree is that of RFC 9162: reference values, an oracle read off the RFC, and no altered proof holds."""

import hashlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto import merkle
from tests.crypto import naive_tree

# The reference tree of Certificate Transparency: eight entries, and the roots of the first n of them.
ENTRIES = [
    bytes.fromhex(entry)
    for entry in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {  # (index, size): proof
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {  # (first, second): proof
    (1, 1): [],
    (1, 8): INCLUSION[0, 8],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
    (6, 7): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
LEAVES = [merkle.leaf_hash(entry) for entry in ENTRIES]
ANY_HASH = hashlib.sha256(b"any").digest()
sizes = st.integers(1, 70)


def entries(size: int) -> list[bytes]:
    return [b"ballot %d" % number for number in range(size)]


def leaves(size: int) -> list[bytes]:
    return [merkle.leaf_hash(entry) for entry in entries(size)]


def in_hex(hashes: list[bytes]) -> list[str]:
    return [one.hex() for one in hashes]


def altered(proof: list[bytes]) -> Iterator[list[bytes]]:
    """Every proof that is one step away: a bit, a hash less, a hash more, two in the other order."""
    for place, one in enumerate(proof):
        yield [*proof[:place], bytes([one[0] ^ 8]) + one[1:], *proof[place + 1 :]]
        yield [*proof[:place], one[:-1] + bytes([one[-1] ^ 1]), *proof[place + 1 :]]
        yield [*proof[:place], one[:-1], *proof[place + 1 :]]
        yield proof[:place] + proof[place + 1 :]
        yield [*proof[:place], one, *proof[place:]]
        if place and one != proof[place - 1]:
            yield [*proof[: place - 1], one, proof[place - 1], *proof[place + 1 :]]
    yield [*proof, ANY_HASH]
    yield [ANY_HASH, *proof]
    yield [*proof, b""]


def test_the_roots_are_the_reference_ones() -> None:
    for size, root in enumerate(ROOTS):
        assert merkle.root(LEAVES[:size]).hex() == root
    assert merkle.EMPTY_ROOT.hex() == ROOTS[0]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_the_proofs_of_inclusion_are_the_reference_ones(index: int, size: int) -> None:
    proof = merkle.inclusion_proof(index, LEAVES[:size])
    assert in_hex(proof) == INCLUSION[index, size]
    assert merkle.verify_inclusion(LEAVES[index], index, size, proof, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("first", "second"), CONSISTENCY)
def test_the_proofs_of_consistency_are_the_reference_ones(first: int, second: int) -> None:
    proof = merkle.consistency_proof(first, LEAVES[:second])
    assert in_hex(proof) == CONSISTENCY[first, second]
    roots = bytes.fromhex(ROOTS[first]), bytes.fromhex(ROOTS[second])
    assert merkle.verify_consistency(first, roots[0], second, roots[1], proof)


def test_trees_and_proofs_of_every_size_are_those_of_the_rfcs_definitions() -> None:
    for size in range(1, 41):
        d, hashed = entries(size), leaves(size)
        assert merkle.root(hashed) == naive_tree.mth(d)
        for one in range(size):
            assert merkle.inclusion_proof(one, hashed) == naive_tree.path(one, d)
            assert merkle.consistency_proof(one + 1, hashed) == naive_tree.proof(one + 1, d)


@given(size=sizes, data=st.data())
def test_a_proof_of_inclusion_holds_and_no_altered_one_does(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashed = leaves(size)
    leaf, root, proof = hashed[index], merkle.root(hashed), merkle.inclusion_proof(index, hashed)
    assert merkle.verify_inclusion(leaf, index, size, proof, root)
    for other in altered(proof):
        assert not merkle.verify_inclusion(leaf, index, size, other, root)
    for other in (index - 1, index + 1, index ^ 2, -1, size):
        assert not merkle.verify_inclusion(leaf, other, size, proof, root)
    assert not merkle.verify_inclusion(ANY_HASH, index, size, proof, root)
    assert not merkle.verify_inclusion(leaf, index, size, proof, ANY_HASH)
    assert not merkle.verify_inclusion(leaf, index, 0, proof, root)
    assert not merkle.verify_inclusion(leaf, index, size * 2, proof, root)


@given(second=sizes, data=st.data())
def test_a_proof_of_consistency_holds_and_no_altered_one_does(second: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, second))
    hashed = leaves(second)
    roots = merkle.root(hashed[:first]), merkle.root(hashed)
    proof = merkle.consistency_proof(first, hashed)
    assert merkle.verify_consistency(first, roots[0], second, roots[1], proof)
    for other in altered(proof):
        assert not merkle.verify_consistency(first, roots[0], second, roots[1], other)
    assert not merkle.verify_consistency(first, ANY_HASH, second, roots[1], proof)
    assert not merkle.verify_consistency(first, roots[0], second, ANY_HASH, proof)
    if first < second:
        assert not merkle.verify_consistency(first, roots[1], second, roots[0], proof)
        assert not merkle.verify_consistency(second, roots[1], first, roots[0], proof)


def test_a_log_that_dropped_changed_or_inserted_a_leaf_has_no_proof_of_its_past() -> None:
    """A dishonest log may send any proof that its own new tree gives."""
    past, grown = leaves(11), leaves(20)
    rewritten = [
        [*grown[:4], *grown[5:]],
        [*grown[:4], ANY_HASH, *grown[5:]],
        [*grown[:4], ANY_HASH, *grown[4:]],
        [*grown[:4], grown[5], grown[4], *grown[6:]],
    ]
    for other in rewritten:
        proof = merkle.consistency_proof(len(past), other)
        assert not merkle.verify_consistency(len(past), merkle.root(past), len(other), merkle.root(other), proof)


def test_every_tree_begins_with_the_empty_one_and_with_itself_and_this_needs_no_proof() -> None:
    root = bytes.fromhex(ROOTS[5])
    assert merkle.consistency_ranges(0, 5) == merkle.consistency_ranges(5, 5) == []
    assert merkle.verify_consistency(0, merkle.EMPTY_ROOT, 5, root, [])
    assert merkle.verify_consistency(5, root, 5, root, [])
    assert not merkle.verify_consistency(0, root, 5, root, [])
    assert not merkle.verify_consistency(0, merkle.EMPTY_ROOT, 5, root, [root])
    assert not merkle.verify_consistency(5, root, 5, root, [root])
    assert not merkle.verify_consistency(1, bytes.fromhex(ROOTS[1]), 2, bytes.fromhex(ROOTS[2]), [])
    assert not merkle.verify_consistency(-1, root, 5, root, [])
    assert not merkle.verify_consistency(3, bytes.fromhex(ROOTS[3]), 5, root, [])


def test_a_true_proof_does_not_hold_for_trees_of_another_size() -> None:
    """The roots are those of larger or smaller trees, of which the proof is true."""
    hashed = leaves(12)
    roots = [merkle.root(hashed[:size]) for size in range(13)]
    assert not merkle.verify_inclusion(hashed[1], 0, 1, [hashed[0]], roots[2])
    assert not merkle.verify_inclusion(hashed[0], 0, 4, [hashed[1]], roots[2])
    assert not merkle.verify_consistency(3, roots[11], 4, roots[12], merkle.consistency_proof(11, hashed))
    assert not merkle.verify_consistency(1, roots[1], 4, roots[2], merkle.consistency_proof(1, hashed[:2]))
    assert not merkle.verify_consistency(3, roots[3], 2, merkle.node_hash(roots[3], ANY_HASH), [roots[3], ANY_HASH])


def test_a_proof_is_of_hashes_and_not_of_their_bytes_divided_otherwise() -> None:
    left, right = leaves(2)
    root = merkle.root([left, right])
    assert merkle.verify_inclusion(right, 1, 2, [left], root)
    assert not merkle.verify_inclusion(right[1:], 1, 2, [left + right[:1]], root)
    assert merkle.verify_consistency(1, left, 2, root, [right])
    assert not merkle.verify_consistency(1, left[:-1], 2, root, [left[-1:] + right])


def test_an_entry_cannot_pass_for_a_node() -> None:
    """Second preimages: without the prefixes, two hashes in a row would be an entry with their node's hash."""
    assert merkle.leaf_hash(LEAVES[0] + LEAVES[1]) != merkle.node_hash(LEAVES[0], LEAVES[1])


@given(size=st.integers(0, 70), more=st.integers(0, 70))
def test_a_stored_frontier_goes_on_where_it_stopped(size: int, more: int) -> None:
    hashed = leaves(size + more)
    frontier = merkle.Frontier()
    for leaf in hashed[:size]:
        frontier.extend(leaf)
    stored = merkle.Frontier(frontier.size, frontier.digests)
    for leaf in hashed[size:]:
        stored.extend(leaf)
    assert stored.size == size + more
    assert stored.root == naive_tree.mth(entries(size + more))
    assert len(stored.digests) == stored.size.bit_count()


@pytest.mark.parametrize(
    ("size", "digests"),
    [(1, []), (0, ["00" * 32]), (3, ["00" * 32]), (1, ["00" * 31]), (1, ["zz" * 32]), (-1, ["00" * 32])],
)
def test_what_is_not_a_frontier_is_refused(size: int, digests: list[str]) -> None:
    with pytest.raises(ValueError, match="frontier|hexadecimal"):
        merkle.Frontier(size, digests)


def test_a_proof_of_what_there_is_not_is_refused() -> None:
    for index, size in ((0, 0), (3, 3), (-1, 3)):
        with pytest.raises(ValueError, match="no leaf"):
            merkle.inclusion_ranges(index, size)
    for first, second in ((4, 3), (-1, 3)):
        with pytest.raises(ValueError, match="does not begin"):
            merkle.consistency_ranges(first, second)
