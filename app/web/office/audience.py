"""Staff, second approvers and department officers. Each page asks for its own role in the programme."""

from flask import Blueprint

from app.people.models import APPROVER_ROLE, DEPARTMENT_ROLE, STAFF_ROLE
from app.web.guard import account_door, guard

wing = guard(
    Blueprint("office", __name__, url_prefix="/office"), account_door(STAFF_ROLE, APPROVER_ROLE, DEPARTMENT_ROLE)
)
