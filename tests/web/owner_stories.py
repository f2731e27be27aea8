"""The owner's overview of a shop that has sold something: right figures, for every eye and hand."""

import csv
import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from deploy.local.suite import LocalSuite
from tests.e2e.books import revenue_of_sales
from tests.e2e.shop import Shop, done, made
from tests.e2e.waiting import eventually
from tests.web.looks import IS_WHOLE, LEAVES_ROOM_FOR_WORDS, PHONE, assert_accessible
from tests.web.office_stories import debtor
from tests.web.people import log_in, open_place

TOKYO = ZoneInfo("Asia/Tokyo")
REPORTS = "**/api/analytics/**"
REFRESH_SECONDS = 31
REPORTED_WITHIN_SECONDS = 30
COMPARED_UNTIL = re.compile(r"comparado con .+ hasta las \d\d:\d\d · datos hasta \d\d:\d\d:\d\d")
PAPER_PX = 718
"""A4, upright, between its margins."""
BESIDE_THE_PAPER = """
    [...document.querySelectorAll(".block svg, .block table")].filter((each) => each.checkVisibility())
      .filter((each) => each.getBoundingClientRect().right > innerWidth + 1).map((each) => each.outerHTML)"""
OF_DAYS = ["El periodo anterior", "El mismo día de la semana, hace un año", "Nada"]
PROFIT = 184.84
"""Of the 4 pieces: 4 times 86.21 before tax, less 4 times 40.00."""
LOSS = 50.0
LONG_NAME = "Acondicionadores varios"
LYING = {"product_id": 1, "name": LONG_NAME, "current_stock": 90, "value": 1, "last_sale": None}
LARGE, OF_A_PRODUCT = 1_234_567.89, 123_456.78
"""In a month of a large shop."""
AMOUNTS = {
    **dict.fromkeys(("revenue", "average_ticket", "discounts", "returned"), LARGE),
    **dict.fromkeys(("revenue_before_tax", "profit", "value"), OF_A_PRODUCT),
}
TENDERS = (
    [{"payment_method": "CASH", "amount": "200.00"}],
    [{"payment_method": "CARD", "amount": "150.00"}, {"payment_method": "CASH", "amount": "50.00"}],
)


@pytest.fixture(scope="module")
def sold_out(suite: LocalSuite, shop: Shop) -> int:
    """A product of 40.00 of which all 4 pieces have been sold at 100.00, by two sales and three tenders.

    The reports know of all sales by then, also of those of the stories before: no figure changes any more.
    """
    product_id = shop.new_product(stock=4)
    done(shop.owner.patch(f"/api/products/{product_id}/", json={"cost": "40.00"}))
    for payments in TENDERS:
        basket = {"items": [{"product_id": product_id, "quantity": 2}]}
        order = made(shop.owner.post("/api/orders/", json=basket))
        done(shop.owner.post(f"/api/orders/{order['id']}/pay/", json={"payments": payments}))

    def all_is_reported() -> None:
        assert shop.revenue() == revenue_of_sales(suite)
        assert margin(shop)["profit"] >= PROFIT

    eventually(all_is_reported, within_seconds=REPORTED_WITHIN_SECONDS)
    return product_id


def test_the_figures_are_those_of_the_reports_to_the_cent(page: Page, shop: Shop, sold_out: int) -> None:
    summary = todays(shop.owner)
    general = summary["general_summary"]
    open_overview(page)
    expect(figure(page, "revenue")).to_have_text(money(general["total_revenue"]))
    expect(figure(page, "average")).to_have_text(money(general["average_ticket"]))
    expect(figure(page, "tickets")).to_have_text(f"{general['total_tickets']:,}")
    expect(figure(page, "units")).to_have_text(f"{summary['products']['total_units_sold']:,}")
    methods = [money(each["accumulated_amount"]) for each in summary["payment_methods"]]
    assert column(page, "methods", 1) == methods
    hours = sum((amount(text) for text in column(page, "series", 1)), Decimal())
    assert hours == Decimal(str(general["total_revenue"]))
    report = done(shop.owner.get("/api/analytics/overview/"))
    expect(figure(page, "revenue")).to_have_text(money(report["figures"]["revenue"]))
    best = [money(each["revenue_before_tax"]) for each in report["products"]["by_revenue"]]
    assert column(page, "products", 1) == best


