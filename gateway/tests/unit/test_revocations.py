"""The gateway refuses the tokens of sessions in auth's list of revocations."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from yarl import URL

from gateway.revocations.asking import ask
from gateway.revocations.state import Revocations
from libs.common.contracts.internal.auth import LIST_REVOKED_SESSIONS
from libs.common.errors import Unavailable
from libs.testing.samples import answering
from libs.testing.tokens import Tokens
from libs.testing.waiting import eventually

NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


async def test_the_sessions_of_the_sample_are_revoked(tokens: Tokens) -> None:
    async with answering(LIST_REVOKED_SESSIONS, tokens, caller="gateway") as auth:
        revocations = Revocations()
        with pytest.raises(Unavailable):
            await revocations.known()
        asking = asyncio.ensure_future(ask(auth, revocations, lambda: NOW))
        assert await revocations.is_revoked("1")
        asking.cancel()
        await revocations.known()
        assert not await revocations.is_revoked("2")


class Auth:
    """Auth with five ended sessions, of which it tells as many as it is asked for."""

    async def get(self, path: str, *, timeout_seconds: float) -> dict[str, Any]:
        """A page of its list."""
        after, limit = (int(URL(path).query[name]) for name in ("after", "limit"))
        ids = list(range(1, 6))[after : after + limit]
        revoked = [
            {"id": each, "session_id": str(each), "expires_at": "2026-03-03T00:00:00Z"} for each in ids
        ]
        return {"revoked": revoked, "last": ids[-1] if ids else None}


async def test_the_list_is_known_when_its_last_page_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.revocations.asking.PAGE_SIZE", 2)
    revocations = Revocations()
    asking = asyncio.ensure_future(ask(Auth(), revocations, lambda: NOW))  # type: ignore[arg-type]  # what it asks
    await eventually(lambda: revocations.trouble() != "auth has not told its list yet")
    asking.cancel()
    assert all([await revocations.is_revoked(str(each)) for each in range(1, 6)])
