"""Finds every door of every service in the sources, so that none is forgotten."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module

from libs.common.http.door import Door
from tests.architecture.sources import modules


def api_modules() -> Iterator[str]:
    """The names of all modules in `services/<service>/api`."""
    yield from modules("services/*/api/**/*.py")


@cache
def all_doors() -> dict[tuple[str, str], Door]:
    """The doors by service and by their module or package in `api`: `("sales", "pos")`.

    Two doors in one module or package are an error.
    """
    doors: dict[tuple[str, str], Door] = {}
    for module in api_modules():
        _, service, _, *inside = module.split(".")
        for value in vars(import_module(module)).values():
            if isinstance(value, Door):
                place = (service, inside[0] if inside else "api")
                assert doors.setdefault(place, value) is value, f"{place} has two doors"
    return doors


def doors_at(name: str) -> dict[str, Door]:
    """The doors with one name, by service: `doors_at("pos")`."""
    return {service: door for (service, place), door in all_doors().items() if place == name}