def test_the_margin_has_its_change_and_its_last_days(page: Page, shop: Shop, sold_out: int) -> None:
    found = margin(shop)
    profit = money(found["profit"])
    open_overview(page)
    of_margin = page.locator("[data-figure=margin]")
    expect(figure(page, "margin")).to_have_text(profit)
    expect(of_margin).to_contain_text(f"nuevo (+{profit})")
    expect(of_margin.get_by_role("img", name="Margen: últimos 14 días")).to_be_visible()
    expect(block(page, "figures")).to_contain_text(f"{found['percent']:.1f}% de lo vendido sin IVA")
    page.route("**/api/analytics/overview/**", after_a_loss)
    page.reload()
    expect(of_margin).to_contain_text(f"▲ (+{money(found['profit'] + LOSS)})")
    expect(of_margin).to_contain_text(f"antes -{money(LOSS)}")


def test_the_page_opens_with_one_report(page: Page, sold_out: int) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_overview(page)
    reports = [url.partition("/api/analytics/")[2] for url in asked if "/api/analytics/" in url]
    assert reports == ["overview/?range=today"]


def test_products_are_shown_by_margin_and_by_what_rises(page: Page, shop: Shop, sold_out: int) -> None:
    products = done(shop.owner.get("/api/analytics/overview/"))["products"]
    open_overview(page)
    for view, rows in (("Margen", "by_margin"), ("Suben", "risers"), ("Piezas", "by_units")):
        block(page, "products").get_by_role("button", name=view, exact=True).click()
        expect(block(page, "products").get_by_role("img")).to_have_count(len(products[rows]))


def test_the_page_says_how_new_its_data_are_and_what_it_compares(page: Page, sold_out: int) -> None:
    open_overview(page)
    expect(page.locator(".as-of")).to_have_text(COMPARED_UNTIL)
    page.get_by_label("Comparar con").select_option(label="El día anterior")
    page.get_by_label("Periodo").select_option(label="30 días")
    expect(page.get_by_label("Comparar con").locator("option")).to_have_text(OF_DAYS)
    expect(block(page, "series").get_by_role("img")).to_have_count(30)
    page.reload()
    expect(block(page, "series").get_by_role("img")).to_have_count(30)


@pytest.mark.parametrize("address", ["range=7days&compare=day_before", "range=7days&compare=x", "range=x"])
def test_an_address_that_cannot_be_looked_at_shows_what_can(address: str, page: Page, sold_out: int) -> None:
    open_place(page, f"overview?{address}")
    wait_for_all_blocks(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    compared = page.get_by_label("Comparar con")
    expect(compared).to_have_value("previous_period" if "7days" in address else "same_weekday_last_week")
    expect(page.locator(".choices select").first).to_have_value("7days" if "7days" in address else "today")
    compared.select_option(label="Nada")
    expect(page.locator(".as-of")).not_to_contain_text("comparado con")


def test_times_are_those_of_the_shops_zone_wherever_the_page_opens(
    page: Page, shop: Shop, sold_out: int
) -> None:
    page.route("**/api/analytics/overview/**", in_tokyo)
    page.route("**/api/sync/bootstrap/", in_tokyo)
    open_overview(page)
    as_of = page.locator(".as-of")
    expect(as_of).to_contain_text(f"datos hasta {time_in_tokyo(as_of.get_attribute('data-as-of')):%H:%M:%S}")
    newest = done(shop.owner.get("/api/orders/", params={"limit": "1"}))[0]
    page.goto("/owner/#orders")
    page.reload()
    row = page.get_by_role("row").filter(has_text=newest["ticket_folio"])
    expect(row).to_contain_text(f"{time_in_tokyo(newest['created_at']):%H:%M}")


def test_a_keyboard_reaches_each_bar(page: Page, sold_out: int) -> None:
    open_overview(page)
    bars = block(page, "series").get_by_role("img")
    page.get_by_label("Comparar con").focus()
    page.keyboard.press("Tab")
    expect(bars.first).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(bars.nth(1)).to_be_focused()
    expect(block(page, "series").locator(".chart-told")).to_contain_text("1:00: $")
    page.keyboard.press("End")
    expect(bars.last).to_be_focused()
    page.keyboard.press("Tab")
    expect(block(page, "series").locator("summary")).to_be_focused()


def test_each_chart_is_read_by_keyboard_and_as_a_table_and_fits_on_paper(page: Page, sold_out: int) -> None:
    open_overview(page)
    for name in ("series", "methods", "products", "hours"):
        chart = block(page, name).locator("figure.chart")
        chart.locator("summary").focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("End")
        mark = chart.get_by_role("img").last
        expect(mark).to_be_focused()
        expect(chart.locator(".chart-told")).to_have_text(mark.get_attribute("aria-label") or "")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(chart.get_by_role("table")).to_be_visible()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER_PX, "height": PAPER_PX})
    expect(page.locator(".choices")).not_to_be_visible()
    expect(page.locator("figure.chart svg").first).to_be_visible()
    assert page.evaluate(BESIDE_THE_PAPER) == []


