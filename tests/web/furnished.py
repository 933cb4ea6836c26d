"""A world with something behind every address: two programmes, everybody who works in one, a round in every state.

Built once for many questions; whoever asks must leave it as it is.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app.audit.models import SYSTEM
from app.ballots import ceremony
from app.ballots import services as casting
from app.clock import now, seoul_day
from app.codes import services as codes
from app.codes.rules import BEARER
from app.committee import agenda_rules as agenda
from app.committee import minutes
from app.committee import queries as committee
from app.committee import tablet_rules as tablets
from app.committee.models import CommitteeMember, GeneralMeeting, MeetingPin, MeetingTablet
from app.committee.tablets import token_key
from app.database import db
from app.fates.services import carry_over
from app.notices.delivery_rules import Person as Addressee
from app.notices.letter_models import Delivery
from app.notices.models import FAILED, Message
from app.papers import rules as papers
from app.papers.models import PaperBatch
from app.people.models import (
    ADMIN_ROLE,
    APPROVER_ROLE,
    COMMITTEE_ROLE,
    DEPARTMENT_ROLE,
    DESK_ROLE,
    STAFF_ROLE,
    Account,
    Resident,
)
from app.programmes.models import Programme
from app.proposals import rules as proposals
from app.proposals.conflict_queries import list_conflicts
from app.proposals.conflict_services import find_conflicts
from app.proposals.models import CoProposer, Proposal
from app.recruitment import rules as calls
from app.recruitment import services as recruitment
from app.results import case_services, handing_queries, handing_services
from app.results import services as results
from app.results.case_services import Case
from app.reviews import check_services, objection_services, queries, sheet_queries, sheet_services
from app.reviews import rules as reviews
from app.reviews.models import Score, WrittenReview
from app.reviews.recusal_models import Challenge
from app.reviews.visit_models import SiteVisit
from app.rounds import rules
from app.rounds.models import Round
from app.stations.models import PollingStation
from app.voices import services as voices
from app.web import guard
from app.web.kiosk.audience import COOKIE as KIOSK_COOKIE
from app.web.tablet.audience import COOKIE, RIGHT
from app.web.unsubscribing import token_of
from tests import factories
from tests.actors import Person
from tests.ballots.elections import give_key, items, open_box, picks, prepared, publish_ballot, shortlisted
from tests.fates.offers import agree, merge, text_of
from tests.results.elections import pour
from tests.reviews.papers import checklist
from tests.roll.lists import HONG, KIM, list_round, read, take, text

DESKS = (COMMITTEE_ROLE, DEPARTMENT_ROLE, STAFF_ROLE, APPROVER_ROLE, DESK_ROLE)
MEMBERS = 3
KIOSK_TOKEN = "the token of the furnished kiosk"
LINES = (proposals.Line("의자", 10, 5_000_000),)
PAST = timedelta(days=100)
TOKEN = "of the tablet in the hall"  # and of the right to a ballot on it
Ids = dict[str, Any]
People = dict[str, Account | Resident | None]


class Browser(FlaskClient):
    """Each request in a context of its own. It does not lint: so many get the same page."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.rollback()
        with self.application.app_context():
            return super().open(*args, **kwargs)


@dataclass(frozen=True)
class Site:
    """`at`: what an address needs, by the name of the thing. `persons`: who asks, by role; "foreign …" is the same role
    in the other programme. `voters`: who has voted, as a resident and at the meeting. The database is SQLite."""

    app: Flask
    at: dict[str, Ids]
    persons: dict[str, Person]
    voters: dict[str, Person]

    def address(self, endpoint: str, on: str) -> str:
        urls = self.app.url_map.bind("localhost")
        method = None if "GET" in self.methods(endpoint) else "POST"
        return urls.build(endpoint, self.at[on], method=method)

    def methods(self, endpoint: str) -> set[str]:
        return {method for rule in self.app.url_map.iter_rules(endpoint) for method in rule.methods or ()}

    def dump(self) -> list[str]:
        """All that is stored, on a connection of its own."""
        path = self.app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
        with closing(sqlite3.connect(path)) as connection:
            return list(connection.iterdump())


