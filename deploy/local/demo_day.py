"""A day at the shop, in a minute: a shift, two sales, a return, the count of the drawer, the owner's figures.

Everything that the day needs is made by it, so that it can be played again in a shop that has sold already.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx

from deploy.local.demo_till import FOLIO, UTC_TIME, Till

OPENING = "500.00"
SUMMARY = "/api/analytics/sales-summary/"

Json = Mapping[str, Any]


class NotTheOwner(Exception):
    """The day is not begun, because this login is not the owner's; the message says why and what to do."""

    def __init__(self, email: str, answer: httpx.Response) -> None:
        super().__init__(
            f"{email} is not let in as the owner: {answer.status_code} {answer.text}\n"
            "The owner's login is BOOTSTRAP_OWNER_EMAIL=… BOOTSTRAP_OWNER_PASSWORD=… make demo;"
            ' make admin A="reset-password --email …" sets another password.'
        )


@dataclass(frozen=True, slots=True)
class Day:
    """What the day's steps share: the owner's token, the goods, the customer, the drawer."""

    owner: str
    mark: str
    product: int
    customer: int
    register: int


def play(till: Till, *, email: str, password: str) -> list[str]:
    """Play the day, from login to the owner's figures; returns what differed from the contract.

    Raises `NotTheOwner` before anything is done.
    """
    _refuse_others(till, email, password)
    owner = _log_in(till, email, password)
    till.tell("The owner logs in")
    till.token = owner
    sold_before = _revenue(till)
    day = _prepare(till, owner)
    shift = _open_shift(till, day)
    order = _sell_by_card_and_cash(till, day)
    _take_one_back(till, day, order)
    _sell_with_points(till, day)
    _close_shift(till, shift)
    _look_at_the_figures(till, day, sold_before)
    return till.differences


def _refuse_others(till: Till, email: str, password: str) -> None:
    login = till.client.post("/api/auth/login/", json={"email": email, "password": password})
    if not login.is_success:
        raise NotTheOwner(email, login)
    figures = till.client.get(SUMMARY, headers={"Authorization": f"Bearer {login.json()['access']}"})
    if figures.status_code == httpx.codes.FORBIDDEN:
        raise NotTheOwner(email, figures)


def _log_in(till: Till, email: str, password: str) -> str:
    answer = till.call(
        "POST",
        "/api/auth/login/",
        {"email": email, "password": password},
        status=200,
        answers={"refresh": str, "access": str},
    )
    return str((answer or {}).get("access", ""))


def _prepare(till: Till, owner: str) -> Day:
    """The owner hires a cashier, who logs in and enters the goods and the customer; the owner's register."""
    mark = secrets.token_hex(4).upper()
    login = {"email": f"cajera.{mark.lower()}@example.com", "password": secrets.token_urlsafe(12)}
    till.call(
        "POST",
        "/api/users/",
        {"username": f"cajera_{mark.lower()}", "first_name": "Laura", "last_name": "Mendez", **login},
        status=201,
        answers={"id": int, "email": login["email"], "role": "EMPLOYEE", "is_active": True},
    )
    register = till.call(
        "POST",
        "/api/registers/",
        {"name": f"Caja {mark}"},
        status=201,
        answers={"id": int, "name": f"Caja {mark}", "series": str, "is_active": True, "open_shift": None},
    )
    supplier = till.call(
        "POST",
        "/api/suppliers/",
        {"name": f"Distribuidora {mark}", "rfc": "DBE101010XYZ", "contact_person": "Carlos Rivera"},
        status=201,
        answers={"id": int, "name": f"Distribuidora {mark}", "rfc": "DBE101010XYZ"},
    )
    till.tell(f"The owner hires Laura, sets up the register Caja {mark} and enters a supplier")
    till.token = _log_in(till, login["email"], login["password"])
    product = _enter_product(till, mark, supplier["id"])
    customer = till.call(
        "POST",
        "/api/customers/",
        {
            "first_name": "Maria",
            "last_name": "González",
            "phone_number": f"55{secrets.randbelow(10**8):08d}",
            "email": f"maria.{mark.lower()}@example.com",
        },
        status=201,
        answers={"id": int, "first_name": "Maria", "is_frequent": False, "current_points": 0},
    )
    till.tell(f"Laura logs in, enters {product['name']} at $100.00, and Maria González as a customer")
    return Day(owner, mark, product["id"], customer["id"], register["id"])


