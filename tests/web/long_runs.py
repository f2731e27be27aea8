"""The long runs that the environment asks for; without one, their files are left out."""

import os


def measures_bars() -> bool:
    """`BARS`: whether the till is measured (`make bars`)."""
    return bool(os.environ.get("BARS"))


def number_of_kills() -> int:
    """`KILLS`: how often the browser is killed after a sale; 0 if it is not."""
    return int(os.environ.get("KILLS") or 0)


def number_of_sales() -> int:
    """`TILL_SALES`: how many sales four tills make (`make tills`); 0 if there is no such day."""
    return int(os.environ.get("TILL_SALES") or 0)


def seed_of_tills() -> int:
    """`TILL_SEED`: which day of the four tills; 1 by default."""
    return int(os.environ.get("TILL_SEED") or 1)
