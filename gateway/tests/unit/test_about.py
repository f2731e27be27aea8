"""The welcome page tells the truth."""

import tomllib
from pathlib import Path

from gateway.about import WELCOME

PROJECT = Path(__file__).parents[3] / "pyproject.toml"


def test_it_names_the_version_that_it_is() -> None:
    assert WELCOME["version"] == tomllib.loads(PROJECT.read_text())["project"]["version"]
