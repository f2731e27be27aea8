"""Every internal route has a contract, and names its callers."""

from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute
from starlette.routing import compile_path

from libs.common.contracts.internal.registry import ENDPOINTS
from libs.common.contracts.internal.samples import sample
from libs.common.errors import NotFound
from libs.common.http.internal import InternalDoor
from libs.services import PARTS
from tests.architecture.doors import all_doors

pytestmark = pytest.mark.unit

CONTRACTS = {(endpoint.callee, endpoint.method, endpoint.path): endpoint for endpoint in ENDPOINTS}


def internal_routes() -> Iterator[tuple[tuple[str, str, str], APIRoute]]:
    """Every route of every internal door, with service, method and path."""
    for (service, _), door in all_doors().items():
        if isinstance(door, InternalDoor):
            for route in door.routes:
                assert isinstance(route, APIRoute)
                for method in route.methods or ():
                    yield (service, method, door.mounted_at + route.path), route


ROUTES = dict(internal_routes())


def test_every_internal_route_has_a_contract_and_every_contract_a_route() -> None:
    assert ROUTES.keys() == CONTRACTS.keys()


def test_every_route_answers_with_the_model_of_its_contract() -> None:
    wrong = [
        called for called, route in ROUTES.items() if route.response_model is not CONTRACTS[called].answer
    ]
    assert wrong == []


def test_every_route_refuses_as_its_contract_says() -> None:
    for called, route in ROUTES.items():
        declared = {error.code for error in getattr(route.endpoint, "refusals", ())}
        by_id = {NotFound.code} if route.dependant.path_params else set()  # on every route with an id
        assert declared <= CONTRACTS[called].refusals <= declared | by_id, called


def test_every_route_names_the_services_that_may_call_it() -> None:
    for called, route in ROUTES.items():
        (named,) = (
            callers
            for dependency in route.dependant.dependencies
            if (callers := getattr(dependency.call, "callers", None)) is not None
        )
        assert named, called
        assert set(named) <= set(PARTS) - {called[0]}, called


def test_the_path_of_every_sample_is_one_of_its_endpoint() -> None:
    for endpoint in ENDPOINTS:
        path, _, _ = sample(endpoint).path.partition("?")
        assert compile_path(endpoint.path)[0].fullmatch(path), endpoint.name
