"""A suite with its own PostgreSQL and RabbitMQ, from `up` to `reset`."""

import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import aio_pika
import httpx
import psutil
import psycopg
import pytest
from yarl import URL

from deploy.local.backups import back_up
from deploy.local.demo_shop import CUSTOMERS, PRODUCTS
from deploy.local.layout import ROOT, Ports
from deploy.local.memory import MIB, memory_of
from deploy.local.observing import prometheus_at
from deploy.local.progress import SilentSteps
from deploy.local.suite import LocalSuite
from deploy.local.supervision import AT_WORK, lost_processes
from deploy.local.terminal import alone_in
from deploy.local.tests.conftest import Command, said_line, succeeded
from libs.common.messaging.topology import Topology
from libs.servers import rabbitmq
from libs.servers.processes import server_user
from libs.services import SERVICES
from libs.testing.databases import with_database
from libs.testing.interrupts import interruptible
from libs.testing.waiting import eventually
from tests.e2e.alarms import memory_alarm
from tests.e2e.sample_story import fill_and_look
from tests.e2e.shop import Shop, done, made

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

PROCESS_MIB_MAX = 80
SUITE_MIB_MAX = 640
"""Of PSS, soon after a start. A shop's machine may have 4 GiB."""


@pytest.fixture(scope="module")
def summary(command: Command) -> str:
    """The output of the first `up`, which is also observed."""
    return succeeded(command("up", OBSERVE="1"))


@pytest.fixture(scope="module")
def suite(summary: str, state_folder: Path) -> LocalSuite:
    assert summary
    return LocalSuite(state_folder)


@pytest.fixture(scope="module")
def backup(suite: LocalSuite, command: Command, state_folder: Path) -> Path:
    """A backup of the suite."""
    assert suite.is_running()
    folder = state_folder.parent / "some-backup"
    succeeded(command("backup", "--to", str(folder)))
    return folder


def test_the_summary_tells_addresses_logins_logs_and_what_is_next(summary: str, ports: Ports) -> None:
    gateway = f"http://127.0.0.1:{ports.gateway}"
    told = (
        gateway,
        f"{gateway}/api/docs",
        f"{gateway}/docs",
        "owner@example.com / owner-password",
        "logs",
        "make demo",
    )
    assert [text for text in told if text not in summary] == []


def test_every_process_is_ready(suite: LocalSuite) -> None:
    assert suite.not_ready() == {}


async def test_an_observed_suite_is_scraped_whole(summary: str, suite: LocalSuite) -> None:
    prometheus = prometheus_at(suite.ports)
    assert prometheus.url in summary
    wanted = {process.name for process in suite.processes} | {"rabbitmq", "rabbitmq-queues"}

    def answering() -> set[str]:
        samples = prometheus.query("up == 1")
        return {sample.labels.get("process", sample.labels["job"]) for sample in samples}

    await eventually(lambda: answering() == wanted, timeout=60)
    queue = Topology(suite.state.memory().amqp_prefix).queue("customers")
    depth = f'rabbitmq_detailed_queue_messages{{queue="{queue}"}}'
    await eventually(lambda: prometheus.query(depth))
    groups = prometheus.get("rules")["groups"]
    assert [rule["name"] for group in groups for rule in group["rules"] if rule["health"] == "err"] == []


def test_the_suite_and_every_process_keep_within_their_memory(suite: LocalSuite, command: Command) -> None:
    used = {each.name: each.pss / MIB for each in memory_of(suite.states(), suite.supervisor_pid)}
    ours = {process.name: used[process.name] for process in suite.processes}
    assert {name: size for name, size in ours.items() if size > PROCESS_MIB_MAX} == {}
    assert sum(size for name, size in used.items() if name not in {"prometheus", "grafana"}) < SUITE_MIB_MAX
    shown = succeeded(command("memory"))
    assert [name for name in (*used, "all") if not re.search(rf"^{name} .*\d\.\d", shown, re.MULTILINE)] == []


def test_no_process_of_ours_runs_as_root(suite: LocalSuite) -> None:
    user = server_user()
    expected = os.geteuid() if user is None else pwd.getpwnam(user).pw_uid
    pids = [suite.states()[process.name].pid for process in suite.processes]
    assert {psutil.Process(pid).uids().effective for pid in pids} == {expected}


