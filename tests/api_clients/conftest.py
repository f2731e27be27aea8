"""Leaves out the tests of the node tools unless `make api-tools` has installed them."""

from pathlib import Path

HERE = Path(__file__).parent
TOOLS = HERE / "node_modules" / ".bin"

collect_ignore = [] if TOOLS.is_dir() else ["test_node_tools.py"]
