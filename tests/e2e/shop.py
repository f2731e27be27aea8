"""The shop of the stories: products and people, made through the public API by the shop's owner."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count
from typing import Any, Self

import httpx

from deploy.local.environment import OWNER_DEFAULTS, OWNER_EMAIL, OWNER_PASSWORD

REQUEST_TIMEOUT_SECONDS = 25.0
"""Longer than any deadline in the suite: a slower answer is a hang."""

RENEWED_AFTER_SECONDS = 600
"""Access tokens hold for 15 minutes."""

FAR_APART = 7_919_993
"""Between two phone numbers; it has no divisor in common with their number, so that none comes twice."""
_phone_numbers = count(secrets.randbelow(10**8))

SECRET_WORD = "s3cret-of-somebody-"
"""Begins every password of the stories, so that a log which holds one is found."""


def new_password() -> str:
    """A password that nobody has."""
    return f"{SECRET_WORD}{secrets.token_urlsafe(12)}"


def new_phone_number() -> str:
    """A phone number that nobody has: by chance, one of some hundred would be somebody else's now and then.

    Its last digits tell it from others, and no number of the demo shop and its sample begins like it.
    """
    return f"56{next(_phone_numbers) * FAR_APART % 10**8:08d}"


def open_door(url: str) -> httpx.Client:
    """An anonymous client of the gateway."""
    return httpx.Client(base_url=url, timeout=REQUEST_TIMEOUT_SECONDS)


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the web shop, logged in."""

    user_id: int
    token: str


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop behind a gateway: its owner's session, and a cashier's token for the tills."""

    url: str
    owner: httpx.Client
    cashier_token: str

    @classmethod
    def open(cls, url: str) -> Self:
        """Log the first owner in and register a cashier."""
        owner = open_door(url)
        owner.headers["Authorization"] = f"Bearer {_log_in(owner, owner_login())}"
        return cls(url, owner, _log_in(owner, new_cashier(owner)))

    def log_in_again(self) -> None:
        """Begin another session of the owner, as access tokens hold for 15 minutes."""
        self.owner.headers["Authorization"] = f"Bearer {_log_in(self.owner, owner_login())}"

    def close(self) -> None:
        """Close the owner's client."""
        self.owner.close()

    def cashier(self) -> httpx.Client:
        """A client with the cashier's token; the caller closes it."""
        client = open_door(self.url)
        client.headers["Authorization"] = f"Bearer {self.cashier_token}"
        return client

    def with_another_cashier(self) -> Self:
        """The same shop for the till of another person, who may open a shift of their own."""
        return replace(self, cashier_token=_log_in(self.owner, new_cashier(self.owner)))

    def new_register(self) -> int:
        """Create a register and return its id."""
        name = f"Caja {secrets.token_hex(4)}"
        return int(made(self.owner.post("/api/registers/", json={"name": name}))["id"])

    def new_shopper(self) -> "Account":
        """Register a user of the web shop and log them in."""
        mark = secrets.token_hex(4)
        login = {"username": f"shopper_{mark}", "password": new_password()}
        with open_door(self.url) as client:
            made(client.post("/auth/register", json={**login, "email": f"{mark}@example.com"}))
            logged_in = done(client.post("/auth/login", json=login))
        return Account(int(logged_in["user"]["id"]), str(logged_in["token"]))

    def new_product(self, *, stock: int, price: str = "86.21", tax_rate: str = "16.00") -> int:
        """Create a product and return its id. `price` is before tax."""
        mark = secrets.token_hex(4).upper()
        product = {"name": f"Jabón {mark}", "sku": f"J-{mark}", "price": price, "tax_rate": tax_rate}
        return int(made(self.owner.post("/api/products/", json={**product, "current_stock": stock}))["id"])

    def new_customer(self, *, credit_limit: str = "0.00") -> int:
        """Create a customer and return its id."""
        person = {"first_name": "Ana", "last_name": "Ruiz", "phone_number": new_phone_number()}
        body = {**person, "credit_limit": credit_limit}
        return int(made(self.owner.post("/api/customers/", json=body))["id"])

    def give_points(self, customer_id: int, points: int) -> None:
        """Add points to a customer's balance by hand."""
        body = {"amount": points, "transaction_type": "EARN", "description": "Bienvenida"}
        made(self.owner.post(f"/api/customers/{customer_id}/points/", json=body))

    def balances_of(self, customer_id: int) -> tuple[int, str]:
        """The points and the debt of a customer."""
        customer = done(self.owner.get(f"/api/customers/{customer_id}/"))
        return customer["current_points"], customer["credit_used"]

    def stock_of(self, product_id: int) -> int:
        """The current stock of a product."""
        return int(done(self.owner.get(f"/api/products/{product_id}/"))["current_stock"])

    def missing_of(self, product_id: int) -> int:
        """The pieces of a product that were sold and not in stock, and that nothing has settled."""
        rows = done(self.owner.get("/api/products/shortfalls/"))
        return sum(int(row["quantity"]) for row in rows if row["product"] == product_id)

    def held_of(self, product_id: int) -> int:
        """The pieces of a product that carts hold."""
        return int(done(self.owner.get(f"/api/products/{product_id}/"))["reserved_quantity"])

    def revenue(self) -> Decimal:
        """The revenue of the last 30 days with tax, from the owner's summary."""
        answer = self.owner.get("/api/analytics/sales-summary/")
        if answer.status_code == 400:  # no sale yet
            return Decimal(0)
        return Decimal(str(done(answer)["general_summary"]["total_revenue"]))


class Sessions:
    """The shop in the sessions of its owner and a cashier, which are begun anew as stories go on."""

    def __init__(self, begin: Callable[[], Shop], clock: Callable[[], float] = time.monotonic) -> None:
        self._begin = begin
        self._clock = clock
        self._shop, self._since = begin(), clock()

    def shop(self) -> Shop:
        """The shop, whose tokens hold long enough for a story."""
        if self._clock() - self._since > RENEWED_AFTER_SECONDS:
            self.end()
            self._shop, self._since = self._begin(), self._clock()
        return self._shop

    def end(self) -> None:
        """Close the owner's client."""
        self._shop.close()


def owner_login() -> dict[str, str]:
    """The first owner's login in a new suite."""
    return {"email": OWNER_DEFAULTS[OWNER_EMAIL], "password": OWNER_DEFAULTS[OWNER_PASSWORD]}


def made(answer: httpx.Response) -> Any:
    """The JSON of a 201."""
    assert answer.status_code == 201, f"{answer.request.url.path}: {answer.status_code} {answer.text}"
    return answer.json()


def done(answer: httpx.Response) -> Any:
    """The JSON of a 200."""
    assert answer.status_code == 200, f"{answer.request.url.path}: {answer.status_code} {answer.text}"
    return answer.json()


def new_cashier(owner: httpx.Client) -> dict[str, str]:
    """The email and password of a new cashier."""
    mark = secrets.token_hex(4)
    cashier = {"email": f"caja.{mark}@example.com", "password": new_password()}
    person = {"username": f"caja_{mark}", "first_name": "Rosa", "last_name": "Luna"}
    made(owner.post("/api/users/", json={**person, **cashier}))
    return cashier


def _log_in(client: httpx.Client, login: dict[str, str]) -> str:
    return str(done(client.post("/api/auth/login/", json=login))["access"])