def test_the_demo_shop_is_there(suite: LocalSuite) -> None:
    with httpx.Client(base_url=suite.gateway_url, timeout=30) as client:
        login = {"email": "employee@example.com", "password": "employee-password"}
        token = client.post("/api/auth/login/", json=login).json()["access"]
        client.headers["Authorization"] = f"Bearer {token}"
        products, customers = client.get("/api/products/").json(), client.get("/api/customers/").json()
        registers = client.get("/api/registers/").json()
    assert (len(products), len(customers)) == (len(PRODUCTS), len(CUSTOMERS))
    assert [register["name"] for register in registers if register["is_active"]] == ["Caja 1"]
    assert {product["tax_rate"] for product in products} == {"0.16", "0.08", "0.00", "EXENT"}


def test_a_second_up_says_so_and_starts_nothing(suite: LocalSuite, command: Command) -> None:
    assert suite.is_running()
    before = {name: state.pid for name, state in suite.states().items()}
    assert "up already" in succeeded(command("up"))
    assert {name: state.pid for name, state in suite.states().items()} == before


def test_what_a_second_up_asks_in_vain_is_told_and_not_remembered(
    suite: LocalSuite, command: Command
) -> None:
    before, running = suite.state.memory(), suite.states().keys()
    otherwise = {"GATEWAY_PORT": "1", "REPLICAS": "2", "SEPARATE": "1", "POOLER": "1", "TLS": "1"}
    said = succeeded(command("up", "--no-demo", **otherwise))
    assert "up already" in said
    assert f"it stays on the ports from {suite.ports.base}: make down comes before a move" in said
    assert "it runs 1 of each process: make down comes before other REPLICAS" in said
    assert "it runs without separate workers: make down comes before SEPARATE=1" in said
    assert "it runs without PgBouncer: make down comes before POOLER=1" in said
    assert "it runs without TLS: make down comes before TLS=1" in said
    assert "it is the demo shop: make reset, which forgets its data, comes before DEMO=0" in said
    assert "employee-password" in said
    assert (suite.state.memory(), suite.states().keys()) == (before, running)


def test_a_second_up_that_asks_for_what_runs_is_told_of_nothing(suite: LocalSuite, command: Command) -> None:
    said = succeeded(command("up", "--demo", OBSERVE="1", REPLICAS="1", PORT_BASE=str(suite.ports.base)))
    assert "make down comes before" not in said


@pytest.mark.parametrize("service", SERVICES)
def test_a_role_may_not_enter_any_other_database(suite: LocalSuite, service: str) -> None:
    for other in ({*SERVICES} - {service}) | {"postgres", "template1"}:
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(with_database(suite.database_url(service), other)).close()


