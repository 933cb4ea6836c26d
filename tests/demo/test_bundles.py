"""Every finished round of the demo can be checked by anybody, with the program of its own bundle."""

import io
import zipfile

from app.results import bundle, queries
from app.rounds import rules as rounds
from tests.demo.conftest import Told


def test_every_published_result_has_a_bundle_and_those_held_here_are_signed(told: Told) -> None:
    counts = queries.list_published()
    assert {rounds.HELD, rounds.HISTORY} <= {count.round.source for count in counts}
    for count in counts:
        file = io.BytesIO()
        bundle.write(count, file)
        with zipfile.ZipFile(file) as archive:
            is_signed = b'"signature":null' not in archive.read("certificate.json")
        assert is_signed == (count.round.source == rounds.HELD)
