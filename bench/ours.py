"""What is measured: a suite of our own beside any other, with a shop of 1,000 products."""

import random
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psycopg

from bench.works import Shop
from deploy.local.layout import Ports
from deploy.local.suite import LocalSuite

STATE = Path(".run/bench")
PORTS = Ports(base=18000)
PRODUCTS = 1000
PLENTY = 1_000_000_000
CASHIERS = 8
PASSWORD = "bench-password"  # noqa: S105 - of users that live in the bench's own databases
DRAINED_WITHIN_SECONDS = 120.0
POLL_SECONDS = 0.1
PUBLISHERS = ("auth", "catalog", "sales", "customers")


def suite(tell: Callable[[str], None]) -> LocalSuite:
    """A fresh suite, up and ready."""
    ours = LocalSuite(STATE, ports=PORTS)
    ours.destroy()
    tell("starting a suite of our own …")
    ours.start()
    return ours


def shop(ours: LocalSuite, randomness: random.Random, tell: Callable[[str], None]) -> Shop:
    """1,000 products that never run out, and cashiers who are logged in; made through the gateway."""
    owner = ours.environment_of("auth")
    with httpx.Client(base_url=ours.gateway_url, timeout=30) as client:
        token = _login(client, owner["BOOTSTRAP_OWNER_EMAIL"], owner["BOOTSTRAP_OWNER_PASSWORD"])
        client.headers["Authorization"] = f"Bearer {token}"
        tell(f"making {PRODUCTS} products …")
        with ThreadPoolExecutor(8) as pool:
            products = sorted(pool.map(lambda number: _product(client, number), range(PRODUCTS)))
        tell(f"making {CASHIERS} cashiers …")
        cashiers = [_cashier(client, number) for number in range(CASHIERS)]
    return Shop(ours.ports.gateway, cashiers, products, randomness)


def process_trees(ours: LocalSuite) -> dict[str, int]:
    """Process name → pid; PostgreSQL, RabbitMQ and the process manager, which writes their logs, included."""
    processes = {name: state.pid for name, state in ours.states().items() if state.pid}
    return {**processes, "supervisord": int(ours.state.supervisor_pid.read_text())}


def wait_until_drained(ours: LocalSuite) -> None:
    """Wait until every event has left its outbox and has been consumed by everybody."""
    deadline = time.monotonic() + DRAINED_WITHIN_SECONDS
    while _unsettled(ours):
        if time.monotonic() > deadline:
            raise SystemExit(f"Events were still under way after {DRAINED_WITHIN_SECONDS:.0f} s.")
        time.sleep(POLL_SECONDS)


def _unsettled(ours: LocalSuite) -> bool:
    """Whether an event is still on its way to somebody who acts on it."""
    for service in PUBLISHERS:
        if _ask(ours, service, "select exists (select from outbox)"):
            return True
    if _ask(ours, "catalog", "select exists (select from allocations where status = 'HELD')"):
        return True
    paid = _ask(ours, "sales", "select count(*) from orders where status = 'PAID'")
    of_customers = "select count(*) from orders where status = 'PAID' and customer_id is not null"
    known = _ask(ours, "analytics", "select count(*) from sales")
    rewarded = _ask(ours, "customers", "select count(*) from inbox")
    return known < paid or rewarded < _ask(ours, "sales", of_customers)


def _ask(ours: LocalSuite, service: str, question: str) -> int:
    with psycopg.connect(ours.database_url(service)) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return int(row[0])


def settings_of_postgres(ours: LocalSuite) -> Mapping[str, str]:
    """What says how safely PostgreSQL writes: a figure without it means nothing."""
    names = ("server_version", "fsync", "synchronous_commit", "shared_buffers")
    with psycopg.connect(ours.database_url("sales")) as connection:
        return {
            name: str((connection.execute(f"show {name}".encode()).fetchone() or ("?",))[0]) for name in names
        }


def _login(client: httpx.Client, email: str, password: str) -> str:
    answer = client.post("/api/auth/login/", json={"email": email, "password": password})
    return str(answer.raise_for_status().json()["access"])


def _product(client: httpx.Client, number: int) -> int:
    answer = client.post(
        "/api/products/",
        json={
            "name": f"Product {number}",
            "sku": f"SKU-{number}",
            "description": f"Product {number}. A plain everyday thing, well made, that lasts for years.",
            "price": f"{5 + number % 95}.00",
            "current_stock": PLENTY,
        },
    )
    return int(answer.raise_for_status().json()["id"])


def _cashier(client: httpx.Client, number: int) -> str:
    person = {"email": f"cashier{number}@example.com", "password": PASSWORD}
    names = {"username": f"cashier{number}", "first_name": "Cashier", "last_name": str(number)}
    client.post("/api/users/", json={**names, **person}).raise_for_status()
    return _login(client, person["email"], person["password"])
