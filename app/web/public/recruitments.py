"""Open calls for the committee, as everybody sees them: what is asked, the list that is drawn from, and the draw. No
name, not even masked, stands beside the numbers and what group each is of; nor any of those appointed."""

from flask import Response, abort, render_template

from app import clock
from app.recruitment import queries, rules
from app.web import guard
from app.web.navigation import programme_frame
from app.web.public.audience import wing
from app.web.recruitment_view import draw_facts, draw_file


@wing.get("/recruitments/<int:recruitment_id>")
def recruitment_detail(recruitment_id: int) -> str:
    row, at = queries.get_public_recruitment(recruitment_id), clock.now()
    resident = guard.find_resident()
    return render_template(
        "public/recruitment_detail.html",
        row=row,
        own=queries.find_standing(row, resident) if resident else None,
        is_taking=rules.is_taking(row.state, row.opens_at, row.closes_at, at),
        sex_most=rules.sex_most(row),
        appointed=len(queries.list_applications(row, rules.APPOINTED)),
        facts=draw_facts(row),
        programme=programme_frame(row.programme),
    )


@wing.get("/recruitments/<int:recruitment_id>/lot.json")
def recruitment_lot(recruitment_id: int) -> Response:
    row = queries.get_public_recruitment(recruitment_id)
    if row.body is None:
        abort(404)
    headers = {"Content-Disposition": f"attachment; filename=lot-{row.id}.json"}
    return Response(draw_file(row), mimetype="application/json", headers=headers)
