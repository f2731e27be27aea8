"""People at the pages: they log in as a person does."""

from playwright.sync_api import Page

from deploy.local.demo_shop import EMPLOYEE
from deploy.local.environment import OWNER_DEFAULTS, OWNER_EMAIL, OWNER_PASSWORD
from tests.e2e.shop import Shop, new_cashier

OWNER = (OWNER_DEFAULTS[OWNER_EMAIL], OWNER_DEFAULTS[OWNER_PASSWORD])
CASHIER = (EMPLOYEE["email"], EMPLOYEE["password"])


def log_in(page: Page, path: str, login: tuple[str, str] = OWNER) -> None:
    """Open the page at `path` and log in; returns when the log-in form is gone."""
    page.goto(path)
    send_log_in(page, login)
    page.get_by_role("button", name="Salir").wait_for()


def open_place(page: Page, address: str = "") -> None:
    """Open the owner's page at a place, on a device where they are logged in; returns when it is shown."""
    page.goto(f"/owner/#{address}")
    page.get_by_role("button", name="Salir").wait_for()


def send_log_in(page: Page, login: tuple[str, str]) -> None:
    """Fill the log-in form in, and send it."""
    email, password = login
    page.get_by_label("Correo").fill(email)
    page.get_by_label("Contraseña").fill(password)
    page.get_by_role("button", name="Entrar").click()


def new_login(shop: Shop) -> tuple[str, str]:
    """The login of a new cashier, who has no open shift."""
    login = new_cashier(shop.owner)
    return login["email"], login["password"]
