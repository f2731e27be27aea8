"""auth's worker process: publishes what a web process left in the outbox, and forgets what is old."""

from functools import partial

from libs.common.messaging.relay import run_relay
from libs.common.process.app import ServiceApp, build_app
from libs.common.process.jobs import every
from libs.common.process.serve import serve
from services.auth.deps import WorkerDeps, build_worker_deps
from services.auth.settings import AuthSettings
from services.auth.usecases.pruning import prunables, prune

PRUNE_EVERY_SECONDS = 600


def create_app(deps: WorkerDeps) -> ServiceApp:
    """The worker, with health and metrics but no doors."""
    old = prunables(sessions=deps.settings.session_retention, audit=deps.settings.audit_retention)
    forget = partial(prune, old, database=deps.database, clock=deps.clock)
    return build_app(
        service="auth-worker",
        deps=deps,
        checks={"database": deps.database.ping, "broker": deps.broker.ping},
        tasks=(
            every(PRUNE_EVERY_SECONDS, forget, name="prune", database=deps.database),
            partial(run_relay, deps.database, deps.broker, deps.outbox),
        ),
    )


def main() -> None:
    """Work until told to stop."""
    settings = AuthSettings()
    serve(create_app(build_worker_deps(settings)), settings)


if __name__ == "__main__":
    main()
