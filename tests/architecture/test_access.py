"""Every route is open to the callers that its service's README names, and to no others.

A README's table of doors has a row for each route: `| request | who | answer |`. A door knows its callers by
their tokens only; that accounts and orders are their owner's to see is tested by the services.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import product

import httpx
import pytest

from libs.services import PARTS, SERVICES
from libs.testing.pos import ANONYMOUS, FORBIDDEN
from libs.testing.tokens import Tokens
from tests.architecture.endpoints import Endpoint, all_endpoints, each, without_names
from tests.architecture.sources import ROOT

pytestmark = pytest.mark.unit

ROLES = ("USER", "EMPLOYEE", "ADMIN", "OWNER")
WHO = {
    "anybody": {"nobody", *ROLES},
    "any user": {*ROLES},
    "staff": {"EMPLOYEE", "ADMIN", "OWNER"},
    "ADMIN, OWNER": {"ADMIN", "OWNER"},
}
ROW = re.compile(r"^\| (?P<requests>`[A-Z]+[` ].*?) \| (?P<who>[^|]+) \|", re.MULTILINE)
# By door: the bodies for a missing token and for a wrong role.
REFUSED = {
    "pos": (ANONYMOUS, FORBIDDEN),
    "store": ({"error": "Authorization header missing"}, {"error": "Admin access required"}),
}
# Rights come before shapes.
BAD_QUERY = {"limit": "x", "start_date": "x"}
NO_JSON = b"{not json"


@cache
def documented(service: str) -> dict[tuple[str, str], str]:
    """The callers of each method and path in the service's README; no row stands twice."""
    rows: dict[tuple[str, str], str] = {}
    for row in ROW.finditer((ROOT / "services" / service / "README.md").read_text()):
        for request in requests_in(row["requests"]):
            assert rows.setdefault(request, row["who"]) == row["who"], request
    return rows


def requests_in(cell: str) -> Iterator[tuple[str, str]]:
    """The requests in a cell: "`GET`, `POST /api/orders/`" names two."""
    methods, paths = re.findall(r"`([A-Z]+)", cell), re.findall(r" (/[^`]*)`", cell)
    return product(methods, (without_names(path.partition("?")[0]) for path in paths))


def who(endpoint: Endpoint) -> str:
    """The cell of the README that names the endpoint's callers."""
    return documented(endpoint.service)[endpoint.method, endpoint.path]


def is_public(endpoint: Endpoint) -> bool:
    return endpoint.door != "internal"


def is_internal(endpoint: Endpoint) -> bool:
    return endpoint.door == "internal"


@pytest.mark.parametrize("service", SERVICES)
def test_a_readme_lists_exactly_the_routes_of_its_service(service: str) -> None:
    routes = {(one.method, one.path) for one in all_endpoints() if one.service == service}
    assert set(documented(service)) == routes


@each(is_public)
async def test_a_route_is_open_to_the_named_roles_only(endpoint: Endpoint, tokens: Tokens) -> None:
    callers = {role: tokens.bearer(role=role, user_id=1) for role in ROLES} | {"nobody": {}}
    missing, wrong_role = REFUSED[endpoint.door]
    refused = {
        caller: (answer.status_code, answer.json())
        for caller, answer in (await answers(endpoint, tokens, callers)).items()
        if answer.status_code in {401, 403}
    }
    assert refused == {
        caller: (401, missing) if caller == "nobody" else (403, wrong_role)
        for caller in callers.keys() - WHO[who(endpoint)]
    }


@each(is_public)
async def test_a_bad_token_is_refused_where_one_is_read(endpoint: Endpoint, tokens: Tokens) -> None:
    bad = await answers(endpoint, tokens, {"bad": {"Authorization": "Bearer nonsense"}})
    assert (bad["bad"].status_code == 401) is endpoint.facts.identifies


@each(is_internal)
async def test_an_internal_route_is_open_to_the_named_services_only(
    endpoint: Endpoint, tokens: Tokens
) -> None:
    callers = {name: tokens.service(caller=name, audience=endpoint.service) for name in PARTS}
    refused = {
        caller: answer.status_code
        for caller, answer in (await answers(endpoint, tokens, callers)).items()
        if answer.status_code in {401, 403}
    }
    assert refused == dict.fromkeys(callers.keys() - {*who(endpoint).split(", ")}, 403)


@each(is_internal)
async def test_an_internal_route_takes_no_other_token(endpoint: Endpoint, tokens: Tokens) -> None:
    caller = who(endpoint).split(", ")[0]
    elsewhere = next(service for service in PARTS if service != endpoint.service)
    others = {
        "none": {},
        "a user's": tokens.bearer(role="OWNER"),
        "for another service": tokens.service(caller=caller, audience=elsewhere),
    }
    refused = await answers(endpoint, tokens, others)
    assert [answer.status_code for answer in refused.values()] == [401] * 3


async def answers(
    endpoint: Endpoint, tokens: Tokens, headers: dict[str, dict[str, str]]
) -> dict[str, httpx.Response]:
    """The answers to a malformed request with each of the tokens. User 1 asks for what has the id 1."""
    path = endpoint.well_formed_path
    async with endpoint.client(tokens) as client:
        return {
            caller: await client.request(
                endpoint.method, path, headers=token, params=BAD_QUERY, content=NO_JSON
            )
            for caller, token in headers.items()
        }
