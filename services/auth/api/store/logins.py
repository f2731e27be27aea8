"""`/auth/login` (STORE 2)."""

from typing import Annotated

from fastapi import Response
from typing_extensions import TypedDict

from libs.common.errors import Unauthenticated
from libs.common.http.described import example, refuses
from libs.common.http.fields import Shape, Text
from libs.common.http.replies import reply
from services.auth.api.device import LoginDevice
from services.auth.api.fields import KnownPassword
from services.auth.api.store.door import store
from services.auth.api.store.shapes import JOHN, UserOut
from services.auth.deps import DepsDep
from services.auth.domain import identities
from services.auth.domain.roles import in_order


@example({"username": "johndoe", "password": "securepass123"})
class LoginIn(Shape):
    """The credentials of a user."""

    username: Annotated[str, Text(max_length=identities.USERNAME_LENGTH_MAX)]
    password: KnownPassword


@example({"message": "Login successful", "user": JOHN, "token": "eyJhbGciOiJFZERTQSJ9..."})
class LoggedInOut(TypedDict):
    """A session's only token, valid for 24 hours."""

    message: str
    """Always `Login successful`."""
    user: UserOut
    token: str
    """Goes into `Authorization: Bearer …` for 24 hours."""


@store.post("/auth/login", response_model=LoggedInOut)
@refuses(Unauthenticated("login"))
async def log_in(body: LoginIn, device: LoginDevice, deps: DepsDep) -> Response:
    """Log in with username and password, for a session of 24 hours. A failed login is refused (401)."""
    session, token = await deps.logins.log_in_to_store(
        username=body.username, password=body.password, device=device
    )
    user: UserOut = {
        "id": session.user_id,
        "username": session.username,
        "email": session.email,
        "roles": list(in_order(session.roles)),
    }
    return reply({"message": "Login successful", "user": user, "token": token})
