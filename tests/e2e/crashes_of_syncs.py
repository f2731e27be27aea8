"""Crash stories of sales that were made without a network: each is booked once, whatever ends (ADR 0079)."""

from typing import Any
from uuid import uuid4

from libs.common.clock import iso_utc, system_clock
from libs.common.faults import Boundary
from tests.e2e.books import rows_of
from tests.e2e.crash_scene import (
    PAID,
    POINTS,
    STOCK,
    UNIT_TOTAL,
    Crashes,
    Figures,
    Outcome,
    Scene,
    Shift,
    ask_and_leave,
)
from tests.e2e.waiting import eventually

UNKNOWN_PRODUCT = 99_999_999
WORKER_BOOKS_WITHIN_SECONDS = 150
"""A minute for the till, two rounds of the worker, and its restart."""

STATUS_OF_SALE = "select status from synced_sales where client_id = %(client_id)s"
BOOKED = ("created", "duplicate")
"""The results of a new sale: a repeat after a crash may find it booked."""


def sync_more_than_there_is(scene: Scene) -> Outcome:
    """Send a sale of three pieces more than are in stock: all others are taken, and the three are missing."""
    with scene.shift() as shift:
        told = _sync(shift, _sale(scene, shift, pieces=STOCK + 3, paid="2389.60"))
        assert (told["result"] in BOOKED, told["flags"]) == (True, ["OVERSOLD"])
        figures = shift.close("2889.60")
    assert figures == _one_sale("2389.60", expected_cash="2889.60")
    return Outcome(sold=STOCK + 3, points=POINTS + 24, missing=3)


def sync_other_pieces_than_were_placed(scene: Scene) -> Outcome:
    """Place an order of three pieces, and send it as a sale of five."""
    with scene.shift() as shift:
        sale = _sale(scene, shift, pieces=5, paid="116.00")
        _place(scene, shift, sale)
        told = _sync(shift, sale)
        assert (told["result"] in ("paid", "duplicate"), told["flags"]) == (True, ["LINES_DIFFER"])
        figures = shift.close("616.00")
    assert figures == _one_sale("116.00", expected_cash="616.00")
    return Outcome(sold=5)


def sync_what_was_cancelled(scene: Scene) -> Outcome:
    """Place an order, cancel it, and send it as a sale: its goods are taken again."""
    with scene.shift() as shift:
        sale = _sale(scene, shift)
        order = _place(scene, shift, sale)
        shift.till.send(f"/api/orders/{order['id']}/cancel/", {}, status=200)
        told = _sync(shift, sale)
        assert (told["result"] in ("revived", "duplicate"), told["flags"]) == (True, ["REVIVED"])
        figures = shift.close("569.60")
    assert figures == _one_sale(PAID, cancelled=1, expected_cash="569.60")
    return Outcome()


def sync_what_was_undone(scene: Scene) -> Outcome:
    """Place an order, and send it as undone: it is cancelled, and its goods are back."""
    with scene.shift() as shift:
        sale = _sale(scene, shift)
        _place(scene, shift, sale)
        told = _sync(shift, {**sale, "voided_at": sale["sold_at"]})
        assert (told["result"] in ("voided", "duplicate"), told["flags"]) == (True, [])
        figures = shift.close("500.00")
    assert figures == Figures(cancelled=1)
    return Outcome(sold=0, status="CANCELLED", points=POINTS)


def sync_after_the_close(scene: Scene) -> Outcome:
    """Close the shift, and send a sale of it then: its frozen figures stay, and the sale is late, once."""
    with scene.shift() as shift:
        sale = _sale(scene, shift)
        assert shift.close("500.00") == Figures()
        told = _sync(shift, sale)
        assert (told["result"] in BOOKED, told["flags"]) == (True, [])
        report = shift.report()
    assert Figures.of(report) == Figures()
    late = [(each["order"], each["payment_method"], each["amount"]) for each in report["late"]]
    assert late == [(told["order"], "CASH", PAID)]
    assert report["adjusted"] == {"expected": "569.60", "difference": f"-{PAID}"}
    return Outcome()


def sync_and_leave(scene: Scene) -> Outcome:
    """Send a sale from a till that never repeats: catalog has taken its goods, and the worker books it."""
    with scene.shift() as shift:
        sale = _sale(scene, shift)
        scene.faults.arm(Boundary.AFTER_GOODS_SOLD)
        with scene.shop.cashier() as client:
            ask_and_leave(client, "/api/sync/sales/", {"register": shift.register_id, "sales": [sale]})
        eventually(lambda: _assert_booked(scene, sale), within_seconds=WORKER_BOOKS_WITHIN_SECONDS)
        figures = shift.close("569.60")
    assert figures == _one_sale(PAID, expected_cash="569.60")
    return Outcome()


