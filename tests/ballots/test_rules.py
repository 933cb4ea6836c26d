import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ballots import rules
from app.rounds import rules as rounds

NOON = datetime(2026, 9, 7, 12, tzinfo=UTC)
VOTING = SimpleNamespace(kind=rounds.VOTING, starts_at=NOON, ends_at=NOON + timedelta(days=14))
COMMITTEE = SimpleNamespace(
    kind=rounds.COMMITTEE_VOTE, starts_at=NOON + timedelta(days=15), ends_at=NOON + timedelta(days=16)
)
HEX = st.text("0123456789abcdef", min_size=32, max_size=32)


@given(HEX, HEX)
def test_a_receipt_has_sixteen_digits_and_checks_itself(ballot: str, manifest: str) -> None:
    receipt = rules.receipt_of(ballot, manifest)
    assert rules.is_receipt(receipt)
    assert receipt == rules.receipt_of(ballot, manifest)


@given(HEX, st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(ballot: str, place: int, shift: int) -> None:
    receipt = rules.receipt_of(ballot, "f" * 64)
    wrong = receipt[:place] + str((int(receipt[place]) + shift) % 10) + receipt[place + 1 :]
    assert not rules.is_receipt(wrong)


def test_a_receipt_of_known_parts_never_changes() -> None:
    """Worked by hand, so that receipts given out stay valid whatever is rewritten here."""
    number = int(hashlib.sha256(b"0" * 32 + b"f" * 64).hexdigest(), 16) % 10**15
    assert rules.receipt_of("0" * 32, "f" * 64)[:15] == f"{number:015d}"
    assert rules.is_receipt("4539578763621486")  # a number of the standard's own kind
    assert not rules.is_receipt("4539578763621487")


@pytest.mark.parametrize("written", ["", "1234", "４" * 16, "453957876362148x", "45395787636214860"])
def test_what_is_not_sixteen_digits_is_no_receipt(written: str) -> None:
    assert not rules.is_receipt(written)


def test_every_voter_sees_projects_in_an_order_of_their_own_and_always_in_the_same() -> None:
    codes = [str(n) for n in range(30)]
    keys = [rules.voter_key(b"1" * 32, f"resident:{n}") for n in range(500)]
    orders = {tuple(rules.shuffled(codes, key)) for key in keys}
    assert len(orders) == len(keys)
    assert all(sorted(order) == sorted(codes) for order in orders)
    assert rules.shuffled(codes, keys[0]) == rules.shuffled(reversed(codes), keys[0])


def test_no_project_is_first_for_more_than_its_share() -> None:
    codes = [str(n) for n in range(6)]
    first = Counter(rules.shuffled(codes, rules.voter_key(b"1" * 32, f"resident:{n}"))[0] for n in range(600))
    assert len(first) == len(codes) and max(first.values()) <= 140  # 100 each, and more than four deviations of 9


def test_voter_keys_of_two_rounds_have_nothing_in_common() -> None:
    keys = {rules.voter_key(secret, who) for secret in (b"1" * 32, b"2" * 32) for who in ("resident:a", "account:1")}
    assert len(keys) == 4


@pytest.mark.parametrize("state", rounds.STATES)
@pytest.mark.parametrize("chamber", [rounds.RESIDENTS, rounds.COMMITTEE])
def test_a_chamber_votes_in_its_own_phase_of_a_published_round_and_never_else(state: str, chamber: str) -> None:
    own = {rounds.RESIDENTS: VOTING, rounds.COMMITTEE: COMMITTEE}[chamber]
    for hours in (-1, 0, 1, 14 * 24, 15 * 24, 15 * 24 + 1, 16 * 24):
        at = NOON + timedelta(hours=hours)
        if state == rounds.BALLOT_PUBLISHED and own.starts_at <= at < own.ends_at:
            rules.ensure_open(state, [VOTING, COMMITTEE], chamber, at)
        else:
            with pytest.raises((rules.NotPublished, rounds.OutsidePhase)):
                rules.ensure_open(state, [VOTING, COMMITTEE], chamber, at)
