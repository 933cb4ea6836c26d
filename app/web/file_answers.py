"""How a kept file is handed out. The view asks first, each time, whether the thing it hangs on may be seen.

It is never taken for a page of ours: its type is said by us and not to be guessed, it may run nothing and be framed by
nobody; a document is only ever saved.
"""

from urllib.parse import quote

from flask import Response, request

from app.files import queries
from app.files.models import StoredFile
from app.files.rules import DOCUMENT

POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


def hand_out(file: StoredFile, *, small: bool = False) -> Response:
    """Kept by browsers, but asked for each time (304 where it is still to be seen). Raises NotFound."""
    answer = Response(queries.get_bytes(file, small=small), mimetype=file.media_type)
    answer.set_etag(str(file.small_sha256 if small else file.sha256))
    if file.kind == DOCUMENT:
        answer.headers.set("Content-Disposition", "attachment", **_named(file.name or ""))
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer.make_conditional(request)


def _named(name: str) -> dict[str, str]:
    """Its name in ASCII for old browsers, and as it is (RFC 6266, RFC 8187)."""
    plain = name if name.isascii() else "document.pdf"
    return {"filename": plain, "filename*": f"UTF-8''{quote(name, safe='')}"}
