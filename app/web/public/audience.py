"""Everybody. This wing has no door."""

from flask import Blueprint

wing = Blueprint("public", __name__)
