"""Another city's election, out of a `.pb` file, as a finished round: counted by us, its own outcome beside ours."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from app.audit import services as audit
from app.audit.models import Actor
from app.ballots import bulk
from app.ballots.rules import IMPORTED
from app.clock import seoul_day, start_of_day
from app.database import db, transaction
from app.programmes.models import Programme
from app.programmes.queries import find_programme, get_programme_by_slug
from app.programmes.services import open_city_programme
from app.results import queries, rules, services
from app.results.models import Count, OfficialOutcome
from app.results.pb_plan import Plan, plan
from app.rounds import rules as rounds
from app.rounds.models import Chamber, Phase, PickRule, Pot, Round, Section
from app.tally import exact, pabulib, rules_of_others
from app.tally.pabulib import Election

IMPORT = audit.declare("pb.import", "round", "file", "sha256", "ballots", "agrees")

SECTION = "all"
NOTE_KO = "다른 도시의 실제 투표 파일(Pabulib)을 가져와 우리 방식으로 다시 센 것입니다. 공식 결과는 그 도시의 것입니다."
NOTE_EN = (
    "A real election of another city, read from its Pabulib file and counted again by us. The city's own is official."
)
LONGEST_NAME = 120
LONGEST_CITY = 50


def import_file(path: Path, *, at: datetime, by: Actor, programme: str | None = None) -> OfficialOutcome:
    """`programme`: the slug of the one it goes to; without one, that of the file's city. All of it or nothing.

    Raises NotFound for a slug that no programme has, PbError for a file that cannot be read, NotExpressible,
    NotPublishable, AlreadyImported.
    """
    sha256 = _sha256(path)
    _ensure_new(sha256)
    election = pabulib.read(path)
    planned = plan(election, seoul_day(at))
    with transaction():
        _ensure_new(sha256)
        round_ = _round(election, planned, _programme(programme, election, planned, at, by), path, sha256, at)
        bulk.publish_items(round_, _items(planned), at=at, by=by)
        bulk.pour_ballots(round_, rounds.RESIDENTS, planned.each_ballot(), IMPORTED, at=at, by=by)
        services.close_round(round_, at=at, by=by)
        count = services.count_round(round_, at=at, by=by)
        services.publish_record(count, at=at, by=by)
        outcome = _outcome(election, planned, count, path.name, sha256)
        db.session.add(outcome)
        audit.record(
            IMPORT,
            round_.id,
            at=at,
            by=by,
            file=path.name,
            sha256=sha256,
            ballots=election.cast,
            agrees=agrees(outcome),
        )
    return outcome


def agrees(outcome: OfficialOutcome) -> bool | None:
    """Whether we fund what the city chose; None where the file does not say."""
    return None if outcome.selected is None else set(outcome.selected) == set(outcome.ours)


def _sha256(path: Path) -> str:
    """Of a file that cannot be opened, that of nothing: reading it says why."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _ensure_new(sha256: str) -> None:
    before = queries.find_import(sha256)
    if before is not None:
        raise rules.AlreadyImported(before.round_id)


def _programme(slug: str | None, election: Election, planned: Plan, at: datetime, by: Actor) -> Programme:
    if slug is not None:
        return get_programme_by_slug(slug)
    city = (election.meta.get("unit") or election.meta.get("country") or "?")[:LONGEST_CITY]
    slug = f"pabulib-{_plain(city)}"[:40]
    return find_programme(slug) or open_city_programme(slug, city, planned.cap, at=at, by=by)


def _plain(text: str) -> str:
    """Łódź → lodz: letters and digits of an address."""
    known = text.replace("ł", "l").replace("Ł", "L")
    plain = unicodedata.normalize("NFKD", known).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "city"


def _round(election: Election, planned: Plan, programme: Programme, path: Path, sha256: str, at: datetime) -> Round:
    title = (election.meta.get("description") or path.stem)[:LONGEST_NAME]
    round_ = Round(
        programme=programme,
        fiscal_year=planned.fiscal_year,
        slug=f"{_plain(path.stem)[:47]}-{sha256[:12]}",
        title_ko=title,
        title_en=title,
        state=rounds.CALLED,
        source=rounds.PABULIB,
        currency=planned.currency,
        cap_policy=planned.cap_policy,
        near_cover=None if planned.near_cover is None else exact.text(planned.near_cover),
        tie_order=["ballot-number"],
        quotas={},
        note_ko=NOTE_KO,
        note_en=NOTE_EN,
        created_at=at,
    )
    pot = Pot(code="main", name_ko="예산", name_en="Budget", cap_won=planned.cap, position=1)
    section = Section(code=SECTION, name_ko="모든 사업", name_en="All projects", pot=pot, position=1)
    round_.pots, round_.sections, round_.chambers = [pot], [section], [_chamber(planned, section)]
    round_.phases = [
        Phase(
            kind=rounds.VOTING,
            starts_at=start_of_day(planned.opens_on),
            ends_at=start_of_day(planned.ends_on),
        )
    ]
    db.session.add(round_)
    db.session.flush()
    return round_


def _chamber(planned: Plan, section: Section) -> Chamber:
    least, most = planned.total or (None, None)
    low, high = planned.score_range or (None, None)
    return Chamber(
        code=rounds.RESIDENTS,
        name_ko="주민",
        name_en="Residents",
        weight="1/1",
        kind=planned.kind,
        normalisation="raw",
        total_min=least,
        total_max=most,
        points_limit=planned.points_limit,
        score_min=low,
        score_max=high,
        threshold_votes=planned.threshold,
        picks=[PickRule(section=section, pick_min=0, pick_max=len(planned.items))],
        position=1,
    )


def _items(planned: Plan) -> list[bulk.ItemPlan]:
    return [
        bulk.ItemPlan(item.code, number, SECTION, item.title, item.title, item.cost)
        for number, item in enumerate(planned.items, start=1)
    ]


def _outcome(election: Election, planned: Plan, count: Count, file_name: str, sha256: str) -> OfficialOutcome:
    result = json.loads(count.body)
    own = rules_of_others.count(election)
    return OfficialOutcome(
        round_id=count.round_id,
        selected=None if election.official is None else list(election.official),
        by_rule=list(own.selected),
        ours=[row["id"] for row in result["items"] if row["funded"]],
        rule=own.rule[:60],
        file_name=file_name[:200],
        file_sha256=sha256,
        meta=dict(election.meta),
        notes={**planned.notes, **_differences(election, planned, result)},
    )


def _differences(election: Election, planned: Plan, result: Mapping[str, Any]) -> dict[str, int]:
    """Where our count of the ballots, not of the winners, is not the file's own."""
    (chamber,) = result["chambers"]
    void = sum(chamber["void"].values())
    votes = {row["id"]: row["chambers"][rounds.RESIDENTS]["votes"] for row in result["items"]}
    scores = {project.id: score for project, score in zip(election.projects, election.scores, strict=True)}
    return {
        "void_differently": abs(void - election.void.total() - planned.notes["emptied"]),
        "scored_differently": sum(votes[code] != scores[code] for code in votes),
    }
