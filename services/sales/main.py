"""The web process of sales: `python -m services.sales.main`."""

from libs.common.process.app import ServiceApp
from libs.common.process.processes import run, web_process
from services.sales.api.internal import internal
from services.sales.api.pos import pos
from services.sales.api.store import store
from services.sales.deps import Deps, build_deps
from services.sales.settings import SalesSettings


def create_app(deps: Deps) -> ServiceApp:
    """The service as an ASGI app."""
    return web_process(deps, doors=[pos, store, internal], tasks=[deps.desk.releases.run])


if __name__ == "__main__":
    run("sales", SalesSettings, lambda settings: create_app(build_deps(settings)))
