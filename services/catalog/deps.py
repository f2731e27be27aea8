"""What does catalog work with? Built here and nowhere else."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import Depends

from libs.common.auth.keys import StaticKeys, read_private_file
from libs.common.auth.service_tokens import ServiceTokenSigner, ServiceTokenVerifier
from libs.common.auth.tokens import TokenVerifier
from libs.common.calls.client import ServiceClient, open_session
from libs.common.calls.remote_keys import RemoteKeys
from libs.common.calls.session import HttpSession
from libs.common.clock import Clock, system_clock
from libs.common.db.database import Database
from libs.common.messaging.broker import Broker
from libs.common.messaging.outbox import Outbox
from libs.common.process.app import current_deps
from libs.common.process.parts import build_broker, build_database, build_verifier
from libs.common.store_calendar import Moment, store_day
from services.catalog.clients.sales import SalesOrders
from services.catalog.settings import CatalogSettings
from services.catalog.usecases.ports import Orders


@dataclass(frozen=True, slots=True)
class Deps:
    """Everything with a connection, a key or a clock."""

    settings: CatalogSettings
    clock: Clock
    database: Database
    outbox: Outbox
    broker: Broker
    session: HttpSession
    user_keys: RemoteKeys
    verifier: TokenVerifier
    service_verifier: ServiceTokenVerifier
    orders: Orders

    def now(self) -> Moment:
        """This moment, and the day that the store's calendar shows."""
        at = self.clock()
        return Moment(at, store_day(at, self.settings.store_timezone))

    @property
    def lease(self) -> timedelta:
        """How long stock is held for an order that does not stand yet."""
        return timedelta(seconds=self.settings.allocation_lease_seconds)

    async def open(self) -> None:
        """Start connecting to the database and the broker."""
        await self.database.open()
        await self.broker.open()

    async def close(self) -> None:
        """Let go of all of it."""
        await self.broker.close()
        await self.database.close()
        await self.session.close()


def build_deps(settings: CatalogSettings, *, clock: Clock = system_clock) -> Deps:
    """Connects to nothing yet. Raises `UnusableKey` if this service's keys can't be used."""
    outbox = Outbox("catalog", clock)
    session = open_session()
    user_keys = RemoteKeys(settings.jwks_url, session)
    signer = ServiceTokenSigner("catalog", read_private_file(settings.service_key_file), clock=clock)
    service_keys = StaticKeys.from_file(settings.service_keys_file)
    return Deps(
        settings=settings,
        clock=clock,
        database=build_database(settings, "catalog", events=outbox),
        outbox=outbox,
        broker=build_broker(settings, "catalog"),
        session=session,
        user_keys=user_keys,
        verifier=build_verifier(settings, user_keys, clock),
        service_verifier=ServiceTokenVerifier("catalog", service_keys, clock=clock),
        orders=SalesOrders(ServiceClient("sales", settings.sales_url, signer, session)),
    )


DepsDep = Annotated[Deps, Depends(current_deps)]
