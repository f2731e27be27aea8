"""Sends a day of sales by several senders at once, while its plan's deeds are done and processes killed."""

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from random import Random
from uuid import uuid4

from libs.common.faults import Boundary
from tests.e2e.day_ends import kill_server
from tests.e2e.day_plan import SERVERS
from tests.e2e.faults import HIT_WITHIN_SECONDS, Faults
from tests.e2e.synced.plan import Act, Batches, Deed, Delivery, Sale
from tests.e2e.synced.scene import Scene
from tests.e2e.tills import PATIENCE_SECONDS, RETRY_SECONDS, Interrupted, Office, Till
from tests.e2e.waiting import POLL_SECONDS, eventually

PATH = "/api/sync/sales/"

DOES: Mapping[Deed, Callable[[Scene, Till], None]] = {
    Deed.CLOSE: Scene.close_first_shift,
    Deed.RECEIVE: Scene.receive,
    Deed.TAKE_BACK: Scene.take_back,
    Deed.RAISE_PRICE: Scene.raise_price,
}


@dataclass(frozen=True, slots=True)
class Parcel:
    """Sales of one till, sent in one request. A repeat of the same parcel has the same key."""

    sales: tuple[Sale, ...]
    key: str

    @classmethod
    def of(cls, sales: tuple[Sale, ...]) -> "Parcel":
        """A parcel that nobody has sent."""
        return cls(sales, str(uuid4()))

    def again(self, chance: Random) -> list["Parcel"]:
        """The same after it was not answered:"""
        if chance.random() < 0.5 or len(self.sales) == 1:
            return [self]
        cut = chance.randint(1, len(self.sales) - 1)
        return [self.of(self.sales[cut:]), self.of(self.sales[:cut])]


class Outbox(Till):
    """A sender of sales, who need not be who sold them."""

    def deliver(self, scene: Scene, parcel: Parcel) -> bool:
        """Send it once; whether it was answered. Fails unless the answer names its sales in their order."""
        texts = [scene.text(sale) for sale in parcel.sales]
        register = scene.registers[parcel.sales[0].till]["id"]
        try:
            answer = self._try("POST", PATH, {"register": register, "sales": texts}, parcel.key)
        except Interrupted:
            return False
        assert answer.status_code == 200, f"{answer.status_code} {answer.text}"
        told = [result["client_id"] for result in answer.json()["results"]]
        assert told == [text["client_id"] for text in texts]
        return True


class Sending:
    """Sends a day as planned: each sender in a thread of its own, acts in the thread of the caller."""

    def __init__(self, scene: Scene, delivery: Delivery, faults: Faults) -> None:
        self._scene = scene
        self._delivery = delivery
        self._faults = faults
        self._answered = 0
        self._lock = threading.Lock()
        self._has_closed = threading.Event()
        self._stopped = threading.Event()

    def run(self) -> None:
        """Send everything, and act; raises the first failure of either."""
        senders = len(self._delivery.early)
        with ThreadPoolExecutor(senders, thread_name_prefix="sender") as pool:
            at_work = [pool.submit(self._send, number) for number in range(senders)]
            try:
                with Office(self._scene.shop, self._stopped) as office:
                    for act in self._delivery.acts:
                        if self._wait_until_answered(act.after):
                            self._do(act, office)
            except BaseException:
                self._stopped.set()
                raise
            for sender in at_work:
                sender.result()
        for act in self._delivery.acts:
            if isinstance(act.what, Boundary):
                eventually(partial(self._faults.assert_hit, act.what), within_seconds=HIT_WITHIN_SECONDS)
        self._scene.suite.wait_ready()

    def _send(self, number: int) -> None:
        """Send the parcels of one sender. The last one sells nothing."""
        senders = [*self._scene.cashiers[:-1], self._scene.shop]
        chance = Random(f"{self._delivery.seed} {number}")  # noqa: S311 - a plan that can be repeated
        try:
            with Outbox(senders[number], self._stopped) as outbox:
                self._send_all(outbox, self._delivery.early[number], chance)
                while not self._has_closed.is_set() and not self._stopped.is_set():
                    self._has_closed.wait(POLL_SECONDS)
                self._send_all(outbox, self._delivery.later[number], chance)
        except BaseException:
            self._stopped.set()
            raise

    def _send_all(self, outbox: Outbox, batches: Batches, chance: Random) -> None:
        waiting = [Parcel.of(sales) for sales in reversed(batches)]
        answered_at = time.monotonic()
        while waiting and not self._stopped.is_set():
            parcel = waiting.pop()
            if outbox.deliver(self._scene, parcel):
                answered_at = time.monotonic()
                self._count_an_answer()
                continue
            assert time.monotonic() - answered_at < PATIENCE_SECONDS, "no sale is answered any more"
            for part in parcel.again(chance):
                waiting.insert(chance.randint(0, len(waiting)), part)
            self._stopped.wait(RETRY_SECONDS)

    def _count_an_answer(self) -> None:
        """Count it, and arm the boundaries whose moment it is.

        A sender arms them, because the thread that acts may be waiting for a server while everything is sent.
        """
        with self._lock:
            self._answered += 1
            for act in self._delivery.acts:
                if act.after == self._answered and isinstance(act.what, Boundary):
                    self._faults.arm(act.what)

    def _wait_until_answered(self, batches: int) -> bool:
        """Wait until so many batches were answered; False if the senders have stopped before."""
        while self._answered < batches and not self._stopped.is_set():
            self._stopped.wait(POLL_SECONDS / 10)
        return not self._stopped.is_set()

    def _do(self, act: Act, office: Till) -> None:
        suite = self._scene.suite
        if isinstance(act.what, Deed):
            DOES[act.what](self._scene, office)
            if act.what is Deed.CLOSE:
                self._has_closed.set()
        elif not isinstance(act.what, Boundary):
            suite.wait_ready(act.what)
            self._stopped.wait(act.delay)
            if act.what in SERVERS:
                kill_server(suite, act.what)
                suite.wait_ready(act.what)
            else:
                suite.kill(act.what)
