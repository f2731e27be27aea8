"""The day of the year on which a buyer has their birthday."""

from dataclasses import replace
from datetime import date

import pytest

from services.sales.tests.builders import a_buyer


@pytest.mark.parametrize(
    ("born", "day", "celebrates"),
    [
        (date(1995, 8, 20), date(2026, 8, 20), True),
        (date(1995, 8, 20), date(2026, 8, 21), False),
        (date(1995, 8, 20), date(2026, 9, 20), False),
        (None, date(2026, 8, 20), False),
        (date(1996, 2, 29), date(2028, 2, 29), True),
        (date(1996, 2, 29), date(2028, 2, 28), False),
        (date(1996, 2, 29), date(2026, 2, 28), True),
        (date(1996, 2, 29), date(2026, 3, 1), False),
        (date(1996, 2, 28), date(2028, 2, 28), True),
    ],
)
def test_a_birthday_is_that_day_of_the_year(born: date | None, day: date, celebrates: bool) -> None:  # noqa: FBT001 - a case's expectation
    assert a_buyer(birth_date=born).has_birthday_on(day) is celebrates


def test_a_buyer_without_a_last_name_is_called_by_the_first() -> None:
    assert replace(a_buyer(), last_name="").name == "Maria"
