"""A cashier's hands on a slow tablet: scans without a pause, whatever has the focus, and searches."""

import time
from collections.abc import Sequence

from playwright.sync_api import Page

from tests.web.big_shop import code_of
from tests.web.slow_tablet import Tablet
from tests.web.tills import A_PERSONS_MS

SCANS = 200
SCAN_SECONDS = 0.1
CODES = tuple(code_of(number) for number in range(40))
FOCUSES = ("#search", "button:has-text('Salir')", ".lines .line", "dialog input")
SEARCHES = (
    "crema",
    "gat croq",
    "cafe mol",
    "1 kg arroz",
    "zzz",
    "frijol negro valle 2 kg",
    "jabon liq",
    "e",
    "arena gato 5",
    "leche ent pradera",
    "te de limon",
    "atun agua",
    "papel hig 12",
    "azucar mor",
    "yogur nat",
    "champu per",
    "moderna aceite",
    "queso fres 250",
)
A_PAUSE_MS = 500
"""A person looks at what was found."""
COUNT_CLICKS = """
    globalThis.clicks = 0;
    addEventListener("click", () => (clicks += 1), true);"""


def scan_everywhere(
    tablet: Tablet, codes: Sequence[str] = CODES, scans: int = SCANS, seconds: float = SCAN_SECONDS
) -> int:
    """Scan the codes in turns, one each `seconds`, a quarter of them with the focus on each of `FOCUSES`."""
    began = time.monotonic()
    for scan in range(scans):
        if scan % (scans // len(FOCUSES)) == 0:
            _focus(tablet.page, FOCUSES[scan * len(FOCUSES) // scans])
        tablet.page.wait_for_timeout(max(0.0, began + scan * seconds - time.monotonic()) * 1000)
        tablet.scan(codes[scan % len(codes)])
    return scans


def _focus(page: Page, place: str) -> None:
    if place.startswith("dialog"):
        page.locator(".lines .line").first.click()
    page.locator(place).first.focus()
    page.evaluate(COUNT_CLICKS)


def assert_nothing_else_happened(page: Page) -> None:
    """No scan has pressed a button or left anything in a field."""
    assert page.evaluate("clicks") == 0
    assert {field.input_value() for field in page.locator("input").all()} == {""}


def type_searches(tablet: Tablet) -> int:
    """Type each search as a person does, and clear the field by two keys; answers how many keys."""
    page = tablet.page
    page.locator("#search").focus()
    keys = 0
    for words in SEARCHES:
        for key in words:
            page.wait_for_timeout(A_PERSONS_MS)
            tablet.press(key)
        page.wait_for_timeout(A_PERSONS_MS)
        page.keyboard.press("Control+a")
        page.keyboard.press("Backspace")
        keys += len(words) + 2
    return keys


def most_rows(page: Page) -> int:
    """The most products that a search shows, when the person looks at what was found."""
    rows = []
    for words in SEARCHES:
        page.locator("#search").fill(words)
        page.wait_for_timeout(A_PAUSE_MS)
        rows.append(page.locator(".found li").count())
    page.locator("#search").fill("")
    return max(rows)
