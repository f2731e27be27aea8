"""What does auth work with? Built here and nowhere else."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from libs.common.auth.keys import StaticKeys
from libs.common.auth.service_tokens import ServiceTokenVerifier
from libs.common.auth.tokens import TokenSigner, TokenVerifier
from libs.common.clock import Clock, system_clock
from libs.common.db.database import Database
from libs.common.messaging.broker import Broker
from libs.common.messaging.outbox import Outbox
from libs.common.process.app import current_deps
from libs.common.process.parts import build_broker, build_database, build_verifier
from services.auth.clients.passwords import Passwords
from services.auth.clients.signing_keys import SigningKeys
from services.auth.settings import AuthSettings
from services.auth.usecases.accounts.changing import AccountChanges
from services.auth.usecases.accounts.first_owner import FirstOwner, OwnerToBe
from services.auth.usecases.sessions.attempts import PasswordAttempts
from services.auth.usecases.sessions.logins import Logins


@dataclass(frozen=True)
class WorkerDeps:
    """What every process of auth needs. The worker has no more: it needs neither keys nor passwords."""

    settings: AuthSettings
    clock: Clock
    database: Database
    outbox: Outbox
    broker: Broker

    async def open(self) -> None:
        """Start connecting to the database and the broker."""
        await self.database.open()
        await self.broker.open()

    async def close(self) -> None:
        """Let go of all of it."""
        await self.broker.close()
        await self.database.close()


@dataclass(frozen=True)
class Deps(WorkerDeps):
    """What answering requests takes besides."""

    passwords: Passwords
    attempts: PasswordAttempts
    logins: Logins
    account_changes: AccountChanges
    first_owner: FirstOwner
    signing_keys: SigningKeys
    verifier: TokenVerifier
    service_verifier: ServiceTokenVerifier

    async def close(self) -> None:
        """Let go of all of it."""
        await super().close()
        self.passwords.close()


def build_worker_deps(settings: AuthSettings, *, clock: Clock = system_clock) -> WorkerDeps:
    """Connects to nothing yet."""
    outbox = Outbox("auth", clock)
    return WorkerDeps(
        settings=settings,
        clock=clock,
        outbox=outbox,
        database=build_database(settings, "auth", events=outbox),
        broker=build_broker(settings, "auth"),
    )


def build_deps(settings: AuthSettings, *, clock: Clock = system_clock) -> Deps:
    """Connects to nothing yet. Raises `UnusableKey` if the signing keys can't be used."""
    base = build_worker_deps(settings, clock=clock)
    passwords = Passwords()
    attempts = PasswordAttempts(database=base.database, passwords=passwords, clock=clock)
    keys = SigningKeys(settings.signing_keys_dir, clock)
    issuer, audience = settings.token_issuer, settings.token_audience
    signer = TokenSigner(keys.active, issuer=issuer, audience=audience)
    service_keys = StaticKeys.from_file(settings.service_keys_file)
    return Deps(
        settings=settings,
        clock=clock,
        database=base.database,
        outbox=base.outbox,
        broker=base.broker,
        passwords=passwords,
        attempts=attempts,
        logins=Logins(base.database, passwords, attempts, signer, clock),
        account_changes=AccountChanges(base.database, passwords, attempts, clock),
        first_owner=FirstOwner(
            _owner_to_be(settings), database=base.database, passwords=passwords, clock=clock
        ),
        signing_keys=keys,
        verifier=build_verifier(settings, keys, clock),
        service_verifier=ServiceTokenVerifier("auth", service_keys, clock=clock),
    )


DepsDep = Annotated[Deps, Depends(current_deps)]


def _owner_to_be(settings: AuthSettings) -> OwnerToBe | None:
    email, username = settings.bootstrap_owner_email, settings.bootstrap_owner_username
    password = settings.bootstrap_owner_password
    if email is None or username is None or password is None:
        return None
    return OwnerToBe(username=username, email=email, password=password.get_secret_value())
