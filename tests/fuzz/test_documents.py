"""Every answer to any request matches the API documents, and none is a server error (contract §1).

schemathesis makes requests from the public merged documents and sends them
through the gateway to the real suite. `make test` sends a few, always the same; `make fuzz` sends new
ones for `FUZZ_MINUTES` per role, to paths that match `FUZZ_ONLY`, and shows its progress.

The suite runs on given servers beside others, and ends with its owner; that is tested here too, because
starting one more suite costs the run 50 seconds of CPU.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from subprocess import Popen

import aio_pika
import pytest

from deploy.local.layout import ROOT
from deploy.local.suite import LocalSuite
from deploy.local.supervision import lost_processes
from libs.common.messaging.topology import Topology
from tests.e2e.shop import Shop, done, made, new_password
from tests.e2e.waiting import eventually
from tests.fuzz.callers import Caller
from tests.fuzz.closed import closed_operations
from tests.fuzz.things import CASHIER, CASHIERS_NAME, PIN, THINGS
from tests.suites import given_servers, running_suite

CONFIG = ROOT / "tests" / "fuzz" / "schemathesis.toml"
MINUTES = float(os.environ.get("FUZZ_MINUTES", "0"))
ONLY = os.environ.get("FUZZ_ONLY", "")
"""A regular expression of the paths that are asked; all if it is empty."""
ROLES = [
    ("/api/docs/openapi.json", "/api", "owner"),
    ("/docs/openapi.json", "", "admin"),
    ("/docs/openapi.json", "", "user"),
    *([("/api/docs/openapi.json", "/api", "employee")] if MINUTES else []),
]
"""The documents, and who sends requests to all that they describe."""
EXAMPLES = 3
"""Random requests per operation in `make test`, in addition to the systematic ones."""

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600 + MINUTES * 60)]


@pytest.fixture(scope="module")
def given(postgres_admin_url: str, amqp_url: str) -> Iterator[Mapping[str, str]]:
    """An environment that names a broker and a database for each service, at the servers of the run."""
    with given_servers(postgres_admin_url, amqp_url, "fuzz") as given:
        yield given


@pytest.fixture(scope="module")
def owner() -> Iterator[Popen[bytes]]:
    """The process with which the suite ends."""
    with Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


@pytest.fixture(scope="module")
def suite(pytestconfig: pytest.Config, given: Mapping[str, str], owner: Popen[bytes]) -> Iterator[LocalSuite]:
    """A separate suite, because the fuzzer's failed logins would throttle the users of the stories.

    It stops no server, so it uses those of the run.
    """
    with running_suite(pytestconfig, {}, given, owner_pid=owner.pid) as suite:
        yield suite


@pytest.fixture(scope="module")
def shop(suite: LocalSuite) -> Iterator[Shop]:
    """A shop with a few products, customers and registers, an open shift, and a cashier with a PIN."""
    shop = Shop.open(suite.gateway_url)
    for _ in range(THINGS):
        shop.new_product(stock=100_000)
        shop.new_customer()
        shop.new_register()
    made(shop.owner.post("/api/shifts/", json={"register": 1, "opening_cash": "500.00"}))
    give_a_pin(shop)
    eventually(lambda: assert_documents_are_whole(shop), within_seconds=30)
    yield shop
    shop.close()


def give_a_pin(shop: Shop) -> None:
    """The cashier of the shop gets a known name and PIN."""
    login = {"username": CASHIERS_NAME, "password": new_password()}
    done(shop.owner.patch(f"/api/users/{CASHIER}/", json=login))
    token = done(shop.owner.post("/auth/login", json=login))["token"]
    body = {"current_password": login["password"], "pin": PIN}
    headers = {"Authorization": f"Bearer {token}"}
    assert shop.owner.put("/api/users/me/pin/", json=body, headers=headers).status_code == 204


def assert_documents_are_whole(shop: Shop) -> None:
    """The gateway has the documents of every service."""
    for path in ("/api/docs/openapi.json", "/docs/openapi.json"):
        assert "Not described just now" not in shop.owner.get(path).json()["info"]["description"]


def test_given_servers_are_used_and_none_is_started(suite: LocalSuite, given: Mapping[str, str]) -> None:
    assert {"postgres", "rabbitmq"}.isdisjoint(suite.states())
    assert suite.database_url("sales") == given["SALES_DATABASE_URL"]
    assert suite.amqp_url == given["AMQP_URL"]


def test_at_a_shared_broker_it_keeps_to_names_of_its_own(suite: LocalSuite) -> None:
    assert suite.environment_of("sales")["AMQP_PREFIX"] == suite.state.memory().broker_prefix


@pytest.mark.parametrize(("document", "base", "role"), ROLES)
def test_every_answer_is_as_documented(
    document: str, base: str, role: str, shop: Shop, tmp_path: Path
) -> None:
    how_long = ["--max-time", str(int(MINUTES * 60))] if MINUTES else ["--seed", "1", "-n", str(EXAMPLES)]
    which = ["--include-path-regex", ONLY] if ONLY else []
    if role == "user":  # what only admins may do has been asked of an admin
        closed = closed_operations(shop.owner.get(document).json(), Caller(shop.url, role))
        which += [word for each in closed for word in ("--exclude-operation-id", each)]
    run = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", CONFIG),
            *("run", shop.url + document, "--url", shop.url + base, *how_long, *which),
        ],
        cwd=tmp_path,  # the folder for schemathesis' files
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "HYPOTHESIS_STORAGE_DIRECTORY": str(ROOT / ".hypothesis"),  # for its tables of characters
            "FUZZ_GATEWAY": shop.url,
            "FUZZ_ROLE": role,
        },
        stdout=None if MINUTES else subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert run.returncode == 0, (
        f"{role} was answered what {document} does not say:\n{run.stdout or 'see above'}"
    )


def test_a_process_can_be_restarted(suite: LocalSuite) -> None:
    before = suite.states()["chatbot"].pid
    suite.restart("chatbot")
    assert suite.states()["chatbot"].pid != before
    assert suite.not_ready() == {}


def test_when_its_owner_ends_it_ends(suite: LocalSuite, owner: Popen[bytes]) -> None:
    owner.kill()
    eventually(lambda: assert_nothing_runs(suite), within_seconds=60)


def assert_nothing_runs(suite: LocalSuite) -> None:
    """No process of the suite is left."""
    assert lost_processes(suite.state) == []


async def test_what_it_declared_at_the_broker_goes_with_it(suite: LocalSuite, amqp_url: str) -> None:
    topology = Topology(suite.state.memory().amqp_prefix)
    suite.destroy()
    async with await aio_pika.connect(amqp_url) as connection:
        for queue in (topology.history, topology.queue("analytics"), topology.dead_letters("catalog")):
            channel = await connection.channel()
            with pytest.raises(aio_pika.exceptions.ChannelNotFoundEntity):
                await channel.declare_queue(queue, passive=True)
