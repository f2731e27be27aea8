"""Runs servers in Docker containers: the first choice of tests, a late one of `make up`."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import docker
from docker.errors import APIError, DockerException, ImageNotFound
from testcontainers.core.config import testcontainers_config

from libs.servers import postgres, rabbitmq
from libs.servers.postgres import SUPERUSER, THROWAWAY
from libs.servers.rabbitmq import BrokerUrls

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # testcontainers uses what it has deprecated itself
    from testcontainers.community.postgres import PostgresContainer
    from testcontainers.community.rabbitmq import RabbitMqContainer

PING_TIMEOUT_SECONDS = 5
PULL_TIMEOUT_SECONDS = 300
RABBITMQ_PORTS = (5672, 15672)
PASSWORD = "throwaway"  # noqa: S105 - for a container that ends with the test run


def engine_offers(image: str) -> bool:
    """True if a Docker engine answers, and has the image or can pull it."""
    try:
        docker.from_env(timeout=PING_TIMEOUT_SECONDS).ping()
        images = docker.from_env(timeout=PULL_TIMEOUT_SECONDS).images
        try:
            images.get(image)
        except ImageNotFound:
            images.pull(image)
    except (DockerException, APIError, OSError):
        return False
    return True


# The library's reaper would remove containers of killed runs; our keeper, which outlives a run, does that.
testcontainers_config.ryuk_disabled = True


@contextmanager
def postgres_container() -> Iterator[str]:
    """The superuser's URL of a PostgreSQL container that ends with the block."""
    settings = " ".join(f"-c {name}={value}" for name, value in THROWAWAY.items())
    container = PostgresContainer(
        postgres.IMAGE, username=SUPERUSER, password=PASSWORD, dbname="postgres", driver=None
    ).with_command(f"postgres {settings}")
    with container:
        yield str(container.get_connection_url())


@contextmanager
def rabbitmq_container() -> Iterator[BrokerUrls]:
    """The URLs of a RabbitMQ container that ends with the block."""
    container = RabbitMqContainer(rabbitmq.IMAGE, username="mostrador", password=PASSWORD)
    with container.with_exposed_ports(*RABBITMQ_PORTS):
        host = container.get_container_host_ip()
        port, management_port = map(container.get_exposed_port, RABBITMQ_PORTS)
        yield BrokerUrls(f"amqp://mostrador:{PASSWORD}@{host}:{port}/", f"http://{host}:{management_port}")
