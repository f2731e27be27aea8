"""Reads the records of a CSV file as lines of an import, by the names in the file's header.

An empty cell leaves a field as it is, or at its default for a new product; a line of empty cells alone, as
spreadsheets write below a table, is blank. `'` before a formula is no part of its text: an export has put it
there.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from libs.common.errors import DomainError
from libs.common.http.csv_files import unguarded
from libs.common.http.fields import (
    BIGINT_MAX,
    Boolean,
    DecimalField,
    Integer,
    NotAccepted,
    Shape,
    Text,
)
from libs.common.http.refusals import InvalidInput
from libs.common.http.validation import problems_in
from libs.common.prices import TaxRate
from libs.common.unset import UNSET, Unset
from services.catalog.api.csv.records import BrokenRecord, Record
from services.catalog.api.fields import CLAVE_PROD_SERV, CLAVE_UNIDAD, OBJETO_IMP, FiscalKey, TaxRateField
from services.catalog.domain.products import SKU_LENGTH_MAX, STOCK_COUNT_MAX
from services.catalog.usecases.products.importing import ImportedLine, ImportProduct, Outcome

WHOLE_LINE = "line"
# The keys of products that begin with 0: "not in the catalogue", and the kinds of tax.
WITHOUT_ZERO = {key.removeprefix("0"): key for key in ("01010101", *(f"0{kind}" for kind in range(1, 9)))}
SHORTENED = re.compile(r"[0-9]([.,][0-9]+)?E\+[0-9]+", re.ASCII)
SPANISH = {"sí": True, "si": True, "verdadero": True, "falso": False}


class UnusableFile(DomainError):
    """The file is empty, or its first line does not name the columns of an import."""

    code = "unusable_file"
    remedy = "Begin the file with a line that names its columns, as an export does."

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)


class WholeSku(Text):
    """A sku with all its digits: of a barcode that a spreadsheet shows as `7.50106E+12` most are lost."""

    __slots__ = ()

    def parse(self, value: Any) -> str:
        """The sku; raises `NotAccepted`."""
        sku = Text.parse(self, value)
        if SHORTENED.fullmatch(sku):
            raise NotAccepted(f'"{sku}" is a number that a spreadsheet has shortened. Make the column text.')
        return sku


class DotDecimal(DecimalField):
    """A decimal number with a point. A comma could separate decimals or thousands: it is refused."""

    def parse(self, value: Any) -> Decimal:
        """The number; raises `NotAccepted`."""
        if isinstance(value, str) and "," in value:
            raise NotAccepted(f'"{value[:20]}" has a comma. Write decimals with a point: 1234.50.')
        return DecimalField.parse(self, value)


class KeyInSheet(FiscalKey):
    """A fiscal key, also one whose first zero a spreadsheet has taken for that of a number."""

    __slots__ = ()

    def parse(self, value: Any) -> str | None:
        """The key with its zero; raises `NotAccepted`."""
        written = value.strip() if isinstance(value, str) else value
        return FiscalKey.parse(self, WITHOUT_ZERO.get(written, written))

    @classmethod
    def of(cls, key: FiscalKey) -> "KeyInSheet":
        """The same key in a file."""
        return cls(key.form, key.refusal)


class SpokenBoolean(Boolean):
    """A boolean, also in Spanish, as a spreadsheet writes it."""

    def parse(self, value: Any) -> bool:
        """The boolean; raises `NotAccepted`."""
        spoken = SPANISH.get(value.strip().lower()) if isinstance(value, str) else None
        return Boolean.parse(self, value) if spoken is None else spoken


class ProductLine(Shape):
    """The cells of a line that are not empty. `price` is before tax, with up to 4 decimals."""

    sku: Annotated[str, WholeSku(max_length=SKU_LENGTH_MAX)]
    name: Annotated[str | Unset, Text(max_length=255)] = UNSET
    description: Annotated[str | Unset, Text(max_length=5_000)] = UNSET
    price: Annotated[Decimal | Unset, DotDecimal(max_digits=14, decimal_places=4, ge=0)] = UNSET
    tax_rate: Annotated[TaxRate | Unset, TaxRateField()] = UNSET
    cost: Annotated[Decimal | Unset, DotDecimal(max_digits=12, decimal_places=2, ge=0)] = UNSET
    current_stock: Annotated[int | Unset, Integer(ge=0, le=STOCK_COUNT_MAX)] = UNSET
    expected_stock: Annotated[int | Unset, Integer(ge=0, le=BIGINT_MAX)] = UNSET
    low_stock_threshold: Annotated[int | Unset, Integer(ge=0)] = UNSET
    supplier: Annotated[str | Unset, Text(max_length=255)] = UNSET
    category: Annotated[str | Unset, Text(max_length=100)] = UNSET
    pet_type: Annotated[str | Unset, Text(max_length=100)] = UNSET
    brand: Annotated[str | Unset, Text(max_length=255)] = UNSET
    weight: Annotated[Decimal | Unset, DotDecimal(max_digits=10, decimal_places=3, ge=0)] = UNSET
    clave_prod_serv: Annotated[str | Unset, KeyInSheet.of(CLAVE_PROD_SERV)] = UNSET
    clave_unidad: Annotated[str | Unset, CLAVE_UNIDAD] = UNSET
    objeto_imp: Annotated[str | Unset, KeyInSheet.of(OBJETO_IMP)] = UNSET
    is_active: Annotated[bool | Unset, SpokenBoolean()] = UNSET


COLUMNS = tuple(ProductLine.model_fields)


class Lines:
    """Reads records one after the other; the first is the header."""

    def __init__(self) -> None:
        self._columns: Sequence[str] = ()
        self._line_of_sku: dict[str, int] = {}

    def read(self, records: Iterable[Record | BrokenRecord]) -> Iterator[ImportProduct | ImportedLine]:
        """The lines of the import, and those that are refused as they stand. Raises `UnusableFile`."""
        for record in records:
            if not self._columns:
                self._columns = _columns(record)
            elif isinstance(record, BrokenRecord):
                yield _refused(record.line, "", [((WHOLE_LINE,), record.message)])
            elif any(cell.strip() for cell in record.cells):
                yield self._line(record)

    def end(self) -> None:
        """Raises `UnusableFile` if there was not even a header."""
        if not self._columns:
            raise UnusableFile("The file is empty.")

    def _line(self, record: Record) -> ImportProduct | ImportedLine:
        cells = dict(zip(self._columns, map(unguarded, record.cells), strict=False))
        sku = cells["sku"].strip() if "sku" in cells else ""
        if len(record.cells) != len(self._columns):
            counts = f"{len(record.cells)} cells instead of {len(self._columns)}"
            hint = "Put a cell that contains a separator between quotation marks."
            return _refused(record.line, sku, [((WHOLE_LINE,), f"The line has {counts}. {hint}")])
        try:
            parsed = ProductLine.model_validate({name: cell for name, cell in cells.items() if cell.strip()})
        except ValidationError as error:
            wrong = [{**item, "loc": ("line", *item["loc"])} for item in error.errors()]
            return _refused(record.line, sku, problems_in(RequestValidationError(wrong)))
        first = self._line_of_sku.setdefault(parsed.sku, record.line)
        if first != record.line:
            return _refused(record.line, sku, [(("sku",), f"Line {first} has this sku already.")])
        return parsed.into(ImportProduct, line=record.line)


def _columns(header: Record | BrokenRecord) -> Sequence[str]:
    if isinstance(header, BrokenRecord):
        raise UnusableFile(header.message)
    names = [name.strip().lower() for name in header.cells]
    if unknown := [name for name in names if name not in COLUMNS]:
        raise UnusableFile(f'There is no column "{unknown[0][:50]}". Columns: {", ".join(COLUMNS)}.')
    if len(set(names)) < len(names):
        raise UnusableFile("A column stands in the header twice.")
    if "sku" not in names:
        raise UnusableFile('The column "sku" is missing.')
    return names


def _refused(line: int, sku: str, problems: Sequence[tuple[tuple[str | int, ...], str]]) -> ImportedLine:
    return ImportedLine(line, sku[:SKU_LENGTH_MAX], Outcome.REFUSED, refusal=InvalidInput(problems))
