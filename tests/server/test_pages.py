"""The page of an invite: whole and guarded for a browser, a command to be pasted for the rest."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import posixpath
import re
import threading

import pytest

from proconf_tui.server.routes import page_files
from proconf_tui.server.routes.page_files import Page, load_page
from tests.support.signalling import WAIT_S, RunningServer

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


async def test_an_invite_says_how_to_come(server: RunningServer) -> None:
    page = await server.http("GET", "/j/myRoom", headers={})
    assert page.status_code == 200
    assert f"proconf-tui join '{server.url}/j/myRoom'" in page.text
    assert page.headers["vary"] == "Accept"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["content-security-policy"].startswith("default-src 'none'; frame-")


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1:7880", "127.0.0.1:7880"),
        ("someone'@LOCALHOST", "localhost"),
        ("[FE80::1%';x;']:7", "[fe80::1]:7"),
    ],
)
async def test_a_command_has_nothing_of_the_host_but_its_name_and_port(
    server: RunningServer, host: str, shown: str
) -> None:
    page = await server.http("GET", "/j/myRoom", headers={"Host": host})
    assert f"proconf-tui join 'http://{shown}/j/myRoom'\n" in page.text


async def test_a_port_that_is_none_is_not_repeated(server: RunningServer) -> None:
    page = await server.http("GET", "/j/myRoom", headers={"Host": "127.0.0.1:';x;'"})
    assert (page.status_code, page.json()["code"]) == (400, "INVALID_MESSAGE")
    assert ";x;" not in page.text


async def test_nobody_waits_while_the_page_is_loaded(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_asked, may_go_on = threading.Event(), threading.Event()
    loaded = load_page()

    def load_long() -> Page:
        is_asked.set()
        assert may_go_on.wait(WAIT_S), "nobody was served meanwhile"
        return loaded

    monkeypatch.setattr(page_files, "load_page", load_long)
    visits = [asyncio.create_task(server.http("GET", "/", headers=BROWSER)) for _ in range(2)]
    assert await asyncio.to_thread(is_asked.wait, WAIT_S)
    assert (await server.http("GET", "/healthz", headers={})).status_code == 200
    may_go_on.set()
    for visit in visits:
        assert (await visit).text == loaded.document.content.decode()


async def test_who_has_the_page_is_sent_no_other(server: RunningServer) -> None:
    first = await server.http("GET", "/j/myRoom", headers=BROWSER)
    tag = first.headers["etag"]
    for known in (tag, f'"other", {tag}', "*"):
        again = await server.http("GET", "/j/hers", headers={**BROWSER, "If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        for name in ("cache-control", "content-security-policy", "etag", "vary"):
            assert again.headers[name] == first.headers[name]
    for path, known, status in (("/j/myRoom", '"other"', 200), ("/", tag, 404)):
        sent = await server.http("GET", path, headers={**BROWSER, "If-None-Match": known})
        assert (sent.status_code, sent.text) == (status, first.text)


@pytest.mark.parametrize("name", ["%27;touch%20x;%27", "<script>", "a" * 65, "%1b]0;x%07", "-x"])
async def test_what_is_no_name_of_a_room_is_not_repeated(server: RunningServer, name: str) -> None:
    page = await server.http("GET", f"/j/{name}", headers={})
    assert page.status_code == 404
    assert page.json()["code"] == "ROOM_NOT_FOUND"
    assert page.headers["vary"] == "Accept"
    shown = await server.http("GET", f"/j/{name}", headers=BROWSER)
    assert shown.status_code == 404
    assert shown.text == load_page().document.content.decode()
    assert shown.headers["vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize("headers", [{}, BROWSER])
async def test_a_slash_at_the_end_changes_nothing(
    server: RunningServer, headers: dict[str, str]
) -> None:
    plain = await server.http("GET", "/j/myRoom", headers=headers)
    slashed = await server.http("GET", "/j/myRoom/", headers=headers)
    assert slashed.status_code == plain.status_code == 200
    assert (slashed.text, slashed.headers["vary"]) == (plain.text, plain.headers["vary"])


@pytest.mark.parametrize("path", ["/", "/j", "/j/", "/xyz", "/j/a/b", "/page/gone/js/main.js"])
async def test_where_no_meeting_is_named_only_a_browser_gets_the_page(
    server: RunningServer, path: str
) -> None:
    shown = await server.http("GET", path, headers=BROWSER)
    assert (shown.status_code, shown.headers["vary"]) == (404, "Accept, Accept-Encoding")
    assert shown.text == load_page().document.content.decode()
    told = await server.http("GET", path, headers={})
    assert (told.status_code, told.headers["vary"]) == (404, "Accept")
    assert told.json()["code"] == "NOT_FOUND"


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/v1/xyz"), ("POST", "/xyz")])
async def test_what_is_no_page_is_json_for_browsers_too(
    server: RunningServer, method: str, path: str
) -> None:
    told = await server.http(method, path, headers=BROWSER)
    assert (told.status_code, told.json()["code"]) == (404, "NOT_FOUND")


async def test_under_another_name_a_browser_is_told_in_words(server: RunningServer) -> None:
    named = {"Host": "meet.example.org"}
    shown = await server.http("GET", "/j/myRoom", headers={**BROWSER, **named})
    assert (shown.status_code, shown.headers["vary"]) == (403, "Accept")
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert "does not go by that name" in shown.text
    assert "--allowed-host" in shown.text
    (style,) = re.findall("<style>(.*)</style>", shown.text)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in shown.headers["content-security-policy"]
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    told = await server.http("GET", "/j/myRoom", headers=named)
    assert (told.status_code, told.json()["code"]) == (403, "PERMISSION_DENIED")


async def test_a_browser_gets_the_page_and_everything_it_names(server: RunningServer) -> None:
    page = await server.http("GET", "/j/myRoom", headers=BROWSER)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    named = set(re.findall(r'(?:href|src)="([^"#]+)"', page.text))
    assert any(path.endswith("/js/main.js") for path in named)
    for path in named:
        file = await server.http("GET", path, headers={})
        assert file.status_code == 200, path
        assert "immutable" in file.headers["cache-control"]


async def test_modules_find_each_other(server: RunningServer) -> None:
    page = load_page()
    importers: dict[str, str] = {}
    for path, file in page.files.items():
        if not path.endswith(".js"):
            continue
        for target in re.findall(r'^(?:im|ex)port\b[^"]*"(\.[^"]+)"', file.content.decode(), re.M):
            directory = path.rpartition("/")[0]
            importers[posixpath.normpath(f"/page/{page.release}/{directory}/{target}")] = path
    assert importers
    for address, path in importers.items():
        found = await server.http("GET", address, headers={})
        assert found.status_code == 200, f"{path} imports {address}"
        assert found.headers["content-type"].startswith("text/javascript")


async def test_the_page_runs_nothing_but_its_own_files(server: RunningServer) -> None:
    for path in ("/j/myRoom", f"/page/{load_page().release}/js/main.js"):
        headers = (await server.http("GET", path, headers=BROWSER)).headers
        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "cross-origin-opener-policy" not in headers


@pytest.mark.parametrize(
    "path", ["js/none.js", "../pages.py", "%2e%2e/pages.py", "/etc/passwd", "index.html", ""]
)
async def test_there_is_nothing_else_to_be_had(server: RunningServer, path: str) -> None:
    found = await server.http("GET", f"/page/{load_page().release}/{path}", headers={})
    assert found.status_code == 404


async def test_the_files_of_another_release_are_gone(server: RunningServer) -> None:
    found = await server.http("GET", "/page/0123456789abcdef/js/main.js", headers={})
    assert found.status_code == 404


@pytest.mark.parametrize("taken", ["gzip, br", "identity"])
async def test_who_takes_it_compressed_gets_the_same(server: RunningServer, taken: str) -> None:
    page = load_page()
    path = f"/page/{page.release}/js/main.js"
    found = await server.http("GET", path, headers={"Accept-Encoding": taken})
    assert found.content == page.files["js/main.js"].content
    assert found.headers["vary"] == "Accept-Encoding"
    assert found.headers.get("content-encoding") == ("gzip" if "gzip" in taken else None)
