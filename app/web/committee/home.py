"""What a member has to do: in each round, what is not seen, begun and submitted."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from flask import render_template

from app import clock
from app.committee import queries as committee
from app.committee.models import CommitteeMeeting
from app.committee.rules import OPEN
from app.people.models import COMMITTEE_ROLE, Account
from app.reviews import recusal_queries, rules, sheet_queries, visit_queries
from app.rounds import rules as rounds
from app.rounds.models import Round
from app.web import guard
from app.web.committee.audience import wing
from app.web.committee.meeting import may_see


@wing.get("/")
def home() -> str:
    account = guard.get_account()
    mine = {grant.programme_id for grant in account.roles if grant.role == COMMITTEE_ROLE and grant.programme_id}
    tasks = [_tasks(round_, account) for round_ in sheet_queries.list_rounds_under_review(mine)]
    outings = [one for one in visit_queries.list_outings_of(account) if one.round.programme_id in mine]
    return render_template("committee/home.html", tasks=tasks, outings=outings, meetings=_list_meetings(mine))


def _list_meetings(programmes: Iterable[int]) -> list[CommitteeMeeting]:
    """To which the one who is here is invited, and those whose minutes they are still to see, the next first."""
    at, account = clock.now(), guard.get_account()
    found = []
    for programme_id in programmes:
        member = committee.find_member(programme_id, account.id, clock.seoul_day(at))
        for row in committee.list_unpublished(programme_id) if member else ():
            if may_see(row, member):
                found.append(row)
    return sorted(found, key=lambda row: (row.starts_at, row.id))


def _tasks(round_: Round, account: Account) -> dict[str, Any]:
    progress = sheet_queries.progress(round_)
    open_to_me = [one for one in progress.proposals if progress.recusal(one, account) is None]
    numbers = Counter(progress.state(one, account) for one in open_to_me)
    meeting = committee.find_meeting(round_.id)
    period = rounds.find_period(round_.phases, rounds.WRITTEN_REVIEW)
    return {
        "round": round_,
        "numbers": [(state, numbers[state]) for state in ("unseen", *rules.SHEET_STATES)],
        "left": len(open_to_me) - numbers[rules.SUBMITTED],
        "to_vote": recusal_queries.count_to_vote(round_.id, account, clock.now()),
        "recused": len(progress.proposals) - len(open_to_me),
        "period": period,
        "meets": meeting is not None and meeting.state == OPEN,
        "invitation": meeting.invitation if meeting is not None else None,
        "meeting": meeting,
        "is_running": period is not None and rounds.is_running(period, clock.now()),
    }
