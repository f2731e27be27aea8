"""With the real auth and broker: gateways refuse an ended session, and no answer tells which users exist."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from gateway.tests.process import RunningGateway, a_process, ready, running_gateway
from gateway.tests.upstream import Upstream
from libs.common.auth.keys import SigningKey, jwks
from libs.common.messaging.broker import Broker
from libs.common.tests.messaging.gate import Gate
from libs.servers.processes import free_ports
from libs.testing.pos import BAD_TOKEN
from libs.testing.store import BAD_TOKEN as STORE_BAD_TOKEN
from libs.testing.waiting import eventually

A_SECOND = 4.0  # with room for a busy machine; without hearing or asking it would be 5
EMAIL, USERNAME, PASSWORD = "owner@example.com", "owner", "owner-password"
TRIES = 9  # of one account from one address: the tenth would be throttled


@dataclass(frozen=True)
class Shop:
    """auth, and clients of two gateways in front of it; the first one hears through `gate`."""

    first: httpx.AsyncClient
    second: httpx.AsyncClient
    gate: Gate
    auth: psutil.Process

    async def log_in(self) -> dict[str, str]:
        answer = await self.first.post("/api/auth/login/", json={"email": EMAIL, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        tokens: dict[str, str] = answer.json()
        return tokens

    async def log_in_to_the_store(self) -> dict[str, str]:
        answer = await self.first.post("/auth/login", json={"username": USERNAME, "password": PASSWORD})
        return {"Authorization": f"Bearer {answer.json()['token']}"}

    async def log_out(self, bearer: dict[str, str]) -> None:
        sessions = (await self.first.get("/api/sessions/", headers=bearer)).json()
        current = next(session["id"] for session in sessions if session["current"])
        answer = await self.first.post(f"/api/sessions/{current}/revoke/", headers=bearer)
        assert answer.status_code == 200, answer.text

    async def lets_in(self, bearer: dict[str, str], path: str = "/api/orders/") -> list[int]:
        clients = (self.first, self.second)
        return [(await client.get(path, headers=bearer)).status_code for client in clients]


def auth_environment(folder: Path, database_url: str, **more: object) -> dict[str, object]:
    signing = folder / "signing"
    signing.mkdir()
    keys = {name: SigningKey.generate(name) for name in ("auth", "gateway", "2026-03-01")}
    for file, key in (
        (folder / "auth.pem", keys["auth"]),
        (folder / "gateway.pem", keys["gateway"]),
        (signing / "2026-03-01.pem", keys["2026-03-01"]),
    ):
        file.write_bytes(key.pem())
        file.chmod(0o600)
    known = folder / "services.jwks.json"
    known.write_text(json.dumps(jwks([keys["auth"], keys["gateway"]])))
    return {
        "database_url": database_url,
        "service_key_file": folder / "auth.pem",
        "service_keys_file": known,
        "signing_keys_dir": signing,
        "bootstrap_owner_email": EMAIL,
        "bootstrap_owner_username": USERNAME,
        "bootstrap_owner_password": PASSWORD,
        **more,
    }


@pytest.fixture
async def shop(
    upstream: Upstream,
    database_of: Callable[[str], Any],
    broker: Broker,
    amqp_url: str,
    amqp_prefix: str,
    tmp_path: Path,
) -> AsyncIterator[Shop]:
    database = database_of("auth")
    database.empty()
    [port] = free_ports(1)
    address = f"http://127.0.0.1:{port}"
    known = {"jwks_url": f"{address}/.well-known/jwks.json", "amqp_prefix": amqp_prefix}
    async with AsyncExitStack() as stack:
        environment = auth_environment(tmp_path, database.url, port=port, amqp_url=amqp_url, **known)
        auth = await stack.enter_async_context(a_process("services.auth.main", environment))
        gate = await stack.enter_async_context(Gate.before(amqp_url))
        await ready(address)

        async def client_of(amqp: str) -> httpx.AsyncClient:
            running: RunningGateway = await stack.enter_async_context(
                running_gateway(upstream, tmp_path, auth_url=address, amqp_url=amqp, **known)
            )
            return await stack.enter_async_context(httpx.AsyncClient(base_url=running.url, timeout=30))

        yield Shop(await client_of(gate.url), await client_of(amqp_url), gate, psutil.Process(auth.pid))


async def test_a_session_that_ended_is_over_everywhere_within_a_second(shop: Shop) -> None:
    async def is_over(bearer: dict[str, str]) -> bool:
        return await shop.lets_in(bearer) == [401, 401]

    tokens = await shop.log_in()
    till = {"Authorization": f"Bearer {tokens['access']}"}
    browser = await shop.log_in_to_the_store()
    assert await shop.lets_in(till) == await shop.lets_in(browser) == [200, 200]

    await shop.log_out(till)
    await eventually(lambda: is_over(till), A_SECOND)
    assert await shop.lets_in(browser) == [200, 200]
    replayed = await shop.second.post("/api/auth/refresh/", json={"refresh": tokens["refresh"]})
    assert (replayed.status_code, replayed.json()) == (401, BAD_TOKEN)
    assert (await shop.second.get("/api/users/me/", headers=till)).json() == BAD_TOKEN

    shop.gate.shut()  # the first gateway has to ask from here on
    await shop.log_out(browser)
    await eventually(lambda: is_over(browser), A_SECOND)
    assert (await shop.first.get("/sales/orders", headers=browser)).json() == STORE_BAD_TOKEN
    assert await shop.lets_in(browser, "/products") == [401, 401]


async def test_a_forged_address_is_neither_written_down_nor_does_it_evade_the_throttle(shop: Shop) -> None:
    def forged(number: int) -> dict[str, str]:
        address = f"203.0.113.{number}"
        return {"X-Forwarded-For": address, "X-Real-IP": address, "Forwarded": f"for={address}"}

    async def log_in(password: str, headers: dict[str, str]) -> httpx.Response:
        login = {"email": EMAIL, "password": password}
        return await shop.second.post("/api/auth/login/", json=login, headers=headers)

    bearer = {"Authorization": f"Bearer {(await log_in(PASSWORD, forged(0))).json()['access']}"}
    sessions = (await shop.second.get("/api/sessions/", headers={**bearer, **forged(1)})).json()
    assert {session["ip_address"] for session in sessions} == {"127.0.0.1"}

    statuses = [(await log_in("wrong-password", forged(number))).status_code for number in range(11)]
    assert statuses == [401] * 10 + [429]


async def test_an_unknown_user_costs_as_much_as_a_wrong_password(shop: Shop) -> None:
    """The time that auth computes, as what it waits for a busy machine says nothing."""

    def computed() -> float:
        times = shop.auth.cpu_times()
        return float(times.user + times.system)

    async def refused(path: str, name: str, user: str) -> tuple[float, str]:
        before = computed()
        answer = await shop.second.post(path, json={name: user, "password": "wrong-password"})
        assert answer.status_code == 401
        return computed() - before, answer.text

    dialects = (("/api/auth/login/", "email", EMAIL), ("/auth/login", "username", USERNAME))
    for number, (path, name, known) in enumerate(dialects):
        tries = range(TRIES // len(dialects))
        wrong, unknown = [], []
        await refused(path, name, f"first{number}{known}")  # pays for connections
        for each in tries:
            wrong.append(await refused(path, name, known))
            unknown.append(await refused(path, name, f"nobody{each}{known}"))
        assert {said for _, said in wrong} == {said for _, said in unknown}
        ratio = sum(seconds for seconds, _ in wrong) / sum(seconds for seconds, _ in unknown)
        assert 0.5 < ratio < 2.0, path
