"""Makes a first sale through the gateway, prints it, and checks every answer: `make demo`.

A till logs in, creates a product, places an order and pays it; then the customer has points, and the
owner's sales summary shows the sale. The exit code is 1 if an answer differs, 2 if the suite is not up.
"""

import argparse
import json
import os
import re
import secrets
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx
from rich.console import Console

from deploy.local.environment import OWNER_DEFAULTS
from deploy.local.state import StateFolder

VISIBLE_WITHIN_SECONDS = 10.0
UTC_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
FOLIO = re.compile(r"[0-9A-F]{8}")
MONEY = re.compile(r"\d+\.\d\d")

Expected = Mapping[str, Any]


@dataclass
class Till:
    """Sends requests to the gateway, prints them with their answers, and records differences."""

    client: httpx.Client
    console: Console
    differences: list[str] = field(default_factory=list)
    token: str = ""

    def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        status: int,
        answers: Expected | None = None,
        key: str | None = None,
    ) -> Any:
        """Send, print and check one request; returns the answer's JSON."""
        answer = self._send(method, path, body, key)
        self._print(answer, body)
        if answer.status_code != status:
            self._differs(answer, f"status is {answer.status_code}, not {status}")
        parsed = answer.json() if answer.content else None
        for difference in differences(parsed, answers or {}):
            self._differs(answer, difference)
        return parsed

    def eventually(self, path: str, seen: Callable[[Any], bool]) -> Any:
        """Repeat a request until `seen` accepts its answer or a deadline; prints and returns the last one."""
        deadline = time.monotonic() + VISIBLE_WITHIN_SECONDS
        started = time.monotonic()
        while True:
            answer = self._send("GET", path, None, None)
            if answer.is_success and seen(answer.json()):
                break
            if time.monotonic() > deadline:
                self._differs(answer, f"not seen within {VISIBLE_WITHIN_SECONDS:.0f} s")
                break
            time.sleep(0.02)
        self._print(answer, None)
        self.console.print(f"  seen after {(time.monotonic() - started) * 1000:.0f} ms", style="dim")
        return answer.json()

    def _send(
        self, method: str, path: str, body: Mapping[str, Any] | None, key: str | None
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if key:
            headers["Idempotency-Key"] = key
        return self.client.request(method, path, json=body, headers=headers)

    def _print(self, answer: httpx.Response, body: Mapping[str, Any] | None) -> None:
        request = answer.request
        self.console.print(f"\n{request.method} {request.url.raw_path.decode()}", style="bold", markup=False)
        if body is not None:
            self._print_json("→", body)
        replayed = " (replayed)" if answer.headers.get("Idempotent-Replayed") else ""
        self._print_json(f"{answer.status_code}{replayed}", answer.json() if answer.content else None)

    def _print_json(self, before: str, content: object) -> None:
        text = json.dumps(_without_secrets(content), ensure_ascii=False)
        self.console.print(f"  {before} {text}", soft_wrap=True, markup=False)

    def _differs(self, answer: httpx.Response, why: str) -> None:
        self.differences.append(f"{answer.request.method} {answer.request.url.path}: {why}")
        self.console.print(f"  differs from the contract: {why}", style="bold red", markup=False)


def differences(answer: object, expected: Expected) -> list[str]:
    """The differences of `answer` from a value, a type, a pattern, or a nested mapping of these."""
    if not isinstance(answer, Mapping):
        return [f"the answer is no object: {answer!r}"] if expected else []
    found = []
    for name, wanted in expected.items():
        if name not in answer:
            found.append(f"{name} is missing")
        elif isinstance(wanted, Mapping):
            found += [f"{name}.{inner}" for inner in differences(answer[name], wanted)]
        elif not _matches(answer[name], wanted):
            found.append(f"{name} is {answer[name]!r}, not {_described(wanted)}")
    return found


def _matches(value: object, wanted: object) -> bool:
    if isinstance(wanted, re.Pattern):
        return isinstance(value, str) and wanted.fullmatch(value) is not None
    if isinstance(wanted, type):
        return isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))
    return value == wanted and type(value) is type(wanted)


def _described(wanted: object) -> str:
    if isinstance(wanted, re.Pattern):
        return f"like {wanted.pattern}"
    return wanted.__name__ if isinstance(wanted, type) else repr(wanted)


def _without_secrets(value: Any) -> Any:
    """JSON with passwords and tokens shortened, so that the output can be shared."""
    if isinstance(value, Mapping):
        return {
            name: f"{str(inner)[:6]}…" if name in {"password", "refresh", "access", "token"} else inner
            for name, inner in value.items()
        }
    return value