def _enter_product(till: Till, mark: str, supplier_id: int) -> Json:
    answer: Json = till.call(
        "POST",
        "/api/products/",
        {
            "name": f"Coca Cola 600ml {mark}",
            "sku": f"KO-{mark}",
            "price": "86.21",
            "tax_rate": "16.00",
            "current_stock": 100,
            "supplier": supplier_id,
        },
        status=201,
        answers={
            "id": int,
            "sku": f"KO-{mark}",
            "price": "86.21",
            "tax_rate": "0.16",
            "final_price": "100.00",
            "current_stock": 100,
            "reserved_quantity": 0,
            "available_to_sell": 100,
            "supplier": supplier_id,
        },
    )
    return answer


def _open_shift(till: Till, day: Day) -> int:
    shift = till.call(
        "POST",
        "/api/shifts/",
        {"register": day.register, "opening_cash": OPENING},
        status=201,
        answers={"id": int, "register": day.register, "status": "OPEN", "opening_cash": OPENING},
        key=secrets.token_hex(8),
    )
    till.tell(f"Laura opens a shift with ${OPENING} in the drawer")
    return int(shift["id"])


def _sell_by_card_and_cash(till: Till, day: Day) -> Json:
    """Sell the contract's example: 86.21 × 2 = 172.42, tax 27.58, paid 200.00."""
    order = _order(till, day, quantity=2)
    till.call("GET", f"/api/products/{day.product}/", status=200, answers={"current_stock": 98})
    too_many = {"items": [{"product_id": day.product, "quantity": 1000}]}
    till.call("POST", "/api/orders/", too_many, status=400, answers={"non_field_errors": list})
    till.tell(f"Ticket {order['ticket_folio']}: 2 pieces for Maria, $200.00; they are off the shelf")
    paid = till.call(
        "POST",
        f"/api/orders/{order['id']}/pay/",
        {
            "payments": [
                {"payment_method": "CARD", "amount": "150.00", "card_kind": "DEBIT"},
                {"payment_method": "CASH", "amount": "50.00"},
            ],
            "cash_received": "100.00",
        },
        status=200,
        answers={
            "id": order["id"],
            "status": "PAID",
            "payment_method": "MIXED",
            "paid_at": UTC_TIME,
            "final_amount": "200.00",
            "change": "50.00",
        },
    )
    cannot_cancel = "No se puede cancelar esta orden. Solo se permiten cancelar órdenes PENDIENTES."
    till.call(
        "POST",
        f"/api/orders/{order['id']}/cancel/",
        {},
        status=400,
        answers={"non_field_errors": [cannot_cancel]},
    )
    till.tell("Maria pays $150.00 by card and $50.00 in cash; she gives $100.00 and gets $50.00 change")
    _wait_for_points(till, day, 2)
    till.tell("Maria has earned 2 points")
    return {**order, **paid}


def _order(till: Till, day: Day, *, quantity: int) -> Json:
    """Place an order for Maria twice, with one key: it is one order."""
    key = secrets.token_hex(8)
    request = {"customer": day.customer, "items": [{"product_id": day.product, "quantity": quantity}]}
    expected = {
        "id": int,
        "ticket_folio": FOLIO,
        "status": "PENDING",
        "created_at": UTC_TIME,
        "customer": day.customer,
        "customer_name": "Maria González",
        "final_amount": f"{100 * quantity}.00",
        "money_saved_total": "0.00",
        "items": list,
    }
    order: Json = till.call("POST", "/api/orders/", request, status=201, answers=expected, key=key)
    till.call("POST", "/api/orders/", request, status=201, answers={"id": order["id"]}, key=key)
    return order


