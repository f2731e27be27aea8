"""Registers and shifts made through the POS door, and their reports, for tests."""

from decimal import Decimal
from typing import Any

from httpx import AsyncClient, Response

from libs.common.db.database import Database

CLOSED = {"non_field_errors": ["El turno está cerrado."]}
NO_SHIFT = {"register": ["La caja no tiene un turno abierto."]}
SHIFT_NEEDED = {"non_field_errors": ["Abre un turno para cobrar."]}
CLOSE = """
    update shifts set status = 'CLOSED', closed_at = now(), closed_by = 1, counted_cash = expected_cash,
        left_in_drawer = expected_cash, z_number = 1, open_orders = 0, open_exchanges = '[]'
    where id = %s
"""
"""Closes the shift in a transaction of the test, for what waits for it."""


async def a_register(admin: AsyncClient, name: str = "Caja 1", **more: Any) -> int:
    """The id of a new register."""
    answer = await admin.post("/api/registers/", json={"name": name, **more})
    assert answer.status_code == 201, answer.text
    register: int = answer.json()["id"]
    return register


async def open_shift(till: AsyncClient, register: int, cash: str = "500.00", **more: Any) -> Response:
    """Open a shift of the register."""
    return await till.post("/api/shifts/", json={"register": register, "opening_cash": cash, **more})


async def opened(till: AsyncClient, register: int, cash: str = "500.00") -> int:
    """The id of a shift that the till has opened."""
    answer = await open_shift(till, register, cash)
    assert answer.status_code == 201, answer.text
    shift: int = answer.json()["id"]
    return shift


async def close(till: AsyncClient, shift: int, cash: str, **more: Any) -> Response:
    """Close the shift with the cash that was counted."""
    return await till.post(f"/api/shifts/{shift}/close/", json={"counted_cash": cash, **more})


async def move(till: AsyncClient, shift: int, kind: str, amount: str | None = None) -> Response:
    """Move cash of the shift."""
    body = {"kind": kind, "reason": "Cambio"} | ({} if amount is None else {"amount": amount})
    return await till.post(f"/api/shifts/{shift}/movements/", json=body)


async def report(till: AsyncClient, shift: int) -> dict[str, Any]:
    """The report of the shift."""
    answer = await till.get(f"/api/shifts/{shift}/report/")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def tenders(report: dict[str, Any]) -> dict[str, tuple[int, str]]:
    """Count and amount of each payment method in a report."""
    return {each["payment_method"]: (each["count"], each["amount"]) for each in report["tenders"]}


async def paid_in_shift(database: Database, shift: int) -> tuple[int, Decimal]:
    """How many orders were paid in the shift, and their sum."""
    (found,) = await database.fetch_dicts(
        "select count(*), coalesce(sum(final_amount), 0) as sum from orders "
        "where shift_id = %s and status = 'PAID'",
        [shift],
    )
    return found["count"], found["sum"]
