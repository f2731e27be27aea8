"""The worker of auth: `python -m services.auth.worker`. It publishes events and deletes what is old."""

from functools import partial

from libs.common.process.app import ServiceApp
from libs.common.process.jobs import every
from libs.common.process.parts import Parts, build_parts
from libs.common.process.processes import run, worker_process
from services.auth.settings import AuthSettings
from services.auth.usecases.pruning import prunables, prune

PRUNE_EVERY_SECONDS = 600


def create_app(parts: Parts[AuthSettings]) -> ServiceApp:
    """The worker as an app."""
    old = prunables(sessions=parts.settings.session_retention, audit=parts.settings.audit_retention)
    forget = partial(prune, old, database=parts.database, clock=parts.clock)
    return worker_process(parts, jobs=[every(PRUNE_EVERY_SECONDS, forget, name="prune")])


if __name__ == "__main__":
    run("auth", AuthSettings(), lambda settings: create_app(build_parts("auth", settings)))