def _take_one_back(till: Till, day: Day, order: Json) -> None:
    till.call(
        "POST",
        f"/api/orders/{order['id']}/returns/",
        {"items": [{"product_id": day.product, "quantity": 1}], "reason": "Lata golpeada"},
        status=201,
        answers={
            "id": int,
            "order": order["id"],
            "refund_amount": "100.00",
            "refunds": [
                {"payment_method": "CARD", "amount": "75.00"},
                {"payment_method": "CASH", "amount": "25.00"},
            ],
            "points_taken_back": 1,
        },
        key=secrets.token_hex(8),
    )
    till.call("GET", f"/api/products/{day.product}/", status=200, answers={"current_stock": 99})
    till.tell("She brings one back: $75.00 go to her card, $25.00 to her hand, the piece to the shelf")
    _wait_for_points(till, day, 1)
    till.tell("One of her points is taken back")


def _sell_with_points(till: Till, day: Day) -> None:
    order = _order(till, day, quantity=1)
    till.call(
        "POST",
        f"/api/orders/{order['id']}/pay/",
        {
            "payments": [
                {"payment_method": "POINTS", "amount": "1.00"},
                {"payment_method": "CASH", "amount": "99.00"},
            ],
        },
        status=200,
        answers={"id": order["id"], "status": "PAID", "payment_method": "MIXED", "final_amount": "100.00"},
    )
    till.tell(f"Ticket {order['ticket_folio']}: 1 piece, paid with her point and $99.00 in cash")


def _close_shift(till: Till, shift: int) -> None:
    """500.00 + 50.00 − 25.00 + 99.00 = 624.00 must be in the drawer."""
    counted = "624.00"
    report = till.call(
        "POST",
        f"/api/shifts/{shift}/close/",
        {"counted_cash": counted, "left_in_drawer": OPENING},
        status=200,
        answers={
            "shift": {"status": "CLOSED", "difference": "0.00", "withdrawn": "124.00", "z_number": 1},
            "sales": {"count": 2},
            "refunds": {"count": 1, "amount": "100.00"},
            "cash": {"taken": "149.00", "refunded": "25.00", "expected": counted, "difference": "0.00"},
        },
        key=secrets.token_hex(8),
    )
    z_number = report["shift"]["z_number"]
    till.tell(f"Laura counts ${counted}, as expected, and closes the shift: Z report number {z_number}")


def _look_at_the_figures(till: Till, day: Day, sold_before: Decimal) -> None:
    till.call("GET", SUMMARY, status=403)
    till.tell("The day's figures are not for Laura's eyes")
    till.token = day.owner
    summary = till.eventually(
        SUMMARY, lambda seen: Decimal(str(seen["general_summary"]["total_revenue"])) >= sold_before + 200
    )
    revenue = Decimal(str(summary["general_summary"]["total_revenue"]))
    till.tell(f"The owner sees ${revenue:.2f} in the summary, ${revenue - sold_before:.2f} more than before")
    till.call(
        "PATCH",
        f"/api/registers/{day.register}/",
        {"is_active": False},
        status=200,
        answers={"is_active": False, "open_shift": None},
    )
    till.tell("The owner puts the day's register away")


def _wait_for_points(till: Till, day: Day, points: int) -> None:
    till.eventually(f"/api/customers/{day.customer}/", lambda seen: seen["current_points"] == points)


def _revenue(till: Till) -> Decimal:
    """The revenue before the day; the summary of a shop without sales is 400."""
    answer = till.client.get(SUMMARY, headers={"Authorization": f"Bearer {till.token}"})
    if not answer.is_success:
        return Decimal(0)
    return Decimal(str(answer.json()["general_summary"]["total_revenue"]))
