"""A process from start to end: health, background tasks, shutdown in order."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from libs.common.errors import Unavailable
from libs.common.process.app import ServiceApp
from libs.common.tests.http.shop import ShopDeps, shop_app
from libs.testing.asgi import asgi_client
from libs.testing.tokens import Tokens
from libs.testing.waiting import eventually


async def fine() -> None:
    return None


async def database_gone() -> None:
    raise Unavailable("database") from ConnectionError("connection refused at 127.0.0.1:8432")


async def never_answers() -> None:
    await asyncio.Event().wait()


async def test_a_process_that_runs_is_alive(client: httpx.AsyncClient) -> None:
    response = await client.get("/livez")
    assert (response.status_code, response.json()) == (200, {"status": "alive"})


async def test_a_process_with_all_its_parts_is_ready(tokens: Tokens) -> None:
    async with asgi_client(shop_app(tokens, checks={"database": fine})) as client:
        response = await client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ready", "checks": {"database": "ok"}})


async def test_readiness_says_what_is_missing_and_why(tokens: Tokens) -> None:
    checks = {"broker": fine, "database": database_gone}
    async with asgi_client(shop_app(tokens, checks=checks)) as client:
        response = await client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {
        "status": "unready",
        "checks": {"broker": "ok", "database": "connection refused at 127.0.0.1:8432"},
    }


async def test_metrics_tell_which_part_is_not_ready() -> None:
    async def away() -> None:
        raise Unavailable("broker")

    async def here() -> None:
        return

    notes = {"cache": lambda: "cold", "clock": lambda: None}
    app = ServiceApp(service="shop", deps=ShopDeps(), checks={"broker": away, "store": here}, notes=notes)
    async with asgi_client(app) as client:
        lines = (await client.get("/metrics")).text.splitlines()
    wanted = (
        'readiness_check_ok{check="broker"} 0.0',
        'readiness_check_ok{check="store"} 1.0',
        'readiness_note{note="cache"} 1.0',
        'readiness_note{note="clock"} 0.0',
    )
    assert [line for line in wanted if line not in lines] == []


async def test_a_part_that_nothing_is_known_of_is_not_connected(tokens: Tokens) -> None:
    async def broker_gone() -> None:
        raise Unavailable("broker")

    async with asgi_client(shop_app(tokens, checks={"broker": broker_gone})) as client:
        response = await client.get("/readyz")
    assert response.json()["checks"] == {"broker": "not connected"}


async def test_a_part_that_hangs_does_not_hang_readiness(
    tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("libs.common.process.health.CHECK_TIMEOUT_SECONDS", 0.05)
    async with asgi_client(shop_app(tokens, checks={"broker": never_answers})) as client:
        response = await client.get("/readyz")
    assert response.json()["checks"] == {"broker": "no answer within 0.05 s"}


async def test_a_part_that_hangs_while_it_is_given_up_does_not_hang_readiness(
    tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a statement does, whose cancellation has to be asked of the same server."""
    server_is_back = asyncio.Event()

    async def statement() -> None:
        try:
            await server_is_back.wait()
        except asyncio.CancelledError:
            await server_is_back.wait()
            raise

    monkeypatch.setattr("libs.common.process.health.CHECK_TIMEOUT_SECONDS", 0.05)
    async with asgi_client(shop_app(tokens, checks={"database": statement})) as client:
        response = await asyncio.wait_for(client.get("/readyz"), 30)
    server_is_back.set()
    assert response.json()["checks"] == {"database": "no answer within 0.05 s"}


async def test_a_worker_has_health_and_metrics_and_nothing_else() -> None:
    async with asgi_client(ServiceApp(service="shop", deps=ShopDeps())) as client:
        paths = ("/livez", "/readyz", "/metrics", "/orders", "/api/orders/")
        statuses = [(await client.get(path)).status_code for path in paths]
    assert statuses == [200, 200, 200, 404, 404]


async def test_a_note_is_told_and_changes_nothing() -> None:
    notes = {"broker": lambda: "not connected", "cache": lambda: None}
    async with asgi_client(ServiceApp(service="shop", deps=ShopDeps(), notes=notes)) as client:
        response = await client.get("/readyz")
    assert (response.status_code, response.json()) == (
        200,
        {"status": "ready", "checks": {}, "notes": {"broker": "not connected"}},
    )


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics", "/openapi.json"])
async def test_a_process_with_an_internal_port_speaks_of_itself_there_alone(path: str) -> None:
    app = ServiceApp(service="shop", deps=ShopDeps(), internal_port=81)
    async with asgi_client(app) as client:
        assert (await client.get(f"http://shop:80{path}")).status_code == 404
        assert (await client.get(f"http://shop:81{path}")).status_code == 200


async def test_parts_open_before_tasks_and_close_after_them_in_order() -> None:
    deps = ShopDeps()

    def task(name: str) -> Callable[[], object]:
        async def run() -> None:
            deps.happened.append(f"{name} started")
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
                deps.happened.append(f"{name} finished its last work")

        return run

    app = ServiceApp(service="shop", deps=deps, tasks=(task("consumer"), task("relay")))  # type: ignore[arg-type]  # a stand-in
    async with asgi_client(app) as client:
        await client.get("/livez")
    assert deps.happened == [
        "opened",
        "consumer started",
        "relay started",
        "consumer finished its last work",
        "relay finished its last work",
        "closed",
    ]


async def test_a_task_that_crashes_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("libs.common.process.tasks.RESTART_DELAY_SECONDS", 0.01)
    starts: list[int] = []

    async def fragile() -> None:
        starts.append(len(starts))
        if len(starts) < 3:
            raise ValueError("crashed")
        await asyncio.Event().wait()

    async with asgi_client(ServiceApp(service="shop", deps=ShopDeps(), tasks=(fragile,))) as client:
        await eventually(lambda: len(starts) == 3)
        metrics = (await client.get("/metrics")).text
    assert 'background_task_restarts_total{task="fragile"} 2.0' in metrics


async def test_a_process_that_ends_is_not_ready(tokens: Tokens) -> None:
    app = shop_app(tokens)
    async with asgi_client(app) as client:
        app.readiness.draining = True
        response = await client.get("/readyz")
    assert response.json() == {"status": "unready", "checks": {"process": "shutting down"}}
