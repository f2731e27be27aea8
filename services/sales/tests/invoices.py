"""Invoices through the STORE door, for tests."""

from typing import Any

from httpx import AsyncClient, Response

INVOICES = "/sales/invoices"


async def invoiced(admin: AsyncClient, order_id: int, *, user_id: int = 1, **members: Any) -> dict[str, Any]:
    """A new invoice of the order, as the admin received it."""
    body = {"order_id": order_id, "user_id": user_id, **members}
    answer = await admin.post(INVOICES, json=body)
    assert answer.status_code == 201, answer.text
    invoice: dict[str, Any] = answer.json()["invoice"]
    return invoice


async def take_step(admin: AsyncClient, invoice_id: int, status: str) -> Response:
    """Ask for the status."""
    return await admin.patch(f"{INVOICES}/{invoice_id}/status", json={"status": status})


async def shown(client: AsyncClient, invoice_id: int) -> dict[str, Any]:
    """The invoice as its page shows it."""
    answer = await client.get(f"{INVOICES}/{invoice_id}")
    assert answer.status_code == 200, answer.text
    invoice: dict[str, Any] = answer.json()
    return invoice


async def ids_of(client: AsyncClient, query: str = "") -> list[int]:
    """The invoices of a list, in its order."""
    answer = await client.get(f"{INVOICES}{query}")
    assert answer.status_code == 200, answer.text
    return [invoice["id"] for invoice in answer.json()["invoices"]]
