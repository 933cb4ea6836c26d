"""One opening in a process of its own, as the server starts it: seconds from the words to the last commit.

python -c "from bench.opener import main; main()"        # what to open, as JSON, comes through standard input
"""

import json
import sys
import time

from app.audit.models import SYSTEM
from app.ballots import ceremony
from app.clock import now
from app.database import db
from app.factory import create_app
from app.rounds.models import Round
from tests.databases import config_for


def main() -> None:
    told = json.load(sys.stdin)
    with create_app(config_for(told["url"])).app_context():
        round_ = db.session.get_one(Round, told["round_id"])
        began = time.perf_counter()
        ceremony.open_box(round_, [told["words"]], at=now(), by=SYSTEM)
        print(time.perf_counter() - began)
