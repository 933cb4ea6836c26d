"""The phases of a round as lines of a timeline."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.rounds.rules import Period, is_running
from app.web.filters import period
from app.web.words import word


def phase_lines(phases: Iterable[Period], at: datetime) -> list[dict[str, Any]]:
    """As the kit's `timeline` takes them, by their beginning."""
    ordered = sorted(phases, key=lambda phase: phase.starts_at)
    return [
        {
            "name": word("phase", phase.kind),
            "state": "current" if is_running(phase, at) else "coming" if at < phase.starts_at else "done",
            "when": period(phase.starts_at, phase.ends_at),
        }
        for phase in ordered
    ]
