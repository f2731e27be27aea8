"""The migrations of every service produce the tables in its `tables/`."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from psycopg.errors import CheckViolation
from sqlalchemy import CheckConstraint, MetaData

from libs.common.contracts.registry import PUBLISHERS
from libs.common.db.migrate import config
from libs.services import SERVICES
from libs.testing.databases import WorkerDatabase
from tests.architecture.sources import ROOT

CHECKS = """
select conrelid::regclass::text || '.' || conname from pg_constraint
where contype = 'c' and connamespace = 'public'::regnamespace
"""
INSERT_EVENT = """
insert into outbox (event_id, type, subject, occurred_at, data)
values (gen_random_uuid(), %s, 'order/1', now(), '{}')
"""


def metadata_of(service: str) -> MetaData:
    metadata: MetaData = import_module(f"services.{service}.tables").Table.metadata
    return metadata


PUBLISHING = [service for service in SERVICES if "outbox" in metadata_of(service).tables]


@pytest.mark.parametrize("service", SERVICES)
def test_migrations_lead_from_nothing_to_the_tables(
    service: str, database_of: Callable[[str], WorkerDatabase]
) -> None:
    command.check(config(service, database_of(service).url))  # raises if a migration is missing


@pytest.mark.parametrize("service", SERVICES)
def test_migrations_make_every_check_that_the_tables_declare(
    service: str, database_of: Callable[[str], WorkerDatabase]
) -> None:
    with psycopg.connect(database_of(service).url) as connection:
        made = {name for (name,) in connection.execute(CHECKS)}
    assert made == declared_checks(service)  # alembic's own check does not compare check constraints


def test_the_services_that_publish_have_an_outbox() -> None:
    assert set(PUBLISHING) == set(PUBLISHERS)


@pytest.mark.parametrize("service", PUBLISHING)
def test_an_outbox_takes_the_events_of_its_own_service_only(
    service: str, database_of: Callable[[str], WorkerDatabase]
) -> None:
    with psycopg.connect(database_of(service).url) as connection:
        for owner in [*{*PUBLISHERS} - {service}, f"{service}s", f"not-{service}"]:
            with pytest.raises(CheckViolation), connection.transaction():
                connection.execute(INSERT_EVENT, [f"{owner}.something_happened.v1"])
        connection.execute(INSERT_EVENT, [f"{service}.something_happened.v1"])
        connection.rollback()


@pytest.mark.parametrize("service", SERVICES)
def test_a_migration_that_commits_in_between_can_be_repeated_after_it_was_cut_off(
    service: str, empty_database_url: str
) -> None:
    alembic = config(service, empty_database_url)
    revisions = reversed(list(ScriptDirectory.from_config(alembic).walk_revisions()))
    for revision in revisions:
        if "autocommit_block" in Path(revision.path).read_text():
            command.upgrade(alembic, revision.revision)
            command.stamp(alembic, str(revision.down_revision))  # the last step is that it is noted
            command.upgrade(alembic, revision.revision)


@pytest.mark.parametrize("service", SERVICES)
def test_every_migration_says_what_it_does(service: str) -> None:
    versions = sorted((ROOT / "services" / service / "migrations" / "versions").glob("*.py"))
    assert versions
    for version in versions:
        assert version.read_text().startswith('"""'), version.name


def declared_checks(service: str) -> set[str]:
    """`table.constraint` of every check, with the names used in migrations."""
    return {
        f"{table.name}.{constraint.name}"
        for table in metadata_of(service).tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
