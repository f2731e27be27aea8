"""Log in and out, at both pages."""

import json

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from deploy.local.demo_shop import SHOPPER
from deploy.local.suite import LocalSuite
from tests.e2e.shop import Shop
from tests.e2e.waiting import eventually
from tests.web.looks import assert_accessible
from tests.web.losses import NEVER_GIVES_UP
from tests.web.people import CASHIER, OWNER, log_in, send_log_in
from tests.web.staff import PIN, hire
from tests.web.tills import BREAD, selling_till

PATHS = ("/till/", "/owner/")
OUT_WITHIN_MS = 9_000  # below the 10 s that other requests are waited for
"""2 s, and the slowness of a busy machine."""
REVOKED_WITHIN_SECONDS = 60
AWAY = "Service temporarily unavailable."
LOGIN_FAILED = "Usuario o contraseña incorrectos."


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
    expect(page.get_by_role("alert")).to_have_text(LOGIN_FAILED)


def test_log_out_ends_the_session_at_the_server(page: Page, suite: LocalSuite) -> None:
    log_in(page, "/till/")
    refresh = kept_refresh_token(page)
    page.evaluate(NEVER_GIVES_UP)
    page.get_by_role("button", name="Salir").click()
    expect(page.get_by_label("Correo")).to_be_visible()
    expect(page.get_by_role("status")).to_have_count(0)
    assert kept_refresh_token(page) is None
    answer = httpx.post(f"{suite.gateway_url}/api/auth/refresh/", json={"refresh": refresh}, timeout=30)
    assert answer.status_code == httpx.codes.UNAUTHORIZED


def test_who_logs_out_is_out_soon_though_the_server_hangs(page: Page) -> None:
    log_in(page, "/till/")
    page.route("**/api/sessions/**", lambda _: None)  # no answer, ever
    page.get_by_role("button", name="Salir").click()
    expect(page.get_by_role("status")).to_contain_text("el servidor no contestó", timeout=OUT_WITHIN_MS)
    assert kept_refresh_token(page) is None
    page.unroute_all(behavior="ignoreErrors")
    log_in(page, "/till/")
    expect(page.get_by_role("button", name="Salir")).to_be_visible()


def test_a_session_that_was_revoked_elsewhere_asks_to_log_in_again(page: Page, suite: LocalSuite) -> None:
    log_in(page, "/till/")
    revoke_sessions(suite, kept_refresh_token(page))
    page.reload()
    expect(page.get_by_text("Tu sesión terminó.")).to_be_visible()
    expect(page.get_by_label("Correo")).to_be_focused()
    log_in(page, "/till/")
    page.get_by_role("button", name="Salir").click()
    expect(page.get_by_label("Correo")).to_be_focused()
    expect(page.get_by_text("Tu sesión terminó.")).to_have_count(0)


def test_a_session_that_cannot_be_renewed_at_the_moment_is_not_said_to_have_ended(page: Page) -> None:
    log_in(page, "/owner/")
    page.route("**/api/auth/refresh/", lambda route: route.fulfill(status=503, json={"detail": AWAY}))
    page.reload()
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("Una parte del sistema no responde.")
    expect(page.get_by_text("Tu sesión terminó.")).to_have_count(0)
    page.unroute("**/api/auth/refresh/")
    page.get_by_role("button", name="Intentar de nuevo").click()
    expect(problem).to_have_count(0)


@pytest.mark.with_workers
def test_the_tabs_of_a_page_are_logged_in_together(context: BrowserContext, page: Page) -> None:
    another = context.new_page()
    another.goto("/till/")
    log_in(page, "/till/")
    expect(another.get_by_role("button", name="Salir")).to_be_visible()
    page.get_by_role("button", name="Salir").click()
    expect(another.get_by_label("Correo")).to_be_visible()


@pytest.mark.with_workers
def test_the_till_and_the_owners_page_have_a_session_each(context: BrowserContext, page: Page) -> None:
    log_in(page, "/till/")
    another = context.new_page()
    another.goto("/owner/")
    expect(another.get_by_label("Correo")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "login"), [("/owner/", CASHIER), ("/till/", (SHOPPER["email"], SHOPPER["password"]))]
)
def test_a_page_is_shown_to_its_roles_only(path: str, login: tuple[str, str], page: Page) -> None:
    log_in(page, path, login)
    expect(page.get_by_role("alert")).to_have_text("Tu usuario no puede usar esta página.")


