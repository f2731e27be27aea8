"""The web process of sales: `python -m services.sales.main`."""

from libs.common.process.app import ServiceApp
from libs.common.process.processes import Work, run, web_process
from services.sales.api.internal import internal
from services.sales.api.pos.routes import pos
from services.sales.api.store import store
from services.sales.deps import Deps, build_deps
from services.sales.settings import SalesSettings


def create_app(deps: Deps, work: Work | None = None) -> ServiceApp:
    """The service as an ASGI app; with `work` it is the worker too."""
    return web_process(deps, doors=[pos, store, internal], tasks=[deps.desk.releases.run], work=work)


if __name__ == "__main__":
    run("sales", SalesSettings, lambda settings: create_app(build_deps(settings)))
