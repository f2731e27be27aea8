"""Chooses the media type of an answer that has several, by the request's `Accept` (RFC 9110 §12.5.1).

    media_type = accepted(request, ["application/json", "text/html"])

Refusals are JSON at these routes too.
"""

from collections.abc import Sequence

from fastapi import Request
from mimeparse import MimeTypeParseException, best_match

from libs.common.http.refusals import NotAcceptable


def accepted(request: Request, offered: Sequence[str]) -> str:
    """The offered type that the request prefers; among equals the first. Raises `NotAcceptable`.

    A request without `Accept` takes any. A header that cannot be read accepts nothing. The answer should
    have `Vary: Accept`.
    """
    wanted = ",".join(request.headers.getlist("accept")).strip().lower()
    try:
        found: str = best_match([*reversed(offered)], wanted or "*/*")
    except MimeTypeParseException:
        found = ""
    if not found:
        raise NotAcceptable
    return found
