"""Finds servers for the tests: those named by the environment, else containers, else processes."""

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import psycopg
from psycopg import sql

from libs.servers import containers, debian, postgres, rabbitmq
from libs.servers.postgres import THROWAWAY, PostgresServer
from libs.servers.processes import ServerFailed, free_ports
from libs.servers.rabbitmq import BrokerUrls, RabbitNode

POSTGRES_TIMEOUT_SECONDS = 60
RABBITMQ_TIMEOUT_SECONDS = 120
RABBITMQ_END_SECONDS = 5
RABBITMQ_COUNTS_EVERY_MS = 500  # a test waits until the broker tells what it has just sent
Tell = Callable[[str], None]


def temporary_postgres(folder: Path, name_prefix: str, tell: Tell) -> AbstractContextManager[str]:
    """A superuser's URL: TEST_DATABASE_URL if set, where databases `name_prefix…` are dropped afterwards."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        return _given_postgres(given, name_prefix)
    if containers.engine_offers(postgres.IMAGE):
        tell("starting PostgreSQL (container)")
        return containers.postgres_container()
    tell("starting PostgreSQL")
    return own_postgres(folder, THROWAWAY)


def temporary_rabbitmq(folder: Path, tell: Tell) -> AbstractContextManager[BrokerUrls]:
    """A broker's URLs: TEST_AMQP_URL if set, with TEST_AMQP_MANAGEMENT_URL unless that is the usual port."""
    if given := os.environ.get("TEST_AMQP_URL"):
        return nullcontext(BrokerUrls(given, os.environ.get("TEST_AMQP_MANAGEMENT_URL", "")))
    if containers.engine_offers(rabbitmq.IMAGE):
        tell("starting RabbitMQ (container)")
        return containers.rabbitmq_container()
    if rabbitmq.answers(rabbitmq.DEFAULT_URL):
        return nullcontext(BrokerUrls(rabbitmq.DEFAULT_URL, ""))
    if not rabbitmq.is_installed():
        if not debian.can_install():
            raise ServerFailed(rabbitmq.HOW_TO_GET_IT.format(variable="TEST_AMQP_URL"))
        debian.install("rabbitmq-server", tell)
    tell("starting RabbitMQ")
    return own_rabbitmq(folder)


@contextmanager
def _given_postgres(url: str, name_prefix: str) -> Iterator[str]:
    try:
        yield url
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            found = connection.execute(
                "select datname from pg_database where starts_with(datname, %s)", (name_prefix,)
            ).fetchall()
            for (name,) in found:
                connection.execute(
                    sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
                )


@contextmanager
def own_postgres(folder: Path, settings: Mapping[str, str]) -> Iterator[str]:
    """A superuser's URL of a new server with these settings, which ends with the block."""
    (port,) = free_ports(1)
    server = PostgresServer(folder / "server", port, secrets.token_urlsafe(16), settings)
    server.initialise()
    with server.process().running(
        "PostgreSQL", server.answers, folder / "postgres.log", start_seconds=POSTGRES_TIMEOUT_SECONDS
    ):
        yield server.url()


@contextmanager
def own_rabbitmq(folder: Path) -> Iterator[BrokerUrls]:
    """The URLs of a RabbitMQ that ends with the block."""
    port, distribution_port, name_server_port, management_port = free_ports(4)
    node = RabbitNode(
        folder / "server",
        port,
        distribution_port,
        name_server_port,
        management_port,
        password=secrets.token_urlsafe(16),
        counts_every_ms=RABBITMQ_COUNTS_EVERY_MS,
    )
    node.initialise()
    try:
        with node.process().running(
            "RabbitMQ",
            node.answers,
            folder / "rabbitmq.log",
            start_seconds=RABBITMQ_TIMEOUT_SECONDS,
            end_seconds=RABBITMQ_END_SECONDS,
        ):
            yield BrokerUrls(node.url, node.management_url)
    finally:
        rabbitmq.end_name_server(name_server_port)
