"""Questions about programmes and areas."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from app.database import db
from app.errors import NotFound
from app.programmes.models import Programme


def list_programmes() -> Sequence[Programme]:
    """Ours, in the order in which they are told apart on every page."""
    return db.session.scalars(select(Programme).where(~Programme.is_imported).order_by(Programme.position)).all()


def get_programme(programme_id: int) -> Programme:
    programme = db.session.get(Programme, programme_id)
    if programme is None:
        raise NotFound
    return programme


def list_programmes_by_ids(programme_ids: Collection[int]) -> Sequence[Programme]:
    return db.session.scalars(select(Programme).where(Programme.id.in_(programme_ids)).order_by(Programme.id)).all()


def find_programme(slug: str) -> Programme | None:
    return db.session.scalars(select(Programme).where(Programme.slug == slug)).one_or_none()


def get_programme_by_slug(slug: str) -> Programme:
    programme = find_programme(slug)
    if programme is None:
        raise NotFound
    return programme
