"""Makes a service wait longer than in production, so that a loaded machine fails no test."""

from dataclasses import replace
from typing import Any, TypeVar

from libs.common.http.idempotency_store import IdempotencyStore
from libs.common.process.parts import Parts

P = TypeVar("P", bound=Parts[Any])

WAIT_SECONDS = 60.0


def patient(parts: P) -> P:
    """The parts; requests wait up to a minute for a connection, and for the first answer to their key."""
    parts.database.pool.timeout = WAIT_SECONDS
    idempotency = IdempotencyStore(parts.database, parts.clock, wait_seconds=WAIT_SECONDS)
    return replace(parts, idempotency=idempotency)
