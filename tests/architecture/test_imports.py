"""Processes import nothing that they do not need: each module is memory of every process, for good, and time
at its start."""

import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT

NEEDED_NOWHERE = {"rich", "pygments", "hypothesis", "pytest", "supervisor", "alembic", "sqlalchemy", "psutil"}
FOR_TRACES = {"opentelemetry.sdk", "opentelemetry.proto", "google.protobuf", "requests", "urllib3"}
"""Loaded once an endpoint is set. FastAPI itself loads OpenTelemetry's API."""
NEEDED_NOWHERE |= FOR_TRACES
NEEDED_BY_SOME_COMMANDS = {"services", "aio_pika", "httpx", "watchfiles", "pydantic_settings", "sqlalchemy"}
"""Each would make every command of `make` start later."""
FOR_PAGES = {"markdown_it", "jinja2"}
"""The gateway renders its pages of Markdown, sales its tickets."""
LOADED = "import sys, importlib; importlib.import_module(sys.argv[1]); print(*sys.modules)"

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("gateway.main", NEEDED_NOWHERE | {"jinja2"}),
        ("services.sales.main", NEEDED_NOWHERE | {"markdown_it"}),
        ("services.sales.worker", NEEDED_NOWHERE | FOR_PAGES | {"services.sales.api.pos.routes"}),
        ("services.catalog.worker", NEEDED_NOWHERE | FOR_PAGES),
        ("deploy.local.commands", NEEDED_BY_SOME_COMMANDS),
    ],
)
def test_a_process_imports_nothing_that_it_does_not_need(module: str, forbidden: set[str]) -> None:
    process = subprocess.run(
        [sys.executable, "-c", LOADED, module], check=True, capture_output=True, text=True, cwd=ROOT
    )
    assert forbidden & set(process.stdout.split()) == set()
