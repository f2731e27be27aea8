"""The dependencies of customers' processes: the parts of every service, and the desk that takes payments."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from libs.common.clock import Clock, system_clock
from libs.common.process.app import current_deps
from libs.common.process.parts import Parts, build_parts
from services.customers.clients.sales import SalesDrawers
from services.customers.settings import CustomersSettings
from services.customers.usecases.credit.paying import CreditDesk
from services.customers.usecases.ports import Drawers


@dataclass(frozen=True)
class Deps(Parts[CustomersSettings]):
    """See `Parts`."""

    credit: CreditDesk


def build_deps(
    settings: CustomersSettings, *, clock: Clock = system_clock, drawers: Drawers | None = None
) -> Deps:
    """See `build_parts`. Sales is asked for its drawers, unless they are given."""
    parts = build_parts("customers", settings, clock=clock, honours_keys=True)
    return Deps(
        **vars(parts),
        credit=CreditDesk(
            database=parts.database,
            drawers=drawers or SalesDrawers(parts.client("sales", settings.sales_url)),
            needs_shift=settings.require_open_shift,
            default_credit_limit=settings.default_credit_limit,
            clock=clock,
        ),
    )


DepsDep = Annotated[Deps, Depends(current_deps)]
