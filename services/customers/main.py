"""The web process of customers: `python -m services.customers.main`."""

from libs.common.process.app import ServiceApp
from libs.common.process.processes import Work, run, web_process
from services.customers.api.internal import internal
from services.customers.api.pos import pos
from services.customers.deps import Deps, build_deps
from services.customers.settings import CustomersSettings


def create_app(deps: Deps, work: Work | None = None) -> ServiceApp:
    """The service as an ASGI app; with `work` it is the worker too."""
    return web_process(deps, doors=[pos, internal], work=work)


if __name__ == "__main__":
    run("customers", CustomersSettings, lambda settings: create_app(build_deps(settings)))
