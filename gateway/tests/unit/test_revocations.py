"""The gateway refuses the tokens of sessions in auth's list of revocations."""

import asyncio
from datetime import UTC, datetime

import pytest

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
        await eventually(lambda: revocations.is_revoked("1"))
        asking.cancel()
        await revocations.known()
        assert not revocations.is_revoked("2")
