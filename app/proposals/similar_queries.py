"""Which proposals are like one that is being written."""

from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

from sqlalchemy import Subquery, func, literal, select, union_all
from sqlalchemy.orm import joinedload, load_only

from app.database import db
from app.proposals import similar_rules as rules
from app.proposals.models import Proposal
from app.proposals.similar_models import TitlePair
from app.rounds.models import Round

ROWS = 12_000  # of the index that are read for one title, of its rarest pairs: those say most
COMMON = 4_000  # titles with a pair, above which nobody counts on
COMPARED = 60


class Similar(NamedTuple):
    proposal: Proposal
    likeness: Fraction


def find_similar(title: str, *, but: int | None = None) -> list[Similar]:
    """Public proposals of all rounds, the most alike first and of equals the newest; at most rules.SHOWN. `but`: the
    id of the one that is being written."""
    pairs = rules.pairs(title)
    if not pairs:
        return []
    compared = [Similar(one, rules.likeness(pairs, rules.pairs(one.title))) for one in _list_sharing(pairs)]
    alike = [one for one in compared if one.likeness >= rules.ALIKE and one.proposal.id != but]
    return sorted(alike, key=lambda one: (-one.likeness, -one.proposal.id))[: rules.SHOWN]


def _list_sharing(pairs: frozenset[str]) -> list[Proposal]:
    """Those that share the most of the rarest pairs, and of these the newest."""
    shared = union_all(*(select(_walk(pair).c.proposal_id) for pair in _rarest(pairs))).subquery()
    most = (
        select(shared.c.proposal_id)
        .group_by(shared.c.proposal_id)
        .order_by(func.count().desc(), shared.c.proposal_id.desc())
        .limit(COMPARED)
    )
    query = (
        select(Proposal)
        .options(
            load_only(Proposal.title, Proposal.number, Proposal.state, Proposal.round_id, Proposal.resident_id),
            joinedload(Proposal.round).joinedload(Round.programme),
        )
        .where(Proposal.id.in_(most))
    )
    return list(db.session.scalars(query))


def _rarest(pairs: frozenset[str]) -> list[str]:
    """As many as ROWS allow, and at least one."""
    each = [
        select(literal(pair).label("pair"), func.count().label("titles")).select_from(_walk(pair))
        for pair in sorted(pairs)
    ]
    counted = sorted(db.session.execute(union_all(*each)).all(), key=lambda row: (row.titles, row.pair))
    read = accumulate(row.titles for row in counted)
    within = [row.pair for row, rows in zip(counted, read, strict=True) if rows <= ROWS]
    return within or [counted[0].pair]


def _walk(pair: str) -> Subquery:
    """One short way along the index, from the newest on, however many titles there are."""
    walk = select(TitlePair.proposal_id).where(TitlePair.pair == pair).order_by(TitlePair.proposal_id.desc())
    return walk.limit(COMMON).subquery()
