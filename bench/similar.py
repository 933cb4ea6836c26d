"""Similar proposals among many: known projects and made-up titles, asked for the known and for others."""

import json
import random
import time
from datetime import timedelta
from itertools import accumulate
from statistics import quantiles
from typing import NamedTuple

from sqlalchemy import insert, text

from app.config import ROOT
from app.database import db
from app.proposals.models import Proposal
from app.proposals.rules import TITLE_MAX
from app.proposals.similar_models import TitlePair
from app.proposals.similar_queries import find_similar
from app.proposals.similar_rules import pairs
from bench.databases import postgresql, sqlite
from bench.figures import figure
from bench.prepare import app_at
from tests import factories

BLOCK = 5_000
WORDS = 20_000
SYLLABLES = [chr(code) for code in range(0xAC00, 0xD7A4, 28)]  # those without a final consonant
TARGETS = {"PostgreSQL": (postgresql, 50.0), "SQLite": (sqlite, 200.0)}  # ms at the 95th percentile


class Size(NamedTuple):
    proposals: int
    questions: int


def main(size: Size) -> None:
    for name, (database, target) in TARGETS.items():
        with database() as url, app_at(url, timedelta()):
            known = _fill(size.proposals)
            _settle(name)
            titles = Titles(known, seed=2)
            asked = [*known, *(titles.draw() for _ in range(size.questions))]
            _time(known[0])  # compiled once
            taken = [_time(title) for title in asked]
            figure(f"similar, {name}", quantiles(taken, n=20)[-1], f"ms p95 among {size.proposals:,}", target)
            found = sum(_is_found(title) for title in known)
            print(f"{'':<22} {found} of {len(known)} known projects found when written without blanks", flush=True)


def _fill(proposals: int) -> list[str]:
    """The known projects first, so that all others are newer; gives them."""
    rounds = json.loads((ROOT / "app/demo/history.json").read_text())["rounds"]
    known = sorted({project["ko"] for round_ in rounds for project in round_["known"]})
    first = factories.proposal(factories.round_())
    alike = {column.name: getattr(first, column.name) for column in Proposal.__table__.columns}
    titles = Titles(known, seed=1)
    drawn = [*known, *(titles.draw() for _ in range(proposals - len(known)))]
    numbered = list(enumerate(drawn, start=alike["number"] + 1))
    db.session.rollback()
    for at in range(0, len(numbered), BLOCK):
        block = numbered[at : at + BLOCK]
        with db.engine.begin() as connection:
            rows = [alike | {"id": n, "number": n, "title": title} for n, title in block]
            connection.execute(insert(Proposal.__table__), rows)
            index = [{"pair": pair, "proposal_id": n} for n, title in block for pair in pairs(title)]
            connection.execute(insert(TitlePair.__table__), index)
    return known


class Titles:
    """Of two to five words: the known projects' and made-up ones, the n-th most common 1/n as often as the first
    (Zipf), as words are in any language."""

    def __init__(self, known: list[str], seed: int) -> None:
        self.chance = random.Random(seed)
        words = sorted({word for title in known for word in title.split()})
        self.chance.shuffle(words)
        self.words = [*words, *(self._word() for _ in range(WORDS - len(words)))]
        self.shares = list(accumulate(1 / rank for rank in range(1, WORDS + 1)))

    def draw(self) -> str:
        words = self.chance.choices(self.words, cum_weights=self.shares, k=self.chance.randint(2, 5))
        return " ".join(words)[:TITLE_MAX]

    def _word(self) -> str:
        return "".join(self.chance.choices(SYLLABLES, k=self.chance.randint(2, 3)))


def _settle(name: str) -> None:
    """What autovacuum would have done by then."""
    if name == "PostgreSQL":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _time(title: str) -> float:
    """In ms."""
    db.session.rollback()
    began = time.perf_counter()
    find_similar(title)
    return (time.perf_counter() - began) * 1000


def _is_found(title: str) -> bool:
    return any(one.proposal.title == title for one in find_similar(title.replace(" ", "")))
