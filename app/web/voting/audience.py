"""Residents who vote. The pages are plain: nothing to click on but the ballot."""

from flask import Blueprint

from app.web.guard import guard, resident_door

wing = guard(Blueprint("voting", __name__, url_prefix="/vote"), resident_door)
