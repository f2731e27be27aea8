"""The goods of a test: they are entered in catalog's database, and counted there."""

from libs.common.db.database import Database

INSERT_PRODUCTS = """
    insert into products (name, description, sku, price, tax_rate, current_stock, low_stock_threshold,
        is_active, created_at, updated_at)
    select 'KO', 'Coca Cola 600 ml', 'KO-' || number, 10, '0.16', %(pieces)s, 0, true, now(), now()
    from generate_series(1, %(products)s) as number
"""
SELECT_STOCK = "select current_stock from products order by id"


async def enter_products(catalog: Database, products: int = 1, *, pieces: int) -> None:
    """Enter products, with so many pieces of each."""
    await catalog.execute(INSERT_PRODUCTS, {"products": products, "pieces": pieces})


async def stock_of(catalog: Database) -> list[int]:
    """The stock of each product."""
    return [row["current_stock"] for row in await catalog.fetch_dicts(SELECT_STOCK)]
