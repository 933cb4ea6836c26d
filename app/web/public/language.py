"""Korean or English, kept in the session."""

from flask import abort, redirect, request, session
from werkzeug import Response

from app.web.guard import safe_next
from app.web.navigation import LANGUAGES
from app.web.public.audience import wing


@wing.get("/language/<code>")
def set_language(code: str) -> Response:
    if code not in dict(LANGUAGES):
        abort(404)
    session["locale"] = code
    return redirect(safe_next(request.args.get("next"), "/"))
