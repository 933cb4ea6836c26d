"""What was left out or not funded is proposed again by its proposer, as a new draft that says which one it follows."""

import pytest
from flask import Flask

from app.clock import Clock, now
from app.database import db
from app.files.rules import PHOTO
from app.proposals import rules
from app.proposals.file_queries import list_files
from app.proposals.models import Proposal
from app.results import again
from app.rounds.rules import INTAKE
from tests import factories
from tests.actors import Person
from tests.results.test_handing import decided, loser
from tests.reviews.papers import lines


def test_what_was_not_funded_is_a_draft_in_the_next_call_once_with_its_photos(app: Flask, clock: Clock) -> None:
    round_, _department = decided(clock)
    lost = loser(round_)
    factories.photo_of(lost, alt="골목")
    later = factories.round_(of=round_.programme, running=INTAKE, per_project_limit_won=1000)
    draft = again.propose_again(lost, lost.resident, at=now())
    assert (draft.state, draft.round_id, draft.follows_id, draft.title) == ("draft", later.id, lost.id, lost.title)
    assert (draft.cost_won, draft.consented_at, draft.need) == (None, None, lost.need)
    assert [one.alt for one in list_files(draft.id)[PHOTO]] == ["골목"]
    assert again.propose_again(lost, lost.resident, at=now()).id == draft.id and lines("proposal.again") == 1


def test_what_is_on_its_way_was_funded_or_is_anothers_is_not_proposed_again(app: Flask, clock: Clock) -> None:
    round_, _department = decided(clock)
    lost = loser(round_)
    funded = db.session.query(Proposal).filter_by(round_id=round_.id, state="shortlisted")
    (won, *_others) = [one for one in funded if not again.is_lost(one)]
    waits = factories.proposal(round_, state="visited")
    before = db.session.query(Proposal).count()
    for proposal, resident, error in (
        (won, won.resident, rules.NotLost),
        (waits, waits.resident, rules.NotLost),
        (lost, factories.resident(), rules.NotTheProposer),
    ):
        with pytest.raises(error):
            again.propose_again(proposal, resident, at=now())
        db.session.rollback()
    assert (db.session.query(Proposal).count(), lines("proposal.again")) == (before, 0)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_its_proposer_begins_it_on_its_page_and_both_sides_say_so_once_it_is_handed_in(
    app: Flask, clock: Clock
) -> None:
    round_, _department = decided(clock)
    lost = loser(round_)
    factories.round_(of=round_.programme, running=INTAKE)
    person, shown = Person(app, lost.resident), f"/proposals/{lost.id}"
    page = person.submit(person.get(f"/my/proposals/{lost.id}"), button="이 글로 다시 제안하기")
    assert page.has("옮겨 새 제안을 시작했습니다") and page.link(lost.title) == shown
    assert not Person(app).get(shown).has("다시 냈습니다"), "a draft is its writer's alone"
    draft = again.find_next(lost.id)
    draft.state, draft.number, draft.submitted_at, draft.consented_at = "submitted", 1, now(), now()
    db.session.commit()
    assert Person(app).get(shown).has("제안하신 분이 이 제안을 다시 냈습니다.")
    assert Person(app).get(f"/proposals/{draft.id}").link(lost.title) == shown
