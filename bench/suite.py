"""Starts a suite beside any other, from the working tree or a revision, with a shop of 1,000 products."""

import os
import random
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import psycopg
from psycopg.conninfo import make_conninfo
from rich.console import Console

from bench.measure import Side
from bench.settling import Settling
from bench.works import Shop
from deploy.local.environment import OWNER_EMAIL, OWNER_PASSWORD, first_owner
from deploy.local.sources import Sources
from deploy.local.state import StateFolder
from deploy.local.suite import LocalSuite
from libs.services import SERVICES

PRODUCTS = 1000
PLENTY = 1_000_000_000
CASHIERS = 8
CUSTOMERS = 100
PASSWORD = "bench-password"  # noqa: S105 - for users in the bench's own databases
OWN_SERVERS = {"postgres", "rabbitmq"}
GIVEN = (
    "AMQP_URL",
    "AMQP_PREFIX",
    "GATEWAY_PORT",
    "POOLER",
    *(f"{name.upper()}_DATABASE_URL" for name in SERVICES),
)
NOTHING_GIVEN: Mapping[str, str] = {}
SAME_HASHES = {"PYTHONHASHSEED": "0"}  # the same hash seed: equal cost of dicts and sets in both suites
SEPARATE = {"SEPARATE": "1"}  # the processes of production


@dataclass(frozen=True, slots=True)
class Place:
    """The folder and ports of a suite, shared with no other suite."""

    state: Path
    port_base: int


FIRST = Place(Path(".run/bench"), 18_000)
SECOND = Place(Path(".run/bench-base"), 19_000)


@dataclass(frozen=True, slots=True)
class Suite:
    """A running suite with its shop."""

    name: str
    local: LocalSuite
    shop: Shop
    settling: Settling

    @property
    def admin_urls(self) -> Mapping[str, str]:
        """Service → the URL by which PostgreSQL's superuser connects to its database."""
        return _admin_urls(self.local)

    def side(self, list_length: int) -> Side:
        """The suite as a measured side."""
        return Side(
            name=self.name,
            works=self.shop.works(list_length),
            roots=self.process_trees(),
            settle=self.settling.wait,
            tidy=lambda: tidy(self.admin_urls.values()),
        )

    def process_trees(self) -> dict[str, int]:
        """Process name → pid, including PostgreSQL, RabbitMQ and the process manager."""
        processes = {name: state.pid for name, state in self.local.states().items() if state.pid}
        return {**processes, "supervisord": self.local.supervisor_pid}

    def shop_logged_in_again(self) -> Shop:
        """The same shop with new tokens, which last for 15 minutes."""
        with httpx.Client(base_url=self.local.gateway_url, timeout=30) as client:
            return replace(self.shop, owner=log_owner_in(client), tokens=_log_cashiers_in(client))

    def settings_of_postgres(self) -> Mapping[str, str]:
        """PostgreSQL's durability settings, without which a figure means nothing."""
        names = ("server_version", "fsync", "synchronous_commit", "shared_buffers")
        with psycopg.connect(self.local.database_url("sales")) as connection:
            asked = {name: connection.execute(f"show {name}".encode()).fetchone() for name in names}
        return {name: str(row[0]) for name, row in asked.items() if row}


@contextmanager
def started(
    sources: Sources,
    place: Place,
    randomness: random.Random,
    console: Console,
    *,
    name: str | None = None,
    environment: Mapping[str, str] = NOTHING_GIVEN,
) -> Iterator[Suite]:
    """A fresh suite, ready and settled; deleted with all its data after the block.

    Its name is that of its sources by default; `environment` is what `make up` is told.
    """
    name = name or sources.name
    console.print(f"starting a suite of {name} …")
    _deploy(sources, place, "reset")
    # Not the machine's broker, whose CPU would be shared.
    StateFolder(place.state).make().remember(broker_way="node")
    try:
        start = ("up", "--port-base", str(place.port_base), "--no-demo")
        _deploy(sources, place, *start, environment={**first_owner(os.environ), **environment})
        local = LocalSuite(place.state)
        if missing := OWN_SERVERS - local.states().keys():
            raise SystemExit(f"The bench needs servers of its own on this machine: {', '.join(missing)}")
        shop = _shop(local, randomness, console)
        tidy(_admin_urls(local).values())  # by itself PostgreSQL analyses the new tables in the next minute
        with closing(Settling({name: local.database_url(name) for name in SERVICES})) as settling:
            settling.wait()
            yield Suite(name, local, shop, settling)
    finally:
        _deploy(sources, place, "reset")


