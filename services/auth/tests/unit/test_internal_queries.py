"""The query of the list of revoked sessions."""

import pytest

from libs.testing.doors import client_at
from libs.testing.tokens import Tokens
from services.auth.api.internal import internal


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=10001", f"after={2**63}"])
async def test_a_bad_query_is_refused(tokens: Tokens, query: str) -> None:
    gateway = tokens.service(caller="gateway", audience="auth")
    async with client_at("auth", internal, tokens) as client:
        answer = await client.get(f"/internal/revoked-sessions?{query}", headers=gateway)
    assert answer.status_code == 400
