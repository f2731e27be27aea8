"""Promises of both pages, whatever they show: accessible, small, safe, and there without a network."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from deploy.local.suite import LocalSuite
from tests.web.looks import assert_accessible
from tests.web.people import OWNER, log_in, send_log_in
from tests.web.waiting import SERVED_BY_WORKER, until

PATHS = ("/till/", "/owner/")
BYTES_MAX = 90_000
REQUESTS_MAX = 30
OF_THE_WORKER = 3
"""Its own program, the page, and all files in one answer, which pages behind the log-in are served from."""


@pytest.mark.with_workers
@pytest.mark.parametrize("path", PATHS)
def test_a_page_opens_without_a_network(path: str, context: BrowserContext, page: Page) -> None:
    log_in(page, path)
    until(page, SERVED_BY_WORKER)
    context.new_cdp_session(page).send("Network.clearBrowserCache")  # the worker's files are not in it
    context.set_offline(True)
    page.reload()
    expect(page.get_by_role("button", name="Salir")).to_be_visible()


@pytest.mark.with_workers
@pytest.mark.parametrize("path", PATHS)
def test_a_first_visit_is_small(path: str, context: BrowserContext, page: Page) -> None:
    files: dict[str, int] = {}

    def began(event: dict[str, Any]) -> None:
        url, kept = event["response"]["url"], event["response"]["fromServiceWorker"]
        if not kept and "/api/" not in url:
            files[event["requestId"]] = 0

    def ended(event: dict[str, Any]) -> None:
        if event["requestId"] in files:
            files[event["requestId"]] = event["encodedDataLength"]

    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.responseReceived", began)
    network.on("Network.loadingFinished", ended)
    page.goto(path, wait_until="networkidle")
    until(page, SERVED_BY_WORKER)
    send_log_in(page, OWNER)
    page.get_by_role("button", name="Salir").wait_for()
    page.wait_for_load_state("networkidle")
    assert 0 < sum(files.values()) <= BYTES_MAX
    assert len(files) + OF_THE_WORKER <= REQUESTS_MAX


@pytest.mark.parametrize("path", PATHS)
def test_no_text_becomes_a_program(path: str, page: Page) -> None:
    answer = page.goto(path)
    assert answer is not None
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert not is_blocked(page, "document.body.append('text')")
    for attack in (
        "new Function('return 1')()",
        "document.body.innerHTML = '<img src=x onerror=alert(1)>'",
        "document.createElement('script').src = '/api/docs'",
        "trustedTypes.createPolicy('another', {createScriptURL: (url) => url})",
    ):
        assert is_blocked(page, attack), attack


@pytest.mark.with_workers
@pytest.mark.parametrize("path", PATHS)
def test_a_page_asks_no_other_host(path: str, page: Page, suite: LocalSuite) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    log_in(page, path)
    assert asked
    assert all(url.startswith(suite.gateway_url) for url in asked)


@pytest.mark.parametrize("path", PATHS)
def test_everybody_can_use_a_page(path: str, page: Page) -> None:
    page.goto(path)
    page.get_by_label("Correo").wait_for()
    assert_accessible(page)
    log_in(page, path)
    page.locator("main").wait_for()
    assert_accessible(page)


def is_blocked(page: Page, attack: str) -> bool:
    """Whether the page's policy stops it, in a task of the page: what a driver evaluates may do anything."""
    blocked: bool = page.evaluate(
        """
        new Promise((resolve) => {
          addEventListener("securitypolicyviolation", () => resolve(true), { once: true });
          setTimeout(() => {
            try { ATTACK; } catch { resolve(true); }
            setTimeout(() => resolve(false), 500);
          });
        })""".replace("ATTACK", attack)
    )
    return blocked
