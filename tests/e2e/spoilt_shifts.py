"""Changes to shifts past all rules: see `spoilt`; and a shift on which they are made."""

from typing import LiteralString

from tests.e2e.drawers import Drawer
from tests.e2e.invariants.of_shifts import OF_SHIFTS
from tests.e2e.shop import Shop
from tests.e2e.spoilt import added
from tests.e2e.tills import Till

CASH_RULE, PAYMENT_RULE, SALES_RULE, NUMBER_RULE = (name for name, _ in OF_SHIFTS)
SHIFT: LiteralString = "where id = (select max(shift_id) from shift_tenders where payment_method = 'CARD')"
CARDS: LiteralString = (
    "where payment_method = 'CARD' and shift_id = "
    "(select max(shift_id) from shift_tenders where payment_method = 'CARD')"
)
REGISTER: LiteralString = "where id = (select max(register_id) from shifts where status = 'CLOSED')"

SPOILT_SHIFTS = (
    added("sales", "shifts", "late_cash", SHIFT, CASH_RULE),
    added("sales", "shifts", "paid_out", SHIFT, CASH_RULE),
    added("sales", "shift_tenders", "amount", CARDS, PAYMENT_RULE, SALES_RULE),
    added("sales", "shifts", "sales_count", SHIFT, SALES_RULE),
    added("sales", "registers", "last_z_number", REGISTER, NUMBER_RULE),
)


def sell_in_a_shift(shop: Shop, product_id: int) -> None:
    """Open a shift, sell by two tenders, move cash, and close it."""
    with Till(shop) as till:
        drawer = Drawer.open(till, shop.new_register())
        basket = {"items": [{"product_id": product_id, "quantity": 1}]}
        order = till.send("/api/orders/", basket, status=201)
        payments = drawer.split(str(order["final_amount"]))
        till.send(f"/api/orders/{order['id']}/pay/", {"payments": payments}, status=200)
        drawer.took(payments)
        drawer.move(till, "PAID_OUT", "5.00")
        drawer.close(till)
