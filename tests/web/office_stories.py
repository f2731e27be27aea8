"""The office on the owner's page: sales, customers, people, registers and shifts, each on its screen."""

import re
import secrets
import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from playwright.sync_api import Locator, Page, Route, expect

from libs.common.clock import iso_utc, system_clock
from tests.e2e.shop import Shop, done, made
from tests.e2e.shoppers import Shopper, lead, web_product
from tests.web.looks import IS_WHOLE, PHONE, assert_accessible
from tests.web.losses import hold, lose_answer, wait_until_held
from tests.web.people import open_place
from tests.web.waiting import NEXT_FRAME


def test_a_flagged_sale_is_found_looked_at_and_reviewed(page: Page, shop: Shop) -> None:
    goods = shop.new_product(stock=1)
    result = synced(shop, [{"product_id": goods, "quantity": 3, "unit_total": "100.00"}], "300.00")
    order = done(shop.owner.get(f"/api/orders/{result['order']}/"))
    open_place(page, "orders?flag=OVERSOLD&reviewed=false")
    page.get_by_role("link", name=order["ticket_folio"]).click()
    expect(card(page, "review")).to_contain_text("sin existencia suficiente")
    page.get_by_label("Qué encontraste").fill("Se contó de nuevo.")
    page.get_by_role("button", name="Marcar como revisada").click()
    expect(page.locator("[data-review]")).to_contain_text("Se contó de nuevo.")
    assert_accessible(page)
    assert done(shop.owner.get(f"/api/orders/{order['id']}/"))["review"]["note"] == "Se contó de nuevo."
    page.get_by_role("button", name="Ver ticket").click()
    expect(page.locator("pre.ticket")).to_contain_text(order["ticket_folio"])
    expect(page.locator("pre.ticket")).to_contain_text(order["ticket_number"])
    expect(page.locator("pre.ticket")).to_contain_text("*** COPIA ***")
    assert_accessible(page)
    page.set_viewport_size(PHONE)
    assert page.locator("pre.ticket").evaluate(IS_WHOLE)
    page.get_by_role("button", name="Cerrar").click()
    page.goto("/owner/#orders")
    page.get_by_label("Ticket: folio o número").fill(order["ticket_number"])
    expect(page).to_have_url(re.compile("search="))
    expect(page.locator("table.rows tbody tr")).to_have_count(1)
    assert_accessible(page)


def test_what_is_left_of_an_exchange_is_paid_out_of_an_open_drawer(page: Page, shop: Shop) -> None:
    register = shop.new_register()
    with shop.with_another_cashier().cashier() as cashier:
        shift = made(cashier.post("/api/shifts/", json={"register": register, "opening_cash": "500.00"}))
    returned = exchanged(shop, register)
    open_place(page, f"drawers/shift-{shift['id']}")
    expect(card(page, "exchanges")).to_be_visible()
    assert_accessible(page)
    card(page, "exchanges").get_by_role("link", name="Ver las devoluciones con cambio").click()
    page.get_by_role("link", name=str(returned["id"]), exact=True).click()
    article = page.locator(f"[data-return='{returned['id']}']")
    expect(article).to_contain_text("Queda para cambio")
    article.get_by_text("Pagar en efectivo lo que queda").first.click()
    article.get_by_label("Sale de la caja").select_option(str(register))
    assert_accessible(page)
    article.get_by_role("button", name="Pagar en efectivo lo que queda").click()
    expect(article).to_contain_text("Se pagó lo que quedaba")
    expect(article).to_contain_text("$100.00 en efectivo")
    expect(article.locator("details")).to_have_count(0)
    assert done(shop.owner.get(f"/api/returns/{returned['id']}/"))["payout"]["amount"] == "100.00"
    report = done(shop.owner.get(f"/api/shifts/{shift['id']}/report/"))
    assert (report["cash"]["refunded"], report["cash"]["expected"]) == ("100.00", "500.00")
    done(shop.owner.post(f"/api/shifts/{shift['id']}/close/", json={"counted_cash": "500.00"}))


