"""The shop in which the sample sells: goods, customers, cashiers, registers, made where they are missing."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from deploy.local.sample.goods import Product
from deploy.local.sample.office import Office
from deploy.local.sample.quarter import CUSTOMERS, REGISTERS
from libs.common.commands import CommandFailed

PASSWORD = "sample-password"  # noqa: S105 - of a demo shop on this machine, as the demo's other logins
CASHIERS = (("Laura", "Méndez"), ("Diego", "Salas"), ("Carmen", "Ortiz"))
FIRST_NAMES = ("Ana", "Luis", "Rosa", "Pedro", "Elena", "Jorge", "Marta", "Raúl", "Silvia", "Hugo")
LAST_NAMES = ("Pérez", "Flores", "Ramos", "Vega", "Castro", "Núñez", "Ibarra", "León")
COLUMNS = ("sku", "name", "price", "tax_rate", "cost", "current_stock", "supplier", "category")
GREETING_POINTS = 50


@dataclass(frozen=True, slots=True)
class Stage:
    """The ids of everything, in the order of the plan's places; prices are what is paid, tax included."""

    products: Sequence[int]
    prices: Sequence[Decimal]
    customers: Sequence[int]
    cashiers: Sequence[int]
    registers: Sequence[int]


def register_name(place: int) -> str:
    """The name of a register of the sample."""
    return f"Caja {place + 1} de muestra"


def login(place: int) -> str:
    """The address with which a cashier of the sample logs in."""
    return f"cajera{place + 1}.muestra@example.com"


def set_stage(owner: Office, products: Sequence[Product], stocks: Sequence[int]) -> Stage:
    """Make what is missing, and find everything."""
    known = _products_of(owner)
    if any(product.sku not in known for product in products):
        _import(owner, products, stocks)
        known = _products_of(owner)
    goods = [known[product.sku] for product in products]
    return Stage(
        products=[int(each["id"]) for each in goods],
        prices=[Decimal(each["final_price"]) for each in goods],
        customers=_customers(owner),
        cashiers=[_cashier(owner, place) for place in range(REGISTERS)],
        registers=[_register(owner, place) for place in range(REGISTERS)],
    )


def _products_of(owner: Office) -> dict[str, Any]:
    return {each["sku"]: each for each in owner.get("/api/products/?search=MUESTRA-")}


def _import(owner: Office, products: Sequence[Product], stocks: Sequence[int]) -> None:
    file = io.StringIO()
    lines = csv.writer(file)
    lines.writerow(COLUMNS)
    for each, stock in zip(products, stocks, strict=True):
        described = (each.sku, each.name, each.price, each.tax_rate, each.cost, stock)
        lines.writerow((*described, each.supplier, each.category))
    told = owner.send_file("/api/products/import/", file.getvalue())
    if refused := [line for line in told["results"] if line["errors"]]:
        raise CommandFailed(f"the shop refuses {len(refused)} products, the first: {refused[0]}")


def _customers(owner: Office) -> list[int]:
    """Every fourth buys on credit; every fifth has been given points."""
    chance = Random(f"customers {owner.seed}")  # noqa: S311 - a plan that can be repeated
    known = {each["phone_number"]: each for each in owner.get("/api/customers/")}
    ids = []
    for place in range(CUSTOMERS):
        phone_number = f"55700{place:05d}"
        names = {"first_name": chance.choice(FIRST_NAMES), "last_name": chance.choice(LAST_NAMES)}
        limit = {"credit_limit": "3000.00"} if place % 4 == 0 else {}
        if phone_number not in known:
            body = {**names, **limit, "phone_number": phone_number}
            known[phone_number] = owner.post("/api/customers/", body)
        ids.append(int(known[phone_number]["id"]))
        if place % 5 == 0:
            points = {
                "amount": GREETING_POINTS,
                "transaction_type": "EARN",
                "description": "Puntos de bienvenida",
            }
            owner.post(f"/api/customers/{ids[-1]}/points/", points, deed=f"points {place}")
    return ids


def _cashier(owner: Office, place: int) -> int:
    first_name, last_name = CASHIERS[place]
    body = {
        "username": f"cajera{place + 1}_muestra",
        "email": login(place),
        "password": PASSWORD,
        "first_name": first_name,
        "last_name": last_name,
        "role": "EMPLOYEE",
    }
    return int(owner.find_or_make("/api/users/", "email", body)["id"])


def _register(owner: Office, place: int) -> int:
    body = {"name": register_name(place), "series": f"MU{place + 1}"}
    return int(owner.find_or_make("/api/registers/", "name", body)["id"])
