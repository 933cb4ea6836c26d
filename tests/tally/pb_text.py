"""Writes small `.pb` texts for tests."""

from collections.abc import Iterable, Sequence
from pathlib import Path

FOLDER = Path(__file__).parent / "pb"


def pb(
    projects: Iterable[Sequence[object]],
    votes: Sequence[str],
    *,
    budget: object = 100,
    columns: str = "project_id;cost",
    vote_type: str = "approval",
    rule: str = "greedy",
    **meta: object,
) -> str:
    """`votes` are the cells after voter_id; a vote type with points takes `picks;points`."""
    keys = {"budget": budget, "vote_type": vote_type, "rule": rule, "num_votes": len(votes), **meta}
    pointed = any(";" in vote for vote in votes)
    lines = ["META", "key;value", *(f"{key};{value}" for key, value in keys.items())]
    lines += ["PROJECTS", columns, *(";".join(map(str, project)) for project in projects)]
    lines += ["VOTES", "voter_id;vote;points" if pointed else "voter_id;vote"]
    lines += [f"{voter};{vote}" for voter, vote in enumerate(votes, 1)]
    return "\n".join(lines) + "\n"


def written(folder: Path, text: str | bytes, name: str = "election.pb") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
