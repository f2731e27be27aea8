"""A screen as people see it, on phone, tablet and PC, light and dark: it is judged, and pictures are kept.

`SCREENSHOTS=<folder>` keeps a picture of each look of each screen that a story shows, named after the story,
and leaves out the stories that show none (`make screenshots`).
"""

import os
import re
from itertools import product
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page, ViewportSize, expect

WIDTHS = (360, 800, 1280)
HEIGHT = 800
PHONE = ViewportSize(width=WIDTHS[0], height=HEIGHT)
IS_WHOLE = "({ clientWidth, scrollWidth }) => scrollWidth <= clientWidth"
"""Of an element: it need not be scrolled sideways."""
LEAVES_ROOM_FOR_WORDS = "({ firstElementChild: words, clientWidth }) => words.clientWidth > clientWidth / 2"
"""Of a row: words are no narrow column beside its buttons."""
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
JUDGED = ((360, SCHEMES[0]), (1280, SCHEMES[1]))
"""By axe, which is slow: the phone by day and the PC by night."""
# What is ticked is ticked by its label, too. A price label and a ticket are shown as they are printed: in
# millimetres, and with all of their columns.
# The hours of a week are a table that is wider than any phone.
FOUND = {"resultTypes": ["violations"], "preload": False}
"""What axe tells. It need not fetch the styles again: no rule of those that are on reads them."""
FAULTS = r"""
    (() => {
      const seen = [...document.querySelectorAll("body *")].filter((element) => element.checkVisibility());
      const isText = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "";
      const targets = seen.filter((each) => each.matches("button, a, input, select, textarea, summary"));
      const texts = seen.filter((element) => [...element.childNodes].some(isText))
        .filter((element) => !element.matches(".unseen") && !element.closest(".price-label, pre.ticket"));
      const areas = (target) => [target, ...(target.type === "checkbox" ? target.labels : [])];
      const isSmall = ({ offsetWidth, offsetHeight }) => Math.min(offsetWidth, offsetHeight) < 48;
      const isKey = ({ textContent: text }) => /^[a-z]+(\.[a-z_]+)+$/.test(text.trim());
      const isSmallText = (element) => parseFloat(getComputedStyle(element).fontSize) < 16;
      const isWider = ({ clientWidth, scrollWidth }) => 0 < clientWidth && clientWidth + 1 < scrollWidth;
      const isSqueezed = (element) => isWider(element) && getComputedStyle(element).overflowX !== "auto";
      const tables = seen.filter((each) => each.matches(".table") && !each.closest("[data-block=hours]"));
      const told = (fault) => ({ outerHTML }) => `${fault}: ${outerHTML}`;
      return [
        ...targets.filter((target) => areas(target).every(isSmall)).map(told("target below 48 px")),
        ...texts.filter(isKey).map(told("a key in place of a text")),
        ...texts.filter(isSmallText).map(told("text below 16 px")),
        ...texts.filter(isSqueezed).map(told("text wider than its place")),
        ...tables.filter(isWider).map(told("table wider than its place")),
        ...(document.documentElement.scrollWidth > innerWidth ? ["it scrolls sideways"] : []),
      ];
    })()"""


def assert_accessible(page: Page) -> None:
    """However it is looked at: axe finds nothing, no target or text is small or squeezed, none beside it.

    A table is judged when it is filled: until then it is pale.
    """
    expect(page.locator("table[aria-busy=true]")).to_have_count(0)
    screen = _next_screen()
    for width, scheme in product(WIDTHS, SCHEMES) if screen else (*JUDGED, (800, SCHEMES[0])):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=scheme)
        if screen:
            page.screenshot(path=screen.with_name(f"{screen.name}-{width}-{scheme}.png"), full_page=True)
        look = f"{page.url} at {width} px, {scheme}"
        if (width, scheme) in JUDGED:
            found = _judged_by_axe(page)
            assert found.violations_count == 0, f"{look}: {found.generate_report()}"
        assert_fits(page, look)


def _judged_by_axe(page: Page) -> AxeResults:
    """What axe finds; its half a megabyte is sent to a page once."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return AxeResults(page.evaluate("(options) => axe.run(options)", FOUND))


def assert_fits(page: Page, look: str = "") -> None:
    """As it is looked at now: no target or text is small or squeezed, nothing scrolls sideways, no text is
    missing."""
    faults = page.evaluate(FAULTS)
    assert not faults, f"{look}: {faults}"


def keeps_pictures() -> bool:
    """Whether the run is for pictures."""
    return bool(os.environ.get("SCREENSHOTS"))


def shows_screens(story: pytest.Item) -> bool:
    """Whether it calls `assert_accessible`, itself or by a function whose name says so, too."""
    called = story.function.__code__.co_names if isinstance(story, pytest.Function) else ()
    return any(name.endswith("accessible") for name in called)


def _next_screen() -> Path | None:
    """The beginning of the names of the next screen's pictures; `None` if none are kept."""
    if not keeps_pictures():
        return None
    folder = Path(os.environ["SCREENSHOTS"])
    folder.mkdir(parents=True, exist_ok=True)
    story = re.sub(r"\W+", "_", os.environ["PYTEST_CURRENT_TEST"].split("::")[-1].removesuffix(" (call)"))
    number = len({picture.name.split("-")[1] for picture in folder.glob(f"{story}-*")}) + 1
    return folder / f"{story}-{number}"