def test_a_bar_of_a_day_opens_that_day(page: Page, sold_out: int) -> None:
    open_overview(page)
    page.get_by_label("Periodo").select_option(label="7 días")
    expect(block(page, "series").get_by_role("img")).to_have_count(7)
    block(page, "series").get_by_role("img").last.click()
    expect(page.get_by_label("Desde")).to_have_value(page.get_by_label("Hasta").input_value())
    expect(block(page, "series").get_by_role("img")).to_have_count(24)


def test_what_is_told_below_a_chart_is_of_what_it_shows(page: Page, sold_out: int) -> None:
    open_overview(page)
    page.get_by_label("Periodo").select_option(label="7 días")
    bars = block(page, "series").get_by_role("img")
    expect(bars).to_have_count(7)
    bars.last.hover()
    page.mouse.move(0, 0)
    page.locator(".choices select").first.select_option(label="Hoy")
    expect(bars).to_have_count(24)
    told = [bar.get_attribute("aria-label") for bar in bars.all()]
    assert block(page, "series").locator(".chart-told").inner_text() in told


def test_the_overview_is_accessible_and_never_scrolls_sideways(page: Page, sold_out: int) -> None:
    page.route("**/api/analytics/overview/**", of_a_large_shop)
    open_overview(page)
    expect(block(page, "dead")).to_contain_text(LONG_NAME)
    expect(figure(page, "revenue")).to_have_text(money(LARGE))
    for summary in page.locator("summary").all():
        summary.click()
    assert_accessible(page)


def test_goods_of_unknown_cost_are_not_said_to_be_worth_nothing(page: Page, sold_out: int) -> None:
    page.route("**/api/analytics/overview/**", of_unknown_costs)
    open_overview(page)
    expect(block(page, "dead")).to_contain_text("los de más valor: 1; – a costo.")


def test_all_that_is_to_order_is_saved_as_a_table(
    page: Page, shop: Shop, sold_out: int, tmp_path: Path
) -> None:
    name = done(shop.owner.get(f"/api/products/{sold_out}/"))["name"]
    suggested = shop.owner.get("/api/analytics/suggested-orders/")
    page.route(
        "**/api/analytics/suggested-orders/**",
        lambda route: route.continue_(url=route.request.url.replace("limit=1000", "limit=1")),
    )
    open_overview(page)
    with page.expect_download() as saved:
        block(page, "out").get_by_role("button", name="Descargar todo en CSV").click()
    saved.value.save_as(tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["Producto"]: row for row in csv.DictReader(file)}
    assert len(rows) == int(suggested.headers["X-Total-Count"])
    assert rows[name]["Existencia"] == "0"
    assert rows[name]["Días que quedan"] == "0"


def test_what_customers_owe_is_shown_with_its_age(page: Page, shop: Shop, sold_out: int) -> None:
    debtor(shop)
    owed = done(shop.owner.get("/api/customers/debts/"))
    recent = next(age for age in owed["ages"] if age["from_days"] == 0)
    open_overview(page)
    debts = block(page, "counter").locator("[data-pending=debtors]")
    expect(debts.get_by_role("heading")).to_have_text(f"Clientes que deben: {owed['customers']:,}")
    expect(debts).to_contain_text(f"{money(float(owed['total']))} en total")
    expect(debts).to_contain_text(f"hasta 30 días: {money(float(recent['amount']))}")


def test_of_a_till_only_what_is_the_matter_is_told(page: Page, shop: Shop, sold_out: int) -> None:
    till = {"register": shop.new_register(), "last_seq": 9, "last_seen": None, "unsent": 2}
    tills = [{**till, "gaps": gaps} for gaps in ([], [[3, 5]])]
    page.route("**/api/sync/registers/", lambda route: route.fulfill(json=tills))
    open_overview(page)
    rows = block(page, "counter").locator("[data-pending=tills] li")
    expect(rows.first).to_have_text(re.compile(r": 2 sin enviar$"))
    expect(rows.last).to_have_text(re.compile(r": 2 sin enviar; números que faltan: 3–5$"))


def test_a_phone_shows_that_there_are_more_sections_and_lists(page: Page) -> None:
    open_place(page, "orders")
    page.set_viewport_size(PHONE)
    for name in ("Secciones", "Ventas"):
        row = page.get_by_role("navigation", name=name, exact=True)
        assert not row.evaluate(IS_WHOLE)
        assert row.evaluate("(row) => getComputedStyle(row).backgroundAttachment").count("scroll") == 2


def test_a_period_without_sales_says_so(page: Page, sold_out: int) -> None:
    open_overview(page)
    page.get_by_label("Periodo").select_option(label="Ayer")
    expect(block(page, "figures")).to_contain_text("Todavía no hay ventas en este periodo.")
    assert_accessible(page)


