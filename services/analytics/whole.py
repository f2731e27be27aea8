"""Web process and worker of analytics in one, for a small machine: `python -m services.analytics.whole`."""

from libs.common.process.app import ServiceApp
from libs.common.process.processes import run
from services.analytics.deps import Deps, build_worker_deps
from services.analytics.main import create_app
from services.analytics.settings import AnalyticsSettings
from services.analytics.worker import work_of


def create_whole(deps: Deps) -> ServiceApp:
    """Both as one app."""
    return create_app(deps, work_of(deps))


if __name__ == "__main__":
    run("analytics", AnalyticsSettings, lambda settings: create_whole(build_worker_deps(settings)))
