"""The published draw of an open call, for its pages: numbers, never names."""

from typing import Any

from app.recruitment.models import Recruitment
from app.tally import canonical


def draw_facts(row: Recruitment) -> dict[str, Any]:
    """`listed`: the list as it was published; `result`: of the draw. None while there is none."""
    listed = canonical.loads(row.body.encode()) if row.body else None
    result = canonical.loads(row.result.encode()) if row.result else None
    return {"listed": listed, "result": result, "is_by_lot": bool(result and row.seed)}


def draw_file(row: Recruitment) -> bytes:
    """What `python -m app.tally lot` takes (canonical JSON). The seed only once two people have confirmed it."""
    facts = draw_facts(row)
    seed = row.seed if facts["result"] else ""
    return canonical.dumps({"list": facts["listed"], "seed": seed, "result": facts["result"]})
