"""Brings databases of a backup back into a running suite, and reconciles the services: `make restore`.

1. Each database is restored beside the one in use. Until all are there, nothing is changed.
2. The processes stop, all databases change place in one transaction, the processes start.
3. The services are brought to one another's moment: see `_bring_events`. Sessions of the backup's moment end,
   because tokens that were exchanged since would be valid again. The owner's reports are made again.
"""

import asyncio
import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from deploy.broker import consumed
from deploy.local.backups import IN_FLIGHT, KEYS, Backup, in_flight, run_tool
from deploy.local.databases import RESTORED, execute, migrate_all, open_to_processes
from deploy.local.operators import of_broker
from deploy.local.progress import Steps
from deploy.local.reconciling import end_sessions, reallocate, rebuild_reports, replay
from deploy.local.suite import LocalSuite
from libs.common.clock import iso_utc
from libs.common.contracts.registry import PUBLISHERS
from libs.common.messaging.cli import BrokerSettings, connected_broker
from libs.common.private_file import write_private
from libs.servers.processes import ServerFailed
from libs.services import SERVICES

REPLACED = "{}_replaced"
NUMBER_ON = """
select setval(pg_get_serial_sequence('outbox', 'id'), (extract(epoch from clock_timestamp()) * 1000)::bigint)
"""
"""Numbers the next events above all of before: no service publishes a thousand a second for long.

Readers that were not restored take the event of the higher `sequence` for the newer one.
"""
CUT_OFF = (
    "the databases are the backup's, and the rest is not done: make up, then the same make restore,"
    " which undoes what is sold until then"
)
SESSIONS_LEFT = "sessions and the owner's reports are left: make up, then make reconcile A=--sessions"
REPORTS_LEFT = "the owner's reports are left: make up, then make rebuild"
"""What a restore says that ends too early, by the step that it has reached."""


def restore(suite: LocalSuite, backup: Backup, services: Sequence[str], steps: Steps) -> None:
    """Put the backup's databases of `services` in place of those of the suite, and reconcile.

    Raises `ServerFailed`. Before the databases change place, the old ones are then still in use; later, what
    is left to do is told.
    """
    memory = suite.state.memory()
    given = [each for each in services if memory.process_urls[each] == memory.database_urls[each]]
    if given:
        raise ServerFailed(f"the databases of {', '.join(given)} are not ours: restore them with pg_restore")
    left = ""
    try:
        with psycopg.connect(suite.postgres_admin_url, autocommit=True) as admin:
            for service in services:
                with steps.step(f"database of {service}"):
                    _restore_beside(suite, admin, backup, service)
            with steps.step("schemas"):
                urls = {each: _url_of_restored(suite, each) for each in services}
                migrate_all(urls, services, lambda _: None)
            with steps.step("changing place"):
                _change_place(suite, admin, services)
                left = CUT_OFF
        _bring_keys_back(suite, backup)
        with steps.step("processes"):
            if set(services) == set(SERVICES):
                asyncio.run(_empty_queues(of_broker(memory)))
            suite.restart(*(process.name for process in suite.processes))
        _drop_all(suite, REPLACED, services)
        _bring_events(suite, backup, services, steps)
        if "auth" in services:
            left = SESSIONS_LEFT
            end_sessions(suite, steps)
        left = REPORTS_LEFT
        rebuild_reports(suite, steps)
    except BaseException:
        if left:
            steps.note(left)
        else:
            _drop_all(suite, RESTORED, services)
        raise


def _restore_beside(suite: LocalSuite, admin: Connection[TupleRow], backup: Backup, service: str) -> None:
    name = RESTORED.format(service)
    _drop(admin, name)
    execute(admin, "create database {} owner {}", name, service)
    open_to_processes(admin, name, service=service)
    url = _url_of_restored(suite, service)
    run_tool("pg_restore", url, "--exit-on-error", str(backup.dump_of(service)))
    with psycopg.connect(url, autocommit=True) as restored:
        restored.execute("analyze")  # a dump has no statistics, and plans made without them are kept
        if service in PUBLISHERS:
            restored.execute(NUMBER_ON)


def _change_place(suite: LocalSuite, admin: Connection[TupleRow], services: Sequence[str]) -> None:
    """Stop the processes and rename the databases, all or none; without success the processes start again."""
    names = [process.name for process in suite.processes]
    try:
        for name in names:
            suite.stop_process(name)
        for service in services:
            _drop(admin, REPLACED.format(service))
            admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [service]
            )
        with admin.transaction():
            there = {name for (name,) in admin.execute("select datname from pg_database")}
            for service in services:
                if service in there:  # a restore also brings back a database that was dropped
                    execute(admin, "alter database {} rename to {}", service, REPLACED.format(service))
                execute(admin, "alter database {} rename to {}", RESTORED.format(service), service)
    except BaseException:
        for name in names:
            suite.start_process(name)
        raise


def _bring_keys_back(suite: LocalSuite, backup: Backup) -> None:
    """Add keys that sign user tokens and are missing; those that are there stay."""
    folder = suite.state.keys / "signing"
    for key in (backup.folder / KEYS).glob("*.pem"):
        if not (folder / key.name).exists():
            write_private(folder / key.name, key.read_text())
            shutil.chown(folder / key.name, folder.owner(), folder.group())


async def _empty_queues(environment: Mapping[str, str]) -> None:
    """Drop events of what has been undone. The history and the queues of subscribers keep theirs."""
    settings = BrokerSettings(amqp_url=environment["AMQP_URL"], amqp_prefix=environment["AMQP_PREFIX"])
    async with connected_broker(settings, name="restore") as broker, broker.channel() as channel:
        for service in consumed():
            for name in broker.topology.queues(service):
                queue = await channel.get_queue(name, ensure=False)
                await queue.purge()


def _bring_events(suite: LocalSuite, backup: Backup, services: Sequence[str], steps: Steps) -> None:
    """Bring the services to one another's moment.

    Restored services get the events that they had not applied at the backup's moment; if only some services
    were restored, also all later events. Events that were applied before have no effect. A catalog that is
    older than sales takes what was sold since.
    """
    moment = datetime.fromisoformat(backup.moment)
    since = iso_utc(moment - IN_FLIGHT)
    if "catalog" in services and "sales" not in services:
        reallocate(suite, since, steps)
    selection = ["--since", since]
    if set(services) == set(SERVICES):
        selection = in_flight(moment)
        if backup.events:
            selection += ["--from", str(backup.events)]
    replay(suite, sorted(set(services) & consumed().keys()), selection, steps)


def _url_of_restored(suite: LocalSuite, service: str) -> str:
    return suite.database_url(service).removesuffix(f"/{service}") + f"/{RESTORED.format(service)}"


def _drop_all(suite: LocalSuite, named: str, services: Sequence[str]) -> None:
    with psycopg.connect(suite.postgres_admin_url, autocommit=True) as admin:
        for service in services:
            _drop(admin, named.format(service))


def _drop(admin: Connection[TupleRow], name: str) -> None:
    execute(admin, "drop database if exists {} with (force)", name)
