"""What is asked at /auth/register? (STORE 1)"""

from typing import Annotated, Literal

from fastapi import Response
from typing_extensions import TypedDict

from libs.common.auth.http import OptionalUser
from libs.common.http.fields import Choice, EmailField, Many, Shape, Text
from libs.common.http.replies import reply
from services.auth.api.store.door import store
from services.auth.api.store.logins import UserOut
from services.auth.deps import DepsDep
from services.auth.domain import identities
from services.auth.domain.roles import check_may_grant, in_order
from services.auth.usecases.accounts import Account, NewAccount, create_account

USERNAME_LENGTH_MIN, USERNAME_LENGTH_MAX = 3, 50
NAME_LENGTH_MAX = 50

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


class ProfileOut(UserOut):
    """An account with what is known of its person."""

    first_name: str
    last_name: str
    phone: str


class RegisteredOut(TypedDict):
    """The new account."""

    message: str
    user: ProfileOut


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
