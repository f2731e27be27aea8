"""Settings that tills are told too."""

import pytest

from libs.common.settings import of_environment
from services.sales.settings import SalesSettings

TOLD = (
    "BIRTHDAY_DISCOUNT_PERCENT",
    "EMPLOYEE_DISCOUNT_PERCENT",
    "EMPLOYEE_REFUND_LIMIT",
    "LAYAWAY_FEE_PERCENT",
    "LAYAWAY_MIN_PERCENT",
    "SHIFT_TOLERANCE",
)


@pytest.mark.parametrize("variable", TOLD)
def test_sales_does_not_start_with_a_number_that_tills_could_be_told_only_rounded(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "33.333")
    with pytest.raises(SystemExit, match=f"{variable}: .*no more than 2 decimal places"):
        of_environment(SalesSettings)
    monkeypatch.setenv(variable, "33.330")
    with pytest.raises(SystemExit) as ended:  # of the variables that are missing
        of_environment(SalesSettings)
    assert variable not in str(ended.value)
