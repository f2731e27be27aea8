"""Stories of the web shop: the flows of the STORE document, and cases that went wrong in other shops."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

from tests.e2e.shop import Shop, done, made, open_door
from tests.e2e.shoppers import Shopper, at_once, lead, web_product

Story = Callable[[Shop], None]


def the_documented_purchase(shop: Shop) -> None:
    """Flow 1 of the document, with the ids of this shop: registration and purchase."""
    food = web_product(shop, 45.99, 50)
    with open_door(shop.url) as client:
        # 1. Registrarse
        account = {"username": "newuser", "email": "newuser@example.com", "password": "password123"}
        registered = made(client.post("/auth/register", json=account))
        # 2. Hacer login
        login = {"username": "newuser", "password": "password123"}
        logged_in = done(client.post("/auth/login", json=login))
        assert logged_in["user"]["id"] == registered["user"]["id"]
        client.headers["Authorization"] = f"Bearer {logged_in['token']}"
        user_id = logged_in["user"]["id"]
        # 3. Ver productos
        found = done(client.get("/products?category=food&pet_type=dog"))
        assert [product["price"] for product in found if product["id"] == food] == [45.99]
        # 4. Crear carrito
        cart = made(client.post("/sales/carts", json={"user_id": user_id}))
        assert cart["message"] == "Cart created successfully"
        # 5. Agregar productos al carrito
        added = made(client.post(f"/sales/carts/{user_id}/items/{food}", json={"quantity": 2}))
        assert added["message"] == "Item added to cart"
        # 6. Ver carrito
        seen = done(client.get(f"/sales/carts/{user_id}"))
        assert (seen["id"], seen["total"], seen["items"][0]["amount"]) == (cart["cart"]["id"], 91.98, 91.98)
        # 7. Crear orden (checkout)
        checkout = made(client.post("/sales/orders", json={"cart_id": seen["id"], "user_id": user_id}))
        assert checkout["message"] == "Order created successfully"
        order, invoice = checkout["order"], checkout["invoice"]
        assert (order["status"], order["total"]) == ("pending", 91.98)
        assert (invoice["order_id"], invoice["amount"], invoice["status"]) == (order["id"], 91.98, "pending")
        # 8. Ver mis órdenes
        orders = done(client.get("/sales/orders"))
        assert (orders["total_orders"], orders["orders"][0]["total_price"]) == (1, 91.98)
        # 9. Ver factura
        invoices = done(client.get("/sales/invoices"))
        assert (invoices["total_invoices"], invoices["invoices"][0]["id"]) == (1, invoice["id"])
        assert done(client.get(f"/sales/carts/{user_id}"))["items"] == []
    assert shop.stock_of(food) == 48


def the_documented_work_of_an_admin(shop: Shop) -> None:
    """Flow 2 of the document, with the ids of this shop: products, and an order up to its delivery."""
    account = {"username": "admin", "email": "admin@shop.example.com", "password": "adminpass123"}
    made(shop.owner.post("/auth/register", json={**account, "role": "admin"}))
    with open_door(shop.url) as client, Shopper.shopping(shop) as shopper:
        # 1. Login como admin
        login = {"username": "admin", "password": "adminpass123"}
        client.headers["Authorization"] = f"Bearer {done(client.post('/auth/login', json=login))['token']}"
        # 2. Ver todos los productos
        assert isinstance(done(client.get("/products")), list)
        # 3. Crear nuevo producto
        product = {
            "sku": "NEW01",
            "description": "New Premium Product",
            "category": "toys",
            "pet_type": "dog",
            "stock_quantity": 100,
            "price": 25.99,
            "cost": 15.00,
        }
        created = made(client.post("/products", json=product))["product"]
        # 4. Actualizar producto
        change = {"price": 29.99, "stock_quantity": 150}
        changed = done(client.put(f"/products/{created['id']}", json=change))["product"]
        assert (changed["price"], changed["stock_quantity"]) == (29.99, 150)
        # 5. Ver todas las órdenes
        order_id = shopper.buy(created["id"], 2)["order"]["id"]
        (order,) = (one for one in done(client.get("/sales/orders"))["orders"] if one["id"] == order_id)
        assert (order["user_id"], order["total_price"]) == (shopper.user_id, 59.98)
        # 6. Actualizar estado de orden
        for status in ("confirmed", "processing", "shipped"):
            path = f"/sales/orders/{order_id}/status"
            stepped = done(client.patch(path, json={"status": status}))
            assert stepped["message"] == "Order status updated successfully"
            assert (stepped["order"]["id"], stepped["order"]["status"]) == (order_id, status)
        assert done(shopper.client.get(f"/sales/orders/{order_id}"))["status"] == "shipped"


def a_sale_that_ended_lives_on_in_no_cart(shop: Shop) -> None:
    """Case k01."""
    product = web_product(shop, 100, 9)
    promotion = made(
        shop.owner.post(
            "/api/promotions/",
            json={
                "name": "Hoy",
                "description": "",
                "product": product,
                "discount_percent": "50.00",
                "start_date": "2020-01-01",
                "end_date": "2099-12-31",
            },
        )
    )
    with Shopper.shopping(shop) as shopper:
        shopper.add(product)
        assert _first_line(shopper)["unit_price"] == 50.0
        assert shop.owner.delete(f"/api/promotions/{promotion['id']}/").status_code == 204
        cart = shopper.cart()
        assert (cart["items"][0]["unit_price"], cart["total"]) == (100.0, 100.0)
        assert [(one["code"], one["seen_price"]) for one in cart["problems"]] == [("price_changed", 50.0)]
        checkout = made(shopper.check_out(cart["id"]))
    assert (checkout["order"]["total"], checkout["invoice"]["amount"]) == (100.0, 100.0)


def a_new_price_counts_in_all_of_the_cart(shop: Shop) -> None:
    """Case k03."""
    product = web_product(shop, 5, 9)
    with Shopper.shopping(shop) as shopper:
        shopper.add(product, 2)
        done(shop.owner.put(f"/products/{product}", json={"price": 7}))
        line = _first_line(shopper)
        assert (line["unit_price"], line["amount"], shopper.cart()["total"]) == (7.0, 14.0, 14.0)
        carts = done(shop.owner.get("/sales/carts"))["carts"]
        assert [one["total"] for one in carts if one["user_id"] == shopper.user_id] == [14.0]


def five_clicks_buy_once(shop: Shop) -> None:
    """Case o01."""
    product = web_product(shop, 10, 5)
    with Shopper.shopping(shop) as shopper:
        shopper.add(product, 2)
        cart_id = shopper.cart()["id"]
        answers = at_once(5, lambda: shopper.check_out(cart_id))
        bought = [answer for answer in answers if answer.status_code == 201]
        assert len(bought) == 1
        assert all(400 <= answer.status_code < 500 for answer in answers if answer not in bought)
        _assert_bought(shop, shopper, product, stock=3, orders=1)
        shopper.add(product, 2)
        key = {"Idempotency-Key": str(uuid4())}
        answers = at_once(5, lambda: shopper.check_out(cart_id, key))
        assert [answer.status_code for answer in answers] == [201] * 5
        assert len({answer.json()["order"]["id"] for answer in answers}) == 1
        _assert_bought(shop, shopper, product, stock=1, orders=2)


def what_was_shipped_does_not_come_back_by_cancelling(shop: Shop) -> None:
    """Case o03."""
    product = web_product(shop, 10, 10)
    with Shopper.shopping(shop) as shopper:
        order_id = shopper.buy(product, 4)["order"]["id"]
        lead(shop, order_id, "confirmed", "processing", "shipped")
        assert shopper.client.post(f"/sales/orders/{order_id}/cancel").status_code == 400
        done(shop.owner.post(f"/sales/orders/{order_id}/cancel"))
    assert shop.stock_of(product) == 6


def an_order_has_one_invoice(shop: Shop) -> None:
    """Case i01."""
    with Shopper.shopping(shop) as shopper:
        checkout = shopper.buy(web_product(shop, 10, 10), 3)
        body = {"user_id": shopper.user_id, "order_id": checkout["order"]["id"]}
        answers = at_once(5, lambda: shop.owner.post("/sales/invoices", json=body))
        assert Counter(answer.status_code for answer in answers) == {409: 5}
        done(shop.owner.delete(f"/sales/invoices/{checkout['invoice']['id']}"))
        answers = at_once(5, lambda: shop.owner.post("/sales/invoices", json=body))
        assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 4}
        (made_one,) = (answer.json()["invoice"] for answer in answers if answer.status_code == 201)
        assert made_one["amount"] == checkout["order"]["total"] == 30.0


def eight_shoppers_get_their_own_invoices(shop: Shop) -> None:
    """Case i03."""
    product = web_product(shop, 10, 100)
    with ExitStack() as all_leave, ThreadPoolExecutor(8) as buyers:
        shoppers = [all_leave.enter_context(Shopper.shopping(shop)) for _ in range(8)]

        def buy(number: int) -> Any:
            return shoppers[number].buy(product, number + 1)

        checkouts = list(buyers.map(buy, range(8)))
    for number, checkout in enumerate(checkouts):
        order, invoice = checkout["order"], checkout["invoice"]
        assert order["user_id"] == shoppers[number].user_id
        assert (invoice["order_id"], invoice["amount"]) == (order["id"], 10.0 * (number + 1))
    assert len({checkout["order"]["id"] for checkout in checkouts}) == 8
    assert len({checkout["invoice"]["id"] for checkout in checkouts}) == 8


def returns_are_counted_by_the_piece(shop: Shop) -> None:
    """Case t01."""
    product = web_product(shop, 10, 5)
    with Shopper.shopping(shop) as shopper:
        order_id = shopper.buy(product, 5)["order"]["id"]
        lead(shop, order_id, "confirmed")

        def give_back(pieces: int) -> Any:
            item = {"product_id": product, "quantity": pieces, "reason": "Llegó dañado"}
            return shopper.client.post("/sales/returns", json={"order_id": order_id, "items": [item]})

        first = made(give_back(2))["return"]
        assert first["total"] == 20.0
        made(give_back(3))
        assert give_back(1).status_code == 400
        done(shop.owner.patch(f"/sales/returns/{first['id']}/status", json={"status": "rejected"}))
        made(give_back(2))
        assert give_back(1).status_code == 400


STORIES: tuple[Story, ...] = (
    the_documented_purchase,
    the_documented_work_of_an_admin,
    a_sale_that_ended_lives_on_in_no_cart,
    a_new_price_counts_in_all_of_the_cart,
    five_clicks_buy_once,
    what_was_shipped_does_not_come_back_by_cancelling,
    an_order_has_one_invoice,
    eight_shoppers_get_their_own_invoices,
    returns_are_counted_by_the_piece,
)


def _first_line(shopper: Shopper) -> Any:
    return shopper.cart()["items"][0]


def _assert_bought(shop: Shop, shopper: Shopper, product: int, *, stock: int, orders: int) -> None:
    assert shopper.cart()["items"] == []
    assert shop.stock_of(product) == stock
    assert done(shopper.client.get("/sales/orders"))["total_orders"] == orders
    assert done(shopper.client.get("/sales/invoices"))["total_invoices"] == orders
