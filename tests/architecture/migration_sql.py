"""The SQL of one migration, and what squawk says against running it while the version before is at work."""

import io
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations

from libs.common.db.migrations_env import LOCK_TIMEOUT
from tests.architecture.sources import ROOT

SQUAWK = Path(sys.executable).with_name("squawk")
KNOWN = Path(__file__).with_name("known_migrations.txt")

# About taste, or about the transactions that alembic begins and ends itself.
NOT_ASKED = (
    "ban-uncommitted-transaction",
    "prefer-bigint-over-int",
    "prefer-bigint-over-smallint",
    "prefer-identity",
    "prefer-robust-stmts",
    "prefer-text-field",
    "require-statement-timeout",  # an index may take long where it blocks no one
    "transaction-nesting",
)


def versions() -> list[Path]:
    """Every migration of every service."""
    return sorted((ROOT / "services").glob("*/migrations/versions/*.py"))


def known() -> set[str]:
    """The migrations that are older than the rule, by their path in the repository."""
    return set(KNOWN.read_text().split())


def sql_of(version: Path) -> str:
    """The statements of its `upgrade`, in a session as migrations have it."""
    written = io.StringIO()
    offline = {"as_sql": True, "output_buffer": written, "literal_binds": True}
    context = MigrationContext.configure(dialect_name="postgresql", opts=offline)
    spec = spec_from_file_location(version.stem, version)
    assert spec is not None
    assert spec.loader is not None
    migration = module_from_spec(spec)
    spec.loader.exec_module(migration)
    with Operations.context(context):
        migration.upgrade()
    options = [option for option in LOCK_TIMEOUT.split() if "=" in option]
    return "".join(f"set {option};\n" for option in options if "timeout" in option) + written.getvalue()


def objections(sql: str) -> list[str]:
    """A line for each statement that would break or block the version before; empty if there is none."""
    command = [str(SQUAWK), "--assume-in-transaction", "--pg-version", "15", "--reporter", "gcc"]
    excluded = [f"--exclude={rule}" for rule in NOT_ASKED]
    done = subprocess.run(
        [*command, *excluded, "--stdin-filepath", "upgrade.sql"],
        input=sql,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    return [line.split("warning: ", 1)[-1] for line in done.stdout.splitlines() if "upgrade.sql:" in line]
