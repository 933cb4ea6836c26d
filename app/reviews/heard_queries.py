"""How staff heard what they wrote down for somebody who proposed on paper."""

from sqlalchemy import select

from app.database import db
from app.reviews.heard_models import HeardWord


def find_heard_objection(objection_id: int) -> HeardWord | None:
    """None where the proposer objected themselves."""
    return db.session.scalar(select(HeardWord).filter_by(objection_id=objection_id))


def find_heard_answer(visit_id: int) -> HeardWord | None:
    """The latest; None where staff wrote none down."""
    query = select(HeardWord).filter_by(visit_id=visit_id).order_by(HeardWord.id.desc()).limit(1)
    return db.session.scalar(query)
