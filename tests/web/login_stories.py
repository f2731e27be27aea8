"""Log in and out, at both pages."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.people import OWNER, log_in, send_log_in

PATHS = ("/till/", "/owner/")


@pytest.mark.parametrize("path", PATHS)
def test_who_logs_in_stays_logged_in_after_a_reload_until_they_log_out(path: str, page: Page) -> None:
    log_in(page, path)
    page.reload()
    page.get_by_role("button", name="Salir").click()
    expect(page.get_by_label("Correo")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Correo")).to_be_visible()


@pytest.mark.parametrize("path", PATHS)
def test_a_wrong_password_shows_what_the_api_says(path: str, page: Page) -> None:
    page.goto(path)
    send_log_in(page, (OWNER[0], "not-the-password"))
    expect(page.get_by_role("alert")).to_have_text("No active account found with the given credentials")