def test_an_apartado_is_cancelled_and_the_one_open_drawer_gives_its_money(page: Page, shop: Shop) -> None:
    register = shop.new_register()
    with shop.with_another_cashier().cashier() as cashier:
        opening = {"register": register, "opening_cash": "500.00"}
        shift = made(cashier.post("/api/shifts/", json=opening))["id"]
    layaway = laid_away(shop, shop.new_product(stock=1), register=register)
    only_one_open(page, shop, register)
    open_place(page, f"orders/{layaway['order']}")
    card(page, "layaway").get_by_text("Cancelar apartado").first.click()
    expect(page.get_by_label("Sale de la caja")).to_have_value(str(register))
    page.get_by_label("Motivo").fill("Ya no lo quiere")
    assert_accessible(page)
    card(page, "layaway").get_by_role("button", name="Cancelar apartado").click()
    expect(page.locator("[data-fact=refunds]")).to_contain_text("Efectivo $50.00")
    expect(page.locator("[data-fact=balance]")).to_have_count(0)
    report = done(shop.owner.get(f"/api/shifts/{shift}/report/"))
    assert (report["layaway"]["returned"], report["cash"]["expected"]) == ("50.00", "500.00")
    done(shop.owner.post(f"/api/shifts/{shift}/close/", json={"counted_cash": "500.00"}))


def test_a_held_sale_is_mended_and_booked_and_another_given_up(page: Page, shop: Shop) -> None:
    goods = shop.new_product(stock=5)
    held = [held_sale(shop, goods), held_sale(shop, goods)]
    open_place(page, f"orders/held-{held[0]}")
    expect(card(page, "why")).to_contain_text("La suma de los pagos ($50.00) no es el total ($100.00).")
    assert_accessible(page)
    page.get_by_role("button", name="Registrar la venta").click()
    expect(page.locator("[data-field=payments]")).to_contain_text("La suma de los pagos")
    expect(page.get_by_label("Forma de pago")).to_be_focused()
    page.get_by_label("Importe").fill("100")
    page.get_by_role("button", name="Registrar la venta").click()
    expect(page.locator("[data-fact=total]")).to_contain_text("$100.00")
    send_otherwise(shop, held[1])
    page.goto(f"/owner/#orders/held-{held[1]}")
    page.get_by_text("Ver lo que envió la caja").click()
    expect(card(page, "why").locator("pre")).to_contain_text("otra vez")
    assert_accessible(page)
    page.get_by_label("Por qué se descarta").fill("Venta de prueba")
    page.get_by_role("button", name="Descartar").click()
    expect(page).to_have_url(re.compile("#orders/held$"))
    left = [row["id"] for row in done(shop.owner.get("/api/sync/held/"))]
    assert not set(held) & set(left)


def test_what_is_wrong_with_a_held_sale_is_said_of_its_part(page: Page, shop: Shop) -> None:
    result = synced(shop, [{"product_id": 2**31 - 1, "quantity": 1, "unit_total": "50.00"}], "50.00")
    held = done(shop.owner.get("/api/sync/held/"))
    (mine,) = (row for row in held if row["client_id"] == result["client_id"])
    open_place(page, f"orders/held-{mine['id']}")
    expect(card(page, "why")).to_contain_text("Productos: Ya no existe.")


def test_a_held_sale_of_any_content_is_listed_and_given_up(page: Page, shop: Shop) -> None:
    no_text = {"toString": 1}
    items: list[list[dict[str, Any]]] = [
        [{"product_id": no_text, "quantity": no_text, "unit_total": no_text}],
        [{"product_id": "__proto__", "quantity": 1, "unit_total": "50.00", "valueOf": 1}],
    ]
    sent = [synced(shop, each, "50.00")["client_id"] for each in items]
    held = {row["client_id"]: row["id"] for row in done(shop.owner.get("/api/sync/held/"))}
    open_place(page, "orders/held")
    for client_id in sent:
        page.locator(f"a.opens[href='#orders/held-{held[client_id]}']").click()
        expect(page.get_by_role("button", name="Registrar la venta")).to_be_visible()
        page.get_by_label("Por qué se descarta").fill("Venta de prueba")
        page.get_by_role("button", name="Descartar").click()
        expect(page).to_have_url(re.compile("#orders/held$"))
    assert not {row["id"] for row in done(shop.owner.get("/api/sync/held/"))} & {held[each] for each in sent}


