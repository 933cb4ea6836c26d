"""The counter in the reader's own browser: it checks the bundle of a published result and counts it anew."""

from flask import render_template

from app.ballots import queries as ballots
from app.results import bundle, queries
from app.web.navigation import programme_frame
from app.web.public.audience import wing


@wing.get("/results/<int:round_id>/recount")
def result_recount(round_id: int) -> str:
    count = queries.get_published(round_id)
    return render_template(
        "public/recount.html",
        round=count.round,
        bundle_name=bundle.file_name(count),
        manifest=ballots.get_publication(round_id).sha256,
        programme=programme_frame(count.round.programme),
    )
