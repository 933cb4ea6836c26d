"""The file of a written review, made when its shortlist is decided."""

import secrets

from app.reviews import recusal_queries, scoring, sheet_queries
from app.rounds.models import Round
from app.tally import written, written_file
from app.tally.written_file import Decided, Measure, Review, Sheet


def make(round_: Round, standings: tuple[scoring.Standing, ...]) -> Review:
    """Numbers of reviewers are drawn by lot, for each proposal anew: nothing leads from one to a member, nor from a
    member's sheet to their others. A sheet that does not count is not in the file: who was barred is known, and with
    it would be what they gave."""
    submitted = sheet_queries.list_submitted(round_.id)
    criteria = sheet_queries.list_criteria(round_.id)
    positions = {one.id: one.position for one in criteria}
    numbers = {one.id: one.number or 0 for one in sheet_queries.list_to_score(round_.id)}
    bars = recusal_queries.list_bars(round_.id)
    counted = [one for one in submitted if one.proposal_id in numbers and (one.proposal_id, one.account_id) not in bars]
    reviewers = _draw(counted)
    sheets = [
        Sheet(
            proposal=numbers[one.proposal_id],
            reviewer=reviewers[one.proposal_id, one.account_id],
            points={positions[criterion]: points for criterion, points in one.points.items()},
            total=one.total,
            stands=written.COUNTED,
        )
        for one in counted
    ]
    cut = sheet_queries.cut_of(round_)
    return Review(
        round_id=round_.id,
        cut=cut,
        sheets_needed=round_.sheets_needed,
        measures=tuple(Measure(one.position, one.weight, one.points_max) for one in criteria),
        sheets=tuple(_with_dropped(sorted(sheets), drops_extremes=cut.drops_extremes)),
        decided=tuple(_decided(round_, standings)),
    )


def _draw(sheets: list[sheet_queries.Counted]) -> dict[tuple[int, int], int]:
    """(proposal id, account id) → a number among the sheets of that proposal."""
    found: dict[tuple[int, int], int] = {}
    by_proposal: dict[int, list[int]] = {}
    for one in sheets:
        by_proposal.setdefault(one.proposal_id, []).append(one.account_id)
    for proposal_id, order in by_proposal.items():
        secrets.SystemRandom().shuffle(order)
        found |= {(proposal_id, account_id): number for number, account_id in enumerate(order, start=1)}
    return found


def _with_dropped(sheets: list[Sheet], *, drops_extremes: bool) -> list[Sheet]:
    """`sheets` by proposal and number, as the file has them."""
    by_proposal: dict[int, list[int]] = {}
    for place, sheet in enumerate(sheets):
        by_proposal.setdefault(sheet.proposal, []).append(place)
    found = list(sheets)
    for places in by_proposal.values():
        totals = [sheets[place].total for place in places]
        for place, stands in zip(places, written.stands(totals, drops_extremes=drops_extremes), strict=True):
            found[place] = sheets[place]._replace(stands=stands)
    return found


def _decided(round_: Round, standings: tuple[scoring.Standing, ...]) -> list[Decided]:
    progress = sheet_queries.progress(round_)
    missing = {one.id: len(progress.missing_for(one)) for one in progress.proposals}
    return [
        Decided(one.section_id, one.number, one.place, one.mean, one.sheets, missing[one.proposal_id], one.reason)
        for one in standings
    ]


def dumps(review: Review) -> str:
    return written_file.dumps(review)
