"""GET /internal/open-shift: customers learns whose drawer takes a payment of credit."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from httpx import AsyncClient

from libs.common.contracts.internal.sales import GET_OPEN_SHIFT, ShiftRefusal, open_shift_path
from libs.common.contracts.internal.samples import sample
from libs.testing.asgi import asgi_client
from libs.testing.samples import ask
from libs.testing.tokens import Tokens
from services.sales.deps import Deps
from services.sales.main import create_app
from services.sales.tests.shifts import a_register, opened

NOBODY: dict[str, int | None] = {"shift_id": None, "register_id": None}


@pytest.fixture
def customers(tokens: Tokens) -> dict[str, str]:
    """The token of customers as a caller."""
    return tokens.service(caller="customers", audience="sales")


@pytest.fixture
async def strict(deps: Deps) -> AsyncIterator[AsyncClient]:
    """A client of a shop that requires an open shift."""
    settings = deps.settings.model_copy(update={"require_open_shift": True})
    async with asgi_client(create_app(replace(deps, settings=settings))) as client:
        yield client


async def test_the_shift_is_the_registers_or_ones_own_or_the_only_one(
    till: AsyncClient, admin: AsyncClient, customers: dict[str, str]
) -> None:
    async def found(user: int, register: int | None = None) -> dict[str, int | None]:
        answer = await till.get(open_shift_path(user, register), headers=customers)
        assert answer.status_code == 200, answer.text
        body: dict[str, int | None] = answer.json()
        return body

    first, second = await a_register(admin, "1"), await a_register(admin, "2")
    assert await found(7) == NOBODY
    of_first = {"shift_id": await opened(till, first), "register_id": first}
    assert await found(8) == of_first  # the only one that is open
    of_second = {"shift_id": await opened(admin, second), "register_id": second}
    assert (await found(7), await found(9), await found(8)) == (of_first, of_second, NOBODY)
    assert await found(7, second) == of_second


async def test_it_is_answered_as_sampled(
    till: AsyncClient, admin: AsyncClient, customers: dict[str, str]
) -> None:
    await a_register(admin, "1")
    await opened(till, await a_register(admin, "2"))
    assert await ask(till, GET_OPEN_SHIFT, customers) == sample(GET_OPEN_SHIFT).answer


async def test_money_without_a_drawer_is_refused_as_sampled(
    till: AsyncClient, strict: AsyncClient, admin: AsyncClient, customers: dict[str, str]
) -> None:
    refusals = sample(GET_OPEN_SHIFT).refusals
    assert await ask(till, GET_OPEN_SHIFT, customers) == refusals[ShiftRefusal.UNKNOWN_REGISTER]
    await a_register(admin, "1")
    await a_register(admin, "2")
    assert await ask(till, GET_OPEN_SHIFT, customers) == refusals[ShiftRefusal.NO_OPEN_SHIFT]
    answer = await strict.get(open_shift_path(7), headers=customers)
    expected = refusals[ShiftRefusal.SHIFT_REQUIRED]
    assert (answer.status_code, answer.json()) == (expected.status, expected.body)


@pytest.mark.parametrize("query", ["", "?user_id=x", "?user_id=7&register_id=x"])
async def test_a_malformed_question_is_refused(
    till: AsyncClient, customers: dict[str, str], query: str
) -> None:
    answer = await till.get(f"/internal/open-shift{query}", headers=customers)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_fields")
