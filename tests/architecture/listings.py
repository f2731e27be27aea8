"""Every list of every service."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from libs.common.db.pages import Listing
from tests.architecture.doors import ROOT


def listings() -> Iterator[tuple[tuple[str, str], Listing[Any]]]:
    """Service and name, and the list."""
    for file in sorted(ROOT.glob("services/*/usecases/**/*.py")):
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for name, value in vars(import_module(module)).items():
            if isinstance(value, Listing):
                yield (file.relative_to(ROOT).parts[1], name), value


LISTINGS = sorted(dict(listings()).items())
