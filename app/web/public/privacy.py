"""What is known about people here, why, for how long, and that they may refuse."""

from flask import current_app, render_template

from app.web.public.audience import wing


@wing.get("/privacy")
def privacy() -> str:
    tiles = current_app.extensions["hanpyo"].maps.host
    return render_template("public/privacy.html", tiles=tiles.removeprefix("https://"))
