"""Residents who vote. The pages are plain: nothing to click on but the ballot."""

from typing import Any

from flask import Blueprint, request

from app.web.guard import guard, resident_door
from app.web.voting import who

# How somebody comes to stand on a round's roll: whoever gets that far is not known yet.
BEFORE_THE_DOOR: set[str] = {
    *("voting.code", "voting.code_claim", "voting.oidc_begin", "voting.oidc_callback", "voting.oidc_claim"),
}


def door() -> Any:
    if request.endpoint in BEFORE_THE_DOOR:
        return None
    round_id = (request.view_args or {}).get("round_id")
    if round_id is not None and who.has_right(round_id):
        return None
    return resident_door()


wing = guard(Blueprint("voting", __name__, url_prefix="/vote"), door)
