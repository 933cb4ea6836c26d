"""The outlines that the operator gave: what lies under a map's points where it loads no pictures from elsewhere."""

from flask import Response, abort, current_app

from app.web.public.audience import wing

KEPT = 3600  # seconds


@wing.get("/map/outlines.geojson")
def map_outlines() -> Response:
    outlines = current_app.extensions["hanpyo"].maps.outlines
    if not outlines:
        abort(404)
    answer = Response(outlines, mimetype="application/geo+json")
    answer.cache_control.public, answer.cache_control.max_age = True, KEPT
    return answer
