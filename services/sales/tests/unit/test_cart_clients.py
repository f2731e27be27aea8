"""sales' clients for carts: quotes of catalog, names of auth."""

from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest

from libs.common.calls.client import Json, RemoteRefusal, ServiceClient
from libs.common.contracts.internal.auth import GET_USER
from libs.common.contracts.internal.catalog import LIST_QUOTES, QUOTES_MAX
from libs.common.contracts.internal.samples import Reply, sample
from libs.common.errors import Unavailable
from libs.testing.samples import answering
from libs.testing.tokens import Tokens
from services.sales.clients.auth import AuthShoppers
from services.sales.clients.catalog import CatalogQuotes
from services.sales.domain.carts import Quote
from services.sales.domain.shoppers import Shopper, ShopperNotFound

IN_THE_SAMPLE = (2, 1, 9)


class CatalogOfAnything(ServiceClient):
    """A catalog that has every product."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []

    async def get(self, path: str, *, json: object = None, timeout_seconds: float = 2.0) -> Json:
        """A quote of every product in the query."""
        ids = [int(product) for product in parse_qs(urlsplit(path).query)["product_id"]]
        self.asked.append(ids)
        return {"quotes": [QUOTED | {"product_id": product_id} for product_id in ids]}


QUOTED = sample(LIST_QUOTES).answer.body["quotes"][0]


async def quoted(tokens: Tokens, reply: Reply | None = None) -> dict[int, Quote]:
    async with answering(LIST_QUOTES, tokens, reply, caller="sales") as catalog:
        return dict(await CatalogQuotes(catalog).find(IN_THE_SAMPLE))


async def found(tokens: Tokens, reply: Reply | None = None) -> Shopper:
    async with answering(GET_USER, tokens, reply, caller="sales") as auth:
        return await AuthShoppers(auth).find(1)


async def test_quotes_are_exact_and_unknown_products_have_none(tokens: Tokens) -> None:
    assert await quoted(tokens) == {
        1: Quote(
            1, "Premium Dog Food 15kg", Decimal("34.00"), 47, is_active=True, name="DOG01", tax_rate="0.16"
        ),
        2: Quote(2, "Leche", Decimal("25.50"), 0, is_active=False, name="Leche", tax_rate="EXENT"),
    }


async def test_a_quote_of_the_version_before_names_the_product_as_the_web_shop_does(tokens: Tokens) -> None:
    earlier = {name: QUOTED[name] for name in QUOTED.keys() - {"name", "tax_rate"}}
    quotes = await quoted(tokens, Reply(200, {"quotes": [earlier]}))
    assert [(quote.name, quote.tax_rate) for quote in quotes.values()] == [("Premium Dog Food 15kg", None)]


async def test_a_catalog_of_the_version_before_has_no_quotes(tokens: Tokens) -> None:
    with pytest.raises(Unavailable):
        await quoted(tokens, Reply(404, {"code": "not_found", "details": {}}))


async def test_a_refusal_of_quotes_is_a_mistake(tokens: Tokens) -> None:
    with pytest.raises(RemoteRefusal):
        await quoted(tokens, Reply(400, {"code": "invalid_fields", "details": {}}))


@pytest.mark.parametrize(("products", "requests"), [(0, 0), (1, 1), (QUOTES_MAX, 1), (QUOTES_MAX * 2 + 1, 3)])
async def test_many_quotes_are_asked_for_in_as_few_requests_as_catalog_allows(
    products: int, requests: int
) -> None:
    catalog = CatalogOfAnything()
    quotes = await CatalogQuotes(catalog).find(range(1, products + 1))
    assert quotes.keys() == set(range(1, products + 1))
    assert len(catalog.asked) == requests
    assert all(len(ids) <= QUOTES_MAX for ids in catalog.asked)


async def test_a_user_is_found_by_name(tokens: Tokens) -> None:
    assert await found(tokens) == Shopper(1, "laura")


async def test_an_unknown_or_deleted_user_does_not_shop(tokens: Tokens) -> None:
    gone = {**sample(GET_USER).answer.body, "is_active": False}
    for reply in (sample(GET_USER).refusals["not_found"], Reply(200, gone)):
        with pytest.raises(ShopperNotFound):
            await found(tokens, reply)


async def test_another_refusal_of_auth_is_a_mistake(tokens: Tokens) -> None:
    with pytest.raises(RemoteRefusal):
        await found(tokens, Reply(404, {}))