@pytest.mark.parametrize("service", SERVICES)
def test_the_processes_of_a_service_neither_own_nor_change_its_tables(
    suite: LocalSuite, service: str
) -> None:
    process, owner = suite.environment_of(service)["DATABASE_URL"], suite.database_url(service)
    assert process != owner
    with psycopg.connect(process, autocommit=True) as connection:
        for statement in ("create table more (id int)", "drop table alembic_version"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
    for other in {*SERVICES} - {service}:
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(with_database(process, other)).close()


def test_a_role_may_not_become_more_than_it_is(suite: LocalSuite) -> None:
    with psycopg.connect(suite.database_url("sales"), autocommit=True) as connection:
        for statement in ("create role other", "create database other", "set role postgres"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_an_owner_sees_what_the_processes_do_and_may_end_it(suite: LocalSuite) -> None:
    """What docs/runbooks/SalesAreSlow.md does in `make psql S=sales`."""
    with (
        closing(psycopg.connect(suite.environment_of("sales")["DATABASE_URL"])) as process,
        psycopg.connect(suite.database_url("sales")) as owner,
    ):
        process.execute("select 'of a process'")
        shown = "select query, pg_terminate_backend(pid) from pg_stat_activity where pid = %s"
        seen = owner.execute(shown, [process.info.backend_pid]).fetchall()
    assert seen == [("select 'of a process'", True)]


def test_what_is_committed_is_on_the_disk(suite: LocalSuite) -> None:
    with psycopg.connect(suite.database_url("sales")) as connection:
        settings = [connection.execute(f"show {name}").fetchone() for name in ("fsync", "synchronous_commit")]
    assert settings == [("on",), ("on",)]


async def test_a_process_that_crashes_is_started_again(suite: LocalSuite) -> None:
    before = suite.states()["sales"].pid
    suite.kill("sales")
    suite.wait_ready("sales")
    assert suite.states()["sales"].pid != before


def test_a_service_is_restarted_alone(suite: LocalSuite, command: Command) -> None:
    before = {name: state.pid for name, state in suite.states().items()}
    assert "Restarted and ready: auth." in succeeded(command("restart", "auth"))
    after = {name: state.pid for name, state in suite.states().items()}
    assert {name for name in before if after[name] != before[name]} == {"auth"}


@pytest.mark.parametrize("name", ["restart", "migrate"])
def test_nothing_is_restarted_or_migrated_beside_a_restore(
    suite: LocalSuite, command: Command, name: str
) -> None:
    with alone_in(suite.state, "restore"):
        second = command(name, "chatbot")
        said, _ = second.communicate()
    assert second.returncode == 1
    assert f"make restore (process {os.getpid()}) is at work just now" in said


async def test_under_development_a_service_restarts_at_a_change_and_outlives_that(
    suite: LocalSuite, command: Command
) -> None:
    before = suite.states()["chatbot"].pid
    with interruptible():
        dev = command("dev", "chatbot")
    said_line(dev, "Restarting chatbot at a change")

    def restarted_at_a_change() -> bool:
        (ROOT / "services" / "chatbot" / "__init__.py").touch()
        return suite.states()["chatbot"].pid != before

    await eventually(restarted_at_a_change, timeout=60)
    said_line(dev, "chatbot ready")
    dev.send_signal(signal.SIGINT)
    assert "Failed" not in succeeded(dev)
    suite.wait_ready("chatbot")


@pytest.mark.parametrize("raw", ["", "1"])
def test_logs_are_readable_or_unchanged(suite: LocalSuite, command: Command, raw: str) -> None:
    suite.wait_ready()
    logs = command("logs", "chatbot", JSON=raw)
    assert logs.stdout
    line = next(line for line in logs.stdout if "started" in line)
    assert line.startswith("{") if raw else "chatbot          info  started" in line
    assert "\x1b" not in line
    logs.terminate()
    logs.communicate()


def test_what_is_not_read_of_the_logs_is_no_failure(suite: LocalSuite, command: Command) -> None:
    logs = command("logs", "chatbot")
    assert logs.stdout
    assert logs.stdout.readline()
    logs.stdout.close()
    suite.restart("chatbot")  # writes lines
    assert logs.wait(timeout=30) == 0


def test_past_events_and_dead_letters_need_no_address(suite: LocalSuite, command: Command) -> None:
    suite.wait_ready()
    history = succeeded(command("events", "history", "--type", "auth.user_created.v1"))
    assert {json.loads(line)["type"] for line in history.splitlines()} == {"auth.user_created.v1"}
    assert succeeded(command("events", "deadletters", "list", "--service", "analytics")) == ""


async def test_a_worker_tells_of_its_dead_letters_until_they_are_discarded(
    suite: LocalSuite, command: Command
) -> None:
    suite.wait_ready()
    memory = suite.state.memory()
    name = Topology(memory.amqp_prefix).queue("customers")
    async with await aio_pika.connect(memory.amqp_url) as connection, connection.channel() as channel:
        own = await channel.get_exchange(name, ensure=False)
        await own.publish(aio_pika.Message(b"no event"), routing_key=name)

    def told(count: int) -> bool:
        metrics = httpx.get(f"http://127.0.0.1:{suite.ports.web('customers')}/metrics", timeout=30).text
        return f"consumer_dead_letters {count}.0\n" in metrics

    await eventually(lambda: told(1))
    letters = ("events", "deadletters")
    assert "no event" in succeeded(command(*letters, "show", "--service", "customers"))
    discarded = succeeded(command(*letters, "discard", "--service", "customers", "--all"))
    assert discarded == "discarded 1\n"
    await eventually(lambda: told(0))


def test_a_subscriber_is_made_and_removed_without_an_address(suite: LocalSuite, command: Command) -> None:
    suite.wait_ready()
    made = succeeded(command("events", "subscribers", "add", "erp", "--types", "sales.#"))
    login = re.match(r"user (\S+), password (\S+)", made)
    assert login
    assert rabbitmq.answers(str(URL(suite.amqp_url).with_user(login[1]).with_password(login[2])))
    listed = succeeded(command("events", "subscribers", "list", "--json"))
    assert "erp" in {json.loads(line)["name"] for line in listed.splitlines()}
    assert succeeded(command("events", "subscribers", "remove", "erp")) == "removed erp\n"


def test_dead_letters_of_a_service_that_listens_to_nothing_say_so(
    suite: LocalSuite, command: Command
) -> None:
    letters = command("events", "deadletters", "list", "--service", "chatbot")
    said, _ = letters.communicate()
    assert (letters.returncode, said.count("\n")) == (1, 1)
    assert "chatbot.dead: the service listens to no event" in said


def test_a_sample_fills_the_shop_once_and_the_reports_show_it(suite: LocalSuite) -> None:
    suite.wait_ready()
    shop = Shop.open(suite.gateway_url)
    fill_and_look(suite, shop)
    shop.close()


async def test_a_backup_brings_the_shop_back_to_its_moment_with_the_events_that_waited_then(
    suite: LocalSuite, command: Command, state_folder: Path
) -> None:
    folder = state_folder.parent / "backup"
    shop = Shop.open(suite.gateway_url)
    customer, product = shop.new_customer(), shop.new_product(stock=3)
    with psycopg.connect(suite.database_url("customers")) as customers:
        customers.execute("lock table points_ledger in exclusive mode")  # the points of a sale have to wait
        kept = sell(shop, product, customer)
        await eventually(lambda: is_published(suite, "sales"))
        assert "Backed up" in succeeded(command("backup", "--to", str(folder)))
    assert "is whole" in succeeded(command("backup", "--verify", str(folder)))
    undone = sell(shop, product, customer)
    with psycopg.connect(suite.postgres_admin_url, autocommit=True) as admin:
        admin.execute("drop database chatbot with (force)")
    await lose_history(suite)  # as on another machine

    said = succeeded(command("restore", str(folder)))
    assert re.search(r"Sessions ended: \d+", said)
    assert shop.owner.get(f"/api/orders/{kept}/").status_code == 401
    shop.log_in_again()
    assert shop.owner.get(f"/api/orders/{kept}/").json()["status"] == "PAID"
    assert shop.owner.get(f"/api/orders/{undone}/").status_code == 404
    await eventually(lambda: shop.balances_of(customer)[0] > 0)
    sell(shop, product, customer)
    shop.close()
    with psycopg.connect(suite.database_url("sales")) as sales:
        assert sales.execute("select from pg_stats where tablename = 'orders'").rowcount > 0
    assert suite.not_ready() == {}, "a database that was lost is back"
    status, judged = judge(suite)
    assert status in {0, 2}, judged


def test_a_backup_is_made_if_nobody_reads_what_it_says(
    suite: LocalSuite, command: Command, tmp_path: Path
) -> None:
    assert suite.is_running()
    backup = command("backup", "--to", str(tmp_path / "unread"))
    assert backup.stdout
    backup.stdout.close()
    assert backup.wait() == 0
    assert "is whole" in succeeded(command("backup", "--verify", str(tmp_path / "unread")))


def test_a_restore_that_is_cut_off_says_how_it_goes_on(
    suite: LocalSuite, command: Command, backup: Path
) -> None:
    twice = ("--service", "chatbot", "--service", "chatbot")
    restore = command("restore", str(backup), *twice)
    said_line(restore, "changing place")
    restore.send_signal(signal.SIGTERM)
    said, _ = restore.communicate()
    assert restore.returncode == 143
    assert "the rest is not done: make up, then the same make restore" in said
    succeeded(command("up"))
    assert "Restored." in succeeded(command("restore", str(backup), *twice))
    assert suite.not_ready() == {}


async def test_a_restore_of_which_only_the_reports_fail_asks_for_these_alone(
    command: Command, backup: Path
) -> None:
    restore = command("restore", str(backup), "--service", "chatbot")
    said_line(restore, "✓ processes")

    def rebuild() -> psutil.Process | None:
        children = psutil.Process(restore.pid).children()
        return next((each for each in children if "services.analytics.rebuild" in each.cmdline()), None)

    (await eventually(rebuild)).kill()
    said, _ = restore.communicate()
    assert restore.returncode == 1
    assert "the owner's reports are left: make up, then make rebuild" in said
    assert "make restore" not in said, "which would undo what was sold since"
    succeeded(command("rebuild"))


def test_a_backup_has_its_name_once_it_is_on_the_disk(
    suite: LocalSuite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backup"
    synced: list[tuple[int, bool]] = []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append((os.fstat(file).st_ino, folder.exists())))
    back_up(suite, folder, SilentSteps())
    written = {path.stat().st_ino for path in (folder, *folder.rglob("*"))}
    assert written <= {inode for inode, has_name in synced if not has_name}
    assert (tmp_path.stat().st_ino, True) in synced


def test_what_a_backup_that_was_killed_has_left_is_told(
    suite: LocalSuite, command: Command, tmp_path: Path
) -> None:
    assert suite.is_running()
    (tmp_path / "monday.unfinished").mkdir()
    said = succeeded(command("backup", "--to", str(tmp_path / "tuesday")))
    assert f"{tmp_path / 'monday.unfinished'} is no backup" in said


def is_published(suite: LocalSuite, service: str) -> bool:
    """Whether the broker has all events of a service."""
    with psycopg.connect(suite.database_url(service)) as database:
        return database.execute("select from outbox").rowcount == 0


async def lose_history(suite: LocalSuite) -> None:
    memory = suite.state.memory()
    async with await aio_pika.connect(memory.amqp_url) as connection, connection.channel() as channel:
        await channel.queue_delete(Topology(memory.amqp_prefix).history)


async def test_databases_restored_alone_are_brought_to_the_moment_of_the_others(
    suite: LocalSuite, command: Command, state_folder: Path
) -> None:
    folder = state_folder.parent / "morning"
    shop = Shop.open(suite.gateway_url)
    customer, product = shop.new_customer(), shop.new_product(stock=10)
    succeeded(command("backup", "--to", str(folder)))
    sell(shop, product, customer)
    order = {"customer": customer, "items": [{"product_id": product, "quantity": 1}]}
    still_open = made(shop.owner.post("/api/orders/", json=order))["id"]
    for number in range(10):
        done(shop.owner.patch(f"/api/products/{product}/", json={"name": f"Jabón, cambio {number}"}))
    await eventually(lambda: is_known(shop, "Jabón, cambio 9"))

    said = succeeded(command("restore", str(folder), "--service", "catalog", "--service", "customers"))
    assert "catalog has taken the stock of" in said
    assert shop.stock_of(product) == 8
    done(shop.owner.patch(f"/api/products/{product}/", json={"name": "Jabón, desde hoy"}))
    await eventually(lambda: is_known(shop, "Jabón, desde hoy"))
    done(shop.owner.post(f"/api/orders/{still_open}/cancel/", json={}))
    assert shop.stock_of(product) == 9
    shop.close()
    assert "The services agree." in succeeded(command("reconcile", "--patience", "3"))


def is_known(shop: Shop, product: str) -> bool:
    """Whether the reports know a product by this name."""
    query = {"product_identifier": product}
    return shop.owner.get("/api/analytics/inventory-valuation/", params=query).is_success


def test_a_reconciliation_mends_reports_and_names_what_a_person_decides(
    suite: LocalSuite, command: Command
) -> None:
    shop = Shop.open(suite.gateway_url)
    order = sell(shop, shop.new_product(stock=1))
    shop.close()
    pieces = "update order_lines set quantity = %s where order_id = %s"
    with psycopg.connect(suite.database_url("sales"), autocommit=True) as sales:
        sales.execute(pieces, [2, order])
    with psycopg.connect(suite.database_url("analytics"), autocommit=True) as analytics:
        analytics.execute("delete from line_facts where order_id = %s", [order])

    process = command("reconcile", "--patience", "3")
    said, _ = process.communicate()
    assert process.returncode == 1, said
    said = " ".join(said.split())
    assert "it does not hold that what catalog gave to orders is what they sold only in" in said
    assert "Have catalog take it: make reconcile S=catalog SINCE=…" in said

    with psycopg.connect(suite.database_url("sales"), autocommit=True) as sales:
        sales.execute(pieces, [1, order])
    assert "The services agree." in succeeded(command("reconcile", "--patience", "3"))


def sell(shop: Shop, product: int, customer: int | None = None) -> int:
    """An order of one piece, paid in cash; its id."""
    order = {"customer": customer, "items": [{"product_id": product, "quantity": 1}]}
    sold = int(made(shop.owner.post("/api/orders/", json=order))["id"])
    done(shop.owner.post(f"/api/orders/{sold}/pay/", json={"payment_method": "CASH"}))
    return sold


def judge(suite: LocalSuite) -> tuple[int, str]:
    """The exit code of the invariants, and what they say."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.e2e.invariants", "--state-dir", suite.state.path, "--patience", "5"],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda folder: (folder / "sales.dump").write_bytes(b"cut"), "is not what was backed up"),
        (lambda folder: (folder / "sales.dump").unlink(), "is missing"),
        (lambda folder: (folder / "manifest.json").write_text("{}"), "is no backup"),
    ],
    ids=("changed", "missing", "no manifest"),
)
def test_a_backup_that_is_not_whole_changes_nothing(
    suite: LocalSuite,
    command: Command,
    backup: Path,
    tmp_path: Path,
    spoil: Callable[[Path], object],
    why: str,
) -> None:
    folder = shutil.copytree(backup, tmp_path / "backup")
    spoil(folder)
    process = command("restore", str(folder))
    said, _ = process.communicate()
    assert process.returncode == 1
    assert why in " ".join(said.split())
    assert suite.not_ready() == {}


def test_a_backup_is_never_written_over_another(suite: LocalSuite, command: Command, tmp_path: Path) -> None:
    assert suite.is_running()
    process = command("backup", "--to", str(tmp_path))
    said, _ = process.communicate()
    assert process.returncode == 1
    assert "never written over another" in " ".join(said.split())


def test_a_backup_without_postgres_says_so_and_leaves_nothing(
    suite: LocalSuite, command: Command, tmp_path: Path
) -> None:
    suite.stop_process("postgres")
    process = command("backup", "--to", str(tmp_path / "backup"))
    said, _ = process.communicate()
    suite.start_process("postgres")
    suite.wait_ready("postgres")
    assert process.returncode == 1
    assert "Failed: connection failed" in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_a_backup_without_its_broker_says_so_before_it_copies_anything(
    suite: LocalSuite, command: Command, tmp_path: Path
) -> None:
    suite.stop_process("rabbitmq")
    process = command("backup", "--to", str(tmp_path / "backup"))
    said, _ = process.communicate()
    suite.start_process("rabbitmq")
    suite.wait_ready("rabbitmq")
    assert (process.returncode, said.strip()) == (
        1,
        "Failed: RabbitMQ does not answer, which has the events in flight",
    )
    assert list(tmp_path.iterdir()) == []


def test_a_command_for_events_says_that_the_broker_takes_none(suite: LocalSuite, command: Command) -> None:
    suite.wait_ready()
    with memory_alarm(suite):
        history = command("events", "history", "--to", "analytics")
        said, _ = history.communicate()
    assert (history.returncode, said) == (
        1,
        "RabbitMQ: it takes no events: its memory or its disk is short (an alarm)\n",
    )


async def test_postgres_that_crashes_is_started_again_and_the_services_find_it(suite: LocalSuite) -> None:
    suite.kill("postgres")
    suite.wait_ready("postgres")
    await eventually(lambda: suite.not_ready() == {}, timeout=60)


async def test_a_broker_that_was_stopped_is_found_again(suite: LocalSuite) -> None:
    suite.stop_process("rabbitmq")
    await eventually(lambda: "sales" in suite.not_ready())
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
    assert after["chatbot"].state in AT_WORK
    assert {name: after[name].pid for name in others} == others


def test_a_demo_shop_whose_owner_has_another_password_comes_up_and_is_left_as_it_is(
    suite: LocalSuite, command: Command
) -> None:
    suite.stop_process("chatbot")
    said = succeeded(command("up", BOOTSTRAP_OWNER_PASSWORD="not the owner's"))
    assert "the demo shop was left as it is: owner@example.com has another password by now" in said
    assert "owner@example.com (another password: make admin" in said
    assert suite.not_ready() == {}


def test_a_customer_of_the_demo_shop_may_have_another_number_by_now(
    suite: LocalSuite, command: Command
) -> None:
    shop = Shop.open(suite.gateway_url)
    email = CUSTOMERS[0]["email"]
    known = next(each for each in done(shop.owner.get("/api/customers/")) if each["email"] == email)
    done(shop.owner.patch(f"/api/customers/{known['id']}/", json={"phone_number": "5500000001"}))
    shop.close()
    suite.stop_process("chatbot")
    succeeded(command("up"))


def test_a_demo_shop_that_refuses_something_is_a_failed_up(suite: LocalSuite, command: Command) -> None:
    suite.stop_process("chatbot")
    employee = {
        "BOOTSTRAP_OWNER_EMAIL": "employee@example.com",
        "BOOTSTRAP_OWNER_PASSWORD": "employee-password",
    }
    up = command("up", **employee)
    said, _ = up.communicate()
    assert up.returncode == 1
    assert "Failed: the demo shop refuses POST /api/users/: 403" in said
    assert suite.not_ready() == {}, "what ran before goes on"


async def test_up_after_the_supervisor_was_killed_starts_afresh(suite: LocalSuite, command: Command) -> None:
    """A process that does not start is named with its log, and nothing is left, old or new."""
    with psycopg.connect(suite.database_url("catalog"), autocommit=True) as connection:
        connection.execute("create table kept (id int)")
    os.kill(suite.supervisor_pid, signal.SIGKILL)
    await eventually(lambda: not suite.is_running())
    assert lost_processes(suite.state)
    up = command("up", BOOTSTRAP_OWNER_PASSWORD="short")
    said, _ = up.communicate()
    assert up.returncode == 1
    assert "Failed: auth" in said
    assert "does not start; its log is" in said
    assert lost_processes(suite.state) == []


def test_a_start_that_was_killed_leaves_its_servers(suite: LocalSuite, command: Command) -> None:
    up = command("up")
    said_line(up, "migrations: sales")
    up.kill()
    up.communicate()
    assert suite.is_running()
    assert not suite.is_up()


def test_the_data_and_the_ports_are_there_at_the_next_up_and_nothing_of_a_restore_that_was_killed(
    suite: LocalSuite, command: Command
) -> None:
    with psycopg.connect(suite.postgres_admin_url, autocommit=True) as admin:
        admin.execute("create database sales_restored")
    told = succeeded(command("up", "--no-demo"))
    assert "✓ migrations" in told, "a start that was killed begins again"
    assert "goods and logins of the demo shop stay" in told
    assert "employee-password" not in told, "nobody said to be there"
    assert "owner-password" not in told, "it may be another by now"
    assert 'make admin A="reset-password --email owner@example.com"' in " ".join(told.split())
    assert LocalSuite(suite.state.path).ports == suite.ports, "the ports are remembered"
    with psycopg.connect(suite.database_url("catalog")) as connection:
        assert connection.execute("select count(*) from kept").fetchone() == (0,)
        assert connection.execute("select from pg_database where datname = 'sales_restored'").rowcount == 0


def test_down_ends_everything(suite: LocalSuite, command: Command) -> None:
    succeeded(command("down"))
    assert lost_processes(suite.state) == []


def test_reset_leaves_nothing(suite: LocalSuite, command: Command, state_folder: Path) -> None:
    succeeded(command("reset"))
    assert lost_processes(suite.state) == []
    assert not state_folder.exists()
