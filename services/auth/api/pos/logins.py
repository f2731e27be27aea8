"""`/api/auth/`: logging in and refreshing (POS "Authentication")."""

from typing import Annotated

from fastapi import Response
from typing_extensions import TypedDict

from libs.common.errors import Unauthenticated
from libs.common.http.described import example, refuses
from libs.common.http.fields import Shape, Text
from libs.common.http.replies import reply
from services.auth.api.device import LoginDevice
from services.auth.api.fields import KnownPassword
from services.auth.api.pos.door import pos
from services.auth.deps import DepsDep
from services.auth.domain import identities

REFRESH_TOKEN_LENGTH_MAX = 4_096


@example({"email": "admin@enterprise.com", "password": "secure_password"})
class LoginIn(Shape):
    """The credentials of a user."""

    email: Annotated[str, Text(max_length=identities.EMAIL_LENGTH_MAX)]
    password: KnownPassword


@example({"refresh": "eyJhbGciOiJFZERTQSJ9...", "access": "eyJhbGciOiJFZERTQSJ9..."})
class TokensOut(TypedDict):
    """A session's tokens: `access` is valid for 15 minutes, `refresh` for 7 days."""

    refresh: str
    """Gets new access tokens for 7 days."""
    access: str
    """Goes into `Authorization: Bearer …` for 15 minutes."""


@example({"refresh": "eyJhbGciOiJFZERTQSJ9..."})
class RefreshIn(Shape):
    """The session's refresh token."""

    refresh: Annotated[str, Text(max_length=REFRESH_TOKEN_LENGTH_MAX)]
    """The refresh token of the login."""


@example({"access": "eyJhbGciOiJFZERTQSJ9..."})
class AccessOut(TypedDict):
    """A new access token, valid for 15 minutes."""

    access: str
    """Goes into `Authorization: Bearer …` for 15 minutes."""


@pos.post("/auth/login/", response_model=TokensOut)
@refuses(Unauthenticated("login"))
async def log_in(body: LoginIn, device: LoginDevice, deps: DepsDep) -> Response:
    """Log in with email and password, for a session of 7 days. A failed login is refused (401)."""
    tokens = await deps.logins.log_in_to_pos(email=body.email, password=body.password, device=device)
    return reply({"refresh": tokens.refresh, "access": tokens.access})


@pos.post("/auth/refresh/", response_model=AccessOut)
@refuses(Unauthenticated("invalid"))
async def refresh_token(body: RefreshIn, deps: DepsDep) -> Response:
    """Get a new access token for a live session. An expired or ended session is refused (401)."""
    return reply({"access": await deps.logins.refresh(body.refresh)})
