"""Creating accounts: the row, the event and the audit trail in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field

from libs.common.clock import Clock
from libs.common.contracts.auth import UserCreated
from libs.common.db.database import Database, Transaction
from libs.common.emails import email_key
from services.auth.clients.passwords import Passwords
from services.auth.domain.identities import identity_key
from services.auth.domain.origins import Origin
from services.auth.domain.rights import check_may_grant
from services.auth.domain.roles import Role, in_order
from services.auth.usecases import audit
from services.auth.usecases.accounts.identities import check_free, refusing_taken
from services.auth.usecases.accounts.reading import Account
from services.auth.usecases.accounts.standing import lock_actor


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateAccount:
    """A user to create."""

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
  returning id, username, email, first_name, last_name, phone_number, address, is_active, xmin as version
), granted as (
  insert into user_roles (user_id, role) select account.id, unnest(%(roles)s::text[]) from account
)
select account.*, %(roles)s::text[] as roles from account
"""


async def create_account(
    command: CreateAccount,
    *,
    by: Iterable[str],
    origin: Origin,
    database: Database,
    passwords: Passwords,
    clock: Clock,
) -> Account:
    """Create the account for a caller whose token has the roles `by`; empty without a token.

    Raises `Forbidden` if the roles in `by`, or those that the caller holds now, may not grant the account's
    roles; `Unauthenticated` if the caller was deleted; and the errors of `check_free`, also for two at once.
    """
    check_may_grant(command.roles, by=by)
    await check_free(database, username=command.username, email=command.email)
    password_hash = await passwords.hash(command.password)
    async with (
        refusing_taken(database, username=command.username, email=command.email),
        database.transaction() as tx,
    ):
        if origin.actor_id is not None:
            check_may_grant(command.roles, by=await lock_actor(tx, origin.actor_id))
        return await insert_account(tx, command, password_hash=password_hash, origin=origin, clock=clock)


async def insert_account(
    tx: Transaction, command: CreateAccount, *, password_hash: str, origin: Origin, clock: Clock
) -> Account:
    """Create the account as part of a transaction. Raises psycopg's `UniqueViolation`."""
    now = clock()
    account = await tx.fetch_only(
        Account,
        INSERT_ACCOUNT,
        {
            **asdict(command),
            "username_key": identity_key(command.username),
            "email_key": email_key(command.email),
            "password_hash": password_hash,
            "roles": list(in_order(command.roles)),
            "now": now,
        },
    )
    roles = in_order(account.roles)
    event = UserCreated(
        user_id=account.id, username=account.username, email=account.email, roles=roles, created_at=now
    )
    tx.publish(event, subject=f"user/{account.id}")
    await audit.record(
        tx, "user_created", user_id=account.id, origin=origin, clock=clock, details={"roles": roles}
    )
    return account
