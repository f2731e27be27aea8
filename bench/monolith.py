"""A plain Django monolith (BASELINE_DIR), started and loaded like our suite."""

import os
import random
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.load import Connection, Work
from bench.measure import Side
from bench.suite import SAME_HASHES, tidy

SOURCES = Path(os.environ.get("BASELINE_DIR") or "../shared/baseline")
PORT = 8100
POSTGRES_PORT = 55432
DATABASE_URL = f"postgresql://postgres@127.0.0.1:{POSTGRES_PORT}/drf"
STATE = Path("/tmp/peers")  # noqa: S108 - the baseline's scripts prescribe it
FOLDER = STATE / "sources"  # a copy, because installing writes migrations into the sources
PRODUCTS = 1000
PAGE_LENGTH = 20
CASHIERS = 32


def refuse_without_sources() -> None:
    """End the command with a line if there is no monolith to compare with."""
    if not SOURCES.is_dir():
        raise SystemExit(f"The baseline is not at {SOURCES}: name its folder with BASELINE_DIR=")


@contextmanager
def started(randomness: random.Random) -> Iterator[Side]:
    """Install, seed and run the monolith with its own scripts (needs Debian's postgresql); keeps its data."""
    shutil.copytree(SOURCES, FOLDER, dirs_exist_ok=True)
    if not (STATE / "pg/data").exists():
        _script("pg.sh", "init")
    if subprocess.run(
        ["pg_isready", "-q", "-h", "127.0.0.1", "-p", str(POSTGRES_PORT)], check=False
    ).returncode:
        _script("pg.sh", "start")
    try:
        _script("drf/install.sh")
        _script("drf/run.sh")
        yield Side(
            name="monolith",
            works=Till(_tokens(), randomness).works(),
            roots=_process_trees(),
            tidy=lambda: tidy([DATABASE_URL]),
        )
    finally:
        _stop()


@dataclass(frozen=True, slots=True)
class Till:
    """Logged-in clients of the monolith."""

    tokens: Sequence[str]
    randomness: random.Random

    def works(self) -> Mapping[str, Work]:
        """Name → work, with the names of our works."""
        return {
            "sale": Work(self.of_cashier, self.sell),
            f"list of {PAGE_LENGTH}": Work(_of_nobody, self.read_page),
            "detail": Work(_of_nobody, self.read_detail),
        }

    def of_cashier(self, client: int) -> Connection:
        """A client's own connection, logged in as one of the cashiers."""
        return Connection(PORT, self.tokens[client % len(self.tokens)])

    async def sell(self, connection: Connection) -> None:
        """Order 2 lines and pay."""
        one, two = self.randomness.sample(range(1, PRODUCTS + 1), 2)
        items = [{"product_id": one, "quantity": 1}, {"product_id": two, "quantity": 2}]
        order = await connection.call("POST", "/api/orders/", {"items": items}, expect=201)
        await connection.call("POST", f"/api/orders/{order['id']}/pay/", {"method": "cash"}, expect=200)

    async def read_page(self, connection: Connection) -> None:
        """Read one page of the product list."""
        page = self.randomness.randrange(1, PRODUCTS // PAGE_LENGTH + 1)
        await connection.call("GET", f"/api/products/?page={page}", expect=200)

    async def read_detail(self, connection: Connection) -> None:
        """Read one product."""
        product = self.randomness.randrange(1, PRODUCTS + 1)
        await connection.call("GET", f"/api/products/{product}/", expect=200)


def _of_nobody(client: int) -> Connection:
    """A client's own connection without a token, which would cost a query for the user."""
    return Connection(PORT)


def _tokens() -> list[str]:
    with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=30) as client:
        logins = ({"username": f"u{number}", "password": "supersecret1"} for number in range(CASHIERS))
        answers = [client.post("/api/token/", json=login).raise_for_status() for login in logins]
    return [str(answer.json()["access"]) for answer in answers]


def _process_trees() -> dict[str, int]:
    return {
        "monolith": int((STATE / "drf/pid").read_text()),
        "postgresql": int((STATE / "pg/data/postmaster.pid").read_text().splitlines()[0]),
    }


def _stop() -> None:
    pid_file = STATE / "drf/pid"
    if pid_file.exists():
        subprocess.run(["kill", pid_file.read_text().strip()], check=False)
        pid_file.unlink()
    _script("pg.sh", "stop")


def _script(*command: str) -> None:
    """Run one of the baseline's scripts; show its output only if it fails."""
    done = subprocess.run(
        ["bash", *command],
        cwd=FOLDER,
        env=os.environ | SAME_HASHES,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        raise SystemExit(f"The baseline's {' '.join(command)} failed:\n{done.stdout[-2000:]}")
