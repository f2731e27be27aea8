"""The variables that a shop keeps in the file `.env`, which compose reads too."""

from pathlib import Path

from dotenv import load_dotenv

from deploy.local.state import DEFAULT_FOLDER
from libs.servers.processes import ServerFailed


def take_shop_variables(state_dir: Path = DEFAULT_FOLDER) -> None:
    """Set what `.env` beside the suite's folder says; what the caller has set, also to nothing, stays.

    A command thus has the same rules as the processes, and `make up` after a reboot those of before. Raises
    `ServerFailed` for a file in another encoding.
    """
    file = state_dir.resolve().parent / ".env"
    try:
        load_dotenv(file)
    except UnicodeDecodeError as error:
        raise ServerFailed(f"{file} is not in UTF-8, so its accents cannot be read: {error}") from error
