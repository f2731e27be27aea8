"""The products in the lists about stock: their stock, with name and sku."""

from typing import LiteralString

# `offset 0`: the products of a page are looked up one by one; a join would read those before the page, too.
STOCKED: LiteralString = """product_stocks, lateral (
    select name, sku from products where products.product_id = product_stocks.product_id offset 0
) as product"""
