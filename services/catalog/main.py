"""The web process of catalog: `python -m services.catalog.main`."""

from libs.common.process.app import ServiceApp
from libs.common.process.processes import Work, run, web_process
from services.catalog.api.internal import internal
from services.catalog.api.pos import pos
from services.catalog.api.store import store
from services.catalog.deps import Deps, build_deps
from services.catalog.settings import CatalogSettings


def create_app(deps: Deps, work: Work | None = None) -> ServiceApp:
    """The service as an ASGI app; with `work` it is the worker too."""
    return web_process(deps, doors=[pos, store, internal], work=work)


if __name__ == "__main__":
    run("catalog", CatalogSettings, lambda settings: create_app(build_deps(settings)))
