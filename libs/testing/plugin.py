"""The pytest plugin, loaded by pyproject.toml: real servers, empty databases, a clock and clients.

Servers start once per run if a selected test needs them, are shared by all xdist workers and end with
the run, even if it is killed. Tests in a folder named `unit` never get one.
"""

import asyncio
import gc
import itertools
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from libs.servers.processes import ServerFailed
from libs.servers.shared import SharedServers, new_run_folder
from libs.testing import distribution
from libs.testing.clock import FakeClock
from libs.testing.pools import connect_when_used
from libs.testing.undeclared import watch_services

if TYPE_CHECKING:
    from libs.common.messaging.broker import Broker
    from libs.testing.databases import WorkerDatabase
    from libs.testing.machines import RunMachine
    from libs.testing.tokens import KeyFiles, Tokens

SERVERS = pytest.StashKey[SharedServers]()
SERVER_OF_FIXTURE = {"postgres_admin_url": "postgres", "amqp_url": "rabbitmq"}
GC_ALLOCATIONS = 50_000  # collecting thousands of tests makes objects that stay
_test_numbers = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let pyproject.toml name the folders whose tests one worker gets."""
    parser.addini(distribution.OPTION, "folders whose tests one worker gets", type="linelist")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Watch routes before the conftest of a path on the command line declares them."""
    watch_services()


