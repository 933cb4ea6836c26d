"""The bundle of a published result, for whoever wants to check it without us."""

import hashlib
import os
import weakref
from collections.abc import Iterator
from functools import lru_cache
from tempfile import TemporaryFile

from flask import Response, request

from app.results import bundle, certificate, queries
from app.results.models import Count
from app.web.public.audience import wing

PIECE = 64 * 1024


class Written:
    """A bundle in a file without a name, which is gone as soon as nobody reads it any more."""

    def __init__(self, count: Count) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 - it stays open as long as this is there
        weakref.finalize(self, self._file.close)
        bundle.write(count, self._file)
        self._file.flush()
        self.size = os.fstat(self._file.fileno()).st_size

    def pieces(self) -> Iterator[bytes]:
        """Several may read at the same time."""
        at = 0
        while piece := os.pread(self._file.fileno(), PIECE, at):
            yield piece
            at += len(piece)


@wing.get("/results/<int:round_id>/bundle.zip")
def result_bundle(round_id: int) -> Response:
    """Known by its certificate, which stays the same with every release."""
    count = queries.get_published(round_id)
    tag = hashlib.sha256(certificate.of(count).encode()).hexdigest()
    written = _written(round_id, tag)
    answer = Response(written.pieces(), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f"attachment; filename={bundle.file_name(count)}"
    answer.content_length, answer.cache_control.no_cache = written.size, True
    answer.set_etag(tag)
    answer.make_conditional(request)
    return answer


@lru_cache(maxsize=8)
def _written(round_id: int, _tag: str) -> Written:
    """A published result never changes, so that each process writes its bundle once."""
    return Written(queries.get_published(round_id))
