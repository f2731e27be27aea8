"""Entity tags of contents, and their comparison with `If-None-Match` (RFC 9110 §8.8.3, §13.1.2)."""

import hashlib

from starlette.datastructures import Headers


def etag_of(content: bytes) -> str:
    """The `ETag` of these bytes."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def is_known(headers: Headers, etag: str) -> bool:
    """Whether `If-None-Match` names this tag, also in its weak form, as for gzipped answers.

    A header that stands in several lines is one list.
    """
    lines = headers.getlist("if-none-match")
    known = {each.strip().removeprefix("W/") for line in lines for each in line.split(",")}
    return etag in known or "*" in known
