"""From the last vote to a count: what must be over, what must add up, and what is kept when it does not."""

import hashlib
import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from app.audit.models import SYSTEM, AuditLine
from app.ballots import box
from app.ballots import queries as ballots
from app.ballots import rules as voting
from app.clock import Clock, now
from app.database import db
from app.results import queries, rules, services
from app.results.models import Count
from app.reviews.models import Recusal
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.tally.gates import Gate
from tests import factories
from tests.ballots.elections import move_into, open_box, picks, published, seated
from tests.results.elections import actions, closed, counted, opened, pour, voted


def close(round_: Round) -> None:
    services.close_round(round_, at=now(), by=SYSTEM)


def count(round_: Round) -> Count:
    return services.count_round(round_, at=now(), by=SYSTEM)


def nothing_counted(round_: Round) -> bool:
    db.session.rollback()
    return db.session.query(Count).count() == 0 and round_.state == rounds.CLOSED


def test_a_round_is_closed_when_all_voting_is_over(app: Flask, clock: Clock) -> None:
    round_ = voted(clock)
    close(round_)
    assert round_.state == rounds.CLOSED
    line = db.session.query(AuditLine).filter_by(action="round.close").one()
    assert line.fields == {"ballots": 8, "people": 8}


@pytest.mark.parametrize(
    ("kind", "waits_for"), [(rounds.VOTING, ("voting", "committee_vote")), (rounds.COMMITTEE_VOTE, ("committee_vote",))]
)
def test_the_box_stays_shut_while_a_chamber_votes(
    app: Flask, clock: Clock, kind: str, waits_for: tuple[str, ...]
) -> None:
    round_ = published(clock, running=None)
    seated(round_, 3, 3, "ended")
    move_into(clock, round_, kind)
    before = actions()
    with pytest.raises(rules.VotingStillOpen) as refusal:
        close(round_)
    assert refusal.value.waits_for == waits_for
    assert (round_.state, actions()) == (rounds.BALLOT_PUBLISHED, before)


def test_it_can_be_closed_at_the_very_instant_the_last_phase_ends(app: Flask, clock: Clock) -> None:
    round_ = voted(clock)
    end = max(phase.ends_at for phase in round_.phases)
    clock.offset -= now() - end + timedelta(seconds=2)
    with pytest.raises(rules.VotingStillOpen):
        close(round_)
    clock.offset += timedelta(seconds=2)
    close(round_)


@pytest.mark.parametrize("state", ["planned", "open", None])
def test_it_waits_for_the_general_meeting(app: Flask, clock: Clock, state: str | None) -> None:
    round_ = published(clock, running=None)
    if state:
        seated(round_, 3, 3, state)
    move_into(clock, round_, rounds.COMMITTEE_VOTE, timedelta(days=11))
    with pytest.raises(rules.VotingStillOpen) as refusal:
        close(round_)
    assert refusal.value.waits_for == ("meeting",)
    assert round_.state == rounds.BALLOT_PUBLISHED


def test_after_closing_nobody_can_pour_or_cast(app: Flask, clock: Clock) -> None:
    round_ = closed(clock)
    with pytest.raises(voting.BoxShut):
        pour(round_, rounds.RESIDENTS, [["1", "4"]])
    assert box.size(round_.id, rounds.RESIDENTS) == 5


@pytest.mark.parametrize("state", [s for s in rounds.STATES if s != rounds.BALLOT_PUBLISHED])
def test_only_a_published_ballot_can_be_closed(app: Flask, state: str) -> None:
    round_ = factories.round_(state=state, running=rounds.COMMITTEE_VOTE)
    with pytest.raises(rounds.WrongState):
        close(round_)
    assert round_.state == state


@pytest.mark.parametrize("state", [s for s in rounds.STATES if s != rounds.CLOSED])
def test_only_a_closed_round_can_be_counted(app: Flask, state: str) -> None:
    round_ = factories.round_(state=state, running=rounds.COMMITTEE_VOTE)
    with pytest.raises(rounds.WrongState):
        count(round_)
    assert (round_.state, db.session.query(Count).count()) == (state, 0)


