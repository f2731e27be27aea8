"""The web process of analytics: `python -m services.analytics.main`. It reads; the worker records."""

from libs.common.process.app import ServiceApp
from libs.common.process.processes import Work, run, web_process
from services.analytics.api.pos import pos
from services.analytics.deps import Deps, build_web_deps
from services.analytics.settings import AnalyticsSettings


def create_app(deps: Deps, work: Work | None = None) -> ServiceApp:
    """The app of the web process; with `work` it is the worker too."""
    return web_process(deps, doors=[pos], work=work)


if __name__ == "__main__":
    run("analytics", AnalyticsSettings, lambda settings: create_app(build_web_deps(settings)))
