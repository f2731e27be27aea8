"""openapi-python-client generates a client with every operation, without a warning."""

import compileall
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.documents import Merged, documents, operations

pytestmark = pytest.mark.timeout(240)


@pytest.mark.parametrize("merged", documents(), ids=lambda merged: merged.dialect)
def test_a_python_client_has_every_operation(merged: Merged, tmp_path: Path) -> None:
    client, config = tmp_path / "client", tmp_path / "config.yaml"
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(merged.document))
    config.write_text("post_hooks: []\n")  # formatting it is not what this is about
    run = subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning"),
            *("--meta", "none", "--path", document, "--output-path", client, "--config", config),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    generated = {file.stem for file in client.glob("api/*/*.py")} - {"__init__"}
    assert generated == {
        operation.described["operationId"] for operation in operations() if operation.merged == merged
    }
    assert compileall.compile_dir(client, quiet=1)
