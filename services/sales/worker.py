"""The worker of sales: `python -m services.sales.worker`. It publishes events and cancels unpaid orders."""

from functools import partial

from libs.common.process.app import ServiceApp
from libs.common.process.jobs import every
from libs.common.process.parts import Parts, build_parts
from libs.common.process.processes import run, worker_process
from services.sales.settings import SalesSettings
from services.sales.usecases.orders.cancelling import cancel_unpaid_orders

CANCEL_EVERY_SECONDS = 60


def create_worker(parts: Parts[SalesSettings]) -> ServiceApp:
    """The worker as an app."""
    cancel = partial(
        cancel_unpaid_orders,
        database=parts.database,
        clock=parts.clock,
        pending_hours=parts.settings.pending_order_hours,
    )
    return worker_process(parts, jobs=[every(CANCEL_EVERY_SECONDS, cancel, name="cancel_unpaid_orders")])


if __name__ == "__main__":
    run("sales", SalesSettings, lambda settings: create_worker(build_parts("sales", settings)))
