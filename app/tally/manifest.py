"""The frozen rules of a round: whoever has them and the ballots can count. Every paper names their SHA-256."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, cast

from app.tally import canonical, exact, manifest_rules
from app.tally.faults import Fault
from app.tally.manifest_shape import MANIFEST, QUOTAS

__all__ = ["CapPolicy", "Chamber", "Fault", "Item", "Manifest", "ManifestError", "Names", "Pot", "Quota",
           "Quotas", "Section", "Threshold"]  # fmt: skip


class ManifestError(ValueError):
    """All the faults of a refused manifest: of its shape or, where the shape is right, of its meaning."""

    def __init__(self, faults: tuple[Fault, ...]):
        super().__init__("; ".join(f"{fault.where}: {fault.code}" for fault in faults))
        self.faults = faults


@dataclass(frozen=True)
class Names:
    ko: str
    en: str


@dataclass(frozen=True)
class Pot:
    """`cap` in whole won."""

    id: str
    name: Names
    cap: int


@dataclass(frozen=True)
class Section:
    id: str
    name: Names
    pot: str


@dataclass(frozen=True)
class Item:
    """`min_cost`: the smallest sum that is still of use, None where the proposer allows no part funding.
    `excludes` holds in both directions even if only one of the two names the other."""

    id: str
    number: int
    section: str
    title: Names
    dong: str | None
    cost: int
    min_cost: int | None
    proposer: str | None
    excludes: tuple[str, ...]


@dataclass(frozen=True)
class Threshold:
    """Either `votes` (at least that many) or `share` (on at least that share of the valid ballots)."""

    votes: int | None = None
    share: Fraction | None = None


@dataclass(frozen=True)
class Chamber:
    """`picks`: section → (fewest, most); `total`: the same for the whole ballot; limits in won and points."""

    id: str
    name: Names
    weight: Fraction
    kind: str
    picks: Mapping[str, tuple[int, int]]
    total: tuple[int, int] | None
    money_limit: int | None
    points_limit: int | None
    score_range: tuple[int, int] | None
    normalisation: str
    scope: str
    threshold: Threshold | None


@dataclass(frozen=True)
class CapPolicy:
    kind: str
    cover: Fraction | None = None


@dataclass(frozen=True)
class Quota:
    count: int | None
    cost: int | None


@dataclass(frozen=True)
class Quotas:
    per_dong: Quota | None
    per_section: Quota | None
    per_proposer: Quota | None
    at_least_one_per_section: bool


@dataclass(frozen=True)
class Manifest:
    version: int
    round: str
    programme: str
    fiscal_year: int
    title: Names
    currency: str
    opens_at: str
    closes_at: str
    pots: tuple[Pot, ...]
    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    chambers: tuple[Chamber, ...]
    cap_policy: CapPolicy
    tie_order: tuple[str, ...]
    quotas: Quotas
    keys: tuple[str, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Manifest":
        faults = tuple(MANIFEST(data, "")) or tuple(manifest_rules.faults_of(data))
        if faults:
            raise ManifestError(faults)
        return _read(data)

    def to_json(self) -> dict[str, Any]:
        return cast(dict[str, Any], _plain(self))

    @cached_property
    def sha256(self) -> str:
        return canonical.sha256_hex(self.to_json())

    def chamber(self, chamber_id: str) -> Chamber:
        """KeyError for a chamber that is not in the manifest."""
        return {chamber.id: chamber for chamber in self.chambers}[chamber_id]

    def key(self, kind: str) -> str | None:
        """The hex of the public key of this kind ("ed25519", "hpke-p256", "hpke-p256-open")."""
        return next((key.removeprefix(f"{kind}:") for key in self.keys if key.startswith(f"{kind}:")), None)

    @cached_property
    def pot_of_section(self) -> dict[str, str]:
        return {section.id: section.pot for section in self.sections}

    @cached_property
    def items_of_section(self) -> dict[str, tuple[Item, ...]]:
        return {
            section.id: tuple(item for item in self.items if item.section == section.id) for section in self.sections
        }


def _read(data: Mapping[str, Any]) -> Manifest:
    parts: dict[str, Any] = {
        "title": Names(**data["title"]),
        "pots": tuple(Pot(**_named(pot)) for pot in data["pots"]),
        "sections": tuple(Section(**_named(section)) for section in data["sections"]),
        "items": tuple(_item(item) for item in data["items"]),
        "chambers": tuple(_chamber(chamber) for chamber in data["chambers"]),
        "cap_policy": CapPolicy(data["cap_policy"]["kind"], _fraction(data["cap_policy"].get("cover"))),
        "tie_order": tuple(data["tie_order"]),
        "quotas": _quotas(data["quotas"]),
        "keys": tuple(data["keys"]),
    }
    return Manifest(**{**data, **parts})


def _named(record: Mapping[str, Any]) -> dict[str, Any]:
    return {**record, "name": Names(**record["name"])}


def _item(record: Mapping[str, Any]) -> Item:
    return Item(**{**record, "title": Names(**record["title"]), "excludes": tuple(record["excludes"])})


def _chamber(record: Mapping[str, Any]) -> Chamber:
    threshold = record["threshold"]
    parts = {
        "weight": exact.parse(record["weight"]),
        "picks": {section: (low, high) for section, (low, high) in record["picks"].items()},
        "total": record["total"] and tuple(record["total"]),
        "score_range": record["score_range"] and tuple(record["score_range"]),
        "threshold": threshold and Threshold(threshold.get("votes"), _fraction(threshold.get("share"))),
    }
    return Chamber(**_named({**record, **parts}))


def _quotas(record: Mapping[str, Any]) -> Quotas:
    parts: dict[str, Any] = {name: record[name] and Quota(**record[name]) for name in QUOTAS}
    return Quotas(**{**record, **parts})


def _fraction(written: str | None) -> Fraction | None:
    return None if written is None else exact.parse(written)


def _plain(value: object) -> object:
    """JSON again, key for key what was read. A threshold and a cap policy hold only the keys that apply."""
    if isinstance(value, Fraction):
        return exact.text(value)
    if isinstance(value, Threshold | CapPolicy):
        return {f.name: _plain(part) for f in fields(value) if (part := getattr(value, f.name)) is not None}
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    return value
