"""GET /api/orders/{id}/ticket/: as a page, as text, and as data."""

import re
from base64 import b64encode
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from httpx import AsyncClient, Response

from libs.testing.clock import FakeClock
from libs.testing.pos import NOT_FOUND
from libs.testing.tokens import Tokens
from services.sales.deps import Deps
from services.sales.domain.tickets import PointsBalance
from services.sales.tests.builders import a_promotion, cancel, paid, placed
from services.sales.tests.fakes import FakeBalances, FakeCharges, FakeStock, Folios
from services.sales.tests.synced import result

JSON, HTML, TEXT = "application/json", "text/html", "text/plain"
A_BROWSERS = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
QR = """\
          █▀▀▀▀▀█ ██▄ ▄ █▀▀▀▀▀█
          █ ███ █ ▄ █▄▀ █ ███ █
          █ ▀▀▀ █ █ ▀ ▄ █ ▀▀▀ █
          ▀▀▀▀▀▀▀ ▀ ▀ ▀ ▀▀▀▀▀▀▀
          ▄▄▄█▄▄▀  █▄ █▄ █▀█ ▀█
           ▀▀█  ▀▄█ █▄█▄▄██ ▄▄▀
          ▀  ▀▀ ▀▀▄▀▄▄ ▀▀█▄▄█ ▄
          █▀▀▀▀▀█  ▀▀█  ▄▄▀█▄▄
          █ ███ █ ▄▄▄ ▄██ ▀▄▀▄█
          █ ▀▀▀ █  ██ ▄▀▀██▀  █
          ▀▀▀▀▀▀▀  ▀ ▀▀   ▀▀▀
"""


async def ticket(till: AsyncClient, order_id: int, accept: str = JSON, query: str = "") -> Response:
    return await till.get(f"/api/orders/{order_id}/ticket/{query}", headers={"Accept": accept})


async def content(till: AsyncClient, order_id: int) -> dict[str, Any]:
    answer = await ticket(till, order_id)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def printed(till: AsyncClient, order_id: int, query: str = "") -> str:
    answer = await ticket(till, order_id, TEXT, query)
    assert answer.status_code == 200, answer.text
    return answer.text


async def code_of(till: AsyncClient, order_id: int) -> str:
    """The invoice code of a paid order."""
    return str((await till.get(f"/api/orders/{order_id}/")).json()["invoice_code"])


@pytest.fixture
async def sale(till: AsyncClient, stock: FakeStock, folios: Folios) -> dict[str, Any]:
    """A paid sale to customer 1: two Coca Cola with a discount, three exempt pieces of bread."""
    folios.next = ["F47AC10B"]
    stock.products[15].promotion = a_promotion("10")
    stock.products[20].tax_rate = "EXENT"
    return await paid(till, "CARD", (15, 2), (20, 3), customer=1)


