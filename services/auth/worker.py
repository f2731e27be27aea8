"""The worker of auth: `python -m services.auth.worker`. It publishes events and deletes old rows."""

from libs.common.process.app import ServiceApp
from libs.common.process.parts import Parts, build_parts
from libs.common.process.processes import run, worker_process
from services.auth.settings import AuthSettings
from services.auth.usecases.pruning import prunables


def create_app(parts: Parts[AuthSettings]) -> ServiceApp:
    """The worker as an app."""
    old = prunables(sessions=parts.settings.session_retention, audit=parts.settings.audit_retention)
    return worker_process(parts, prunables=old)


if __name__ == "__main__":
    run("auth", AuthSettings, lambda settings: create_app(build_parts("auth", settings)))
