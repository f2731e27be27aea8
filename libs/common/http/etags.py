"""Entity tags of contents, and their comparison with `If-None-Match` (RFC 9110 §8.8.3, §13.1.2)."""

import hashlib


def etag_of(content: bytes) -> str:
    """The `ETag` of these bytes."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def names(if_none_match: str, etag: str) -> bool:
    """Whether `If-None-Match` names this tag, also in its weak form, as for gzipped answers."""
    known = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
    return etag in known or "*" in known