def test_an_order_of_the_web_shop_is_led_to_the_door_and_cancelled_only_by_who_is_sure(
    page: Page, shop: Shop
) -> None:
    with Shopper.shopping(shop) as shopper:
        order = shopper.buy(web_product(shop, price=90.0, stock=1))["order"]["id"]
    open_place(page, f"orders/web-{order}")
    status = page.locator("header.head .tag")
    for step in ("confirmado", "en preparación"):
        card(page, "step").get_by_role("button", name=f"Pasar a: {step}").click()
        expect(status).to_have_text(step)
    assert_accessible(page)
    lead(shop, order, "shipped")
    card(page, "step").get_by_role("button", name="Pasar a: enviado").click()
    expect(card(page, "step")).to_contain_text("su estado cambió mientras tanto")
    expect(status).to_have_text("enviado")
    card(page, "step").get_by_role("button", name="Pasar a: entregado").click()
    expect(status).to_have_text("entregado")
    expect(card(page, "step").get_by_role("button")).to_have_count(1)
    card(page, "step").get_by_role("button", name="Cancelar pedido").click()
    assert_accessible(page)
    page.get_by_role("button", name="Sí, hacerlo").click()
    expect(status).to_have_text("cancelado")
    expect(card(page, "step")).to_have_count(0)


def test_a_return_of_the_web_shop_is_decided_with_where_its_goods_go(page: Page, shop: Shop) -> None:
    asked = asked_to_send_back(shop)
    open_place(page, "orders/web-returns?status=requested")
    page.get_by_role("link", name=f"{asked}", exact=True).click()
    assert_accessible(page)
    page.get_by_label("Estado").select_option(label="aprobada")
    page.get_by_label("Croquetas").select_option(label="merma")
    page.get_by_label("Notas").fill("Llegó roto")
    page.get_by_role("button", name="Guardar").click()
    expect(card(page, "goods")).to_contain_text("merma")
    decided = done(shop.owner.get(f"/sales/returns/{asked}"))
    assert (decided["status"], decided["admin_notes"]) == ("approved", "Llegó roto")
    assert decided["items"][0]["disposition"] == "discard"
    page.get_by_role("link", name="Volver").click()
    expect(page.get_by_label("Estado")).to_have_value("requested")
    expect(page.get_by_role("link", name=f"{asked}", exact=True)).to_have_count(0)
    assert_accessible(page)


