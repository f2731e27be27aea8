"""Changes to approvals past all rules: see `spoilt`; and an approved discount on which they are made."""

from uuid import uuid4

from tests.e2e.approving import approve
from tests.e2e.invariants.of_approvals import USED_ONCE
from tests.e2e.shop import Shop
from tests.e2e.spoilt import Spoilt
from tests.e2e.tills import Till

SPOILT_APPROVALS = (
    Spoilt(
        "sales",
        "insert into used_approvals (id, action, subject, user_id, approver_id, used_at, expires_at) "
        "select gen_random_uuid(), action, subject, 0, approver_id, used_at, expires_at from used_approvals "
        "where action = 'discount' order by used_at desc limit 1",
        "delete from used_approvals where user_id = 0",
        frozenset({USED_ONCE}),
    ),
    Spoilt(
        "sales",
        "update orders set approved_by = 0 where id = (select max(id) from orders where approved_by is null)",
        "update orders set approved_by = null where approved_by = 0",
        frozenset({USED_ONCE}),
    ),
)


def sell_at_an_approved_discount(shop: Shop) -> None:
    """Place an order at a discount by hand that the owner has approved, and pay it."""
    item = {"product_id": shop.new_product(stock=1), "quantity": 1}
    by_hand = {"discount_percent": "10.00", "discount_reason": "Caja abierta"}
    client_id = str(uuid4())
    with Till(shop) as till:
        basket = {"client_id": client_id, "items": [{**item, **by_hand}]}
        approval = approve(till, "discount", client_id, "10.00")
        order = till.send("/api/orders/", basket, status=201, approval=approval)
        till.send(f"/api/orders/{order['id']}/pay/", {"payment_method": "CASH"}, status=200)
