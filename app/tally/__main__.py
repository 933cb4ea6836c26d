"""From the command line: ``python -m app.tally pb FILE... [--rule RULE] [--json]`` counts;
``python -m app.tally written FILE...`` counts a written review again, ``python -m app.tally lot FILE`` draws committee
members again."""

import argparse
import gc
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from time import perf_counter_ns

from app.tally import canonical, draw, exact, written, written_file
from app.tally.pabulib import read
from app.tally.pabulib_faults import Exact, PbError
from app.tally.rules_of_others import RULES, count

Result = Mapping[str, object]


def main(arguments: Sequence[str] | None = None) -> int:
    """0: all files were read; 2: some were not (one line each on stderr) or the command was wrong. Of a written review
    and of a draw also 1: what was decided is not what the sheets, or the list and the seed, come to."""
    options = _parser().parse_args(arguments)
    if options.command == "lot":
        return _draw(options.file)
    if options.command == "written":
        return max(_recount_written(file) for file in options.files)
    return _count(options)


def _count(options: argparse.Namespace) -> int:
    broken = 0
    for file in options.files:
        try:
            result = _count_file(file, options.rule)
        except PbError as fault:
            broken += 1
            print(f"{file}:{fault}", file=sys.stderr, flush=True)
        else:
            print(_as_json(result) if options.json else _as_text(result), flush=True)
    return 2 if broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app.tally", description="개표 · count votes")
    commands = parser.add_subparsers(dest="command", required=True)
    pb = commands.add_parser("pb", help="Pabulib .pb 파일을 셉니다 · count Pabulib .pb files")
    pb.add_argument("files", nargs="+", metavar="FILE")
    pb.add_argument(
        "--rule",
        choices=("auto", *RULES),
        default="auto",
        help="auto는 파일의 META rule을 따릅니다 · auto follows the file's META rule",
    )
    pb.add_argument("--json", action="store_true", help="파일마다 JSON 한 줄 · one JSON object per line")
    again = commands.add_parser("lot", help="위원 추첨을 다시 합니다 · draw committee members again")
    again.add_argument("file", metavar="FILE", help="공개된 추첨 파일 · the published file of the draw")
    sheets = commands.add_parser("written", help="서면심사 파일을 다시 셉니다 · count a written review again")
    sheets.add_argument("files", nargs="+", metavar="FILE")
    return parser


def _draw(file: str) -> int:
    """0: the file's result is what its list and seed come to (or it has none yet); 1: it is another; 2: unreadable."""
    try:
        said = canonical.loads(Path(file).read_bytes())
        call, seed, told = draw.read_call(said["list"]), str(said["seed"]), said.get("result")
    except (OSError, ValueError, KeyError, TypeError) as fault:
        print(f"{file}: {fault}", file=sys.stderr)
        return 2
    sha256 = hashlib.sha256(canonical.dumps(said["list"])).hexdigest()
    result = draw.result_of(draw.draw(call, sha256, seed), sha256, seed)
    print(result.decode())
    if told is None:
        return 0
    agrees = canonical.dumps(told) == result
    print(_AGREEMENT[agrees], file=sys.stderr)
    return 0 if agrees else 1


def _recount_written(file: str) -> int:
    try:
        review = written_file.loads(Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        print(f"{file}: {fault}", file=sys.stderr, flush=True)
        return 2
    standings, found = written_file.recount(review), written_file.faults(review)
    print(file)
    for one in standings:
        print(f"  {one.number}: {one.place} · {exact.shown(one.mean, 2)} ({exact.text(one.mean)}) · {one.reason}")
    print(f"  지문 · fingerprint: {written.fingerprint(standings)}")
    print(f"  결정 · decided: {_AGREEMENT[not found]}")
    for amiss in found:
        print(f"  {amiss}", flush=True)
    return 1 if found else 0


def _count_file(file: str, rule: str) -> Result:
    began = perf_counter_ns()
    election = read(file)
    outcome = count(election, rule)
    took = perf_counter_ns() - began
    official = election.official
    return {
        "file": file,
        "vote_type": election.vote_type,
        "rule": outcome.rule,
        "budget": election.budget,
        "ballots": election.cast,
        "void": outcome.void,
        "selected": outcome.selected,
        "cost": outcome.cost,
        "official": official,
        "matches": None if official is None else set(official) == set(outcome.selected),
        "seconds": Fraction(took // 1000, 1_000_000),
    }


def _as_json(result: Result) -> str:
    """Exact values as plain JSON numbers, all their decimals written out (`2160234.87`)."""
    cells = (f"{json.dumps(key)}: {_json_value(value)}" for key, value in result.items())
    return "{" + ", ".join(cells) + "}"


def _json_value(value: object) -> str:
    return _decimal(value) if isinstance(value, Fraction) else json.dumps(value, ensure_ascii=False)


def _decimal(value: Exact) -> str:
    """All digits of a value that came from decimals, such as 12.5; its denominator has only the factors 2 and 5."""
    value, places = Fraction(value), 0
    while (value * 10**places).denominator != 1:
        places += 1
    digits = str(abs((value * 10**places).numerator)).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


_AGREEMENT = {True: "일치 · agrees", False: "다름 · differs", None: "없음 · not in the file"}


def _as_text(result: Result) -> str:
    selected = result["selected"]
    assert isinstance(selected, tuple)
    rows = [
        ("규칙 · rule", f"{result['rule']} ({result['vote_type']})"),
        ("투표 · ballots", f"{result['ballots']} (무효 · void {result['void']})"),
        ("예산 · budget", _json_value(result["budget"])),
        ("선정 · selected", f"{len(selected)}: {', '.join(selected)}"),
        ("비용 · cost", _json_value(result["cost"])),
        ("공식 결과 · official outcome", _AGREEMENT[result["matches"]]),  # type: ignore[index]
    ]
    return "\n".join([str(result["file"]), *(f"  {name}: {value}" for name, value in rows)])


if __name__ == "__main__":
    gc.disable()  # nothing here makes cycles; looking for them among many ballots took 40 % of the time
    sys.exit(main())
