"""Reads the docstrings below the members of classes, for the API documents.

Pydantic can do so too, but parses a module's source again for every class, and before a process is ready.
"""

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain, pairwise
from typing import Any

from typing_extensions import get_original_bases, is_typeddict


def describe_members(properties: Mapping[str, dict[str, Any]], kind: type) -> None:
    """Add to the JSON schemas of members the docstrings below them, unless they are described."""
    told = _docstrings_of(kind)
    for name, schema in properties.items():
        if name in told:
            schema.setdefault("description", told[name])


def _docstrings_of(kind: type) -> Mapping[str, str]:
    """The docstrings in the class itself, and those in the `TypedDict`s that a `TypedDict` extends."""
    own = docstrings_in(kind.__module__).get(kind.__qualname__, {})
    extended = [base for base in get_original_bases(kind) if is_typeddict(base)]
    return {**dict(chain.from_iterable(_docstrings_of(base).items() for base in extended)), **own}


@cache
def docstrings_in(module: str) -> Mapping[str, Mapping[str, str]]:
    """The docstrings below members in a module, by the qualified name of their class and by member."""
    return dict(_of_classes(ast.parse(inspect.getsource(sys.modules[module])), ""))


def _of_classes(scope: ast.AST, prefix: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    for node in ast.iter_child_nodes(scope):
        match node:
            case ast.ClassDef(name=name, body=body):
                yield prefix + name, dict(_of_members(body))
                yield from _of_classes(node, f"{prefix}{name}.")
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield from _of_classes(node, f"{prefix}{name}.<locals>.")


def _of_members(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for member, after in pairwise(body):
        match member, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(docstring))),
            ):
                yield name, inspect.cleandoc(docstring)