def test_a_debt_is_paid_once_though_the_answer_was_lost(page: Page, shop: Shop) -> None:
    customer = debtor(shop)
    open_place(page, f"customers/{customer}")
    expect(page.locator("[data-fact=debt]")).to_contain_text("$100.00")
    page.locator("[data-deed=pay] summary").click()
    page.locator("[data-deed=pay]").get_by_label("Importe").fill("40")
    keys: list[str] = []

    def tell_late(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            lose_answer(route)
        elif len(keys) == 2:
            detail = "Request was throttled. Expected available in 1 second."
            route.fulfill(status=429, json={"detail": detail})
        else:
            route.continue_()

    page.route("**/pay-credit/", tell_late)
    pay = page.locator("[data-deed=pay]").get_by_role("button", name="Registrar abono")
    for problem in ("Sin conexión con el servidor.", "Demasiados intentos."):
        pay.click()
        expect(page.locator("[data-deed=pay] [role=alert]")).to_contain_text(problem)
    pay.click()
    expect(page.locator("[data-fact=debt]")).to_contain_text("$60.00")
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert shop.balances_of(customer)[1] == "60.00"
    expect(page.locator("[data-card=credit] tbody tr").first).to_contain_text("-$40.00")
    assert_accessible(page)
    page.locator("[data-deed=pay]").get_by_label("Importe").fill("100")
    expect(page.locator("[data-deed=pay]")).to_contain_text("sobran $40.00")
    pay.click()
    expect(page.locator("[data-fact=debt]")).to_contain_text("$0.00")
    expect(page.get_by_role("status").get_by_text("Abono registrado.")).to_be_visible()


def test_a_customer_that_changed_meanwhile_is_not_overwritten(page: Page, shop: Shop) -> None:
    customer = shop.new_customer()
    path = f"/api/customers/{customer}/"
    open_place(page, f"customers/{customer}")
    page.get_by_label("Apellidos").fill("Ruiz López")
    done(shop.owner.patch(path, json={"last_name": "Ruiz Paz"}))
    page.get_by_role("button", name="Guardar").click()
    conflict = page.get_by_text("Alguien más lo cambió")
    expect(conflict).to_be_visible()
    page.get_by_role("button", name="Ver lo nuevo").click()
    expect(conflict).to_have_count(0)
    done(shop.owner.patch(path, json={"last_name": "Ruiz Gil"}))
    fill_in_points(page).click()
    expect(page.locator("[data-fact=points]")).to_contain_text("1,234")
    page.get_by_role("button", name="Guardar", exact=True).click()
    expect(conflict).to_be_visible()
    assert done(shop.owner.get(path))["last_name"] == "Ruiz Gil"


def fill_in_points(page: Page) -> Locator:
    """The button that gives the customer on the screen 1,234 points."""
    points = page.locator("[data-deed=points]")
    points.locator("summary").click()
    points.get_by_label("Puntos").fill("1234")
    points.get_by_label("Motivo").fill("Bienvenida")
    return points.get_by_role("button", name="Mover puntos")


def test_an_answer_from_before_a_change_is_not_shown_after_it(page: Page, shop: Shop) -> None:
    path = f"/api/customers/{shop.new_customer()}/"
    open_place(page, path.removeprefix("/api/").rstrip("/"))
    move_points = fill_in_points(page)
    held = hold(page, f"**{path}", times=1)
    move_points.click()
    wait_until_held(page, held)
    before = held[0].fetch()
    page.get_by_label("Apellidos").fill("Luna")
    page.get_by_role("button", name="Guardar", exact=True).click()
    expect(card(page, "data").get_by_text("Guardado.")).to_be_visible()
    with page.expect_event("requestfinished"):
        held[0].fulfill(response=before)
    page.evaluate(NEXT_FRAME)
    expect(page.get_by_label("Apellidos")).to_have_value("Luna")
    expect(page.locator("[data-fact=points]")).to_contain_text("1,234")
    expect(page.get_by_role("table", name="Movimientos de puntos")).to_contain_text("+1,234")


def test_somebody_is_hired_signed_out_and_deactivated(page: Page, shop: Shop) -> None:
    mark = secrets.token_hex(4)
    login = {"email": f"{mark}@example.com", "password": f" password-{mark} "}
    open_place(page, "users/new")
    page.get_by_role("button", name="Guardar").click()
    expect(page.locator("[data-field=email]")).to_contain_text("Falta este dato.")
    for label, text in (("Nombre", "Eva"), ("Apellidos", "Luna"), ("Usuario", mark)):
        page.get_by_label(label).fill(text)
    page.get_by_label("Correo").fill(login["email"])
    page.get_by_label("Contraseña").fill(login["password"])
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("heading", name="Eva Luna")).to_be_visible()
    tokens = done(httpx.post(f"{shop.url}/api/auth/login/", json=login, timeout=30))
    page.reload()
    page.get_by_role("button", name="Cerrar todas sus sesiones").click()
    page.get_by_role("button", name="Sí, hacerlo").click()
    expect(page.get_by_text("No tiene ninguna sesión abierta.")).to_be_visible()
    refresh = {"refresh": tokens["refresh"]}
    assert httpx.post(f"{shop.url}/api/auth/refresh/", json=refresh, timeout=30).status_code == 401
    assert_accessible(page)
    page.get_by_role("button", name="Dar de baja").click()
    page.get_by_role("button", name="Sí, hacerlo").click()
    expect(page).to_have_url(re.compile("#users$"))
    assert httpx.post(f"{shop.url}/api/auth/login/", json=login, timeout=30).status_code == 401


def test_a_register_is_renamed_and_its_z_report_is_read_whole(page: Page, shop: Shop) -> None:
    register = shop.new_register()
    shift = made(shop.owner.post("/api/shifts/", json={"register": register, "opening_cash": "500.00"}))["id"]
    drop = {"kind": "PAID_OUT", "amount": "120.00", "reason": "Hielo"}
    made(shop.owner.post(f"/api/shifts/{shift}/movements/", json=drop))
    done(shop.owner.post(f"/api/shifts/{shift}/close/", json={"counted_cash": "370.00"}))
    name = f"Entrada {secrets.token_hex(4)}"
    open_place(page, f"drawers/register-{register}")
    page.get_by_label("Nombre").fill(name)
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    page.locator("[data-card=shifts] a.opens").click()
    expect(page.get_by_role("heading", name=f"Corte Z 1 de {name}")).to_be_visible()
    expect(page.locator("[data-fact=expected]")).to_contain_text("$380.00")
    expect(page.locator("[data-fact=difference]")).to_contain_text("-$10.00")
    expect(card(page, "movements")).to_contain_text("Hielo")
    assert_accessible(page)
    page.goto("/owner/#overview")
    page.locator("[data-pending=closedShifts] li a", has_text=name).click()
    expect(page.get_by_role("heading", name=f"Corte Z 1 de {name}")).to_be_visible()


