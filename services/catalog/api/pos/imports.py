"""The routes of import and export: products as a CSV file, for ADMIN and OWNER (added to the contract)."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect
from typing_extensions import TypedDict

from libs.common.http.callers import AdminOrOwner
from libs.common.http.csv_files import CSV, reply_csv
from libs.common.http.described import described, example, refuses
from libs.common.http.fields import REQUIRED, Boolean, Choice
from libs.common.http.refusals import BodyTooLarge, MalformedJson
from libs.common.http.replies import reply
from libs.common.http.requests import BODY_TIMEOUT_SECONDS
from services.catalog.api.csv.exporting import Piece, export_file
from services.catalog.api.csv.importing import import_file
from services.catalog.api.csv.lines import UnusableFile
from services.catalog.api.pos.door import pos
from services.catalog.deps import DepsDep
from services.catalog.usecases.products.importing import ImportedLine, Importer, Outcome

IMPORT_BYTES_MAX = 64 * 1024 * 1024
EXAMPLE = "sku,name,price,tax_rate,current_stock,supplier\r\nKO-600-MX,Coca Cola 600ml,18.50,16.00,100,\r\n"
CSV_BODY = {
    "requestBody": {
        "required": True,
        "description": "The file, with any content type.",
        "content": {
            "application/octet-stream": {
                "schema": {"type": "string", "format": "binary", "examples": [EXAMPLE]},
            }
        },
    }
}
CSV_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The products.",
        "content": {CSV: {"schema": {"type": "string", "examples": [EXAMPLE]}}},
    }
}

DryRun = Annotated[
    Annotated[bool, Boolean()], Query(description="Whether to only say what would become of each line.")
]


@described
class LineOut(TypedDict):
    """What became of a line of the file."""

    line: int
    """The number of the line in the file on which it begins; the header is line 1."""
    sku: str
    """As it stands in the file."""
    result: Annotated[str, Choice(*Outcome)]
    """`unchanged`: the product was like that already. `refused`: nothing of the line was carried out."""
    id: int | None
    """The id of the product; null if the line was refused, or would create it in a dry run."""
    errors: dict[str, Any]
    """Column → messages; `line` is about the line as a whole. Empty unless the line was refused."""


@example(
    {
        "dry_run": False,
        "lines": 2,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "refused": 1,
        "results": [
            {"line": 2, "sku": "KO-600-MX", "result": "created", "id": 10, "errors": {}},
            {
                "line": 3,
                "sku": "KO-355-MX",
                "result": "refused",
                "id": None,
                "errors": {"price": ['"12,50" has a comma. Write decimals with a point: 1234.50.']},
            },
        ],
    }
)
class ImportOut(TypedDict):
    """What became of a file. Each line was carried out whole or not at all."""

    dry_run: bool
    """Whether nothing was changed."""
    lines: int
    """Lines of the file, without the header and blank ones."""
    created: int
    """Lines that created a product."""
    updated: int
    """Lines that changed a product."""
    unchanged: int
    """Lines whose product was like that already."""
    refused: int
    """Lines that were refused."""
    results: list[LineOut]
    """One entry for each line, in their order."""


@pos.post("/products/import/", response_model=ImportOut, openapi_extra=CSV_BODY)
@refuses(UnusableFile("The file is empty."), BodyTooLarge(IMPORT_BYTES_MAX))
async def import_products(
    request: Request, who: AdminOrOwner, deps: DepsDep, *, dry_run: DryRun = False
) -> Response:
    """Create or change products by their sku from a CSV file.

    A file of up to 64 MiB. Each line is carried out whole or not at all. The first line names the columns,
    as in an export. An empty cell changes nothing. Cells are separated by commas or semicolons, decimals
    have a point; the text is UTF-8 or Windows-1252. Suppliers are found by name, and created. After an
    answer that was lost, send the file again.
    """
    importer = Importer(
        database=deps.database,
        by=who.user_id,
        low_stock_threshold=deps.settings.low_stock_threshold,
        dry_run=dry_run,
    )
    done = [
        line
        async for batch in import_file(_pieces(request), importer=importer, now=deps.now)
        for line in batch
    ]
    return reply(_import_out(done, dry_run=dry_run))


@pos.get("/products/export/", response_class=StreamingResponse, responses=CSV_ANSWER)
async def export_products(who: AdminOrOwner, deps: DepsDep) -> Response:
    """Read all products as a CSV file that an import takes.

    `expected_stock` repeats the stock: a stock that is edited in the file is refused if it changed meanwhile.
    A text that a spreadsheet would calculate is preceded by `'`, which an import takes away.
    """
    pieces = export_file(database=deps.database, now=deps.now())
    first = await anext(pieces)  # so that a failure can still be answered
    return reply_csv("products", _contents(first, pieces))


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    size, pieces = 0, request.stream()
    while True:
        try:
            async with asyncio.timeout(BODY_TIMEOUT_SECONDS):
                piece = await anext(pieces, None)
        except (TimeoutError, ClientDisconnect) as error:
            raise MalformedJson("The body did not arrive") from error
        if piece is None:
            return
        size += len(piece)
        if size > IMPORT_BYTES_MAX:
            raise BodyTooLarge(IMPORT_BYTES_MAX)
        yield piece


async def _contents(first: Piece, others: AsyncIterator[Piece]) -> AsyncIterator[bytes]:
    yield first.content
    async for piece in others:
        yield piece.content


def _import_out(done: Sequence[ImportedLine], *, dry_run: bool) -> ImportOut:
    counts = Counter(line.outcome for line in done)
    return {
        "dry_run": dry_run,
        "lines": len(done),
        "created": counts[Outcome.CREATED],
        "updated": counts[Outcome.UPDATED],
        "unchanged": counts[Outcome.UNCHANGED],
        "refused": counts[Outcome.REFUSED],
        "results": [_line_out(line) for line in done],
    }


def _line_out(line: ImportedLine) -> LineOut:
    return {
        "line": line.line,
        "sku": line.sku,
        "result": line.outcome,
        "id": line.product_id,
        "errors": errors_of(line),
    }


def errors_of(line: ImportedLine) -> dict[str, Any]:
    """The messages of a line that was refused, by column."""
    refused = pos.answer(line.refusal).body if line.refusal else {}
    return {**refused, **{name: [REQUIRED] for name in line.missing}}
