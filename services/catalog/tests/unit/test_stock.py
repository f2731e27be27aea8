"""Rules of the lines that an order takes."""

import pytest

from services.catalog.domain.stock import ProductTwice, WantedLine, refuse_twice


def test_each_product_stands_in_one_line() -> None:
    refuse_twice([WantedLine(15, 1), WantedLine(20, 1)])


def test_a_product_in_two_lines_is_refused() -> None:
    with pytest.raises(ProductTwice):
        refuse_twice([WantedLine(15, 1), WantedLine(20, 1), WantedLine(15, 2)])
