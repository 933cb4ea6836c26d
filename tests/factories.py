"""Rows for tests, made straight in the database: what a test is not about should cost it one line.

Everything is committed, so that other connections (races, servers) see it.
"""

import hashlib
from datetime import UTC, date, datetime, timedelta
from itertools import count, cycle
from typing import Any, TypeVar

from flask import current_app

from app.ballots.models import BallotItem
from app.clock import now, seoul_day, start_of_day
from app.committee import agenda_rules as agenda
from app.committee.models import (
    AgendaItem,
    Attendance,
    CommitteeMeeting,
    CommitteeMember,
    GeneralMeeting,
    Invitation,
    Meeting,
    Subcommittee,
    SubcommitteeSeat,
)
from app.database import Model, db
from app.files import services as files
from app.files.models import StoredFile
from app.files.rules import Document, Photo, Picture
from app.notices.letter_models import About, Delivery, Notice
from app.papers import rules as papers
from app.papers.models import COUNTED, PINS, DayBook
from app.people import identity
from app.people.models import (
    ADMIN_ROLE,
    COMMITTEE_ROLE,
    DEPARTMENT_ROLE,
    Account,
    Department,
    Passkey,
    Resident,
    RoleGrant,
)
from app.programmes.models import Area, Programme
from app.proposals import rules as proposal_rules
from app.proposals.models import CoProposer, CostLine, PaperFiling, PaperNotice, Proposal, ProposalFile, ProposalVersion
from app.recruitment import rules as recruitment_rules
from app.recruitment.models import Application, Recommendation, Recruitment
from app.reviews import rules as review_rules
from app.reviews.check_rules import due_on
from app.reviews.models import Criterion, DepartmentCheck
from app.reviews.visit_models import Companion, Outing, SiteVisit, VisitEntry, Visitor
from app.reviews.visit_rules import SUMMARY
from app.rounds import rules
from app.rounds.models import Chamber, Phase, PickRule, Pot, Round, Section
from app.stations.models import Kiosk, PollingStation, StationDay, StationShift

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
_numbers = count(1)
# A JPEG of one grey pixel.
PIXEL = bytes.fromhex(
    "ffd8ffdb004300" + "01" * 64 + "ffc0000b080001000101011100ffc40014000100000000000000000000000000000009"
    "ffc40014100100000000000000000000000000000000ffda0008010100003f0054dfffd9"
)
_years = cycle(range(2027, 2090))  # no test makes so many rounds, and each is a year that a round may have
T = TypeVar("T", bound=Model)


def keep(row: T) -> T:
    db.session.add(row)
    db.session.commit()
    return row


def area(code: str = "gasan", kind: str = "dong", name_ko: str = "가산동", name_en: str = "Gasan-dong") -> Area:
    found = db.session.query(Area).filter_by(code=code).one_or_none()
    if found:
        return found
    parent = area("geumcheon", "gu", "금천구", "Geumcheon-gu") if kind == "dong" else None
    return keep(Area(code=code, kind=kind, name_ko=name_ko, name_en=name_en, position=next(_numbers), parent=parent))


def programme(slug: str = "gu") -> Programme:
    found = db.session.query(Programme).filter_by(slug=slug).one_or_none()
    return found or keep(
        Programme(
            slug=slug,
            name_ko=f"주민참여예산 {slug}",
            name_en=f"Participatory budget {slug}",
            owner_kind="gu",
            owner_name_ko="금천구",
            owner_name_en="Geumcheon-gu",
            funding="gu",
            initiative="residents",
            area=area("geumcheon", "gu", "금천구", "Geumcheon-gu"),
            area_note_ko="금천구",
            area_note_en="Geumcheon-gu",
            budget_won=1_000_000_000,
            colour="gu",
            position=1,
        )
    )


