"""Who is barred from what: recusals that are recorded, and what the rules find by themselves."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CompoundSelect, func, select, union
from sqlalchemy.orm import contains_eager

from app.audit.models import Actor
from app.database import db
from app.errors import NotFound
from app.people.models import COMMITTEE_ROLE, DEPARTMENT_ROLE, Account, Department, Resident, RoleGrant
from app.programmes.models import Programme
from app.proposals import rules as proposals
from app.proposals.models import CoProposer, PaperFiling, Proposal
from app.reviews import objection_rules, queries
from app.reviews import recusal_rules as rules
from app.reviews.models import DepartmentCheck, Recusal, WrittenReview
from app.reviews.recusal_models import Challenge, ChallengeVoter, Interest
from app.reviews.rules import EXCLUDED, RELEASED, Recused
from app.reviews.visit_models import SiteVisit
from app.rounds import rules as rounds
from app.rounds.models import Round

Pair = tuple[int, int]  # proposal id, account id
CHALLENGEABLE = (proposals.ELIGIBLE, proposals.VISITED)


# Excluded by rule


def proposers_of(round_id: int) -> CompoundSelect[tuple[int, int]]:
    """(proposal id, resident id) of all who proposed something in the round, those who joined them too: the one place
    that says who that is."""
    own = select(Proposal.id, Proposal.resident_id).where(Proposal.resident_id.is_not(None))
    joined = select(Proposal.id, CoProposer.resident_id).join(CoProposer, CoProposer.proposal_id == Proposal.id)
    here = Proposal.round_id == round_id
    return union(own.where(here), joined.where(here, CoProposer.state == proposals.ACCEPTED))


def list_proposers(round_id: int) -> dict[int, list[Resident]]:
    """Proposal id → all who proposed it."""
    who = proposers_of(round_id).subquery("who")
    proposal_id, resident_id = who.c
    found: dict[int, list[Resident]] = {}
    for one, resident in db.session.execute(
        select(proposal_id, Resident).join(Resident, Resident.id == resident_id).order_by(proposal_id, Resident.id)
    ):
        found.setdefault(one, []).append(resident)
    return found


def list_filings(round_id: int) -> dict[int, PaperFiling]:
    """Proposal id → who proposed it on paper."""
    here = select(PaperFiling).join(PaperFiling.proposal).where(Proposal.round_id == round_id)
    return {one.proposal_id: one for one in db.session.scalars(here)}


def list_proposers_of(proposal: Proposal) -> list[Resident]:
    return list_proposers(proposal.round_id).get(proposal.id, [])


def list_conflicts(round_id: int) -> dict[Pair, str]:
    """What the system itself sees of those who review in the round's programme, or have a sheet in the round and
    review no more → one of `recusal_rules.REASONS`."""
    round_ = db.session.get_one(Round, round_id)
    wrote = select(WrittenReview.account_id).join(WrittenReview.visit).join(SiteVisit.proposal)
    reviewers = set(db.session.scalars(queries.role_grants(round_.programme, COMMITTEE_ROLE)))
    reviewers |= set(db.session.scalars(wrote.where(Proposal.round_id == round_id)))
    found = dict.fromkeys(_who_declared_a_department(round_id), rules.DECLARED)
    found |= dict.fromkeys(_officers(round_id), rules.OFFICER)
    found |= dict.fromkeys(_proposers(round_id), rules.PROPOSER)
    return {pair: why for pair, why in found.items() if pair[1] in reviewers}


def _proposers(round_id: int) -> list[Pair]:
    """By the phone that the member declared, in this round or in any other. Whoever proposed it together with others
    and left them is excluded all the same: of them only the key of their phone is known."""
    who = proposers_of(round_id).subquery("who")
    proposal_id, resident_id = who.c
    rows = db.session.execute(
        select(proposal_id, Interest.account_id)
        .join(Resident, Resident.id == resident_id)
        .join(Interest, Interest.phone_key == Resident.phone_key)
        .distinct()
    )
    left = db.session.execute(
        select(CoProposer.proposal_id, Interest.account_id)
        .join(CoProposer.proposal)
        .join(Interest, Interest.phone_key == CoProposer.phone_key)
        .where(Proposal.round_id == round_id, CoProposer.state == proposals.LEFT)
        .distinct()
    )
    return [(one, account_id) for found in (rows, left) for one, account_id in found]


def _officers(round_id: int) -> list[Pair]:
    rows = db.session.execute(
        select(DepartmentCheck.proposal_id, RoleGrant.account_id)
        .join(Proposal, Proposal.id == DepartmentCheck.proposal_id)
        .join(RoleGrant, RoleGrant.department_id == DepartmentCheck.department_id)
        .where(Proposal.round_id == round_id, RoleGrant.role == DEPARTMENT_ROLE)
        .distinct()
    )
    return [(one, account_id) for one, account_id in rows]


def _who_declared_a_department(round_id: int) -> list[Pair]:
    declared = list_interests(round_id)
    if not any(one.departments for one in declared):
        return []
    checks = db.session.execute(
        select(DepartmentCheck.proposal_id, DepartmentCheck.department_id)
        .join(Proposal, Proposal.id == DepartmentCheck.proposal_id)
        .where(Proposal.round_id == round_id)
    ).all()
    return [
        (proposal, one.account_id)
        for one in declared
        for proposal, department in checks
        if department in one.departments
    ]


def list_bars(round_id: int) -> dict[Pair, str]:
    """Everybody who is barred from something in the round → the kind of recusal, recorded or found by the rules."""
    recorded = {(one.proposal_id, one.account_id): one.kind for one in queries.list_recusals(round_id)}
    return dict.fromkeys(list_conflicts(round_id), EXCLUDED) | recorded


def is_barred(proposal: Proposal, account_id: int) -> bool:
    if queries.find_recusal(proposal.id, account_id) is not None:
        return True
    return (proposal.id, account_id) in list_conflicts(proposal.round_id)


def ensure_not_barred(proposal: Proposal, by: Actor) -> None:
    """Also of staff: whoever reviews in the committee as well, and is barred from the proposal, has no hand in its
    review. Raises Recused."""
    if by.kind == "account" and by.id is not None and is_barred(proposal, by.id):
        raise Recused


# Declared interests


def find_interest(round_id: int, account_id: int) -> Interest | None:
    return db.session.get(Interest, (round_id, account_id))


def list_interests(round_id: int) -> list[Interest]:
    return list(db.session.scalars(select(Interest).filter_by(round_id=round_id).order_by(Interest.account_id)))


def list_departments() -> list[Department]:
    return list(db.session.scalars(select(Department).order_by(Department.name_ko, Department.id)))


class Doubt(NamedTuple):
    """What staff should look at, for no rule can tell. `why`: "name" (the member is called like a proposer) or "body"
    (the proposal speaks of an organisation that the member declared)."""

    proposal: Proposal
    account: Account
    why: str


def list_doubts(round_: Round) -> list[Doubt]:
    """Of what is still to be reviewed, and nobody is barred from yet."""
    bars, members = list_bars(round_.id), _list_reviewers(round_.programme)
    bodies = {one.account_id: _lines(one.bodies) for one in list_interests(round_.id)}
    found = []
    statement = select(Proposal).where(Proposal.round_id == round_.id, Proposal.state.in_(CHALLENGEABLE))
    who, filings = list_proposers(round_.id), list_filings(round_.id)
    for proposal in db.session.scalars(statement.order_by(Proposal.number)):
        text = "".join(
            f"{proposal.title} {proposal.place} {proposal.need} {proposal.content} {proposal.effect}".split()
        )
        people = [*who.get(proposal.id, ()), *filter(None, [filings.get(proposal.id)])]
        names = {person.name for person in people}
        for one in members:
            if (proposal.id, one.id) in bars:
                continue
            if one.name in names:
                found.append(Doubt(proposal, one, "name"))
            elif any(body in text for body in bodies.get(one.id, ())):
                found.append(Doubt(proposal, one, "body"))
    return found


def _lines(text: str) -> list[str]:
    """Without their spaces, as names of organisations are written now with them and now without."""
    return [squeezed for line in text.splitlines() if len(squeezed := "".join(line.split())) > 1]


# Challenges


def get_challenge(challenge_id: int) -> Challenge:
    found = db.session.get(Challenge, challenge_id)
    if found is None:
        raise NotFound(f"challenge {challenge_id}")
    return found


def list_challenges(round_id: int) -> list[Challenge]:
    """The oldest first."""
    statement = select(Challenge).join(Challenge.proposal).where(Proposal.round_id == round_id)
    statement = statement.options(contains_eager(Challenge.proposal))
    return list(db.session.scalars(statement.order_by(Challenge.filed_at, Challenge.id)))


def list_challenges_of(proposal_id: int) -> list[Challenge]:
    statement = select(Challenge).filter_by(proposal_id=proposal_id)
    return list(db.session.scalars(statement.order_by(Challenge.filed_at, Challenge.id)))


def count_open_challenges(round_id: int) -> int:
    statement = select(func.count(Challenge.id)).join(Challenge.proposal)
    return db.session.scalar(statement.where(Proposal.round_id == round_id, Challenge.state == rules.OPEN)) or 0


def list_entitled(challenge: Challenge) -> list[Account]:
    """Those who vote on it: all who review, without the challenged member and those barred from the proposal."""
    proposal = challenge.proposal
    bars = list_bars(proposal.round_id)
    members = _list_reviewers(proposal.round.programme)
    return [one for one in members if one.id != challenge.account_id and (proposal.id, one.id) not in bars]


def count_entitled(challenge: Challenge) -> int:
    """Of how many the votes are a part: those who vote on it, and those who have voted and are barred since, whose
    votes are counted still."""
    voted = db.session.scalars(select(ChallengeVoter.account_id).filter_by(challenge_id=challenge.id))
    return len({one.id for one in list_entitled(challenge)} | set(voted))


def has_voted(challenge_id: int, account_id: int) -> bool:
    return db.session.get(ChallengeVoter, (challenge_id, account_id)) is not None


def list_voted(round_id: int, account_id: int) -> set[int]:
    """Ids of the challenges in the round on which the account has voted."""
    voted = select(ChallengeVoter.challenge_id).join(Challenge, Challenge.id == ChallengeVoter.challenge_id)
    here = voted.join(Challenge.proposal).where(Proposal.round_id == round_id)
    return set(db.session.scalars(here.where(ChallengeVoter.account_id == account_id)))


def count_to_vote(round_id: int, account: Account, at: datetime) -> int:
    """Challenges in the round on which the account can vote and has not."""
    voted = list_voted(round_id, account.id)
    waits = (one for one in list_challenges(round_id) if one.state == rules.OPEN and at < one.vote_until)
    return sum(account in list_entitled(one) for one in waits if one.id not in voted)


def find_challenge_end(proposal: Proposal) -> datetime | None:
    """Until when the proposer may challenge a member; None while, or because, nothing is to be reviewed."""
    period = rounds.find_period(proposal.round.phases, rounds.WRITTEN_REVIEW)
    if period is None or proposal.state not in CHALLENGEABLE:
        return None
    released_at = db.session.scalar(
        select(DepartmentCheck.released_at).filter_by(proposal_id=proposal.id, state=RELEASED)
    )
    days = proposal.round.review_objection_days
    late = objection_rules.window_end(released_at, days) if released_at else period.starts_at
    return rules.challenge_end(late, period.starts_at, period.ends_at)


def list_challengeable(proposal: Proposal) -> list[Account]:
    """Who reviews, without those who are barred already and those whom the proposer has challenged."""
    named = {one.account_id for one in list_challenges_of(proposal.id)}
    bars = list_bars(proposal.round_id)
    members = _list_reviewers(proposal.round.programme)
    return [one for one in members if one.id not in named and (proposal.id, one.id) not in bars]


def map_reasons(round_id: int, account_id: int) -> dict[int, str]:
    """Proposal → why the account is barred from it, where that is recorded."""
    own = select(Recusal.proposal_id, Recusal.reason).join(Proposal).where(Recusal.account_id == account_id)
    return {row.proposal_id: row.reason for row in db.session.execute(own.where(Proposal.round_id == round_id))}


def list_recusals_of(proposal_id: int) -> list[Recusal]:
    return list(db.session.scalars(select(Recusal).filter_by(proposal_id=proposal_id)))


def _list_reviewers(programme: Programme) -> list[Account]:
    """As `sheet_queries.list_reviewers`, which stands on this module."""
    grants = queries.role_grants(programme, COMMITTEE_ROLE)
    return list(db.session.scalars(select(Account).where(Account.id.in_(grants)).order_by(Account.name, Account.id)))
