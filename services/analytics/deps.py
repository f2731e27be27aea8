"""What does analytics work with? The web process only reads, the worker only listens: each has its parts."""

from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends

from libs.common.auth.tokens import TokenVerifier
from libs.common.calls.remote_keys import RemoteKeys
from libs.common.calls.session import HttpSession
from libs.common.clock import Clock, system_clock
from libs.common.db.database import Database
from libs.common.messaging.broker import Broker
from libs.common.process.app import current_deps
from libs.common.process.parts import build_broker, build_database, build_verifier
from services.analytics.settings import AnalyticsSettings


@dataclass(frozen=True, slots=True)
class WebDeps:
    """What a report needs: the figures, the store's calendar, and who may see them."""

    clock: Clock
    timezone: ZoneInfo
    database: Database
    session: HttpSession
    keys: RemoteKeys
    verifier: TokenVerifier

    async def open(self) -> None:
        """Start connecting to the database."""
        await self.database.open()

    async def close(self) -> None:
        """Let go of all connections."""
        await self.session.close()
        await self.database.close()


@dataclass(frozen=True, slots=True)
class WorkerDeps:
    """What counting needs: events, a place for the figures, and the store's calendar."""

    clock: Clock
    timezone: ZoneInfo
    database: Database
    broker: Broker

    async def open(self) -> None:
        """Start connecting to the database and the broker."""
        await self.database.open()
        await self.broker.open()

    async def close(self) -> None:
        """Let go of all connections."""
        await self.broker.close()
        await self.database.close()


def build_web_deps(settings: AnalyticsSettings, *, clock: Clock = system_clock) -> WebDeps:
    """The parts of the web process; connects to nothing yet."""
    session = HttpSession()
    keys = RemoteKeys(settings.jwks_url, session)
    return WebDeps(
        clock=clock,
        timezone=settings.store_timezone,
        database=build_database(settings, "analytics-web"),
        session=session,
        keys=keys,
        verifier=build_verifier(settings, keys, clock),
    )


def build_worker_deps(settings: AnalyticsSettings, *, clock: Clock = system_clock) -> WorkerDeps:
    """The parts of the worker; connects to nothing yet."""
    return WorkerDeps(
        clock=clock,
        timezone=settings.store_timezone,
        database=build_database(settings, "analytics-worker"),
        broker=build_broker(settings, "analytics-worker"),
    )


WebDepsDep = Annotated[WebDeps, Depends(current_deps)]
