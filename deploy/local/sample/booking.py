"""A process of sales for the sample alone, which books what was sold a quarter ago.

Tills may send what they sold in the last 30 days (`SYNC_DAYS_BEHIND`): the running suite keeps to that.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import httpx

from deploy.local.layout import ROOT
from deploy.local.suite import LocalSuite
from libs.common.commands import CommandFailed
from libs.servers.processes import LOOPBACK, free_ports

READY_SECONDS, POLL_SECONDS, STOP_SECONDS = 90.0, 0.1, 20.0
LEAST_DAYS = 30
DAYS_UNTIL_BOOKED = 2
"""Of the first day a part is a day longer ago, and a sample that was interrupted goes on for a day."""


@contextmanager
def patient_sales(suite: LocalSuite, days: int) -> Iterator[str]:
    """The address of one more web process of sales of a running suite, which takes sales of so many days.

    Raises `CommandFailed` if it does not start.
    """
    (port,) = free_ports(1)
    environment = {
        **os.environ,
        **suite.environment_of("sales"),
        "PORT": str(port),
        "SYNC_DAYS_BEHIND": str(max(days + DAYS_UNTIL_BOOKED, LEAST_DAYS)),
    }
    with suite.log("sample").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.sales.main"],
            env=environment,
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    address = f"http://{LOOPBACK}:{port}"
    try:
        _wait_until_ready(address, process, suite)
        yield address
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _wait_until_ready(address: str, process: "subprocess.Popen[bytes]", suite: LocalSuite) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if _answers(f"{address}/readyz"):
            return
        time.sleep(POLL_SECONDS)
    raise CommandFailed(f"the sample's process of sales does not start; its log: {suite.log('sample')}")


def _answers(address: str) -> bool:
    try:
        return httpx.get(address).status_code == HTTPStatus.OK
    except httpx.TransportError:
        return False
