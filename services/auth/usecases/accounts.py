"""Who can log in? Creating accounts and looking one up; each new one is told to the world."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from psycopg.errors import UniqueViolation

from libs.common.clock import Clock
from libs.common.contracts.auth import UserCreated
from libs.common.db.database import Database, Transaction
from libs.common.errors import Unauthenticated
from services.auth.clients.passwords import Passwords
from services.auth.domain.identities import Identity, IdentityTaken, identity_key
from services.auth.domain.roles import Role, in_order


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """What is known of somebody who is to have an account."""

    username: str
    email: str
    password: str = field(repr=False)
    roles: Sequence[Role]
    first_name: str = ""
    last_name: str = ""
    phone_number: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who can log in. `roles` lowest first."""

    id: int
    username: str
    email: str
    roles: Sequence[Role]
    first_name: str
    last_name: str
    phone_number: str
    address: str
    is_active: bool


FIND_TAKEN = """
select bool_or(username_key = %(username_key)s) as username, bool_or(email_key = %(email_key)s) as email
from users where username_key = %(username_key)s or email_key = %(email_key)s
"""

INSERT_ACCOUNT = """
with account as (
  insert into users (
    username, username_key, email, email_key, password_hash,
    first_name, last_name, phone_number, address, created_at
  ) values (
    %(username)s, %(username_key)s, %(email)s, %(email_key)s, %(password_hash)s,
    %(first_name)s, %(last_name)s, %(phone_number)s, %(address)s, %(now)s
  )
  returning id, username, email, first_name, last_name, phone_number, address, is_active
), granted as (
  insert into user_roles (user_id, role) select account.id, unnest(%(roles)s::text[]) from account
)
select account.*, %(roles)s::text[] as roles from account
"""

SELECT_ACCOUNT = """
select id, username, email, first_name, last_name, phone_number, address, is_active,
       array(select role from user_roles where user_id = users.id) as roles
from users where id = %(id)s and is_active
"""


@dataclass(frozen=True, slots=True)
class _Taken:
    username: bool | None
    email: bool | None


async def create_account(
    new: NewAccount, *, database: Database, passwords: Passwords, clock: Clock
) -> Account:
    """Store the account and announce it. Raises `IdentityTaken`, also when two ask for the same at once."""
    await _check_free(database, new)
    password_hash = await passwords.hash(new.password)
    try:
        async with database.transaction() as tx:
            return await insert_account(tx, new, password_hash=password_hash, clock=clock)
    except UniqueViolation:
        await _check_free(database, new)
        raise


async def insert_account(tx: Transaction, new: NewAccount, *, password_hash: str, clock: Clock) -> Account:
    """Store the account and announce it, as part of a transaction. A unique violation is the caller's."""
    now = clock()
    account = await tx.fetch_one(
        Account,
        INSERT_ACCOUNT,
        {
            "username": new.username,
            "username_key": identity_key(new.username),
            "email": new.email,
            "email_key": identity_key(new.email),
            "password_hash": password_hash,
            "first_name": new.first_name,
            "last_name": new.last_name,
            "phone_number": new.phone_number,
            "address": new.address,
            "roles": list(in_order(new.roles)),
            "now": now,
        },
    )
    assert account, "an insert returns its row"
    told = UserCreated(
        user_id=account.id,
        username=account.username,
        email=account.email,
        roles=tuple(account.roles),
        created_at=now,
    )
    tx.publish(told, subject=f"user/{account.id}")
    return account


async def own_account(user_id: int, *, database: Database) -> Account:
    """The account behind a good token; `Unauthenticated` if it was deleted since."""
    account = await database.fetch_one(Account, SELECT_ACCOUNT, {"id": user_id})
    if account is None:
        raise Unauthenticated("invalid")
    return account


async def _check_free(database: Database, new: NewAccount) -> None:
    keys = {"username_key": identity_key(new.username), "email_key": identity_key(new.email)}
    found = await database.fetch_one(_Taken, FIND_TAKEN, keys)
    taken: list[Identity] = []
    if found and found.username:
        taken.append("username")
    if found and found.email:
        taken.append("email")
    if taken:
        raise IdentityTaken(taken)
