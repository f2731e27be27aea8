"""An approval is a token of its own type: for one deed, for two minutes, and never a session."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from libs.common.approvals import Action, Approval
from libs.common.auth.approvals import LIFETIME, sign_approval, verify_approval
from libs.common.auth.keys import SigningKey, StaticKeys, jwks
from libs.common.auth.tokens import TokenSigner, TokenVerifier
from libs.common.errors import Unauthenticated

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 2, 18, 0, 0, 700_000, tzinfo=UTC)
KEY = SigningKey.generate("2026-03")
SIGNER = TokenSigner(KEY, issuer="mostrador", audience="mostrador")
APPROVAL = Approval(
    id=UUID("11111111-2222-3333-4444-555555555555"),
    caller_id=7,
    action=Action.REFUND,
    subject="102",
    limit=Decimal("750.00"),
    approver_id=2,
    approver_name="jefa",
    expires_at=NOW.replace(microsecond=0) + LIFETIME,
)


def verifier(at: datetime = NOW) -> TokenVerifier:
    return TokenVerifier(StaticKeys(jwks([KEY])), issuer="mostrador", audience="mostrador", clock=lambda: at)


@pytest.mark.parametrize(
    "approval", [APPROVAL, replace(APPROVAL, action=Action.CASH_REFUND, limit=None)], ids=["limit", "none"]
)
async def test_an_approval_is_read_as_it_was_signed(approval: Approval) -> None:
    assert await verify_approval(sign_approval(approval, SIGNER, NOW), verifier()) == approval


async def test_it_ends_after_two_minutes() -> None:
    token = sign_approval(APPROVAL, SIGNER, NOW)
    await verify_approval(token, verifier(APPROVAL.expires_at - timedelta(seconds=1)))
    with pytest.raises(Unauthenticated):
        await verify_approval(token, verifier(APPROVAL.expires_at))


async def test_an_approval_is_no_session() -> None:
    with pytest.raises(Unauthenticated):
        await verifier().verify(sign_approval(APPROVAL, SIGNER, NOW))


async def test_a_session_is_no_approval() -> None:
    claims: dict[str, object] = {
        "token_type": "access",
        "user_id": 7,
        "username": "laura",
        "email": "laura@example.com",
        "role": "OWNER",
        "roles": ["owner"],
        "sid": "12",
    }
    token = SIGNER.sign(claims, 900, NOW)
    assert (await verifier().verify(token)).user_id == 7
    with pytest.raises(Unauthenticated):
        await verify_approval(token, verifier())


@pytest.mark.parametrize(
    "changed",
    [{"token_type": "refresh"}, {"jti": "x"}, {"action": "anything"}, {"limit": "x"}, {"caller_id": None}],
)
async def test_other_claims_are_no_approval(changed: dict[str, Any]) -> None:
    claims: dict[str, object] = {
        "token_type": "approval",
        "jti": str(APPROVAL.id),
        "caller_id": 7,
        "action": "refund",
        "subject": "102",
        "limit": "1.00",
        "approver_id": 2,
        "approver_name": "jefa",
    }
    await verify_approval(SIGNER.sign(claims, 60, NOW), verifier())
    with pytest.raises(Unauthenticated):
        await verify_approval(SIGNER.sign({**claims, **changed}, 60, NOW), verifier())


async def test_a_token_of_another_key_is_no_approval() -> None:
    stranger = TokenSigner(SigningKey.generate("2026-03"), issuer="mostrador", audience="mostrador")
    with pytest.raises(Unauthenticated):
        await verify_approval(sign_approval(APPROVAL, stranger, NOW), verifier())
