"""The till's stories of customers, tickets, returns and shifts run here, in a browser of their own."""

import pytest

from tests.web.exchange_stories import *  # noqa: F403 - pytest collects the stories of each subject from here
from tests.web.layaway_stories import *  # noqa: F403 - the same
from tests.web.people_stories import *  # noqa: F403 - the same
from tests.web.print_stories import *  # noqa: F403 - the same
from tests.web.return_stories import *  # noqa: F403 - the same
from tests.web.shift_stories import *  # noqa: F403 - the same

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
