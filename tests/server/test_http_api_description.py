"""The description of the HTTP API: whole, right in form, and the same as what is served."""

from __future__ import annotations

import asyncio
import re
import sys
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.routing import Route, WebSocketRoute

from proconf_tui.protocol.messages import Data
from proconf_tui.server.app import create_app
from proconf_tui.server.config import ServerConfig
from proconf_tui.server.openapi import describe
from proconf_tui.server.routes import pages
from proconf_tui.server.routes.table import OPERATIONS
from proconf_tui.server.services import Server
from tests.support.signalling import ROOM, RunningServer

LOCAL_URL = ServerConfig().local_url
GUIDE = Path(__file__).parents[2] / "docs" / "http.md"


@pytest.fixture
async def document(server: RunningServer) -> dict[str, Any]:
    """What the server says of itself to whoever asks."""
    answer = await server.http("GET", "/api/v1/openapi.json", headers={})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    return dict(answer.json())


def unused_server() -> Server:
    """Return what an application needs to be put together; it serves nobody."""
    return cast("Server", SimpleNamespace(config=ServerConfig()))


async def test_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document).validate()


async def test_every_route_is_described_and_everything_described_is_served(
    document: dict[str, Any],
) -> None:
    routes = create_app(unused_server()).routes
    served = {
        (route.path, method)
        for route in routes
        if isinstance(route, Route) and route not in pages.ROUTES
        for method in (route.methods or set()) - {"HEAD"}
    }
    described = {
        (path, method.upper()) for path, ways in document["paths"].items() for method in ways
    }
    assert served == described
    *sockets, no_socket = [route.path for route in routes if isinstance(route, WebSocketRoute)]
    assert set(sockets) <= document["paths"].keys()
    assert no_socket == "/{path:path}"


async def test_an_answer_is_as_it_is_described(
    server: RunningServer, document: dict[str, Any]
) -> None:
    made = await server.create_room(metadata={"a": 1})
    schemas = document["components"]["schemas"]
    assert (
        set(made) == set(schemas["RoomInfo"]["required"]) == set(schemas["RoomInfo"]["properties"])
    )
    refused = await server.http("GET", f"/api/v1/rooms/{ROOM}", headers={})
    assert set(refused.json()) == set(schemas["Failure"]["required"])


def test_no_two_operations_have_one_name() -> None:
    names = [operation.handler.__name__ for operation in OPERATIONS]
    assert len(set(names)) == len(names)


def test_what_is_no_operation_is_not_described() -> None:
    paths = describe(OPERATIONS)["paths"]
    assert not {route.path for route in pages.ROUTES} & set(paths)


# --- docs/http.md ---------------------------------------------------------------------------------


def fields_of(kind: Any) -> str:
    """Return a body's fields as the guide shows them: what may be left out has a question mark."""
    if kind is None:
        return "–"
    found = [
        f"{field.encode_name}{'' if field.required else '?'}"
        for field in msgspec.structs.fields(kind)
    ]
    return f"`{{{', '.join(found)}}}`"


def rows() -> list[str]:
    """Return the table of the guide, made from the table of operations."""
    return [
        f"| `{operation.method} {operation.path.removeprefix('/api/v1')}` | {operation.summary} "
        f"| {fields_of(operation.body)} | {answer_of(operation)} |"
        for operation in OPERATIONS
    ]


def answer_of(operation: Any) -> str:
    name = getattr(operation.answer, "__name__", None)
    is_struct = isinstance(operation.answer, type) and issubclass(operation.answer, msgspec.Struct)
    return f"{operation.status} `{name}`" if is_struct else str(operation.status)


def test_the_guide_has_every_route_as_it_is() -> None:
    shown = [line for line in GUIDE.read_text().splitlines() if line.startswith("| `")]
    assert [line for line in shown if "/" in line.split("|")[1]] == rows()


def test_the_guide_has_every_code_of_a_refusal() -> None:
    text = GUIDE.read_text()
    for refusal in {each for operation in OPERATIONS for each in operation.refusals}:
        assert f"| {refusal.status} | `{refusal.code}` |" in text


async def test_the_examples_of_the_guide_work(server: RunningServer) -> None:
    """The guide's blocks, with somebody coming into the room after the first one."""
    first, second = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    first = first.replace(LOCAL_URL, server.url)
    shown = await output_of(first)
    assert '"roomId":"standup"' in shown
    host = await server.client()
    await host.join(server.token("host", role="host", room="standup"))
    await host.until_in()
    with_peer = first.replace('curl -sS --fail-with-body -H "$AUTH" "$ROOMS" \\', ": \\")
    assert with_peer != first
    told = await output_of(f"{with_peer}\nPEER={host.peer_id}\n{second}")
    assert host.peer_id in told
    assert (await host.next(Data)).payload == "5 minutes left"
    assert (await host.end()).reason == "KICKED"
    assert (await server.http("GET", "/api/v1/rooms")).json() == {"rooms": []}


async def output_of(script: str) -> str:
    """Return what a script prints that must succeed at every step."""
    program = f'proconf-tui() {{ {sys.executable} -m proconf_tui "$@"; }}\n{script}'
    process = await asyncio.create_subprocess_exec(
        "bash", "-euo", "pipefail", "-c", program, stdout=PIPE, stderr=STDOUT
    )
    printed, _ = await process.communicate()
    assert process.returncode == 0, printed.decode()
    return printed.decode()
