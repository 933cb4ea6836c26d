"""The browser's counter refuses the manifests that app.tally refuses, for one of the same reasons."""

import pytest

from app.tally import canonical
from app.tally.manifest import Manifest, ManifestError
from tests.recount_js.elections import examples
from tests.recount_js.node import lines_of
from tests.tally.test_manifest import FAULTY, SEALS, SIGNS, Json, changed
from tests.tally.worked import example


def is_canonical(data: Json) -> bool:
    """What is not can stand in no bundle, and is refused before anybody looks at its meaning."""
    try:
        canonical.dumps(data)
    except canonical.CanonicalError:
        return False
    return True


def codes(data: Json) -> set[str]:
    with pytest.raises(ManifestError) as refused:
        Manifest.from_json(data)
    return {fault.code for fault in refused.value.faults}


def test_faulty_manifests_are_refused_for_a_fault_that_they_have() -> None:
    faulty = [changed(change) for changes in FAULTY.values() for change in changes]
    faulty = [data for data in faulty if is_canonical(data)]
    assert len(faulty) > 50
    for data, named in zip(faulty, lines_of("manifest_faults.mjs", faulty), strict=True):
        assert named in codes(data)


def test_the_box_has_one_key_whose_private_half_is_published_or_is_not() -> None:
    opens = SEALS.replace("hpke-p256:", "hpke-p256-open:")
    keys = [[SIGNS, opens], [opens], [SEALS, opens], [opens, opens], [opens[:-2]], [opens.replace("open", "shut")]]
    named = lines_of("manifest_faults.mjs", [{**example(), "keys": some} for some in keys])
    assert named == ["", "", "repeated_key", "repeated_key", "not_a_key", "not_a_key"]


def test_good_manifests_are_taken() -> None:
    good = [example(), {**example(), "keys": [SIGNS, SEALS]}, *(one.manifest for one in examples(30, 1))]
    assert lines_of("manifest_faults.mjs", good) == [""] * len(good)
