"""Seeds a small shop through the public API. Existing things are left unchanged."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import httpx

from deploy.local.environment import OWNER_EMAIL, OWNER_PASSWORD
from deploy.local.progress import Tell
from libs.common.clock import system_clock
from libs.servers.processes import ServerFailed

TIMEOUT_SECONDS = 15
CREATED, OK, BAD_REQUEST, UNAUTHORIZED, CONFLICT = 201, 200, 400, 401, 409

SUPPLIER = {
    "name": "Abarrotes del Centro S.A. de C.V.",
    "phone_number": "5512345678",
    "contact_person": "Carlos Rivera",
    "rfc": "ACE101010XY1",
    "tax_address": "Av. Insurgentes Sur 123, Ciudad de México",
}
EMPLOYEE = {
    "username": "employee",
    "email": "employee@example.com",
    "password": "employee-password",
    "first_name": "Laura",
    "last_name": "Méndez",
    "role": "EMPLOYEE",
}
SHOPPER = {
    "username": "shopper",
    "email": "shopper@example.com",
    "password": "shopper-password",
    "first_name": "Sofía",
    "last_name": "Ramírez",
}
CUSTOMERS = (
    {
        "first_name": "María",
        "last_name": "González",
        "phone_number": "5544332211",
        "email": "maria.gonzalez@example.com",
        "birth_date": "1995-08-20",
    },
    {
        "first_name": "José",
        "last_name": "Hernández",
        "phone_number": "5544332212",
        "email": "jose.hernandez@example.com",
        "birth_date": "1988-03-11",
    },
    {"first_name": "Lucía", "last_name": "Torres", "phone_number": "5544332213"},
)
# sku, name, price before tax, tax rate, stock
PRODUCTS = (
    ("KO-600-MX", "Coca Cola 600 ml", "18.50", "0.16", 100),
    ("AGUA-1500", "Agua natural 1.5 l", "14.00", "0.16", 120),
    ("PAPAS-45", "Papas fritas 45 g", "15.52", "0.16", 80),
    ("GALL-170", "Galletas de chocolate 170 g", "21.12", "0.16", 60),
    ("CAFE-200", "Café soluble 200 g", "89.66", "0.16", 30),
    ("JABON-400", "Jabón para trastes 400 ml", "24.57", "0.16", 45),
    ("SHAMP-700", "Champú 700 ml", "62.93", "0.16", 25),
    ("DETER-1K", "Detergente en polvo 1 kg", "38.79", "0.16", 40),
    ("CROQ-2K", "Croquetas para perro adulto 2 kg", "129.31", "0.16", 20),
    ("PILAS-AA4", "Pilas AA, 4 piezas", "55.17", "0.08", 50),
    ("FOCO-9W", "Foco LED 9 W", "32.41", "0.08", 35),
    ("CUAD-100", "Cuaderno profesional, 100 hojas", "27.78", "0.08", 70),
    ("PLUMA-AZ", "Pluma azul", "6.48", "0.08", 200),
    ("LECHE-1L", "Leche entera 1 l", "26.50", "0.00", 90),
    ("HUEVO-12", "Huevo, 12 piezas", "42.00", "0.00", 60),
    ("TORT-1K", "Tortilla de maíz 1 kg", "22.00", "0.00", 40),
    ("FRIJ-900", "Frijol negro 900 g", "34.00", "0.00", 55),
    ("ARROZ-1K", "Arroz 1 kg", "28.50", "0.00", 8),
    ("LIBRO-COC", "Libro de cocina mexicana", "245.00", "EXENT", 10),
    ("REVISTA", "Revista semanal", "45.00", "EXENT", 15),
)
REGISTER = {"name": "Caja 1"}
PROMOTED_SKU = "CAFE-200"
PROMOTION = {"name": "Mes del café", "description": "15 % en café soluble", "discount_percent": "15.00"}
PROMOTION_DAYS = 30

Json = dict[str, Any]


class NotOurOwner(Exception):
    """The demo's owner has another login: the shop is somebody's by now, or was restored."""


class DemoShop:
    """Seeds the shop behind one gateway, as its owner."""

    def __init__(self, gateway_url: str, owner: Mapping[str, str], tell: Tell) -> None:
        self._owner = owner
        self._tell = tell
        self._client = httpx.Client(base_url=gateway_url, timeout=TIMEOUT_SECONDS)

    def seed(self) -> None:
        """Make missing things.

        Raises `NotOurOwner` if the owner cannot log in, and `ServerFailed` with the answer to what the shop
        refuses.
        """
        parts = (
            ("employee", self._employee),
            ("shopper", self._shopper),
            ("supplier and products", self._products),
            ("promotion", self._promotion),
            ("customers", self._customers),
            ("register", self._register),
        )
        with self._client:
            try:
                self._log_in()
                for name, make in parts:
                    self._tell(name)
                    make()
            except httpx.HTTPError as failure:
                raise ServerFailed(f"the gateway does not answer the demo shop: {failure!r}") from failure

    def _log_in(self) -> None:
        login = {"email": self._owner[OWNER_EMAIL], "password": self._owner[OWNER_PASSWORD]}
        answer = self._answer(self._client.post("/api/auth/login/", json=login), OK, UNAUTHORIZED)
        if answer.status_code == UNAUTHORIZED:
            raise NotOurOwner
        self._client.headers["Authorization"] = f"Bearer {answer.json()['access']}"

    def _employee(self) -> None:
        self._post("/api/users/", EMPLOYEE, exists=BAD_REQUEST)

    def _shopper(self) -> None:
        self._post("/auth/register", SHOPPER, exists=CONFLICT)

    def _products(self) -> None:
        existing = {product["sku"] for product in self._list("/api/products/")}
        wanted = [product for product in PRODUCTS if product[0] not in existing]
        if not wanted:
            return
        supplier = self._supplier()
        for sku, name, price, tax_rate, stock in wanted:
            product = {"sku": sku, "name": name, "price": price, "tax_rate": tax_rate, "current_stock": stock}
            self._post("/api/products/", {**product, "supplier": supplier})

    def _supplier(self) -> int:
        suppliers = self._list("/api/suppliers/")
        found = [supplier for supplier in suppliers if supplier["name"] == SUPPLIER["name"]]
        supplier = found[0] if found else self._post("/api/suppliers/", SUPPLIER)
        return int(supplier["id"])

    def _promotion(self) -> None:
        (product,) = self._list(f"/api/products/?sku={PROMOTED_SKU}")
        if self._list(f"/api/promotions/?product={product['id']}"):
            return
        # Yesterday in UTC has begun in every time zone that a store may have.
        start = system_clock().date() - timedelta(days=1)
        days = {"start_date": str(start), "end_date": str(start + timedelta(days=PROMOTION_DAYS))}
        self._post("/api/promotions/", {**PROMOTION, **days, "product": product["id"]})

    def _customers(self) -> None:
        existing = {customer["phone_number"] for customer in self._list("/api/customers/")}
        for customer in CUSTOMERS:
            if customer["phone_number"] not in existing:
                self._post("/api/customers/", customer, exists=BAD_REQUEST)  # with another number by now

    def _register(self) -> None:
        if not self._list("/api/registers/"):
            self._post("/api/registers/", REGISTER)

    def _list(self, path: str) -> Sequence[Json]:
        answer = self._answer(self._client.get(path), OK)
        found: list[Json] = answer.json()
        return found

    def _post(self, path: str, body: Mapping[str, object], *, exists: int = CREATED) -> Json:
        """Post and return the answer's JSON. `exists` is the status if the thing exists already."""
        answer = self._answer(self._client.post(path, json=body), CREATED, exists)
        if answer.status_code != CREATED and "already exists" not in answer.text:
            raise ServerFailed(f"the demo shop refuses POST {path}: {answer.status_code} {answer.text}")
        parsed: Json = answer.json()
        return parsed

    def _answer(self, answer: httpx.Response, *expected: int) -> httpx.Response:
        if answer.status_code not in expected:
            asked = f"{answer.request.method} {answer.request.url.path}"
            raise ServerFailed(f"the demo shop refuses {asked}: {answer.status_code} {answer.text}")
        return answer
