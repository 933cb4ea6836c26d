"""개인정보 가리기: words that are masked in a proposal are masked in all that it has become, and that it came of."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import or_, select, update

from app.database import db, transaction
from app.fates.models import Offer, OfferSource, OfferTarget
from app.fates.rules import OPEN
from app.people.models import Account
from app.proposals import mask_rules as rules
from app.proposals import masking
from app.proposals.models import Proposal, ProposalFile
from app.proposals.queries import list_by_ids
from app.reviews.models import DepartmentCheck


def mask_words(proposal: Proposal, words: str, *, ground: str, reason: str, at: datetime, by: Account) -> None:
    """In new texts that were put to somebody, too. Raises what `app.proposals.masking.mask_words` raises."""
    with transaction():
        family = list_family(proposal.id)
        masked = masking.mask_words(list_by_ids(family), words, ground=ground, reason=reason, at=at, by=by)
        _keep_readings(masked)
        about = select(OfferSource.offer_id).where(OfferSource.proposal_id.in_(family))
        for target in db.session.scalars(select(OfferTarget).where(OfferTarget.offer_id.in_(about))):
            if target.written is not None:
                target.written = {name: rules.mask_in(said, words) for name, said in target.written.items()}


def mask_file(item: ProposalFile, *, ground: str, reason: str, at: datetime, by: Account) -> None:
    """Raises what `app.proposals.masking.mask_file` raises."""
    with transaction():
        _keep_readings(masking.mask_file(item, ground=ground, reason=reason, at=at, by=by))


def _keep_readings(masked: Iterable[Proposal]) -> None:
    """An opinion, and a question to those who proposed, speak of what was read, and that says the same without the
    masked words: neither has to be given anew."""
    for proposal in masked:
        now, read = proposal.version, proposal.version - 1
        opinions = update(DepartmentCheck).filter_by(proposal_id=proposal.id, proposal_version=read)
        db.session.execute(opinions.values(proposal_version=now))
        questions = update(OfferSource).filter_by(proposal_id=proposal.id, seen_version=read, offer_state=OPEN)
        db.session.execute(questions.values(seen_version=now))


def list_family(proposal_id: int) -> set[int]:
    """Ids: itself, what it was merged, split or carried into, what is proposed again of it, and all that these came
    of."""
    found, ahead = set[int](), {proposal_id}
    while ahead:
        found |= ahead
        ahead = _list_next_to(ahead) - found
    return found


def _list_next_to(ids: set[int]) -> set[int]:
    of = select(Offer.id).outerjoin(Offer.sources).outerjoin(Offer.targets)
    offers = of.where(or_(OfferSource.proposal_id.in_(ids), OfferTarget.proposal_id.in_(ids)))
    sources = select(OfferSource.proposal_id).where(OfferSource.offer_id.in_(offers))
    targets = select(OfferTarget.proposal_id).where(OfferTarget.offer_id.in_(offers))
    again = select(Proposal.id).where(Proposal.follows_id.in_(ids))
    before = select(Proposal.follows_id).where(Proposal.id.in_(ids))
    asked = (db.session.scalars(query) for query in (sources, targets, again, before))
    return {one for found in asked for one in found if one is not None}