@contextmanager
def furnished(app: Flask) -> Iterator[Site]:
    app.test_client_class = Browser
    with app.app_context():
        at, people, voters = furnish()
        persons, voted = ({name: Person(app, row) for name, row in rows.items()} for rows in (people, voters))
        persons["kiosk"] = Person(app)
        persons["kiosk"].client.set_cookie(KIOSK_COOKIE, KIOSK_TOKEN, path="/kiosk/")
        yield Site(app, at, persons | {"tablet": tablet_of(app)}, voted)
        db.session.remove()
        db.engine.dispose()


def tablet_of(app: Flask) -> Person:
    """The device in the hall, before which somebody stands with the right to a ballot."""
    tablet = Person(app)
    tablet.client.set_cookie(COOKIE, TOKEN, path="/tablet")
    with tablet.client.session_transaction() as session:
        session[RIGHT] = TOKEN
    return tablet


def furnish() -> tuple[dict[str, Ids], People, People]:
    own, other = factories.programme(), factories.programme("other")
    members = [factories.member(own, name=f"위원{n}") for n in range(MEMBERS)]
    people: People = {"stranger": None, "resident": factories.resident(name="박제안")}
    people["another resident"] = factories.resident()
    people |= {role: factories.account(role, of=own) for role in DESKS[1:]} | {COMMITTEE_ROLE: members[0].account}
    people |= {f"foreign {role}": factories.account(role, of=other) for role in DESKS}
    people[ADMIN_ROLE] = factories.account(ADMIN_ROLE)
    proposer, staff = people["resident"], people[STAFF_ROLE]
    assert isinstance(proposer, Resident) and isinstance(staff, Account)
    voters: People = {"voter": factories.resident(), "voting member": members[1].account}
    officer = people[DESK_ROLE]
    assert isinstance(officer, Account)
    department = people[DEPARTMENT_ROLE]
    assert isinstance(department, Account)
    at = _stations(officer) | _intake(proposer) | _reviews(proposer, members, staff) | _votes(members, voters)
    at |= _counts() | _codes() | _rolls() | _calls(proposer) | _fates(proposer) | _assemblies(own, members)
    at |= _handings(at["published round"]["round_id"], proposer, staff)
    check = db.session.query(Proposal).filter_by(id=at["assigned"]["proposal_id"]).one()
    factories.notice("check_due_soon", department, check, due_on="2026-06-10")
    at |= {
        "nothing": {},
        "link in a mail": {"token": token_of(Addressee(proposer.id))},
        "programme": {"slug": own.slug},
        "fee year": {"slug": own.slug, "year": now().year},
        "letter": {"slug": own.slug, "kind": "check_released"},
        "member": {"member_id": members[-1].id},
        "account": {"account_id": staff.id},
        "grant": {"account_id": staff.id, "grant_id": staff.roles[0].id},
        "passkey": {"passkey_id": factories.passkey(staff).id},
        "session": {"session_id": 1},
        "purpose": {"purpose": "enter"},
        "language": {"code": "ko"},
    }
    return at, people, voters


def voting(running: str, **settings: Any) -> Round:
    """Its ballot was published before the first vote, and the phase `running` began a day ago."""
    return _publish(factories.round_(running=running, **settings))


def past(opening: str = rules.OBSERVER, **settings: Any) -> Round:
    """All its phases are over, its meeting has ended, and three residents have voted."""
    round_ = factories.round_(running=rules.COMMITTEE_VOTE, opening=opening, **settings)
    for phase in round_.phases:
        phase.starts_at, phase.ends_at = phase.starts_at - PAST, phase.ends_at - PAST
    db.session.commit()
    factories.meeting(_publish(round_), state="ended")
    pour(round_, rules.RESIDENTS, [picks(round_)] * 3)
    return round_


