"""Reads the names of users, also of those who were deleted."""

from dataclasses import dataclass

from libs.common.db.database import Database
from services.auth.domain.rights import UserNotFound

SELECT_NAMED_USER = "select id, username, is_active from users where id = %(id)s"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedUser:
    """A user by name; one who is not active was deleted."""

    id: int
    username: str
    is_active: bool


async def find_named_user(user_id: int, *, database: Database) -> NamedUser:
    """The user, also a deleted one; raises `UserNotFound`."""
    user = await database.fetch_one(NamedUser, SELECT_NAMED_USER, {"id": user_id})
    if user is None:
        raise UserNotFound
    return user
