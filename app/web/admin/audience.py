"""System administrators: accounts and roles. They see nothing of any round."""

from flask import Blueprint

from app.people.models import ADMIN_ROLE
from app.web.guard import account_door, guard

wing = guard(Blueprint("admin", __name__, url_prefix="/admin"), account_door(ADMIN_ROLE))
