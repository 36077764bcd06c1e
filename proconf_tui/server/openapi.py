"""The HTTP API described in OpenAPI 3.1, from the very table it is served from. Pure.

https://spec.openapis.org/oas/v3.1.0; the schemas are JSON Schema 2020-12 as msgspec writes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import msgspec

from proconf_tui.protocol.messages import Json
from proconf_tui.server.api import Failure
from proconf_tui.server.routes.base import Operation, Refusal

_SCHEME: Final = "serverToken"
_PARAMETER: Final = re.compile(r"\{(\w+)\}")
_Schemas = Mapping[Any, Json]

_INFO: Final = {
    "title": "proconf-tui",
    "version": "1",
    "description": "The rooms of one server, for who holds its API key, and tokens for guests; "
    "measurements for Prometheus, which the server's own machine reads without a token.",
}
_SECURITY: Final = {
    _SCHEME: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "HS256, signed with the API secret; aud is proconf-server.",
    }
}


def describe(operations: Sequence[Operation]) -> Json:
    """Return the OpenAPI document of these operations, as JSON."""
    types = dict.fromkeys([Failure, *_types_of(operations)])
    found, components = msgspec.json.schema_components(
        types, ref_template="#/components/schemas/{name}"
    )
    schemas = dict(zip(types, found, strict=True))
    paths: dict[str, Json] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _described(
            operation, schemas
        )
    return {
        "openapi": "3.1.0",
        "info": _INFO,
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": _SECURITY},
    }


def _types_of(operations: Iterable[Operation]) -> Iterable[Any]:
    for operation in operations:
        yield from (kind for kind in (operation.body, operation.answer) if kind is not None)


def _described(operation: Operation, schemas: _Schemas) -> Json:
    described: Json = {
        "operationId": operation.handler.__name__,
        "summary": operation.summary,
        "security": _security(operation),
        "responses": _responses(operation, schemas),
    }
    if parameters := _PARAMETER.findall(operation.path):
        described["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in parameters
        ]
    if operation.body is not None:
        needed = any(field.required for field in msgspec.structs.fields(operation.body))
        described["requestBody"] = {"required": needed, **_content(schemas[operation.body])}
    return described


def _security(operation: Operation) -> list[Json]:
    if operation.is_open:
        return []
    # An empty requirement: it can do without, here from the server's own machine.
    return [{_SCHEME: []}, *([{}] if operation.is_open_here else [])]


def _responses(operation: Operation, schemas: _Schemas) -> Json:
    done: Json = {"description": HTTPStatus(operation.status).phrase}
    if operation.answer is not None:
        done |= _content(schemas[operation.answer])
    if operation.text_types:
        text = {"schema": {"type": "string"}}
        done |= {"content": dict.fromkeys(operation.text_types, text)}
    responses: Json = {str(operation.status): done}
    for status in sorted({refusal.status for refusal in operation.refusals}):
        same = [each for each in operation.refusals if each.status == status]
        responses[str(status)] = _refused(same, schemas[Failure])
    anything = "Any other failure, in the same form."
    return responses | {"default": {"description": anything, **_content(schemas[Failure])}}


def _refused(refusals: Sequence[Refusal], failure: Json) -> Json:
    codes = list(dict.fromkeys(refusal.code for refusal in refusals))
    schema = {"allOf": [failure, {"properties": {"code": {"enum": codes}}}]}
    text = "\n".join(f"- `{refusal.code}`: {refusal.reason}" for refusal in refusals)
    return {"description": text, **_content(schema)}


def _content(schema: Json) -> Json:
    return {"content": {"application/json": {"schema": schema}}}
