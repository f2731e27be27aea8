"""A new migration neither takes away what the version before uses nor blocks it."""

from pathlib import Path

import pytest

from tests.architecture.migration_sql import known, objections, sql_of, versions
from tests.architecture.sources import ROOT

NEW = [version for version in versions() if str(version.relative_to(ROOT)) not in known()]
SESSION = "set lock_timeout=1000;\n"

REFUSED = {
    "alter table orders drop column notes;": "ban-drop-column",
    "drop table orders;": "ban-drop-table",
    "alter table orders rename to sales;": "renaming-table",
    "alter table orders rename column notes to note;": "renaming-column",
    "alter table orders add column note text not null;": "adding-required-field",
    "alter table orders add column uuid uuid default gen_random_uuid();": "adding-field-with-default",
    "alter table orders alter column notes type bigint;": "changing-column-type",
    "alter table orders alter column notes set not null;": "adding-not-nullable-field",
    "create index ix_orders_notes on orders (notes);": "require-concurrent-index-creation",
    "alter table orders add constraint paid check (paid > 0);": "constraint-missing-not-valid",
    "alter table orders add constraint notes unique (notes);": "disallowed-unique-constraint",
}
ALLOWED = [
    "create table notes (id bigint primary key, note text not null);\ncreate index ix_notes on notes (note);",
    "alter table orders add column note text;",
    "alter table orders add column is_gift boolean default false not null;",
    "alter table orders add constraint paid check (paid > 0) not valid;",
    "COMMIT;\n\nCREATE INDEX CONCURRENTLY ix_orders_notes ON orders (notes);\n\nBEGIN;",
    "-- squawk-ignore ban-drop-column\nalter table orders drop column notes;",
]

pytestmark = pytest.mark.unit


def test_the_version_before_survives_every_new_migration() -> None:
    found = {version.name: objections(sql_of(version)) for version in NEW}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_the_migrations_older_than_the_rule_are_still_there() -> None:
    assert known() <= {str(version.relative_to(ROOT)) for version in versions()}


@pytest.mark.parametrize(("statement", "rule"), REFUSED.items(), ids=REFUSED.values())
def test_what_would_break_or_block_it_is_refused(statement: str, rule: str) -> None:
    assert rule in " ".join(objections(SESSION + statement))


@pytest.mark.parametrize("statement", ALLOWED)
def test_what_it_does_not_mind_is_allowed(statement: str) -> None:
    assert objections(SESSION + statement) == []


def test_a_session_without_a_time_limit_for_locks_is_refused() -> None:
    assert "lock-timeout" in " ".join(objections("alter table orders add column note text;"))


def test_a_migration_is_read_as_alembic_would_run_it(tmp_path: Path) -> None:
    version = tmp_path / "gift.py"
    version.write_text(
        "from alembic import op\n"
        "def upgrade():\n"
        "    with op.get_context().autocommit_block():\n"
        "        op.create_index('ix_orders_gift', 'orders', ['gift'], postgresql_concurrently=True)\n"
    )
    sql = sql_of(version)
    assert sql.startswith(SESSION)
    assert "CREATE INDEX CONCURRENTLY ix_orders_gift" in sql
    assert objections(sql) == []
