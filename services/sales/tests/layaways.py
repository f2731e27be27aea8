"""Layaways made through the POS door, for tests."""

from collections.abc import Mapping
from typing import Any

from httpx import AsyncClient, Response

from services.sales.tests.builders import an_order


def parts(*amounts: tuple[str, str]) -> list[dict[str, str]]:
    """Tenders by method and amount."""
    return [{"payment_method": method, "amount": amount} for method, amount in amounts]


def a_layaway(*amounts: tuple[str, str], pieces: int = 1, **more: Any) -> dict[str, Any]:
    """The body of a layaway of pieces of product 15, which cost 116.00 each; 50.00 in cash by default."""
    deposit = {"payments": parts(*amounts or (("CASH", "50.00"),))}
    return {**an_order((15, pieces), customer=1), "deposit": deposit, **more}


async def open_layaway(
    till: AsyncClient, *amounts: tuple[str, str], headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    """Open a layaway."""
    return await till.post("/api/layaways/", json=a_layaway(*amounts, **more), headers=headers)


async def laid_away(till: AsyncClient, *amounts: tuple[str, str], **more: Any) -> dict[str, Any]:
    """A layaway that was opened, as the till received it."""
    answer = await open_layaway(till, *amounts, **more)
    assert answer.status_code == 201, answer.text
    layaway: dict[str, Any] = answer.json()
    return layaway


async def pay_part(
    till: AsyncClient,
    layaway: int,
    *amounts: tuple[str, str],
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    """Pay for the layaway."""
    body = {"payments": parts(*amounts), **more}
    return await till.post(f"/api/layaways/{layaway}/payments/", json=body, headers=headers)


async def cancel_layaway(
    admin: AsyncClient, layaway: int, headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    """Cancel the layaway."""
    body = {"reason": "Ya no la quiere", **more}
    return await admin.post(f"/api/layaways/{layaway}/cancel/", json=body, headers=headers)


async def find(till: AsyncClient, layaway: int) -> dict[str, Any]:
    """The layaway as it is."""
    answer = await till.get(f"/api/layaways/{layaway}/")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
