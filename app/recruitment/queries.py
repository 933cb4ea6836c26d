"""Questions about open calls and the applications to them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.committee.models import CommitteeMember
from app.committee.queries import list_members
from app.committee.rules import is_enrolled
from app.database import db
from app.errors import NotFound
from app.people.models import Resident
from app.programmes.models import Programme
from app.recruitment import rules
from app.recruitment.models import Application, Recommendation, Recruitment
from app.tally.draw import YOUTH


def get_recruitment(recruitment_id: int) -> Recruitment:
    row = db.session.get(Recruitment, recruitment_id)
    if row is None:
        raise NotFound(f"recruitment {recruitment_id}")
    return row


def get_public_recruitment(recruitment_id: int) -> Recruitment:
    """A draft is nobody's to see."""
    row = get_recruitment(recruitment_id)
    if row.state == rules.DRAFT:
        raise NotFound(f"recruitment {recruitment_id}")
    return row


def list_recruitments(programme: Programme, *, with_drafts: bool) -> Sequence[Recruitment]:
    """The newest first."""
    query = select(Recruitment).where(Recruitment.programme_id == programme.id)
    if not with_drafts:
        query = query.where(Recruitment.state != rules.DRAFT)
    return db.session.scalars(query.order_by(Recruitment.id.desc())).all()


def list_standing(programme: Programme) -> Sequence[Recruitment]:
    """Those that were announced, and are neither cancelled nor erased."""
    return db.session.scalars(
        select(Recruitment)
        .where(Recruitment.programme_id == programme.id, Recruitment.state.not_in((rules.DRAFT, rules.CANCELLED)))
        .where(Recruitment.erased_at.is_(None))
        .order_by(Recruitment.id)
    ).all()


def count_promised(row: Recruitment, route: str) -> int:
    """Seats that the call fills by this route, and that nobody was appointed to yet."""
    if route == "recommended":
        return sum(one.member_id is None for one in list_recommendations(row))
    return len(list_applications(row, rules.SELECTED)) if row.state == rules.DRAWN else row.seats


def get_application(application_id: int) -> Application:
    row = db.session.get(Application, application_id)
    if row is None:
        raise NotFound(f"application {application_id}")
    return row


def list_applications_by_ids(application_ids: Collection[int]) -> Sequence[Application]:
    """Each with its call."""
    found = select(Application).where(Application.id.in_(application_ids))
    return db.session.scalars(found.options(joinedload(Application.recruitment)).order_by(Application.id)).all()


def get_own(application_id: int, resident: Resident) -> Application:
    row = get_application(application_id)
    if row.resident_id != resident.id:
        raise NotFound(f"application {application_id}")
    return row


def find_standing(recruitment: Recruitment, resident: Resident) -> Application | None:
    """The resident's application that was not withdrawn."""
    return db.session.scalar(
        select(Application).where(
            Application.recruitment_id == recruitment.id,
            Application.resident_id == resident.id,
            Application.state != rules.WITHDRAWN,
        )
    )


def list_applications(recruitment: Recruitment, *states: str) -> Sequence[Application]:
    """By number; in these states, where any are named."""
    query = select(Application).where(Application.recruitment_id == recruitment.id)
    if states:
        query = query.where(Application.state.in_(states))
    return db.session.scalars(query.order_by(Application.number)).all()


def count_states(recruitment: Recruitment) -> dict[str, int]:
    """State → applications."""
    query = select(Application.state, func.count()).where(Application.recruitment_id == recruitment.id)
    return {row[0]: row[1] for row in db.session.execute(query.group_by(Application.state))}


def list_reserve(recruitment: Recruitment) -> list[Application]:
    """Those who wait, in order."""
    return sorted(list_applications(recruitment, rules.RESERVE), key=lambda one: one.place or 0)


def list_holding(recruitment: Recruitment, on: date) -> list[Application]:
    """Those to whom a seat of the call is offered, and those who hold one on this day or are to take it up."""
    rows = list_applications(recruitment, rules.SELECTED, rules.APPOINTED)
    return [one for one in rows if holds_seat(one.member, on)]


def holds_seat(member: CommitteeMember | None, on: date) -> bool:
    """Whoever is not appointed yet holds the seat that was given them."""
    return member is None or is_enrolled(member, max(on, member.appointed_on))


def get_recommendation(recommendation_id: int) -> Recommendation:
    row = db.session.get(Recommendation, recommendation_id)
    if row is None:
        raise NotFound(f"recommendation {recommendation_id}")
    return row


def list_recommendations(recruitment: Recruitment) -> Sequence[Recommendation]:
    return db.session.scalars(
        select(Recommendation)
        .where(Recommendation.recruitment_id == recruitment.id)
        .order_by(Recommendation.area_id, Recommendation.number)
    ).all()


def outlook(row: Recruitment) -> rules.Outlook:
    """Of the day on which the call's term begins, with those of the call who are appointed for a later one."""
    applied = list_applications(row, rules.SELECTED, rules.APPOINTED)
    recommended = list_recommendations(row)
    sits = {one.id: one for one in list_members(row.programme_id, row.term_starts_on)}
    for one in (*applied, *recommended):
        if one.member is not None and holds_seat(one.member, row.term_starts_on):
            sits[one.member.id] = one.member
    named = [one for one in (*applied, *recommended) if one.member_id is None and one.erased_at is None]
    people = [(one.sex, one.is_vulnerable, one.is_youth) for one in sits.values()]
    people += [(one.sex, one.is_vulnerable, YOUTH in rules.groups_of(one, row)) for one in named]
    to_draw = row.seats if row.state in (rules.DRAFT, rules.CALLED, rules.FIXED) else 0
    return rules.Outlook(
        women=sum(sex == "f" for sex, _vulnerable, _youth in people),
        men=sum(sex == "m" for sex, _vulnerable, _youth in people),
        vulnerable=sum(is_vulnerable for _sex, is_vulnerable, _youth in people),
        youth=sum(is_youth for _sex, _vulnerable, is_youth in people),
        to_draw=to_draw,
        draw_most=rules.sex_most(row) if to_draw else 0,
    )


def erase_at(row: Recruitment) -> datetime:
    return rules.erase_at(row.drawn_at, row.closes_at, row.draw_on, row.kept_days, row.cancelled_at)


def list_to_erase(at: datetime) -> list[Recruitment]:
    """Calls whose applications are kept no longer, and are still there."""
    rows = db.session.scalars(
        select(Recruitment).where(Recruitment.state != rules.DRAFT, Recruitment.erased_at.is_(None))
    ).all()
    return [one for one in rows if at >= erase_at(one)]
