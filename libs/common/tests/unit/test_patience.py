"""A service or database that is away is tried again for a while; other errors are raised at once."""

import pytest

from libs.common.errors import Unavailable
from libs.common.patience import while_unavailable


class Database:
    """Fails with these errors, one after the other; then it answers."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = list(errors)

    async def answer(self) -> str:
        """The answer."""
        if self._errors:
            raise self._errors.pop(0)
        return "here"


@pytest.fixture(autouse=True)
def hardly_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("libs.common.patience.PAUSE_SECONDS", (0.0, 0.01))


async def test_what_was_away_is_tried_again() -> None:
    database = Database(Unavailable("database"), Unavailable("database"))
    assert await while_unavailable(10)(database.answer) == "here"


async def test_what_stays_away_is_given_up() -> None:
    with pytest.raises(Unavailable):
        await while_unavailable(0)(Database(Unavailable("database")).answer)


async def test_another_error_is_not_tried_again() -> None:
    with pytest.raises(ValueError, match="other"):
        await while_unavailable(10)(Database(ValueError("other")).answer)
