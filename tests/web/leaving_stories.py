"""The owner types something and turns away: they are asked once before it is dropped."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.shop import Shop, done, new_phone_number
from tests.web.looks import assert_accessible
from tests.web.losses import hold, wait_until_held
from tests.web.people import open_place
from tests.web.waiting import NEXT_FRAME

TYPED = "Ruiz López"


@pytest.fixture
def customer(page: Page, shop: Shop) -> str:
    """The path of a customer whose surname is typed anew and not saved; the list is before."""
    customer = shop.new_customer()
    open_place(page, "overview")
    section(page, "Clientes").click()
    expect(page.get_by_role("table", name="Clientes")).to_be_visible()
    page.goto(f"/owner/#customers/{customer}")
    page.get_by_label("Apellidos").fill(TYPED)
    return f"/api/customers/{customer}/"


def test_who_chooses_another_section_is_asked_and_stays_or_leaves(page: Page, customer: str) -> None:
    section(page, "Promociones").click()
    expect(question(page)).to_be_visible()
    assert_accessible(page)
    expect(answer(page, "Seguir aquí")).to_be_focused()
    page.keyboard.press("Enter")
    expect(question(page)).to_have_count(0)
    expect(section(page, "Promociones")).to_be_focused()
    expect(page.get_by_label("Apellidos")).to_have_value(TYPED)
    expect(page).to_have_url(re.compile(r"#customers/\d+$"))
    page.keyboard.press("Enter")
    answer(page, "Salir sin guardar").click()
    expect(page.get_by_role("link", name="Promoción nueva")).to_be_visible()
    section(page, "Clientes").click()
    expect(page.get_by_role("table", name="Clientes")).to_be_visible()


def test_who_goes_back_or_forward_is_asked_and_comes_where_they_wanted(page: Page, customer: str) -> None:
    page.go_back()
    expect(question(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(question(page)).to_have_count(0)
    expect(page.get_by_label("Apellidos")).to_have_value(TYPED)
    page.go_back()
    answer(page, "Salir sin guardar").click()
    expect(page.get_by_role("table", name="Clientes")).to_be_visible()
    page.get_by_role("link", name="Nuevo cliente").click()
    page.get_by_label("Nombre").fill("Eva")
    section(page, "Personal").click()
    answer(page, "Seguir aquí").click()
    page.go_forward()
    answer(page, "Salir sin guardar").click()
    expect(page.get_by_role("table", name="Personal")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Nuevo cliente")).to_be_visible()


def test_a_section_that_is_chosen_again_does_not_lead_the_way_back_astray(page: Page, shop: Shop) -> None:
    open_place(page, "promotions")
    section(page, "Clientes").click()
    section(page, "Clientes").click()
    page.get_by_role("link", name="Nuevo cliente").click()
    page.get_by_label("Nombre").fill("Eva")
    page.go_back()
    answer(page, "Seguir aquí").click()
    expect(page.get_by_label("Nombre")).to_have_value("Eva")
    page.go_back()
    answer(page, "Salir sin guardar").click()
    expect(page.get_by_role("table", name="Clientes")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("link", name="Promoción nueva")).to_be_visible()


def test_nobody_is_asked_where_nothing_changed_or_all_is_saved(page: Page, customer: str) -> None:
    page.get_by_role("button", name="Guardar", exact=True).click()
    expect(page.get_by_text("Guardado.")).to_be_visible()
    section(page, "Promociones").click()
    expect(page.get_by_role("link", name="Promoción nueva")).to_be_visible()
    page.go_back()
    surname = page.get_by_label("Apellidos")
    expect(surname).to_have_value(TYPED)
    surname.fill("Paz")
    surname.fill(TYPED)
    page.go_back()
    expect(page.get_by_role("table", name="Clientes")).to_be_visible()
    page.get_by_role("link", name="Nuevo cliente").click()
    page.get_by_label("Nombre").fill("Eva")
    page.get_by_label("Apellidos").fill("Luna")
    page.get_by_label("Teléfono").fill(new_phone_number())
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("heading", name="Eva")).to_be_visible()
    expect(question(page)).to_have_count(0)


def test_who_turned_away_while_it_was_being_saved_goes_on_when_it_is(page: Page, customer: str) -> None:
    held = hold(page, f"**{customer}", times=1)
    page.get_by_role("button", name="Guardar", exact=True).click()
    wait_until_held(page, held)
    section(page, "Promociones").click()
    expect(question(page)).to_be_visible()
    held[0].continue_()
    expect(page.get_by_role("link", name="Promoción nueva")).to_be_visible()
    expect(question(page)).to_have_count(0)


def test_who_has_left_what_was_being_saved_stays_where_they_are(page: Page, shop: Shop) -> None:
    open_place(page, "customers/new")
    phone = new_phone_number()
    for label, text in (("Nombre", "Eva"), ("Apellidos", "Luna"), ("Teléfono", phone)):
        page.get_by_label(label).fill(text)
    held = hold(page, "**/api/customers/", times=1)
    page.get_by_role("button", name="Guardar").click()
    wait_until_held(page, held)
    section(page, "Personal").click()
    answer(page, "Salir sin guardar").click()
    page.get_by_role("link", name="Nueva persona").click()
    page.get_by_label("Apellidos").fill(TYPED)
    with page.expect_event("requestfinished"):
        held[0].continue_()
    page.evaluate(NEXT_FRAME)
    expect(page.get_by_label("Apellidos")).to_have_value(TYPED)
    expect(page).to_have_url(re.compile("#users/new$"))
    (made,) = done(shop.owner.get("/api/customers/", params={"search": phone}))
    assert made["first_name"] == "Eva"


def test_who_logs_out_is_asked(page: Page, customer: str) -> None:
    page.get_by_role("button", name="Salir").click()
    expect(question(page)).to_be_visible()
    answer(page, "Seguir aquí").click()
    expect(page.get_by_label("Apellidos")).to_have_value(TYPED)


def test_a_tab_is_closed_at_once_only_if_nothing_is_typed(page: Page, customer: str) -> None:
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    expect(page.get_by_label("Apellidos")).to_have_value(TYPED)
    page.get_by_role("button", name="Guardar", exact=True).click()
    expect(page.get_by_text("Guardado.")).to_be_visible()
    with page.expect_event("close"):
        page.close(run_before_unload=True)


def section(page: Page, name: str) -> Locator:
    """The way to a section."""
    return page.get_by_role("navigation", name="Secciones").get_by_role("link", name=name, exact=True)


def question(page: Page) -> Locator:
    """What is asked before something typed is dropped."""
    return page.get_by_role("dialog", name="Cambios sin guardar")


def answer(page: Page, text: str) -> Locator:
    """One of its answers."""
    return question(page).get_by_role("button", name=text)