def phases(round_: Round, running: str | None = None) -> list[Phase]:
    """All six phases, ten days each; `running` (or none: all to come) began a day ago."""
    first = now().replace(microsecond=0) + timedelta(days=10)
    if running is not None:
        first = now().replace(microsecond=0) - timedelta(days=1 + 10 * rules.PHASES.index(running))
    rows = [
        Phase(
            round_id=round_.id,
            kind=kind,
            starts_at=first + timedelta(days=10 * index),
            ends_at=first + timedelta(days=10 * (index + 1)),
        )
        for index, kind in enumerate(rules.PHASES)
    ]
    db.session.add_all(rows)
    db.session.commit()
    return rows


def round_(
    *,
    state: str = rules.CALLED,
    running: str | None = None,
    sections: int = 2,
    picks: tuple[int, int] = (1, 1),
    cap_won: int = 1_000_000_000,
    fiscal_year: int | None = None,
    of: Programme | None = None,
    **settings: Any,
) -> Round:
    """A round with one pot, `sections` sections of one pick rule, both chambers at 1/2, and its phases."""
    row = keep(
        Round(
            programme=of or programme(),
            fiscal_year=fiscal_year or next(_years),
            title_ko="2027년 주민참여예산",
            title_en="Participatory budget 2027",
            created_at=LONG_AGO,
            **{"tie_order": ["residents", "cheaper", "ballot-number"], "quotas": {}, **settings},
        )
    )
    pot = keep(Pot(round_id=row.id, code="main", name_ko="구비", name_en="District", cap_won=cap_won, position=1))
    fields = [
        keep(
            Section(round_id=row.id, pot_id=pot.id, code=f"s{n}", name_ko=f"분야{n}", name_en=f"Field {n}", position=n)
        )
        for n in range(1, sections + 1)
    ]
    for position, code in enumerate((rules.RESIDENTS, rules.COMMITTEE), start=1):
        chamber = Chamber(
            round_id=row.id, code=code, name_ko=code, name_en=code.title(), weight="1/2", position=position
        )
        chamber.picks = [PickRule(section_id=field.id, pick_min=picks[0], pick_max=picks[1]) for field in fields]
        keep(chamber)
    phases(row, running)
    row.state = state
    db.session.commit()
    return row


def department(name: str = "공원녹지과") -> Department:
    found = db.session.query(Department).filter_by(name_ko=name).one_or_none()
    return found or keep(Department(name_ko=name, name_en="Parks Division"))


def account(role: str | None = None, *, of: Programme | None = None, name: str = "김담당", **settings: Any) -> Account:
    """With no password that anybody knows: tests sign in by `actors`, sign-in tests set one."""
    n = next(_numbers)
    row = Account(
        login=settings.pop("login", f"login{n}"),
        name=name,
        password_hash="!",
        created_at=LONG_AGO,
        **settings,
    )
    if role is not None:
        row.roles = [
            RoleGrant(
                role=role,
                programme=None if role == ADMIN_ROLE else of or programme(),
                department=department() if role == DEPARTMENT_ROLE else None,
            )
        ]
    return keep(row)


def passkey(of: Account, name: str = "사무실 컴퓨터") -> Passkey:
    """One that no device has: to be listed and removed."""
    n = next(_numbers)
    kept = {"credential_id": f"credential{n}", "public_key": "!", "sign_count": 0, "added_at": LONG_AGO}
    return keep(Passkey(account_id=of.id, name=name, **kept))


def resident(phone_key: str | None = None, **settings: Any) -> Resident:
    return keep(Resident(phone_key=phone_key or f"phone-key-{next(_numbers)}", created_at=LONG_AGO, **settings))


def resident_by_phone(phone: str, **settings: Any) -> Resident:
    """Who signed in with the number that they left to be reached by."""
    key = current_app.extensions["hanpyo"].identity_key
    return resident(identity.phone_key(key, identity.normalise_phone(phone)), phone=phone, **settings)


