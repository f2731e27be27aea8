"""The sources that processes are started from: these, or those of another release beside them."""

import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.local.layout import ROOT


@dataclass(frozen=True, slots=True)
class Sources:
    """A checkout, and the interpreter that has its packages."""

    name: str
    folder: Path
    python: Path


OURS = Sources("ours", ROOT, Path(sys.executable))
