"""The pages of the guide as programs: their code blocks run in order, and answers are as the pages show them.

Blocks in `sh`, `python` and `javascript` are code; those of one language on a page are one program.
A `json` block shows the last line that the code block before it printed, a `text` block all that it printed.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from deploy.local.demo_till import MONEY, UTC_TIME
from deploy.local.layout import ROOT

PAGES = sorted((ROOT / "docs" / "guide").glob("*.md"))
GATEWAY = "http://127.0.0.1:8000"
"""The address in the pages; a program runs with that of its suite."""
SECONDS = 60

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHOWN_JSON, SHOWN_TEXT = "json", "text"
PICTURE = re.compile(r"[█▀▄ ]+")
"""A row of a picture in block characters, another one in every run."""
VARIES = re.compile(r"\d|…")
"""A shown text that is not the same in every run has a digit, or `…`; money is the same nevertheless."""


@dataclass(frozen=True, slots=True)
class Language:
    """How a file of a language is run, and how it prints the end of a block."""

    command: Sequence[str]
    suffix: str
    end_of_block: str


LANGUAGES = {
    "sh": Language(("bash", "-euo", "pipefail"), ".sh", r"printf '\036'"),
    "python": Language((sys.executable, "-W", "error"), ".py", r"print('\x1e', flush=True)"),
    "javascript": Language(("node",), ".mjs", r"console.log('\x1e');"),
}
NEEDED = {"sh": "curl", "javascript": "node"}
"""The tool that a language needs; its programs run where the tool is there."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block; `line` is that of the opening fence, from 1."""

    language: str
    text: str
    line: int

    @property
    def end(self) -> int:
        """The line of the closing fence."""
        return self.line + self.text.count("\n") + 1


@dataclass(frozen=True, slots=True)
class Program:
    """The blocks of one language on a page."""

    page: str
    language: str
    blocks: Sequence[Block]
    shown: Sequence[Block]
    """The answers that the page shows."""

    def __str__(self) -> str:
        return f"{self.page}-{self.language}"

    def run(self, gateway: str, folder: Path) -> list[str]:
        """Run it against a gateway, in an empty folder; returns what went wrong, with lines of the page."""
        language = LANGUAGES[self.language]
        file = folder / f"{self.page}{language.suffix}"
        file.write_text(self.source().replace(GATEWAY, gateway))
        done = subprocess.run(
            [*language.command, file],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        if done.returncode:
            return [f"{self}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}"]
        return list(self._differences(done.stdout.split("\x1e")))

    def source(self) -> str:
        """The program, whose lines have the numbers that they have on the page."""
        lines = [""] * self.blocks[-1].end
        for block in self.blocks:
            lines[block.line : block.end - 1] = block.text.splitlines()
            lines[block.end - 1] = LANGUAGES[self.language].end_of_block
        return "\n".join(lines) + "\n"

    def _differences(self, outputs: Sequence[str]) -> Iterator[str]:
        for shown in self.shown:
            number, block = max((n, b) for n, b in enumerate(self.blocks) if b.end < shown.line)
            for difference in _differing_output(shown, outputs[number]):
                yield f"{self}, line {shown.line}: the block of line {block.line} printed: {difference}"


def _differing_output(shown: Block, output: str) -> Iterator[str]:
    if shown.language == SHOWN_TEXT:
        return differing_texts(shown.text, output)
    printed = output.strip().splitlines() or [""]
    return differing(json.loads(shown.text), json.loads(printed[-1]))


def differing_texts(shown: str, printed: str) -> Iterator[str]:
    """The lines of a printed text that are not like the shown ones: other words, other money, missing.

    Blanks between words and around lines count for nothing, since words may vary in length.
    """
    lines = (shown.strip("\n").splitlines(), printed.strip("\n").splitlines())
    for like, line in zip_longest(*lines, fillvalue="(no line)"):
        if PICTURE.fullmatch(like) and PICTURE.fullmatch(line):
            continue
        words, found = like.split(), line.split()
        if len(words) != len(found) or not all(map(_fits, words, found)):
            yield f"{line!r}, not like {like!r}"


def differing(shown: Any, printed: Any, where: str = "it") -> Iterator[str]:
    """The differences of an answer from the shown one: missing members, other types, money and words.

    An answer may have more members. Of a list the first item is compared.
    """
    if type(printed) is not type(shown):
        yield f"{where} is {printed!r}, not a {type(shown).__name__}"
    elif isinstance(shown, dict):
        for name, value in shown.items():
            if name in printed:
                yield from differing(value, printed[name], name)
            else:
                yield f"{name} is missing"
    elif isinstance(shown, list):
        yield from differing(shown[0], printed[0], f"{where}[0]") if printed else [f"{where} is empty"]
    elif not _fits(shown, printed):
        yield f"{where} is {printed!r}, not like {shown!r}"


def _fits(shown: object, printed: object) -> bool:
    if not isinstance(shown, str) or not isinstance(printed, str):
        return shown == printed or not isinstance(shown, bool)
    if UTC_TIME.fullmatch(shown):
        return UTC_TIME.fullmatch(printed) is not None
    varies = VARIES.search(shown) is not None and MONEY.fullmatch(shown.removeprefix("$")) is None
    return shown == printed or varies


def blocks_of(text: str) -> list[Block]:
    """The fenced blocks of a page."""
    return [
        Block(found[1], found[2], text.count("\n", 0, found.start()) + 1) for found in BLOCK.finditer(text)
    ]


def programs_of(page: Path) -> list[Program]:
    """The programs of a page. Every block belongs to one; raises `ValueError` if one does not."""
    blocks = blocks_of(page.read_text())
    code: dict[str, list[Block]] = {}
    shown: dict[str, list[Block]] = {}
    language = ""
    for block in blocks:
        if block.language in LANGUAGES:
            language = block.language
            code.setdefault(language, []).append(block)
        elif block.language in {SHOWN_JSON, SHOWN_TEXT} and language:
            shown.setdefault(language, []).append(block)
        else:
            raise ValueError(f"{page.name}, line {block.line}: a block in {block.language!r} cannot be run")
    return [Program(page.stem, name, each, shown.get(name, ())) for name, each in code.items()]


def runnable() -> list[Program]:
    """All programs of the guide whose language can be run on this machine."""
    return [
        program
        for page in PAGES
        for program in programs_of(page)
        if shutil.which(NEEDED.get(program.language, sys.executable))
    ]
