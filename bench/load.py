"""The load, in a process of its own: requests in by standard input as JSON, the time they took out.

In: {"port", "clients", "status": what every answer must have, "requests": [text, …]}. Out: the fields of Load.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from bench.client import Connection

CLIENTS = 4  # few: the server, the database and the clients share the machine's cores


class Load(NamedTuple):
    requests: int
    seconds: float
    p95_ms: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def put(port: int, requests: Iterable[bytes], status: int, clients: int = CLIENTS) -> Load:
    """Raises CalledProcessError when an answer had another status."""
    texts = [request.decode() for request in requests]
    spec = {"port": port, "clients": clients, "status": status, "requests": texts}
    command = [sys.executable, "-m", "bench.load"]
    printed = subprocess.run(command, input=json.dumps(spec).encode(), stdout=subprocess.PIPE, check=True).stdout
    return Load(**json.loads(printed))


def main() -> None:
    spec = json.load(sys.stdin)
    requests = [text.encode() for text in spec["requests"]]
    shares = [requests[place :: spec["clients"]] for place in range(spec["clients"])]
    connections = [Connection(spec["port"]) for _ in shares]
    began = time.perf_counter()
    with ThreadPoolExecutor(len(shares)) as pool:
        runs = list(pool.map(lambda connection, share: times(connection, share, spec["status"]), connections, shares))
    seconds = time.perf_counter() - began
    taken = sorted(one for run in runs for one in run)
    load = Load(len(taken), seconds, taken[int(len(taken) * 0.95)] * 1000)
    print(json.dumps(load._asdict()))


def times(connection: Connection, requests: list[bytes], status: int) -> list[float]:
    taken = []
    for request in requests:
        began = time.perf_counter()
        answer = connection.send(request)
        taken.append(time.perf_counter() - began)
        if answer.status != status:
            raise SystemExit(f"{answer.status} instead of {status}: {answer.head}\n{answer.body.decode()}")
    return taken


if __name__ == "__main__":
    main()
