"""Residents who signed in with their phone, about their own proposals."""

from flask import Blueprint

from app.web.guard import guard, resident_door

wing = guard(Blueprint("resident", __name__, url_prefix="/my"), resident_door)
