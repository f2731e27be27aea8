"""The products of the sample: categories with goods, sizes, prices, costs, suppliers. One seed, one list."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from random import Random
from typing import NamedTuple

from libs.common.money import to_cents


class Category(NamedTuple):
    """Kinds of goods of one supplier; `prices` before tax, from and to, in whole pesos."""

    name: str
    supplier: str
    tax_rate: str
    prices: tuple[int, int]
    cost_percent: int
    kinds: tuple[str, ...]
    sizes: tuple[str, ...]


CATEGORIES = (
    Category(
        "Bebidas", "Bebidas del Valle", "16.00", (9, 48), 72,
        ("Agua mineral", "Jugo de mango", "Refresco de toronja", "Té helado", "Jugo de uva", "Agua de coco"),
        ("250 ml", "355 ml", "600 ml", "1 l", "2 l"),
    ),
    Category(
        "Abarrotes", "Abarrotes del Centro S.A. de C.V.", "0.00", (14, 95), 80,
        ("Arroz", "Frijol negro", "Lenteja", "Avena", "Harina de maíz", "Azúcar", "Sal de mar"),
        ("250 g", "500 g", "900 g", "1 kg", "2 kg"),
    ),
    Category(
        "Lácteos", "Lácteos La Pradera", "0.00", (12, 110), 78,
        ("Leche entera", "Leche deslactosada", "Yogur natural", "Yogur de fresa", "Crema", "Queso fresco"),
        ("200 g", "400 g", "900 g", "1 kg"),
    ),
    Category(
        "Botanas", "Botanas El Cerrito", "16.00", (10, 62), 64,
        ("Papas con limón", "Cacahuates", "Totopos", "Pepitas", "Palomitas", "Mango enchilado", "Churritos"),
        ("45 g", "90 g", "150 g", "300 g", "500 g"),
    ),
    Category(
        "Limpieza", "Limpieza Total", "16.00", (18, 145), 66,
        ("Jabón para trastes", "Cloro", "Suavizante", "Limpiador", "Detergente líquido", "Desengrasante"),
        ("500 ml", "1 l", "2 l", "5 l"),
    ),
    Category(
        "Higiene", "Cuidado y Salud", "16.00", (16, 128), 62,
        ("Champú", "Acondicionador", "Jabón de tocador", "Pasta de dientes", "Crema corporal", "Gel"),
        ("100 ml", "250 ml", "400 ml", "750 ml"),
    ),
    Category(
        "Papelería", "Papelera Moderna", "16.00", (6, 85), 55,
        ("Cuaderno", "Pluma", "Marcador", "Carpeta", "Cinta adhesiva", "Hojas blancas"),
        ("chico", "mediano", "grande", "paquete"),
    ),
    Category(
        "Mascotas", "Amigos Peludos", "16.00", (28, 320), 70,
        ("Croquetas de pollo", "Croquetas de salmón", "Alimento húmedo", "Arena para gato", "Premios"),
        ("300 g", "1 kg", "2 kg", "5 kg"),
    ),
)  # fmt: skip


class Fate(Enum):
    """What becomes of a product's stock."""

    SELLS = "sells, and there is enough of it"
    RUNS_OUT = "sells, and a few pieces are left"
    IS_DEAD = "has not sold at all"


@dataclass(frozen=True, slots=True)
class Product:
    """A product; `price` is before tax, `weight` how often it sells beside the others."""

    sku: str
    name: str
    category: str
    supplier: str
    tax_rate: str
    price: Decimal
    cost: Decimal
    fate: Fate
    weight: float


def plan_products(seed: int) -> tuple[Product, ...]:
    """All products: every kind in every size. Few sell a lot; one of 12 is dead, one of 14 runs out."""
    chance = Random(f"products {seed}")  # noqa: S311 - a plan that can be repeated
    described = [
        (category, kind, place, size)
        for category in CATEGORIES
        for kind in category.kinds
        for place, size in enumerate(category.sizes)
    ]
    products = []
    for number, (category, kind, place, size) in enumerate(described, start=1):
        low, high = category.prices
        step = Decimal(high - low) / len(category.sizes)
        price = to_cents(low + step * place + step * Decimal(chance.randint(10, 90)) / 100)
        fate = Fate.IS_DEAD if number % 12 == 0 else Fate.RUNS_OUT if number % 14 == 0 else Fate.SELLS
        products.append(
            Product(
                sku=f"MUESTRA-{number:03d}",
                name=f"{kind} {size}",
                category=category.name,
                supplier=category.supplier,
                tax_rate=category.tax_rate,
                price=price,
                cost=to_cents(price * (category.cost_percent + chance.randint(-5, 5)) / 100),
                fate=fate,
                weight=0.0 if fate is Fate.IS_DEAD else chance.paretovariate(1.3),
            )
        )
    return tuple(products)
