"""Writes migrations against a temporary database, so that no suite has to run."""

import os

import psycopg
from psycopg import sql

from libs.common.db.migrate import write_migration
from libs.servers.shared import SharedServers, new_run_folder
from libs.testing.databases import with_database


def write_on_temporary_database(service: str, change: str) -> None:
    """Write the difference between `tables/` and the service's migrations as a new one.

    Starts a PostgreSQL as the tests do, or uses TEST_DATABASE_URL. Raises `ServerFailed` without one.
    """
    servers = SharedServers(new_run_folder(), os.getpid())
    try:
        url, name = servers.url("postgres"), f"{servers.run_id}_{service}"
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        write_migration(service, with_database(url, name), change)
    finally:
        servers.stop()
