from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong. `code` is a machine word (its sentence is written where people read it),
    `where` a path in the JSON, a section or an item id; `values` the numbers and names the sentence needs."""

    code: str
    where: str
    values: Mapping[str, str | int] = field(default_factory=dict)
