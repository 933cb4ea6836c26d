"""For gunicorn: the application as it is shipped, with the failpoints of the folder that FAILPOINTS names."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.config import from_env
from app.factory import create_app
from tests.faults.failpoints import ANSWER, Failpoints

app = create_app(from_env(os.environ))
failpoints = Failpoints(Path(os.environ["FAILPOINTS"]))
failpoints.load()
_answer = app.wsgi_app


def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    parts = _answer(environ, start_response)
    failpoints.come_to(ANSWER)
    return parts


app.wsgi_app = answer  # type: ignore[method-assign]
