"""Which one act comes next in a round, and what must hold before it. Pure: facts in, act out."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from app.rounds import rules
from app.rounds.soundness import STEPS


@dataclass(frozen=True)
class Facts:
    """How a round stands at `at`. `proposals`: how many are in each state; `phases`: kind → (beginning, end)."""

    state: str
    at: datetime
    phases: dict[str, tuple[datetime, datetime]]
    missing_steps: tuple[str, ...] = ()
    proposals: dict[str, int] = field(default_factory=dict)
    has_criteria: bool = False
    sheets_missing: int = 0
    challenges_open: int = 0
    objections_open: int = 0
    objections_running: bool = False  # more can still come
    ballot_faults: int = 0
    conflicts: int = 0  # open ones between two that may stand on the ballot
    key_ready: bool = False
    signed: tuple[str, ...] | None = None  # roles that have signed the prepared ballot; None: there is none
    ballot_moved: bool = False
    is_sealed: bool = False
    carried_on_paper: int = 0  # that wait for this call, do not fit it, and only staff can mend
    to_tell: int = 0  # things that staff are to tell people who have no account
    meeting: str | None = None  # the general meeting's state; None: not planned

    def number(self, *states: str) -> int:
        return sum(self.proposals.get(state, 0) for state in states)

    def has_begun(self, kind: str) -> bool:
        return kind in self.phases and self.phases[kind][0] <= self.at

    def is_over(self, kind: str) -> bool:
        return kind in self.phases and self.phases[kind][1] <= self.at


class Condition(NamedTuple):
    """`key` has its sentence on the page; `page` is the endpoint where it is mended."""

    key: str
    met: bool
    page: str
    number: int = 0


class NextAction(NamedTuple):
    """`key` has its words on the page. `page` is None where there is nothing to do but wait."""

    key: str
    page: str | None
    conditions: tuple[Condition, ...] = ()
    waits_for: str | None = None  # a phase whose beginning or end the round waits for

    @property
    def is_ready(self) -> bool:
        return all(condition.met for condition in self.conditions)


def find_next_action(facts: Facts) -> NextAction:
    action = BY_STATE[facts.state](facts)
    return action._replace(conditions=(*action.conditions, *_on_paper(facts)))


def _on_paper(facts: Facts) -> tuple[Condition, ...]:
    """Said only where there is something to do."""
    counted = {"carried_on_paper": facts.carried_on_paper, "to_tell": facts.to_tell}
    return tuple(Condition(key, False, "office.paper_people", number) for key, number in counted.items() if number)


def _of_draft(facts: Facts) -> NextAction:
    conditions = tuple(
        Condition(f"step_{step}", step not in facts.missing_steps, "office.round_settings") for step in STEPS
    )
    return NextAction("call", "office.round_call" if not facts.missing_steps else "office.round_settings", conditions)


def _of_called(facts: Facts) -> NextAction:
    """The earliest of the stages that is not done; a stage begins with its phase."""
    if facts.signed is not None:
        return _sign_off(facts, facts.signed)
    if not facts.has_begun(rules.INTAKE):
        return NextAction("wait_intake", None, _criteria(facts), waits_for=rules.INTAKE)
    if facts.number("submitted") and facts.has_begun(rules.DEPARTMENT_CHECK):
        return NextAction("check", "office.proposal_list", (_none_left("unchecked", facts, "submitted"),))
    if facts.number("eligible") and facts.has_begun(rules.SITE_VISIT):
        return NextAction("visit", "office.visit_list", (_none_left("unvisited", facts, "eligible"),))
    if facts.number("visited") and facts.has_begun(rules.WRITTEN_REVIEW):
        return _review(facts)
    if facts.number("shortlisted") and not facts.number("submitted", "eligible", "visited"):
        return _publish(facts)
    return _waiting(facts)


def _criteria(facts: Facts) -> tuple[Condition, ...]:
    return (Condition("criteria", facts.has_criteria, "office.criteria"),)


def _none_left(key: str, facts: Facts, *states: str, page: str = "office.proposal_list") -> Condition:
    left = facts.number(*states)
    return Condition(key, left == 0, page, left)


def _review(facts: Facts) -> NextAction:
    """Sheets are written until the phase ends or all are in; then the shortlist is decided."""
    sheets = Condition("sheets", facts.sheets_missing == 0, "office.review_progress", facts.sheets_missing)
    if facts.sheets_missing and not facts.is_over(rules.WRITTEN_REVIEW):
        return NextAction("review", "office.review_progress", (*_criteria(facts), sheets))
    settled = Condition("challenges", facts.challenges_open == 0, "office.review_progress", facts.challenges_open)
    return NextAction("shortlist", "office.shortlist", (*_criteria(facts), sheets, settled, *_objections(facts)))


def _objections(facts: Facts) -> tuple[Condition, ...]:
    """Decided, and no more to come."""
    settled = facts.objections_open == 0 and not facts.objections_running
    return (Condition("objections", settled, "office.objection_list", facts.objections_open),)


def _publish(facts: Facts) -> NextAction:
    conditions = (
        Condition("before_voting", not facts.has_begun(rules.VOTING), "office.round_settings"),
        Condition("intake_over", facts.is_over(rules.INTAKE), "office.round_settings"),
        *_objections(facts),
        Condition("ballot_sound", facts.ballot_faults == 0, "office.ballot_publish", facts.ballot_faults),
        Condition("conflicts", facts.conflicts == 0, "office.conflict_list", facts.conflicts),
        Condition("key", facts.key_ready, "office.key_ceremony"),
    )
    return NextAction("publish", "office.ballot_publish", conditions)


def _sign_off(facts: Facts, signed: tuple[str, ...]) -> NextAction:
    """A ballot is prepared: the person in charge signs, then the second approver."""
    conditions = (
        Condition("before_voting", not facts.has_begun(rules.VOTING), "office.round_settings"),
        Condition("ballot_same", not facts.ballot_moved, "office.ballot_publish"),
        Condition("conflicts", facts.conflicts == 0, "office.conflict_list", facts.conflicts),
        Condition("signed_staff", "staff" in signed, "office.ballot_publish"),
        Condition("signed_approver", "approver" in signed, "office.ballot_publish"),
    )
    return NextAction("second_sign_off" if "staff" in signed else "sign_off", "office.ballot_publish", conditions)


def _waiting(facts: Facts) -> NextAction:
    """Nothing to be done by staff now: proposals come in, or the next phase is not there yet."""
    if not facts.is_over(rules.INTAKE):
        return NextAction("collect", "office.proposal_list", _criteria(facts))
    coming = next((kind for kind in rules.PHASES if kind in facts.phases and not facts.has_begun(kind)), None)
    if coming is not None and facts.number("submitted", "eligible", "visited"):
        return NextAction("wait_phase", None, _criteria(facts), waits_for=coming)
    return NextAction("no_proposals", "office.proposal_list", waits_for=None)


def _of_published(facts: Facts) -> NextAction:
    planned = _of_meeting(facts, "meeting_planned", facts.meeting is not None)
    if not facts.has_begun(rules.VOTING):
        return NextAction("wait_phase", None, planned, waits_for=rules.VOTING)
    if all(facts.is_over(kind) for kind in (rules.VOTING, rules.COMMITTEE_VOTE) if kind in facts.phases):
        return NextAction(
            "close", "office.count", _of_meeting(facts, "meeting_ended", facts.meeting in ("ended", "not_held"))
        )
    if facts.has_begun(rules.COMMITTEE_VOTE) or not all(condition.met for condition in planned):
        return NextAction("meeting", "office.meeting_detail", planned)
    return NextAction("voting", None, planned, waits_for=rules.VOTING)


def _of_meeting(facts: Facts, key: str, met: bool) -> tuple[Condition, ...]:
    """There is a meeting where the committee votes, and nowhere else."""
    return (Condition(key, met, "office.meeting_detail"),) if rules.COMMITTEE_VOTE in facts.phases else ()


def _of_closed(facts: Facts) -> NextAction:
    return NextAction("open", "office.box_open") if facts.is_sealed else NextAction("count", "office.count")


BY_STATE = {
    rules.DRAFT: _of_draft,
    rules.CALLED: _of_called,
    rules.BALLOT_PUBLISHED: _of_published,
    rules.CLOSED: _of_closed,
    rules.COUNTED: lambda facts: NextAction("sign", "office.count"),
    rules.RESULTS_PUBLISHED: lambda facts: NextAction("done", "public.result_detail"),
}
