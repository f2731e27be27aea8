"""The code of the guide works, and so does the day of the demo."""

from pathlib import Path

import pytest
from rich.console import Console

from deploy.local.demo_day import play
from deploy.local.demo_shop import DemoShop
from deploy.local.demo_till import Till as DemoTill
from deploy.local.environment import OWNER_DEFAULTS
from deploy.local.suite import LocalSuite
from tests.e2e.books import assert_books_agree
from tests.e2e.shop import open_door, owner_login
from tests.guides import Program, runnable

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def test_the_demo_s_day_goes_by_and_every_answer_is_as_the_contract_says(suite: LocalSuite) -> None:
    with open_door(suite.gateway_url) as client:
        found = play(DemoTill(client, Console()), **owner_login())
    assert found == []
    assert_books_agree(suite)


@pytest.fixture(scope="module")
def demo_shop(suite: LocalSuite) -> None:
    """The demo shop of `make up`, whose users and products the guide names."""
    DemoShop(suite.gateway_url, OWNER_DEFAULTS, lambda _: None).seed()


@pytest.mark.usefixtures("demo_shop")
@pytest.mark.parametrize("program", runnable(), ids=str)
def test_the_code_of_the_guide_works_and_answers_are_as_its_pages_show(
    suite: LocalSuite, program: Program, tmp_path: Path
) -> None:
    assert program.run(suite.gateway_url, tmp_path) == []
