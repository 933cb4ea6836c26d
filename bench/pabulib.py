"""Reading and counting `.pb` files against pabutools, in one run: time, peak memory, outcome, growth.

    [PB_CORPUS=FOLDER] python bench/pabulib.py [ROUNDS]

With PB_CORPUS, the largest real approval election (Łódź 2022); without, a made-up one of the same shape.
Both sides are whole processes, start to end, taken in turn; figures are medians.
"""

import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

HERE = Path(__file__).parent
PEER = [str(HERE / ".venv/bin/python"), str(HERE / "pabutools_peer.py")]
OURS = [sys.executable, "-m", "app.tally", "pb", "--json"]
BALLOTS, PROJECTS = 90_494, 160


class Taken(NamedTuple):
    seconds: float
    mebibytes: float
    selected: list[str]


def main(rounds: int) -> None:
    ensure_peer()
    print(f"machine: {processor()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"command: {' '.join(['python', *sys.argv])}")
    with tempfile.TemporaryDirectory() as folder:
        file = largest(Path(folder))
        shares = Path(folder) / "shares.pb"
        text = file.read_text(encoding="utf-8")
        shares.write_text(text.replace("\nrule;greedy-threshold", "\nrule;equalshares", 1), encoding="utf-8")
        compare("greedy, read and count", [*OURS, str(file)], [*PEER, "greedy", str(file)], rounds)
        compare("equal shares, once", [*OURS, str(shares)], [*PEER, "shares", str(shares)], rounds)
        completed = median(run([*OURS, "--rule", "equal-shares", str(file)]).seconds for _ in range(rounds))
        print(f"equal shares, completed by add1: ours {completed:.2f} s")
        show_growth(Path(folder), rounds)
    show_corpus()


def ensure_peer() -> None:
    """Makes bench/.venv the first time: the peer and what it needs, checked by their hashes."""
    if not Path(PEER[0]).exists():
        subprocess.run([sys.executable, "-m", "venv", HERE / ".venv"], check=True)
    install = [PEER[0], "-m", "pip", "install", "-q", "--require-hashes", "-r", str(HERE / "requirements.txt")]
    if subprocess.run([PEER[0], "-c", "import pabutools"], capture_output=True).returncode:
        subprocess.run(install, check=True)


def processor() -> str:
    info = Path("/proc/cpuinfo")
    names = [line for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    return names[0].split(":", 1)[1].strip() if names else platform.processor()


def largest(folder: Path) -> Path:
    corpus = os.environ.get("PB_CORPUS")
    file = Path(corpus) / "Poland_Lodz_2022.pb" if corpus else made_up(folder / "made-up.pb", BALLOTS)
    print(f"file: {file.name}, {file.stat().st_size:,} bytes{'' if corpus else ' (made up)'}")
    return file


def made_up(path: Path, ballots: int) -> Path:
    """The same for the same number of ballots; few projects are loved by many, as in real elections."""
    chance = random.Random(ballots)
    love = [1 / (place + 3) for place in range(PROJECTS)]
    lines = ["META", "key;value", "budget;6112868", "vote_type;approval", "rule;greedy-threshold", "max_length;5"]
    lines += [f"num_votes;{ballots}", "min_project_score_threshold;100", "PROJECTS", "project_id;cost;name"]
    lines += [f"P{place};{chance.randrange(20, 1200) * 1000};Project {place}" for place in range(PROJECTS)]
    lines += ["VOTES", "voter_id;vote;age;sex"]
    for voter in range(ballots):
        picks = dict.fromkeys(chance.choices(range(PROJECTS), love, k=chance.randint(1, 5)))
        lines.append(f"{voter};{','.join(f'P{pick}' for pick in picks)};{chance.randint(16, 90)};F")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def run(command: list[str]) -> Taken:
    """One whole process: wall time and the peak of its resident memory."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=HERE.parent)
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}")
    answer = json.loads(printed)
    return Taken(took, usage.ru_maxrss / 1024, answer if isinstance(answer, list) else sorted(answer["selected"]))


def compare(title: str, ours: list[str], peers: list[str], rounds: int) -> None:
    pairs = [(run(ours), run(peers)) for _ in range(rounds)]
    mine, theirs = zip(*pairs, strict=True)
    seconds = [median(taken.seconds for taken in side) for side in (mine, theirs)]
    memory = [median(taken.mebibytes for taken in side) for side in (mine, theirs)]
    same = all(taken.selected == mine[0].selected for pair in pairs for taken in pair)
    print(f"{title}: outcome {'the same' if same else 'DIFFERS'}, {len(mine[0].selected)} projects")
    print(
        f"  time   ours {seconds[0]:7.2f} s    pabutools {seconds[1]:7.2f} s    {seconds[1] / seconds[0]:6.1f} x faster"
    )
    print(f"  memory ours {memory[0]:7.1f} MiB  pabutools {memory[1]:7.1f} MiB  1/{memory[1] / memory[0]:.1f}")
    if not same:
        raise SystemExit("the outcomes differ")


def show_growth(folder: Path, rounds: int) -> None:
    """Time of the count itself, as the command reports it, for n and 2n ballots of the same making."""
    files = [made_up(folder / f"{times}.pb", BALLOTS * times) for times in (1, 2)]
    for rule in ("auto", "equal-shares"):
        once, twice = (median(seconds(rule, file) for _ in range(rounds)) for file in files)
        print(f"growth, {rule}: {BALLOTS:,} ballots {once:.3f} s, twice as many {twice:.3f} s: {twice / once:.2f}")


def seconds(rule: str, file: Path) -> float:
    printed = subprocess.run(
        [*OURS, "--rule", rule, str(file)], cwd=HERE.parent, capture_output=True, check=True
    ).stdout
    return float(json.loads(printed)["seconds"])


def show_corpus() -> None:
    corpus = os.environ.get("PB_CORPUS")
    if not corpus:
        return
    files = sorted(str(file) for file in Path(corpus).glob("*.pb"))
    began = time.perf_counter()
    printed = subprocess.run([*OURS, *files], cwd=HERE.parent, capture_output=True, check=True).stdout
    took = time.perf_counter() - began
    results = [json.loads(line) for line in printed.splitlines()]
    agree = sum(result["matches"] is True for result in results)
    known = sum(result["matches"] is not None for result in results)
    print(f"all {len(files)} files in one process: {took:.2f} s; {agree} of {known} official outcomes agree")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