def pytest_configure(config: pytest.Config) -> None:
    """Set up the servers: the controller (or only process) owns them, xdist workers get their folder."""
    gc.set_threshold(GC_ALLOCATIONS)
    told: dict[str, Any] = getattr(config, "workerinput", {})
    folder = Path(told["servers_folder"]) if told else new_run_folder()
    config.stash[SERVERS] = SharedServers(folder, int(told.get("servers_owner", os.getpid())))
    connect_when_used()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Pass the servers' folder to a worker before it starts."""
    servers = node.config.stash[SERVERS]
    node.workerinput["servers_folder"] = str(servers.folder)
    node.workerinput["servers_owner"] = servers.owner_pid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give a worker a file whole, or a folder; another way to distribute is xdist's own."""
    return distribution.by_file_or_folder(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers at the end of the run."""
    if not hasattr(config, "workerinput") and SERVERS in config.stash:
        config.stash[SERVERS].stop()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests in the project's folders named `unit`; names of folders above the project do not count."""
    distribution.folders_first(items, config.getini(distribution.OPTION))
    for item in items:
        file, *_ = item.nodeid.split("::")
        if "unit" in Path(file).parent.parts:
            item.add_marker(pytest.mark.unit)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the servers that the selected tests need, in parallel, before the first test.

    What has been collected stays until the end of the run: the garbage collector need not scan it.
    """
    gc.freeze()
    gc.set_threshold(GC_ALLOCATIONS)  # the processes that were imported have set another
    if session.config.option.collectonly:
        return
    tests = [item for item in session.items if not item.get_closest_marker("unit")]
    kinds = sorted({kind for item in tests for kind in _asked_of(item)})
    capture = session.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled() if capture else nullcontext():
        for kind in kinds:
            session.config.stash[SERVERS].start(kind)
        for kind in kinds:
            _url(session.config, kind)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a unit test that needs a server: it is in the wrong folder."""
    if item.get_closest_marker("unit") and _asked_of(item):
        pytest.fail("a test in a folder named unit must not ask for a server", pytrace=False)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call() -> None:
    """Let no plain test use the event loop that an `async` test before it has left in its process."""
    asyncio.set_event_loop(None)


def _asked_of(item: pytest.Item) -> list[str]:
    fixtures: list[str] = getattr(item, "fixturenames", [])
    return [kind for fixture, kind in SERVER_OF_FIXTURE.items() if fixture in fixtures]


def _worker(config: pytest.Config) -> str:
    told: dict[str, Any] = getattr(config, "workerinput", {})
    return str(told.get("workerid", "main"))


def _url(config: pytest.Config, kind: str) -> str:
    try:
        return config.stash[SERVERS].url(kind)
    except ServerFailed as failure:
        raise pytest.UsageError(str(failure)) from failure


@pytest.fixture(scope="session")
def postgres_admin_url(pytestconfig: pytest.Config) -> str:
    """A superuser's URL for the database `postgres` of the run's PostgreSQL."""
    return _url(pytestconfig, "postgres")


@pytest.fixture(scope="session")
def amqp_url(pytestconfig: pytest.Config) -> str:
    """The URL of the run's RabbitMQ."""
    return _url(pytestconfig, "rabbitmq")


@pytest.fixture(scope="session")
def amqp_management_url(amqp_url: str, pytestconfig: pytest.Config) -> str:
    """Where the management plugin of the run's RabbitMQ answers, as AMQP_MANAGEMENT_URL says it."""
    assert amqp_url
    return pytestconfig.stash[SERVERS].management_url()


@pytest.fixture(scope="session")
def service_name() -> str:
    """The name of the service under test; each service's conftest overrides this."""
    raise pytest.UsageError("define a session fixture `service_name` in the service's tests/conftest.py")


@pytest.fixture(scope="session")
def database_of(
    postgres_admin_url: str, pytestconfig: pytest.Config
) -> Iterator[Callable[[str], "WorkerDatabase"]]:
    """A function from a service name to this worker's database of that service, cloned at the first call."""
    from libs.testing.databases import clone

    assert postgres_admin_url
    clones: dict[str, WorkerDatabase] = {}

    def cloned(service: str) -> "WorkerDatabase":
        if service not in clones:
            clones[service] = clone(pytestconfig.stash[SERVERS], service, _worker(pytestconfig))
        return clones[service]

    yield cloned
    for database in clones.values():
        database.close()


@pytest.fixture
def database_url(service_name: str, database_of: Callable[[str], "WorkerDatabase"]) -> str:
    """The URL of the service's database, with the newest schema, no rows and identities from 1."""
    database = database_of(service_name)
    database.empty()
    return database.url


@pytest.fixture
def empty_database_url(postgres_admin_url: str, pytestconfig: pytest.Config) -> str:
    """The URL of a new database without tables, as its superuser.

    It goes with its server, or after the run from a server that was given: dropping it before that waits for
    the longest statement of other tests, and their change feeds wait for it.
    """
    from libs.testing.databases import create_empty

    run = pytestconfig.stash[SERVERS].run_id
    name = f"{run}_empty_{_worker(pytestconfig)}_{next(_test_numbers)}"
    return create_empty(postgres_admin_url, name)


@pytest.fixture
async def amqp_prefix(amqp_url: str, pytestconfig: pytest.Config) -> AsyncIterator[str]:
    """This test's name prefix at the broker; queues and exchanges with it are deleted after the test."""
    from libs.testing.queues import noting_declarations

    prefix = f"{pytestconfig.stash[SERVERS].run_id}.{_worker(pytestconfig)}.{next(_test_numbers)}."
    with noting_declarations(prefix) as declared:
        yield prefix
    await declared.delete(amqp_url)


@pytest.fixture
async def broker(amqp_url: str, amqp_prefix: str) -> AsyncIterator["Broker"]:
    """A connected broker with the test's own prefix."""
    from libs.common.messaging.broker import Broker

    broker = Broker(amqp_url, prefix=amqp_prefix, name="test")
    await broker.open()
    await broker.connected()
    yield broker
    await broker.close()


@pytest.fixture
def clock() -> FakeClock:
    """A clock that shows 2026-03-02T18:00:00Z until the test advances it."""
    return FakeClock()


@pytest.fixture
def run_machine(
    service_name: str, database_of: Callable[[str], "WorkerDatabase"], clock: FakeClock
) -> "RunMachine":
    """`run_machine(StockMachine, deps, steps=25)`: see libs/testing/machines.py."""
    from libs.testing.machines import run_machine

    return partial(run_machine, database=database_of(service_name), clock=clock)


@pytest.fixture(scope="session")
def tokens() -> "Tokens":
    """Tokens of any role and service, with verifiers that accept them."""
    from libs.testing.tokens import Tokens

    return Tokens()


@pytest.fixture(scope="session")
def key_files(tokens: "Tokens", service_name: str, tmp_path_factory: pytest.TempPathFactory) -> "KeyFiles":
    """The key files of the service, with the keys of `tokens`."""
    return tokens.write_keys(tmp_path_factory.mktemp("keys"), service_name)


@pytest.fixture
def common_settings(database_url: str, key_files: "KeyFiles") -> dict[str, Any]:
    """The settings of every service, with its processes' role: see libs/testing/settings.py."""
    from libs.testing.databases import as_process
    from libs.testing.settings import common_settings

    return common_settings(as_process(database_url), key_files)


@pytest.fixture
def on_broker(amqp_url: str, amqp_prefix: str) -> dict[str, Any]:
    """The settings of a process that reaches the broker: `settings.model_copy(update=on_broker)`."""
    return {"amqp_url": amqp_url, "amqp_prefix": amqp_prefix}
