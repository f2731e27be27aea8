"""A shop of 20,000 products, and a till that has sold for a week: what the bars of the till are about."""

import csv
import io
from random import Random

from playwright.sync_api import Page

from tests.e2e.shop import Shop, done

PRODUCTS = 20_000
SOLD, UNSENT, PARKED = 4_000, 200, 200
SEED = 15
GOODS = (
    *("Leche", "Galletas", "Jabón", "Arroz", "Frijol", "Aceite", "Atún", "Papel", "Refresco", "Champú"),
    *(
        "Croquetas",
        "Arena",
        "Collar",
        "Yogur",
        "Queso",
        "Café",
        "Azúcar",
        "Cloro",
        "Té",
        "Cereal",
    ),
)
KINDS = (
    *(
        "entera",
        "de vainilla",
        "líquido",
        "largo",
        "negro",
        "vegetal",
        "en agua",
        "higiénico",
        "de limón",
    ),
    *("para perro", "para gato", "de piel", "natural", "fresco", "molido", "morena", "sin azúcar", "clásico"),
)
MAKERS = ("La Pradera", "Del Valle", "El Cerrito", "Moderna", "Peludos", "Norteña", "Costeña", "San Ángel")
SIZES = ("250 g", "500 g", "900 g", "1 kg", "2 kg", "355 ml", "600 ml", "1 l", "5 l", "12 piezas")

KEEP_SALES = """
    ([sold, unsent, parked]) => new Promise((resolve, reject) => {
      const opening = indexedDB.open("till");
      opening.onsuccess = () => {
        const work = opening.result.transaction(["outbox", "parked", "products"], "readwrite");
        for (let seq = 1; seq <= sold + unsent; seq += 1) {
          const isSent = seq > unsent;
          const sold_at = new Date(Date.now() - seq * 150_000).toISOString();
          const item = { product_id: seq, quantity: 2, unit_total: "21.46" };
          const payments = [{ payment_method: "CASH", amount: "171.68" }];
          const sale = { client_id: crypto.randomUUID(), seq: -seq, sold_at, sold_by: 1 };
          work.objectStore("outbox").put({
            sale: { ...sale, items: Array(4).fill(item), payments },
            state: isSent ? "sent" : "queued", attempts: 1, failures: 0, alone: false, notBefore: 0,
            result: isSent ? { result: "created", order: seq, flags: [], errors: null } : null,
            problem: null,
          });
        }
        work.objectStore("products").getAll(null, 20).onsuccess = ({ target }) => {
          const items = target.result.map((product) => ({ product, quantity: 2, manual: null }));
          const cart = { items, lastId: null, customer: null, approval: null };
          for (let at = 1; at <= parked; at += 1) {
            const aside = { ...cart, clientId: crypto.randomUUID() };
            work.objectStore("parked").put({ cart: aside, at, by: { id: 1, name: "Rosa" } });
          }
        };
        work.oncomplete = () => resolve(opening.result.close());
        work.onerror = () => reject(work.error);
      };
    })"""


def code_of(number: int) -> str:
    """The code of a product of the shop, counted from 0: 13 digits."""
    return f"75{number * 104_729 % 10**11:011d}"


def names(count: int = PRODUCTS, seed: int = SEED) -> list[str]:
    """The names of so many products, always the same."""
    chance = Random(seed)  # noqa: S311 - names of goods, not secrets
    parts = (GOODS, KINDS, MAKERS, SIZES)
    return [" ".join(chance.choice(part) for part in parts) for _ in range(count)]


def fill(shop: Shop, count: int = PRODUCTS) -> None:
    """Import so many products, as an owner does with the list of a supplier."""
    file = io.StringIO()
    lines = csv.writer(file)
    lines.writerow(("sku", "name", "description", "price", "tax_rate", "current_stock", "brand", "cost"))
    for number, name in enumerate(names(count)):
        price = f"{5 + number % 400}.{number % 100:02d}"
        lines.writerow((code_of(number), name, f"{name}.", price, "16.00", 1_000_000, "Propia", "4.00"))
    answer = shop.owner.post("/api/products/import/", content=file.getvalue().encode(), timeout=300)
    assert done(answer)["created"] == count


def keep_sales(page: Page) -> None:
    """Give the till of this page the sales of a week, kept for reprints; others are unsent or put aside."""
    page.evaluate(KEEP_SALES, [SOLD, UNSENT, PARKED])
