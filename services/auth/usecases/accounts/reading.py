"""Reading accounts: one, one's own, or a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from psycopg import sql

from libs.common.db.database import Database
from libs.common.db.listing import ListQuery
from libs.common.db.pages import Listing, Page
from libs.common.emails import email_key
from libs.common.errors import Unauthenticated
from services.auth.domain.identities import Identity, identity_key
from services.auth.domain.rights import UserNotFound
from services.auth.domain.roles import STAFF_ROLES, PosRole, Role, role_behind, roles_above

Group = PosRole | Literal["STAFF", "ALL"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user who can log in. `roles` are unordered. `version` differs after every change."""

    id: int
    username: str
    email: str
    roles: Sequence[Role]
    first_name: str
    last_name: str
    phone_number: str
    address: str
    is_active: bool
    version: str


SELECT_ACCOUNTS = """
select id, username, email, first_name, last_name, phone_number, address, is_active,
       array(select role from user_roles where user_id = users.id) as roles, users.xmin as version
from users
"""

SELECT_ACCOUNT = SELECT_ACCOUNTS + "where id = %(id)s and is_active"

SELECT_BY_EMAIL = SELECT_ACCOUNTS + "where email_key = %(key)s and is_active"
SELECT_BY_USERNAME = SELECT_ACCOUNTS + "where username_key = %(key)s and is_active"

IS_ACTIVE = sql.SQL("is_active")

IS_STAFF = sql.SQL("exists (select from user_roles where user_id = users.id and role = any(%(staff)s))")

HIGHEST_ROLE_IS = sql.SQL(
    "exists (select from user_roles where user_id = users.id and role = %(role)s)"
    " and not exists (select from user_roles where user_id = users.id and role = any(%(above)s))"
)

SORTABLE = ("id", "username", "email", "first_name", "last_name")

ACCOUNT_LIST = Listing(
    row=Account,
    rows=SELECT_ACCOUNTS,
    counted="users",
    columns={field: field for field in SORTABLE},
    texts=("username", "email", "first_name", "last_name"),
    searched="search_text",
)


async def list_accounts(query: ListQuery, group: Group, *, database: Database) -> Page[Account]:
    """List the accounts that POS shows with a role, the staff's, or all; by id unless the query sorts."""
    if group == "ALL":
        return await ACCOUNT_LIST.read(query, [IS_ACTIVE], {}, database=database)
    if group == "STAFF":
        return await ACCOUNT_LIST.read(
            query, [IS_ACTIVE, IS_STAFF], {"staff": list(STAFF_ROLES)}, database=database
        )
    role = role_behind(group)
    held = {"role": role, "above": list(roles_above(role))}
    return await ACCOUNT_LIST.read(query, [IS_ACTIVE, HIGHEST_ROLE_IS], held, database=database)


async def find_account(user_id: int, *, database: Database) -> Account:
    """The account. Raises `UserNotFound`, also for a deleted one."""
    account = await database.fetch_one(Account, SELECT_ACCOUNT, {"id": user_id})
    if account is None:
        raise UserNotFound
    return account


async def find_account_by(identity: Identity, text: str, *, database: Database) -> Account:
    """The account with this email or username, in any letter case. Raises `UserNotFound`."""
    if identity == "email":
        query, key = SELECT_BY_EMAIL, email_key(text)
    else:
        query, key = SELECT_BY_USERNAME, identity_key(text)
    account = await database.fetch_one(Account, query, {"key": key})
    if account is None:
        raise UserNotFound
    return account


async def find_own_account(user_id: int, *, database: Database) -> Account:
    """The account of a valid token. Raises `Unauthenticated` if it was deleted since."""
    account = await database.fetch_one(Account, SELECT_ACCOUNT, {"id": user_id})
    if account is None:
        raise Unauthenticated("invalid")
    return account
