"""Requests about things that do not exist, with bodies that say nothing."""

import re

import httpx

from tests.architecture.documents import operations

ID = re.compile(r"\{[^}]+\}")
UNUSED = "987654321"


def answers_about_unknown_things(owner: httpx.Client) -> dict[str, int]:
    """The status of each documented request with a body about a thing that can be read, if there is none."""
    readable = {each.full_path for each in operations() if each.method == "get"}
    return {
        str(each): owner.request(each.method, ID.sub(UNUSED, each.full_path), content=b"[]").status_code
        for each in operations()
        if "requestBody" in each.described
        and ID.search(each.full_path)
        and _thing_of(each.full_path) in readable
    }


def _thing_of(path: str) -> str:
    """The path up to its last id."""
    before, brace, after = path.rpartition("}")
    return before + brace + ("/" if after.endswith("/") else "")
