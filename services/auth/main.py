"""The web process of auth: `python -m services.auth.main`. It also creates the first owner."""

from libs.common.process.app import ServiceApp
from libs.common.process.processes import Work, run, web_process
from services.auth.api.internal import internal
from services.auth.api.pos import pos
from services.auth.api.store import store
from services.auth.deps import Deps, build_deps
from services.auth.settings import AuthSettings


def create_app(deps: Deps, work: Work | None = None) -> ServiceApp:
    """The service as an ASGI app; with `work` it is the worker too."""
    return web_process(
        deps,
        doors=[pos, store, internal],
        checks={"first_owner": deps.first_owner.settled},
        tasks=[deps.first_owner.keep],
        work=work,
    )


if __name__ == "__main__":
    run("auth", AuthSettings, lambda settings: create_app(build_deps(settings)))
