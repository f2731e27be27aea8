"""Web process and worker of sales in one, for a small machine: `python -m services.sales.whole`."""

from libs.common.process.app import ServiceApp
from libs.common.process.processes import run
from services.sales.deps import Deps, build_deps
from services.sales.main import create_app
from services.sales.settings import SalesSettings
from services.sales.worker import work_of


def create_whole(deps: Deps) -> ServiceApp:
    """Both as one app."""
    return create_app(deps, work_of(deps))


if __name__ == "__main__":
    run("sales", SalesSettings, lambda settings: create_whole(build_deps(settings)))