def member(of: Programme | None = None, *, name: str = "박위원", account_: Account | None = None) -> CommitteeMember:
    """An account with the committee's role, appointed last year for two years."""
    of = of or programme()
    today = date(now().year, 1, 1)
    return keep(
        CommitteeMember(
            programme=of,
            account=account_ or account(COMMITTEE_ROLE, of=of, name=name),
            route="open_call",
            office="member",
            appointed_on=today.replace(year=today.year - 1),
            term_ends_on=today.replace(year=today.year + 2),
        )
    )


def meeting(of: Round, *, state: str = "open", invited: bool = True) -> GeneralMeeting:
    """With its invitation sent in good time."""
    opened = now() - timedelta(hours=1)
    facts: dict[str, Any] = {"place": "금천구청 대강당", "starts_at": opened}
    sent_at = opened - timedelta(days=30)
    return keep(
        GeneralMeeting(
            programme=of.programme,
            round=of,
            **facts,
            invitations=[Invitation(number=1, sent_at=sent_at, members=40, **facts)] if invited else [],
            state=state,
            opened_at=opened if state in ("open", "ended") else None,
            ended_at=now() if state in ("ended", "not_held") else None,
            cancelled_at=now() if state == "cancelled" else None,
            cancel_reason="태풍" if state == "cancelled" else None,
        )
    )


def subcommittee(of: Programme | None = None, *members: CommitteeMember, name: str = "복지·문화분과") -> Subcommittee:
    """Set up a year ago, with these members since then; the first is the chair."""
    start = seoul_day(now()) - timedelta(days=365)
    row = keep(
        Subcommittee(
            programme=of or programme(),
            name_ko=name,
            name_en="Welfare and Culture",
            starts_on=start,
            ends_on=start + timedelta(days=730),
        )
    )
    for place, one in enumerate(members):
        keep(
            SubcommitteeSeat(
                subcommittee=row, member=one, joined_on=start, joined_ground="own_wish", is_chair=not place
            )
        )
    return row


def committee_meeting(
    of: Programme | Subcommittee, *, state: str = "open", invited: bool = True, title: str = "2분기 정기회의"
) -> CommitteeMeeting:
    """Of the whole committee or of a sub-committee; begun an hour ago, or in ten days' time where it is planned. Its
    invitation was sent in good time."""
    body = of if isinstance(of, Subcommittee) else None
    starts_at = now() + (timedelta(days=10) if state == "planned" else timedelta(hours=-1))
    facts: dict[str, Any] = {"place": "금천구청 9층 회의실", "starts_at": starts_at}
    sent_at = starts_at - timedelta(days=30)
    return keep(
        CommitteeMeeting(
            programme=body.programme if body else of,
            subcommittee=body,
            title=title,
            **facts,
            invitations=[Invitation(number=1, sent_at=sent_at, members=3, **facts)] if invited else [],
            state=state,
            opened_at=starts_at if state in ("open", "ended") else None,
            ended_at=now() if state in ("ended", "not_held") else None,
            cancelled_at=now() if state == "cancelled" else None,
            cancel_reason="태풍" if state == "cancelled" else None,
        )
    )


def item(of: Meeting, *, kind: str = agenda.DECISION, state: str = agenda.TO_COME) -> AgendaItem:
    """Closed, a decision was adopted by two of three."""
    n = db.session.query(AgendaItem).filter_by(meeting_id=of.id).count() + 1
    begun, closed = state != agenda.TO_COME, state == agenda.CLOSED
    hands = (2, 1, 0) if closed and kind == agenda.DECISION else (None, None, None)
    return keep(
        AgendaItem(
            meeting=of,
            position=n,
            kind=kind,
            title=f"안건 {n}",
            added_at=LONG_AGO,
            state=state,
            begun_at=now() if begun else None,
            present_at_begin=3 if begun else None,
            closed_at=now() if closed else None,
            enrolled=3 if closed else None,
            present=3 if closed else None,
            may_vote=3 if closed else None,
            votes_for=hands[0],
            votes_against=hands[1],
            abstained=hands[2],
            outcome=agenda.ADOPTED if hands[0] is not None else None,
        )
    )


