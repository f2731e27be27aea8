"""The stories of the owner's page, in a browser of their own: each has a tab of one device."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from deploy.local.suite import LocalSuite
from tests.web.conftest import new_device
from tests.web.goods_stories import *  # noqa: F403 - pytest collects the stories of each subject from here
from tests.web.leaving_stories import *  # noqa: F403 - the same
from tests.web.office_stories import *  # noqa: F403 - the same
from tests.web.owner_stories import *  # noqa: F403 - the same
from tests.web.people import log_in
from tests.web.places_stories import *  # noqa: F403 - the same

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def owners_device(browser: Browser, suite: LocalSuite) -> Iterator[BrowserContext]:
    """A device on which the owner is logged in. It keeps nothing else that a story could find."""
    with new_device(browser, suite) as device:
        page = device.new_page()
        log_in(page, "/owner/")
        page.close()
        yield device


@pytest.fixture
def page(owners_device: BrowserContext) -> Iterator[Page]:
    """A new tab of that device."""
    page = owners_device.new_page()
    yield page
    page.close()
