"""What does sales work with? Built here and nowhere else."""

import secrets
from dataclasses import dataclass
from time import monotonic
from typing import Annotated

from fastapi import Depends

from libs.common.auth.keys import StaticKeys, read_private_file
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
from libs.common.process.app import current_deps
from libs.common.process.parts import build_broker, build_database, build_verifier
from services.sales.clients.catalog import CatalogStock
from services.sales.clients.customers import CustomerBuyers
from services.sales.settings import SalesSettings
from services.sales.usecases.orders.placing import HouseRules, OrderDesk
from services.sales.usecases.orders.releases import Releases


@dataclass(frozen=True)
class WorkerDeps:
    """What every process of sales needs."""

    settings: SalesSettings
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

    session: HttpSession
    keys: RemoteKeys
    verifier: TokenVerifier
    service_verifier: ServiceTokenVerifier
    idempotency: IdempotencyStore
    desk: OrderDesk

    async def close(self) -> None:
        """Let go of all of it."""
        await super().close()
        await self.session.close()


def build_worker_deps(settings: SalesSettings, *, clock: Clock = system_clock) -> WorkerDeps:
    """Connects to nothing yet."""
    outbox = Outbox("sales", clock)
    return WorkerDeps(
        settings=settings,
        clock=clock,
        database=build_database(settings, "sales", events=outbox),
        outbox=outbox,
        broker=build_broker(settings, "sales"),
    )


def build_deps(settings: SalesSettings, *, clock: Clock = system_clock) -> Deps:
    """Connects to nothing yet. Raises `UnusableKey` if this service's keys can't be used."""
    base = build_worker_deps(settings, clock=clock)
    session = HttpSession()
    keys = RemoteKeys(settings.jwks_url, session)
    signer = ServiceTokenSigner("sales", read_private_file(settings.service_key_file), clock=clock)
    service_keys = StaticKeys.from_file(settings.service_keys_file)
    stock = CatalogStock(ServiceClient("catalog", settings.catalog_url, signer, session))
    return Deps(
        settings=settings,
        clock=clock,
        database=base.database,
        outbox=base.outbox,
        broker=base.broker,
        session=session,
        keys=keys,
        verifier=build_verifier(settings, keys, clock),
        service_verifier=ServiceTokenVerifier("sales", service_keys, clock=clock),
        idempotency=IdempotencyStore(base.database, clock),
        desk=OrderDesk(
            database=base.database,
            stock=stock,
            buyers=CustomerBuyers(ServiceClient("customers", settings.customers_url, signer, session)),
            releases=Releases(stock),
            rules=HouseRules(settings.store_timezone, settings.birthday_discount_percent),
            clock=clock,
            server_clock=system_clock,
            monotonic=monotonic,
            new_folio=random_folio,
        ),
    )


def random_folio() -> str:
    """8 upper-case hex digits; nobody can guess the next one."""
    return secrets.token_hex(4).upper()


DepsDep = Annotated[Deps, Depends(current_deps)]
