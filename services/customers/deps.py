"""What does customers work with? Everything with a connection, a key or a clock is built here."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends

from libs.common.auth.keys import StaticKeys
from libs.common.auth.service_tokens import ServiceTokenVerifier
from libs.common.auth.tokens import TokenVerifier
from libs.common.calls.remote_keys import RemoteKeys
from libs.common.calls.session import HttpSession
from libs.common.clock import Clock, system_clock
from libs.common.db.database import Database
from libs.common.messaging.broker import Broker
from libs.common.messaging.outbox import Outbox
from libs.common.process.app import current_deps
from libs.common.process.parts import build_broker, build_database, build_verifier
from services.customers.settings import CustomersSettings


@dataclass(frozen=True, slots=True)
class Deps:
    """The parts of a process, opened before its first work and closed after its last."""

    clock: Clock
    database: Database
    outbox: Outbox
    broker: Broker
    session: HttpSession
    keys: RemoteKeys
    verifier: TokenVerifier
    service_verifier: ServiceTokenVerifier
    store_timezone: ZoneInfo
    default_credit_limit: Decimal

    async def open(self) -> None:
        """Start connecting; waits for nobody."""
        await self.database.open()
        await self.broker.open()

    async def close(self) -> None:
        """Give every connection back."""
        await self.session.close()
        await self.broker.close()
        await self.database.close()


DepsDep = Annotated[Deps, Depends(current_deps)]


def build_deps(settings: CustomersSettings, *, clock: Clock = system_clock) -> Deps:
    """The real parts; nothing is connected yet. Raises `UnusableKey` if the services' keys can't be read."""
    session = HttpSession()
    keys = RemoteKeys(settings.jwks_url, session)
    outbox = Outbox("customers", clock)
    return Deps(
        clock=clock,
        database=build_database(settings, "customers", events=outbox),
        outbox=outbox,
        broker=build_broker(settings, "customers"),
        session=session,
        keys=keys,
        verifier=build_verifier(settings, keys, clock),
        service_verifier=ServiceTokenVerifier(
            "customers", StaticKeys.from_file(settings.service_keys_file), clock=clock
        ),
        store_timezone=settings.store_timezone,
        default_credit_limit=settings.default_credit_limit,
    )
