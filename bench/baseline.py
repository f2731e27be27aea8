"""What do most shops run today? The plain Django monolith in BASELINE_DIR, started and driven like ours."""

import os
import random
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.load import Connection, Unit

SOURCES = Path(os.environ.get("BASELINE_DIR", "../shared/baseline"))
PORT = 8100
STATE = Path("/tmp/peers")  # noqa: S108 - fixed by the baseline's own scripts
FOLDER = STATE / "sources"  # a copy: installing writes migrations beside its sources
PRODUCTS = 1000
PAGE_LENGTH = 20
CASHIERS = 32


@dataclass(frozen=True, slots=True)
class Baseline:
    """The monolith, up and logged in."""

    tokens: list[str]
    randomness: random.Random

    def roots(self) -> Mapping[str, int]:
        """Its process trees: name → pid."""
        return {
            "monolith": int((STATE / "drf/pid").read_text()),
            "postgresql": int((STATE / "pg/data/postmaster.pid").read_text().splitlines()[0]),
        }

    def sale(self, client: int) -> Unit:
        """An order of 2 lines, and its payment."""
        connection = Connection(PORT, self.tokens[client % len(self.tokens)])

        async def sell() -> None:
            one, two = self.randomness.sample(range(1, PRODUCTS + 1), 2)
            items = [{"product_id": one, "quantity": 1}, {"product_id": two, "quantity": 2}]
            order = await connection.call("POST", "/api/orders/", {"items": items}, expect=201)
            await connection.call("POST", f"/api/orders/{order['id']}/pay/", {"method": "cash"}, expect=200)

        return sell

    def page(self, client: int) -> Unit:
        """One page of its product list."""
        connection = Connection(PORT)

        async def read() -> None:
            page = self.randomness.randrange(1, PRODUCTS // PAGE_LENGTH + 1)
            await connection.call("GET", f"/api/products/?page={page}", expect=200)

        return read

    def detail(self, client: int) -> Unit:
        """One product."""
        connection = Connection(PORT)

        async def read() -> None:
            await connection.call(
                "GET", f"/api/products/{self.randomness.randrange(1, PRODUCTS + 1)}/", expect=200
            )

        return read


def start(randomness: random.Random) -> Baseline:
    """Install, seed and start the monolith with its own scripts (needs Debian's postgresql)."""
    if not SOURCES.is_dir():
        raise SystemExit(f"The baseline is not at {SOURCES}: name its folder with BASELINE_DIR=")
    shutil.copytree(SOURCES, FOLDER, dirs_exist_ok=True)
    if not (STATE / "pg/data").exists():
        _script("pg.sh", "init")
    if subprocess.run(["pg_isready", "-q", "-h", "127.0.0.1", "-p", "55432"], check=False).returncode != 0:
        _script("pg.sh", "start")
    _script("drf/install.sh")
    _script("drf/run.sh")
    tokens = []
    with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=30) as client:
        for number in range(CASHIERS):
            answer = client.post("/api/token/", json={"username": f"u{number}", "password": "supersecret1"})
            tokens.append(str(answer.raise_for_status().json()["access"]))
    return Baseline(tokens, randomness)


def stop() -> None:
    """End its processes; its data stay for the next time."""
    pid_file = STATE / "drf/pid"
    if pid_file.exists():
        subprocess.run(["kill", pid_file.read_text().strip()], check=False)
    _script("pg.sh", "stop")


def _script(*command: str) -> None:
    """Run one of the baseline's scripts; its output only matters if it fails."""
    done = subprocess.run(
        ["bash", *command],
        cwd=FOLDER,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        raise SystemExit(f"The baseline's {' '.join(command)} failed:\n{done.stdout[-2000:]}")