def _publish(round_: Round) -> Round:
    for section in round_.sections:
        for _ in range(3):
            factories.visit(factories.proposal(round_, state=proposals.SHORTLISTED, section_id=section.id))
    begins = next(phase.starts_at for phase in round_.phases if phase.kind == rules.VOTING)
    give_key(round_)
    publish_ballot(round_, at=begins - timedelta(days=1))
    return round_


def _of(round_: Round) -> Ids:
    return {"round_id": round_.id}


def _paper(proposal: Proposal) -> Ids:
    return {"proposal_id": proposal.id}


def _stations(officer: Account) -> dict[str, Ids]:
    """A round with a register (residents have voted), a station at which the officer is on duty, a kiosk there."""
    round_ = voting(rules.COMMITTEE_VOTE, voters=rules.REGISTER)
    station = factories.station(round_)
    shift = factories.shift(station, officer)
    kiosk = factories.kiosk(station, KIOSK_TOKEN)
    at = {"station_id": station.id}
    return {
        "register round": _of(round_),
        "ballot to print": _of(round_) | {"lang": "ko"},
        **_days(round_, station, officer),
        "station": at,
        "station day": at | {"on_day": seoul_day(now()).isoformat()},
        "shift": at | {"shift_id": shift.id},
        "kiosk": at | {"kiosk_id": kiosk.id},
    }


def _days(round_: Round, station: PollingStation, officer: Account) -> dict[str, Ids]:
    """Today's is open. Of the days before, one waits for staff, one is closed, and of one the pile is being keyed."""
    factories.day_book(station, officer)
    uneven = factories.day_book(station, officer, ago=3, people=1, why="한 분이 가지고 가심")
    counted, keyed = (factories.day_book(station, officer, ago=ago, people=1) for ago in (2, 1))
    factories.keep(PaperBatch(book=keyed, papers=1, remark="다시 셈", state=papers.KEYING, opened_at=now(), reasons={}))
    days = {"uneven day": uneven, "counted day": counted, "pile": keyed}
    return {name: _of(round_) | {"book_id": book.id} for name, book in days.items()}


def _intake(proposer: Resident) -> dict[str, Ids]:
    draft_round = factories.round_(state=rules.DRAFT)
    round_ = factories.round_(running=rules.INTAKE)
    draft = factories.proposal(round_, state=proposals.DRAFT, by=proposer)
    submitted = factories.proposal(round_, by=proposer)
    comment = voices.write_comment(submitted, proposer, "그늘이 꼭 필요합니다.", at=now())
    voices.report_comment(comment, factories.resident(), ground="off_topic", remark="다른 이야기", at=now())
    _told(submitted, proposer)
    seat, asked = _together(round_, proposer)
    return {
        "joined": _paper(seat.proposal),
        "paper notice": {"notice_id": factories.paper_notice(factories.filing(_of_nobody(round_))).id},
        "seat": _paper(draft) | {"invitation_id": factories.co_proposer(draft).id},
        "invitation": {"invitation_id": asked.id},
        "comment": {"comment_id": comment.id},
        **_files("draft", draft),
        **_files("proposal", submitted),
        "draft round": _of(draft_round),
        "draft round step": _of(draft_round) | {"step": "basics"},
        "intake round": _of(round_),
        "draft": _paper(draft),
        "draft step": _paper(draft) | {"step": "title"},
        "submitted": _paper(submitted),
    }


def _of_nobody(round_: Round) -> Proposal:
    """Of somebody who has no account."""
    proposal = factories.proposal(round_)
    proposal.resident = None
    db.session.commit()
    return proposal


def _told(proposal: Proposal, proposer: Resident) -> None:
    """One notice of it waits to go out, and one was given up."""
    for message in (None, Message(channel="mail", recipient="", body="", state=FAILED, queued_at=now(), due_at=now())):
        told = factories.notice("proposal_submitted", proposer, proposal)
        if message is not None:
            message.fault = "refused"
            factories.keep(message)
            one = db.session.query(Delivery).filter_by(notice_id=told.id).one()
            one.state, one.message_id = "packed", message.id
            db.session.commit()