def test_the_count_is_kept_as_the_tally_gave_it(app: Flask, clock: Clock) -> None:
    kept = counted(clock)
    assert kept.round.state == rounds.COUNTED
    assert hashlib.sha256(kept.body.encode()).hexdigest() == kept.sha256
    result = json.loads(kept.body)
    assert result["publishable"] is True
    assert result["manifest"] == ballots.get_publication(kept.round_id).sha256
    votes = {row["id"]: [row["chambers"][c]["votes"] for c in ("residents", "committee")] for row in result["items"]}
    assert votes == {"1": [3, 1], "2": [2, 2], "3": [0, 0], "4": [5, 1], "5": [0, 2], "6": [0, 0]}
    line = db.session.query(AuditLine).filter_by(action="count.make").one()
    assert (line.fields["result"], line.fields["count_id"]) == (kept.sha256, kept.id)


def test_gwangju_buk_gu_2017_sums_that_do_not_add_up_are_not_published(app: Flask, clock: Clock) -> None:
    """1,274 people and 1,278 ballots, so to speak: four ballots more in the box than people on the roll."""
    round_ = opened(clock, residents=[["1", "4"]] * 40)
    db.session.execute(
        text(
            "INSERT INTO cast_ballot (id, round_id, chamber, body) "
            "SELECT 'stuffed' || substr(id, 8), round_id, chamber, body FROM cast_ballot "
            "WHERE chamber = 'residents' AND id IN (SELECT id FROM cast_ballot WHERE chamber = 'residents' LIMIT 4)"
        )
    )
    db.session.commit()
    with pytest.raises(rules.GatesBroken) as refusal:
        count(round_)
    assert refusal.value.codes == ("ballots_equal_participations",)
    (gate,) = refusal.value.gates
    assert gate == Gate("ballots_equal_participations", "residents", False, {"cast": 44, "participations": 40})
    assert nothing_counted(round_)
    assert actions()[-1] == "count.refused"
    assert db.session.query(AuditLine).filter_by(action="count.refused").one().fields == {
        "gates": "ballots_equal_participations"
    }


def test_more_committee_ballots_than_members_at_the_meeting_are_refused(app: Flask, clock: Clock) -> None:
    round_ = opened(clock, committee=[["1", "4"]] * 4)
    with pytest.raises(rules.GatesBroken) as refusal:
        count(round_)
    assert "ballots_within_present" in refusal.value.codes
    assert nothing_counted(round_)


def test_a_missing_ballot_is_noticed_as_well(app: Flask, clock: Clock) -> None:
    round_ = opened(clock)
    db.session.execute(text("DELETE FROM cast_ballot WHERE chamber = 'committee'"))
    db.session.commit()
    with pytest.raises(rules.GatesBroken):
        count(round_)
    assert nothing_counted(round_)


def test_the_rest_of_a_recused_members_ballot_counts(app: Flask, clock: Clock) -> None:
    """A member recused from all of section 1 picks in section 2 only; the ballot does not say so, and is valid."""
    round_ = published(clock, running=None)
    _, (member, *_) = seated(round_, 3, 3, "ended")
    for item in ballots.list_items(round_.id):
        if item.section.code == "s1" and item.proposal_id:
            factories.keep(
                Recusal(
                    proposal_id=item.proposal_id,
                    account_id=member.account_id,
                    kind="stepped_back",
                    reason="가족",
                    declared_at=now(),
                )
            )
    pour(round_, rounds.COMMITTEE, [["4"], picks(round_)])
    move_into(clock, round_, rounds.COMMITTEE_VOTE, timedelta(days=11))
    close(round_)
    open_box(round_)
    (_, committee) = json.loads(count(round_).body)["chambers"]
    assert (committee["valid"], committee["void"], committee["lowered"]) == (2, {}, {"s1": 0})


def test_boxes_are_compared_with_the_roll_in_numbers_only(app: Flask, clock: Clock) -> None:
    round_ = voted(clock)
    assert queries.list_boxes(round_) == [queries.Box("residents", 5, 5), queries.Box("committee", 3, 3)]
