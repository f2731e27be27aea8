"""`make bench HOP=1`: the cost of the hop through the gateway, compared with nginx as a plain reverse proxy.

Both proxy the same request (one product, with a token) to the same minimal service, in turn, with the
same clients; only the proxy's own CPU counts. Both keep connections alive on both sides and write an
access log; the gateway also verifies the token, counts the request and measures it.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx
import orjson
from rich.console import Console
from rich.table import Table

from bench.load import Connection, Work
from bench.measure import Figure, Side, measure
from libs.common.auth.keys import SigningKey, jwks
from libs.common.auth.tokens import TokenSigner
from libs.common.clock import system_clock
from libs.services import SERVICES

UPSTREAM_PORT, NGINX_PORT, GATEWAY_PORT = 18901, 18902, 18903
NOBODY_PORT = 18905  # no broker: a hop needs none
PATH = "/api/products/7/"
READY_WITHIN_SECONDS = 20.0
LOG_SHOWN_CHARS = 2_000
TARGET_UNIT = 0.4  # N-µs as in the targets: for a core that adds a million integers in 20 ms, not 50

NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    keepalive_requests 1000000000;
    upstream service {{ server 127.0.0.1:{upstream}; keepalive 64; keepalive_requests 1000000000; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://service;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header X-Forwarded-For $remote_addr;
        }}
    }}
}}
"""


def run(console: Console) -> None:
    """Measure both in turn and print the table."""
    seconds = float(os.environ.get("SECONDS_EACH") or 10)
    clients = _one_number(os.environ.get("CLIENTS") or "32")
    runs = int(os.environ.get("RUNS") or 3)
    key = SigningKey.generate("bench")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="hop-")))
        sides = _sides(stack, folder, key, console)
        figures = []
        for run in range(runs):
            for side in sides:
                console.print(f"run {run + 1}/{runs}: {side.name}, {clients} clients, {seconds:.0f} s …")
                figures.append(measure(side, "hop", clients, seconds))
    _print(console, figures)


def _one_number(clients: str) -> int:
    if not clients.isdecimal():
        raise SystemExit(f"make bench HOP=1: CLIENTS is one whole number, not {clients}.")
    return int(clients)


def _sides(stack: ExitStack, folder: Path, key: SigningKey, console: Console) -> list[Side]:
    log = folder / "log"
    (folder / "jwks.json").write_bytes(orjson.dumps(jwks([key])))
    command = [sys.executable, "-m", "bench.upstream", str(UPSTREAM_PORT), f"{folder}/jwks.json"]
    _started(stack, command, {}, log)
    _wait_for(f"http://127.0.0.1:{UPSTREAM_PORT}/", log)
    token = _token(key)
    gateway = _started(stack, [sys.executable, "-m", "gateway.main"], _environment(folder, key), log)
    _wait_for(f"http://127.0.0.1:{GATEWAY_PORT}{PATH}", log, token)
    ours = Side("gateway", _works(GATEWAY_PORT, token), {"gateway": gateway})
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        console.print("nginx is not installed (Debian: apt install nginx-light): measuring ours alone")
        return [ours]
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=NGINX_PORT, upstream=UPSTREAM_PORT))
    beside = _started(stack, [nginx, "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error.log"], {}, log)
    _wait_for(f"http://127.0.0.1:{NGINX_PORT}{PATH}", log)
    return [Side("nginx", _works(NGINX_PORT, token), {"nginx": beside}), ours]


def _works(port: int, token: str) -> dict[str, Work]:
    """The work: read one product repeatedly."""
    return {"hop": Work(lambda _: Connection(port, token), _read)}


async def _read(connection: Connection) -> None:
    await connection.call("GET", PATH, expect=200)


def _token(key: SigningKey) -> str:
    claims = {
        **{"user_id": 7, "email": "e@example.com", "username": "e", "role": "EMPLOYEE"},
        **{"roles": ["employee"], "sid": "1", "token_type": "access", "jti": "j"},
    }
    signer = TokenSigner(key, issuer="mostrador", audience="mostrador")
    return signer.sign(claims, 24 * 3600, system_clock())


def _environment(folder: Path, key: SigningKey) -> dict[str, str]:
    upstream = f"http://127.0.0.1:{UPSTREAM_PORT}"
    service_key = folder / "gateway.pem"
    service_key.touch(mode=0o600)
    service_key.write_bytes(key.pem())
    return {
        **{f"{service.upper()}_URL": upstream for service in SERVICES},
        "JWKS_URL": f"{upstream}/.well-known/jwks.json",
        "PORT": str(GATEWAY_PORT),
        "INTERNAL_PORT": str(GATEWAY_PORT + 1),
        "AMQP_URL": f"amqp://127.0.0.1:{NOBODY_PORT}/",
        "AMQP_PREFIX": "",
        "SERVICE_KEY_FILE": str(service_key),
        "CORS_ORIGINS": "*",
        "TRUSTED_PROXIES": "",
        "RATE_LIMIT_PER_USER": "100000/second",
        "RATE_LIMIT_PER_ADDRESS": "100000/second",
    }


def _started(stack: ExitStack, command: list[str], environment: Mapping[str, str], log: Path) -> int:
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=log.open("ab"), stderr=subprocess.STDOUT
    )

    def end() -> None:
        process.terminate()
        process.wait(timeout=30)

    stack.callback(end)
    return process.pid


def _wait_for(address: str, log: Path, bearer: str = "nobody") -> None:
    """Wait until `address` answers 200; at the deadline print the log and end the command."""
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while True:
        try:
            status: object = httpx.get(address, headers={"Authorization": f"Bearer {bearer}"}).status_code
        except httpx.TransportError as error:
            status = error
        if status == httpx.codes.OK:
            return
        if time.monotonic() > deadline:
            print(log.read_text()[-LOG_SHOWN_CHARS:])
            raise SystemExit(f"{address} was not ready after {READY_WITHIN_SECONDS:.0f} s: {status}")
        time.sleep(0.1)


def _print(console: Console, figures: list[Figure]) -> None:
    table = Table("side", "per second", "p50 ms", "p99 ms", "N-µs", "calibration ms", "failed")
    for figure in figures:
        table.add_row(
            figure.side,
            f"{figure.per_second:.0f}",
            f"{figure.p50_ms:.1f}",
            f"{figure.p99_ms:.1f}",
            f"{_n_us(figure):.0f}",
            f"{figure.calibration_ms:.1f}",
            str(figure.failures),
        )
    console.print(table)
    sides = {figure.side for figure in figures}
    costs = {side: median(_n_us(figure) for figure in figures if figure.side == side) for side in sides}
    for side, cost in sorted(costs.items()):
        console.print(f"{side}: {cost:.0f} N-µs a request (median of {len(figures) // len(costs)})")
    if "nginx" in costs:
        console.print(f"the gateway costs {costs['gateway'] / costs['nginx']:.1f} times nginx")


def _n_us(figure: Figure) -> float:
    return figure.n_ms * 1000 * TARGET_UNIT
