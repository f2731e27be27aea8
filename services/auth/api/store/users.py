"""/auth/register and /auth/users (STORE 1, 3-5, 9, 10)."""

from typing import Annotated

from fastapi import Depends, Request, Response

from libs.common.auth.principal import Principal
from libs.common.db.listing import ListQuery
from libs.common.errors import Forbidden
from libs.common.http.callers import AnyUser, OptionalUser, StoreAdmin
from libs.common.http.described import refuses
from libs.common.http.fields import PathId
from libs.common.http.lists import list_query, reply_list
from libs.common.http.replies import reply
from services.auth.api.device import RequestOrigin
from services.auth.api.store.door import store
from services.auth.api.store.shapes import (
    ListedOut,
    MessageOut,
    ProfileAnswer,
    ProfileOut,
    RegisterIn,
    UserChange,
    listed_out,
    profile_out,
)
from services.auth.deps import Deps, DepsDep
from services.auth.domain.identities import EmailTaken, UsernameTaken
from services.auth.domain.origins import Origin
from services.auth.domain.passwords import WrongCurrentPassword
from services.auth.domain.rights import LastOwner, check_own, check_own_or_admin
from services.auth.usecases.accounts.creating import NewAccount, create_account
from services.auth.usecases.accounts.deleting import delete_account
from services.auth.usecases.accounts.reading import find_account, list_accounts, own_account

UsersQuery = Annotated[ListQuery, Depends(list_query())]


async def _own_or_admin(user_id: PathId, principal: AnyUser) -> Principal:
    check_own_or_admin(user_id, who=principal.user_id, roles=principal.roles)
    return principal


OwnOrAdmin = Annotated[Principal, Depends(_own_or_admin)]
"""Asked before the body is read; what changes the account asks again (`standing.py`)."""


@store.post("/auth/register", response_model=ProfileAnswer, status_code=201)
@refuses(UsernameTaken(), EmailTaken(), Forbidden("role"))
async def register(body: RegisterIn, caller: OptionalUser, origin: RequestOrigin, deps: DepsDep) -> Response:
    """Make an account. Anybody may become a `user`; for `admin` it takes an admin's token: 403."""
    new = NewAccount(
        username=body.username,
        email=body.email,
        password=body.password,
        roles=body.wanted_roles(),
        first_name=body.first_name or "",
        last_name=body.last_name or "",
        phone_number=body.phone or "",
    )
    account = await create_account(
        new,
        by=caller.roles if caller else (),
        origin=origin,
        database=deps.database,
        passwords=deps.passwords,
        clock=deps.clock,
    )
    return reply({"message": "User registered successfully", "user": profile_out(account)}, status=201)


@store.get("/auth/users", response_model=list[ListedOut])
async def list_users(request: Request, principal: StoreAdmin, query: UsersQuery, deps: DepsDep) -> Response:
    """Everybody who was not deleted, by id."""
    page = await list_accounts(query, "ALL", database=deps.database)
    return reply_list(request, [listed_out(account) for account in page.items], page.total, query)


@store.get("/auth/users/{user_id}", response_model=ProfileOut)
@refuses(Forbidden("owner"))
async def show_user(user_id: PathId, principal: OwnOrAdmin, deps: DepsDep) -> Response:
    """One's own profile; an admin sees everybody's."""
    find = own_account if user_id == principal.user_id else find_account
    return reply(profile_out(await find(user_id, database=deps.database)))


@store.put("/auth/users/{user_id}", response_model=ProfileAnswer | MessageOut)
@refuses(EmailTaken(), WrongCurrentPassword(), Forbidden("owner"), Forbidden("role"))
async def change_user(
    user_id: PathId, body: UserChange, principal: OwnOrAdmin, origin: RequestOrigin, deps: DepsDep
) -> Response:
    """Change the fields of the profile that the body holds; or, with any password in it, one's own password.

    Another password ends the other sessions. An OWNER's profile is an OWNER's to change: 403.
    """
    if body.is_of_password():
        return await _change_password(user_id, body, principal, origin, deps)
    account = await deps.account_changes.apply(
        user_id, body.profile_changes(), origin=origin, session_id=principal.session_id
    )
    return reply({"message": "User updated successfully", "user": profile_out(account)})


async def _change_password(
    user_id: int, body: UserChange, principal: Principal, origin: Origin, deps: Deps
) -> Response:
    check_own(user_id, who=principal.user_id)
    await deps.account_changes.apply(
        user_id, body.password_changes(), origin=origin, session_id=principal.session_id
    )
    return reply({"message": "Password updated successfully"})


@store.delete("/auth/users/{user_id}", response_model=MessageOut)
@refuses(LastOwner(), Forbidden("owner"), Forbidden("role"))
async def delete_user(
    user_id: PathId, principal: OwnOrAdmin, origin: RequestOrigin, deps: DepsDep
) -> Response:
    """End one's own account, or as an admin anybody's but an OWNER's. The last OWNER stays: 400."""
    await delete_account(user_id, origin=origin, database=deps.database, clock=deps.clock)
    return reply({"message": "User deleted successfully"})
