"""All stories of the pages run here, one after another, in front of one suite."""

from tests.web.login_stories import *  # noqa: F403 - pytest collects the stories of each subject from here
