"""A suite with its own PostgreSQL and RabbitMQ, from `up` to `reset`."""

import os
import signal
import time
from pathlib import Path

import httpx
import psycopg
import pytest

from deploy.local.demo_shop import CUSTOMERS, PRODUCTS
from deploy.local.layout import SERVICES, Ports
from deploy.local.suite import LocalSuite
from deploy.local.supervision import lost_processes
from deploy.local.tests.conftest import Command, succeeded
from libs.testing.databases import with_database
from libs.testing.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def summary(command: Command) -> str:
    """The output of the first `up`."""
    return succeeded(command("up"))


@pytest.fixture(scope="module")
def suite(summary: str, state_folder: Path) -> LocalSuite:
    assert summary
    return LocalSuite(state_folder)


def test_the_summary_tells_addresses_logins_logs_and_what_is_next(summary: str, ports: Ports) -> None:
    told = (f"http://127.0.0.1:{ports.gateway}", "owner@example.com / owner-password", "logs", "make demo")
    assert [text for text in told if text not in summary] == []


def test_every_process_is_ready(suite: LocalSuite) -> None:
    assert suite.not_ready() == {}


def test_the_demo_shop_is_there(suite: LocalSuite) -> None:
    with httpx.Client(base_url=suite.gateway_url) as client:
        login = {"email": "employee@example.com", "password": "employee-password"}
        token = client.post("/api/auth/login/", json=login).json()["access"]
        client.headers["Authorization"] = f"Bearer {token}"
        products, customers = client.get("/api/products/").json(), client.get("/api/customers/").json()
    assert (len(products), len(customers)) == (len(PRODUCTS), len(CUSTOMERS))
    assert {product["tax_rate"] for product in products} == {"0.16", "0.08", "0.00", "EXENT"}


def test_a_second_up_says_so_at_once(suite: LocalSuite, command: Command) -> None:
    assert suite.is_running()
    begun = time.monotonic()
    assert "up already" in succeeded(command("up", GATEWAY_PORT="1"))
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("service", SERVICES)
def test_a_role_may_not_enter_any_other_database(suite: LocalSuite, service: str) -> None:
    for other in ({*SERVICES} - {service}) | {"postgres", "template1"}:
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(with_database(suite.database_url(service), other)).close()


def test_a_role_may_not_become_more_than_it_is(suite: LocalSuite) -> None:
    with psycopg.connect(suite.database_url("sales"), autocommit=True) as connection:
        for statement in ("create role other", "create database other", "set role postgres"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_what_is_committed_is_on_the_disk(suite: LocalSuite) -> None:
    with psycopg.connect(suite.database_url("sales")) as connection:
        settings = [connection.execute(f"show {name}").fetchone() for name in ("fsync", "synchronous_commit")]
    assert settings == [("on",), ("on",)]


async def test_a_process_that_crashes_is_started_again(suite: LocalSuite) -> None:
    before = suite.states()["sales"].pid
    suite.kill("sales")
    suite.wait_ready("sales")
    assert suite.states()["sales"].pid != before


async def test_postgres_that_crashes_is_started_again_and_the_services_find_it(suite: LocalSuite) -> None:
    suite.kill("postgres")
    suite.wait_ready("postgres")
    await eventually(lambda: suite.not_ready() == {}, timeout=60)


async def test_a_broker_that_was_stopped_is_found_again(suite: LocalSuite) -> None:
    suite.stop_process("rabbitmq")
    await eventually(lambda: "sales-worker" in suite.not_ready(), timeout=30)
    suite.start_process("rabbitmq")
    suite.wait_ready("rabbitmq")
    await eventually(lambda: suite.not_ready() == {}, timeout=60)


async def test_status_says_who_is_not_ready(suite: LocalSuite, command: Command) -> None:
    suite.stop_process("chatbot")
    status = command("status")
    said, _ = status.communicate()
    assert status.returncode == 1
    assert any("chatbot" in line and "stopped" in line for line in said.splitlines())


def test_up_starts_what_is_missing(suite: LocalSuite, command: Command) -> None:
    suite.stop_process("chatbot")
    others = {name: state.pid for name, state in suite.states().items() if name != "chatbot"}
    succeeded(command("up"))
    after = suite.states()
    assert after["chatbot"].state == "RUNNING"
    assert {name: after[name].pid for name in others} == others


async def test_down_ends_everything_and_the_data_is_there_at_the_next_up(
    suite: LocalSuite, command: Command
) -> None:
    with psycopg.connect(suite.database_url("catalog"), autocommit=True) as connection:
        connection.execute("create table kept (id int)")
    succeeded(command("down"))
    assert lost_processes(suite.state) == []
    succeeded(command("up", "--no-demo"))
    with psycopg.connect(suite.database_url("catalog")) as connection:
        assert connection.execute("select count(*) from kept").fetchone() == (0,)


async def test_up_after_the_supervisor_was_killed_starts_afresh(suite: LocalSuite, command: Command) -> None:
    pid = int(suite.state.supervisor_pid.read_text())
    os.kill(pid, signal.SIGKILL)
    await eventually(lambda: not suite.is_running())
    lost = {process.pid for process in lost_processes(suite.state)}
    assert lost
    succeeded(command("up", "--no-demo"))
    assert lost.isdisjoint(process.pid for process in lost_processes(suite.state))


def test_reset_leaves_nothing(suite: LocalSuite, command: Command, state_folder: Path) -> None:
    succeeded(command("reset"))
    assert lost_processes(suite.state) == []
    assert not state_folder.exists()
