"""`/auth/register` and `/auth/users` (STORE 1, 3-5, 9, 10)."""

from collections.abc import Collection
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Request, Response

from libs.common.auth.principal import Principal
from libs.common.db.listing import ListQuery
from libs.common.errors import DomainError, Forbidden
from libs.common.http.callers import AnyUser, OptionalUser, StoreAdmin
from libs.common.http.described import refuses
from libs.common.http.fields import PathId
from libs.common.http.lists import list_query, reply_list
from libs.common.http.lookups import Given, looks_up
from libs.common.http.preconditions import IfMatch, reply_version, versioned
from libs.common.http.replies import reply
from libs.common.row_versions import Expected
from services.auth.api.device import RequestOrigin
from services.auth.api.store.door import store
from services.auth.api.store.shapes import (
    PASSWORDS,
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
from services.auth.usecases.accounts import changing, creating, deleting, reading
from services.auth.usecases.accounts.changing import ChangeAccount
from services.auth.usecases.accounts.identities import find_taken
from services.auth.usecases.accounts.reading import Account

UsersQuery = Annotated[ListQuery, Depends(list_query())]


async def _own_or_admin(user_id: PathId, who: AnyUser) -> Principal:
    check_own_or_admin(user_id, who=who.user_id, roles=who.roles)
    return who


OwnOrAdmin = Annotated[Principal, Depends(_own_or_admin)]
"""Checked before the body is read; changes of the account check again (`standing.py`)."""


async def _taken(given: Given, deps: Deps) -> list[DomainError]:
    return await find_taken(deps.database, username=given.get("username", ""), email=given.get("email", ""))


async def _email_taken(given: Given, sent: Collection[str], user_id: int, deps: Deps) -> list[DomainError]:
    """A body with any password changes only the password."""
    email = "" if PASSWORDS.intersection(sent) else given.get("email", "")
    return await find_taken(deps.database, email=email, user_id=user_id)


@store.post("/auth/register", response_model=ProfileAnswer, status_code=201)
@refuses(UsernameTaken(), EmailTaken(), Forbidden("role"))
@looks_up(_taken)
async def register_user(
    body: RegisterIn, who: OptionalUser, origin: RequestOrigin, deps: DepsDep
) -> Response:
    """Register a user. Anybody may register as a `user`; an `admin` requires an admin's token (403)."""
    account = await creating.create_account(
        body.command(),
        by=who.roles if who else (),
        origin=origin,
        database=deps.database,
        passwords=deps.passwords,
        clock=deps.clock,
    )
    return reply({"message": "User registered successfully", "user": profile_out(account)}, status=201)


@store.get("/auth/users", response_model=list[ListedOut])
async def list_users(request: Request, who: StoreAdmin, query: UsersQuery, deps: DepsDep) -> Response:
    """List the users by id. Deleted ones are left out."""
    page = await reading.list_accounts(query, "ALL", database=deps.database)
    return reply_list(request, [listed_out(account) for account in page.items], page, query)


@store.get("/auth/users/{user_id}", response_model=ProfileOut)
@refuses(Forbidden("owner"))
@versioned
async def find_user(request: Request, user_id: PathId, who: OwnOrAdmin, deps: DepsDep) -> Response:
    """Read a user's profile. Only admins may read those of others."""
    find = reading.find_own_account if user_id == who.user_id else reading.find_account
    account = await find(user_id, database=deps.database)
    return reply_version(profile_out(account), account.version, request=request)


@store.put("/auth/users/{user_id}", response_model=ProfileAnswer | MessageOut)
@refuses(EmailTaken(), WrongCurrentPassword(), Forbidden("owner"), Forbidden("role"))
@looks_up(_email_taken)
async def change_user(
    user_id: PathId,
    body: UserChange,
    who: OwnOrAdmin,
    origin: RequestOrigin,
    expected: IfMatch,
    deps: DepsDep,
) -> Response:
    """Change a user's profile. If the body has any password, the caller's own password instead.

    A new password ends the other sessions. Only an OWNER may change an OWNER's profile (403).
    """
    if body.is_of_password():
        check_own(user_id, who=who.user_id)
        await _change(body.password_command(user_id, who.session_id), origin, expected, deps)
        return reply({"message": "Password updated successfully"})
    account = await _change(body.profile_command(user_id, who.session_id), origin, expected, deps)
    return reply({"message": "User updated successfully", "user": profile_out(account)})


@store.delete("/auth/users/{user_id}", response_model=MessageOut)
@refuses(LastOwner(), Forbidden("owner"), Forbidden("role"))
async def delete_user(
    user_id: PathId, who: OwnOrAdmin, origin: RequestOrigin, expected: IfMatch, deps: DepsDep
) -> Response:
    """Delete a user. Only admins may delete others, none an OWNER; the last OWNER stays (400)."""
    await deleting.delete_account(
        user_id, origin=origin, database=deps.database, clock=deps.clock, expected=expected
    )
    return reply({"message": "User deleted successfully"})


async def _change(command: ChangeAccount, origin: Origin, expected: Expected, deps: Deps) -> Account:
    return await changing.change_account(
        replace(command, expected=expected),
        origin=origin,
        database=deps.database,
        passwords=deps.passwords,
        attempts=deps.attempts,
        clock=deps.clock,
    )
