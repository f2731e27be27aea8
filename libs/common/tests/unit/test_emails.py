"""Email addresses in any script have one compared form."""

import pytest

from libs.common.emails import ascii_email, email_key

ANA = "ana@xn--correo-and-z9a5i.mx"


@pytest.mark.parametrize(
    "written",
    [
        "ana@correo-ñandú.mx",
        "Ana@CORREO-ÑANDÚ.MX",
        "ana@correo-n\u0303andu\u0301.mx",
        "ana@xn--correo-and-z9a5i.mx",
        "ANA@XN--CORREO-AND-Z9A5I.MX",
        "ａｎａ＠correo-ñandú。mx",
    ],
)
def test_spellings_of_one_address_are_the_same(written: str) -> None:
    assert email_key(written) == ANA


@pytest.mark.parametrize(
    ("one", "other"),
    [("a@straße.de", "a@strasse.de"), ("a@ñandu.mx", "a@nandu.mx"), ("a@b.mx", "b@b.mx")],
)
def test_other_addresses_are_not(one: str, other: str) -> None:
    assert email_key(one) != email_key(other)


@pytest.mark.parametrize(
    "text", ["", "@", "ana", "ñandú", "a@☃.mx", "a@@b", "a@ñ..mx", "a@-ñ.mx", "\ud800@ñ"]
)
def test_any_text_can_be_compared(text: str) -> None:
    assert email_key(text) == email_key(email_key(text))


def test_mail_uses_the_domain_in_ascii() -> None:
    assert ascii_email("Ana@Correo-ñandú.mx") == "Ana@xn--correo-and-z9a5i.mx"
    assert ascii_email("Ana@Correo.mx") == "Ana@Correo.mx"


@pytest.mark.parametrize("address", ["a@☃.mx", "a@ñ..mx", "a@-ñ.mx", "a@ñ_x.mx", "a@" + "ñ" * 64 + ".mx"])
def test_a_domain_that_cannot_be_registered_has_no_ascii_form(address: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        ascii_email(address)
