"""What is known about people here, why, for how long, and that they may refuse."""

from flask import current_app, render_template

from app.config import Config
from app.web.public.audience import wing


@wing.get("/privacy")
def privacy() -> str:
    config: Config = current_app.extensions["hanpyo"]
    tiles = config.maps.host.removeprefix("https://")
    return render_template("public/privacy.html", tiles=tiles, kept_days=config.outgoing.kept_days)
