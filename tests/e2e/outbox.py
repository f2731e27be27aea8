"""The outbox of a till without a network: what it has sold, until that is sent (contract §8.6)."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from libs.common.clock import iso_utc, system_clock
from tests.e2e.tills import Till

SYNC = "/api/sync/sales/"
Results = Sequence[Mapping[str, Any]]


@dataclass(slots=True)
class Outbox:
    """Sales of a register by one seller, with the numbers of their tickets."""

    register_id: int
    seller_id: int
    unsent: list[dict[str, Any]] = field(default_factory=list)
    last_number: int = 0

    def sell(
        self,
        items: Sequence[Mapping[str, Any]],
        payments: Sequence[Mapping[str, str]],
        *,
        customer_id: int | None = None,
        client_id: str | None = None,
        is_undone: bool = False,
    ) -> None:
        """Sell without a network; `client_id` is that of an order which was placed while there was one."""
        self.last_number += 1
        now = iso_utc(system_clock())
        sale = {
            "client_id": client_id or str(uuid4()),
            "seq": self.last_number,
            "sold_at": now,
            "sold_by": self.seller_id,
            "customer": customer_id,
            "items": items,
            "payments": payments,
        }
        self.unsent.append(sale | ({"voided_at": now, "void_reason": "Se arrepintió"} if is_undone else {}))

    def batch(self) -> Mapping[str, Any]:
        """What is to be sent; it counts as sent from now on."""
        sales, self.unsent = self.unsent, []
        return {"register": self.register_id, "sales": sales, "unsent": 0}


def send_at_once(batch: Mapping[str, Any], *senders: Till) -> list[Results]:
    """The answers to a batch that several send at the same time, each until they are answered."""
    with ThreadPoolExecutor(len(senders), thread_name_prefix="sender") as pool:
        sendings = [pool.submit(sender.send, SYNC, batch, status=200) for sender in senders]
        return [sending.result()["results"] for sending in sendings]
