"""What does each event look like, whole? One committed message per type, which every version still reads."""

from pathlib import Path

FOLDER = Path(__file__).parent / "samples"


def sample(event_type: str) -> bytes:
    """The sample message of a type: a complete envelope."""
    return (FOLDER / f"{event_type}.json").read_bytes()
