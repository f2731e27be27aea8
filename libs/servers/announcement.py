"""Says before a run of `make check` how long it takes and which servers it uses."""

import os
import sys
from collections.abc import Mapping

import docker
from docker.errors import DockerException
from psycopg.conninfo import conninfo_to_dict
from yarl import URL

from libs.servers import rabbitmq

DURATION = "about 15 minutes on a quiet machine with two cores"
"""As README.md says it."""
ENGINE_TIMEOUT_SECONDS = 2
OWN = "its own{place}, which ends with the run (TEST_{variable} names yours)"


def announcement(environment: Mapping[str, str], *, has_engine: bool, broker_answers: bool) -> str:
    """The lines to print; of a given server they show the address, not the password."""
    return (
        f"All checks: lint, types, architecture rules, every test; {DURATION}.\n"
        f"  PostgreSQL: {_postgres(environment, has_engine=has_engine)}\n"
        f"  RabbitMQ:   {_rabbitmq(environment, has_engine=has_engine, broker_answers=broker_answers)}\n"
        "  The end-to-end tests start suites with servers of their own in any case.\n"
    )


def _postgres(environment: Mapping[str, str], *, has_engine: bool) -> str:
    if given := environment.get("TEST_DATABASE_URL"):
        parts = conninfo_to_dict(given)
        return f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)} (TEST_DATABASE_URL)"
    return _own("DATABASE_URL", has_engine=has_engine)


def _rabbitmq(environment: Mapping[str, str], *, has_engine: bool, broker_answers: bool) -> str:
    if given := environment.get("TEST_AMQP_URL"):
        address = URL(given)
        return f"{address.host}:{address.port or 5672} (TEST_AMQP_URL)"
    if broker_answers and not has_engine:
        return (
            "the one that answers on 127.0.0.1:5672, under names of the run's own (TEST_AMQP_URL names yours)"
        )
    return _own("AMQP_URL", has_engine=has_engine)


def _own(variable: str, *, has_engine: bool) -> str:
    return OWN.format(place=" in a container" if has_engine else "", variable=variable)


def engine_answers() -> bool:
    """True if a Docker engine answers soon."""
    try:
        docker.from_env(timeout=ENGINE_TIMEOUT_SECONDS).ping()
    except (DockerException, OSError):
        return False
    return True


def main() -> None:
    """Print the announcement for this machine."""
    broker_answers = rabbitmq.answers(rabbitmq.DEFAULT_URL)
    sys.stdout.write(announcement(os.environ, has_engine=engine_answers(), broker_answers=broker_answers))


if __name__ == "__main__":
    main()