def _files(whose: str, proposal: Proposal) -> dict[str, Ids]:
    photo, document = factories.photo_of(proposal), factories.document_of(proposal)
    return {
        f"file of a {whose}": _paper(proposal) | {"item_id": photo.id},
        f"photo of a {whose}": _paper(proposal) | {"item_id": photo.id, "size": "small"},
        f"document of a {whose}": _paper(proposal) | {"item_id": document.id},
    }


def _together(round_: Round, proposer: Resident) -> tuple[CoProposer, CoProposer]:
    """The proposer of all else proposes one with somebody, and is asked to propose another."""
    joined, offered = (factories.proposal(round_, cost_lines=LINES) for _ in range(2))
    factories.filing(joined)
    for title in ("쉼터", "그늘 쉼터"):
        joined.title = title
        factories.version(joined)
    return factories.co_proposer(joined, proposer, state=proposals.ACCEPTED), factories.co_proposer(offered, proposer)


def _reviews(proposer: Resident, members: list[CommitteeMember], staff: Account) -> dict[str, Ids]:
    round_ = factories.round_(running=rules.WRITTEN_REVIEW)
    factories.criteria(round_)
    papers = {
        "unchecked": factories.proposal(round_, by=proposer),
        "assigned": factories.proposal(round_, by=proposer),
        "decided": factories.proposal(round_, by=proposer),
        "eligible": factories.proposal(round_, state=proposals.ELIGIBLE, by=proposer),
        "planned": factories.proposal(round_, state=proposals.ELIGIBLE, by=proposer),
        "recorded": factories.proposal(round_, state=proposals.ELIGIBLE, by=proposer),
        "answered": factories.proposal(round_, state=proposals.ELIGIBLE, by=proposer),
        "impossible": factories.proposal(round_, state=proposals.ELIGIBLE, by=proposer),
        "visited": factories.proposal(round_, state=proposals.VISITED, by=proposer),
        "begun": factories.proposal(round_, state=proposals.VISITED, by=proposer),
    }
    factories.check(papers["assigned"])
    factories.check(papers["decided"], state=reviews.DECIDED)
    for name in ("eligible", "planned", "recorded", "visited", "begun"):
        factories.check(papers[name], state=reviews.RELEASED)
    outing = factories.outing(round_, members[0].account, staff)
    checklist(round_)
    factories.visit(papers["planned"], state=reviews.PLANNED)
    factories.visit(papers["recorded"], state=reviews.RECORDED)
    factories.visit(papers["answered"], state=reviews.ANSWERED)
    factories.filing(papers["answered"])
    asked = {"impossible_reason": "공사 중", "asked_by": members[0].account_id}
    factories.keep(SiteVisit(proposal=papers["impossible"], **asked))
    factories.visit(papers["visited"])
    visit = factories.visit(papers["begun"])
    begun = WrittenReview(visit_id=visit.id, account_id=members[0].account_id, state=reviews.BEGUN, declared_at=now())
    factories.keep(begun)
    scored = factories.round_(running=rules.VOTING)
    _submit(factories.visit(factories.proposal(scored, state=proposals.VISITED)), members[0])
    waiting = shortlisted(per_section=1)
    for proposal in db.session.query(Proposal).filter_by(round_id=waiting.id).all():
        factories.visit(proposal)
    give_key(waiting)
    ceremony.make_key(round_, ["시험 수탁자1", "시험 수탁자2"], 2, at=now(), by=SYSTEM)
    challenge = Challenge(proposal=papers["visited"], account=members[1].account, reason="이웃", filed_at=now())
    at = {"challenge": {"challenge_id": factories.keep(challenge).id}} | _objections(proposer, members[0])
    trustee = _of(round_) | {"number": 1}
    ready = _of(waiting) | {"draw": prepared(waiting).draw}
    on_the_spot = {
        "outing": {"outing_id": outing.id},
        "stop": {"outing_id": outing.id} | _paper(papers["planned"]),
        "answer": _paper(papers["planned"]) | {"item": "need"},
        "no photo": _paper(papers["recorded"]) | {"photo_id": 1, "size": "small"},
    }
    for name in ("assigned", "decided"):
        check_services.write_note(queries.get_check(papers[name].id), "구청에 물어봄", staff, at=now())
    assert find_conflicts(round_, at=now(), by=SYSTEM)
    on_the_spot["conflict"] = {"conflict_id": list_conflicts(round_.id)[0].id}
    at |= {"review round": _of(round_), "trustee": trustee, "scored round": _of(scored), "prepared": ready}
    return at | on_the_spot | {name: _paper(paper) for name, paper in papers.items()}


