"""Ids of the current request, passed on to log lines, calls and events."""

import secrets
from contextvars import ContextVar

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)


def new_traceparent() -> str:
    """A W3C trace context of our own, sampled."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
