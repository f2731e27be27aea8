"""Makes a service wait longer than in production, so that a loaded machine fails no test."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import pytest

from libs.common.calls import session
from libs.common.calls.client import ServiceClient
from libs.common.http.idempotency_store import IdempotencyStore
from libs.common.process.parts import Parts

P = TypeVar("P", bound=Parts[Any])

WAIT_SECONDS = 60.0


def patient(parts: P) -> P:
    """The parts; requests wait up to a minute for a connection, and for the first answer to their key.

    Nobody takes over from a request within that minute, even if the machine stalls.
    """
    parts.database.pool.timeout = WAIT_SECONDS
    idempotency = IdempotencyStore(
        parts.database, parts.clock, lock=timedelta(seconds=WAIT_SECONDS), wait_seconds=WAIT_SECONDS
    )
    return replace(parts, idempotency=idempotency)


def patient_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let calls to other services take up to a minute, unless they name a deadline of their own.

    So may their connections: of 40 that a loaded process opens at once, none is ready within a second.
    """
    monkeypatch.setattr(session, "CONNECT_TIMEOUT_SECONDS", WAIT_SECONDS)
    for call in (ServiceClient.get, ServiceClient.put):
        assert call.__kwdefaults__
        monkeypatch.setitem(call.__kwdefaults__, "timeout_seconds", WAIT_SECONDS)
