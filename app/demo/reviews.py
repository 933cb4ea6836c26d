"""A project's way from the resident's draft to the shortlist, one step after another, by the people whose it is."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from app.audit.models import Actor
from app.clock import start_of_day
from app.database import db, transaction
from app.demo.days import Days
from app.demo.people import Cast, proposer_name
from app.demo.projects import Project
from app.people.models import Account, Resident
from app.programmes.models import Area
from app.proposals import services as proposals
from app.proposals.models import Proposal
from app.reviews import check_services as checks
from app.reviews import outing_services as outings
from app.reviews import (
    queries,
    recusal_queries,
    recusal_services,
    rules,
    sheet_queries,
    sheet_services,
    visit_queries,
    visit_rules,
)
from app.reviews import visit_services as visits
from app.reviews.visit_models import Outing
from app.rounds.models import Round

ELIGIBLE_REASON = "조례에 맞는 구 사무이고, 같은 사업이 없어 1년 안에 추진할 수 있습니다."
OPINIONS = {
    "soundness": "주민 불편이 확인되어 추진할 이유가 충분합니다.",
    "urgency": "다음 회계연도에 추진하는 것이 알맞습니다.",
    "effect": "시설을 쓰는 주민의 만족이 높아질 것으로 봅니다.",
    "reach": "특정인이 아니라 여러 주민이 혜택을 받습니다.",
}
COST_REASON = "비슷한 사업의 계약 금액에 맞추어 단가를 조정했습니다."
INELIGIBLE_REASONS = {
    "not_our_business": "서울시가 관리하는 시설이라 구 예산으로 추진할 수 없습니다. 서울시에 건의하겠습니다.",
    "duplicate": "같은 곳에서 이미 추진 중인 사업과 내용이 겹칩니다.",
    "benefit_of_one": "특정 단체 회원만 혜택을 받는 사업이라 지원할 수 없습니다.",
    "personnel_costs": "사업비 대부분이 상시 인력의 인건비라 주민참여예산으로 추진할 수 없습니다.",
    "more_than_a_year": "설계와 공사에 두 해가 넘게 걸려 단년도 사업으로 추진할 수 없습니다.",
}
FINDINGS = (
    "제안한 위치에서 제안자가 말한 불편을 그대로 확인했습니다. 주변에 같은 시설은 없습니다.",
    "평일 오후에 살펴보니 이용하는 주민이 많았습니다. 공사 중 안전한 통행로를 먼저 마련해야 합니다.",
    "필요성은 확인했습니다. 다만 설치할 자리가 제안서보다 좁아 물량을 조금 줄이는 것이 좋겠습니다.",
    "주민센터와 이웃 주민의 의견을 들었고 반대는 없었습니다. 유지 관리 방법을 미리 정해야 합니다.",
)
ANSWER_DAYS = 14  # so that a visitor of the demo still finds a visit to answer
PARTLY = {
    "need": "평일 낮에만 불편을 볼 수 있었습니다.",
    "content": "설치할 자리를 조금 옮겨야 합니다.",
    "effect": "주말에 더 살펴볼 필요가 있습니다.",
    "beneficiaries": "가까이 사는 주민이 주로 이용합니다.",
    "cost": "비슷한 공사에 견주면 조금 높습니다.",
    "place": "바로 옆 시설과 경계가 분명하지 않습니다.",
}
ANSWERS = (
    "말씀하신 점을 받아들여 안내와 안전 대책을 계획에 넣겠습니다.",
    "물량을 줄여도 사업의 취지는 살릴 수 있습니다. 조정에 동의합니다.",
)


# What has happened to a proposal, one after another.
STAGES = ("submitted", "assigned", "decided", "eligible", "planned", "recorded", "answered", "visited")


class Review:
    """The steps of one round. `step_days`: stage → its day, from the one on which the story is loaded.

    `rng` chooses words and points, nothing that matters.
    """

    def __init__(self, round_: Round, cast: Cast, days: Days, step_days: Mapping[str, int], rng: Random) -> None:
        self.round, self.cast, self.days, self.step_days, self.rng = round_, cast, days, step_days, rng
        self.dongs = {area.code: area.id for area in db.session.scalars(select(Area))}

    def advance(self, proposal: Proposal, project: Project, until: str) -> None:
        """As far as the stage `until`, which may also be "ineligible:" and a ground."""
        stage, _, ground = until.partition(":")
        last = STAGES.index("eligible" if ground else stage)
        for step in STAGES[1 : last + 1]:
            at = self.days.at(self.step_days[step], 14)
            match step:
                case "assigned":
                    self.assign(proposal, project, at=at)
                case "decided":
                    self.decide(proposal, project, ground, at=at)
                case "eligible":
                    self.release(proposal, at=at)
                case "planned":
                    visit_on = self.step_days["to_come" if stage == "planned" else "recorded"]
                    self.plan_visit(proposal, self.days.day(visit_on), at=at)
                case "recorded":
                    self.record_visit(proposal, at=at)
                case "answered":
                    self.answer(proposal, at=at)
                case "visited":
                    self.sign_off(proposal, at=at)

    @property
    def staff(self) -> Actor:
        return self.cast.staff.actor

    def draft(self, project: Project, place: int, *, at: datetime) -> Proposal:
        """By the resident at `place` in the cast, with everything in it but the submission."""
        resident = self._resident(place)
        changes = {
            "title": project.title_ko,
            "section_id": self.round.sections[project.field].id,
            "area_id": self.dongs[project.dong] if project.dong else None,
            "place": project.place,
            "need": project.need,
            "content": project.content,
            "effect": project.effect,
            "beneficiaries": "이용하는 주민 누구나",
            "cost_won": project.cost_won,
            "cost_note": "비슷한 사업의 단가를 참고해 어림잡은 금액입니다.",
        }
        proposal = proposals.begin_draft(self.round, resident, changes=changes, at=at, by=resident.actor)
        name = proposer_name(self.cast.residents.index(resident))
        proposals.record_consent(proposal, name=name, phone="", seen=proposal.version, at=at, by=resident.actor)
        return proposal

    def propose(self, project: Project, place: int, *, at: datetime) -> Proposal:
        proposal = self.draft(project, place, at=at)
        proposals.submit_proposal(proposal, at=at, by=self._resident(place).actor)
        return proposal

    def assign(self, proposal: Proposal, project: Project, *, at: datetime) -> None:
        department = self.cast.departments()[project.officer]
        checks.assign_check(proposal, department, at=at, by=self.staff)

    def decide(self, proposal: Proposal, project: Project, ground: str = "", *, at: datetime) -> None:
        """Eligible, or ineligible on `ground`; a third of the costs are adjusted a little."""
        adjusted = project.cost_won * 9 // 10 if not ground and self.rng.random() < 0.3 else None
        decision = rules.CheckDecision(
            verdict=rules.INELIGIBLE if ground else rules.ELIGIBLE,
            grounds={ground: INELIGIBLE_REASONS[ground]} if ground else {},
            opinions={} if ground else OPINIONS,
            reason=INELIGIBLE_REASONS[ground] if ground else ELIGIBLE_REASON,
            adjusted_cost_won=adjusted,
            cost_reason=COST_REASON if adjusted else "",
        )
        check = queries.get_check(proposal.id)
        checks.decide_check(check, decision, at=at, by=self.cast.officers[project.officer].actor)

    def release(self, proposal: Proposal, *, at: datetime) -> None:
        checks.release_check(queries.get_check(proposal.id), at=at, by=self.staff)

    def plan_visit(self, proposal: Proposal, visit_on: date, *, at: datetime) -> None:
        """On the outing of that day, with three members and one of the staff."""
        found = (one for one in visit_queries.list_outings(self.round.id) if one.visit_on == visit_on)
        outing = next(found, None) or self._plan_outing(visit_on, at=at)
        visit = outings.put_on_outing(proposal, outing, at=at, by=self.staff)
        kind = visit_rules.guess_kind(proposal.place)
        outings.change_visit(visit, kind, f"{proposal.place} 앞", at=at, by=self.staff)

    def _plan_outing(self, visit_on: date, *, at: datetime) -> Outing:
        members = self.rng.sample(sheet_queries.list_reviewers(self.round.programme), 3)
        plan = visit_rules.OutingPlan(
            starts_at=start_of_day(visit_on) + timedelta(hours=10),
            meeting_point="구청 정문 앞",
            companions=frozenset(one.id for one in [*members, self.cast.staff]),
            answer_days=ANSWER_DAYS,
        )
        return outings.plan_outing(self.round, plan, at=at, by=self.staff)

    def record_visit(self, proposal: Proposal, *, at: datetime) -> None:
        """Every question is answered, and all who went sign."""
        visit = queries.get_visit(proposal.id)
        assert visit.outing is not None
        there = [one.account for one in visit.outing.companions]
        with transaction():
            for item in visit_queries.list_items(visit):
                entry = visit_rules.Entry(item.name, *self._found(item.name), seen=0, client_key=item.name)
                visits.save_entry(visit, entry, at=at, by=self.staff)
            visits.record_visit(visit, frozenset(one.id for one in there), at=at, by=self.staff)
            for one in there:
                visits.sign_record(visit, one, visit.record_sha256 or "", at=at, by=one.actor)

    def _found(self, item: str) -> tuple[str, str]:
        """An answer and its words."""
        if item == visit_rules.SUMMARY:
            return "", self.rng.choice(FINDINGS)
        if item in visit_rules.CLAIMS:
            return self.rng.choice((*[(visit_rules.CONFIRMED, "")] * 4, ("partly", PARTLY[item])))
        return self.rng.choice(("yes", "yes", "yes", "unclear")), ""

    def answer(self, proposal: Proposal, *, at: datetime) -> None:
        assert proposal.resident is not None  # everybody in this story proposes by phone
        visit = queries.get_visit(proposal.id)
        visits.answer_visit(visit, self.rng.choice(ANSWERS), at=at, by=proposal.resident.actor)

    def sign_off(self, proposal: Proposal, *, at: datetime) -> None:
        visits.sign_off_visit(queries.get_visit(proposal.id), at=at, by=self.staff)

    def score(
        self, proposal: Proposal, member: Account, *, weak: bool = False, submit: bool = True, at: datetime
    ) -> None:
        """A sheet with three to five fifths of the points, or with fewer than half where the project is weak."""
        low, high = (1, 2) if weak else (3, 5)
        points = {
            criterion.id: criterion.points_max * self.rng.randint(low, high) // 5
            for criterion in sheet_queries.list_criteria(self.round.id)
        }
        if not submit:
            points.pop(max(points))
        self._declare(member, at=at)
        sheet_services.begin_sheet(proposal, member, at=at, by=member.actor)
        sheet = sheet_queries.get_sheet(proposal.id, member.id)
        sheet_services.save_sheet(sheet, points, "", at=at, by=member.actor)
        if submit:
            sheet_services.submit_sheet(sheet, at=at, by=member.actor)

    def _declare(self, member: Account, *, at: datetime) -> None:
        if recusal_queries.find_interest(self.round.id, member.id) is None:
            nothing: dict[str, Any] = {"phone_key": None, "departments": (), "bodies": ""}
            recusal_services.declare_interests(self.round, member, **nothing, at=at, by=member.actor)

    def _resident(self, place: int) -> Resident:
        return self.cast.residents[place % len(self.cast.residents)]
