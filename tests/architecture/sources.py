"""The files of the project, told apart by their folders. Names of folders above the project do not count."""

from pathlib import Path

ROOT = Path(__file__).parents[2]


def is_test(path: Path) -> bool:
    """Whether a file belongs to the tests."""
    return "tests" in path.relative_to(ROOT).parts
