"""What may the web shop, and whoever verifies tokens, ask of auth? (contract: STORE 1 and 2; §2)"""

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import Response
from typing_extensions import TypedDict

from libs.common.auth.http import OptionalUser
from libs.common.http.fields import Choice, EmailField, Many, Shape, Text
from libs.common.http.rendering import Renderer
from libs.common.http.replies import reply
from libs.common.http.storefront import StorefrontDoor
from services.auth.api.device import LoginDevice
from services.auth.deps import DepsDep
from services.auth.domain import identities
from services.auth.domain.identities import IdentityTaken
from services.auth.domain.roles import check_may_grant, in_order
from services.auth.usecases.accounts import Account, NewAccount, create_account

USERNAME_LENGTH_MIN, USERNAME_LENGTH_MAX = 3, 50
NAME_LENGTH_MAX = 50

# Verifiers look again after a minute; a new key is published before it signs.
JWKS_CACHE = {"Cache-Control": "public, max-age=60"}


def _taken(_: object, details: Mapping[str, object]) -> dict[str, str]:
    fields = details["taken"]
    assert isinstance(fields, tuple)
    return {"error": f"{fields[0].capitalize()} already exists"}


store = StorefrontDoor("auth", refusals={IdentityTaken: Renderer(_taken)})

StoreRole = Literal["user", "admin"]
StoreRoleField = Annotated[StoreRole, Choice("user", "admin")]


class RegisterIn(Shape):
    """Somebody who wants to shop, or an admin made by another one."""

    username: Annotated[str, Text(min_length=USERNAME_LENGTH_MIN, max_length=USERNAME_LENGTH_MAX)]
    email: Annotated[str, EmailField(max_length=identities.EMAIL_LENGTH_MAX)]
    password: Annotated[
        str,
        Text(
            min_length=identities.PASSWORD_LENGTH_MIN, max_length=identities.PASSWORD_LENGTH_MAX, trim=False
        ),
    ]
    first_name: Annotated[str, Text(max_length=NAME_LENGTH_MAX, blank=True)] | None = None
    last_name: Annotated[str, Text(max_length=NAME_LENGTH_MAX, blank=True)] | None = None
    phone: Annotated[str, Text(max_length=identities.PHONE_NUMBER_LENGTH_MAX, blank=True)] | None = None
    role: StoreRoleField | None = None
    roles: Annotated[list[StoreRoleField], Many(max_items=10)] | None = None

    def wanted_roles(self) -> tuple[StoreRole, ...]:
        """What `role` and `roles` ask for together; a shopper if nothing."""
        wanted = {*(self.roles or ()), *([self.role] if self.role else ())}
        return tuple(wanted) or ("user",)


class LoginIn(Shape):
    """Who wants in."""

    username: Annotated[str, Text(max_length=identities.USERNAME_LENGTH_MAX)]
    password: Annotated[str, Text(max_length=identities.PASSWORD_LENGTH_MAX, trim=False)]


class UserOut(TypedDict):
    """Whose account it is."""

    id: int
    username: str
    email: str
    roles: list[str]


class ProfileOut(UserOut):
    """An account with what is known of its person."""

    first_name: str
    last_name: str
    phone: str


class RegisteredOut(TypedDict):
    """The new account."""

    message: str
    user: ProfileOut


class LoggedInOut(TypedDict):
    """A session's one token, good for 24 hours."""

    message: str
    user: UserOut
    token: str


class JwksOut(TypedDict):
    """Public keys (RFC 7517)."""

    keys: list[dict[str, str]]


@store.post("/auth/register", response_model=RegisteredOut, status_code=201)
async def register(body: RegisterIn, caller: OptionalUser, deps: DepsDep) -> Response:
    """Make an account. Anybody may become a `user`; for `admin` it takes an admin's token: 403."""
    roles = body.wanted_roles()
    check_may_grant(
        roles,
        granter_is_admin=caller is not None and caller.is_admin,
        granter_is_owner=caller is not None and caller.is_owner,
    )
    new = NewAccount(
        username=body.username,
        email=body.email,
        password=body.password,
        roles=roles,
        first_name=body.first_name or "",
        last_name=body.last_name or "",
        phone_number=body.phone or "",
    )
    account = await create_account(new, database=deps.database, passwords=deps.passwords, clock=deps.clock)
    return reply({"message": "User registered successfully", "user": _profile_out(account)}, status=201)


@store.post("/auth/login", response_model=LoggedInOut)
async def log_in(body: LoginIn, device: LoginDevice, deps: DepsDep) -> Response:
    """Open a session of 24 hours. A wrong password and an unknown, or deleted, user: 401."""
    session, token = await deps.logins.in_shop(username=body.username, password=body.password, device=device)
    user: UserOut = {
        "id": session.user_id,
        "username": session.username,
        "email": session.email,
        "roles": list(in_order(session.roles)),
    }
    return reply({"message": "Login successful", "user": user, "token": token})


@store.get("/.well-known/jwks.json", response_model=JwksOut)
async def publish_keys(deps: DepsDep) -> Response:
    """The public keys of all tokens that may still be good, found by `kid`."""
    return reply(deps.jwks, headers=JWKS_CACHE)


def _profile_out(account: Account) -> ProfileOut:
    return {
        "id": account.id,
        "username": account.username,
        "email": account.email,
        "roles": list(in_order(account.roles)),
        "first_name": account.first_name,
        "last_name": account.last_name,
        "phone": account.phone_number,
    }
