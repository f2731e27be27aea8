"""Web process and worker of customers in one, for a small machine: `python -m services.customers.whole`."""

from libs.common.process.app import ServiceApp
from libs.common.process.processes import run
from services.customers.deps import Deps, build_deps
from services.customers.main import create_app
from services.customers.settings import CustomersSettings
from services.customers.worker import work_of


def create_whole(deps: Deps) -> ServiceApp:
    """Both as one app."""
    return create_app(deps, work_of(deps))


if __name__ == "__main__":
    run("customers", CustomersSettings, lambda settings: create_whole(build_deps(settings)))
