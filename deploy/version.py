"""Prints the suite's version, or writes another wherever it stands: `python -m deploy.version [0.2.0]`."""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from libs.common.version import VERSION

ROOT = Path(__file__).parents[1]
NUMBER = re.compile(r"\d+\.\d+\.\d+")
DASHED = re.compile(r"\d+-\d+-\d+")
"""The number in names that may contain no dots."""
BEFORE: Mapping[str, str] = {
    "libs/common/version.py": r'^VERSION = "',
    "pyproject.toml": r'^version = "',
    "docs/asyncapi.json": r'^    "version": "',
    "Dockerfile": r"-t mostrador/\w+:",
    "deploy/k8s/base/*.yaml": r"image: mostrador/\w+:|app\.kubernetes\.io/version: ",
    "deploy/k8s/base/migrations/jobs.yaml": r"image: mostrador/\w+:",
    "deploy/k8s/base/migrations/kustomization.yaml": r"^nameSuffix: -",
    "deploy/k8s/overlays/prod/kustomization.yaml": r"newTag: ",
}
"""Files → what stands before the number in them."""


def places() -> Iterator[tuple[Path, re.Pattern[str]]]:
    """Every file that has the number, with a pattern of two groups: what is before it, and the number."""
    for files, before in BEFORE.items():
        for path in sorted(ROOT.glob(files)):
            yield path, re.compile(rf"({before})({NUMBER.pattern}|{DASHED.pattern})", re.MULTILINE)


def write(version: str) -> None:
    """Write the number everywhere."""
    for path, pattern in places():
        text = path.read_text()
        changed = pattern.sub(lambda found: found[1] + _as(found[2], version), text)
        if changed != text:
            path.write_text(changed)


def _as(found: str, version: str) -> str:
    """The version in the form that is found: with dots or with dashes."""
    return version.replace(".", "-") if DASHED.fullmatch(found) else version


def main() -> int:
    """Print the version, or change it; returns the exit status."""
    if not sys.argv[1:]:
        sys.stdout.write(f"{VERSION}\n")
        return 0
    version = sys.argv[1]
    if not NUMBER.fullmatch(version):
        sys.stderr.write(f"a version is like 0.2.0, not like {version}\n")
        return 2
    write(version)
    sys.stdout.write(
        f'{version}. Next: CHANGELOG.md\'s "Unreleased" becomes it, and the tag is v{version}.\n'
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
