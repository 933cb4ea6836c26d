"""The second counter: the program of every bundle, which shares no code with us, is asked before we publish."""

from functools import cache
from tempfile import TemporaryFile
from types import ModuleType

from app.results import bundle, rules
from app.results.models import Count


def ensure_agrees(count: Count) -> None:
    """With all that is about to be published of this count. Raises SecondCounterDiffers."""
    program = _program()
    with TemporaryFile() as file:
        bundle.write(count, file)
        try:
            program.check(file)
        except program.Wrong as wrong:
            raise rules.SecondCounterDiffers(str(wrong)) from wrong


@cache
def _program() -> ModuleType:
    """Not by an import: that would leave bytecode in a folder whose files are served."""
    program = ModuleType("recount")
    exec(compile(bundle.PROGRAM.read_bytes(), bundle.PROGRAM, "exec"), program.__dict__)
    return program