def _objections(proposer: Resident, member: CommitteeMember) -> dict[str, Ids]:
    """A shortlist is decided: one proposal is chosen, two are left out, and the proposer objects to one of them."""
    round_ = factories.round_(running=rules.VOTING, shortlist_threshold="10/1")
    begins = next(phase for phase in round_.phases if phase.kind == rules.VOTING)
    begins.starts_at = now() + timedelta(days=1)
    db.session.commit()
    chosen, left_out, objected = (factories.proposal(round_, state=proposals.VISITED, by=proposer) for _ in range(3))
    _submit(factories.visit(chosen), member, 20)
    for proposal in (left_out, objected):
        factories.visit(proposal)
    sheet_services.decide_shortlist(round_, at=now(), by=SYSTEM)
    factories.filing(left_out)
    row = objection_services.file_objection(objected, "다시 보아 주세요.", at=now(), by=proposer.actor)
    return {"objected round": _of(round_), "left out": _paper(left_out), "objection": {"objection_id": row.id}}


def _submit(visit: SiteVisit, member: CommitteeMember, points: int = 1) -> None:
    round_id = visit.proposal.round_id
    factories.criteria(visit.proposal.round)
    scores = [Score(criterion_id=one.id, points=points) for one in sheet_queries.list_criteria(round_id)]
    who = {"visit_id": visit.id, "account_id": member.account_id, "declared_at": now()}
    sheet = factories.keep(WrittenReview(scores=scores, **who))
    sheet.state, sheet.submitted_at = reviews.SUBMITTED, now()
    db.session.commit()


def _votes(members: list[CommitteeMember], voters: People) -> dict[str, Ids]:
    round_, meeting_round = voting(rules.VOTING), voting(rules.COMMITTEE_VOTE)
    factories.meeting(round_, state="planned")
    meeting = factories.meeting(meeting_round)
    for member in members:
        factories.attendance(meeting, member)
    report, ballot = _hall(meeting, members[-1])
    resident, account = voters["voter"], voters["voting member"]
    assert isinstance(resident, Resident) and isinstance(account, Account)
    for one in (resident, factories.resident()):
        casting.cast_as_resident(round_.id, one, picks(round_), token=secrets.token_hex(16))
    casting.cast_as_member(meeting_round.id, account, picks(meeting_round), token=secrets.token_hex(16))
    return {
        "voting round": _of(round_),
        "on the ballot": _paper(items(round_, "s1")[0].proposal),
        "meeting round": _of(meeting_round),
        "at the door": _of(meeting_round) | {"member_id": members[-1].id},
        "old door": _of(meeting_round) | {"code": "0" * tablets.CODE_LETTERS},
        "item to come": _of(meeting_round) | {"item_id": report},
        "ballot item": _of(meeting_round) | {"item_id": ballot},
        "meeting tablet": _of(meeting_round) | {"tablet_id": db.session.query(MeetingTablet).one().id},
    }


