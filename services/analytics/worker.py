"""The worker of analytics: `python -m services.analytics.worker`. It listens, and forgets old inbox rows."""

from functools import partial

from libs.common.messaging.consumer import run_consumer
from libs.common.messaging.inbox import prune_inbox
from libs.common.process.app import ServiceApp, build_app
from libs.common.process.jobs import every
from libs.common.process.serve import serve
from services.analytics.consumers import subscriptions
from services.analytics.deps import WorkerDeps, build_worker_deps
from services.analytics.settings import AnalyticsSettings

PRUNE_EVERY_SECONDS = 3600


def create_worker(deps: WorkerDeps) -> ServiceApp:
    """The app of the worker: its tasks, and no door but health and metrics."""
    return build_app(
        service="analytics-worker",
        deps=deps,
        checks={"database": deps.database.ping, "broker": deps.broker.ping},
        tasks=[
            partial(
                run_consumer,
                "analytics",
                deps.database,
                deps.broker,
                subscriptions(deps.timezone),
                clock=deps.clock,
            ),
            every(
                PRUNE_EVERY_SECONDS,
                partial(prune_inbox, deps.database, deps.clock),
                name="prune_inbox",
                database=deps.database,
            ),
        ],
    )


def main() -> None:
    """Listen until told to stop."""
    settings = AnalyticsSettings()
    serve(create_worker(build_worker_deps(settings)), settings)


if __name__ == "__main__":
    main()
