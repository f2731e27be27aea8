"""`/api/users/`, for ADMIN and OWNER, and `me/`, for every user's own profile (POS 3-6)."""

from collections.abc import Collection, Sequence
from typing import Annotated, Literal

from fastapi import Depends, Query, Request, Response

from libs.common.auth.principal import Principal
from libs.common.db.listing import ListQuery
from libs.common.errors import DomainError, Forbidden
from libs.common.http.callers import AdminOrOwner, AnyUser
from libs.common.http.described import refuses
from libs.common.http.fields import ChoiceOrNull, PathId
from libs.common.http.lists import list_query, reply_list
from libs.common.http.lookups import Given, looks_up
from libs.common.http.preconditions import IfMatch, reply_version, versioned
from libs.common.http.replies import reply
from services.auth.api.device import RequestOrigin
from services.auth.api.pos.door import pos
from services.auth.api.pos.shapes import ProfileChange, UserChange, UserIn, UserOut, user_out
from services.auth.deps import Deps, DepsDep
from services.auth.domain.identities import EmailTaken, UsernameTaken
from services.auth.domain.origins import Origin
from services.auth.domain.passwords import CurrentPasswordMissing, WrongCurrentPassword
from services.auth.domain.rights import LastOwner
from services.auth.domain.roles import PosRole
from services.auth.usecases.accounts import changing, creating, deleting, reading
from services.auth.usecases.accounts.changing import ChangeAccount
from services.auth.usecases.accounts.identities import find_taken
from services.auth.usecases.accounts.reading import SORTABLE, Account

UsersQuery = Annotated[ListQuery, Depends(list_query(ordering=SORTABLE, search=True))]
RoleQuery = Annotated[
    Annotated[PosRole | Literal["ALL"], ChoiceOrNull("USER", "EMPLOYEE", "ADMIN", "OWNER", "ALL")] | None,
    Query(description="Only users whose highest role is this one; `USER` are shoppers, `ALL` is everybody."),
]


async def _taken(given: Given, deps: Deps, user_id: int = 0) -> list[DomainError]:
    return await find_taken(
        deps.database, username=given.get("username", ""), email=given.get("email", ""), user_id=user_id
    )


async def _refused_to(
    given: Given, sent: Collection[str], who: Principal, deps: Deps, user_id: int | None = None
) -> Sequence[DomainError]:
    changed = who.user_id if user_id is None else user_id
    lacks_password = changed == who.user_id and "password" in sent and "current_password" not in sent
    missing = [CurrentPasswordMissing()] if lacks_password else []
    return [*missing, *await _taken(given, deps, changed)]


@pos.get("/users/me/", response_model=UserOut)
@versioned
async def find_me(request: Request, who: AnyUser, deps: DepsDep) -> Response:
    """Read the caller's own profile. Users of any role may."""
    return _reply(await reading.find_own_account(who.user_id, database=deps.database), request=request)


@pos.put("/users/me/", response_model=UserOut, operation_id="replace_me")
@pos.patch("/users/me/", response_model=UserOut)
@refuses(UsernameTaken(), EmailTaken(), CurrentPasswordMissing(), WrongCurrentPassword())
@looks_up(_refused_to)
@versioned
async def change_me(
    body: ProfileChange,
    who: AnyUser,
    origin: RequestOrigin,
    expected: IfMatch,
    deps: DepsDep,
) -> Response:
    """Change the caller's own profile, the fields in the body. The role stays. PUT and PATCH do the same.

    A new password requires the current one and ends the caller's other sessions.
    """
    account = await _change(
        body.into(ChangeAccount, user_id=who.user_id, session_id=who.session_id, expected=expected),
        origin,
        deps,
    )
    return _reply(account)


@pos.get("/users/", response_model=list[UserOut])
async def list_users(
    request: Request, who: AdminOrOwner, query: UsersQuery, deps: DepsDep, role: RoleQuery = None
) -> Response:
    """List the users by id, without `role` the staff.

    `search` looks in username, email and names.
    """
    page = await reading.list_accounts(query, role or "STAFF", database=deps.database)
    return reply_list(request, [user_out(account) for account in page.items], page, query)


@pos.post("/users/", response_model=UserOut, status_code=201)
@refuses(UsernameTaken(), EmailTaken())
@looks_up(_taken)
@versioned
async def create_user(body: UserIn, who: AdminOrOwner, origin: RequestOrigin, deps: DepsDep) -> Response:
    """Create an account for a member of the staff. Only an OWNER may create an OWNER (403)."""
    account = await creating.create_account(
        body.command(),
        by=who.roles,
        origin=origin,
        database=deps.database,
        passwords=deps.passwords,
        clock=deps.clock,
    )
    return _reply(account, status=201)


@pos.get("/users/{user_id}/", response_model=UserOut)
@versioned
async def find_user(request: Request, user_id: PathId, who: AdminOrOwner, deps: DepsDep) -> Response:
    """Read a user. A deleted one is not found (404)."""
    return _reply(await reading.find_account(user_id, database=deps.database), request=request)


@pos.put("/users/{user_id}/", response_model=UserOut, operation_id="replace_user")
@pos.patch("/users/{user_id}/", response_model=UserOut)
@refuses(
    UsernameTaken(),
    EmailTaken(),
    LastOwner(),
    CurrentPasswordMissing(),
    WrongCurrentPassword(),
    Forbidden("owner"),
)
@looks_up(_refused_to)
@versioned
async def change_user(
    user_id: PathId,
    body: UserChange,
    who: AdminOrOwner,
    origin: RequestOrigin,
    expected: IfMatch,
    deps: DepsDep,
) -> Response:
    """Change a user, the fields in the body. Only an OWNER may change an OWNER or grant the role (403).

    A new password or the loss of a role ends the user's sessions. The last OWNER cannot lose the role (400).
    """
    account = await _change(
        body.into(ChangeAccount, user_id=user_id, session_id=who.session_id, expected=expected), origin, deps
    )
    return _reply(account)


@pos.delete("/users/{user_id}/", status_code=204)
@refuses(LastOwner(), Forbidden("owner"))
async def delete_user(
    user_id: PathId, who: AdminOrOwner, origin: RequestOrigin, expected: IfMatch, deps: DepsDep
) -> Response:
    """Delete a user and end their sessions. Only an OWNER may delete an OWNER (403), not the last (400)."""
    await deleting.delete_account(
        user_id, origin=origin, database=deps.database, clock=deps.clock, expected=expected
    )
    return reply(None, status=204)


def _reply(account: Account, *, request: Request | None = None, status: int = 200) -> Response:
    return reply_version(user_out(account), account.version, request=request, status=status)


async def _change(command: ChangeAccount, origin: Origin, deps: Deps) -> Account:
    return await changing.change_account(
        command,
        origin=origin,
        database=deps.database,
        passwords=deps.passwords,
        attempts=deps.attempts,
        clock=deps.clock,
    )
