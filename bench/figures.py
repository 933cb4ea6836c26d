"""How a figure is said: what was measured, beside its target, and whether it was met."""

from collections.abc import Iterable
from statistics import median

from bench.load import Load


def ratio(title: str, turns: Iterable[tuple[Load, Load]], target: float | None) -> None:
    """Requests a second, ours ÷ bare: the median of the turns, each of which measured one right after the other."""
    pairs = list(turns)
    value = median(ours.per_second / bare.per_second for ours, bare in pairs)
    ours, bare = (median(load.per_second for load in side) for side in zip(*pairs, strict=True))
    slowest = median(ours.p95_ms for ours, _ in pairs)
    said = f"ours {ours:6.0f}/s (p95 {slowest:.0f} ms)  bare {bare:6.0f}/s  ratio {value:.3f}"
    print(f"{title:<22} {said}{verdict(value, at_least=target)}", flush=True)


def figure(title: str, value: float, unit: str, at_most: float) -> None:
    print(f"{title:<22} {value:.2f} {unit}{verdict(value, at_most=at_most)}", flush=True)


def verdict(value: float, at_least: float | None = None, at_most: float | None = None) -> str:
    if at_least is not None:
        return f"  target >= {at_least:g}: {'met' if value >= at_least else 'MISSED'}"
    if at_most is not None:
        return f"  target <= {at_most:g}: {'met' if value <= at_most else 'MISSED'}"
    return "  (no target)"
