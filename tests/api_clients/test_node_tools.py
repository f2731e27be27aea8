"""Linters find nothing in the API documents; TypeScript made of them has every operation and compiles."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.api_clients.conftest import HERE, TOOLS
from tests.architecture.documents import Merged, documents, operations

# Neither tool reports to its maker, nor asks for a newer version of itself.
QUIET = ("env", "REDOCLY_TELEMETRY=off", "REDOCLY_SUPPRESS_UPDATE_NOTICE=true")
STRICT = {
    "strict": True,
    "noEmit": True,
    "exactOptionalPropertyTypes": True,
    "noUncheckedIndexedAccess": True,
    "target": "es2022",
    "module": "esnext",
    "moduleResolution": "bundler",
    "types": [],
}

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(params=documents(), ids=lambda merged: merged.dialect)
def merged(request: pytest.FixtureRequest) -> Merged:
    """Each document in turn."""
    found: Merged = request.param
    return found


@pytest.fixture
def document(merged: Merged, tmp_path: Path) -> Path:
    """The document as a file."""
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(merged.document))
    return file


def run(tool: str, *arguments: str | Path) -> str:
    """The output of a tool, which must not fail."""
    done = subprocess.run(
        [*QUIET, TOOLS / tool, *arguments],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_redocly_finds_nothing(document: Path) -> None:
    found = json.loads(
        run("redocly", "lint", document, "--config", HERE / "redocly.yaml", "--format", "json")
    )
    assert found["problems"] == []


def test_spectral_finds_nothing(document: Path) -> None:
    run("spectral", "lint", document, "--ruleset", HERE / "spectral.yaml", "--fail-severity", "hint")


def test_every_operation_is_typed_and_every_refusal_has_a_type(
    merged: Merged, document: Path, tmp_path: Path
) -> None:
    types = tmp_path / "api.ts"
    run("openapi-typescript", document, "--output", types)
    names = [each.described["operationId"] for each in operations() if each.merged == merged]
    (tmp_path / "use.ts").write_text(
        'import type { components, operations } from "./api";\n'
        "type Known<T> = unknown extends T ? never : T;\n"
        + "".join(f'export type Of_{name} = Known<operations["{name}"]>;\n' for name in names)
        + 'const problem: Known<components["schemas"]["Problem"]> = '
        + ('{ detail: "Not found." };\n' if merged.dialect == "pos" else '{ error: "Product not found" };\n')
        + "export { problem };\n"
    )
    config = tmp_path / "tsconfig.json"
    config.write_text(json.dumps({"compilerOptions": STRICT, "files": ["api.ts", "use.ts"]}))
    run("tsc", "--project", config)
