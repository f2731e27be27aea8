"""The fiscal fields of customers: what is kept of what was typed, and the messages for the rest."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.http.fields import Shape
from libs.testing.bodies import refused_fields
from services.customers.api.pos.customers import CustomerChange, CustomerIn
from services.customers.domain.fiscal import NotAnRfc, read_rfc
from services.customers.tests.builders import FISCAL, MARIA

BAD_RFC = "El RFC no es válido: revisa las letras, la fecha y el dígito verificador."
BAD_REGIMEN = "El régimen fiscal son 3 dígitos, como 601."
BAD_USO = "El uso de CFDI es una clave como G03 o CP01."
BAD_CP = "El código postal son 5 dígitos."

SHAPES = pytest.mark.parametrize("shape", [CustomerIn, CustomerChange])


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("rfc", "MAB9307148T5", BAD_RFC),  # another check digit
        ("rfc", "MAB9313148T4", BAD_RFC),  # month 13
        ("rfc", "GODE561231", BAD_RFC),  # without the three that the authority adds
        ("rfc", "GODE561231GR8GODE561231GR8", BAD_RFC),
        ("rfc", "MAB930714" + "-" * 9 + "8T4", BAD_RFC),  # more than 20 written
        ("rfc", "buey", BAD_RFC),
        ("rfc", "XAXX010101001", BAD_RFC),
        ("rfc", 5, BAD_RFC),
        ("rfc", ["MAB9307148T4"], "Not a valid string."),
        ("razon_social", "x" * 255, "Ensure this field has no more than 254 characters."),
        ("regimen_fiscal", "60", BAD_REGIMEN),
        ("regimen_fiscal", "6O1", BAD_REGIMEN),
        ("regimen_fiscal", "6011", BAD_REGIMEN),
        ("uso_cfdi", "G3", BAD_USO),
        ("uso_cfdi", "03", BAD_USO),
        ("uso_cfdi", "CPX01", BAD_USO),
        ("cp_fiscal", "6000", BAD_CP),
        ("cp_fiscal", "060000", BAD_CP),
        ("cp_fiscal", "٠٦٠٠٠", BAD_CP),  # digits, but not these
        ("cp_fiscal", True, "Not a valid string."),
    ],
)
@SHAPES
def test_a_bad_field_is_named(shape: type[Shape], field: str, value: object, message: str) -> None:
    assert refused_fields(shape, {**MARIA, field: value}) == {field: [message]}


@SHAPES
def test_all_bad_fields_are_told_together(shape: type[Shape]) -> None:
    bad = {"rfc": "x", "regimen_fiscal": "x", "uso_cfdi": "x", "cp_fiscal": "x"}
    assert refused_fields(shape, {**MARIA, **bad}) == {
        "rfc": [BAD_RFC],
        "regimen_fiscal": [BAD_REGIMEN],
        "uso_cfdi": [BAD_USO],
        "cp_fiscal": [BAD_CP],
    }


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("rfc", " mab-930714-8t4 ", "MAB9307148T4"),
        ("rfc", "GODE 561231 GR8", "GODE561231GR8"),
        ("rfc", "MAB930714" + "-" * 8 + "8T4", "MAB9307148T4"),
        ("rfc", "xaxx010101000", "XAXX010101000"),  # the public
        ("rfc", "XEXX010101000", "XEXX010101000"),  # foreigners
        ("razon_social", "  Peña & Hijos ", "Peña & Hijos"),
        ("regimen_fiscal", 601, "601"),
        ("uso_cfdi", "g03", "G03"),
        ("uso_cfdi", "cp01", "CP01"),
        ("cp_fiscal", "06000", "06000"),
        *((field, blank, None) for field in FISCAL for blank in ("", "  ", None)),
    ],
)
@SHAPES
def test_a_good_field_is_kept_in_one_spelling(
    shape: type[Shape], field: str, typed: object, kept: str | None
) -> None:
    body: dict[str, Any] = {**MARIA, field: typed}
    assert shape.model_validate(body).given()[field] == kept


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_is_refused(text: str) -> None:
    try:
        number = read_rfc(text)
    except NotAnRfc:
        return
    assert read_rfc(number) == number
