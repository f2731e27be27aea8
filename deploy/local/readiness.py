"""Decides whether a process is ready, from its `/readyz` and from supervisord."""

import json
import time
from collections.abc import Container, Sequence
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from deploy.local.layout import ServiceProcess
from deploy.local.state import StateFolder
from deploy.local.supervision import Supervisor
from libs.servers.processes import ServerFailed, tail

PROBE_TIMEOUT_SECONDS = 2
SHOWN = 500
POLL_SECONDS = 0.25  # each look costs supervisord and a dozen starting processes some milliseconds
GIVEN_UP = frozenset({"FATAL", "STOPPED"})
CRASHED = frozenset({"BACKOFF", "EXITED"}) | GIVEN_UP


def not_ready(process: ServiceProcess) -> str | None:
    """The reason why a process is not ready; None if it is."""
    try:
        with urlopen(f"{process.health_address}/readyz", timeout=PROBE_TIMEOUT_SECONDS):  # noqa: S310 - our own HTTP address
            return None
    except HTTPError as answer:
        return reasons_in(answer.read())
    except (URLError, OSError, HTTPException) as failure:  # a probe of an ephemeral port may reach itself
        return f"does not answer ({getattr(failure, 'reason', failure)})"


def reasons_in(answer: bytes) -> str:
    """What `/readyz` says of the parts that are missing; an answer of something else is shown as it is."""
    try:
        checks = json.loads(answer)["checks"]
        return "; ".join(f"{part}: {reason}" for part, reason in checks.items() if reason != "ok")
    except (ValueError, LookupError, TypeError, AttributeError):
        return answer[:SHOWN].decode(errors="replace")


def wait_ready(
    state: StateFolder,
    processes: Sequence[ServiceProcess],
    *,
    timeout_seconds: float,
    broken: Container[str] = CRASHED,
) -> None:
    """Wait until all are ready. Raises `ServerFailed` with the processes that are not, and the reasons.

    A process in one of the `broken` states (supervisord's words) is not waited for.
    """
    supervisor = Supervisor(state)
    deadline = time.monotonic() + timeout_seconds
    waiting = dict.fromkeys(processes, "not asked yet")
    while waiting:
        states = supervisor.states()
        for process in waiting:
            if states[process.name].state in broken:
                log = state.log(process.name)
                raise ServerFailed(f"{process.name} does not start; its log is {log} and ends:\n{tail(log)}")
        reasons = {process: not_ready(process) for process in waiting}
        waiting = {process: reason for process, reason in reasons.items() if reason is not None}
        if waiting and time.monotonic() > deadline:
            why = "; ".join(f"{process.name}: {reason}" for process, reason in waiting.items())
            raise ServerFailed(f"not ready within {timeout_seconds:.0f} s: {why}")
        if waiting:
            time.sleep(POLL_SECONDS)