def test_a_shift_that_stayed_open_for_days_is_among_those_closed_today(page: Page, shop: Shop) -> None:
    opening = {"register": shop.new_register(), "opening_cash": "500.00"}
    shift = made(shop.owner.post("/api/shifts/", json=opening))["id"]
    done(shop.owner.post(f"/api/shifts/{shift}/close/", json={"counted_cash": "510.00"}))
    found = done(shop.owner.get(f"/api/shifts/{shift}/"))
    opened_at = system_clock() - timedelta(days=5)

    def answer(route: Route) -> None:
        """As if the shift had been opened then."""
        since = parse_qs(urlsplit(route.request.url).query)["date_from"][0]
        is_listed = since <= opened_at.date().isoformat()
        route.fulfill(json=[{**found, "opened_at": iso_utc(opened_at)}] if is_listed else [])

    page.route("**/api/shifts/?*status=CLOSED*", answer)
    open_place(page, "overview")
    row = page.locator("[data-pending=closedShifts] li a", has_text=found["register_name"])
    expect(row).to_contain_text("+$10.00")


def test_exempt_goods_and_a_refused_close_are_in_the_report_of_a_shift(page: Page, shop: Shop) -> None:
    book = shop.new_product(stock=1, tax_rate="EXENT")
    with shop.with_another_cashier().cashier() as cashier:
        opening = {"register": shop.new_register(), "opening_cash": "0.00"}
        shift = made(cashier.post("/api/shifts/", json=opening))["id"]
        basket = {"items": [{"product_id": book, "quantity": 1}]}
        order = made(cashier.post("/api/orders/", json=basket))["id"]
        done(cashier.post(f"/api/orders/{order}/pay/", json={"payment_method": "CASH"}))
        close, count = f"/api/shifts/{shift}/close/", {"counted_cash": "1086.21"}
        assert cashier.post(close, json=count).is_client_error
    done(shop.owner.post(close, json=count))
    open_place(page, f"drawers/shift-{shift}")
    expect(page.get_by_role("table", name="Impuestos")).to_contain_text("Exento")
    expect(card(page, "attempts")).to_contain_text("+$1,000.00")
    assert_accessible(page)


def test_what_came_back_is_in_the_report_of_a_shift_with_its_taxes(page: Page, shop: Shop) -> None:
    soap = {"product_id": shop.new_product(stock=1, price="86.21"), "quantity": 1}
    with shop.with_another_cashier().cashier() as cashier:
        opening = {"register": shop.new_register(), "opening_cash": "0.00"}
        shift = made(cashier.post("/api/shifts/", json=opening))["id"]
        order = made(cashier.post("/api/orders/", json={"items": [soap]}))["id"]
        done(cashier.post(f"/api/orders/{order}/pay/", json={"payment_method": "CASH"}))
        made(cashier.post(f"/api/orders/{order}/returns/", json={"items": [soap], "reason": "Abierto"}))
        done(cashier.post(f"/api/shifts/{shift}/close/", json={"counted_cash": "0.00"}))
    open_place(page, f"drawers/shift-{shift}")
    expect(page.get_by_role("table", name="Impuestos de las devoluciones")).to_contain_text("$13.79")
    assert_accessible(page)


def test_what_a_till_sent_after_the_close_is_in_the_report_of_the_shift(page: Page, shop: Shop) -> None:
    register, goods = shop.new_register(), shop.new_product(stock=1, price="100.00")
    with shop.with_another_cashier().cashier() as cashier:
        opening = {"register": register, "opening_cash": "0.00"}
        shift = made(cashier.post("/api/shifts/", json=opening))["id"]
        done(cashier.post(f"/api/shifts/{shift}/close/", json={"counted_cash": "0.00"}))
    sold = {"product_id": goods, "quantity": 1, "unit_total": "116.00"}
    synced(shop, [sold], "116.00", register=register)
    open_place(page, f"drawers/shift-{shift}")
    expect(card(page, "late")).to_contain_text("venta")
    expect(card(page, "late")).to_contain_text("$116.00")
    assert_accessible(page)


