"""Every error row of contract §1, in each dialect, through the doors."""

import httpx
import pytest

POS_ROWS = {
    "missing-token": (401, {"detail": "Authentication credentials were not provided."}),
    "bad-token": (
        401,
        {"detail": "Given token not valid for any token type", "code": "token_not_valid"},
    ),
    "bad-login": (401, {"detail": "No active account found with the given credentials"}),
    "wrong-role": (403, {"detail": "You do not have permission to perform this action."}),
    "not-mine": (403, {"detail": "You do not have permission to perform this action."}),
    "not-found": (404, {"detail": "Not found."}),
    "throttled": (429, {"detail": "Request was throttled. Expected available in 17 seconds."}),
    "down": (503, {"detail": "Service temporarily unavailable."}),
    "fields": (400, {"email": ["Taken."], "phone": ["Taken too."]}),
    "one-field": (400, {"amount": ["Ensure this value is positive."]}),
    "conflict-on-field": (400, {"sku": ["product with this sku already exists."]}),
    "conflict": (400, {"error": "Insufficient stock.", "available": 2}),
    "rule": (400, {"non_field_errors": ["Solo se pueden pagar órdenes PENDIENTES."]}),
}
STORE_ROWS = {
    "missing-token": (401, {"error": "Authorization header missing"}),
    "bad-token": (401, {"error": "Invalid or expired token"}),
    "bad-login": (401, {"error": "Invalid credentials"}),
    "wrong-role": (403, {"error": "Admin access required"}),
    "not-mine": (403, {"error": "Access denied"}),
    "not-found": (404, {"error": "Product not found"}),
    "throttled": (429, {"error": "Too many requests"}),
    "down": (503, {"error": "Service temporarily unavailable"}),
    "fields": (400, {"error": "Taken.", "fields": {"email": ["Taken."], "phone": ["Taken too."]}}),
    "one-field": (
        400,
        {
            "error": "Ensure this value is positive.",
            "fields": {"amount": ["Ensure this value is positive."]},
        },
    ),
    "conflict-on-field": (409, {"error": "SKU already exists"}),
    "conflict": (400, {"error": "Insufficient stock.", "available": 2}),
    "rule": (409, {"error": "Solo se pueden pagar órdenes PENDIENTES."}),
}


@pytest.mark.parametrize("name", POS_ROWS)
async def test_pos_words_it_as_django_rest_framework(client: httpx.AsyncClient, name: str) -> None:
    response = await client.post(f"/api/refusals/{name}/")
    assert (response.status_code, response.json()) == POS_ROWS[name]


@pytest.mark.parametrize("name", STORE_ROWS)
async def test_store_words_it_as_a_plain_shop_api(client: httpx.AsyncClient, name: str) -> None:
    response = await client.post(f"/refusals/{name}")
    assert (response.status_code, response.json()) == STORE_ROWS[name]


CODES = {
    "missing-token": "token_missing",
    "bad-token": "token_not_valid",
    "bad-login": "login_failed",
    "wrong-role": "role_required",
    "not-mine": "not_owner",
    "not-found": "not_found",
    "throttled": "throttled",
    "down": "unavailable",
    "fields": "email_taken",
    "shape": "invalid_fields",
    "one-field": "never_positive",
    "conflict": "insufficient_stock",
}


@pytest.mark.parametrize("base", ["/api", "", "/internal"])
@pytest.mark.parametrize("name", CODES)
async def test_every_dialect_tells_the_same_code_of_the_first_refusal(
    client: httpx.AsyncClient, base: str, name: str
) -> None:
    response = await client.post(f"{base}/refusals/{name}/")
    assert response.headers["x-error-code"] == CODES[name]


@pytest.mark.parametrize(("name", "seconds"), [("throttled", "17"), ("down", "2")])
@pytest.mark.parametrize("base", ["/api", "", "/internal"])
async def test_what_may_be_tried_again_says_when(
    client: httpx.AsyncClient, base: str, name: str, seconds: str
) -> None:
    response = await client.post(f"{base}/refusals/{name}/")
    assert response.headers["retry-after"] == seconds


async def test_internal_errors_carry_a_code_to_act_on(client: httpx.AsyncClient) -> None:
    response = await client.post("/internal/refusals/conflict")
    assert response.status_code == 409
    assert response.json() == {"code": "insufficient_stock", "details": {"available": 2}}


async def test_internal_field_errors_are_in_the_details(client: httpx.AsyncClient, tokens: object) -> None:
    response = await client.post("/internal/refusals/shape")
    assert response.json()["details"] == {"fields": {"email": ["Taken."], "phone": ["Taken too."]}}


@pytest.mark.parametrize(
    ("base", "body"),
    [
        ("/api", {"detail": "A server error occurred."}),
        ("", {"error": "Internal server error"}),
    ],
)
async def test_a_bug_is_a_500_that_gives_nothing_away(
    client: httpx.AsyncClient, base: str, body: dict[str, str]
) -> None:
    response = await client.get(f"{base}/bug/")
    assert (response.status_code, response.json()) == (500, body)
    assert response.headers["x-error-code"] == "server_error"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/orders/", {"detail": 'Method "PUT" not allowed.'}),
        ("/orders", {"error": "Method not allowed"}),
    ],
)
async def test_another_method_is_a_405_that_names_the_right_ones(
    client: httpx.AsyncClient, path: str, body: dict[str, str]
) -> None:
    response = await client.put(path)
    assert (response.status_code, response.json()) == (405, body)
    assert response.headers["allow"] == "GET, POST"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/nothing/", {"detail": "Not found."}),
        ("/api", {"detail": "Not found."}),
        ("/nothing", {"error": "Resource not found"}),
        ("/", {"error": "Resource not found"}),
        ("/apiary", {"error": "Resource not found"}),
    ],
)
async def test_an_unknown_path_is_a_404_in_its_dialect(
    client: httpx.AsyncClient, path: str, body: dict[str, str]
) -> None:
    response = await client.get(path)
    assert (response.status_code, response.json()) == (404, body)
