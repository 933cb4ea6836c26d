"""Whatever people type is shown as they typed it, and never becomes a part of the page."""

from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import String, Text, event
from sqlalchemy.orm import Mapper

from app.database import db
from app.factory import create_app
from tests import factories
from tests.databases import Sqlite, config_for
from tests.web.furnished import Site, furnished
from tests.web.test_all_routes import EVERYBODY, LEAVES

PAYLOAD = """<script>alert(1)</script>"><img src=x onerror=alert(2)><a href="javascript:alert(3)">' onclick='x&lt;"""
# Words of the machine's own: codes, states, keys, addresses, what is hashed.
MACHINE = {
    *("action", "actor_kind", "body", "browser_key", "cap_policy", "channel", "chamber", "code", "code_key", "colour"),
    *("currency", "file_sha256", "funding", "initiative", "kind", "login", "login_key", "near_cover", "normalisation"),
    *("number_seed", "office", "owner_kind", "password_hash", "phone", "phone_key", "role", "route", "scope", "seed"),
    *("sha256", "shortlist_threshold", "slug", "source", "state", "subject_type", "threshold_share"),
    *("verdict", "visit_state", "voter_key", "weight", "public_key", "words_sha256", "receipt", "leaf", "note"),
    *("voters", "person_key", "claim_key", "age_band", "basis", "guardian", "refusal", "fault", "prefix_key"),
    *("rolls", "certificate", "opening", "private_key", "token", "key", "secret", "device", "credential_id"),
    *("token_key", "pin_key", "right_key", "use", "outcome", "token_hash", "pin_hash", "help"),
    *("selection", "source_key", "ground", "pair"),
    *("item", "answer", "client_key", "record_sha256", "told_sha256"),
    *("media_type", "small_sha256"),
    *("sex", "dismissal_ground", "letter_number", "result"),
    *("against", "fingerprint", "page"),
    *("ending", "by_kind", "way", "offer_state", "seen_state"),
    *("act", "joined_ground", "left_ground"),
    *("once", "cipher", "language", "unsubscribe", "recipient"),
}
# The first is copied from proposals, and frozen with their manifest; of the second all words are the machine's.
COPIED = ("ballot_item", "shortlist_decision")


def taint(_mapper: Any, _connection: Any, row: Any) -> None:
    """Every text that somebody may have typed ends in what an attacker would type."""
    for column in row.__table__.columns:
        typed = isinstance(column.type, String | Text) and column.name not in MACHINE and not column.unique
        if typed and row.__table__.name not in COPIED and isinstance(getattr(row, column.name), str):
            setattr(row, column.name, f"{getattr(row, column.name)} {PAYLOAD}")


@pytest.fixture
def site(sqlite: Sqlite) -> Iterator[Site]:
    event.listen(Mapper, "before_insert", taint)
    try:
        with sqlite.fresh() as url, furnished(create_app(config_for(url))) as site:
            factories.department().name_ko += PAYLOAD  # found by its name before
            db.session.commit()
            yield site
    finally:
        event.remove(Mapper, "before_insert", taint)


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """(address, HTML) of every page, as one who may sees it."""
    for endpoint, leave in LEAVES.items():
        who = "stranger" if leave.who == EVERYBODY else leave.who[0]
        if "GET" in site.methods(endpoint):
            answer = site.persons[who].client.get(site.address(endpoint, leave.on))
            if answer.mimetype == "text/html" and answer.status_code == 200:
                yield endpoint, answer.text


def test_what_people_type_never_becomes_a_part_of_a_page(site: Site) -> None:
    shown = set()
    for endpoint, html in pages(site):
        page = BeautifulSoup(html, "html.parser")
        assert not page.find("img", src="x"), endpoint
        assert not [tag for tag in page.find_all("script") if not tag.get("src") or tag.string], endpoint
        assert not [tag for tag in page.find_all(True) if any(name.startswith("on") for name in tag.attrs)], endpoint
        links = [str(tag.get(name, "")) for tag in page.find_all(True) for name in ("href", "src", "action")]
        assert not [link for link in links if link.lower().startswith("javascript:")], endpoint
        if PAYLOAD in " ".join(page.get_text(" ").split()):
            shown.add(endpoint)
    assert len(shown) > 65
