"""The worker of sales: `python -m services.sales.worker`. It publishes, cancels the unpaid, and tidies up."""

from functools import partial

from libs.common.http.idempotency_store import prune_idempotency_keys
from libs.common.messaging.relay import run_relay
from libs.common.process.app import ServiceApp, build_app
from libs.common.process.jobs import every
from libs.common.process.serve import serve
from services.sales.deps import WorkerDeps, build_worker_deps
from services.sales.settings import SalesSettings
from services.sales.usecases.orders.cancelling import cancel_unpaid_orders

CANCEL_EVERY_SECONDS = 60
PRUNE_EVERY_SECONDS = 3_600


def create_worker(deps: WorkerDeps) -> ServiceApp:
    """The app of the worker: its tasks, and no door but health and metrics."""
    cancel = partial(
        cancel_unpaid_orders,
        database=deps.database,
        clock=deps.clock,
        pending_hours=deps.settings.pending_order_hours,
    )
    prune = partial(prune_idempotency_keys, deps.database, deps.clock)
    return build_app(
        service="sales-worker",
        deps=deps,
        checks={"database": deps.database.ping, "broker": deps.broker.ping},
        tasks=(
            every(CANCEL_EVERY_SECONDS, cancel, name="cancel_unpaid_orders", database=deps.database),
            every(PRUNE_EVERY_SECONDS, prune, name="prune_idempotency_keys", database=deps.database),
            partial(run_relay, deps.database, deps.broker, deps.outbox),
        ),
    )


def main() -> None:
    """Work until told to stop."""
    settings = SalesSettings()
    serve(create_worker(build_worker_deps(settings)), settings)


if __name__ == "__main__":
    main()
