"""Printers of a till: the system's, whose paper is a PDF, and one at a serial port, which keeps its bytes."""

import re

import pytest
from playwright.sync_api import Page

from tests.web.waiting import until

POINTS_PER_MM = 72 / 25.4
A_POINT_MM = 0.4
DRAWER = b"\x1b@\x1bp\x00\x19\xfa"
"""Opens the drawer, and prints nothing."""
COUNTS_PRINTS = "window.prints = 0; window.print = () => void (window.prints += 1);"
"""A browser without a printer: what it would print stands on the page until a PDF is made of it."""

A_SERIAL_PORT = """
    window.bytes = [];
    window.isPluggedIn = true;
    const port = {
      open: async () => { if (!window.isPluggedIn) throw new DOMException("gone", "NetworkError"); },
      close: async () => undefined,
      get writable() { return new WritableStream({ write: (chunk) => void window.bytes.push(...chunk) }); },
    };
    let chosen = [];
    const requestPort = async () => (chosen = [port])[0];
    Object.defineProperty(navigator, "serial", { value: { getPorts: async () => chosen, requestPort } });"""


def bytes_sent(page: Page) -> bytes:
    """What the serial printer has got, until its paper was cut or its drawer opened; it is forgotten."""
    until(page, "window.bytes.at(-4) === 0x1d || window.bytes.length === 7")
    return bytes(page.evaluate("window.bytes.splice(0)"))


def printed_text(page: Page) -> str:
    """The text of the ticket that is being printed, on its one page of 80 mm; then the dialog is closed."""
    page.locator(".roll").wait_for(state="attached")
    text = page.locator(".roll").text_content() or ""
    ((width, _),) = pages_of(page.pdf(prefer_css_page_size=True))
    assert width == pytest.approx(80, abs=A_POINT_MM)
    return text


def pages_of(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of each page, in mm."""
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    return [(float(width) / POINTS_PER_MM, float(height) / POINTS_PER_MM) for width, height in boxes]