def _hall(meeting: GeneralMeeting, member: CommitteeMember) -> tuple[int, int]:
    """The committee votes now; one member does so on a tablet. Gives the ids of a report to come, and of the ballot."""
    report = factories.item(meeting, kind=agenda.REPORT)
    ballot = factories.item(meeting, kind=agenda.BALLOT, state=agenda.UNDER_DISCUSSION)
    key = guard.identity_key()
    tablet = MeetingTablet(meeting=meeting, name="1번 태블릿", use=tablets.BOOTH, made_at=now())
    tablet.token_key = token_key(key, TOKEN)
    factories.keep(tablet)
    later = now() + timedelta(days=1)
    used = {"tablet_id": tablet.id, "right_key": tablets.keyed(key, "right", TOKEN), "right_ends_at": later}
    factories.keep(MeetingPin(meeting_id=meeting.id, member_id=member.id, pin_key="!", expires_at=later, **used))
    return report.id, ballot.id


def _assemblies(own: Programme, members: list[CommitteeMember]) -> dict[str, Ids]:
    """A sub-committee with its chair, and a meeting of it in each state; in the open one a decision is under way."""
    row = factories.subcommittee(own, *members[:2])
    meetings = {state: factories.committee_meeting(row, state=state) for state in ("planned", "open", "ended")}
    for member in members[:2]:
        factories.attendance(meetings["open"], member)
    to_come, up = factories.item(meetings["open"]), factories.item(meetings["open"], state=agenda.UNDER_DISCUSSION)
    announced = factories.item(meetings["planned"])
    door = MeetingTablet(meeting=meetings["open"], name="입구", use=tablets.DOOR, made_at=now(), token_key="door")
    factories.keep(door)
    out = factories.committee_meeting(own, state="ended")
    factories.item(out, state=agenda.CLOSED)
    out.minutes, out.minutes_approved_at, out.minutes_approved_by = "안건을 의결하였다.", now(), members[0].account_id
    db.session.commit()
    out.minutes_published_at = now()
    db.session.commit()
    minutes.add_to_minutes(out, "참석 위원의 발언을 덧붙임", at=now(), by=SYSTEM)
    seat = next(seat for seat in row.seats if not seat.is_chair)
    ids = {f"{state} committee meeting": {"meeting_id": one.id} for state, one in meetings.items()}
    open_one = ids["open committee meeting"]
    return ids | {
        "subcommittee": {"subcommittee_id": row.id},
        "subcommittee seat": {"subcommittee_id": row.id, "seat_id": seat.id},
        "published committee meeting": {"meeting_id": out.id},
        "at the committee's door": open_one | {"member_id": members[0].id},
        "old door of the committee": open_one | {"code": "0" * tablets.CODE_LETTERS},
        "committee's item to come": open_one | {"item_id": to_come.id},
        "committee's item up": open_one | {"item_id": up.id},
        "committee's item announced": ids["planned committee meeting"] | {"item_id": announced.id},
        "committee's tablet": open_one | {"tablet_id": door.id},
    }


def _codes() -> dict[str, Ids]:
    round_ = voting(rules.VOTING, voters=rules.REGISTER)
    batch = codes.make_batch(round_, BEARER, size=3, is_test=False, at=now(), by=SYSTEM)
    return {"asking round": _of(round_), "code batch": _of(round_) | {"batch_id": batch.id}}


def _calls(applicant: Resident) -> dict[str, Ids]:
    """An open call that takes applications, one that was not announced, and one whose list is fixed before its day."""
    taking, draft = factories.recruitment(), factories.recruitment(state=calls.DRAFT)
    own = factories.application(taking, by=applicant)
    over = {"opens_at": now() - timedelta(days=9), "closes_at": now() - timedelta(days=2)}
    fixed = factories.recruitment(seats=1, sex_tenths=10, draw_on=seoul_day(now()) + timedelta(days=1), **over)
    for _ in range(2):
        factories.application(fixed, state=calls.ELIGIBLE)
    recruitment.fix(fixed, at=now(), by=SYSTEM)
    return {
        "call": {"recruitment_id": taking.id},
        "draft call": {"recruitment_id": draft.id},
        "fixed call": {"recruitment_id": fixed.id},
        "application": {"application_id": own.id},
        "recommendation": {"recommendation_id": factories.recommendation(taking).id},
    }


