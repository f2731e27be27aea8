"""`/api/auth/`: logging in and refreshing (POS "Authentication")."""

from typing import Annotated

from fastapi import Response
from typing_extensions import TypedDict

from libs.common.errors import Throttled, Unauthenticated
from libs.common.http.callers import Staff
from libs.common.http.described import example, refuses
from libs.common.http.fields import Shape, Text
from libs.common.http.replies import reply
from services.auth.api.device import LoginDevice, RequestOrigin
from services.auth.api.fields import KnownPassword
from services.auth.api.pos.door import pos
from services.auth.deps import DepsDep
from services.auth.domain import identities
from services.auth.domain.pins import PinNotEnough, WrongPin
from services.auth.usecases.sessions.pin_logins import TakeOver

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


@example({"user": "cajero_juan", "pin": "4831"})
class PinLoginIn(Shape):
    """The person who takes the till over."""

    user: Annotated[str, Text(max_length=identities.EMAIL_LENGTH_MAX)]
    """The email or username of an EMPLOYEE."""
    pin: KnownPassword
    """Their PIN."""


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


@pos.post("/auth/pin/", response_model=TokensOut)
@refuses(WrongPin(), PinNotEnough(), Throttled(300), Unauthenticated("invalid"))
async def take_over(body: PinLoginIn, who: Staff, origin: RequestOrigin, deps: DepsDep) -> Response:
    """Log an EMPLOYEE in with their PIN, at a till where another is logged in.

    The session ends when the caller's would have, and the caller's goes on until it is revoked. An ADMIN or
    OWNER logs in with the password. Wrong PINs count together with those for approvals: 5 of a person or 10
    of a caller within 5 minutes are the last (429).
    """
    command = TakeOver(name=body.user, pin=body.pin, before=who.session_id)
    tokens = await deps.pin_logins.take_over(command, origin=origin)
    return reply({"refresh": tokens.refresh, "access": tokens.access})


@pos.post("/auth/refresh/", response_model=AccessOut)
@refuses(Unauthenticated("invalid"))
async def refresh_token(body: RefreshIn, deps: DepsDep) -> Response:
    """Get a new access token for a live session. An expired or ended session is refused (401)."""
    return reply({"access": await deps.logins.refresh(body.refresh)})
