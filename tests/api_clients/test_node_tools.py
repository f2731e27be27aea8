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
    "skipLibCheck": True,
    "types": [],
}

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Both documents as files: a tool that can take both starts once, which takes it seconds."""
    folder = tmp_path_factory.mktemp("documents")
    files = [folder / f"{merged.dialect}.json" for merged in documents()]
    for file, merged in zip(files, documents(), strict=True):
        file.write_text(json.dumps(merged.document))
    return files


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


def test_redocly_finds_nothing(files: list[Path]) -> None:
    told = run("redocly", "lint", *files, "--config", HERE / "redocly.yaml", "--format", "json")
    assert told.count('"problems": []') == len(files), told


def test_spectral_finds_nothing(files: list[Path]) -> None:
    run("spectral", "lint", *files, "--ruleset", HERE / "spectral.yaml", "--fail-severity", "hint")


def test_every_operation_is_typed_and_every_refusal_has_a_type(files: list[Path], tmp_path: Path) -> None:
    for file, merged in zip(files, documents(), strict=True):
        run("openapi-typescript", file, "--output", tmp_path / f"{merged.dialect}.ts")
        (tmp_path / f"use_{merged.dialect}.ts").write_text(use_of(merged))
    config = tmp_path / "tsconfig.json"
    config.write_text(json.dumps({"compilerOptions": STRICT, "include": ["*.ts"]}))
    run("tsc", "--project", config)


def use_of(merged: Merged) -> str:
    """TypeScript that compiles if every operation of the document and its refusals have types."""
    names = [each.described["operationId"] for each in operations() if each.merged == merged]
    return (
        f'import type {{ components, operations }} from "./{merged.dialect}";\n'
        "type Known<T> = unknown extends T ? never : T;\n"
        + "".join(f'export type Of_{name} = Known<operations["{name}"]>;\n' for name in names)
        + 'const problem: Known<components["schemas"]["Problem"]> = '
        + ('{ detail: "Not found." };\n' if merged.dialect == "pos" else '{ error: "Product not found" };\n')
        + "export { problem };\n"
    )
