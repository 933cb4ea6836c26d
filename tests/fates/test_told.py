"""Those who proposed are told: that they are asked, what came of it, and what a department answers. Nobody else is."""

from datetime import timedelta

import pytest
from flask import Flask

from app.clock import Clock, now, seoul_day, start_of_day
from app.database import db
from app.fates import reminders, rules, services
from app.notices import kinds
from app.notices.letter_models import Notice
from app.notices.reminders import remind
from app.proposals.rules import ACCEPTED
from app.results import handing_queries
from app.results import handing_rules as handing
from app.results.handing_rules import Answer
from tests import factories
from tests.fates.offers import REASON, agree, called, merge, split, states
from tests.fates.test_split_and_carry import through
from tests.results.test_handing import answered, decided, hand, loser


def told(resident_id: int) -> list[tuple[str, dict[str, str]]]:
    db.session.expire_all()
    mine = db.session.query(Notice).filter_by(resident_id=resident_id).order_by(Notice.id)
    return [(one.kind, one.facts) for one in mine]


def test_everybody_asked_is_told_of_the_question_and_of_its_end(app: Flask) -> None:
    round_, other = called(), factories.resident()
    one, two = factories.proposal(round_), factories.proposal(round_, by=other)
    offer = merge(one, two)
    assert one.resident is not None
    assert told(other.id) == told(one.resident.id) == [(kinds.FATE_ASKED, {"fate": "merge"})]
    agree(offer)
    ended = (kinds.FATE_ENDED, {"fate": "merge", "ending": rules.DONE})
    assert told(other.id)[1:] == told(one.resident.id)[1:] == [ended]


def test_a_refusal_and_a_withdrawal_are_told_and_say_which(app: Flask) -> None:
    for end, state in (("refuse", rules.REFUSED), ("withdraw", rules.WITHDRAWN)):
        proposal = factories.proposal(called(), by=factories.resident())
        resident = proposal.resident
        assert resident is not None
        offer = split(proposal)
        if end == "refuse":
            services.answer_offer(offer, resident, False, at=now())
        else:
            services.withdraw_offer(offer, REASON, at=now(), by=factories.account("staff"))
        assert told(resident.id)[1:] == [(kinds.FATE_ENDED, {"fate": "split", "ending": state})]


def test_who_has_not_answered_is_reminded_once_and_at_the_end_of_the_last_day_it_lapses(
    app: Flask, clock: Clock
) -> None:
    round_, other = called(), factories.resident()
    one, two = factories.proposal(round_), factories.proposal(round_, by=other)
    offer = merge(one, two)
    agree(offer, other)
    assert offer.answer_by == start_of_day(seoul_day(now()) + timedelta(days=15))
    clock.offset += offer.answer_by - timedelta(hours=13) - clock.now()  # 11 in the morning of the last day
    assert (remind([reminders.due], at=now()), remind([reminders.due], at=now())) == (1, 0)
    assert services.lapse_over(at=now()) == 0
    until = {"fate": "merge", "answer_until": offer.answer_by.isoformat()}
    assert told(one.resident_id)[1:] == [(kinds.FATE_DUE, until)] and told(other.id)[1:] == []
    clock.offset += timedelta(hours=13)
    with pytest.raises(rules.OfferStale):
        agree(offer, one.resident)
    assert (services.lapse_over(at=now()), services.lapse_over(at=now())) == (1, 0)
    ended = (kinds.FATE_ENDED, {"fate": "merge", "ending": rules.LAPSED})
    assert told(one.resident_id)[2:] == told(other.id)[1:] == [ended]
    assert states([one, two]) == ["submitted", "submitted"]


def test_whoever_was_asked_is_told_that_it_has_gone_stale_for_good(app: Flask) -> None:
    round_ = called()
    one, two = factories.proposal(round_), factories.proposal(round_)
    merge(one, two)
    two.version += 1
    db.session.commit()
    assert services.lapse_over(at=now()) == 1
    assert told(one.resident_id)[1:] == [(kinds.FATE_ENDED, {"fate": "merge", "ending": rules.LAPSED})]


def test_who_carries_their_own_over_is_not_asked_and_the_others_are(app: Flask) -> None:
    left, third = through(), factories.resident()
    factories.co_proposer(left, third, state=ACCEPTED)
    offer = services.carry_over(left, left.resident, reason=REASON, at=now())
    assert (told(left.resident_id), told(third.id)) == ([], [(kinds.FATE_ASKED, {"fate": "carry"})])
    agree(offer, third)
    assert [kind for kind, _facts in told(left.resident_id) + told(third.id)[1:]] == [kinds.FATE_ENDED] * 2


def test_what_is_handed_over_and_answered_is_told_to_who_proposed_it(app: Flask, clock: Clock) -> None:
    round_, department = decided(clock)
    proposal = loser(round_)
    assert proposal.resident_id is not None
    hand(proposal, department)
    handed = handing_queries.get_hand_over(proposal.id)
    answered(handed, Answer(handing.NOT_TAKEN_UP, "길이 좁습니다."))
    assert told(proposal.resident_id)[-2:] == [
        (kinds.HANDED_OVER, {}),
        (kinds.HANDING_ANSWERED, {"handing": handing.NOT_TAKEN_UP}),
    ]
