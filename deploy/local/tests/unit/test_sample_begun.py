"""An interrupted sample goes on as it was begun, or the command says what to do."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.local.sample.begun import GOES_ON_FOR, Begun, begin, done
from deploy.local.state import StateFolder
from libs.common.commands import CommandFailed

pytestmark = pytest.mark.unit

BEGUN = Begun(days=90, seed=1, at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    return StateFolder(tmp_path).make()


def later(by: timedelta, *, days: int = 90, seed: int = 1) -> Begun:
    return Begun(days, seed, BEGUN.at + by)


def test_it_goes_on_until_the_moment_at_which_it_was_begun(state: StateFolder) -> None:
    assert begin(state, BEGUN) == BEGUN
    assert begin(state, later(GOES_ON_FOR)) == BEGUN


def test_it_does_not_go_on_when_its_keys_are_forgotten(state: StateFolder) -> None:
    begin(state, BEGUN)
    with pytest.raises(CommandFailed, match="make reset up"):
        begin(state, later(GOES_ON_FOR + A_SECOND))


@pytest.mark.parametrize("asked", [later(A_SECOND, days=30), later(A_SECOND, seed=2)], ids=["days", "seed"])
def test_another_sample_says_how_the_interrupted_one_goes_on(state: StateFolder, asked: Begun) -> None:
    begin(state, BEGUN)
    with pytest.raises(CommandFailed, match="make sample DAYS=90 SEED=1"):
        begin(state, asked)


def test_after_one_that_came_to_its_end_another_may_begin(state: StateFolder) -> None:
    begin(state, BEGUN)
    done(state)
    assert begin(state, later(A_SECOND, seed=2)) == later(A_SECOND, seed=2)
