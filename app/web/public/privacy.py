"""What is known about people here, why, for how long, and that they may refuse."""

from flask import render_template

from app.web.public.audience import wing


@wing.get("/privacy")
def privacy() -> str:
    return render_template("public/privacy.html")
