"""Fetches the third-party code that browser pages load, with npm: `make vendor`.

A `vendor.lock` names packages, versions and npm's integrity hashes; to take another version, change both and
run this. It writes the files, their hashes and their licenses, which `gateway/tests/unit/test_vendored.py`
compares without a network.
"""

import base64
import gzip
import hashlib
import json
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parent.parent
BUNDLER = "esbuild@0.28.2"

PREACT = """
export { h, render, Fragment } from "preact";
export { useEffect, useLayoutEffect, useRef } from "preact/hooks";
export { signal, computed, effect, batch, untracked, useSignal, useComputed, useSignalEffect }
  from "@preact/signals";
import { h } from "preact";
import htm from "htm";
export const html = htm.bind(h);
"""
IDB = 'export { openDB, deleteDB } from "idb";'
QRCODE = 'export { default as qrcode } from "qrcode-generator";'


@dataclass(frozen=True, slots=True)
class Vendored:
    """A folder with a `vendor.lock`, and what it takes: files of packages, or modules bundled into one."""

    folder: Path
    taken: Mapping[str, str]
    """Name of a file → its path among the packages; a name that ends with `.gz` is kept compressed."""
    bundled: Mapping[str, str]
    """Name of a file → the module that is bundled with all that it imports."""


PLACES = (
    Vendored(
        ROOT / "gateway/page/vendor",
        taken={
            "scalar.js.gz": "@scalar/api-reference/dist/browser/standalone.js",
            "scalar.css.gz": "@scalar/api-reference/dist/style.css",
        },
        bundled={},
    ),
    Vendored(
        ROOT / "web/vendor",
        taken={},
        bundled={"preact.js": PREACT, "idb.js": IDB, "qrcode.js": QRCODE},
    ),
)


def main() -> None:
    """Fetch, verify and write all files. Ends with one line if a package is not the locked one."""
    for place in PLACES:
        lock_file = place.folder / "vendor.lock"
        lock = json.loads(lock_file.read_text())
        with TemporaryDirectory() as work:
            packages = Path(work) / "node_modules"
            for name, locked in lock["packages"].items():
                _unpack(_verified(name, locked), packages / name)
            contents = {name: (packages / path).read_bytes() for name, path in place.taken.items()}
            contents |= {name: _bundle(module, packages) for name, module in place.bundled.items()}
            if licenses := _licenses(lock["packages"], packages):
                (place.folder / "LICENSES.md").write_text(licenses)
        lock["files"] = {name: _write(place.folder / name, content) for name, content in contents.items()}
        lock_file.write_text(json.dumps(lock, indent=2) + "\n")
        print(f"{place.folder.relative_to(ROOT)}: {', '.join(contents)}")


def _verified(name: str, locked: Mapping[str, str]) -> bytes:
    archive = _fetched(f"{name}@{locked['version']}")
    algorithm, _, expected = locked["integrity"].partition("-")
    if base64.b64encode(hashlib.new(algorithm, archive).digest()).decode() != expected:
        raise SystemExit(f"{name} {locked['version']} does not have the integrity in vendor.lock.")
    return archive


def _fetched(package: str) -> bytes:
    with TemporaryDirectory() as folder:
        print(f"fetching {package} …")
        subprocess.run(["npm", "pack", "--silent", "--pack-destination", folder, package], check=True)
        (archive,) = Path(folder).iterdir()
        return archive.read_bytes()


def _unpack(archive: bytes, folder: Path) -> None:
    with TemporaryDirectory(dir=_made(folder.parent)) as unpacked:
        (packed := Path(unpacked) / "archive.tgz").write_bytes(archive)
        with tarfile.open(packed) as files:
            files.extractall(unpacked, filter="data")
        (Path(unpacked) / "package").rename(folder)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _bundle(module: str, packages: Path) -> bytes:
    """One minified module with all that `module` imports."""
    esbuild = ["npm", "exec", "--yes", "--silent", f"--package={BUNDLER}", "--", "esbuild"]
    options = ["--bundle", "--minify", "--format=esm", "--target=es2022", "--legal-comments=none"]
    ran = subprocess.run(
        [*esbuild, *options], cwd=packages.parent, input=module.encode(), capture_output=True, check=False
    )
    if ran.returncode != 0:
        raise SystemExit(f"esbuild: {ran.stderr.decode().strip()}")
    return ran.stdout


def _licenses(locked: Mapping[str, Any], packages: Path) -> str:
    """The licenses that stand in the packages; Scalar's has none, and its file is kept by hand."""
    texts = [
        f"## {name} {package['version']}\n\n```\n{license_text}\n```\n"
        for name, package in locked.items()
        if (license_text := _license(packages / name))
    ]
    return "\n".join(["# Licenses of the files in this folder\n", *texts]) if texts else ""


def _license(package: Path) -> str:
    """The package's license, or the comment that begins its module; empty if there is neither."""
    if (license_file := package / "LICENSE").exists():
        return license_file.read_text().strip()
    module = json.loads((package / "package.json").read_text()).get("module")
    lines = (package / module).read_text().splitlines() if module else []
    comment = takewhile(lambda line: line.startswith("//"), lines)
    return "\n".join(line.removeprefix("//").strip("-").strip() for line in comment).strip()


def _write(file: Path, content: bytes) -> str:
    """Write the file; returns the hash of its contents, which do not depend on how they are compressed."""
    file.write_bytes(gzip.compress(content, mtime=0) if file.suffix == ".gz" else content)
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    main()
