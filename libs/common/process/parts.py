"""The common parts of every process of a service. A service's `deps.py` adds its own.

@dataclass(frozen=True)
class Deps(Parts[SalesSettings]):
    desk: OrderDesk

def build_deps(settings: SalesSettings, *, clock: Clock = system_clock) -> Deps:
    parts = build_parts("sales", settings, clock=clock)
    return Deps(**vars(parts), desk=OrderDesk(CatalogStock(parts.client("catalog", …)), …))
"""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from libs.common.auth.keys import KeySet, StaticKeys, read_private_file
from libs.common.auth.service_tokens import ServiceTokenSigner, ServiceTokenVerifier
from libs.common.auth.tokens import TokenVerifier
from libs.common.calls.client import ServiceClient
from libs.common.calls.remote_keys import RemoteKeys
from libs.common.calls.session import HttpSession
from libs.common.clock import Clock, system_clock
from libs.common.db.database import Database
from libs.common.http.idempotency_store import IdempotencyStore
from libs.common.messaging.broker import Broker
from libs.common.messaging.outbox import Outbox
from libs.common.settings import ServiceSettings

SettingsT = TypeVar("SettingsT", bound=ServiceSettings)


class UserKeys(KeySet, Protocol):
    """The public keys of user tokens in a process."""

    async def keep_fresh(self) -> None:
        """Background task: fetch new keys and drop withdrawn ones."""

    async def loaded(self) -> None:
        """Readiness check: raise `Unavailable` while no key is known."""


@dataclass(frozen=True)
class Parts(Generic[SettingsT]):
    """All parts with a connection, a key or a clock that every service has."""

    service: str
    settings: SettingsT
    clock: Clock
    database: Database
    outbox: Outbox
    broker: Broker
    uses_broker: bool
    session: HttpSession
    signer: ServiceTokenSigner
    service_verifier: ServiceTokenVerifier
    user_keys: UserKeys
    verifier: TokenVerifier
    idempotency: IdempotencyStore | None

    def client(self, service: str, url: str) -> ServiceClient:
        """A client that calls another service as this one."""
        return ServiceClient(service, url, self.signer, self.session)

    async def open(self) -> None:
        """Start connecting to database and broker, without waiting for them."""
        await self.database.open()
        if self.uses_broker:
            await self.broker.open()

    async def close(self) -> None:
        """Close all connections."""
        await self.broker.close()
        await self.session.close()
        await self.database.close()


def build_parts(
    service: str,
    settings: SettingsT,
    *,
    clock: Clock = system_clock,
    user_keys: UserKeys | None = None,
    uses_broker: bool = True,
    honours_keys: bool = False,
) -> Parts[SettingsT]:
    """The parts of a process, not connected yet. Raises `UnusableKey` for an unusable key.

    User tokens are verified with auth's published keys, unless `user_keys` are given. A process that neither
    publishes nor consumes has no broker. A service that `honours_keys` has idempotent routes and
    the tables `idempotency_keys` and `operations`.
    """
    outbox, session = Outbox(service, clock), HttpSession()
    database = Database(
        settings.database_url,
        events=outbox,
        name=service,
        size=settings.database_pool_size,
        prepares=settings.database_prepares,
    )
    keys = user_keys or RemoteKeys(settings.jwks_url, session)
    return Parts(
        service=service,
        settings=settings,
        clock=clock,
        database=database,
        outbox=outbox,
        broker=Broker(
            settings.amqp_url,
            prefix=settings.amqp_prefix,
            name=service,
            declares=settings.amqp_declares,
        ),
        uses_broker=uses_broker,
        session=session,
        signer=ServiceTokenSigner(service, read_private_file(settings.service_key_file), clock=clock),
        service_verifier=ServiceTokenVerifier(
            service, StaticKeys.from_file(settings.service_keys_file), clock=clock
        ),
        user_keys=keys,
        verifier=TokenVerifier(
            keys, issuer=settings.token_issuer, audience=settings.token_audience, clock=clock
        ),
        idempotency=IdempotencyStore(database, clock) if honours_keys else None,
    )
