"""Members of the committee: written reviews and the ballot at the general meeting."""

from flask import Blueprint

from app.people.models import COMMITTEE_ROLE
from app.web.guard import account_door, guard

wing = guard(Blueprint("committee", __name__, url_prefix="/committee"), account_door(COMMITTEE_ROLE))
