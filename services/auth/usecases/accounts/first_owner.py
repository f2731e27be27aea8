"""The first OWNER: created once from the settings, also if several replicas start together."""

import asyncio
from dataclasses import dataclass, field

import structlog
from psycopg.errors import UniqueViolation

from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.errors import Unavailable
from services.auth.clients.passwords import Passwords
from services.auth.domain.origins import OPERATOR
from services.auth.usecases.accounts.creating import CreateAccount, insert_account

RETRY_SECONDS = 1.0

# Held until the commit, so that replicas that start together check one after another.
LOCK_FIRST_OWNER = "select pg_advisory_xact_lock(hashtext('auth.first_owner'))"

SELECT_OWNER_EXISTS = "select exists (select from user_roles where role = 'owner')"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class OwnerToBe:
    """The first owner from the settings."""

    username: str
    email: str
    password: str = field(repr=False)


class FirstOwner:
    """Creates the first OWNER at the start of the process, as soon as the database answers."""

    def __init__(
        self, owner: OwnerToBe | None, *, database: Database, passwords: Passwords, clock: Clock
    ) -> None:
        self._owner = owner
        self._database = database
        self._passwords = passwords
        self._clock = clock
        self._settled = False

    async def keep(self) -> None:
        """Background task: make sure that there is an owner, then sleep forever (a task must not end)."""
        while not self._settled:
            try:
                await self.ensure()
            except Unavailable:
                await asyncio.sleep(RETRY_SECONDS)
        await asyncio.Event().wait()

    async def settled(self) -> None:
        """Readiness check: raises `Unavailable` until `ensure` has finished."""
        if not self._settled:
            raise Unavailable("first owner")

    async def ensure(self) -> None:
        """Create the owner unless there is or was one (deleted owners count).

        If the settings name no owner, or the username or email is taken, it is logged.
        """
        if not await self._database.fetch_value(SELECT_OWNER_EXISTS):
            if self._owner is None:
                log.warning("no_owner", hint="set BOOTSTRAP_OWNER_EMAIL, _USERNAME and _PASSWORD")
            else:
                await self._make(self._owner)
        self._settled = True

    async def _make(self, owner: OwnerToBe) -> None:
        new = CreateAccount(
            username=owner.username, email=owner.email, password=owner.password, roles=("owner",)
        )
        password_hash = await self._passwords.hash(owner.password)
        try:
            async with self._database.transaction() as tx:
                await tx.execute(LOCK_FIRST_OWNER)
                if not await tx.fetch_value(SELECT_OWNER_EXISTS):
                    account = await insert_account(
                        tx, new, password_hash=password_hash, origin=OPERATOR, clock=self._clock
                    )
                    log.info("owner_created", user_id=account.id, email=account.email)
        except UniqueViolation as violation:
            log.error("owner_not_created", email=owner.email, why=str(violation.diag.message_detail))  # noqa: TRY400 - the trace says nothing more
