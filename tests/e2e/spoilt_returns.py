"""Changes to returns at the till past all rules: see `spoilt`; and a return on which they are made."""

from typing import LiteralString

from tests.e2e.invariants.of_figures import REFUNDS
from tests.e2e.shop import Shop
from tests.e2e.spoilt import Spoilt, added
from tests.e2e.spoilt_web_shop import KNOWN_TO_ANALYTICS
from tests.e2e.tills import Till

RETURN: LiteralString = "(select max(id) from till_returns)"
LINE_OF_RETURN: LiteralString = (
    "where (order_id, product_id) = (select order_id, product_id from return_facts "
    "where return_id = (select max(return_id) from refund_facts))"
)
SET_SHARES: LiteralString = "update till_returns set shares = jsonb_set(shares"
NO_MORE_THAN_SOLD = "no more comes back at a till than was sold, and of a paid order only"
EXACT = "a return at a till gives back what was paid for its pieces, and an order adds its returns up"
OF_TENDER = "no tender gives back more than it has paid"
BY_CUSTOMERS = "customers has given back what returns at the tills did, once"

OF_GOODS = (
    "the goods of processed returns are in catalog's ledger, once",
    "analytics counts every paid order that was not cancelled or refunded, once, less what came back",
    "analytics has the pieces and amounts of every product of the orders that count",
)

SPOILT_RETURNS = (
    added(
        "sales",
        "orders",
        "refunded_amount",
        f"where id = (select order_id from till_returns where id = {RETURN})",
        EXACT,
    ),
    Spoilt(
        "sales",
        f"{SET_SHARES}, '{{1,amount}}', '\"999.00\"') where id = {RETURN}",
        f"{SET_SHARES}, '{{1,amount}}', '\"58.00\"') where id = {RETURN}",
        frozenset({EXACT, OF_TENDER, REFUNDS}),
    ),
    Spoilt(
        "sales",
        f"update till_return_lines set quantity = quantity + 100 where return_id = {RETURN}",
        f"update till_return_lines set quantity = quantity - 100 where return_id = {RETURN}",
        frozenset({NO_MORE_THAN_SOLD, EXACT, KNOWN_TO_ANALYTICS, *OF_GOODS}),
    ),
    Spoilt(
        "analytics",
        f"update line_facts set amount = amount - 0.01, tax_amount = tax_amount + 0.01 {LINE_OF_RETURN}",
        f"update line_facts set amount = amount + 0.01, tax_amount = tax_amount - 0.01 {LINE_OF_RETURN}",
        frozenset(
            {
                "sums by product and month are those of the lines sold",
                "sums by product and year are those of the lines sold",
                "sums by payment method, by user and by tax rate are those of the facts",
                "analytics has the pieces and amounts of every product of the orders that count",
            }
        ),
    ),
    added(
        "analytics",
        "return_facts",
        "day",
        "where return_id = (select max(return_id) from return_facts)",
        KNOWN_TO_ANALYTICS,
    ),
    added(
        "analytics",
        "refund_facts",
        "amount",
        "where (return_id, payment_method) = "
        "(select return_id, payment_method from refund_facts order by 1 desc, 2 limit 1)",
        REFUNDS,
    ),
    added(
        "customers",
        "charge_refunds",
        "credit",
        "where id = (select max(id::text)::uuid from charge_refunds)",
        BY_CUSTOMERS,
        "a charge has its line in the ledger, once, and gives back at most what it took",
    ),
)


def take_back_at_a_till(shop: Shop) -> None:
    """Sell two pieces of 116.00 on credit and by card, half by each, and take one of them back."""
    customer_id = shop.new_customer(credit_limit="500.00")
    product_id = shop.new_product(stock=2, price="100.00")
    with Till(shop) as till:
        basket = {"items": [{"product_id": product_id, "quantity": 2}], "customer": customer_id}
        order = till.send("/api/orders/", basket, status=201)
        half = str(float(order["final_amount"]) / 2)
        payments = [{"payment_method": method, "amount": half} for method in ("CREDIT", "CARD")]
        till.send(f"/api/orders/{order['id']}/pay/", {"payments": payments}, status=200)
        back = {"items": [{"product_id": product_id, "quantity": 1}], "reason": "Caducado"}
        till.send(f"/api/orders/{order['id']}/returns/", back, status=201)
