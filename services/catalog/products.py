"""Operators' commands for products: `python -m services.catalog.products --help`."""

import argparse
import asyncio
import shutil
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from libs.common.clock import Clock, system_clock
from libs.common.commands import command_parser, ending_in_words, opened, say, visible
from libs.common.db.database import Database
from libs.common.errors import DomainError, Unavailable
from libs.common.messaging.outbox import Outbox
from libs.common.progress import progress_bar
from libs.common.settings import of_environment
from libs.common.store_calendar import Moment, store_moment
from services.catalog.api.csv.exporting import Piece, export_file
from services.catalog.api.csv.importing import import_file
from services.catalog.api.pos import pos
from services.catalog.api.pos.imports import errors_of
from services.catalog.settings import CatalogSettings
from services.catalog.usecases.products.importing import ImportedLine, Importer, Outcome

DESCRIPTION = """\
An import creates or changes products by their sku; the file is what an export gives. Each line is carried
out whole or not at all, and lines that are refused are printed. Reads the service's settings from the
environment."""

PIECE_BYTES = 64 * 1024


class Shop:
    """The database and the shop's present moment."""

    def __init__(self, settings: CatalogSettings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.database = Database(
            settings.database_url,
            events=Outbox("catalog", clock),
            name="catalog-products",
            prepares=settings.database_prepares,
        )

    def now(self) -> Moment:
        """The present moment and the store's day."""
        return store_moment(self.clock(), self.settings.store_timezone)


async def import_products(shop: Shop, options: argparse.Namespace) -> int:
    """Create or change products with the lines of a CSV file. The status is 1 if a line was refused."""
    importer = Importer(
        database=shop.database,
        by=None,
        low_stock_threshold=shop.settings.low_stock_threshold,
        dry_run=options.dry_run,
    )
    counts: Counter[Outcome] = Counter()
    with progress_bar() as progress:
        bar = progress.add_task("importing", total=options.file.stat().st_size)
        pieces = _pieces(options.file, lambda size: progress.advance(bar, size))
        async for batch in import_file(pieces, importer=importer, now=shop.now):
            counts.update(line.outcome for line in batch)
            for line in batch:
                if line.outcome == Outcome.REFUSED:
                    progress.console.print(_words(line), markup=False, highlight=False)
    said = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome)
    say(f"{said}{' (dry run: nothing was changed)' if options.dry_run else ''}")
    return 1 if counts[Outcome.REFUSED] else 0


async def export_products(shop: Shop, options: argparse.Namespace) -> int:
    """Write all products to a CSV file."""
    pieces = export_file(database=shop.database, now=shop.now())
    piece: Piece | None = await anext(pieces)
    count = 0
    with _whole_or_not_at_all(options.file) as file, progress_bar() as progress:
        bar = progress.add_task("exporting", total=None)
        while piece:
            file.write(piece.content)
            progress.advance(bar, piece.products)
            count += piece.products
            piece = await anext(pieces, None)
    say(f"{count} products")
    return 0


Command = Callable[[Shop, argparse.Namespace], Awaitable[int]]
COMMANDS: Mapping[str, Command] = {"import": import_products, "export": export_products}


@ending_in_words()
def main(arguments: Sequence[str] | None = None, clock: Clock = system_clock) -> int:
    """Run the command line. Returns the exit status."""
    options = _parser().parse_args(arguments)
    settings = of_environment(CatalogSettings)
    try:
        return asyncio.run(_run(Shop(settings, clock), options))
    except Unavailable as down:
        sys.stderr.write(f"{down.part} does not answer: {down.__cause__ or down}\n")
    except OSError as failed:
        sys.stderr.write(f"{options.file}: {failed.strerror}\n")
    except DomainError as refusal:
        sys.stderr.write(f"{_texts(pos.answer(refusal).body)}\n")
    return 1


async def _run(shop: Shop, options: argparse.Namespace) -> int:
    async with opened(shop.database):
        return await COMMANDS[options.command](shop, options)


@contextmanager
def _whole_or_not_at_all(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of the one of before, with its mode, when it is whole."""
    if path.exists() and not path.is_file():  # a pipe, a device
        with path.open("wb") as file:
            yield file
        return
    path = path.resolve()
    unfinished = path.with_name(f"{path.name}.new")
    try:
        with unfinished.open("wb") as file:
            if path.exists():
                shutil.copymode(path, unfinished)
            yield file
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)


async def _pieces(file: Path, advance: Callable[[int], None]) -> AsyncIterator[bytes]:
    with file.open("rb") as opened:
        while piece := opened.read(PIECE_BYTES):
            yield piece
            advance(len(piece))


def _words(line: ImportedLine) -> str:
    return f"line {line.line} {visible(line.sku)}: {_texts(errors_of(line))}"


def _texts(body: Mapping[str, Any]) -> str:
    return visible(
        "; ".join(
            f"{name}: {' '.join(texts) if isinstance(texts, list) else texts}" for name, texts in body.items()
        )
    )


def _parser() -> argparse.ArgumentParser:
    parser = command_parser("services.catalog.products", DESCRIPTION)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, function in COMMANDS.items():
        command = commands.add_parser(name, help=function.__doc__, description=function.__doc__)
        command.add_argument("file", type=Path, metavar="FILE")
        if name == "import":
            command.add_argument("--dry-run", action="store_true", help="only say what would become of it")
    return parser


if __name__ == "__main__":
    sys.exit(main())
