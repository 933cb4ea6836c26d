"""What became of a round's proposals: the ledger, what was not funded, what went on to a later call."""

from flask import render_template

from app.fates import queries as fates
from app.results import handing_queries as handing
from app.results.handing_rules import TAKEN_UP
from app.rounds import queries as rounds
from app.web.fate_view import ledger_rows, say_answer
from app.web.navigation import programme_frame
from app.web.public.audience import wing


@wing.get("/rounds/<int:round_id>/fates")
def fates_of_round(round_id: int) -> str:
    round_ = rounds.get_public_round(round_id)
    handed = handing.list_handed(round_id)
    ledger = fates.keep_ledger(round_id)
    return render_template(
        "public/fates.html",
        round=round_,
        programme=programme_frame(round_.programme),
        ledger=ledger_rows(ledger),
        total=ledger.received + ledger.written,
        losers=handing.list_losers(round_),
        handed=handed,
        answers={one: say_answer(row.now) for one, row in handed.items() if row.now.answer == TAKEN_UP},
        carried=fates.list_carried(round_id),
    )
