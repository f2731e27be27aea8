"""Samples of a running suite: memory, files and connections of its processes, and the work that waits."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
from prometheus_client.parser import text_string_to_metric_families

from bench.cpu import processes_of

KIB_A_MIB = 1024
BYTES_A_KIB = 1024
ASKED_SECONDS = 10
WAITING_MESSAGES = "consumer_waiting_messages"

COUNT_OUTBOX = "select count(*), pg_total_relation_size('outbox') from outbox"
COUNT_CONNECTIONS = """
select datname, count(*) from pg_stat_activity
where backend_type = 'client backend' and pid != pg_backend_pid() group by datname
"""


@dataclass(frozen=True, slots=True)
class Places:
    """The addresses to ask, and the process trees (name → pid)."""

    roots: Mapping[str, int]
    outboxes: Mapping[str, str]
    """Service → URL of a database with an outbox."""
    postgres: str
    metrics: Mapping[str, str]
    """Process → address of its metrics."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at the suite."""

    private_mib: Mapping[str, float]
    """Process → its memory that is of no file and not shared: leaks are in it, shared buffers are not."""
    pss_mib: Mapping[str, float]
    """Process → its part of all memory in use."""
    files: Mapping[str, int]
    """Process → its open files and sockets."""
    connections: Mapping[str, int]
    """Database → its connections."""
    outbox: Mapping[str, int]
    """Service → events that wait to be published."""
    outbox_kib: Mapping[str, float]
    """Service → the size of the table with its indexes."""
    waiting: Mapping[str, float]
    """Process → messages in its queue."""


def take(places: Places) -> Sample:
    """Look at everything once; takes some 100 ms of CPU. Ends the command if a process has ended."""
    private, pss, files = _used(places.roots)
    outboxes = {service: _outbox(url) for service, url in places.outboxes.items()}
    return Sample(
        private_mib=private,
        pss_mib=pss,
        files=files,
        connections=_connections(places.postgres),
        outbox={service: rows for service, (rows, _) in outboxes.items()},
        outbox_kib={service: size for service, (_, size) in outboxes.items()},
        waiting=_waiting(places.metrics),
    )


def _used(roots: Mapping[str, int]) -> tuple[dict[str, float], dict[str, float], dict[str, int]]:
    """The private memory, the part of all memory, and the open files of each process tree."""
    private, pss, files = dict.fromkeys(roots, 0.0), dict.fromkeys(roots, 0.0), dict.fromkeys(roots, 0)
    for pid, name in processes_of(roots).items():
        folder = Path(f"/proc/{pid}")
        with suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            rollup = _kib((folder / "smaps_rollup").read_text())
            pss[name] += rollup["Pss"] / KIB_A_MIB
            private[name] += rollup["Pss_Anon"] / KIB_A_MIB
            files[name] += sum(1 for _ in (folder / "fd").iterdir())
    return private, pss, files


def _kib(rollup: str) -> dict[str, int]:
    """`Name:  123 kB` of each line."""
    fields = (line.split() for line in rollup.splitlines()[1:])
    return {name.removesuffix(":"): int(kib) for name, kib, _ in fields}


def _outbox(url: str) -> tuple[int, float]:
    with psycopg.connect(url, autocommit=True, connect_timeout=ASKED_SECONDS) as connection:
        rows, size = connection.execute(COUNT_OUTBOX).fetchone() or (0, 0)
    return rows, size / BYTES_A_KIB


def _connections(url: str) -> dict[str, int]:
    with psycopg.connect(url, autocommit=True, connect_timeout=ASKED_SECONDS) as connection:
        return dict(connection.execute(COUNT_CONNECTIONS).fetchall())


def _waiting(metrics: Mapping[str, str]) -> dict[str, float]:
    """The messages in the queue of each process that measures one."""
    found = {}
    with httpx.Client(timeout=ASKED_SECONDS) as client:
        for process, address in metrics.items():
            for family in text_string_to_metric_families(client.get(f"{address}/metrics").text):
                if family.name == WAITING_MESSAGES:
                    found[process] = family.samples[0].value
    return found
