"""The worker process of customers: `python -m services.customers.worker`. It takes in events."""

from functools import partial

from libs.common.messaging.consumer import run_consumer
from libs.common.messaging.inbox import prune_inbox
from libs.common.messaging.relay import run_relay
from libs.common.process.app import ServiceApp, build_app
from libs.common.process.jobs import every
from libs.common.process.serve import serve
from services.customers.consumers import subscriptions
from services.customers.deps import Deps, build_deps
from services.customers.settings import CustomersSettings

PRUNE_SECONDS = 3600


def create_worker(deps: Deps) -> ServiceApp:
    """The worker as an app: health and metrics, and the loops that are its work."""
    return build_app(
        service="customers-worker",
        deps=deps,
        checks={"database": deps.database.ping, "broker": deps.broker.ping},
        tasks=[
            partial(
                run_consumer,
                "customers",
                deps.database,
                deps.broker,
                subscriptions(deps.store_timezone),
                clock=deps.clock,
            ),
            every(
                PRUNE_SECONDS,
                partial(prune_inbox, deps.database, deps.clock),
                name="prune_inbox",
                database=deps.database,
            ),
            partial(run_relay, deps.database, deps.broker, deps.outbox),
        ],
    )


def main() -> None:
    """Work until told to stop."""
    settings = CustomersSettings()
    serve(create_worker(build_deps(settings)), settings)


if __name__ == "__main__":
    main()
