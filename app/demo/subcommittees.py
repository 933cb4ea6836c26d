"""A sub-committee of the district's committee, which is called to a meeting that a visitor can hold."""

from app.committee import agenda, convening, invitations, queries, subcommittee_queries, subcommittees
from app.committee.agenda_rules import DECISION, REPORT, USUAL_NOTICE_DAYS
from app.committee.models import CommitteeMeeting, CommitteeMember, Subcommittee
from app.config import Config
from app.demo.days import Days
from app.demo.people import Cast
from app.programmes import queries as programmes
from app.programmes.models import Programme

PROGRAMME = "gu"
NAME_KO, NAME_EN = "생활안전 분과위원회", "Subcommittee on Everyday Safety"
SEATS = 7  # of the members, the first of whom is the chair
STANDS = (-200, 120)  # days from today: within everybody's term
MEETS = 10
AGENDA = ((REPORT, "지난해 안전 사업이 어떻게 되었는지"), (DECISION, "올해 함께 찾아가 볼 곳 정하기"))


def is_told() -> bool:
    return bool(subcommittee_queries.list_subcommittees(_programme().id))


def tell(config: Config, days: Days) -> None:
    cast, programme = Cast(config.identity_key), _programme()
    by, since = cast.staff.actor, days.at(STANDS[0])
    given = {"starts_on": days.day(STANDS[0]), "ends_on": days.day(STANDS[1])}
    row = subcommittees.create_subcommittee(programme, name_ko=NAME_KO, name_en=NAME_EN, **given, at=since, by=by)
    seats = [
        subcommittees.join(row, member, on=days.day(STANDS[0]), ground="own_wish", at=since, by=by)
        for member in _members(programme, days)[:SEATS]
    ]
    subcommittees.name_chair(seats[0], at=since, by=by)
    _convene(programme, row, cast, days)


def _convene(programme: Programme, row: Subcommittee, cast: Cast, days: Days) -> CommitteeMeeting:
    at, by = days.at(-1), cast.staff.actor
    said = {"title": "안전 사업 살펴보기", "place": "금천구청 소회의실", "notice_days": USUAL_NOTICE_DAYS}
    starts_at = days.at(MEETS, 14)
    meeting = convening.convene_meeting(programme, subcommittee=row, **said, starts_at=starts_at, at=at, by=by)
    for kind, title in AGENDA:
        agenda.add_item(meeting, kind=kind, title=title, at=at, by=by)
    invitations.send_invitation(meeting, at=at, by=by)
    return meeting


def _members(programme: Programme, days: Days) -> list[CommitteeMember]:
    return sorted(queries.list_members(programme.id, days.today), key=lambda member: member.account.login)


def _programme() -> Programme:
    return programmes.get_programme_by_slug(PROGRAMME)
