"""Decodes headers: browsers send letters beyond ASCII in latin-1, other clients in UTF-8 (RFC 9110 §5.5)."""

from fastapi import Request


def as_text(value: bytes) -> str:
    """The bytes decoded as UTF-8 if valid, else as latin-1, which never fails."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def header_of(request: Request, name: str) -> str:
    """The text of a header; empty if it is missing."""
    return as_text(request.headers.get(name, "").encode("latin-1"))
