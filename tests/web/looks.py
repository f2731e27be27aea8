"""A screen as people see it, on phone, tablet and PC, light and dark: it is judged, and pictures are kept.

`SCREENSHOTS=<folder>` keeps a picture of each look of each screen that a story shows, named after the story
(`make screenshots`).
"""

import os
import re
from itertools import product
from pathlib import Path
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = (360, 800, 1280)
HEIGHT = 800
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
BOUNDS = ((360, SCHEMES[0]), (1280, SCHEMES[1]))
# What is ticked is ticked by its label, too.
SMALL_TARGETS = """
    [...document.querySelectorAll("button, a, input, select, summary")]
      .filter((target) => target.checkVisibility())
      .filter((target) => [target, ...(target.type === "checkbox" ? target.labels : [])]
        .every((area) => Math.min(area.offsetWidth, area.offsetHeight) < 48))
      .map((target) => target.outerHTML)"""


def assert_accessible(page: Page) -> None:
    """However it is looked at: axe finds nothing, no sideways scrolling, no target below 48 px.

    axe is slow: it sees the phone by day and the PC by night.
    """
    screen = _next_screen()
    for width, scheme in product(WIDTHS, SCHEMES) if screen else BOUNDS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=scheme)
        if screen:
            page.screenshot(path=screen.with_name(f"{screen.name}-{width}-{scheme}.png"), full_page=True)
        if (width, scheme) in BOUNDS:
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
        assert_fits(page)


def assert_fits(page: Page) -> None:
    """As it is looked at now: no sideways scrolling, no target below 48 px."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(SMALL_TARGETS) == []


def _next_screen() -> Path | None:
    """The beginning of the names of the next screen's pictures; `None` if none are kept."""
    if not (kept := os.environ.get("SCREENSHOTS")):
        return None
    folder = Path(kept)
    folder.mkdir(parents=True, exist_ok=True)
    story = re.sub(r"\W+", "_", os.environ["PYTEST_CURRENT_TEST"].split("::")[-1].removesuffix(" (call)"))
    number = len({picture.name.split("-")[1] for picture in folder.glob(f"{story}-*")}) + 1
    return folder / f"{story}-{number}"
