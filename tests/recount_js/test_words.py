"""Whatever the browser's counter finds, the page has a sentence for it, and for all that it could not check."""

import re

from app.config import ROOT
from tests.recount_js.test_bundles import CHANGES
from tests.recount_js.test_sealed import TAMPERED

MODULES = sorted((ROOT / "static" / "js").glob("recount/*.js"))
PAGE = (ROOT / "templates" / "components" / "recount.html").read_text(encoding="utf-8")
WORDS = set(re.findall(r"'([a-z-]+)': (?:_\(|')", PAGE))


def test_every_failure_has_a_sentence() -> None:
    named = {code for _, code, _ in [*CHANGES.values(), *TAMPERED.values()]}
    sources = [path.read_text(encoding="utf-8") for path in [*MODULES, ROOT / "static" / "js" / "recount.js"]]
    thrown = {code for source in sources for code in re.findall(r"(?:new Broken|attempt)\('([a-z-]+)'", source)}
    ensured = {code for source in sources for code in re.findall(r"ensure\(.*, '([a-z-]+)'[,)]", source)}
    assert {"zip", "zip-file", "too-large", "fetch", "failed", "private-key", "gate"} <= thrown | ensured
    assert named | thrown | ensured <= WORDS


def test_every_note_has_a_sentence() -> None:
    source = (ROOT / "static" / "js" / "recount" / "report.js").read_text(encoding="utf-8")
    notes = {
        word
        for line in re.findall(r"^const [A-Z]+ = \{(.+)\};$", source, re.M)
        for word in re.findall(r": '([a-z-]+)'", line)
    }
    assert notes == {"unable-key", "no-key", "no-log", "unable-seal", "private-seal", "no-seal"}
    assert notes <= WORDS
