"""Reads the names of users, also of those who were deleted."""

from dataclasses import dataclass
from typing import LiteralString

from libs.common.db.database import Database
from libs.common.lifecycle import sql_list
from services.auth.domain.rights import UserNotFound
from services.auth.domain.roles import SUPERVISORS

SELECT_NAMED_USER: LiteralString = f"""
select id, username, is_active,
    exists (
        select from user_roles where user_id = users.id and role in ({sql_list(SUPERVISORS)})
    ) as is_supervisor
from users where id = %(id)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedUser:
    """A user by name; one who is not active was deleted. `is_supervisor`: an ADMIN or OWNER."""

    id: int
    username: str
    is_active: bool
    is_supervisor: bool


async def find_named_user(user_id: int, *, database: Database) -> NamedUser:
    """The user, also a deleted one; raises `UserNotFound`."""
    user = await database.fetch_one(NamedUser, SELECT_NAMED_USER, {"id": user_id})
    if user is None:
        raise UserNotFound
    return user
