"""Entity tags of contents, and their comparison with `If-None-Match` (RFC 9110 §8.8.3, §13.1.2)."""

import hashlib


def etag_of(content: bytes) -> str:
    """The `ETag` of these bytes."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def names(if_none_match: str, etag: str) -> bool:
    """Whether `If-None-Match` names the version with this tag, also as weak: gzipped it is."""
    known = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
    return etag in known or "*" in known
