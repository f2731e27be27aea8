"""The fiscal facts of customers at POS: registered, changed, read, and in the change feed."""

from httpx import AsyncClient

from libs.testing.horizon import all_ended
from services.customers.deps import Deps
from services.customers.tests.builders import (
    CUSTOMERS,
    FISCAL,
    MARIA,
    a_customer,
    customer_path,
    published,
    reading,
)

UNKNOWN = dict.fromkeys(FISCAL)


def fiscal(customer: dict[str, object]) -> dict[str, object]:
    return {field: customer[field] for field in FISCAL}


async def test_they_are_registered_read_listed_and_fed(client: AsyncClient, deps: Deps) -> None:
    assert fiscal(await a_customer(client, **FISCAL)) == FISCAL
    assert fiscal(await reading(client, 1)) == FISCAL
    assert [fiscal(each) for each in (await client.get(CUSTOMERS)).json()] == [FISCAL]
    await all_ended(deps.database)
    feed = (await client.get(f"{CUSTOMERS}changes/")).json()
    assert [fiscal(each) for each in feed["items"]] == [FISCAL]


async def test_a_change_changes_what_it_names(client: AsyncClient, deps: Deps) -> None:
    await a_customer(client, **FISCAL)
    await all_ended(deps.database)
    after = (await client.get(f"{CUSTOMERS}changes/")).json()["next"]
    changed = await client.patch(customer_path(1), json={"uso_cfdi": "s01", "cp_fiscal": None})
    expected = {**FISCAL, "uso_cfdi": "S01", "cp_fiscal": None}
    assert (changed.status_code, fiscal(changed.json())) == (200, expected)
    assert fiscal((await client.put(customer_path(1), json={"first_name": "Ana"})).json()) == expected
    await all_ended(deps.database)
    feed = (await client.get(f"{CUSTOMERS}changes/", params={"after": after})).json()
    assert [fiscal(each) for each in feed["items"]] == [expected]


async def test_they_need_not_be_known(client: AsyncClient) -> None:
    assert fiscal(await a_customer(client)) == UNKNOWN
    blank = await client.patch(customer_path(1), json=dict.fromkeys(FISCAL, ""))
    assert (blank.status_code, fiscal(blank.json())) == (200, UNKNOWN)


async def test_several_customers_may_have_one_tax_number(client: AsyncClient) -> None:
    await a_customer(client, **FISCAL)
    second = await a_customer(client, **FISCAL, phone_number="55", email=None)
    assert second["rfc"] == FISCAL["rfc"]


async def test_a_bad_one_is_refused_in_words_and_nothing_is_stored(client: AsyncClient) -> None:
    await a_customer(client, **FISCAL)
    refused = await client.patch(customer_path(1), json={"rfc": "MAB9307148T5", "first_name": "Ana"})
    assert (refused.status_code, refused.json()) == (
        400,
        {"rfc": ["El RFC no es válido: revisa las letras, la fecha y el dígito verificador."]},
    )
    refused = await client.post(CUSTOMERS, json={**MARIA, "phone_number": "55", "cp_fiscal": "123"})
    assert refused.json() == {
        "email": ["customer with this email already exists."],
        "cp_fiscal": ["El código postal son 5 dígitos."],
    }
    assert await reading(client, 1) == (await client.get(CUSTOMERS)).json()[0]
    assert (await reading(client, 1))["first_name"] == "Maria"


async def test_events_do_not_tell_them(client: AsyncClient, deps: Deps) -> None:
    await a_customer(client, **FISCAL)
    (event,) = await published(deps)
    assert not set(FISCAL) & set(event.model_dump())