def attendance(at: Meeting, of: CommitteeMember) -> Attendance:
    return keep(Attendance(meeting=at, member=of, arrived_at=now() - timedelta(minutes=30)))


def photo_of(proposal: Proposal, alt: str = "가로등이 없는 골목") -> ProposalFile:
    """As if it had been added while it could be."""
    picture = Picture(PIXEL, 1, 1)
    file = files.keep_photo(Photo(picture, picture), at=LONG_AGO)
    return keep(_hung(proposal, file, alt=alt))


def document_of(proposal: Proposal, name: str = "현장 도면.pdf") -> ProposalFile:
    return keep(_hung(proposal, files.keep_document(Document(b"%PDF-1.7\n%%EOF\n", name), at=LONG_AGO)))


def _hung(proposal: Proposal, file: StoredFile, **words: str) -> ProposalFile:
    place = next(_numbers)
    return ProposalFile(proposal=proposal, file=file, kind=file.kind, position=place, added_at=LONG_AGO, **words)


def recruitment(of: Programme | None = None, *, state: str = recruitment_rules.CALLED, **settings: Any) -> Recruitment:
    """Applications are taken since yesterday, for ten days; the seed comes out two days later. Not for states in which
    there is a list: those are reached by the services."""
    values: dict[str, Any] = {
        "title_ko": "위원 공개모집",
        "title_en": "Open call for members",
        "text_ko": "구에 살거나 일하는 분",
        "text_en": "Whoever lives or works here",
        "seats": 3,
        "opens_at": now() - timedelta(days=1),
        "closes_at": now() + timedelta(days=10),
        "seed_source_ko": "제1250회 로또 당첨 번호",
        "seed_source_en": "Lottery draw 1250",
        "draw_on": seoul_day(now()) + timedelta(days=12),
        "term_starts_on": seoul_day(now()) + timedelta(days=30),
    }
    return keep(Recruitment(programme=of or programme(), state=state, **{**values, **settings}))


def application(
    to: Recruitment, *, state: str = recruitment_rules.SUBMITTED, by: Resident | None = None, **told: Any
) -> Application:
    number = db.session.query(Application).filter_by(recruitment_id=to.id).count() + 1
    values: dict[str, Any] = {"name": f"신청인{number}", "birth_year": 1970, "sex": "f", "basis": "address"}
    values |= {"area": area(), "motive": "동네 일을 함께 정하고 싶습니다.", "reason": "", "applied_at": now()}
    whose = (by or resident()).id
    return keep(Application(recruitment=to, number=number, state=state, resident_id=whose, **{**values, **told}))


def recommendation(to: Recruitment, *, name: str = "최추천", sex: str = "m", **told: Any) -> Recommendation:
    number = db.session.query(Recommendation).filter_by(recruitment_id=to.id).count() + 1
    values = {"recommended_by": "가산동 주민자치회", "birth_year": 1960, "entered_at": now(), **told}
    return keep(Recommendation(recruitment=to, area=area(), number=number, name=name, sex=sex, **values))


def proposal(
    of: Round, *, state: str = proposal_rules.SUBMITTED, by: Resident | None = None, **settings: Any
) -> Proposal:
    n = next(_numbers)
    submitted = state != proposal_rules.DRAFT
    values: dict[str, Any] = {
        "title": f"안양천 그늘 쉼터 {n}",
        "section_id": of.sections[0].id,
        "area": area(),
        "place": "안양천 둔치",
        "need": "여름에 쉴 그늘이 없습니다.",
        "content": "그늘막과 의자를 놓습니다.",
        "effect": "주민이 쉬어 갑니다.",
        "beneficiaries": "산책하는 주민",
        "cost_won": 50_000_000,
        "consented_at": now() if submitted else None,
    }
    lines = settings.pop("cost_lines", ())
    return keep(
        Proposal(
            cost_rows=[CostLine(position=place, **line._asdict()) for place, line in enumerate(lines, start=1)],
            round=of,
            resident=by or resident(),
            state=state,
            number=n if submitted else None,
            created_at=now(),
            changed_at=now(),
            submitted_at=now() if submitted else None,
            withdrawn_at=now() if state == proposal_rules.WITHDRAWN else None,
            **{**values, **settings},
        )
    )


