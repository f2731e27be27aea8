"""The web shop of the stories: the shop's owner buys, pays, sends and returns there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpx

from tests.e2e.shop import Shop, done, made

BEFORE_SHIPPING = ("confirmed", "processing")


@dataclass(frozen=True, slots=True)
class WebOrder:
    """An order of the web shop and its invoice."""

    id: int
    invoice_id: int


@dataclass(frozen=True, slots=True)
class WebShop:
    """The web shop, used by the owner, who is buyer and admin."""

    owner: httpx.Client
    buyer_id: int

    @classmethod
    def of(cls, shop: Shop) -> "WebShop":
        """The web shop of the shop."""
        return cls(shop.owner, int(shop.owner.get("/api/users/me/").json()["id"]))

    def order(self, product_id: int, pieces: int) -> WebOrder:
        """Order pieces of a product."""
        return self._checked_out(items=[{"product_id": product_id, "quantity": pieces}])

    def order_from_cart(self, product_ids: Iterable[int], pieces: int) -> WebOrder:
        """Put as many pieces of each product into the cart, and check it out."""
        for product_id in product_ids:
            made(
                self.owner.post(f"/sales/carts/{self.buyer_id}/items/{product_id}", json={"quantity": pieces})
            )
        cart = done(self.owner.get(f"/sales/carts/{self.buyer_id}"))
        return self._checked_out(cart_id=cart["id"])

    def pay(self, order: WebOrder) -> None:
        """Pay the order's invoice, which confirms the order."""
        done(self.owner.patch(f"/sales/invoices/{order.invoice_id}/status", json={"status": "paid"}))

    def refund(self, order: WebOrder) -> None:
        """Refund the order's invoice."""
        path = f"/sales/invoices/{order.invoice_id}/status"
        done(self.owner.patch(path, json={"status": "refunded"}))

    def replace_invoice(self, order: WebOrder) -> WebOrder:
        """Delete the order's invoice, and make another."""
        done(self.owner.delete(f"/sales/invoices/{order.invoice_id}"))
        wanted = {"order_id": order.id, "user_id": self.buyer_id}
        return WebOrder(order.id, int(made(self.owner.post("/sales/invoices", json=wanted))["invoice"]["id"]))

    def lead(self, order: WebOrder, *statuses: str) -> None:
        """Lead the order through these states."""
        for status in statuses:
            done(self.owner.patch(f"/sales/orders/{order.id}/status", json={"status": status}))

    def cancel(self, order: WebOrder) -> None:
        """Cancel the order."""
        done(self.owner.post(f"/sales/orders/{order.id}/cancel"))

    def ask_to_return(self, order: WebOrder, *items: tuple[int, int, str]) -> int:
        """Request the return of (product, pieces, disposition) items; returns its id."""
        wanted = [
            {
                "product_id": product_id,
                "quantity": pieces,
                "reason": "No me gustó",
                "disposition": disposition,
            }
            for product_id, pieces, disposition in items
        ]
        answer = self.owner.post("/sales/returns", json={"order_id": order.id, "items": wanted})
        return int(made(answer)["return"]["id"])

    def take_back(self, order: WebOrder, *items: tuple[int, int, str]) -> None:
        """Return (product, pieces, disposition) items, up to the end."""
        return_id = self.ask_to_return(order, *items)
        for status in ("approved", "processed"):
            done(self.owner.patch(f"/sales/returns/{return_id}/status", json={"status": status}))

    def _checked_out(self, **bought: Any) -> WebOrder:
        created = made(self.owner.post("/sales/orders", json={"user_id": self.buyer_id, **bought}))
        return WebOrder(int(created["order"]["id"]), int(created["invoice"]["id"]))
