"""The third-party code that pages load is the locked one; compared without a network."""

import gzip
import hashlib
import json
from pathlib import Path

import pytest

from deploy.vendor import PLACES

LOCKED = {
    place.folder / name: sha256
    for place in PLACES
    for name, sha256 in json.loads((place.folder / "vendor.lock").read_text())["files"].items()
}
BESIDE = {"vendor.lock", "LICENSE", "LICENSES.md"}


@pytest.mark.parametrize("file", LOCKED, ids=lambda file: file.name)
def test_a_fetched_file_is_the_locked_one(file: Path) -> None:
    content = file.read_bytes()
    whole = gzip.decompress(content) if file.suffix == ".gz" else content
    assert hashlib.sha256(whole).hexdigest() == LOCKED[file]


def test_nothing_else_was_fetched() -> None:
    fetched = {file for place in PLACES for file in place.folder.iterdir() if file.name not in BESIDE}
    assert fetched == set(LOCKED)


def test_every_package_has_its_version_and_its_integrity() -> None:
    for place in PLACES:
        for package in json.loads((place.folder / "vendor.lock").read_text())["packages"].values():
            assert package["version"][0].isdigit()
            assert package["integrity"].startswith("sha512-")
