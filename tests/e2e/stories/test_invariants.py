"""Invariants that are broken, one by one, and seen to be."""

import subprocess
import sys

import pytest

from deploy.local.layout import ROOT
from deploy.local.suite import LocalSuite
from tests.e2e.books import assert_books_agree, broken_rules
from tests.e2e.invariants.rules import RULES
from tests.e2e.shop import Shop
from tests.e2e.spoilt import SPOILT
from tests.e2e.spoilt_approvals import SPOILT_APPROVALS, sell_at_an_approved_discount
from tests.e2e.spoilt_late_sales import SPOILT_LATE_SALES, sell_without_a_network
from tests.e2e.spoilt_returns import SPOILT_RETURNS, take_back_at_a_till
from tests.e2e.spoilt_shifts import SPOILT_SHIFTS, sell_in_a_shift
from tests.e2e.spoilt_web_shop import SPOILT_WEB_SHOP
from tests.e2e.stories.counter import lay_away

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

ALL_SPOILT = (
    *SPOILT,
    *SPOILT_WEB_SHOP,
    *SPOILT_SHIFTS,
    *SPOILT_RETURNS,
    *SPOILT_APPROVALS,
    *SPOILT_LATE_SALES,
)


@pytest.fixture
def sold_in_a_shift(suite: LocalSuite, shop: Shop) -> None:
    """A shift that was closed, with a sale of two tenders and a movement."""
    sell_in_a_shift(shop, shop.new_product(stock=1))
    assert_books_agree(suite)


@pytest.fixture
def taken_back(suite: LocalSuite, shop: Shop) -> None:
    """A return at a till, of an order that was paid on credit and by card, known to all services."""
    take_back_at_a_till(shop)
    assert_books_agree(suite)


@pytest.fixture
def approved(suite: LocalSuite, shop: Shop) -> None:
    """An order at a discount by hand that somebody else has approved."""
    sell_at_an_approved_discount(shop)
    assert_books_agree(suite)


@pytest.fixture
def laid_away(suite: LocalSuite, shop: Shop) -> None:
    """Goods that are kept for a customer who has paid a part."""
    lay_away(shop, shop.new_product(stock=1, price="100.00"), shop.new_customer())
    assert_books_agree(suite)


@pytest.fixture
def sold_without_a_network(suite: LocalSuite, shop: Shop) -> None:
    """A sale that its till has sent later."""
    sell_without_a_network(shop)
    assert_books_agree(suite)


@pytest.mark.usefixtures("sold_on_credit")
def test_an_operator_sees_which_invariant_is_broken(suite: LocalSuite) -> None:
    assert _judged(suite) == (0, frozenset())
    with SPOILT[0].in_suite(suite):
        assert _judged(suite) == (1, SPOILT[0].rules)


@pytest.mark.usefixtures(
    "taken_back",
    "sold_in_a_shift",
    "sold_on_credit",
    "laid_away",
    "sold_on_the_web",
    "approved",
    "sold_without_a_network",
)
def test_every_invariant_is_seen_to_be_broken(suite: LocalSuite) -> None:
    for spoilt in ALL_SPOILT:
        with spoilt.in_suite(suite):
            assert broken_rules(suite) == spoilt.rules
    assert broken_rules(suite) == set()
    named = {rule.name for rule in RULES}
    assert set().union(*(spoilt.rules for spoilt in ALL_SPOILT)) == named


def _judged(suite: LocalSuite) -> tuple[int, frozenset[str]]:
    """The exit code of the operators' command, and the rules that it calls broken."""
    command = [sys.executable, "-m", "tests.e2e.invariants", "--state-dir", str(suite.state.path)]
    done = subprocess.run(
        [*command, "--patience", "2"], check=False, capture_output=True, text=True, cwd=ROOT
    )
    told = [line for line in done.stdout.splitlines() if line.startswith("broken ")]
    names = frozenset(line.split(maxsplit=2)[2] for line in told if "not judged" not in line)
    return done.returncode, names
