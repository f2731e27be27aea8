"""The files of the project, told apart by their folders. Names of folders above the project do not count."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


def is_test(path: Path) -> bool:
    """Whether a file belongs to the tests."""
    return "tests" in path.relative_to(ROOT).parts


def modules(*patterns: str) -> Iterator[str]:
    """The names of all modules whose files fit one of the patterns."""
    for file in sorted(file for pattern in patterns for file in ROOT.glob(pattern)):
        yield ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
