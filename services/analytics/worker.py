"""The worker of analytics: `python -m services.analytics.worker`. It consumes events."""

from libs.common.process.app import ServiceApp
from libs.common.process.processes import Work, run, worker_process
from services.analytics.consumers import subscriptions
from services.analytics.deps import Deps, build_worker_deps
from services.analytics.settings import AnalyticsSettings


def work_of(deps: Deps) -> Work:
    """The work of the worker process."""
    return Work(subscriptions=subscriptions(deps.settings.store_timezone))


def create_worker(deps: Deps) -> ServiceApp:
    """The worker as an app."""
    return worker_process(deps, work_of(deps))


if __name__ == "__main__":
    run("analytics", AnalyticsSettings, lambda settings: create_worker(build_worker_deps(settings)))
