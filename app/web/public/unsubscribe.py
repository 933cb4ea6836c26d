"""Ending one's mails by the link in them, without signing in. What it answers is the same for whomever; a link that is
none of ours, or was cut short on its way, leads nowhere, rather than saying that mails have ended.

Mail programs post here by themselves when somebody presses their button (RFC 8058). They have no token of a form of
ours, so that this one address asks for none: all that a post can do is stop mails, and only of whoever the link names.
"""

from flask import abort, render_template, request

from app import clock
from app.notices import delivery_services as services
from app.web.public.audience import wing
from app.web.unsubscribing import read_token


@wing.route("/unsubscribe/<token>", methods=["GET", "POST"])
def unsubscribe(token: str) -> str:
    """A page that is only fetched ends nothing: programs look through mails and fetch what is linked there."""
    person = read_token(token) or abort(404)
    if request.method == "POST":
        services.unsubscribe(person, at=clock.now())
    return render_template("public/unsubscribe.html", is_done=request.method == "POST")
