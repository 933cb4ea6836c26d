"""Proposals with the same place or purpose: found once, settled once, and in the way of the ballot until then."""

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.audit.models import SYSTEM
from app.ballots import rules as ballots
from app.ballots import sign_off
from app.ballots.models import BallotSignature, PreparedBallot
from app.clock import now
from app.database import db
from app.people.models import Account
from app.proposals import conflict_queries as queries
from app.proposals import conflict_rules as rules
from app.proposals import conflict_services as services
from app.proposals.conflict_models import ProposalConflict
from app.proposals.models import Proposal
from app.reviews import check_services
from app.rounds import rules as rounds
from app.rounds.models import Round
from tests import factories
from tests.ballots.elections import give_key, prepared, shortlisted, signers
from tests.reviews.papers import lines

BENCH = {"title": "골목길 긴 의자 놓기", "place": "은행나무 쉼터"}


def pair(round_: Round, state: str = "eligible", **second: object) -> tuple[Proposal, Proposal]:
    """Alike in title and place, unless the second one is said to be otherwise."""
    return (
        factories.proposal(round_, state=state, **BENCH),
        factories.proposal(round_, state=state, **{**BENCH, **second}),
    )


def find(round_: Round) -> list[str]:
    services.find_conflicts(round_, at=now(), by=SYSTEM)
    return [one.kind for one in queries.list_conflicts(round_.id)]


def settle(conflict: ProposalConflict, state: str = rules.BOTH_STAY, reason: str = "서로 다른 일입니다.") -> None:
    services.settle_conflict(conflict, state, reason, factories.account("staff"), at=now())


def conflict_in(round_: Round) -> ProposalConflict:
    pair(round_, title="전혀 다른 이야기")
    assert find(round_) == [rules.SAME_PLACE]
    return queries.list_conflicts(round_.id)[0]


@pytest.mark.parametrize(
    ("second", "kinds"),
    [
        ({}, {rules.SAME_PLACE, rules.SAME_PURPOSE}),
        ({"title": "도서관에 전자책 들이기"}, {rules.SAME_PLACE}),
        ({"place": "은행나무쉼터 ", "title": "도서관"}, {rules.SAME_PLACE}),
        ({"place": "다른 곳"}, {rules.SAME_PURPOSE}),
        ({"place": "다른 곳", "title": "골목길 의자 놓기"}, {rules.SAME_PURPOSE}),
        ({"area": None, "title": "도서관"}, set()),
        ({"place": "", "title": "도서관"}, set()),
        ({"place": "다른 곳", "title": "도서관"}, set()),
    ],
)
def test_the_same_place_in_a_dong_or_much_the_same_title_is_found(
    app: Flask, second: dict[str, object], kinds: set[str]
) -> None:
    round_ = factories.round_()
    pair(round_, **second)
    assert set(find(round_)) == kinds


HERE = {"latitude": 37.4565, "longitude": 126.8955, "place": "", "title": "도서관"}


@pytest.mark.parametrize(
    ("second", "kinds"),
    [
        ({}, ["same_place"]),
        ({"latitude": 37.456949}, ["same_place"]),  # 49.9 m to the north
        ({"latitude": 37.456951}, []),  # 50.1 m
        ({"longitude": 126.896065}, ["same_place"]),  # 49.9 m to the east: here a degree is shorter
        ({"longitude": 126.896068}, []),
        ({"latitude": 37.4568, "longitude": 126.8960}, []),  # 33 m and 44 m: 55 m
        ({"latitude": None, "longitude": None}, []),
        ({"area": None}, ["same_place"]),
    ],
)
def test_two_pins_within_50_metres_are_one_place_however_it_is_called(
    app: Flask, second: dict[str, object], kinds: list[str]
) -> None:
    """A dong's border between them is no distance, and neither is what the two call the place."""
    round_ = factories.round_()
    factories.proposal(round_, state="eligible", **{**HERE, "place": "은행나무 쉼터", "title": "골목길 의자"})
    factories.proposal(round_, state="eligible", **{**HERE, **second})
    assert find(round_) == kinds
    conflicts = queries.list_conflicts(round_.id)
    assert [one.metres is not None and one.metres <= rules.NEAR_METRES for one in conflicts] == [True] * len(kinds)


def test_the_name_and_the_pin_of_a_place_are_one_finding(app: Flask) -> None:
    round_ = factories.round_()
    pair(round_, title="전혀 다른 이야기", latitude=37.4565, longitude=126.8955)
    found = find(round_)
    assert (found, queries.list_conflicts(round_.id)[0].metres) == ([rules.SAME_PLACE], None)
    for one in db.session.query(Proposal):
        one.latitude, one.longitude = 37.4565, 126.8955
    db.session.commit()
    assert find(round_) == found