class TestText:
    async def test_has_42_columns(self, till: AsyncClient, sale: dict[str, Any]) -> None:
        answer = await ticket(till, sale["id"], TEXT)
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.text.replace(await code_of(till, sale["id"]), "7K2QX") == (
            """\
           Abarrotes La Esquina
        Av. Juárez 12, Col. Centro
          06000 Ciudad de México
            RFC XAXX010101000

Folio                             F47AC10B
Para facturar                        7K2QX
Fecha                     02/03/2026 12:00
Atendió                          employee7
Cliente                     Maria González
------------------------------------------
Coca Cola
2 x $104.40                        $208.80
Pan
3 x $10.00                          $30.00
------------------------------------------
TOTAL                              $238.80
Ahorro sin IVA                      $20.00
IVA 16% de $180.00                  $28.80
Exento de IVA                       $30.00
------------------------------------------
Tarjeta                            $238.80
------------------------------------------
Puntos ganados                           2
Saldo de puntos                         14

"""
            + QR
            + """
                 F47AC10B

         ¡Gracias por su compra!
"""
        )

    async def test_has_the_number_that_the_till_has_given_the_sale(
        self, till: AsyncClient, register: int, sold: Any
    ) -> None:
        order = (await result(till, register, sold(7)))["order"]
        assert re.search(rf"^Ticket +C{register}-000007\nFolio ", await printed(till, order), re.MULTILINE)
        assert f"<dt>Ticket</dt><dd>C{register}-000007</dd>" in (await ticket(till, order, HTML)).text
        assert (await content(till, order))["ticket_number"] == f"C{register}-000007"

    async def test_has_32_columns_for_narrow_paper(self, till: AsyncClient, sale: dict[str, Any]) -> None:
        text = await printed(till, sale["id"], "?columns=32")
        assert {len(line) for line in text.splitlines() if line.startswith("---")} == {32}
        assert max(map(len, text.splitlines())) == 32
        assert "Exento de IVA             $30.00\n" in text

    @pytest.mark.parametrize("columns", ["40", "0", "-42", "42.0", "", "x"])
    @pytest.mark.parametrize("accept", [TEXT, HTML, JSON])
    async def test_has_no_other_columns(self, till: AsyncClient, accept: str, columns: str) -> None:
        answer = await ticket(till, (await placed(till))["id"], accept, f"?columns={columns}")
        message = f'"{columns}" is not a valid choice.'
        assert (answer.status_code, answer.json()) == (400, {"columns": [message]})

    async def test_obeys_no_control_character_in_a_name(self, till: AsyncClient, stock: FakeStock) -> None:
        stock.products[15].name = "Coca\x1b@\r\nCola \u202edlo\u202c"
        order = await paid(till)
        assert "\nCoca @ Cola dlo\n1 x $116.00" in await printed(till, order["id"])
        assert (await content(till, order["id"]))["items"][0]["product_name"] == "Coca @ Cola dlo"