def play(till: Till, *, email: str, password: str) -> list[str]:
    """Make the first sale, from login to the owner's summary; returns the differences from the contract."""
    mark = secrets.token_hex(4).upper()
    till.token = _login(till, email, password)
    sold_before = _revenue(till)
    cashier = {"email": f"cajera.{mark.lower()}@example.com", "password": secrets.token_urlsafe(12)}
    till.call(
        "POST",
        "/api/users/",
        {"username": f"cajera_{mark.lower()}", "first_name": "Laura", "last_name": "Mendez", **cashier},
        status=201,
        answers={"id": int, "email": cashier["email"], "role": "EMPLOYEE", "is_active": True},
    )
    supplier = till.call(
        "POST",
        "/api/suppliers/",
        {"name": f"Distribuidora {mark}", "rfc": "DBE101010XYZ", "contact_person": "Carlos Rivera"},
        status=201,
        answers={"id": int, "name": f"Distribuidora {mark}", "rfc": "DBE101010XYZ"},
    )
    owner_token = till.token
    till.token = _login(till, cashier["email"], cashier["password"])
    product = _create_product(till, mark, supplier["id"])
    customer = till.call(
        "POST",
        "/api/customers/",
        {
            "first_name": "Maria",
            "last_name": "González",
            "phone_number": f"55{secrets.randbelow(10**8):08d}",
            "email": f"maria.{mark.lower()}@example.com",
        },
        status=201,
        answers={"id": int, "first_name": "Maria", "is_frequent": False, "current_points": 0},
    )
    order = _sell(till, product["id"], customer["id"])
    till.eventually(f"/api/customers/{customer['id']}/", lambda seen: seen["current_points"] == 2)
    till.call("GET", f"/api/analytics/sales-summary/?start_date={_today(order)}", status=403)
    till.token = owner_token
    till.eventually(
        "/api/analytics/sales-summary/",
        lambda seen: (
            Decimal(str(seen["general_summary"]["total_revenue"])) >= sold_before + 200
            and any(row["product_name"] == product["name"] for row in seen["products"]["breakdown"])
        ),
    )
    return till.differences


def _login(till: Till, email: str, password: str) -> str:
    answer = till.call(
        "POST",
        "/api/auth/login/",
        {"email": email, "password": password},
        status=200,
        answers={"refresh": str, "access": str},
    )
    return str((answer or {}).get("access", ""))


def _create_product(till: Till, mark: str, supplier_id: int) -> Any:
    return till.call(
        "POST",
        "/api/products/",
        {
            "name": f"Coca Cola 600ml {mark}",
            "sku": f"KO-{mark}",
            "price": "86.21",
            "tax_rate": "16.00",
            "current_stock": 100,
            "supplier": supplier_id,
        },
        status=201,
        answers={
            "id": int,
            "sku": f"KO-{mark}",
            "price": "86.21",
            "tax_rate": "0.16",
            "final_price": "100.00",
            "current_stock": 100,
            "reserved_quantity": 0,
            "available_to_sell": 100,
            "supplier": supplier_id,
        },
    )


def _sell(till: Till, product_id: int, customer_id: int) -> Any:
    """Sell the contract's example: 86.21 × 2 = 172.42, tax 27.58, paid 200.00."""
    key = secrets.token_hex(8)
    request = {"customer": customer_id, "items": [{"product_id": product_id, "quantity": 2}]}
    created = {
        "id": int,
        "ticket_folio": FOLIO,
        "status": "PENDING",
        "created_at": UTC_TIME,
        "customer": customer_id,
        "customer_name": "Maria González",
        "subtotal": "172.42",
        "total_tax": "27.58",
        "final_amount": "200.00",
        "money_saved_total": "0.00",
        "items": list,
    }
    order = till.call("POST", "/api/orders/", request, status=201, answers=created, key=key)
    till.call("POST", "/api/orders/", request, status=201, answers={"id": order["id"]}, key=key)
    till.call("GET", f"/api/products/{product_id}/", status=200, answers={"current_stock": 98})
    too_many = {"items": [{"product_id": product_id, "quantity": 1000}]}
    till.call("POST", "/api/orders/", too_many, status=400, answers={"non_field_errors": list})
    till.call(
        "POST",
        f"/api/orders/{order['id']}/pay/",
        {"payment_method": "CASH"},
        status=200,
        answers={
            "id": order["id"],
            "status": "PAID",
            "payment_method": "CASH",
            "paid_at": UTC_TIME,
            "final_amount": "200.00",
        },
    )
    till.call(
        "POST",
        f"/api/orders/{order['id']}/cancel/",
        {},
        status=400,
        answers={
            "non_field_errors": [
                "No se puede cancelar esta orden. Solo se permiten cancelar órdenes PENDIENTES."
            ]
        },
    )
    return order


def _revenue(till: Till) -> Decimal:
    """The revenue before the sale; the summary of a shop without sales is 400."""
    answer = till.client.get(
        "/api/analytics/sales-summary/", headers={"Authorization": f"Bearer {till.token}"}
    )
    return (
        Decimal(str(answer.json()["general_summary"]["total_revenue"])) if answer.is_success else Decimal(0)
    )


def _today(order: Mapping[str, Any]) -> str:
    return str(order["created_at"])[:10]


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    port = os.environ.get("GATEWAY_PORT") or StateFolder().memory().ports.gateway
    parser.add_argument("--url", default=f"http://127.0.0.1:{port}", help="the gateway's address")
    owner = {name: os.environ.get(name) or default for name, default in OWNER_DEFAULTS.items()}
    parser.add_argument("--email", default=owner["BOOTSTRAP_OWNER_EMAIL"], help="the first owner's login")
    parser.add_argument("--password", default=owner["BOOTSTRAP_OWNER_PASSWORD"], help="and password")
    arguments = parser.parse_args()
    console = Console(highlight=False)
    with httpx.Client(base_url=arguments.url, timeout=10) as client:
        try:
            client.get("/health")
            found = play(Till(client, console), email=arguments.email, password=arguments.password)
        except httpx.TransportError as error:
            console.print(
                f"The gateway at {arguments.url} does not answer ({error}). Start the suite: make up"
            )
            return 2
    if found:
        console.print(f"\n[bold red]{len(found)} answers differ from the contract.[/bold red]")
        return 1
    console.print(
        "\n[bold green]The first sale went through, every answer as the contract says.[/bold green]"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
