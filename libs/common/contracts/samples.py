"""One committed sample message per event type, which every later version must still read."""

from pathlib import Path

FOLDER = Path(__file__).parent / "samples"


def sample(event_type: str) -> bytes:
    """The sample message of a type: a complete envelope."""
    return (FOLDER / f"{event_type}.json").read_bytes()