def co_proposer(
    of: Proposal, by: Resident | None = None, *, state: str = proposal_rules.INVITED, phone_key: str | None = None
) -> CoProposer:
    """Asked by the phone of `by`, or of nobody who has ever signed in."""
    is_in = state == proposal_rules.ACCEPTED
    return keep(
        CoProposer(
            proposal=of,
            phone_key=by.phone_key if by else phone_key or f"phone-key-{next(_numbers)}",
            ending="5678",
            seat=len(of.co_proposers) + 1 if is_in or state == proposal_rules.INVITED else None,
            state=state,
            invited_at=now(),
            answered_at=None if state == proposal_rules.INVITED else now(),
            resident=by if is_in else None,
            consented_at=now() if is_in else None,
        )
    )


def version(of: Proposal) -> ProposalVersion:
    """What it says now, as its next version."""
    number = db.session.query(ProposalVersion).filter_by(proposal_id=of.id).count() + 1
    written = proposal_rules.snapshot(of)
    return keep(ProposalVersion(proposal_id=of.id, number=number, kept_at=now(), by_kind="resident", written=written))


def filing(of: Proposal) -> PaperFiling:
    sheet = {"way": "paper", "received_on": now().date(), "name": "김종이", "consent_kept": "서류철 3번"}
    return keep(PaperFiling(proposal=of, account_id=account("staff").id, **sheet))


def paper_notice(of: PaperFiling, kind: str = "proposal_submitted") -> PaperNotice:
    about = {"proposal_id": of.proposal_id, "round_id": of.proposal.round_id}
    return keep(PaperNotice(kind=kind, facts={}, made_at=now(), **about))


def check(of: Proposal, *, state: str = review_rules.ASSIGNED, officer: Account | None = None) -> DepartmentCheck:
    decided = state != review_rules.ASSIGNED
    return keep(
        DepartmentCheck(
            proposal=of,
            department=department(),
            officer=officer,
            state=state,
            verdict=review_rules.ELIGIBLE if decided else None,
            decided_at=now() if decided else None,
            released_at=now() if state == review_rules.RELEASED else None,
            proposal_version=of.version if decided else 0,
            due_on=due_on(seoul_day(now())),
        )
    )


def outing(of: Round, *companions: Account, **settings: Any) -> Outing:
    """Today, an hour ago."""
    begun = now().replace(microsecond=0) - timedelta(hours=1)
    facts = {"starts_at": begun, "meeting_point": "구청 정문", "changed_at": begun, **settings}
    return keep(Outing(round=of, companions=[Companion(account=one) for one in companions], **facts))


def visit(
    of: Proposal, *, state: str = review_rules.SIGNED_OFF, visitors: tuple[Account, ...] = (), on: Outing | None = None
) -> SiteVisit:
    """Set the proposal's own state beside it: a signed-off visit belongs to a VISITED proposal. On the round's first
    outing, if none is given; once recorded, with a summary and a deadline to come."""
    found = on or db.session.query(Outing).filter_by(round_id=of.round_id).order_by(Outing.id).first()
    route = found or outing(of.round)
    is_recorded = state != review_rules.PLANNED
    row = keep(
        SiteVisit(
            proposal=of,
            state=state,
            outing=route,
            stop=len(route.stops) + 1,
            meeting_point="안양천 입구",
            record_sha256="0" * 64 if is_recorded else None,
            answer_until=now() + timedelta(days=7) if is_recorded else None,
            answered_at=now() if state in (review_rules.ANSWERED, review_rules.SIGNED_OFF) else None,
            signed_off_at=now() if state == review_rules.SIGNED_OFF else None,
            visitors=[Visitor(account=account) for account in visitors],
        )
    )
    if is_recorded:
        words = {"item": SUMMARY, "words": "그늘이 없음을 확인함", "client_key": "summary"}
        keep(VisitEntry(visit_id=row.id, version=1, saved_at=now(), **words))
    return row


