"""Tokens of any role or service, signed with the test's own keys."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from uuid import uuid4

import orjson

from libs.common.approvals import Action, Approval
from libs.common.auth.approvals import LIFETIME, sign_approval
from libs.common.auth.keys import SigningKey, StaticKeys, jwks
from libs.common.auth.service_tokens import ServiceTokenSigner, ServiceTokenVerifier
from libs.common.auth.tokens import TokenSigner, TokenVerifier
from libs.common.clock import system_clock
from libs.common.process.parts import Parts
from libs.services import PARTS

ISSUER = AUDIENCE = "mostrador"
LIFETIME_SECONDS = 24 * 3600
PartsT = TypeVar("PartsT", bound=Parts[Any])


class KeyFiles(NamedTuple):
    """A service's private key, and the public keys of all services."""

    private: Path
    public: Path


class UserKeysOfTests(StaticKeys):
    """The keys of `Tokens` as a part of a process: loaded from the start, and never changing."""

    async def keep_fresh(self) -> None:
        """Wait forever: a task must not end."""
        await asyncio.Event().wait()

    async def loaded(self) -> None:
        """Return at once: the keys are always loaded."""


class Tokens:
    """Tokens and verifiers that accept them. They use the real time, whatever a test's clock shows."""

    def __init__(self) -> None:
        key = SigningKey.generate("test")
        self._signer = TokenSigner(key, issuer=ISSUER, audience=AUDIENCE)
        self._service_keys = {name: SigningKey.generate(name) for name in PARTS}
        self.user_keys = UserKeysOfTests(jwks([key]))
        self.verifier = TokenVerifier(self.user_keys, issuer=ISSUER, audience=AUDIENCE, clock=system_clock)

    def trusted_by(self, parts: PartsT) -> PartsT:
        """The parts of a process that takes these tokens."""
        return replace(
            parts,
            user_keys=self.user_keys,
            verifier=self.verifier,
            service_verifier=self.service_verifier(parts.service),
        )

    def access(
        self,
        *,
        role: str = "EMPLOYEE",
        user_id: int = 7,
        roles: Sequence[str] | None = None,
        username: str | None = None,
    ) -> str:
        """An access token. `roles` are the stored roles; by default the one for `role`."""
        name = username or f"{role.lower()}{user_id}"
        claims = {
            "token_type": "access",
            "sub": str(user_id),
            "user_id": user_id,
            "username": name,
            "email": f"{name}@example.com",
            "role": role,
            "roles": list(roles) if roles is not None else [role.lower()],
            "sid": "test-session",
        }
        return self._signer.sign(claims, LIFETIME_SECONDS, system_clock())

    def bearer(
        self,
        *,
        role: str = "EMPLOYEE",
        user_id: int = 7,
        roles: Sequence[str] | None = None,
        username: str | None = None,
    ) -> dict[str, str]:
        """The `Authorization` header of a user with that role."""
        token = self.access(role=role, user_id=user_id, roles=roles, username=username)
        return {"Authorization": f"Bearer {token}"}

    def approval(
        self,
        action: Action | str,
        subject: object,
        *,
        limit: str | None = None,
        caller_id: int = 7,
        approver_id: int = 2,
        expires_in: timedelta = LIFETIME,
    ) -> dict[str, str]:
        """The `X-Approval` header with somebody's approval of one deed of the caller."""
        now = system_clock()
        approval = Approval(
            id=uuid4(),
            caller_id=caller_id,
            action=Action(action),
            subject=str(subject),
            limit=None if limit is None else Decimal(limit),
            approver_id=approver_id,
            approver_name=f"admin{approver_id}",
            expires_at=now + expires_in,
        )
        return {"X-Approval": sign_approval(approval, self._signer, now)}

    def service(self, *, caller: str = "sales", audience: str = "catalog") -> dict[str, str]:
        """The `Authorization` header of a service that calls another."""
        return {"Authorization": f"Bearer {self.service_signer(caller).token_for(audience)}"}

    def write_keys(self, folder: Path, service: str) -> KeyFiles:
        """The key files of a service, as its settings name them."""
        files = KeyFiles(folder / f"{service}.pem", folder / "services.jwks.json")
        files.private.write_bytes(self._service_keys[service].pem())
        files.private.chmod(0o600)
        files.public.write_bytes(orjson.dumps(jwks(self._service_keys.values())))
        return files

    def service_signer(self, service: str) -> ServiceTokenSigner:
        """The signer of a service's calls."""
        return ServiceTokenSigner(service, self._service_keys[service].pem())

    def service_verifier(self, service: str) -> ServiceTokenVerifier:
        """The verifier of a service's callers."""
        return ServiceTokenVerifier(service, StaticKeys(jwks(self._service_keys.values())))
