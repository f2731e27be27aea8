"""A PIN that anybody would try first is refused (contract §8.5)."""

import pytest

from libs.common.http.fields import NotAccepted
from services.auth.api.fields import Pin
from services.auth.domain.pins import PinNotEnough, check_may_log_in, is_easy

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("pin", ["0000", "99999999", "1234", "4321", "0123", "56789", "98765432"])
def test_one_digit_repeated_and_runs_are_easy(pin: str) -> None:
    assert is_easy(pin)


@pytest.mark.parametrize("pin", ["4831", "1235", "1324", "1122", "0001", "12344", "97531"])
def test_others_are_not(pin: str) -> None:
    assert not is_easy(pin)


@pytest.mark.parametrize(("sent", "pin"), [("0482", "0482"), (" 4831 ", "4831"), (48315926, "48315926")])
def test_a_pin_has_4_to_8_digits(sent: object, pin: str) -> None:
    assert Pin().parse(sent) == pin


@pytest.mark.parametrize("sent", ["123", "123456789", "12a4", "12 34", "٤٨٣١", "-482", 4.5])
def test_anything_else_is_no_pin(sent: object) -> None:
    with pytest.raises(NotAccepted, match="El PIN debe tener de 4 a 8 dígitos"):
        Pin().parse(sent)


def test_a_pin_logs_in_who_is_no_more_than_an_employee() -> None:
    check_may_log_in(["user", "employee"])
    for roles in (["user"], ["employee", "admin"], ["owner"]):
        with pytest.raises(PinNotEnough):
            check_may_log_in(roles)