def station(of: Round, *, name: str = "가산동 주민센터", **settings: Any) -> PollingStation:
    """Open today, around the clock."""
    row = keep(
        PollingStation(
            round=of, name_ko=name, name_en=f"Station {next(_numbers)}", address="가산로 1", area=area(), **settings
        )
    )
    today = seoul_day(now())
    opens_at = start_of_day(today)
    keep(StationDay(station=row, on_day=today, opens_at=opens_at, closes_at=opens_at + timedelta(days=1)))
    return row


def shift(at: PollingStation, of: Account) -> StationShift:
    """An hour ago it began; it lasts for days."""
    return keep(
        StationShift(station=at, account=of, starts_at=now() - timedelta(hours=1), ends_at=now() + timedelta(days=9))
    )


def day_book(at: PollingStation, by: Account, *, ago: int = 0, people: int = 0, why: str = "") -> DayBook:
    """Today's is open; one of so many days ago is closed, and so many people were handed a paper.
    With `why` it still waits for staff."""
    counted: dict[str, Any] = {"state": papers.OPEN}
    if ago:
        counted = dict.fromkeys((*COUNTED, *PINS), 0) | {"state": papers.CLOSED, "counted_by": by.id}
        counted |= {"in_box": people, "people_paper": people, "papers_unused": 10 - people}
        counted |= {"counted_at": now(), "closed_at": None if why else now()}
        counted |= {"state": papers.COUNTED, "in_box": 0} if why else {}
    return keep(
        DayBook(
            station=at,
            on_day=seoul_day(now() - timedelta(days=ago)),
            began_with=0,
            papers_received=10,
            first_number=1,
            spoiled=0,
            opened_by=by.id,
            opened_at=now(),
            explanation=why,
            **counted,
        )
    )


def kiosk(at: PollingStation, token: str = "kiosk-token", *, name: str = "1번 단말기") -> Kiosk:
    hashed = hashlib.sha256(token.encode()).hexdigest()
    return keep(Kiosk(station=at, name=name, token_hash=hashed, made_at=now()))


def notice(
    kind: str, to: Resident | Account, of: Proposal | About, *, made_at: datetime | None = None, **facts: str
) -> Notice:
    """That waits to go out by mail, too."""
    person = {"resident_id" if isinstance(to, Resident) else "account_id": to.id}
    at, about = made_at or now(), of if isinstance(of, About) else About(of.round_id, of.id)
    row = Notice(kind=kind, facts=facts, made_at=at, **person, **about._asdict())
    keep(Delivery(notice=row, channel="mail", made_at=at, due_at=at))
    return row


def criteria(of: Round, points: tuple[int, ...] = (40, 30, 30)) -> list[Criterion]:
    return [
        keep(Criterion(round=of, name_ko=f"기준{n}", name_en=f"Criterion {n}", points_max=most, position=n))
        for n, most in enumerate(points, start=1)
    ]


def ballot_item(
    of: Round, *, section: Section | None = None, cost_won: int = 50_000_000, **settings: Any
) -> BallotItem:
    """Only before the ballot is published: afterwards the database refuses it."""
    n = db.session.query(BallotItem).filter_by(round_id=of.id).count() + 1
    values: dict[str, Any] = {"title_ko": f"사업 {n}", "title_en": f"Project {n}", "number": n, "code": str(n)}
    return keep(BallotItem(round=of, section=section or of.sections[0], cost_won=cost_won, **{**values, **settings}))
