"""flask tick: what falls due while nobody is looking. Once, for a timer; or again and again beside the server."""

import os
import time
from collections.abc import Callable
from datetime import timedelta

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from app import clock
from app.adapters import mail, sms
from app.audit import chain
from app.ballots import batches
from app.codes import services as voting_codes
from app.committee import reminders as committee
from app.committee import services as members
from app.files import services as files
from app.notices import delivery_services as deliveries
from app.notices import services as notices
from app.notices.reminders import remind
from app.people import addresses, codes, sessions
from app.proposals import waiting
from app.recruitment import services as recruitment
from app.reviews import reminders as reviews
from app.roll import list_services as lists
from app.web import outgoing

REMINDED_OF = (reviews.due, committee.due)
GLANCE = 1.0  # seconds between two looks at whether the parent is still there


@click.command("tick")
@click.option("--every", type=click.IntRange(min=1), metavar="SECONDS", help="멈출 때까지 되풀이 · until stopped")
@click.option(
    "--while", "parent", type=int, metavar="PID", help="이 부모 프로세스가 있는 동안만 · while this parent lives"
)
@with_appcontext
def tick(every: int | None, parent: int | None) -> None:
    """Carry ballots that are due into their box, scrub what they leave behind, end the roles of members whose term is
    over, remind people of what is due, make messages of what they are told, send messages that wait, drop lists of
    voters on which nobody decided for a day, remove photos and documents that nothing refers to any more, take
    proposals that wait to the round that is called, erase applications to the committee that are kept no longer, chain
    the lines of the audit.

    One line for each thing that was done. What goes wrong is said: once, it ends with exit 1; with --every, the next
    turn tries again.
    """
    went_well = _turn()
    if every is None:
        raise SystemExit(0 if went_well else 1)
    while _slept(every, parent):
        _turn()


def _turn() -> bool:
    """Each action for itself, in a context of its own: one that fails neither stops the others nor leaves a connection
    behind."""
    went_well = [
        _did(action)
        for action in (_carry, _scrub, _end, _remind, _pack, _send, _tidy, _forget, _sweep, _roll_on, _erase, _seal)
    ]
    return all(went_well)


def _did(action: Callable[[], str]) -> bool:
    try:
        with current_app.app_context():
            said = action()
    except Exception as error:  # said, and tried again at the next turn
        click.echo(f"{action.__name__.strip('_')}: {_reason(error)}", err=True)
        return False
    if said:
        click.echo(said)
    return True


def _carry() -> str:
    carried = batches.run_due(clock.now())
    return f"함에 넣은 봉인된 표 {carried} / sealed ballots carried into the box {carried}" if carried else ""


def _scrub() -> str:
    if batches.has_traces(clock.now()):
        batches.scrub()
    return ""


def _end() -> str:
    over = members.end_terms(at=clock.now())
    return f"임기가 끝난 위원 {over} / members whose term is over {over}" if over else ""


def _remind() -> str:
    told = remind(REMINDED_OF, at=clock.now())
    return f"기한을 알린 것 {told} / reminders {told}" if told else ""


def _pack() -> str:
    """What it makes is sent by the next one, and said there."""
    outgoing.pack_due(clock.now())
    return ""


def _send() -> str:
    went, stayed = notices.deliver_queued(sms.sender(), mailer=mail.mailer())
    return f"보냄 {went}, 보내지 못함 {stayed} / sent {went}, not sent {stayed}" if went or stayed else ""


def _tidy() -> str:
    at = clock.now()
    codes.forget_old(at=at)
    addresses.forget_old(at=at)
    sessions.forget_over(at=at)
    voting_codes.forget_tries(at=at)
    deliveries.forget(at - timedelta(days=outgoing.config().outgoing.kept_days), at=at)
    return ""


def _forget() -> str:
    forgotten = lists.forget_old(at=clock.now())
    return f"버린 명부 파일 {forgotten} / lists of voters dropped {forgotten}" if forgotten else ""


def _sweep() -> str:
    swept = files.sweep(at=clock.now())
    return f"치운 파일 {swept} / files removed {swept}" if swept else ""


def _roll_on() -> str:
    went, submitted = waiting.roll_on(at=clock.now())
    if not went and not submitted:
        return ""
    return f"다음 회차로 옮긴 제안 {went}, 접수한 제안 {submitted} / proposals moved on {went}, submitted {submitted}"


def _erase() -> str:
    gone = recruitment.erase_due(at=clock.now())
    if not any(gone):
        return ""
    return (
        f"보관 기간이 지나 지운 신청 {gone.applications}, 추천 {gone.recommendations} / "
        f"applications erased {gone.applications}, recommendations {gone.recommendations}"
    )


def _seal() -> str:
    chain.seal(batches.signing_key(), at=clock.now())
    return ""


def _reason(error: Exception) -> str:
    """Its kind and its first line: what follows there may be values."""
    told = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return f"{type(error).__name__}: {str(told).partition(chr(10))[0]}"


def _slept(seconds: int, parent: int | None) -> bool:
    """False as soon as the parent is gone."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if parent is not None and os.getppid() != parent:
            return False
        time.sleep(min(left, GLANCE))
    return True