def only_one_open(page: Page, shop: Shop, register: int) -> None:
    """For this page no other register has an open shift."""
    registers = [row for row in done(shop.owner.get("/api/registers/")) if row["id"] == register]
    page.route("**/api/registers/", lambda route: route.fulfill(json=registers))


def laid_away(shop: Shop, goods: int, *, register: int | None = None) -> Any:
    """A piece that is kept for somebody who has paid 50.00."""
    kept = {
        "customer": shop.new_customer(),
        "items": [{"product_id": goods, "quantity": 1}],
        "deposit": {"payments": [{"payment_method": "CASH", "amount": "50.00"}]},
        "register": register,
    }
    return made(shop.owner.post("/api/layaways/", json=kept))


def card(page: Page, name: str) -> Locator:
    """A card of a screen."""
    return page.locator(f"[data-card={name}]")


def synced(
    shop: Shop, items: list[dict[str, Any]], paid: str, *, register: int | None = None
) -> dict[str, Any]:
    """What becomes of a sale that a till, by default a new one, made without a network."""
    sale = {
        "client_id": str(uuid.uuid4()),
        "seq": 1,
        "sold_at": iso_utc(system_clock()),
        "sold_by": done(shop.owner.get("/api/users/me/"))["id"],
        "items": items,
        "payments": [{"payment_method": "CASH", "amount": paid}],
    }
    batch = {"register": register or shop.new_register(), "sales": [sale]}
    result: dict[str, Any] = done(shop.owner.post("/api/sync/sales/", json=batch))["results"][0]
    return result


def held_sale(shop: Shop, goods: int) -> int:
    """A sale of 100.00 for which 50.00 were paid: it is held."""
    result = synced(shop, [{"product_id": goods, "quantity": 1, "unit_total": "100.00"}], "50.00")
    held = done(shop.owner.get("/api/sync/held/"))
    return next(int(row["id"]) for row in held if row["client_id"] == result["client_id"])


def send_otherwise(shop: Shop, held: int) -> None:
    """Another text arrives for a sale that is held."""
    (row,) = (row for row in done(shop.owner.get("/api/sync/held/")) if row["id"] == held)
    batch = {"register": row["register"], "sales": [{**row["sale"], "void_reason": "otra vez"}]}
    done(shop.owner.post("/api/sync/sales/", json=batch))


def debtor(shop: Shop) -> int:
    """A customer who owes 100.00."""
    customer = shop.new_customer(credit_limit="500.00")
    goods = shop.new_product(stock=1)
    basket = {"customer": customer, "items": [{"product_id": goods, "quantity": 1}]}
    order = made(shop.owner.post("/api/orders/", json=basket))
    done(shop.owner.post(f"/api/orders/{order['id']}/pay/", json={"payment_method": "CREDIT"}))
    return customer


def exchanged(shop: Shop, register: int) -> dict[str, Any]:
    """A return at this register of a piece for 100.00, whose money was kept for other goods."""
    goods = shop.new_product(stock=1)
    order = made(shop.owner.post("/api/orders/", json={"items": [{"product_id": goods, "quantity": 1}]}))
    paid = {"payment_method": "CASH", "register": register}
    done(shop.owner.post(f"/api/orders/{order['id']}/pay/", json=paid))
    back = {
        "items": [{"product_id": goods, "quantity": 1}],
        "reason": "Otra talla",
        "refunds": [{"payment_method": "EXCHANGE", "amount": "100.00"}],
        "register": register,
    }
    returned: dict[str, Any] = made(shop.owner.post(f"/api/orders/{order['id']}/returns/", json=back))
    return returned


def asked_to_send_back(shop: Shop) -> int:
    """A return that a shopper has asked for, of a piece of a confirmed order."""
    with Shopper.shopping(shop) as shopper:
        goods = web_product(shop, price=90.0, stock=1)
        order = shopper.buy(goods)["order"]["id"]
        lead(shop, order, "confirmed")
        items = [{"product_id": goods, "quantity": 1, "reason": "Llegó roto"}]
        asked = made(shopper.client.post("/sales/returns", json={"order_id": order, "items": items}))
    return int(asked["return"]["id"])
