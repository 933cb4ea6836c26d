"""The outlines that the operator gave: what lies under a map's points where it loads no pictures from elsewhere."""

from flask import abort, current_app, send_file
from werkzeug import Response

from app.web.public.audience import wing

KEPT = 3600  # seconds


@wing.get("/map/outlines.geojson")
def map_outlines() -> Response:
    path = current_app.extensions["hanpyo"].maps.outlines
    if path is None:
        abort(404)
    return send_file(path, mimetype="application/geo+json", max_age=KEPT)