@pytest.mark.parametrize("state", ["submitted", "withdrawn", "ineligible", "left_out"])
def test_only_what_is_on_its_way_to_the_ballot_is_compared(app: Flask, state: str) -> None:
    round_ = factories.round_()
    factories.proposal(round_, state="eligible", **BENCH)
    factories.proposal(round_, state=state, **BENCH)
    factories.proposal(factories.round_(), state="eligible", **BENCH)
    assert find(round_) == []


def test_found_again_it_is_there_once(app: Flask) -> None:
    round_ = factories.round_()
    pair(round_)
    assert len(find(round_)) == len(find(round_)) == 2
    assert (lines("conflict.find"), services.find_conflicts(round_, at=now(), by=SYSTEM)) == (1, 0)


def test_a_proposal_that_becomes_eligible_is_compared_then(app: Flask) -> None:
    round_ = factories.round_(running="department_check")
    first = factories.proposal(round_, state="eligible", **BENCH)
    check = factories.check(factories.proposal(round_, **BENCH), state="decided")
    check_services.release_check(check, at=now(), by=SYSTEM)
    found = queries.list_conflicts_of(first.id)
    assert {(one.first_id, one.second_id) for one in found} == {(first.id, check.proposal_id)}
    assert [one.state for one in found] == [rules.OPEN, rules.OPEN]


def test_it_is_settled_once_with_a_reason(app: Flask) -> None:
    conflict = conflict_in(factories.round_())
    settle(conflict)
    assert (conflict.state, conflict.reason, lines("conflict.settle")) == ("both_stay", "서로 다른 일입니다.", 1)
    with pytest.raises(rules.ConflictSettled):
        settle(conflict, reason="다른 까닭")
    db.session.expire_all()
    assert (conflict.reason, lines("conflict.settle")) == ("서로 다른 일입니다.", 1)
    assert find(conflict.first.round) == [rules.SAME_PLACE]


@pytest.mark.parametrize(
    ("state", "reason", "error"),
    [
        (rules.OPEN, "까닭", rules.SettlementUnknown),
        ("perhaps", "까닭", rules.SettlementUnknown),
        (rules.BOTH_STAY, "", rules.ReasonUnfit),
        (rules.BOTH_STAY, "가" * 2001, rules.ReasonUnfit),
        (rules.MERGED, "합침", rules.BothStillThere),
        (rules.ONE_LEAVES, "빠짐", rules.BothStillThere),
    ],
)
def test_what_settles_nothing_is_refused(app: Flask, state: str, reason: str, error: type[Exception]) -> None:
    conflict = conflict_in(factories.round_())
    with pytest.raises(error):
        settle(conflict, state, reason)
    db.session.expire_all()
    assert (conflict.state, conflict.reason, lines("conflict.settle")) == (rules.OPEN, "", 0)


@pytest.mark.parametrize("state", [rules.MERGED, rules.ONE_LEAVES])
def test_that_one_has_left_is_written_down_once_it_has(app: Flask, state: str) -> None:
    conflict = conflict_in(factories.round_())
    conflict.second.state = "left_out"
    db.session.commit()
    settle(conflict, state)
    assert conflict.state == state


def test_nothing_is_found_or_settled_once_the_ballot_is_published(app: Flask) -> None:
    conflict = conflict_in(factories.round_())
    round_ = conflict.first.round
    round_.state = rounds.BALLOT_PUBLISHED
    db.session.commit()
    with pytest.raises(rounds.Frozen):
        settle(conflict)
    with pytest.raises(rounds.Frozen):
        services.find_conflicts(round_, at=now(), by=SYSTEM)
    db.session.expire_all()
    assert (conflict.state, lines("conflict.settle"), lines("round.change_refused")) == (rules.OPEN, 0, 2)


def at_odds(round_: Round) -> ProposalConflict:
    """The first two that are shortlisted."""
    ids = [one.id for one in db.session.query(Proposal).filter_by(round_id=round_.id).order_by(Proposal.id)]
    first, second = ids[:2]
    values = {"first_id": first, "second_id": second, "kind": rules.SAME_PLACE, "found_at": now()}
    return factories.keep(ProposalConflict(**values))


def test_no_ballot_is_prepared_while_two_on_it_are_at_odds(app: Flask) -> None:
    round_ = shortlisted(per_section=2)
    give_key(round_)
    conflict = at_odds(round_)
    with pytest.raises(ballots.ConflictsOpen):
        prepared(round_)
    db.session.expire_all()
    assert (db.session.query(PreparedBallot).count(), lines("ballot.prepare")) == (0, 0)
    settle(conflict)
    assert prepared(round_).draw == 1