def _fates(proposer: Resident) -> dict[str, Ids]:
    """Two proposals are to be merged, of which one came on paper."""
    round_ = factories.round_(running=rules.DEPARTMENT_CHECK)
    one, other = (factories.proposal(round_, by=proposer) for _ in range(2))
    factories.filing(other)
    offer = merge(one, other, text=text_of(one, title="함께 쓴 제안", place="", beneficiaries="", cost_lines=LINES))
    on_paper = next(row.id for row in offer.consents if row.proposal_id == other.id)
    return {
        "fate round": _of(round_),
        "offer": {"offer_id": offer.id},
        "paper consent": {"offer_id": offer.id, "consent_id": on_paper},
        "to split": _paper(factories.proposal(round_, cost_won=50_000_000, cost_lines=LINES)),
        "merged": _paper(agree(merge(*(factories.proposal(round_) for _ in range(2)))).proposals[1]),
    }


def _handings(round_id: int, proposer: Resident, staff: Account) -> dict[str, Ids]:
    """What a round has not funded, and what it has left undecided."""
    round_ = db.session.get_one(Round, round_id)
    lost, handed = handing_queries.list_losers(round_)[:2]
    lost.resident = proposer
    handing_services.hand_over(handed, factories.department(), words="살펴봐 주세요.", at=now(), by=staff)
    left, begun = (factories.proposal(round_, by=proposer) for _ in range(2))
    factories.co_proposer(begun, factories.resident(), state=proposals.ACCEPTED)
    offer = carry_over(begun, proposer, reason="다시 올립니다.", at=now())
    things = {"lost": _paper(lost), "handed": _paper(handed), "undecided": _paper(left)}
    return {**things, "own carry": {"offer_id": offer.id}}


def _rolls() -> dict[str, Ids]:
    """With a list, of which another file waits for a decision."""
    listed = list_round()
    take(listed, text(HONG), "dong")
    read(listed, text(KIM, "=1,1,1,1", "서초,1980-01-01,02-850-1234,서초동"))
    return {"list round": _of(listed)}


def _counts() -> dict[str, Ids]:
    over, closed, published = past(), past(), past(cap_won=100_000_000)  # for two of its six projects
    opened, counted = past(rules.OPEN), past(rules.OPEN)  # their private keys are there, and nobody's to see yet
    for round_ in (closed, opened, counted, published):
        results.close_round(round_, at=now(), by=SYSTEM)
    for round_ in (opened, counted, published):
        open_box(round_)
    count = results.count_round(counted, at=now(), by=SYSTEM)
    said_voted = Case("said_voted", 1, seoul_day(now()), "기기를 함께 쓰는 두 사람")
    case = case_services.record_case(counted, said_voted, at=now(), by=SYSTEM)
    meeting = committee.get_meeting(published.id)
    factories.item(meeting, kind=agenda.DECISION, state=agenda.CLOSED)
    meeting.minutes, meeting.minutes_published_at = "의장이 개회를 선언하였다.", now()
    db.session.commit()
    final = results.count_round(published, at=now(), by=SYSTEM)
    staff, approver = factories.account(STAFF_ROLE), factories.account(APPROVER_ROLE)
    results.sign_count(final, staff, "staff", at=now())
    results.sign_count(final, approver, "approver", at=now())
    return {
        "past round": _of(over),
        "closed round": _of(closed),
        "opened round": _of(opened),
        "counted round": _of(counted),
        "count": _of(counted) | {"count_id": count.id},
        "case": _of(counted) | {"case_id": case.id},
        "published round": _of(published),
        "checkpoint": _of(published) | {"number": 1},
        "checkpoints": _of(published) | {"first": 1, "second": 1},
    }
