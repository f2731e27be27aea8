"""Every list of every service."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from libs.common.db.pages import Listing
from tests.architecture.sources import modules


def listings() -> Iterator[tuple[tuple[str, str], Listing[Any]]]:
    """Service and name, and the list."""
    for module in modules("services/*/usecases/**/*.py"):
        for name, value in vars(import_module(module)).items():
            if isinstance(value, Listing):
                yield (module.split(".")[1], name), value


LISTINGS = sorted(dict(listings()).items())
