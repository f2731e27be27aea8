"""The worker of sales: `python -m services.sales.worker`. It hears and tells events, and does timed jobs."""

from functools import partial

from libs.common.process.app import ServiceApp
from libs.common.process.jobs import every
from libs.common.process.processes import Work, run, worker_process
from services.sales.api.pos.sync_shapes import TILL
from services.sales.consumers import subscriptions
from services.sales.deps import Deps, build_deps
from services.sales.settings import SalesSettings
from services.sales.usecases.approvals import OLD_APPROVALS
from services.sales.usecases.orders.expiring import cancel_unpaid_orders, cancel_unpaid_web_orders
from services.sales.usecases.payments.finishing import finish_open_attempts
from services.sales.usecases.payments.measuring import measure_open_attempts
from services.sales.usecases.shifts.measuring import measure_open_shifts
from services.sales.usecases.sync.finishing import book_waiting_sales
from services.sales.usecases.sync.measuring import measure_synced_sales
from services.sales.usecases.till_returns.finishing import finish_open_returns

CANCEL_EVERY_SECONDS = 60
FINISH_EVERY_SECONDS = 3
BOOK_EVERY_SECONDS = 20
MEASURE_EVERY_SECONDS = 5
MEASURE_COUNTER_EVERY_SECONDS = 15


def work_of(deps: Deps) -> Work:
    """The work of the worker process."""
    cancel = partial(
        cancel_unpaid_orders,
        database=deps.database,
        clock=deps.clock,
        pending_hours=deps.settings.pending_order_hours,
    )
    cancel_web = partial(
        cancel_unpaid_web_orders,
        database=deps.database,
        clock=deps.clock,
        grace_days=deps.settings.unpaid_order_grace_days,
    )
    finish = partial(finish_open_attempts, desk=deps.payments)
    book = partial(book_waiting_sales, language=TILL, desk=deps.sync)
    finish_returns = partial(finish_open_returns, desk=deps.returns)
    measure = partial(measure_open_attempts, database=deps.database, clock=deps.clock)
    measure_shifts = partial(measure_open_shifts, database=deps.database, clock=deps.clock)
    measure_sync = partial(measure_synced_sales, database=deps.database, clock=deps.clock)
    return Work(
        subscriptions=subscriptions(),
        jobs=[
            every(CANCEL_EVERY_SECONDS, cancel, name="cancel_unpaid_orders"),
            every(CANCEL_EVERY_SECONDS, cancel_web, name="cancel_unpaid_web_orders"),
            every(FINISH_EVERY_SECONDS, finish, name="finish_open_payment_attempts"),
            every(FINISH_EVERY_SECONDS, finish_returns, name="finish_open_returns"),
            every(BOOK_EVERY_SECONDS, book, name="book_waiting_sales"),
        ],
        prunables=[OLD_APPROVALS],
        measures=[
            every(MEASURE_EVERY_SECONDS, measure, name="measure_open_payment_attempts"),
            every(MEASURE_COUNTER_EVERY_SECONDS, measure_shifts, name="measure_open_shifts"),
            every(MEASURE_COUNTER_EVERY_SECONDS, measure_sync, name="measure_synced_sales"),
        ],
    )


def create_worker(deps: Deps) -> ServiceApp:
    """The worker as an app."""
    return worker_process(deps, work_of(deps))


if __name__ == "__main__":
    run("sales", SalesSettings, lambda settings: create_worker(build_deps(settings)))
