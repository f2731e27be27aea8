"""The stories of what both pages share run here: logging in, and what holds whatever they show."""

import pytest

from tests.web.login_stories import *  # noqa: F403 - pytest collects the stories of each subject from here
from tests.web.shell_stories import *  # noqa: F403 - the same

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
