"""Runs the rebuild of analytics' figures on a suite, as an operator does with `make rebuild`."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from deploy.local.layout import ROOT
from deploy.local.suite import LocalSuite
from tests.e2e.waiting import eventually

IS_LEFT_OVER = "select exists (select from pg_namespace where nspname = 'rebuilt')"
WAITS = """
select exists (
    select from pg_locks where not granted and mode = 'AccessExclusiveLock'
        and relation = 'sale_facts'::regclass
)
"""


def rebuild(suite: LocalSuite, *options: str) -> tuple[int, str]:
    """Run the command; its exit status and what it said."""
    done = subprocess.run(_command(suite, *options), check=False, capture_output=True, text=True, cwd=ROOT)
    return done.returncode, done.stdout + done.stderr


def assert_figures_are_the_owners(suite: LocalSuite) -> None:
    """Fail with what differs."""
    status, said = rebuild(suite, "--verify")
    assert status == 0, said


def kill_before_tables_change_place(suite: LocalSuite) -> None:
    """Begin a rebuild, which waits for a report that is being read, and kill it there."""
    with being_read(suite) as database:
        command = subprocess.Popen(_command(suite), stdout=subprocess.DEVNULL, cwd=ROOT)
        try:
            eventually(lambda: _assert_true(database, WAITS), within_seconds=60)
        finally:
            command.kill()
            command.wait()


def is_left_over(suite: LocalSuite) -> bool:
    """Whether there are tables of a rebuild, which workers feed."""
    with psycopg.connect(suite.database_url("analytics")) as database:
        return bool((database.execute(IS_LEFT_OVER).fetchone() or [False])[0])


@contextmanager
def being_read(suite: LocalSuite) -> Iterator[psycopg.Connection]:
    """A report that takes as long as the block; the connection is another's."""
    url = suite.database_url("analytics")
    with psycopg.connect(url) as report, psycopg.connect(url, autocommit=True) as other:
        report.execute("select count(*) from sale_facts")
        yield other


def _assert_true(database: psycopg.Connection, query: str) -> None:
    assert (database.execute(query.encode()).fetchone() or [False])[0]


def _command(suite: LocalSuite, *options: str) -> list[str]:
    return [sys.executable, "-m", "deploy.local", "--state-dir", str(suite.state.path), "rebuild", *options]
