"""Servers shared by the processes of a run, which end with it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from sys import executable

import psycopg
import pytest

from libs.servers.postgres import answers
from libs.servers.shared import SharedServers, new_run_folder
from libs.testing.waiting import eventually


@contextmanager
def owned() -> Iterator[tuple[SharedServers, Popen[bytes]]]:
    """The servers of a process in place of a test run, and that."""
    with Popen([executable, "-c", "input()"], stdin=-1) as owner:
        servers = SharedServers(new_run_folder(), owner.pid)
        yield servers, owner
        servers.stop()
        owner.kill()


@pytest.fixture
def servers() -> Iterator[SharedServers]:
    """Servers that the test may end."""
    with owned() as (servers, _):
        yield servers


@pytest.fixture(scope="module")
def running() -> Iterator[SharedServers]:
    """The servers of all tests that leave them running."""
    with owned() as (servers, _):
        yield servers


def test_all_processes_of_a_run_get_the_same_server(running: SharedServers) -> None:
    another_process = SharedServers(running.folder, running.owner_pid)
    assert running.url("postgres") == another_process.url("postgres")


def test_stopping_leaves_nothing(servers: SharedServers) -> None:
    url = servers.url("postgres")
    servers.stop()
    assert not answers(url)
    assert not servers.folder.exists()


async def test_a_run_that_is_killed_leaves_nothing() -> None:
    with owned() as (servers, owner):
        url = servers.url("postgres")
        owner.kill()
        await eventually(lambda: not servers.folder.exists())
        assert not answers(url)


def test_only_the_password_opens_the_server(running: SharedServers) -> None:
    url = running.url("postgres")
    password = psycopg.conninfo.conninfo_to_dict(url)["password"]
    assert not answers(url.replace(str(password), "guessed"))


def test_a_given_server_is_used_and_loses_only_what_the_run_made(
    servers: SharedServers, postgres_admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", postgres_admin_url)
    assert servers.url("postgres") == postgres_admin_url
    made, found = f"{servers.run_id}_sales", f"found_{servers.run_id}_sales"
    with psycopg.connect(postgres_admin_url, autocommit=True) as admin:
        admin.execute(f"create database {made}")
        admin.execute(f"create database {found}")
        servers.stop()
        # Other tests make and drop databases of this server meanwhile.
        assert {made, found} & databases(admin) == {found}
        admin.execute(f"drop database {found}")


def databases(admin: psycopg.Connection) -> set[str]:
    return {name for (name,) in admin.execute("select datname from pg_database")}


def test_the_password_of_a_server_is_for_the_owners_eyes_only(running: SharedServers) -> None:
    url = running.url("postgres")
    state: Path = running.folder / "postgres" / "state.json"
    assert json.loads(state.read_text()) == {"url": url}
    assert state.stat().st_mode & 0o077 == 0
