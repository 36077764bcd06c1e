"""The walls of the page's modules: who imports whom, what is pure, and no markup made of text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import proconf_tui
from tests.support.page_walls import FILE_LINES, FUNCTION_LINES, problems

SHEET_LINES = 300
_JS = Path(proconf_tui.__file__).parent / "server" / "page" / "js"


def test_the_page_keeps_its_walls() -> None:
    files = {path.relative_to(_JS).as_posix(): path.read_text() for path in _JS.rglob("*.js")}
    assert len(files) > 40
    assert problems(files) == []


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("core/a.js", 'import { b } from "../net/b.js";', "from above"),
        ("net/a.js", 'export * from "../meeting/b.js";', "from above"),
        ("media/a.js", 'await import("../ui/b.js");', "from above"),
        ("ui/a.js", 'import "https://example.org/x.js";', "no module of the page"),
        ("ui/a.js", 'import { x } from "./missing.js";', "no module of the page"),
        ("meeting/a.js", "document.title = 1;", "touches the screen"),
        ("net/a.js", "window.addEventListener(f);", "touches the screen"),
        ("core/a.js", "const now = Date.now();", "is not pure"),
        ("core/a.js", "setTimeout(f, 1);", "is not pure"),
        ("core/a.js", 'new WebSocket("x");', "is not pure"),
        ("core/a.js", "fetch(x);", "is not pure"),
        ("net/a.js", "const timer = setTimeout(f, 1);", "past the platform"),
        ("media/a.js", "const nowMs = performance.now();", "past the platform"),
        ("ui/a.js", "element.innerHTML = text;", "markup"),
        ("ui/a.js", 'element["outerHTML"] = text;', "markup"),
        ("ui/a.js", 'element.insertAdjacentHTML("beforeend", text);', "markup"),
        ("ui/a.js", 'element.setAttribute("style", text);', "markup"),
        ("ui/a.js", 'element.setAttribute("onclick", text);', "markup"),
        ("main.js", "new Function(text)();", "markup"),
        ("main.js", "eval(text);", "markup"),
        ("main.js", "\n" * (FILE_LINES + 1), "lines"),
        (
            "core/a.js",
            "class A {\n  async #f(a) {\n" + "    a();\n" * FUNCTION_LINES + "  }\n}\n",
            "a function of",
        ),
        (
            "core/a.js",
            "const f = (a) => {\n" + "  a();\n" * FUNCTION_LINES + "};\n",
            "a function of",
        ),
    ],
)
def test_whatever_breaks_a_wall_is_found(path: str, text: str, found: str) -> None:
    others = {f"{layer}/b.js": "" for layer in ("core", "net", "media", "meeting", "ui")}
    (problem,) = problems({path: text, **others})
    assert problem.startswith(f"{path}: ")
    assert found in problem


def test_what_is_only_spoken_of_breaks_nothing() -> None:
    text = '// document.title and innerHTML\n/** eval( and window.x */\nconst a = "window.b";\n'
    assert problems({"core/a.js": text}) == []


def test_style_sheets_are_short() -> None:
    sheets = {path.name: path.read_text() for path in (_JS.parent / "style").glob("*.css")}
    assert len(sheets) > 5
    assert [name for name, text in sheets.items() if len(text.splitlines()) > SHEET_LINES] == []


def test_every_style_sheet_is_loaded() -> None:
    index = (_JS.parent / "index.html").read_text()
    named = re.findall(r'href="/page/style/([\w.]+)"', index)
    assert sorted(named) == sorted(path.name for path in (_JS.parent / "style").glob("*.css"))
