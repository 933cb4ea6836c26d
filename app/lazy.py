"""Libraries that few pages need, loaded when one is first used: a worker that takes votes never holds them.

What every request needs is imported as usual.
"""

import os
from importlib import import_module
from importlib.util import find_spec
from threading import RLock
from typing import Any

_loading = RLock()


class Lazy:
    """A module by its name. Raises ModuleNotFoundError at once where its library is not installed."""

    def __init__(self, name: str) -> None:
        if find_spec(name.partition(".")[0]) is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        self._name = name
        self._module: Any = None

    def __getattr__(self, attribute: str) -> Any:
        if self._module is None:
            with _loading:  # one at a time: two threads inside one library could each see it half loaded
                self._module = import_module(self._name)
        return getattr(self._module, attribute)


# Nobody forks in the middle of a load: the child would wait for ever for a thread that it does not have.
os.register_at_fork(before=_loading.acquire, after_in_parent=_loading.release, after_in_child=_loading.release)
