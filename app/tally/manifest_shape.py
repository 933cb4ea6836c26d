"""What a manifest looks like, key by key. Whether it makes sense is asked in `manifest_rules`."""

import re
from collections.abc import Iterator, Mapping

from app.tally.faults import Fault
from app.tally.shape import (
    Check,
    either,
    fraction,
    instant,
    list_of,
    map_of,
    one_of,
    or_null,
    pair,
    record,
    text,
    truth,
    whole,
)

VERSION = 1
KINDS = ("approval", "choose-one", "ranking", "cumulative", "scores")
NORMALISATIONS = ("share", "turnout", "top", "rank", "raw")
SCOPES = ("ballot", "section")
POLICIES = ("skip", "stop", "part", "near")
TIE_RULES = ("cheaper", "dearer", "ballot-number", "lot")
QUOTAS = ("per_dong", "per_section", "per_proposer")

_KEY = re.compile("ed25519:[0-9a-f]{64}|hpke-p256(-open)?:[0-9a-f]{130}")
_names = record(ko=text, en=text)
_quota = or_null(record(count=or_null(whole), cost=or_null(whole)))


def _key(value: object, where: str) -> Iterator[Fault]:
    """A public key: its kind and its bytes in hex."""
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        yield Fault("not_a_key", where)


def _threshold(value: Mapping[str, object]) -> Check:
    return record(share=fraction) if "share" in value else record(votes=whole)


def _cap_policy(value: Mapping[str, object]) -> Check:
    kind = one_of(POLICIES)
    return record(kind=kind, cover=fraction) if value.get("kind") == "near" else record(kind=kind)


MANIFEST = record(
    version=whole,
    round=text,
    programme=text,
    fiscal_year=whole,
    title=_names,
    currency=text,
    opens_at=instant,
    closes_at=instant,
    pots=list_of(record(id=text, name=_names, cap=whole)),
    sections=list_of(record(id=text, name=_names, pot=text)),
    items=list_of(
        record(
            id=text,
            number=whole,
            section=text,
            title=_names,
            dong=or_null(text),
            cost=whole,
            min_cost=or_null(whole),
            proposer=or_null(text),
            excludes=list_of(text),
        )
    ),
    chambers=list_of(
        record(
            id=text,
            name=_names,
            weight=fraction,
            kind=one_of(KINDS),
            picks=map_of(pair),
            total=or_null(pair),
            money_limit=or_null(whole),
            points_limit=or_null(whole),
            score_range=or_null(pair),
            normalisation=one_of(NORMALISATIONS),
            scope=one_of(SCOPES),
            threshold=or_null(either(_threshold)),
        )
    ),
    cap_policy=either(_cap_policy),
    tie_order=list_of(text),
    quotas=record(per_dong=_quota, per_section=_quota, per_proposer=_quota, at_least_one_per_section=truth),
    keys=list_of(_key),
)
