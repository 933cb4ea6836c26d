"""`make bench`: all figures in one run on one machine. What they were when last written down: bench/README.md.

    python -m bench [--small] [--million] [web] [tally] [box] [roll] [pb] [codes] [lists] [similar] [uploads]

Without names, all parts. `--small` only shows that everything runs: its figures mean nothing. `--million` opens a box
of a million ballots, too, which takes some minutes more.
"""

import argparse
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime

from bench import box, codes, lists, roll, similar, tally, uploads, web
from bench.pabulib import processor
from bench.servers import ROOT

PARTS = ("web", "tally", "box", "roll", "pb", "codes", "lists", "similar", "uploads")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--million", action="store_true")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=[], metavar="|".join(PARTS))
    wanted = parser.parse_args()
    print(f"machine: {processor()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"command: python -m bench {' '.join(sys.argv[1:])}".rstrip())
    print(f"date: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load before: {os.getloadavg()[0]:.2f}", flush=True)
    for part in wanted.parts or PARTS:
        print(f"\n{part}", flush=True)
        run(part, small=wanted.small, million=wanted.million)


def run(part: str, *, small: bool, million: bool = False) -> None:
    if part == "web":
        web.main(web.Size(turns=1, casts=20, pages=20) if small else web.Size(turns=5, casts=300, pages=300))
    elif part == "tally":
        tally.main(tally.Size(1, 500, 1000) if small else tally.Size(5, 200_000, 1_000_000))
    elif part == "box":
        most = 1_000_000 if million else 0
        box.main(box.Size(1, 300, 0, 1000, 200) if small else box.Size(3, 200_000, most, 1_000_000, 100_000))
    elif part == "roll":
        roll.main(roll.Size(1_000 if small else 1_000_000))
    elif part == "codes":
        codes.main(codes.Size(2000, 1000) if small else codes.Size(1_000_000, 200_000))
    elif part == "similar":
        similar.main(similar.Size(300, 10) if small else similar.Size(100_000, 300))
    elif part == "uploads":
        uploads.main(small=small)
    elif part == "lists":
        lists.main(lists.Size(100, 300, 2) if small else lists.Size(100, 10_000, 40))
    else:
        show_pabulib("1" if small else "3")


def show_pabulib(rounds: str) -> None:
    """In a process of its own: its environment is made from the network the first time, and may not be there."""
    if subprocess.run([sys.executable, ROOT / "bench" / "pabulib.py", rounds], cwd=ROOT).returncode:
        print("pb: not measured, see above")


if __name__ == "__main__":
    main()
