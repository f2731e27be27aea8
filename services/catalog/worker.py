"""The worker of catalog: `python -m services.catalog.worker`. It consumes events and settles leases."""

from datetime import timedelta
from functools import partial

from libs.common.process.app import ServiceApp
from libs.common.process.jobs import every
from libs.common.process.processes import Work, run, worker_process
from services.catalog.consumers import subscriptions
from services.catalog.deps import Deps, build_deps
from services.catalog.settings import CatalogSettings
from services.catalog.usecases.products.price_days import mark_turning_prices
from services.catalog.usecases.products.prices import PAST_PRICES
from services.catalog.usecases.products.telling import tell_promoted
from services.catalog.usecases.stock.expiry import settle_lapsed
from services.catalog.usecases.stock.holds import LAPSED_HOLDS
from services.catalog.usecases.stock.shortfalls import measure_shortfalls

SETTLE_EVERY_SECONDS = 5
TELL_EVERY_SECONDS = 10  # the delay after midnight; nothing that reads a price waits for it
MEASURE_EVERY_SECONDS = 15


def work_of(deps: Deps) -> Work:
    """The work of the worker process."""
    settle = partial(
        settle_lapsed,
        database=deps.database,
        orders=deps.orders,
        grace=timedelta(seconds=deps.settings.allocation_grace_seconds),
        clock=deps.clock,
    )
    return Work(
        subscriptions=subscriptions(deps.clock),
        jobs=[
            every(SETTLE_EVERY_SECONDS, settle, name="settle_lapsed_allocations"),
            every(
                TELL_EVERY_SECONDS,
                partial(tell_promoted, database=deps.database, now=deps.now),
                name="tell_promoted_products",
            ),
            every(
                TELL_EVERY_SECONDS,
                partial(
                    mark_turning_prices,
                    database=deps.database,
                    now=deps.now,
                    timezone=deps.settings.store_timezone,
                ),
                name="mark_turning_prices",
            ),
        ],
        measures=[
            every(
                MEASURE_EVERY_SECONDS,
                partial(measure_shortfalls, database=deps.database),
                name="measure_shortfalls",
            )
        ],
        prunables=[LAPSED_HOLDS, PAST_PRICES],
    )


def create_worker(deps: Deps) -> ServiceApp:
    """The worker as an app."""
    return worker_process(deps, work_of(deps))


if __name__ == "__main__":
    run("catalog", CatalogSettings, lambda settings: create_worker(build_deps(settings)))
