"""The till's stories of selling run here: a worker of a parallel run gets a whole file, with a browser."""

import pytest

from tests.web.hands_stories import *  # noqa: F403 - pytest collects the stories of each subject from here
from tests.web.till_day_stories import *  # noqa: F403 - the same
from tests.web.till_kill_stories import *  # noqa: F403 - the same
from tests.web.till_scan_stories import *  # noqa: F403 - the same
from tests.web.till_stories import *  # noqa: F403 - the same
from tests.web.till_tls_stories import *  # noqa: F403 - the same

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
