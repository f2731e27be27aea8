"""The worker process of catalog, `python -m services.catalog.worker`: takes in events, settles leases."""

from datetime import timedelta
from functools import partial

from libs.common.auth.keys import UnusableKey
from libs.common.messaging.consumer import run_consumer
from libs.common.messaging.inbox import prune_inbox
from libs.common.messaging.relay import run_relay
from libs.common.process.app import ServiceApp, build_app
from libs.common.process.jobs import every
from libs.common.process.serve import serve
from services.catalog.consumers import subscriptions
from services.catalog.deps import Deps, build_deps
from services.catalog.settings import CatalogSettings
from services.catalog.usecases.stock.expiry import settle_lapsed

SETTLE_EVERY_SECONDS = 5
PRUNE_EVERY_SECONDS = 3_600


def create_worker(deps: Deps) -> ServiceApp:
    """The worker as an app: health and metrics, and the loops that are its work."""
    database = deps.database
    settle = partial(
        settle_lapsed,
        database=database,
        orders=deps.orders,
        grace=timedelta(seconds=deps.settings.allocation_grace_seconds),
        clock=deps.clock,
    )
    prune = partial(prune_inbox, database, deps.clock)
    return build_app(
        service="catalog-worker",
        deps=deps,
        checks={"database": database.ping, "broker": deps.broker.ping},
        tasks=[
            partial(
                run_consumer,
                "catalog",
                database,
                deps.broker,
                subscriptions(deps.clock),
                clock=deps.clock,
            ),
            every(SETTLE_EVERY_SECONDS, settle, name="settle_lapsed_allocations", database=database),
            every(PRUNE_EVERY_SECONDS, prune, name="prune_inbox", database=database),
            partial(run_relay, database, deps.broker, deps.outbox),
        ],
    )


def main() -> None:
    """Work until told to stop; a key that cannot be used ends it at once, with one line."""
    settings = CatalogSettings()
    try:
        deps = build_deps(settings)
    except UnusableKey as error:
        raise SystemExit(f"catalog: {error}") from None
    serve(create_worker(deps), settings)


if __name__ == "__main__":
    main()