@pytest.mark.with_workers
def test_a_page_says_it_when_the_server_cannot_be_reached(context: BrowserContext, page: Page) -> None:
    page.goto("/till/")
    context.set_offline(True)
    send_log_in(page, OWNER)
    expect(page.get_by_role("alert")).to_contain_text("Sin conexión")


def test_another_language_is_remembered(page: Page) -> None:
    page.goto("/till/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_label("Password")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"


def test_what_is_typed_outlives_the_session_of_who_logs_in_again(
    page: Page, suite: LocalSuite, shop: Shop
) -> None:
    manager, another = hire(shop, "ADMIN"), hire(shop, "ADMIN")
    log_in(page, "/owner/", manager.login)
    page.goto("/owner/#drawers/register-new")
    name = page.get_by_label("Nombre")
    name.fill("Caja del patio")
    revoke_sessions(suite, kept_refresh_token(page, "owner"))
    name.press("Enter")
    again = page.get_by_role("dialog", name="Dueño")
    expect(again).to_contain_text("Tu sesión terminó.")
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(again.get_by_label("Correo")).to_be_focused()
    send_log_in(page, manager.login)
    expect(again).to_have_count(0)
    expect(name).to_have_value("Caja del patio")
    expect(name).to_be_focused()
    revoke_sessions(suite, kept_refresh_token(page, "owner"))
    name.press("Enter")
    send_log_in(page, another.login)
    expect(page.get_by_text(another.name)).to_be_visible()
    expect(name).to_have_value("")


def test_an_approval_is_given_up_when_the_session_of_the_cashier_ends(
    page: Page, suite: LocalSuite, shop: Shop
) -> None:
    cashier, manager = hire(shop), hire(shop, "ADMIN")
    till = selling_till(page, shop, cashier.login)
    till.scan(BREAD)
    till.fill_in_discount("50", "Cortesía")
    page.get_by_role("button", name="Dar descuento").click()
    approval = page.get_by_role("dialog", name="Autorización de un supervisor")
    approval.get_by_label("Correo o usuario").fill(manager.email)
    approval.get_by_label("PIN").fill(PIN)
    revoke_sessions(suite, kept_refresh_token(page))
    approval.get_by_role("button", name="Autorizar").click()
    expect(page.get_by_role("dialog", name="Caja")).to_contain_text("Tu sesión terminó.")
    expect(approval).to_have_count(0)
    send_log_in(page, cashier.login)
    expect(page.get_by_text("No se dio: falta la autorización.")).to_be_visible()
    expect(page.locator("[data-pieces='1']")).to_have_text("$22.00")


def kept_refresh_token(page: Page, name: str = "till") -> str | None:
    """The refresh token in IndexedDB, which is the only place that keeps one."""
    assert page.evaluate("JSON.stringify(localStorage)") in {"{}", json.dumps({"language": "es"})}
    kept: str | None = page.evaluate(
        """
        new Promise((resolve) => {
          const opening = indexedDB.open("shell");
          opening.onsuccess = () => {
            const asked = opening.result.transaction("sessions").objectStore("sessions").get(NAME);
            asked.onsuccess = () => {
              opening.result.close();
              resolve(asked.result?.refresh ?? null);
            };
          };
        })""".replace("NAME", json.dumps(name))
    )
    return kept


def revoke_sessions(suite: LocalSuite, refresh: str | None) -> None:
    """End the session of this token, as its user does at another device, and wait until it is."""
    with httpx.Client(base_url=suite.gateway_url, timeout=30) as client:
        access = (
            client.post("/api/auth/refresh/", json={"refresh": refresh}, timeout=30)
            .raise_for_status()
            .json()["access"]
        )
        client.headers["Authorization"] = f"Bearer {access}"
        own = next(each for each in client.get("/api/sessions/").json() if each["current"])
        client.post(f"/api/sessions/{own['id']}/revoke/").raise_for_status()

        def it_is_refused() -> None:
            assert client.get("/api/users/me/").status_code == httpx.codes.UNAUTHORIZED

        eventually(it_is_refused, within_seconds=REVOKED_WITHIN_SECONDS)
