"""How a kept file is handed out. The view asks first, each time, whether the thing it hangs on may be seen.

It is never taken for a page of ours: its type is said by us and not to be guessed, it may run nothing and be framed by
nobody; a document is only ever saved.
"""

from flask import Response, request, send_file

from app.files import queries
from app.files.models import StoredFile
from app.files.rules import DOCUMENT

POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


def hand_out(file: StoredFile, *, small: bool = False) -> Response:
    """Kept by browsers, but asked for each time (304 where it is still to be seen). Raises NotFound."""
    answer = send_file(
        queries.get_path(file, small=small),
        mimetype=file.media_type,
        as_attachment=file.kind == DOCUMENT,
        download_name=file.name or None,
        conditional=False,
        etag=str(file.small_sha256 if small else file.sha256),
    )
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer.make_conditional(request, accept_ranges=False)
