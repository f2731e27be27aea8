"""/api/users/: ADMIN and OWNER run it, everybody keeps their own profile (POS 3-6)."""

from typing import Annotated, Literal

from fastapi import Depends, Query, Request, Response

from libs.common.db.listing import ListQuery
from libs.common.http.callers import AdminOrOwner, AnyUser
from libs.common.http.described import refuses
from libs.common.http.fields import Choice, PathId
from libs.common.http.lists import list_query, reply_list
from libs.common.http.replies import reply
from services.auth.api.device import RequestOrigin
from services.auth.api.pos.door import pos
from services.auth.api.pos.shapes import ProfileChange, UserChange, UserIn, UserOut, user_out
from services.auth.deps import DepsDep
from services.auth.domain.identities import EmailTaken, UsernameTaken
from services.auth.domain.passwords import CurrentPasswordMissing, WrongCurrentPassword
from services.auth.domain.rights import LastOwner
from services.auth.domain.roles import PosRole, stored_role
from services.auth.usecases.accounts.creating import NewAccount, create_account
from services.auth.usecases.accounts.deleting import delete_account
from services.auth.usecases.accounts.reading import SORTABLE, find_account, list_accounts, own_account

UsersQuery = Annotated[ListQuery, Depends(list_query(ordering=SORTABLE, search=True))]
RoleQuery = Annotated[PosRole | Literal["ALL"], Choice("USER", "EMPLOYEE", "ADMIN", "OWNER", "ALL"), Query()]


@pos.get("/users/me/", response_model=UserOut)
async def show_me(principal: AnyUser, deps: DepsDep) -> Response:
    """The caller's own profile, whatever their role."""
    return reply(user_out(await own_account(principal.user_id, database=deps.database)))


@pos.put("/users/me/", response_model=UserOut)
@pos.patch("/users/me/", response_model=UserOut)
@refuses(UsernameTaken(), EmailTaken(), CurrentPasswordMissing(), WrongCurrentPassword())
async def change_me(
    body: ProfileChange, principal: AnyUser, origin: RequestOrigin, deps: DepsDep
) -> Response:
    """Change the fields that the body holds; never the role.

    Another password takes the current one, and ends the caller's other sessions.
    """
    account = await deps.account_changes.apply(
        principal.user_id, body.changes(), origin=origin, session_id=principal.session_id
    )
    return reply(user_out(account))


@pos.get("/users/", response_model=list[UserOut])
async def list_users(
    request: Request,
    principal: AdminOrOwner,
    query: UsersQuery,
    deps: DepsDep,
    role: RoleQuery | None = None,
) -> Response:
    """The staff by id; `?role=` those whom POS shows with it, `USER` the shoppers, `ALL` everybody.

    `search` in username, email and names.
    """
    page = await list_accounts(query, role or "STAFF", database=deps.database)
    return reply_list(request, [user_out(account) for account in page.items], page.total, query)


@pos.post("/users/", response_model=UserOut, status_code=201)
@refuses(UsernameTaken(), EmailTaken())
async def create_user(
    body: UserIn, principal: AdminOrOwner, origin: RequestOrigin, deps: DepsDep
) -> Response:
    """Make an account for a member of the staff. Only an OWNER makes an OWNER: 403."""
    new = NewAccount(
        username=body.username,
        email=body.email,
        password=body.password,
        roles=[stored_role(body.role)],
        first_name=body.first_name,
        last_name=body.last_name,
        phone_number=body.phone_number,
        address=body.address,
    )
    account = await create_account(
        new,
        by=principal.roles,
        origin=origin,
        database=deps.database,
        passwords=deps.passwords,
        clock=deps.clock,
    )
    return reply(user_out(account), status=201)


@pos.get("/users/{user_id}/", response_model=UserOut)
async def show_user(user_id: PathId, principal: AdminOrOwner, deps: DepsDep) -> Response:
    """Anybody who was not deleted."""
    return reply(user_out(await find_account(user_id, database=deps.database)))


@pos.put("/users/{user_id}/", response_model=UserOut)
@pos.patch("/users/{user_id}/", response_model=UserOut)
@refuses(UsernameTaken(), EmailTaken(), LastOwner(), CurrentPasswordMissing(), WrongCurrentPassword())
async def change_user(
    user_id: PathId, body: UserChange, principal: AdminOrOwner, origin: RequestOrigin, deps: DepsDep
) -> Response:
    """Change the fields that the body holds. Only an OWNER changes or makes an OWNER: 403.

    Another password, and a role less, end the user's sessions. The last OWNER stays one: 400.
    """
    account = await deps.account_changes.apply(
        user_id, body.changes(), origin=origin, session_id=principal.session_id
    )
    return reply(user_out(account))


@pos.delete("/users/{user_id}/", status_code=204)
@refuses(LastOwner())
async def delete_user(
    user_id: PathId, principal: AdminOrOwner, origin: RequestOrigin, deps: DepsDep
) -> Response:
    """End an account and its sessions; only an OWNER an OWNER's: 403. The last OWNER stays: 400."""
    await delete_account(user_id, origin=origin, database=deps.database, clock=deps.clock)
    return reply(None, status=204)
