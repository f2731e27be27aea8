"""Usernames and emails that are taken, also by deleted users (contract §2)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from psycopg.errors import UniqueViolation

from libs.common.db.database import Database, Sql
from libs.common.emails import email_key
from libs.common.errors import DomainError, refuse_all
from services.auth.domain.identities import EmailTaken, UsernameTaken, identity_key

# The user's own username and email do not count. No user has id 0.
SELECT_TAKEN = """
select bool_or(username_key = %(username_key)s) as username, bool_or(email_key = %(email_key)s) as email
from users
where (username_key = %(username_key)s or email_key = %(email_key)s) and id <> %(user_id)s
"""


REFUSAL_OF: dict[str | None, type[DomainError]] = {
    "uq_users_username_key": UsernameTaken,
    "uq_users_email_key": EmailTaken,
}


@dataclass(frozen=True, slots=True)
class _Taken:
    username: bool | None
    email: bool | None


async def check_free(sql: Database | Sql, *, username: str, email: str, user_id: int = 0) -> None:
    """Raises `UsernameTaken`, `EmailTaken` or both if another user has them, also one who gives them up.

    Before any write: the unique keys would wait for that other one, and two users who swap names for each
    other.
    """
    refuse_all(await find_taken(sql, username=username, email=email, user_id=user_id))


async def find_taken(
    sql: Database | Sql, *, username: str = "", email: str = "", user_id: int = 0
) -> list[DomainError]:
    """`UsernameTaken`, `EmailTaken` or both if another user has them; a blank one is not looked up."""
    if not (username or email):
        return []
    keys = {"username_key": identity_key(username), "email_key": email_key(email), "user_id": user_id}
    found = await sql.fetch_one(_Taken, SELECT_TAKEN, keys)
    refusals: list[DomainError] = []
    if found and found.username:
        refusals.append(UsernameTaken())
    if found and found.email:
        refusals.append(EmailTaken())
    return refusals


@asynccontextmanager
async def refusing_taken(
    database: Database, *, username: str, email: str, user_id: int = 0
) -> AsyncIterator[None]:
    """Turn a unique violation into the errors of `check_free`: of two at once, the second is refused."""
    try:
        yield
    except UniqueViolation as violation:
        await check_free(database, username=username, email=email, user_id=user_id)
        raise REFUSAL_OF[violation.diag.constraint_name] from violation
