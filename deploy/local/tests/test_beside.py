"""A suite for tests and benchmarks, on given servers, beside others, which ends with its owner."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from subprocess import Popen
from sys import executable

import aio_pika
import pytest

from deploy.local.layout import Ports
from deploy.local.suite import LocalSuite
from deploy.local.supervision import lost_processes
from libs.common.messaging.topology import Topology
from libs.testing.waiting import eventually
from tests.suites import given_servers

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def given(postgres_admin_url: str, amqp_url: str) -> Iterator[Mapping[str, str]]:
    """An environment that names a broker and a database for each service."""
    with given_servers(postgres_admin_url, amqp_url, "beside") as given:
        yield given


@pytest.fixture(scope="module")
def owner() -> Iterator[Popen[bytes]]:
    with Popen([executable, "-c", "input()"], stdin=-1) as process:
        yield process
        process.kill()


@pytest.fixture(scope="module")
def suite(
    given: Mapping[str, str], ports: Ports, state_folder: Path, owner: Popen[bytes]
) -> Iterator[LocalSuite]:
    suite = LocalSuite(state_folder, ports=ports, environment=given, owner_pid=owner.pid)
    suite.start()
    yield suite
    suite.destroy()


def test_given_servers_are_used_and_none_is_started(suite: LocalSuite, given: Mapping[str, str]) -> None:
    assert {"postgres", "rabbitmq"}.isdisjoint(suite.states())
    assert suite.database_url("sales") == given["SALES_DATABASE_URL"]
    assert suite.amqp_url == given["AMQP_URL"]


def test_at_a_shared_broker_it_keeps_to_names_of_its_own(suite: LocalSuite) -> None:
    assert suite.environment_of("sales")["AMQP_PREFIX"] == suite.state.memory().broker_prefix


def test_a_process_can_be_restarted(suite: LocalSuite) -> None:
    before = suite.states()["chatbot"].pid
    suite.restart("chatbot")
    assert suite.states()["chatbot"].pid != before
    assert suite.not_ready() == {}


async def test_when_its_owner_ends_it_ends(suite: LocalSuite, owner: Popen[bytes]) -> None:
    owner.kill()
    await eventually(lambda: lost_processes(suite.state) == [], timeout=60)


async def test_what_it_declared_at_the_broker_goes_with_it(suite: LocalSuite, amqp_url: str) -> None:
    topology = Topology(suite.state.memory().amqp_prefix)
    suite.destroy()
    async with await aio_pika.connect(amqp_url) as connection:
        for queue in (topology.history, topology.queue("analytics"), topology.dead_letters("catalog")):
            channel = await connection.channel()
            with pytest.raises(aio_pika.exceptions.ChannelNotFoundEntity):
                await channel.declare_queue(queue, passive=True)
