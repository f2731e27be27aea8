"""The dependencies of catalog's processes: the parts of every service, the lease, and the client of sales."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import Depends

from libs.common.clock import Clock, system_clock
from libs.common.process.app import current_deps
from libs.common.process.parts import Parts, build_parts
from libs.common.store_calendar import Moment, store_moment
from services.catalog.clients.sales import SalesOrders
from services.catalog.settings import CatalogSettings
from services.catalog.usecases.ports import Orders


@dataclass(frozen=True)
class Deps(Parts[CatalogSettings]):
    """See `Parts`."""

    orders: Orders

    def now(self) -> Moment:
        """The present moment and the store's day."""
        return store_moment(self.clock(), self.settings.store_timezone)

    @property
    def lease(self) -> timedelta:
        """The time for which stock is held for an order that does not exist yet."""
        return timedelta(seconds=self.settings.allocation_lease_seconds)

    @property
    def hold_time(self) -> timedelta:
        """The time for which a cart holds stock."""
        return timedelta(minutes=self.settings.stock_hold_minutes)


def build_deps(
    settings: CatalogSettings, *, clock: Clock = system_clock, orders: Orders | None = None
) -> Deps:
    """See `build_parts`. Sales is asked for its orders, unless they are given."""
    parts = build_parts("catalog", settings, clock=clock, honours_keys=True)
    return Deps(**vars(parts), orders=orders or SalesOrders(parts.client("sales", settings.sales_url)))


DepsDep = Annotated[Deps, Depends(current_deps)]
