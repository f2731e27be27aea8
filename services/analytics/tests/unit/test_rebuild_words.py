"""A difference is said in one line that an operator can read."""

from decimal import Decimal

import pytest

from services.analytics.usecases.rebuilding.comparing import Difference, Values
from services.analytics.usecases.rebuilding.words import in_words

KEY = ("day", "hour", "channel")
ROW: Values = {"day": "2026-03-31", "hour": 23, "channel": "POS", "tickets": 1, "revenue": Decimal("117.00")}


@pytest.mark.parametrize(
    ("rows", "live", "rebuilt", "words"),
    [
        (
            1,
            ROW,
            {**ROW, "revenue": Decimal("116.00")},
            "1 row differs. Of day 2026-03-31, hour 23, channel POS: revenue is 117.00, not 116.00",
        ),
        (
            1200,
            {**ROW, "tickets": None},
            {**ROW, "revenue": Decimal("0.10")},
            "1,200 rows differ. Of day 2026-03-31, hour 23, channel POS: "
            "tickets is empty, not 1, revenue is 117.00, not 0.10",
        ),
        (1, None, ROW, "1 row differs. Of day 2026-03-31, hour 23, channel POS: there is no row"),
        (1, ROW, None, "1 row differs. Of day 2026-03-31, hour 23, channel POS: there is a row too many"),
    ],
)
def test_a_difference_names_the_table_the_rows_and_one_of_them(
    rows: int, live: Values | None, rebuilt: Values | None, words: str
) -> None:
    assert in_words(Difference("sales_by_hour", KEY, rows, [(live, rebuilt)])) == f"sales_by_hour: {words}"


def test_the_place_of_an_event_is_no_difference() -> None:
    live, rebuilt = (
        {"user_id": 7, "email": "a@b.mx", "sequence": 9},
        {"user_id": 7, "email": "", "sequence": 1},
    )
    said = in_words(Difference("users", ["user_id"], 1, [(live, rebuilt)]))
    assert said == "users: 1 row differs. Of user_id 7: email is a@b.mx, not empty"


def test_what_a_name_says_to_the_terminal_is_written_out() -> None:
    live, rebuilt = ({"user_id": 7, "username": name} for name in ("\x1b[8mana", "ana"))
    said = in_words(Difference("users", ["user_id"], 1, [(live, rebuilt)]))
    assert said == r"users: 1 row differs. Of user_id 7: username is \x1b[8mana, not ana"
