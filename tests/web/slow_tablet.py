"""A cheap tablet: Chromium with a slowed processor, and how long it takes until something is painted."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from playwright.sync_api import CDPSession, Page

from tests.web.waiting import until

SLOWER = 4
GAP_SECONDS = 0.03
PATIENCE_SECONDS = 0.2
"""The page is told of no longer time between keys, and before Enter, if the machine is busy."""
# From the key (as the browser was told its time) to the frame after the one in which the page changed.
WATCH = """
    ([key, shows]) => {
      globalThis.painted = [];
      let pressed = null;
      addEventListener("keydown", (event) => {
        if (key === null || event.key === key) pressed = event.timeStamp;
      }, true);
      new MutationObserver(() => {
        if (pressed === null) return;
        const from = pressed;
        pressed = null;
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => painted.push(performance.now() - from);
          port2.postMessage("");
        });
      }).observe(document.querySelector(shows), {
        attributes: true, childList: true, characterData: true, subtree: true,
      });
    }"""
# The frame after the one in which the status line says it, on the clock of the machine.
WATCH_STATUS = """
    (words) => {
      globalThis.toldAt = null;
      new MutationObserver((_, watch) => {
        if (!document.querySelector(".status")?.textContent.includes(words)) return;
        watch.disconnect();
        requestAnimationFrame(() => setTimeout(() => {
          toldAt = performance.timeOrigin + performance.now();
        }));
      }).observe(document, { characterData: true, childList: true, subtree: true });
    }"""


@dataclass(frozen=True, slots=True)
class Painted:
    """Milliseconds from keys to the frames that show what they did, and the page's own work."""

    wall: list[float]
    thread_ms: float
    """The CPU of the page's main thread for each key, slowed too; other work on the machine is not in it."""

    @property
    def p95(self) -> float:
        """What 95 of 100 took at most."""
        return statistics.quantiles(self.wall, n=20)[-1]

    @property
    def told(self) -> str:
        """The other figures, beside the 95 of 100."""
        median, most = statistics.median(self.wall), max(self.wall)
        return f"median {median:.0f}, most {most:.0f}, thread {self.thread_ms:.0f}; {len(self.wall)} seen"


@dataclass(frozen=True, slots=True)
class Tablet:
    """A tab whose processor can be slowed."""

    page: Page
    keys: CDPSession

    @classmethod
    def of(cls, page: Page) -> Self:
        """The tablet that shows this page."""
        return cls(page, page.context.new_cdp_session(page))

    def slow_down(self) -> None:
        """Let the page have one part in `SLOWER` of the processor."""
        self.keys.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})

    def scan(self, code: str) -> None:
        """Type a code as a scanner does."""
        at = time.time()
        for key in code:
            self._press(key, key, at)
            at = min(time.time(), at + GAP_SECONDS)
        self._press("Enter", "\r", min(time.time(), at + PATIENCE_SECONDS))

    def press(self, key: str) -> None:
        """Press the key of a letter or digit, as a person does."""
        self._press(key, key, time.time())

    def _press(self, key: str, text: str, at: float) -> None:
        event = {"type": "keyDown", "key": key, "text": text, "timestamp": at}
        self.keys.send("Input.dispatchKeyEvent", event)

    def painted(self, press: Callable[[], int], *, shows: str, key: str | None = None) -> Painted:
        """Press keys, and see when their effect in the element `shows` is painted.

        `press` answers how many deeds it did; `key` is the one that ends a deed, by default each does.
        """
        self.page.evaluate(WATCH, [key, shows])
        before = self._thread_seconds()
        deeds = press()
        self.page.evaluate("new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50)))")
        spent = self._thread_seconds() - before
        wall: list[float] = self.page.evaluate("painted")
        return Painted(wall, spent * 1000 / deeds)

    def _thread_seconds(self) -> float:
        """The CPU time of the tasks of the main thread."""
        self.keys.send("Performance.enable", {"timeDomain": "threadTicks"})
        metrics = self.keys.send("Performance.getMetrics")["metrics"]
        return next(float(each["value"]) for each in metrics if each["name"] == "TaskDuration")


def told_at(page: Page) -> float:
    """When the status line said what is watched, once it has; milliseconds since 1970."""
    until(page, "toldAt !== null")
    return float(page.evaluate("toldAt"))