def test_the_figures_stay_when_the_server_is_away_and_can_be_asked_for_again(
    page: Page, sold_out: int
) -> None:
    open_overview(page)
    page.route(REPORTS, lambda route: route.abort())
    page.get_by_label("Comparar con").select_option(label="El día anterior")
    expect(page.get_by_role("alert")).to_contain_text("se ven los de antes")
    expect(figure(page, "revenue")).to_be_visible()
    page.set_viewport_size(PHONE)
    assert page.get_by_role("alert").evaluate(LEAVES_ROOM_FOR_WORDS)
    page.unroute(REPORTS)
    page.get_by_role("button", name="Intentar de nuevo").click()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_page_asks_again_every_30_seconds_only_while_it_is_seen(
    context: BrowserContext, sold_out: int
) -> None:
    page = context.new_page()
    page.clock.install()  # in all tabs of the device
    log_in(page, "/owner/")
    wait_for_all_blocks(page)
    with page.expect_response(REPORTS):
        page.clock.fast_forward(REFRESH_SECONDS * 1000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_load_state("networkidle")
    page.evaluate("Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true})")
    asked.clear()
    page.clock.fast_forward(REFRESH_SECONDS * 1000)
    assert not [url for url in asked if "/api/analytics/" in url]
    with page.expect_response(REPORTS):
        page.evaluate(
            "delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'))"
        )


def open_overview(page: Page) -> None:
    """Open the overview and wait until all blocks are filled."""
    open_place(page)
    wait_for_all_blocks(page)


def wait_for_all_blocks(page: Page) -> None:
    """Returns when the last block has its content."""
    expect(block(page, "counter").locator("h3").first).to_be_visible()


def margin(shop: Shop) -> Any:
    """The margin of today, in the report of the page."""
    return done(shop.owner.get("/api/analytics/overview/"))["figures"]["margin"]


def after_a_loss(route: Route) -> None:
    """Answer as for a shop that made a loss on the days before."""
    answer = route.fetch()
    report = answer.json()
    found = report["figures"]["margin"]
    before = {"previous": {**found["previous"], "profit": -LOSS}, "change_percent": None}
    report["figures"]["margin"] = {**found, **before}
    route.fulfill(response=answer, json=report)


def of_a_large_shop(route: Route) -> None:
    """Answer as for a shop in which all amounts are large, and a lot of something with a long name lies."""
    answer = route.fetch()
    route.fulfill(response=answer, json=enlarged({**answer.json(), "dead_stock": [LYING]}))


def of_unknown_costs(route: Route) -> None:
    """Answer as for a shop in which nobody has said what the goods that lie there cost."""
    answer = route.fetch()
    route.fulfill(response=answer, json={**answer.json(), "dead_stock": [{**LYING, "value": None}]})


def enlarged(report: Any) -> Any:
    """The report with large amounts in place of its own."""
    if isinstance(report, list):
        return [enlarged(each) for each in report]
    if not isinstance(report, dict):
        return report
    return {name: AMOUNTS.get(name, enlarged(each)) for name, each in report.items()}


def in_tokyo(route: Route) -> None:
    """Answer as a shop in Tokyo would."""
    answer = route.fetch()
    route.fulfill(response=answer, json={**answer.json(), "timezone": TOKYO.key})


def time_in_tokyo(written: str | None) -> datetime:
    """A moment of the API, as clocks in Tokyo show it."""
    return datetime.fromisoformat(written or "").astimezone(TOKYO)


def todays(owner: httpx.Client) -> dict[str, Any]:
    """The summary of the shop's day."""
    day = done(owner.get("/api/analytics/timeline/", params={"by": "day"}))["analyzed_period"]["end_date"]
    summary: dict[str, Any] = done(
        owner.get("/api/analytics/sales-summary/", params={"start_date": day, "end_date": day})
    )
    return summary


def block(page: Page, name: str) -> Locator:
    """A block of the overview."""
    return page.locator(f"[data-block={name}]")


def figure(page: Page, name: str) -> Locator:
    """What a figure is now."""
    return page.locator(f"[data-figure={name}] .value")


def column(page: Page, name: str, at: int) -> list[str]:
    """A column of the table of a block's chart, though it is not unfolded."""
    return block(page, name).locator(f"tbody tr > :nth-child({at + 1})").all_text_contents()


def money(value: float) -> str:
    """An amount of the reports as people read it."""
    return f"${value:,.2f}"


def amount(text: str) -> Decimal:
    """An amount as people read it."""
    return Decimal(text.replace("$", "").replace(",", ""))