@pytest.mark.parametrize("metres", [33, 55])
def test_no_ballot_is_prepared_while_nobody_was_asked_about_two_near_pins(app: Flask, metres: int) -> None:
    """As of proposals that became eligible before pins were compared. Some 22 m further apart nobody needs to be
    asked: the control."""
    round_ = shortlisted(per_section=2)
    give_key(round_)
    first, second = db.session.query(Proposal).filter_by(round_id=round_.id).order_by(Proposal.id).limit(2)
    first.latitude, second.latitude = 37.4565, 37.4565 + metres / 111_195
    first.longitude = second.longitude = 126.8955
    db.session.commit()
    if metres > rules.NEAR_METRES:
        assert prepared(round_).draw == 1
        return
    with pytest.raises(ballots.ConflictsOpen):
        prepared(round_)
    db.session.expire_all()
    assert (db.session.query(PreparedBallot).count(), lines("ballot.prepare")) == (0, 0)
    find(round_)
    for conflict in queries.list_conflicts(round_.id):
        settle(conflict)
    assert prepared(round_).draw == 1


@pytest.mark.parametrize("role", ["staff", "approver"])
def test_no_ballot_is_signed_while_two_on_it_are_at_odds(app: Flask, role: str) -> None:
    round_ = shortlisted(per_section=2)
    give_key(round_)
    ballot = prepared(round_)
    people: dict[str, Account] = dict(zip(("staff", "approver"), signers(round_), strict=True))
    if role == "approver":
        sign_off.sign_ballot(ballot, people["staff"], "staff", at=now())
    at_odds(round_)
    before = (db.session.query(BallotSignature).count(), lines("ballot.sign"))
    with pytest.raises(ballots.ConflictsOpen):
        sign_off.sign_ballot(ballot, people[role], role, at=now())
    db.session.expire_all()
    assert (db.session.query(BallotSignature).count(), lines("ballot.sign")) == before
    assert (round_.state, lines("ballot.publish")) == (rounds.CALLED, 0)


def test_one_that_has_left_stands_in_nobodys_way(app: Flask) -> None:
    round_ = shortlisted(per_section=2)
    conflict = at_odds(round_)
    assert queries.count_before_the_ballot(round_.id) == 1
    conflict.first.state = "left_out"
    db.session.commit()
    assert queries.count_before_the_ballot(round_.id) == 0


@pytest.mark.parametrize(
    "values",
    [{"state": "both_stay"}, {"state": "lost"}, {"kind": "same_colour"}, {"reason": "까닭"}, {"turned": True}],
)
def test_the_database_refuses_a_pair_that_no_rule_allows(app: Flask, values: dict[str, object]) -> None:
    first, second = pair(factories.round_())
    row = {"first_id": first.id, "second_id": second.id, "kind": rules.SAME_PLACE, "found_at": now(), **values}
    if row.pop("turned", False):
        row |= {"first_id": second.id, "second_id": first.id}
    with pytest.raises(IntegrityError):
        factories.keep(ProposalConflict(**row))
    db.session.rollback()


def add(one: Proposal, other: Proposal, kind: str = rules.SAME_PURPOSE) -> ProposalConflict:
    return services.add_conflict(one.round, one, other, kind, at=now(), by=SYSTEM)


def test_what_somebody_sees_and_no_comparison_finds_is_added_once_and_settled_like_the_others(app: Flask) -> None:
    round_ = factories.round_()
    one, other = pair(round_, title="도서관에 전자책 들이기", place="다른 곳")
    assert find(round_) == []
    conflict = add(other, one)
    assert (conflict.first_id, conflict.second_id, conflict.state) == (one.id, other.id, rules.OPEN)
    with pytest.raises(rules.AlreadyFound):
        add(one, other)
    db.session.rollback()
    assert (lines("conflict.add"), len(queries.list_conflicts(round_.id))) == (1, 1)
    settle(conflict, rules.ONE_WINS)
    assert (queries.list_rivals(one.id), queries.list_rivals(other.id)) == ([other], [one])
    other.state = "left_out"
    db.session.commit()
    assert queries.list_rivals(one.id) == []


def test_only_two_of_the_round_that_are_on_their_way_are_added(app: Flask) -> None:
    one, submitted = pair(factories.round_())
    elsewhere = factories.proposal(factories.round_(), state="eligible")
    submitted.state = "submitted"
    db.session.commit()
    for other, kind, error in (
        (one, rules.SAME_PLACE, rules.NotAPair),
        (submitted, rules.SAME_PLACE, rules.NotAPair),
        (elsewhere, rules.SAME_PLACE, rules.NotAPair),
        (elsewhere, "gossip", rules.KindUnknown),
    ):
        with pytest.raises(error):
            add(one, other, kind)
        db.session.rollback()
    assert (lines("conflict.add"), db.session.query(ProposalConflict).count()) == (0, 0)
