"""The fixtures of the service tests: the real app on a real database, other services faked at the ports."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from httpx import AsyncClient

from libs.testing.asgi import MakeClient, asgi_clients
from libs.testing.clock import FakeClock, Stopwatch
from libs.testing.patience import patient
from libs.testing.settings import NOBODY, made_once
from libs.testing.tokens import Tokens
from services.sales.deps import Deps, OtherServices, approved_by, build_deps
from services.sales.domain.tickets import PointsBalance
from services.sales.main import create_app
from services.sales.settings import SalesSettings
from services.sales.tests.builders import a_buyer
from services.sales.tests.fakes import (
    FakeBalances,
    FakeBuyers,
    FakeCharges,
    FakeQuotes,
    FakeRefunds,
    FakeShoppers,
    FakeStock,
    Folios,
    Product,
)
from services.sales.tests.shifts import a_register, opened
from services.sales.tests.synced import a_sale
from services.sales.usecases.orders.desk import OrderDesk
from services.sales.usecases.orders.releases import Releases


@pytest.fixture(scope="session")
def service_name() -> str:
    """The service whose migrations create the database."""
    return "sales"


@pytest.fixture
def stock() -> FakeStock:
    """Catalog with the products 15 and 20."""
    stock = FakeStock()
    stock.products = {15: Product("Coca Cola"), 20: Product("Pan", Decimal("10.00"), "0.00")}
    return stock


@pytest.fixture
def quotes(stock: FakeStock) -> FakeQuotes:
    """What shoppers pay for the products in stock."""
    return FakeQuotes(stock)


@pytest.fixture
def shoppers() -> FakeShoppers:
    """Auth with the users 1 and 2."""
    shoppers = FakeShoppers()
    shoppers.known = {1: "johndoe", 2: "janedoe"}
    return shoppers


@pytest.fixture
def buyers() -> FakeBuyers:
    """Customers with customer 1."""
    buyers = FakeBuyers()
    buyers.known = {1: a_buyer(1)}
    return buyers


@pytest.fixture
def charges() -> FakeCharges:
    """The balances of customer 1: 1,000 points, and 950 pesos of debt of at most 1,000."""
    charges = FakeCharges()
    charges.points = {1: 1_000}
    charges.credit_limit = {1: Decimal("1000.00")}
    charges.credit_used = {1: Decimal("950.00")}
    return charges


@pytest.fixture
def refunds(charges: FakeCharges) -> FakeRefunds:
    """Gives back what was charged."""
    return FakeRefunds(charges)


@pytest.fixture
def balances() -> FakeBalances:
    """Customers with the points of customer 1, who has 12."""
    balances = FakeBalances()
    balances.known = {1: PointsBalance(12, has_order=False)}
    return balances


@pytest.fixture
def monotonic() -> Stopwatch:
    """A monotonic clock that stands still until a test moves it."""
    return Stopwatch()


@pytest.fixture
def folios() -> Folios:
    """Folios that count up."""
    return Folios()


@pytest.fixture
def settings(common_settings: dict[str, Any]) -> SalesSettings:
    """The settings of every service; no other service answers."""
    return made_once(
        SalesSettings,
        **common_settings,
        auth_url=NOBODY,
        catalog_url=NOBODY,
        customers_url=NOBODY,
        shop_name="Abarrotes La Esquina",
        shop_address="Av. Juárez 12, Col. Centro\n06000 Ciudad de México",
        shop_rfc="XAXX010101000",
        ticket_footer="¡Gracias por su compra!",
    )


@pytest.fixture
def deps(
    *,
    settings: SalesSettings,
    clock: FakeClock,
    tokens: Tokens,
    stock: FakeStock,
    buyers: FakeBuyers,
    charges: FakeCharges,
    balances: FakeBalances,
    quotes: FakeQuotes,
    shoppers: FakeShoppers,
    refunds: FakeRefunds,
    monotonic: Stopwatch,
    folios: Folios,
) -> Deps:
    """The parts as in production, except for the fakes, the keys that verify tokens, and long waits."""
    others = OtherServices(stock, buyers, charges, balances, quotes, shoppers, refunds)
    built = build_deps(settings, clock=clock, others=lambda _: others)
    deps = patient(tokens.trusted_by(built))
    desk = replace(
        deps.desk,
        releases=Releases(stock, monotonic=monotonic),
        monotonic=monotonic,
        new_folio=folios,
    )
    return replace(deps, desk=desk, sync=replace(deps.sync, approved=approved_by(tokens.verifier)))


@pytest.fixture
def desk(deps: Deps) -> OrderDesk:
    """The order desk with the fakes."""
    return deps.desk


@pytest.fixture
async def client_of(deps: Deps) -> AsyncIterator[MakeClient]:
    """Makes clients of the running app."""
    async with asgi_clients(create_app(deps)) as client_of:
        await deps.database.pool.wait()
        yield client_of


@pytest.fixture
def till(client_of: MakeClient, tokens: Tokens) -> AsyncClient:
    """A client of the running app, as the EMPLOYEE with id 7 unless a request has another token."""
    return client_of(tokens.bearer(role="EMPLOYEE", user_id=7))


@pytest.fixture
def other(client_of: MakeClient, tokens: Tokens) -> AsyncClient:
    """A client as another EMPLOYEE, with id 8."""
    return client_of(tokens.bearer(role="EMPLOYEE", user_id=8, username="luis"))


@pytest.fixture
def shopper(client_of: MakeClient, tokens: Tokens) -> AsyncClient:
    """A client of the running app, as the shopper johndoe with id 1."""
    return client_of(tokens.bearer(role="USER", user_id=1, username="johndoe"))


@pytest.fixture
def other_shopper(client_of: MakeClient, tokens: Tokens) -> AsyncClient:
    """A client of the running app, as the shopper janedoe with id 2."""
    return client_of(tokens.bearer(role="USER", user_id=2, username="janedoe"))


@pytest.fixture
def admin(client_of: MakeClient, tokens: Tokens) -> AsyncClient:
    """A client of the running app, as the ADMIN with id 9."""
    return client_of(tokens.bearer(role="ADMIN", user_id=9))


@pytest.fixture
async def register(admin: AsyncClient) -> int:
    """The register `Caja 1`."""
    return await a_register(admin)


@pytest.fixture
async def shift(till: AsyncClient, register: int) -> int:
    """Its open shift, with 500.00 in the drawer."""
    return await opened(till, register)


@pytest.fixture
def sold(clock: FakeClock, shift: int) -> Any:
    """Makes sales of the shift, a minute ago."""
    return lambda seq=1, *items, **more: a_sale(seq, *items, sold_at=clock() - timedelta(minutes=1), **more)
