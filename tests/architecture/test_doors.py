"""A service mounts each of its doors, with all routes, at the prefix of the door's dialect."""

import subprocess
import sys
from importlib import import_module

import pytest
from fastapi.routing import APIRoute

from libs.common.http.door import Door
from libs.common.http.idempotency import honours_key
from libs.common.http.internal import InternalDoor
from libs.common.http.pos import PosDoor
from libs.common.http.store import StoreDoor
from libs.services import SERVICES
from tests.architecture.doors import all_doors, api_modules

KINDS: dict[str, type[Door]] = {"pos": PosDoor, "store": StoreDoor, "internal": InternalDoor}
DOORS = [pytest.param(*place, door, id="-".join(place)) for place, door in all_doors().items()]

pytestmark = pytest.mark.unit


def test_every_service_has_a_door() -> None:
    assert {service for service, _ in all_doors()} == set(SERVICES)


@pytest.mark.parametrize(("service", "name", "door"), DOORS)
def test_a_door_speaks_the_dialect_that_its_package_names(service: str, name: str, door: Door) -> None:
    assert type(door) is KINDS[name]


@pytest.mark.parametrize(("service", "name", "door"), DOORS)
def test_a_door_is_opened_by_its_service(service: str, name: str, door: Door) -> None:
    assert any(value is door for value in vars(import_module(f"services.{service}.main")).values())


@pytest.mark.parametrize(("service", "name", "door"), DOORS)
def test_a_door_has_routes(service: str, name: str, door: Door) -> None:
    assert any(isinstance(route, APIRoute) for route in door.routes)


def idempotent_services() -> set[str]:
    return {
        service
        for (service, _), door in all_doors().items()
        if any(isinstance(route, APIRoute) and honours_key(route.endpoint) for route in door.routes)
    }


def test_a_service_with_idempotent_routes_has_their_tables() -> None:
    assert idempotent_services()
    for service in idempotent_services():
        tables = import_module(f"services.{service}.tables").Table.metadata.tables
        assert {"idempotency_keys", "operations"} <= set(tables), service


def test_a_web_process_imports_all_routes_of_its_service() -> None:
    # In another process, because the search for doors has imported every module here.
    imports = "; ".join(f"import services.{service}.main" for service in SERVICES)
    told = subprocess.run(
        [sys.executable, "-c", f"import sys; {imports}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(api_modules()) - set(told.stdout.split()) == set()
