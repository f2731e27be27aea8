"""The web process of a service and its worker, apart and in one."""

from typing import Any
from unittest.mock import MagicMock

import pytest

from libs.common.contracts.sales import OrderPaid
from libs.common.messaging.inbox import on
from libs.common.process import processes
from libs.common.process.jobs import every
from libs.common.process.processes import Work, web_process, worker_process
from libs.common.process.tasks import task_name


async def apply(*_: Any) -> None:
    """Apply no event."""


async def own_loop() -> None:
    """A loop of the web process."""


WORK = Work(subscriptions=[on(OrderPaid, apply)], measures=[every(5, own_loop, name="measure")])


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> MagicMock:
    """Parts of catalog; the app built of them is the arguments given to `ServiceApp`."""
    monkeypatch.setattr(processes, "ServiceApp", lambda **given: given)
    parts = MagicMock(service="catalog")
    parts.user_keys.keep_fresh.__name__ = "keep_fresh"
    parts.idempotency.claims.renew.__name__ = "renew"
    return parts


def loops(app: Any) -> list[str]:
    return [task_name(task) for task in app["tasks"]]


def test_a_process_that_does_both_ends_the_work_first_and_then_as_a_web_process(parts: MagicMock) -> None:
    web = loops(web_process(parts, doors=[], tasks=[own_loop]))
    assert web == ["keep_fresh", "own_loop", "run_relay", "renew", "watch_clock"]
    work = [name for name in loops(worker_process(parts, WORK)) if name not in {"run_relay", "watch_clock"}]
    assert work[0] == "run_consumer"
    assert "timed_jobs" in work
    assert loops(web_process(parts, doors=[], tasks=[own_loop], work=WORK)) == [*work, *web]


def test_a_process_tells_what_keeps_its_consumer_from_its_work(parts: MagicMock) -> None:
    for app in (worker_process(parts, WORK), web_process(parts, doors=[], work=WORK)):
        built: Any = app
        [consumer] = [task for task in built["tasks"] if task_name(task) == "run_consumer"]
        assert built["notes"]["events"]() is None
        consumer.keywords["outage"].refusal = "no queue"
        assert built["notes"]["events"]() == "no queue"


def test_every_process_tells_of_its_clock(parts: MagicMock) -> None:
    web: Any = web_process(parts, doors=[])
    for app in (web, worker_process(parts, WORK)):
        built: Any = app
        assert built["notes"]["clock"]() is None
        assert "watch_clock" in loops(built)
    assert "events" not in web["notes"]


def test_a_process_that_does_both_is_ready_when_either_would_be(parts: MagicMock) -> None:
    both: Any = web_process(parts, doors=[], checks={"own": apply}, work=WORK)
    web: Any = web_process(parts, doors=[], checks={"own": apply})
    worker: Any = worker_process(parts, WORK)
    assert both["checks"] == web["checks"] | worker["checks"]
    assert "broker" not in web["checks"]
