"""Crash stories of layaways: goods, deposit and payments stand together, once, whatever ends (ADR 0084)."""

from typing import Any

from libs.common.faults import Boundary
from tests.e2e.crash_scene import PAID, POINTS, Crashes, Figures, Outcome, Scene, Shift, ask_and_leave

DEPOSIT = "20.00"
REST = "49.60"
DEPOSIT_BACK = Figures(
    cancelled=1, tenders={"CASH": (1, DEPOSIT, DEPOSIT)}, layaway=(DEPOSIT, DEPOSIT, "0.00")
)


def lay_away(scene: Scene) -> Outcome:
    """Keep goods for a deposit."""
    with scene.shift() as shift:
        _lay_away(scene, shift, DEPOSIT)
        figures = shift.close("520.00")
    assert figures == _received("CASH", DEPOSIT, expected_cash="520.00")
    return Outcome(status="PENDING", points=POINTS)


def lay_away_and_pay_all(scene: Scene) -> Outcome:
    """Take the whole total as the deposit: the order is paid at once."""
    with scene.shift() as shift:
        layaway = _lay_away(scene, shift, PAID)
        assert (layaway["status"], layaway["balance"]) == ("PAID", "0.00")
        figures = shift.close("569.60")
    assert figures == _received("CASH", PAID, sales=1, applied=PAID, expected_cash="569.60")
    return Outcome()


def pay_a_part(scene: Scene) -> Outcome:
    """Keep goods for a deposit, and take ten pesos more."""
    with scene.shift() as shift:
        layaway = _lay_away(scene, shift, DEPOSIT)
        layaway = _pay(shift, layaway, "CASH", "10.00")
        assert (layaway["status"], layaway["balance"], len(layaway["payments"])) == ("OPEN", "39.60", 2)
        figures = shift.close("530.00")
    assert figures == Figures(
        tenders={"CASH": (2, "30.00", "0.00")}, layaway=("30.00", "0.00", "0.00"), expected_cash="530.00"
    )
    return Outcome(status="PENDING", points=POINTS)


def pay_the_rest(scene: Scene) -> Outcome:
    """Keep goods for a deposit, and take the rest by card in another shift: the sale is of that one."""
    with scene.shift() as first:
        layaway = _lay_away(scene, first, DEPOSIT)
        assert first.close("520.00") == _received("CASH", DEPOSIT, expected_cash="520.00")
    with scene.shift() as second:
        layaway = _pay(second, layaway, "CARD", REST)
        assert (layaway["status"], layaway["balance"], len(layaway["payments"])) == ("PAID", "0.00", 2)
        figures = second.close("500.00")
    assert figures == _received("CARD", REST, sales=1, applied=PAID)
    return Outcome()


def cancel_a_layaway(scene: Scene) -> Outcome:
    """Keep goods for a deposit, and cancel: the goods are in stock again, and the deposit is given back."""
    with scene.shift() as shift:
        layaway = _lay_away(scene, shift, DEPOSIT)
        body = {"reason": "Ya no la quiere", "register": shift.register_id}
        cancelled = shift.office.send(f"/api/layaways/{layaway['id']}/cancel/", body, status=200)
        assert cancelled["status"] == "CANCELLED"
        assert cancelled["refunds"] == [{"payment_method": "CASH", "amount": DEPOSIT}]
        figures = shift.close("500.00")
    assert figures == DEPOSIT_BACK
    return Outcome(sold=0, status="CANCELLED", points=POINTS)


def cancel_a_layaway_and_leave(scene: Scene) -> Outcome:
    """The same on a screen that never repeats: the event brings the goods back."""
    with scene.shift() as shift:
        layaway = _lay_away(scene, shift, DEPOSIT)
        body = {"reason": "Ya no la quiere", "register": shift.register_id}
        ask_and_leave(scene.shop.owner, f"/api/layaways/{layaway['id']}/cancel/", body)
        figures = shift.close("500.00")
    assert figures == DEPOSIT_BACK
    return Outcome(sold=0, status="CANCELLED", points=POINTS)


def _lay_away(scene: Scene, shift: Shift, deposit: str) -> Any:
    body = {**scene.basket, "deposit": {"payments": [{"payment_method": "CASH", "amount": deposit}]}}
    layaway = shift.till.send("/api/layaways/", body, status=201)
    assert (layaway["total"], layaway["paid"], len(layaway["payments"])) == (PAID, deposit, 1)
    return layaway


def _pay(shift: Shift, layaway: Any, method: str, amount: str) -> Any:
    body = {"payments": [{"payment_method": method, "amount": amount}]}
    return shift.till.send(f"/api/layaways/{layaway['id']}/payments/", body, status=201)


def _received(
    method: str, amount: str, *, sales: int = 0, applied: str = "0.00", expected_cash: str = "500.00"
) -> Figures:
    """The figures of a shift that received one payment of a layaway."""
    return Figures(
        sales=sales,
        tenders={method: (1, amount, "0.00")},
        layaway=(amount, "0.00", applied),
        expected_cash=expected_cash,
    )


OF_LAYAWAYS: Crashes = (
    (Boundary.AFTER_ALLOCATION, lay_away),
    (Boundary.BEFORE_DEPOSIT, lay_away),
    (Boundary.AFTER_ORDER, lay_away),
    (Boundary.BEFORE_LAYAWAY_SOLD, lay_away_and_pay_all),
    (Boundary.AFTER_PART_PAID, pay_a_part),
    (Boundary.BEFORE_LAYAWAY_SOLD, pay_the_rest),
    (Boundary.AFTER_PART_PAID, pay_the_rest),
    (Boundary.AFTER_LAYAWAY_CANCELLED, cancel_a_layaway),
    (Boundary.AFTER_LAYAWAY_CANCELLED, cancel_a_layaway_and_leave),
)
