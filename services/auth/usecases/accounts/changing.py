"""How does an account change? Profile, role and password together, or nothing of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from libs.common.clock import Clock
from libs.common.db.database import Database, Transaction
from services.auth.clients.passwords import Passwords
from services.auth.domain.identities import identity_key
from services.auth.domain.origins import Origin
from services.auth.domain.passwords import CurrentPasswordMissing, WrongCurrentPassword
from services.auth.domain.roles import PosRole, with_pos_role
from services.auth.usecases import audit
from services.auth.usecases.accounts.announcing import announce_change
from services.auth.usecases.accounts.identities import telling_taken
from services.auth.usecases.accounts.passwords import NewPassword, store_password
from services.auth.usecases.accounts.reading import Account
from services.auth.usecases.accounts.roles import replace_roles
from services.auth.usecases.accounts.standing import Standing, lock_account
from services.auth.usecases.sessions.attempts import PasswordAttempts


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What an account is to become; what is not told stays as it is. `profile` holds fields of `Account`."""

    profile: Mapping[str, str] = field(default_factory=dict)
    role: PosRole | None = None
    password: str | None = field(default=None, repr=False)
    current_password: str | None = field(default=None, repr=False)


PROFILE = ("username", "email", "first_name", "last_name", "phone_number", "address")

UPDATE_PROFILE = """
update users
set username = %(username)s, username_key = %(username_key)s, email = %(email)s, email_key = %(email_key)s,
    first_name = %(first_name)s, last_name = %(last_name)s, phone_number = %(phone_number)s,
    address = %(address)s
where id = %(id)s
"""


SELECT_EPOCH = "select session_epoch from users where id = %(id)s"


@dataclass(frozen=True, slots=True)
class AccountChanges:
    """Changes of one's own account, or of somebody else's."""

    database: Database
    passwords: Passwords
    attempts: PasswordAttempts
    clock: Clock

    async def apply(self, user_id: int, changes: Changes, *, origin: Origin, session_id: str) -> Account:
        """The account as it is then. Of one's own sessions, a new password spares the one that it came by.

        Raises what `lock_account`, `replace_roles` and `check_free` do, and for one's own password
        `CurrentPasswordMissing`, `WrongCurrentPassword`, and `Throttled` after too many of those.
        """
        own = origin.actor_id == user_id
        password = await self._new_password(user_id, changes, origin, own=own)
        username, email = changes.profile.get("username", ""), changes.profile.get("email", "")
        async with (
            telling_taken(self.database, username=username, email=email, user_id=user_id),
            self.database.transaction() as tx,
        ):
            standing = await lock_account(tx, user_id, origin=origin)
            account = await self._store(tx, standing, changes, origin)
            if password:
                spared = session_id if own else None
                await store_password(
                    tx, user_id, password, origin=origin, clock=self.clock, except_session=spared
                )
        return account

    async def _new_password(
        self, user_id: int, changes: Changes, origin: Origin, *, own: bool
    ) -> NewPassword | None:
        if changes.password is None:
            return None
        epoch: int | None = None
        if own:
            if changes.current_password is None:
                raise CurrentPasswordMissing
            epoch = await self.database.fetch_value(SELECT_EPOCH, {"id": user_id})
            if not await self.attempts.is_password_of(user_id, changes.current_password, origin=origin):
                raise WrongCurrentPassword
        return NewPassword(await self.passwords.hash(changes.password), checked_in_epoch=epoch)

    async def _store(self, tx: Transaction, standing: Standing, changes: Changes, origin: Origin) -> Account:
        before = standing.account
        profile = {name: changes.profile.get(name, getattr(before, name)) for name in PROFILE}
        changed = [name for name in PROFILE if profile[name] != getattr(before, name)]
        roles = with_pos_role(before.roles, changes.role) if changes.role else before.roles
        after = replace(before, **profile, roles=roles)
        other_roles = set(roles) != set(before.roles)
        if changed:
            await _store_profile(tx, after, changed, origin=origin, clock=self.clock)
        if other_roles:
            await replace_roles(tx, standing, roles, origin=origin, clock=self.clock)
        if changed or other_roles:
            announce_change(tx, after, clock=self.clock)
        return after


async def _store_profile(
    tx: Transaction, account: Account, changed: Sequence[str], *, origin: Origin, clock: Clock
) -> None:
    await tx.execute(
        UPDATE_PROFILE,
        {
            "id": account.id,
            "username_key": identity_key(account.username),
            "email_key": identity_key(account.email),
            **{name: getattr(account, name) for name in PROFILE},
        },
    )
    await audit.record(
        tx, "profile_changed", user_id=account.id, origin=origin, clock=clock, details={"fields": changed}
    )
