"""What is asked at /api/users/? (POS "User Management")"""

from typing import Annotated, Literal

from fastapi import Response
from typing_extensions import TypedDict

from libs.common.auth.http import AdminOrOwner, AnyUser
from libs.common.http.fields import Choice, EmailField, Shape, Text
from libs.common.http.replies import reply
from services.auth.api.pos.door import pos
from services.auth.deps import DepsDep
from services.auth.domain import identities
from services.auth.domain.roles import check_may_grant, pos_role, stored_role
from services.auth.usecases.accounts import Account, NewAccount, create_account, own_account


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
