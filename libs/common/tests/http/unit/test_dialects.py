"""The dialects know no web framework: the gateway words its errors with them too."""

import subprocess
import sys

from libs.common.errors import Unavailable
from libs.common.http.pos_dialect import POS
from libs.common.http.refusals import InvalidInput
from libs.common.http.store_dialect import STORE

MODULES = ("answers", "refusals", "wordings", "dialect", "pos_dialect", "store_dialect", "internal_dialect")


def test_they_are_imported_without_a_web_framework() -> None:
    imports = ", ".join(f"libs.common.http.{module}" for module in MODULES)
    program = f"import sys, {imports}; print({{'fastapi', 'starlette', 'pydantic'}} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"


def test_an_answer_is_bytes_ready_to_send() -> None:
    answer = STORE.refusal(Unavailable("sales"))
    assert (answer.status, answer.content, answer.headers) == (
        503,
        b'{"error":"Service temporarily unavailable"}',
        {"X-Error-Code": "unavailable", "Retry-After": "2"},
    )


def test_errors_of_objects_inside_objects_keep_their_depth() -> None:
    problems = [
        (("address", "zip"), "One."),
        (("address", "zip"), "Two."),
        (("lines", 1, "tax", "rate"), "Three."),
    ]
    error = InvalidInput(problems, {"address": {}, "lines": [{}, {"tax": {}}]})
    assert POS.refusal(error).body == {
        "address": {"zip": ["One.", "Two."]},
        "lines": [{}, {"tax": {"rate": ["Three."]}}],
    }
    assert STORE.refusal(error).body["fields"] == {
        "address.zip": ["One.", "Two."],
        "lines.1.tax.rate": ["Three."],
    }
