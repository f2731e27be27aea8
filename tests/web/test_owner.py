"""The stories of the owner's page and of what both pages share, in a browser of their own."""

import pytest

from tests.web.goods_stories import *  # noqa: F403 - pytest collects the stories of each subject from here
from tests.web.login_stories import *  # noqa: F403 - the same
from tests.web.office_stories import *  # noqa: F403 - the same
from tests.web.owner_stories import *  # noqa: F403 - the same
from tests.web.places_stories import *  # noqa: F403 - the same
from tests.web.shell_stories import *  # noqa: F403 - the same

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
