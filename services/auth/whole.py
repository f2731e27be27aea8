"""Web process and worker of auth in one, for a small machine: `python -m services.auth.whole`."""

from libs.common.process.app import ServiceApp
from libs.common.process.processes import run
from services.auth.deps import Deps, build_deps
from services.auth.main import create_app
from services.auth.settings import AuthSettings
from services.auth.worker import work_of


def create_whole(deps: Deps) -> ServiceApp:
    """Both as one app."""
    return create_app(deps, work_of(deps))


if __name__ == "__main__":
    run("auth", AuthSettings, lambda settings: create_whole(build_deps(settings)))
