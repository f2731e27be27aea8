"""Says in a line what differs, for operators."""

from libs.common.commands import visible
from services.analytics.usecases.rebuilding.comparing import NOT_COMPARED, Difference, Values


def in_words(difference: Difference) -> str:
    """Which table differs, in how many rows, and one of them.

    `sales_by_hour: 2 rows differ. Of day 2026-03-31, hour 23, channel POS: revenue is 117.00, not 116.00`
    """
    live, rebuilt = difference.examples[0]
    known = live or rebuilt or {}
    row = ", ".join(f"{column} {known[column]}" for column in difference.key)
    rows = f"{difference.rows:,} rows differ" if difference.rows > 1 else "1 row differs"
    return visible(f"{difference.table}: {rows}. Of {row}: {_difference(live, rebuilt)}")


def _difference(live: Values | None, rebuilt: Values | None) -> str:
    if live is None:
        return "there is no row"
    if rebuilt is None:
        return "there is a row too many"
    return ", ".join(
        f"{column} is {_text(value)}, not {_text(rebuilt[column])}"
        for column, value in live.items()
        if value != rebuilt[column] and column not in NOT_COMPARED
    )


def _text(value: object) -> str:
    return "empty" if value is None or value == "" else str(value)