def mend_what_was_held(scene: Scene) -> Outcome:
    """Send a sale of a product that does not exist, which is held, and retry it with the right product."""
    with scene.shift() as shift:
        sale = _sale(scene, shift)
        held = _hold(scene, shift, sale)
        told = shift.office.send(f"{held}retry/", {"sale": sale}, status=200)
        assert (told["result"], told["flags"]) == ("created", [])
        figures = shift.close("569.60")
    assert figures == _one_sale(PAID, expected_cash="569.60")
    return Outcome()


def dismiss_what_was_held(scene: Scene) -> Outcome:
    """Send a sale of a product that does not exist, which is held, and give it up."""
    with scene.shift() as shift:
        held = _hold(scene, shift, _sale(scene, shift))
        told = shift.office.send(f"{held}dismiss/", {"reason": "Prueba"}, status=200)
        assert (told["status"], told["order"]) == ("DISMISSED", None)
        figures = shift.close("500.00")
    assert figures == Figures()
    return Outcome(sold=0, status=None, points=POINTS)


def _hold(scene: Scene, shift: Shift, sale: dict[str, Any]) -> str:
    """Send the sale, of a product that does not exist; the path of the held sale."""
    items = [{**sale["items"][0], "product_id": UNKNOWN_PRODUCT}]
    assert _sync(shift, {**sale, "items": items})["result"] == "held"
    (held_id,) = (
        row["id"]
        for row in scene.shop.owner.get("/api/sync/held/").json()
        if row["client_id"] == sale["client_id"]
    )
    return f"/api/sync/held/{held_id}/"


def _sale(scene: Scene, shift: Shift, *, pieces: int = 3, paid: str = PAID) -> dict[str, Any]:
    """The register's first sale, to the customer, for cash."""
    return {
        "client_id": str(uuid4()),
        "seq": 1,
        "sold_at": iso_utc(system_clock()),
        "sold_by": shift.cashier_id,
        "customer": scene.customer_id,
        "items": [{"product_id": scene.product_id, "quantity": pieces, "unit_total": UNIT_TOTAL}],
        "payments": [{"payment_method": "CASH", "amount": paid}],
    }


def _place(scene: Scene, shift: Shift, sale: dict[str, Any]) -> Any:
    """Place the order of the sale, for three pieces."""
    body = {**scene.basket, "client_id": sale["client_id"]}
    return shift.till.send("/api/orders/", body, status=201)


def _sync(shift: Shift, sale: dict[str, Any]) -> Any:
    """Send the sale; what became of it."""
    body = {"register": shift.register_id, "sales": [sale]}
    (told,) = shift.till.send("/api/sync/sales/", body, status=200)["results"]
    assert told["client_id"] == sale["client_id"]
    return told


def _one_sale(paid: str, *, expected_cash: str, cancelled: int = 0) -> Figures:
    tenders = {"CASH": (1, paid, "0.00")}
    return Figures(sales=1, cancelled=cancelled, tenders=tenders, expected_cash=expected_cash)


def _assert_booked(scene: Scene, sale: dict[str, Any]) -> None:
    found = rows_of(scene.suite, "sales", STATUS_OF_SALE, client_id=sale["client_id"])
    assert found == [("BOOKED",)]


OF_SYNCS: Crashes = (
    (Boundary.AFTER_SALE_KEPT, sync_more_than_there_is),
    (Boundary.AFTER_SALE_CLAIMED, sync_more_than_there_is),
    (Boundary.BEFORE_SOLD, sync_more_than_there_is),
    (Boundary.AFTER_SOLD, sync_more_than_there_is),
    (Boundary.AFTER_SOLD, sync_other_pieces_than_were_placed),
    (Boundary.AFTER_GOODS_SOLD, sync_more_than_there_is),
    (Boundary.AFTER_GOODS_SOLD, sync_what_was_cancelled),
    (Boundary.AFTER_GOODS_SOLD, sync_after_the_close),
    (Boundary.AFTER_SALE_BOOKED, sync_more_than_there_is),
    (Boundary.AFTER_SALE_BOOKED, sync_after_the_close),
    (Boundary.AFTER_SALE_VOIDED, sync_what_was_undone),
    (Boundary.AFTER_SALE_MENDED, mend_what_was_held),
    (Boundary.AFTER_SALE_BOOKED, mend_what_was_held),
    (Boundary.AFTER_SALE_DISMISSED, dismiss_what_was_held),
    (Boundary.AFTER_GOODS_GIVEN_UP, dismiss_what_was_held),
    (Boundary.FINISHING_AFTER_SALE_FOUND, sync_and_leave),
)