def tidy(urls: Iterable[str]) -> None:
    """Vacuum, analyse and checkpoint now, so that PostgreSQL does not do it during a measurement."""
    for url in urls:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("vacuum (analyze)")
            connection.execute("checkpoint")


def _deploy(
    sources: Sources, place: Place, *command: str, environment: Mapping[str, str] = NOTHING_GIVEN
) -> None:
    """Run a command of these sources' `deploy.local`; show its output only if it fails."""
    done = subprocess.run(
        [sources.python, "-m", "deploy.local", "--state-dir", place.state.resolve(), *command],
        cwd=sources.folder,
        env={name: value for name, value in os.environ.items() if name not in GIVEN}
        | SAME_HASHES
        | SEPARATE
        | dict(environment),
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} of {sources.name} failed:\n{done.stdout}{done.stderr}")


def _admin_urls(local: LocalSuite) -> dict[str, str]:
    return {service: make_conninfo(local.postgres_admin_url, dbname=service) for service in SERVICES}


def _shop(local: LocalSuite, randomness: random.Random, console: Console) -> Shop:
    """Create through the gateway products that never run out, logged-in cashiers, and rich customers."""
    with httpx.Client(base_url=local.gateway_url, timeout=30) as client:
        owner = log_owner_in(client)
        client.headers["Authorization"] = f"Bearer {owner}"
        console.print(f"making {PRODUCTS} products, {CASHIERS} cashiers and {CUSTOMERS} customers …")
        with ThreadPoolExecutor(8) as pool:
            products = sorted(pool.map(lambda number: _product(client, number), range(PRODUCTS)))
        for number in range(CASHIERS):
            _register_cashier(client, number)
        customers = [_customer(client, number) for number in range(CUSTOMERS)]
        cashiers = _log_cashiers_in(client)
    return Shop(local.ports.gateway, owner, cashiers, products, customers, randomness)


def log_owner_in(client: httpx.Client) -> str:
    """The token of the first owner, who logs in."""
    owner = first_owner(os.environ)
    return _login(client, owner[OWNER_EMAIL], owner[OWNER_PASSWORD])


def _log_cashiers_in(client: httpx.Client) -> list[str]:
    return [_login(client, _email_of_cashier(number), PASSWORD) for number in range(CASHIERS)]


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


def _register_cashier(client: httpx.Client, number: int) -> None:
    login = {"email": _email_of_cashier(number), "password": PASSWORD}
    names = {"username": f"cashier{number}", "first_name": "Cashier", "last_name": str(number)}
    client.post("/api/users/", json={**names, **login}).raise_for_status()


def _email_of_cashier(number: int) -> str:
    return f"cashier{number}@example.com"


def _customer(client: httpx.Client, number: int) -> int:
    """A customer with a million points; without any where points cannot be given yet."""
    names = {"first_name": "Customer", "last_name": str(number), "phone_number": f"55{number:08}"}
    customer = int(client.post("/api/customers/", json=names).raise_for_status().json()["id"])
    earned = {"amount": 1_000_000, "transaction_type": "EARN", "description": "For the benchmark"}
    given = client.post(f"/api/customers/{customer}/points/", json=earned)
    if given.status_code != httpx.codes.NOT_FOUND:
        given.raise_for_status()
    return customer
