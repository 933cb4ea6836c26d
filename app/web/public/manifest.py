"""The frozen rules of a round: in words, with their hash, and as the very bytes that were hashed."""

from flask import Response, render_template

from app.ballots import draft_queries as drafts
from app.ballots import queries
from app.rounds import queries as rounds
from app.web.navigation import programme_frame
from app.web.public.audience import wing
from app.web.public.needed import own_address, what_is_needed
from app.web.round_words import rival_words, rules_in_words


@wing.get("/rounds/<int:round_id>/ballot")
def manifest(round_id: int) -> str:
    round_, items = rounds.get_public_round(round_id), queries.list_items(round_id)
    return render_template(
        "public/manifest.html",
        round=round_,
        publication=queries.get_publication(round_id),
        items=items,
        notes={code: rival_words(rivals) for code, rivals in queries.rivals_of(items).items()},
        prepared=drafts.find_prepared(round_id),
        withdrawn=drafts.list_withdrawn(round_id),
        keys=queries.get_manifest(round_id).keys,
        rules=rules_in_words(round_),
        needed=what_is_needed(round_),
        address=own_address(),
        programme=programme_frame(round_.programme),
    )


@wing.get("/rounds/<int:round_id>/manifest.json")
def manifest_json(round_id: int) -> Response:
    """Byte for byte what the hash was taken of."""
    publication = queries.get_publication(rounds.get_public_round(round_id).id)
    name = f"manifest-{publication.sha256[:12]}.json"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(publication.body, mimetype="application/json", headers=headers)
