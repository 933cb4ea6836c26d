"""Small checks that no linter makes: lock files that fit, a complete English catalogue, no stray paths."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt", "bench/requirements.txt", "package-lock.json")
ASKED = {"requirements.in": "requirements.txt", "requirements-dev.in": "requirements-dev.txt",
         "bench/requirements.in": "bench/requirements.txt"}  # fmt: skip
KEYWORDS = {"_": None, "_l": None, "_lp": ((1, "c"), 2), "gettext": None, "ngettext": (1, 2)}  # as `make messages`


def locks() -> Iterator[str]:
    for name in LOCKS:
        text = (ROOT / name).read_text()
        if "://" in text or '"resolved"' in text:
            yield f"{name}: holds an address"
        if name.endswith(".txt"):
            yield from (f"{name}: {line} has no hash" for line in _without_hash(text))


def _without_hash(text: str) -> Iterator[str]:
    for block in re.split(r"\n(?=\S)", text):
        if "==" in block and not block.startswith("#") and "--hash=sha256:" not in block:
            yield block.splitlines()[0]


def asked(root: Path = ROOT) -> Iterator[str]:
    """What a requirements*.in asks for stands in its lock, in a version that it allows."""
    for name, lock in ASKED.items():
        locked = dict(_locked((root / lock).read_text()))
        for line in (root / name).read_text().splitlines():
            line = line.partition("#")[0].strip()
            if line and not line.startswith("-"):
                wanted = Requirement(line)
                version = locked.get(canonicalize_name(wanted.name))
                if version is None or not wanted.specifier.contains(version, prereleases=True):
                    yield f"{lock}: has {wanted.name} {version}, {name} asks for {line} (make lock)"


def _locked(text: str) -> Iterator[tuple[str, str]]:
    for name, version in re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==([^\s;]+)", text, re.MULTILINE):
        yield canonicalize_name(name), version


def messages() -> Iterator[str]:
    """Every Korean text in templates and code has its English one, and none is left over."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    used = set()
    for folder in ("app", "templates"):
        local = [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in methods]
        found = extract_from_dir(ROOT / folder, local, options, KEYWORDS)
        used |= {(_singular(message), context) for _file, _line, message, _comments, context in found}
    with (ROOT / "app/translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = {(_singular(message.id), message.context): message for message in read_po(file) if message.id}
    for key in sorted(used, key=str):
        if key not in catalogue or not _is_complete(catalogue[key]):
            yield f"English is missing: {key[0]!r}"
    yield from (f"English for a text that is gone: {text!r}" for text, _context in catalogue.keys() - used)


def _singular(text: str | tuple[str, ...]) -> str:
    return text if isinstance(text, str) else text[0]


def _is_complete(message: Message) -> bool:
    """English is there for one and for many, and asks for the same values as the Korean does."""
    strings = (message.string,) if isinstance(message.string, str) else message.string
    return all(strings) and not message.fuzzy and all(_values(one) == _values(_singular(message.id)) for one in strings)


def _values(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]", text))


def paths() -> Iterator[str]:
    """No file names a folder of somebody's machine."""
    places = re.compile(r"(?<![\w.])/(?:home|root|Users|work)/\w")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.suffix in (".png", ".svg") or not path.is_file() or path == Path(__file__).resolve():
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
            if places.search(line):
                yield f"{name}:{number}: names a folder of a machine"


def main() -> int:
    faults = [fault for check in (locks, asked, messages, paths) for fault in check()]
    print("\n".join(faults) or "locks, messages and paths: nothing to say")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
