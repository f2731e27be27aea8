"""The worker of customers: `python -m services.customers.worker`. It consumes and publishes events."""

from libs.common.process.app import ServiceApp
from libs.common.process.processes import Work, run, worker_process
from services.customers.consumers import subscriptions
from services.customers.deps import Deps, build_deps
from services.customers.settings import CustomersSettings


def work_of(deps: Deps) -> Work:
    """The work of the worker process."""
    return Work(subscriptions=subscriptions(deps.settings.store_timezone))


def create_worker(deps: Deps) -> ServiceApp:
    """The worker as an app."""
    return worker_process(deps, work_of(deps))


if __name__ == "__main__":
    run("customers", CustomersSettings, lambda settings: create_worker(build_deps(settings)))
