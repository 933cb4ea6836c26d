"""Small random rounds for properties: rules of every kind, and ballots good and bad."""

from typing import Any

from hypothesis import strategies as st

from app.tally.manifest import Manifest
from app.tally.manifest_shape import NORMALISATIONS
from tests.tally.worked import example

Ballots = dict[str, list[Any]]
SEED = "public seed"
_maybe = st.none() | st.integers(1, 30)


def manifest_json(draw: st.DrawFn, **fixed: Any) -> dict[str, Any]:
    """Few sections, few distinct costs: ties, exact fits and full quotas come up all the time."""
    sections = [f"s{n}" for n in range(draw(st.integers(1, 3)))]
    pots = [{"id": f"p{n}", "name": {"ko": "", "en": ""}, "cap": draw(st.integers(12, 40))} for n in range(2)]
    numbers = draw(st.permutations(range(1, draw(st.integers(2, 7)) + 1)))
    items = [_item(draw, number, sections, len(numbers)) for number in numbers]
    data = {
        **example(),
        "pots": pots,
        "sections": [
            {"id": name, "name": {"ko": "", "en": ""}, "pot": draw(st.sampled_from(["p0", "p1"]))} for name in sections
        ],
        "items": items,
        "chambers": [_chamber(draw, name, sections) for name in ("residents", "committee")],
        "cap_policy": draw(policies),
        "tie_order": draw(tie_orders),
        "quotas": draw(quotas),
    }
    return {**data, **fixed}


def _item(draw: st.DrawFn, number: int, sections: list[str], most: int) -> dict[str, Any]:
    cost = draw(st.integers(1, 12))
    rival = draw(st.none() | st.integers(1, most))
    return {
        "id": f"i{number}",
        "number": number,
        "section": draw(st.sampled_from(sections)),
        "title": {"ko": "사업", "en": ""},
        "dong": draw(st.sampled_from([None, "gasan", "doksan"])),
        "cost": cost,
        "min_cost": draw(st.none() | st.integers(1, cost)),
        "proposer": draw(st.sampled_from([None, "q1", "q2"])),
        "excludes": [f"i{rival}"] if rival not in (None, number) else [],
    }


def _chamber(draw: st.DrawFn, name: str, sections: list[str]) -> dict[str, Any]:
    return {
        **example()["chambers"][0],
        "id": name,
        "picks": {section: [0, 7] for section in sections},
        "total": None,
        "normalisation": draw(st.sampled_from(NORMALISATIONS)),
        "scope": draw(st.sampled_from(["ballot", "section"])),
        "threshold": draw(thresholds),
    }


policies = st.one_of(
    st.sampled_from([{"kind": "skip"}, {"kind": "stop"}, {"kind": "part"}]),
    st.sampled_from(["1/2", "4/5"]).map(lambda cover: {"kind": "near", "cover": cover}),
)
tie_orders = st.permutations(["residents", "committee", "cheaper", "dearer"]).flatmap(
    lambda rules: st.tuples(st.integers(0, 4), st.sampled_from(["ballot-number", "lot"])).map(
        lambda end: [*rules[: end[0]], end[1]]
    )
)
thresholds = st.one_of(
    st.none(),
    st.integers(0, 3).map(lambda votes: {"votes": votes}),
    st.sampled_from(["1/10", "1/3", "1/2"]).map(lambda share: {"share": share}),
)
_quota = st.none() | st.fixed_dictionaries({"count": st.none() | st.integers(1, 3), "cost": _maybe})
quotas = st.fixed_dictionaries(
    {"per_dong": _quota, "per_section": _quota, "per_proposer": _quota, "at_least_one_per_section": st.booleans()}
)


def approvals(manifest: Manifest, most: int = 12) -> st.SearchStrategy[Ballots]:
    """Mostly valid; now and then an unknown item, a repetition, or no list at all."""
    ids = [item.id for item in manifest.items]
    good = st.lists(st.sampled_from(ids), unique=True)
    bad = st.lists(st.sampled_from([*ids, "unknown"])) | st.sampled_from(["text", {}, None, [["nested"]]])
    return st.fixed_dictionaries(
        {name: st.lists(good | good | bad, max_size=most) for name in ("residents", "committee")}
    )


@st.composite
def elections(draw: st.DrawFn) -> tuple[Manifest, Ballots]:
    manifest = Manifest.from_json(manifest_json(draw))
    return manifest, draw(approvals(manifest))
