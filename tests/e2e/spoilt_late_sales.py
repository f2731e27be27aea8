"""Changes to sales that were sent later past all rules: see `spoilt`; and a sale on which they are made."""

from typing import LiteralString

from tests.e2e.drawers import Drawer
from tests.e2e.invariants.of_late_sales import BOOKED_ONCE
from tests.e2e.outbox import SYNC, Outbox
from tests.e2e.shop import Shop
from tests.e2e.spoilt import Spoilt
from tests.e2e.tills import Till

CREATED: LiteralString = "where id = (select max(id) from synced_sales where result = 'created')"

SPOILT_LATE_SALES = (
    Spoilt(
        "sales",
        f"update synced_sales set order_id = (select min(id) from orders) {CREATED}",
        "update synced_sales set order_id = orders.id from orders "
        "where orders.client_id = synced_sales.client_id",
        frozenset({BOOKED_ONCE}),
    ),
    Spoilt(
        "sales",
        f"update synced_sales set sale = jsonb_set(sale, '{{payments,0,amount}}', '\"0.01\"') {CREATED}",
        f"update synced_sales set sale = jsonb_set(sale, '{{payments,0,amount}}', '\"100.00\"') {CREATED}",
        frozenset({BOOKED_ONCE}),
    ),
)


def sell_without_a_network(shop: Shop) -> None:
    """Sell a piece of 100.00 without a network, and send the sale."""
    item = {"product_id": shop.new_product(stock=1), "quantity": 1, "unit_total": "100.00"}
    with Till(shop.with_another_cashier()) as till:
        drawer = Drawer.open(till, shop.new_register())
        outbox = Outbox(drawer.register_id, drawer.cashier_id)
        payments = [{"payment_method": "CASH", "amount": "100.00"}]
        outbox.sell([item], payments)
        (sold,) = till.send(SYNC, outbox.batch(), status=200)["results"]
        assert sold["result"] == "created"
        drawer.took(payments)
        drawer.close(till)
