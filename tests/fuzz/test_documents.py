"""Every answer to any request matches the API documents, and none is a server error (contract §1).

schemathesis makes requests from the public merged documents and sends them
through the gateway to the real suite. `make test` sends a few, always the same; `make fuzz` sends new
ones for `FUZZ_MINUTES` per role and shows its progress.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.layout import ROOT
from deploy.local.suite import LocalSuite
from tests.e2e.shop import Shop
from tests.e2e.waiting import eventually
from tests.fuzz.things import THINGS
from tests.suites import PORT_BASES, given_servers, running_suite

CONFIG = ROOT / "tests" / "fuzz" / "schemathesis.toml"
MINUTES = float(os.environ.get("FUZZ_MINUTES", "0"))
EXAMPLES = 3
"""Random requests per operation in `make test`, in addition to the systematic ones."""

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600 + MINUTES * 60)]


@pytest.fixture(scope="module")
def suite(pytestconfig: pytest.Config, postgres_admin_url: str, amqp_url: str) -> Iterator[LocalSuite]:
    """A separate suite, because the fuzzer's failed logins would throttle the users of the stories.

    It stops no server, so it uses those of the run.
    """
    # Ports from the other end than those of the stories, which may start at the same time.
    ports = reversed(PORT_BASES)
    with (
        given_servers(postgres_admin_url, amqp_url, "fuzz") as given,
        running_suite(pytestconfig, ports, {}, given) as suite,
    ):
        yield suite


@pytest.fixture(scope="module")
def shop(suite: LocalSuite) -> Iterator[Shop]:
    """A shop with a few products and customers."""
    shop = Shop.open(suite.gateway_url)
    for _ in range(THINGS):
        shop.new_product(stock=100_000)
        shop.new_customer()
    eventually(lambda: assert_documents_are_whole(shop), within_seconds=30)
    yield shop
    shop.close()


def assert_documents_are_whole(shop: Shop) -> None:
    """The gateway has the documents of every service."""
    for path in ("/api/docs/openapi.json", "/docs/openapi.json"):
        assert "Not described just now" not in shop.owner.get(path).json()["info"]["description"]


@pytest.mark.parametrize(
    ("document", "base", "role"),
    [
        ("/api/docs/openapi.json", "/api", "owner"),
        ("/docs/openapi.json", "", "admin"),
        ("/docs/openapi.json", "", "user"),
    ],
)
def test_every_answer_is_as_documented(
    document: str, base: str, role: str, shop: Shop, tmp_path: Path
) -> None:
    how_long = ["--max-time", str(int(MINUTES * 60))] if MINUTES else ["--seed", "1", "-n", str(EXAMPLES)]
    run = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", CONFIG),
            *("run", shop.url + document, "--url", shop.url + base, *how_long),
        ],
        cwd=tmp_path,  # the folder for schemathesis' files
        env={**os.environ, "PYTHONPATH": str(ROOT), "FUZZ_GATEWAY": shop.url, "FUZZ_ROLE": role},
        stdout=None if MINUTES else subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert run.returncode == 0, (
        f"{role} was answered what {document} does not say:\n{run.stdout or 'see above'}"
    )
