"""Leaves out the tests of the node tools where they are not installed: without node, or without a network."""

from pathlib import Path

HERE = Path(__file__).parent
TOOLS = HERE / "node_modules" / ".bin"

collect_ignore = [] if TOOLS.is_dir() else ["test_node_tools.py"]
