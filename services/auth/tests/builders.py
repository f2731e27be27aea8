"""Builders for the tests of auth: users, logins and keys."""

from pathlib import Path
from typing import Any

import jwt
from httpx import AsyncClient

from libs.common.auth.keys import SigningKey
from services.auth.deps import Deps
from services.auth.domain.origins import OPERATOR
from services.auth.domain.rights import OPERATOR_ROLES
from services.auth.domain.roles import Role
from services.auth.usecases.accounts.creating import CreateAccount, create_account
from services.auth.usecases.accounts.reading import Account
from services.auth.usecases.sessions.revoking import revoke_sessions_of

PASSWORD = "correct horse"
POS_LOGIN = "/api/auth/login/"
POS_REFRESH = "/api/auth/refresh/"
ME = "/api/users/me/"
USERS = "/api/users/"
SESSIONS = "/api/sessions/"
STORE_LOGIN = "/auth/login"
REGISTER = "/auth/register"

JUAN: dict[str, Any] = {
    "username": "cajero_juan",
    "email": "juan@enterprise.com",
    "password": "securePass123",
    "first_name": "Juan",
    "last_name": "Lopez",
}
JOHN: dict[str, Any] = {
    "username": "johndoe",
    "email": "john@example.com",
    "password": "securepass123",
    "first_name": "John",
    "last_name": "Doe",
    "phone": "+1234567890",
    "roles": ["user"],
}

BAD_POS_LOGIN = {"detail": "No active account found with the given credentials"}
ADMIN_NEEDED = (403, {"error": "Admin access required"})
STORE_DENIED = (403, {"error": "Access denied"})
STORE_NO_SUCH_USER = (404, {"error": "User not found"})
REQUIRED = ["This field is required."]


def signing_keys(folder: Path, *keys: SigningKey) -> Path:
    """Write the keys to the folder in auth's format."""
    folder = folder / "signing_keys"
    folder.mkdir()
    for key in keys:
        file = folder / f"{key.kid}.pem"
        file.write_bytes(key.pem())
        file.chmod(0o600)
    return folder


async def a_person(deps: Deps, username: str = "laura", *roles: Role) -> Account:
    """Create a user with the common password; an employee unless roles are given."""
    new = CreateAccount(
        username=username,
        email=f"{username}@example.com",
        password=PASSWORD,
        roles=roles or ("employee",),
        first_name="Laura",
        last_name="Mendez",
    )
    return await create_account(
        new,
        by=OPERATOR_ROLES,
        origin=OPERATOR,
        database=deps.database,
        passwords=deps.passwords,
        clock=deps.clock,
    )


async def pos_login(client: AsyncClient, username: str = "laura", **headers: str) -> dict[str, str]:
    """Log in at a till and return the session's tokens."""
    body = {"email": f"{username}@example.com", "password": PASSWORD}
    response = await client.post(POS_LOGIN, json=body, headers=headers)
    assert response.status_code == 200, response.text
    tokens: dict[str, str] = response.json()
    return tokens


async def bearer(deps: Deps, client: AsyncClient, *roles: Role) -> dict[str, str]:
    """Create a user with these roles and return the header of their token."""
    username = "_".join(roles) + "_caller"
    await a_person(deps, username, *roles)
    return bearing(await pos_login(client, username))


async def revoke_all(deps: Deps, user_id: int, *, but: str | None = None) -> int:
    """Revoke all sessions of a user but one, as an operator does; returns their number."""
    async with deps.database.transaction() as tx:
        return await revoke_sessions_of(
            tx, user_id, reason="operator", origin=OPERATOR, clock=deps.clock, except_session=but
        )


async def is_open(client: AsyncClient, tokens: dict[str, str]) -> bool:
    """True if the session can still refresh its access token."""
    response = await client.post(POS_REFRESH, json={"refresh": tokens["refresh"]})
    assert response.status_code in {200, 401}
    return response.status_code == 200


def bearing(tokens: dict[str, str]) -> dict[str, str]:
    """The header with a till session's access token."""
    return with_token(tokens["access"])


def user_path(user_id: int) -> str:
    """The POS path of a user."""
    return f"{USERS}{user_id}/"


def with_token(token: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {token}"}


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a token, unverified."""
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims
