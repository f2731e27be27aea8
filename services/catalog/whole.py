"""Web process and worker of catalog in one, for a small machine: `python -m services.catalog.whole`."""

from libs.common.process.app import ServiceApp
from libs.common.process.processes import run
from services.catalog.deps import Deps, build_deps
from services.catalog.main import create_app
from services.catalog.settings import CatalogSettings
from services.catalog.worker import work_of


def create_whole(deps: Deps) -> ServiceApp:
    """Both as one app."""
    return create_app(deps, work_of(deps))


if __name__ == "__main__":
    run("catalog", CatalogSettings, lambda settings: create_whole(build_deps(settings)))
