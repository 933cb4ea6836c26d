"""kill -9 at every boundary of the batch, the close, the opening, the count and the publication: each is done or not
done, and done when it is tried again; no ballot is lost or doubled on the way."""

from pathlib import Path

from flask import Flask
from sqlalchemy import select

from app.ballots import box
from app.ballots.models import BoxBallot, IntakeBallot
from app.ballots.rules import UNHEARD_OF
from app.clock import Clock, now
from app.database import db
from app.results import doctor, queries, services
from app.rounds import rules
from app.rounds.models import Round
from tests.ballots.elections import KEYS, census
from tests.faults import acts
from tests.faults.acts import KILLED, Act, Scene
from tests.faults.failpoints import COMMIT, COMMITTED, COMMITTING, Failpoints
from tests.results import elections

CARRYING = ("INSERT box_ballot", "DELETE intake_ballot", "INSERT checkpoint", "INSERT audit_line")
BOUNDARIES: dict[Act, tuple[str, ...]] = {  # most end behind the commit: what is done must not be done twice
    acts.batch: (*CARRYING, COMMIT, COMMITTED),
    acts.close: ("INSERT checkpoint", "UPDATE round", COMMIT, COMMITTING),
    acts.open_box: (COMMIT, COMMITTED, "INSERT cast_ballot", "UPDATE round_key"),  # it first says that it has begun
    acts.count: ("INSERT count", COMMIT, COMMITTED),
    acts.publish: ("INSERT count_signature", COMMIT, COMMITTED),
}
LEADS_TO = {
    acts.batch: rules.BALLOT_PUBLISHED,
    acts.close: rules.CLOSED,
    acts.open_box: rules.CLOSED,
    acts.count: rules.COUNTED,
    acts.publish: rules.RESULTS_PUBLISHED,
}
RESIDENTS = [["1", "4"]] * 20 + [["2", "4"]] * 8  # more than a batch leaves behind
COMMITTEE = [["1", "5"]] * 3


def sealed(round_id: int) -> list[bytes]:
    """All ballots, wherever they wait."""
    db.session.rollback()
    tables = (IntakeBallot, BoxBallot)
    return sorted(
        one for table in tables for one in db.session.scalars(select(table.sealed).filter_by(round_id=round_id))
    )


def ensure_well(round_: Round, cast: list[bytes]) -> None:
    assert sealed(round_.id) == cast
    assert [finding for finding in doctor.examine() if finding.faults] == []


def test_killed_at_any_boundary_from_the_batch_to_the_publication_everything_adds_up(
    app: Flask, clock: Clock, database_url: str, tmp_path: Path
) -> None:
    round_ = elections.voted(clock, residents=RESIDENTS, committee=COMMITTEE)
    staff, approver = elections.signers(round_)
    scene = Scene(database_url, clock.offset, round_.id, approver.id, Failpoints(tmp_path), KEYS)
    cast = sealed(round_.id)
    for act, points in BOUNDARIES.items():
        if act is acts.publish:
            services.sign_count(queries.find_count(round_.id), staff, "staff", at=now())
        for point in points:
            kill_at(act, point, scene)
            ensure_well(round_, cast)
            clock.offset += UNHEARD_OF  # until the opening that was killed is not waited for any more
            scene = scene._replace(offset=clock.offset)
        assert acts.run(act, scene) == 0
        ensure_well(round_, cast)
        assert round_.state == LEADS_TO[act]
    opened = {chamber: box.count_opened(round_.id, chamber) for chamber in (rules.RESIDENTS, rules.COMMITTEE)}
    assert opened == {rules.RESIDENTS: len(RESIDENTS), rules.COMMITTEE: len(COMMITTEE)}


def kill_at(act: Act, point: str, scene: Scene) -> None:
    """Before the commit, nothing is kept of what it has done; of an opening, no more than that it has begun."""
    if point == COMMITTING and scene.url.startswith("sqlite"):
        point = COMMITTED  # there is nobody to be asked: the process commits by itself
    before = census()
    scene.failpoints.arm(point)
    assert (acts.run(act, scene), scene.failpoints.is_armed(point)) == (KILLED, False)
    after = census()
    if act is acts.open_box:
        assert after["cast_ballot"] == before["cast_ballot"]
    elif point not in (COMMITTING, COMMITTED):
        assert after == before
