"""Changing an account: profile, role and password in one transaction."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace

from libs.common.clock import Clock
from libs.common.db.database import Database, Transaction
from libs.common.emails import email_key
from libs.common.errors import together
from libs.common.looks import LookAgain, looks_again
from libs.common.row_versions import ANY_VERSION, Expected
from libs.common.unset import UNSET, Unset, given, value_or
from services.auth.clients.passwords import Passwords
from services.auth.domain.identities import identity_key
from services.auth.domain.origins import Origin
from services.auth.domain.passwords import CurrentPasswordMissing, WrongCurrentPassword
from services.auth.domain.roles import PosRole, with_pos_role
from services.auth.usecases import audit
from services.auth.usecases.accounts.announcing import announce_change
from services.auth.usecases.accounts.identities import check_free, find_taken, refusing_taken
from services.auth.usecases.accounts.passwords import NewPassword, replace_password
from services.auth.usecases.accounts.reading import Account
from services.auth.usecases.accounts.roles import replace_roles
from services.auth.usecases.accounts.standing import Standing, lock_account
from services.auth.usecases.sessions.attempts import PasswordAttempts


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAccount:
    """The fields of an account to change, requested in the session `session_id`.

    A change of one's own password requires the current one.
    """

    user_id: int
    session_id: str
    expected: Expected = ANY_VERSION
    username: str | Unset = UNSET
    email: str | Unset = UNSET
    first_name: str | Unset = UNSET
    last_name: str | Unset = UNSET
    phone_number: str | Unset = UNSET
    address: str | Unset = UNSET
    role: PosRole | Unset = UNSET
    password: str | Unset = field(default=UNSET, repr=False)
    current_password: str | Unset = field(default=UNSET, repr=False)


BESIDES_PROFILE = ("user_id", "session_id", "expected", "role", "password", "current_password")

UPDATE_PROFILE = """
update users
set username = %(username)s, username_key = %(username_key)s, email = %(email)s, email_key = %(email_key)s,
    first_name = %(first_name)s, last_name = %(last_name)s, phone_number = %(phone_number)s,
    address = %(address)s
where id = %(id)s
"""

# Changed, if the password may be another by now than the one that was checked.
SELECT_EPOCH = "select session_epoch from users where id = %(id)s"

SELECT_VERSION = "select xmin from users where id = %(id)s"


@looks_again("passwords")
async def change_account(
    command: ChangeAccount,
    *,
    origin: Origin,
    database: Database,
    passwords: Passwords,
    attempts: PasswordAttempts,
    clock: Clock,
) -> Account:
    """Change one's own or another account. A new password ends the user's other sessions.

    Raises the errors of `lock_account`, `replace_roles` and `check_free`, and for one's own password
    `CurrentPasswordMissing`, `WrongCurrentPassword`, and `Throttled` after too many wrong ones.
    Raises `ChangedMeanwhile` if the account is not as expected.
    """
    own = origin.actor_id == command.user_id
    epoch = await _check_own_change(command, origin, database, attempts) if own else None
    password_hash = None if command.password is UNSET else await passwords.hash(command.password)
    async with (
        refusing_taken(
            database,
            username=value_or(command.username, ""),
            email=value_or(command.email, ""),
            user_id=command.user_id,
        ),
        database.transaction() as tx,
    ):
        standing = await lock_account(tx, command.user_id, origin=origin)
        if epoch is not None and await tx.fetch_value(SELECT_EPOCH, {"id": command.user_id}) != epoch:
            raise LookAgain
        command.expected.check(standing.account.version)
        account = await _change(tx, standing, command, origin=origin, clock=clock)
        if password_hash is not None:
            await replace_password(
                tx,
                command.user_id,
                NewPassword(password_hash, keeps_pin=own),
                origin=origin,
                clock=clock,
                except_session=command.session_id if own else None,
            )
        version: str = await tx.fetch_value(SELECT_VERSION, {"id": command.user_id})
    return replace(account, version=version)


async def _check_own_change(
    command: ChangeAccount, origin: Origin, database: Database, attempts: PasswordAttempts
) -> int | None:
    """`_check_current_password`; if it refuses, a taken username and email are refused with it."""
    try:
        return await _check_current_password(command, origin, attempts)
    except (CurrentPasswordMissing, WrongCurrentPassword) as refusal:
        taken = await find_taken(
            database,
            username=value_or(command.username, ""),
            email=value_or(command.email, ""),
            user_id=command.user_id,
        )
        raise together([refusal, *taken]) from refusal


async def _check_current_password(
    command: ChangeAccount, origin: Origin, attempts: PasswordAttempts
) -> int | None:
    """Check the current password and return the epoch of the check; None if there is no new password."""
    if command.password is UNSET:
        return None
    if command.current_password is UNSET:
        raise CurrentPasswordMissing
    return await attempts.check_current(command.user_id, command.current_password, origin=origin)


async def _change(
    tx: Transaction, standing: Standing, command: ChangeAccount, *, origin: Origin, clock: Clock
) -> Account:
    before = standing.account
    profile = given(command, but=BESIDES_PROFILE)
    changed = [name for name, value in profile.items() if value != getattr(before, name)]
    roles = before.roles if command.role is UNSET else with_pos_role(before.roles, command.role)
    after = replace(before, **profile, roles=roles)
    other_roles = set(roles) != set(before.roles)
    if changed:
        await _update_profile(tx, after, changed, origin=origin, clock=clock)
    if other_roles:
        await replace_roles(tx, standing, roles, origin=origin, clock=clock)
    if changed or other_roles:
        announce_change(tx, after, clock=clock)
    return after


async def _update_profile(
    tx: Transaction, account: Account, changed: Sequence[str], *, origin: Origin, clock: Clock
) -> None:
    await check_free(tx, username=account.username, email=account.email, user_id=account.id)
    await tx.execute(
        UPDATE_PROFILE,
        {
            **asdict(account),
            "username_key": identity_key(account.username),
            "email_key": email_key(account.email),
        },
    )
    await audit.record(
        tx, "profile_changed", user_id=account.id, origin=origin, clock=clock, details={"fields": changed}
    )
