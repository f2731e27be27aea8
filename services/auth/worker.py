"""The worker of auth: `python -m services.auth.worker`. It publishes events and deletes old rows."""

from libs.common.process.app import ServiceApp
from libs.common.process.parts import Parts, build_parts
from libs.common.process.processes import Work, run, worker_process
from services.auth.settings import AuthSettings
from services.auth.usecases.pruning import prunables


def work_of(parts: Parts[AuthSettings]) -> Work:
    """The work of the worker process."""
    settings = parts.settings
    return Work(prunables=prunables(sessions=settings.session_retention, audit=settings.audit_retention))


def create_worker(parts: Parts[AuthSettings]) -> ServiceApp:
    """The worker as an app."""
    return worker_process(parts, work_of(parts))


if __name__ == "__main__":
    run("auth", AuthSettings, lambda settings: create_worker(build_parts("auth", settings)))
