"""How something is called, as Python writes it, and the same for every release of Python."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from typing import Any, Final

MOST_CHARACTERS: Final = 84


def call_of(name: str, method: Callable[..., Any], *, has_result: bool = True) -> str:
    """Return ``name(parameters) -> result`` of a method, over several lines if it is long."""
    signature = inspect.signature(method)
    parameters = list(_parameters(signature))
    result = annotation(signature.return_annotation) if has_result else ""
    end = f") -> {result}" if result else ")"
    line = f"{name}({', '.join(parameters)}{end}"
    if len(line) <= MOST_CHARACTERS:
        return line
    body = "".join(f"    {parameter},\n" for parameter in parameters)
    return f"{name}(\n{body}{end}"


def _parameters(signature: inspect.Signature) -> Iterator[str]:
    """Yield the parameters but the first, which is ``self`` or the class."""
    was_starred = False
    for parameter in list(signature.parameters.values())[1:]:
        if parameter.kind is parameter.KEYWORD_ONLY and not was_starred:
            was_starred = True
            yield "*"
        yield _parameter(parameter)


def _parameter(parameter: inspect.Parameter) -> str:
    stars = "**" if parameter.kind is parameter.VAR_KEYWORD else ""
    kind = annotation(parameter.annotation)
    written = f"{stars}{parameter.name}: {kind}" if kind else f"{stars}{parameter.name}"
    if parameter.default is parameter.empty:
        return written
    return f"{written} = {_value(parameter.default)}"


def annotation(given: Any) -> str:
    """Return an annotation as it stands in the source; empty if there is none."""
    if given is inspect.Signature.empty:
        return ""
    if isinstance(given, str):
        # Made of the source by Python, which likes the other quotes.
        return given.replace("'", '"')
    # Named tuples wrap theirs.
    return str(getattr(given, "__forward_arg__", None) or getattr(given, "__name__", given))


def _value(default: Any) -> str:
    if isinstance(default, str):
        return json.dumps(default, ensure_ascii=False)
    if isinstance(default, tuple):
        inner = ", ".join(_value(each) for each in default)
        return f"({inner},)" if len(default) == 1 else f"({inner})"
    return repr(default)
