"""What may tills and the back office ask of auth? (contract: POS "Authentication", "User Management")"""

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import Response
from typing_extensions import TypedDict

from libs.common.auth.http import AdminOrOwner, AnyUser
from libs.common.http.fields import Choice, EmailField, Shape, Text
from libs.common.http.pos import PosDoor
from libs.common.http.rendering import Renderer
from libs.common.http.replies import reply
from services.auth.api.device import LoginDevice
from services.auth.deps import DepsDep
from services.auth.domain import identities
from services.auth.domain.identities import IdentityTaken
from services.auth.domain.roles import check_may_grant, pos_role, stored_role
from services.auth.usecases.accounts import Account, NewAccount, create_account, own_account

REFRESH_TOKEN_LENGTH_MAX = 4_096


def _taken(_: object, details: Mapping[str, object]) -> dict[str, list[str]]:
    fields = details["taken"]
    assert isinstance(fields, tuple)
    return {field: [f"custom user with this {field} already exists."] for field in fields}


pos = PosDoor("auth", refusals={IdentityTaken: Renderer(_taken)})


class LoginIn(Shape):
    """Who wants in."""

    email: Annotated[str, Text(max_length=identities.EMAIL_LENGTH_MAX)]
    password: Annotated[str, Text(max_length=identities.PASSWORD_LENGTH_MAX, trim=False)]


class TokensOut(TypedDict):
    """A session's tokens: `access` for 15 minutes, `refresh` for 7 days."""

    refresh: str
    access: str


class RefreshIn(Shape):
    """The session's refresh token."""

    refresh: Annotated[str, Text(max_length=REFRESH_TOKEN_LENGTH_MAX)]


class AccessOut(TypedDict):
    """A new access token for 15 minutes."""

    access: str


class UserIn(Shape):
    """Somebody who is to work here."""

    username: Annotated[str, Text(max_length=identities.USERNAME_LENGTH_MAX)]
    email: Annotated[str, EmailField(max_length=identities.EMAIL_LENGTH_MAX)]
    password: Annotated[
        str,
        Text(
            min_length=identities.PASSWORD_LENGTH_MIN, max_length=identities.PASSWORD_LENGTH_MAX, trim=False
        ),
    ]
    first_name: Annotated[str, Text(max_length=identities.NAME_LENGTH_MAX)]
    last_name: Annotated[str, Text(max_length=identities.NAME_LENGTH_MAX)]
    phone_number: Annotated[str, Text(max_length=identities.PHONE_NUMBER_LENGTH_MAX, blank=True)] = ""
    address: Annotated[str, Text(max_length=identities.ADDRESS_LENGTH_MAX, blank=True)] = ""
    role: Annotated[Literal["EMPLOYEE", "ADMIN", "OWNER"], Choice("EMPLOYEE", "ADMIN", "OWNER")] = "EMPLOYEE"


class UserOut(TypedDict):
    """Somebody who can log in; `role` is the highest one."""

    id: int
    username: str
    email: str
    first_name: str
    last_name: str
    phone_number: str
    address: str
    role: str
    is_active: bool


@pos.post("/auth/login/", response_model=TokensOut)
async def log_in(body: LoginIn, device: LoginDevice, deps: DepsDep) -> Response:
    """Open a session of 7 days. A wrong password and an unknown, or deleted, user: 401."""
    tokens = await deps.logins.at_till(email=body.email, password=body.password, device=device)
    return reply({"refresh": tokens.refresh, "access": tokens.access})


@pos.post("/auth/refresh/", response_model=AccessOut)
async def refresh(body: RefreshIn, deps: DepsDep) -> Response:
    """A new access token of a session that still lasts; over or revoked: 401."""
    return reply({"access": await deps.logins.refreshed(body.refresh)})


@pos.get("/users/me/", response_model=UserOut)
async def show_me(principal: AnyUser, deps: DepsDep) -> Response:
    """The caller's own profile, whatever their role."""
    return reply(_user_out(await own_account(principal.user_id, database=deps.database)))


@pos.post("/users/", response_model=UserOut, status_code=201)
async def create_user(body: UserIn, principal: AdminOrOwner, deps: DepsDep) -> Response:
    """Make an account for a member of the staff. Only an OWNER makes an OWNER: 403."""
    role = stored_role(body.role)
    check_may_grant([role], granter_is_admin=principal.is_admin, granter_is_owner=principal.is_owner)
    new = NewAccount(
        username=body.username,
        email=body.email,
        password=body.password,
        roles=[role],
        first_name=body.first_name,
        last_name=body.last_name,
        phone_number=body.phone_number,
        address=body.address,
    )
    account = await create_account(new, database=deps.database, passwords=deps.passwords, clock=deps.clock)
    return reply(_user_out(account), status=201)


def _user_out(account: Account) -> UserOut:
    return {
        "id": account.id,
        "username": account.username,
        "email": account.email,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "phone_number": account.phone_number,
        "address": account.address,
        "role": pos_role(account.roles),
        "is_active": account.is_active,
    }
