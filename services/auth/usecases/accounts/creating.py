"""Makes accounts: stored, announced and noted together, or not at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from libs.common.clock import Clock
from libs.common.contracts.auth import UserCreated
from libs.common.db.database import Database, Transaction
from services.auth.clients.passwords import Passwords
from services.auth.domain.identities import identity_key
from services.auth.domain.origins import Origin
from services.auth.domain.rights import check_may_grant
from services.auth.domain.roles import Role, in_order
from services.auth.usecases import audit
from services.auth.usecases.accounts.identities import check_free, telling_taken
from services.auth.usecases.accounts.reading import Account
from services.auth.usecases.accounts.standing import lock_actor


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


async def create_account(
    new: NewAccount,
    *,
    by: Iterable[str],
    origin: Origin,
    database: Database,
    passwords: Passwords,
    clock: Clock,
) -> Account:
    """Make the account, as somebody with the roles `by`; nobody has none.

    Raises `Forbidden` if those, or the ones that a known caller holds now, may not grant the account's roles;
    `Unauthenticated` if the caller was deleted; and what `check_free` does, also when two come at once.
    """
    check_may_grant(new.roles, by=by)
    await check_free(database, username=new.username, email=new.email)
    password_hash = await passwords.hash(new.password)
    async with (
        telling_taken(database, username=new.username, email=new.email),
        database.transaction() as tx,
    ):
        if origin.actor_id is not None:
            check_may_grant(new.roles, by=await lock_actor(tx, origin.actor_id))
        return await insert_account(tx, new, password_hash=password_hash, origin=origin, clock=clock)


async def insert_account(
    tx: Transaction, new: NewAccount, *, password_hash: str, origin: Origin, clock: Clock
) -> Account:
    """Make the account as part of a transaction. A unique violation is the caller's."""
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
    roles = in_order(account.roles)
    told = UserCreated(
        user_id=account.id, username=account.username, email=account.email, roles=roles, created_at=now
    )
    tx.publish(told, subject=f"user/{account.id}")
    await audit.record(
        tx, "user_created", user_id=account.id, origin=origin, clock=clock, details={"roles": roles}
    )
    return account
