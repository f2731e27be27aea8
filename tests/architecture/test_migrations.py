"""Do the migrations of every service make the tables that its `tables.py` declares?"""

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command

from libs.common.db.migrate import config
from libs.testing.databases import WorkerDatabase

SERVICES = ("auth", "catalog", "sales", "customers", "analytics", "chatbot")
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("service", SERVICES)
def test_migrations_lead_from_nothing_to_the_tables(
    service: str, database_of: Callable[[str], WorkerDatabase]
) -> None:
    command.check(config(service, database_of(service).url))  # raises if a migration is missing


@pytest.mark.parametrize("service", SERVICES)
def test_every_migration_says_what_it_does(service: str) -> None:
    versions = sorted((ROOT / "services" / service / "migrations" / "versions").glob("*.py"))
    assert versions
    for version in versions:
        assert version.read_text().startswith('"""'), version.name