class TestPage:
    async def test_shows_what_the_text_shows(self, till: AsyncClient, sale: dict[str, Any]) -> None:
        page = (await ticket(till, sale["id"], HTML)).text
        words = re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL))
        text = await printed(till, sale["id"])
        shown = re.sub(r"[-█▀▄\s]+", " ", text.replace("--", ""))
        assert words.strip().removeprefix("Ticket F47AC10B ") == shown.strip()

    async def test_prints_on_its_paper_without_margins(self, till: AsyncClient, sale: dict[str, Any]) -> None:
        wide = (await ticket(till, sale["id"], HTML)).text
        narrow = (await ticket(till, sale["id"], HTML, "?columns=32")).text
        assert re.search(r"@page \{ size: 80mm [0-9.]+mm; margin: 0 \}", wide)
        assert re.search(r"@page \{ size: 58mm [0-9.]+mm; margin: 0 \}", narrow)

    async def test_allows_its_own_style_and_nothing_else(
        self, till: AsyncClient, sale: dict[str, Any]
    ) -> None:
        answer = await ticket(till, sale["id"], HTML)
        (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
        digest = b64encode(sha256(style.encode()).digest()).decode()
        assert answer.headers["Content-Security-Policy"] == (
            f"default-src 'none'; style-src 'sha256-{digest}'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert not re.search(
            r"<(script|link|img|iframe|object)|style=|\bon\w+=|url\(|@import|//", answer.text
        )

    async def test_takes_no_markup_from_anybody(
        self, till: AsyncClient, stock: FakeStock, deps: Deps
    ) -> None:
        evil = "<script>alert('x')</script>&\"</style>"
        stock.products[15].name = evil
        order = await paid(till, customer=1)
        await deps.database.execute(
            "update orders set customer_name = %(evil)s, user_name = %(evil)s", {"evil": evil}
        )
        page = (await ticket(till, order["id"], HTML)).text
        assert page.count("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&#34;&lt;/style&gt;") == 3
        assert "<script" not in page


class TestData:
    async def test_has_all_that_a_printer_driver_needs(self, till: AsyncClient, sale: dict[str, Any]) -> None:
        told = await content(till, sale["id"])
        modules = told["qr"].pop("modules")
        assert told == {
            "order": sale["id"],
            "ticket_number": None,
            "ticket_folio": "F47AC10B",
            "invoice_code": await code_of(till, sale["id"]),
            "status": "PAID",
            "notice": None,
            "shop": {
                "name": "Abarrotes La Esquina",
                "address": "Av. Juárez 12, Col. Centro\n06000 Ciudad de México",
                "rfc": "XAXX010101000",
                "footer": "¡Gracias por su compra!",
            },
            "sold_at": "2026-03-02T18:00:00Z",
            "date": "02/03/2026 12:00",
            "user": 7,
            "user_name": "employee7",
            "customer": 1,
            "customer_name": "Maria González",
            "items": [
                {
                    "product_id": 15,
                    "product_name": "Coca Cola",
                    "quantity": 2,
                    "unit_total": "104.40",
                    "total": "208.80",
                },
                {
                    "product_id": 20,
                    "product_name": "Pan",
                    "quantity": 3,
                    "unit_total": "10.00",
                    "total": "30.00",
                },
            ],
            "final_amount": "238.80",
            "money_saved_total": "20.00",
            "taxes": [
                {"tax_rate": "0.16", "base": "180.00", "tax": "28.80"},
                {"tax_rate": "EXENT", "base": "30.00", "tax": "0.00"},
            ],
            "payments": [{"payment_method": "CARD", "label": "Tarjeta", "amount": "238.80"}],
            "change": None,
            "points": {"earned": 2, "balance": 14},
            "qr": {"content": "F47AC10B"},
        }
        assert {len(row) for row in modules} == {len(modules)}

    async def test_has_the_date_of_the_payment(self, till: AsyncClient, clock: FakeClock) -> None:
        order = await placed(till)
        clock.advance(hours=13)
        await till.post(f"/api/orders/{order['id']}/pay/", json={"payment_method": "CASH"})
        told = await content(till, order["id"])
        assert (told["sold_at"], told["date"]) == ("2026-03-03T07:00:00Z", "03/03/2026 01:00")


class TestStatus:
    async def test_an_order_that_is_not_paid_says_so(self, till: AsyncClient) -> None:
        order = await placed(till, customer=1)
        told = await content(till, order["id"])
        assert (told["status"], told["notice"]) == ("PENDING", "NO PAGADO")
        assert (told["payments"], told["points"]) == ([], None)
        text, page = await printed(till, order["id"]), (await ticket(till, order["id"], HTML)).text
        assert text.count(" *** NO PAGADO ***\n") == 2
        assert page.count('<p class="notice">NO PAGADO</p>') == 2
        assert "Puntos" not in text

    async def test_a_cancelled_order_says_so(self, till: AsyncClient) -> None:
        order = await placed(till, customer=1)
        await cancel(till, order["id"])
        told = await content(till, order["id"])
        assert (told["status"], told["notice"], told["points"]) == ("CANCELLED", "CANCELADO", None)
        assert (await printed(till, order["id"])).count("*** CANCELADO ***") == 2
        assert "CANCELADO" in (await ticket(till, order["id"], HTML)).text

    async def test_an_order_whose_payment_is_under_way_is_not_paid(
        self, till: AsyncClient, deps: Deps
    ) -> None:
        order = await placed(till, customer=1)
        await deps.database.execute("update orders set status = 'PAYING'")
        told = await content(till, order["id"])
        assert (told["status"], told["notice"], told["payments"]) == ("PENDING", "NO PAGADO", [])

    async def test_a_paid_order_has_no_warning(self, till: AsyncClient) -> None:
        order = await paid(till)
        assert "***" not in await printed(till, order["id"])
        assert 'class="notice"' not in (await ticket(till, order["id"], HTML)).text

    async def test_an_order_of_before_names_and_rates_were_recorded_has_a_ticket(
        self, till: AsyncClient, deps: Deps
    ) -> None:
        order = await paid(till, "CASH", (15, 1), (20, 1))
        await deps.database.execute("update orders set user_name = null")
        await deps.database.execute("update order_lines set tax_rate = null")
        told = await content(till, order["id"])
        assert told["user_name"] is None
        assert told["taxes"] == [{"tax_rate": None, "base": "110.00", "tax": "16.00"}]
        text = await printed(till, order["id"])
        assert "Atendió                          usuario 7\n" in text
        assert "IVA de $110.00                      $16.00\n" in text


class TestPoints:
    async def test_booked_ones_are_not_added_again(
        self, till: AsyncClient, sale: dict[str, Any], balances: FakeBalances, deps: Deps
    ) -> None:
        balances.known = {1: PointsBalance(14, has_order=True)}
        assert (await content(till, sale["id"]))["points"] == {"earned": 2, "balance": 14}
        uuid = await deps.database.fetch_value("select uuid from orders")
        assert balances.asked == [(1, uuid)]

    @pytest.mark.parametrize("accept", [JSON, HTML, TEXT])
    async def test_a_ticket_is_printed_without_the_balance_while_customers_is_away(
        self, till: AsyncClient, sale: dict[str, Any], balances: FakeBalances, accept: str
    ) -> None:
        balances.down = True
        answer = await ticket(till, sale["id"], accept)
        assert answer.status_code == 200
        assert "Saldo" not in answer.text
        assert (await content(till, sale["id"]))["points"] == {"earned": 2, "balance": None}

    async def test_a_deleted_customer_has_earned_but_has_no_balance(
        self, till: AsyncClient, sale: dict[str, Any], balances: FakeBalances
    ) -> None:
        balances.known = {}
        told = await content(till, sale["id"])
        assert (told["customer_name"], told["points"]) == ("Maria González", {"earned": 2, "balance": None})

    @pytest.mark.parametrize(("method", "label"), [("POINTS", "Puntos"), ("CREDIT", "Crédito")])
    async def test_a_sale_that_a_balance_paid_earns_points_too(
        self, till: AsyncClient, charges: FakeCharges, method: str, label: str
    ) -> None:
        charges.credit_used[1] = Decimal(0)
        order = await paid(till, method, customer=1)
        told = await content(till, order["id"])
        assert told["payments"] == [{"payment_method": method, "label": label, "amount": "116.00"}]
        assert told["points"] == {"earned": 1, "balance": 13}

    async def test_nobody_is_asked_about_an_anonymous_sale(
        self, till: AsyncClient, balances: FakeBalances
    ) -> None:
        order = await paid(till)
        assert (await content(till, order["id"]))["points"] is None
        assert balances.asked == []


class TestAccept:
    @pytest.mark.parametrize(
        ("accept", "answered"), [(A_BROWSERS, "text/html; charset=utf-8"), ("*/*", "application/json")]
    )
    async def test_decides(self, till: AsyncClient, accept: str, answered: str) -> None:
        answer = await ticket(till, (await paid(till))["id"], accept)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, answered)
        assert answer.headers["Vary"] == "Accept"

    async def test_of_nothing_that_is_there_is_refused(self, till: AsyncClient) -> None:
        answer = await ticket(till, (await paid(till))["id"], "image/png")
        assert (answer.status_code, answer.json()) == (
            406,
            {"detail": "Could not satisfy the request Accept header."},
        )


class TestWho:
    async def test_a_colleague_prints_the_ticket_of_anybody(self, till: AsyncClient, tokens: Tokens) -> None:
        order = await paid(till)
        colleague = tokens.bearer(role="EMPLOYEE", user_id=3)
        answer = await till.get(f"/api/orders/{order['id']}/ticket/", headers=colleague)
        assert (answer.status_code, answer.json()["user"]) == (200, 7)

    @pytest.mark.parametrize("accept", [JSON, HTML, TEXT])
    async def test_an_order_that_is_not_there_has_no_ticket(self, till: AsyncClient, accept: str) -> None:
        answer = await ticket(till, 99, accept)
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)

    async def test_an_order_of_the_web_has_no_ticket_at_the_till(self, till: AsyncClient, deps: Deps) -> None:
        order = await placed(till)
        await deps.database.execute("update orders set channel = 'WEB', status = 'pending'")
        assert (await ticket(till, order["id"])).status_code == 404
