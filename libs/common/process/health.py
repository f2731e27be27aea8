"""Health checks: `/livez` answers while the process runs, `/readyz` checks every part that it needs."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from libs.common.errors import Unavailable
from libs.common.metrics import readiness_check_ok, readiness_note

Check = Callable[[], Awaitable[object]]
Note = Callable[[], str | None]

CHECK_TIMEOUT_SECONDS = 1.0  # the prober gives up after 2 s and would not get the reason
OK = "ok"


class Readiness:
    """Named checks; each passes by returning and fails by raising. Draining makes the process unready.

    `notes` report problems that are no reason to stop sending requests, or None.
    """

    def __init__(self, checks: Mapping[str, Check], notes: Mapping[str, Note] | None) -> None:
        self._checks = dict(checks)
        self._notes = dict(notes or {})
        self.draining = False

    async def measure(self) -> None:
        """Set the gauges, for which all checks run."""
        _, report = await self.report()
        for name, result in {"process": OK, **report["checks"]}.items():
            readiness_check_ok.labels(name).set(result == OK)
        for name in self._notes:
            readiness_note.labels(name).set(name in report.get("notes", {}))

    async def report(self) -> tuple[bool, dict[str, Any]]:
        """Ready or not, and `{"status", "checks"}` with the reason of each that failed; `notes` if any."""
        results = await asyncio.gather(*(_result(check) for check in self._checks.values()))
        checks = dict(zip(self._checks, results, strict=True))
        if self.draining:
            checks["process"] = "shutting down"
        ready = all(result == OK for result in checks.values())
        report: dict[str, Any] = {"status": "ready" if ready else "unready", "checks": checks}
        if notes := {name: said for name, note in self._notes.items() if (said := note()) is not None}:
            report["notes"] = notes
        return ready, report


async def _result(check: Check) -> str:
    asking = asyncio.ensure_future(_asked(check))
    done, _ = await asyncio.wait([asking], timeout=CHECK_TIMEOUT_SECONDS)
    if done:
        return asking.result()
    asking.cancel()  # and not awaited: a statement is cancelled at its server, which may be what hangs
    return f"no answer within {CHECK_TIMEOUT_SECONDS:g} s"


async def _asked(check: Check) -> str:
    try:
        await check()
    except Exception as error:  # noqa: BLE001 - any exception of a check means not ready
        return _reason(error)
    return OK


def _reason(error: BaseException) -> str:
    """The innermost cause, because `Unavailable` is raised from the actual error."""
    while error.__cause__ is not None:
        error = error.__cause__
    if isinstance(error, Unavailable):
        return "not connected"
    return str(error).strip() or type(error).__name__
