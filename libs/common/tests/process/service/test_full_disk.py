"""A process whose log's disk is full goes on, and its log does as soon as there is room."""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from libs.servers.processes import free_ports
from libs.testing.disks import Disk, small_disk
from libs.testing.waiting import eventually

pytestmark = pytest.mark.backpressure

WORKS = 200
"""Each is a line of the log, and all of them are more than the disk has room for."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk", kib=16) as disk:
        yield disk


async def work(client: httpx.AsyncClient) -> int:
    return (await client.post("/api/tasks/", json={})).status_code


async def is_served(client: httpx.AsyncClient) -> bool:
    try:
        return await work(client) == 200
    except httpx.TransportError:
        return False


async def test_requests_are_answered_while_the_disk_of_the_log_is_full(disk: Disk) -> None:
    log, [port] = disk.folder / "process.log", free_ports(1)
    module = "libs.common.tests.process.service.process"
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", module, str(port), "--log", str(log))
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            await eventually(lambda: is_served(client))
            disk.fill()
            assert {await work(client) for _ in range(WORKS)} == {200}
            full = log.stat().st_size
            disk.make_room()
            assert await work(client) == 200
        process.terminate()
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
    written = log.read_bytes()
    spoilt = [line for line in written.splitlines() if not is_whole(line)]
    assert len(spoilt) <= 1, "more than the line that was cut off"
    assert [line for line in spoilt if line.count(b"timestamp") > 1] == []
    assert b'"event":"request"' in written[full:]


def is_whole(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True
