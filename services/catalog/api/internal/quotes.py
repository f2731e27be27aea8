"""Quotes of products, for the carts of sales and for what a till has undone."""

from typing import Annotated

from fastapi import Query, Response

from libs.common.contracts.internal.catalog import QUOTES_MAX, Quote, QuotesAnswer
from libs.common.http.callers import called_by
from libs.common.http.fields import ID, Many
from libs.common.http.replies import reply
from libs.common.money import money_text
from services.catalog.api.internal.door import internal
from services.catalog.deps import DepsDep
from services.catalog.domain.products import Product
from services.catalog.usecases.products.storefront import quote_products

ProductId = Annotated[int, ID]


@internal.get("/quotes", response_model=QuotesAnswer, dependencies=[called_by("sales")])
async def list_quotes(
    product_id: Annotated[list[ProductId], Many(min_items=1, max_items=QUOTES_MAX), Query()], deps: DepsDep
) -> Response:
    """Read what a shopper pays now for one piece of each product, and how many there are.

    By product id; products that do not exist or were deleted are left out.
    """
    products = await quote_products(product_id, database=deps.database, now=deps.now())
    answer: QuotesAnswer = {"quotes": [_quote_out(product) for product in products]}
    return reply(answer)


def _quote_out(product: Product) -> Quote:
    return {
        "product_id": product.id,
        "product_name": product.description,
        "price": money_text(product.final_price),
        "available": product.available_to_sell,
        "is_active": product.is_active,
        "name": product.name,
        "tax_rate": product.tax_rate,
    }
