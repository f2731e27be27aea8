"""A race that was lost is run again, a few times; a refusal and a result end that."""

import pytest

from libs.common.errors import NotFound, Unavailable
from libs.common.looks import LOOKS_MAX, LookAgain, looks_again


class Race:
    """Lost so many times; then it ends with a result, or with an error."""

    def __init__(self, *, lost: int, error: Exception | None = None) -> None:
        self.looks = 0
        self._lost, self._error = lost, error

    @looks_again("shifts")
    async def run(self, *, result: str | None) -> str | None:
        """The result, if there is no error."""
        self.looks += 1
        if self.looks <= self._lost:
            raise LookAgain
        if self._error:
            raise self._error
        return result


@pytest.mark.parametrize("result", ["won", None])
async def test_a_race_that_was_lost_is_run_again(result: str | None) -> None:
    race = Race(lost=LOOKS_MAX - 1)
    assert await race.run(result=result) == result
    assert race.looks == LOOKS_MAX


async def test_a_race_that_is_always_lost_is_given_up() -> None:
    race = Race(lost=LOOKS_MAX)
    with pytest.raises(Unavailable) as given_up:
        await race.run(result="won")
    assert (given_up.value.part, race.looks) == ("shifts", LOOKS_MAX)


async def test_a_refusal_ends_it_at_once() -> None:
    race = Race(lost=0, error=NotFound())
    with pytest.raises(NotFound):
        await race.run(result="won")
    assert race.looks == 1
