"""The exports of products, suppliers and turns of stock: what events told, for analytics (ADR 0058)."""

from typing import LiteralString

from libs.common.contracts.catalog import SupplierChanged
from libs.common.contracts.internal.catalog import ExportedProduct, StockTurn
from libs.common.db.exports import export_page
from libs.common.messaging.publishing import payload
from services.catalog.usecases.products.storefront import FINAL_PRICE

_PRODUCT: LiteralString = payload(
    ExportedProduct,
    product_id="id",
    final_price=FINAL_PRICE,
    supplier_id="case when deleted_at is null then supplier_id end",
    deleted="deleted_at is not null",
    ledger_id="(select max(entry.id) from stock_ledger entry where entry.product_id = product.id)",
)

# Stock and the ledger's line are of one snapshot. The price is the one that was told: a promotion that has
# begun or ended since is told soon. The limit makes PostgreSQL look discounts up one by one: a join may read
# all there are.
EXPORTED_PRODUCTS: LiteralString = export_page(f"""
    select id as place, {_PRODUCT} as item
    from products product
    left join lateral (
        select discount_percent from told_discounts where product_id = product.id limit 1
    ) promotion on true
    where id > %(after)s order by id limit %(limit)s
""")

_SUPPLIER: LiteralString = payload(SupplierChanged, supplier_id="id", deleted="false")

EXPORTED_SUPPLIERS: LiteralString = export_page(f"""
    select id as place, {_SUPPLIER} as item from suppliers
    where id > %(after)s order by id limit %(limit)s
""")

_TURN: LiteralString = payload(StockTurn, current_stock="balance", ledger_id="id", changed_at="created_at")

# A line whose change is its balance is one that found no stock.
STOCK_TURNS: LiteralString = export_page(f"""
    select id as place, {_TURN} as item from stock_ledger
    where id > %(after)s and (balance = 0 or balance = change) order by id limit %(limit)s
""")
