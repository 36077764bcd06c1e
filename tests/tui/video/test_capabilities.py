"""What is known of a terminal, and how pictures are drawn there."""

from __future__ import annotations

from typing import get_args

import pytest

from proconf_tui.config.settings import PixelMode
from proconf_tui.tui.video.capabilities import (
    Capabilities,
    choose,
    from_environment,
    with_answers,
)
from proconf_tui.tui.video.modes import CELL_ASPECT, MODES, ModeName

XTERM = {"TERM": "xterm-256color", "LANG": "en_US.UTF-8"}
TRUE = {**XTERM, "COLORTERM": "truecolor"}
LAST = "\x1b[?62;22c"


def version(name: str) -> str:
    return f"\x1bP>|{name}\x1b\\"


def kept(sgr: str) -> str:
    return f"\x1bP1$r{sgr}m\x1b\\"


@pytest.mark.parametrize(
    ("environ", "answers", "mode"),
    [
        ({}, [], "braille"),
        ({"TERM": "xterm"}, [LAST], "braille"),
        ({"TERM": "vt220"}, [LAST], "braille"),
        ({"TERM": "screen"}, [LAST], "braille"),
        ({"TERM": "screen-256color"}, [LAST], "256"),
        (XTERM, [], "256"),
        (XTERM, [version("XTerm(379)"), kept("0;48:5:16"), LAST], "256"),
        ({"TERM": "xterm"}, [kept("0;48;5;16"), LAST], "256"),
        (XTERM, [version("XTerm(390)"), kept("0;48:2::1:2:3"), LAST], "half"),
        (XTERM, [kept("48;2;1;2;3"), LAST], "half"),
        (XTERM, ["\x1bP1+r524742=38\x1b\\", LAST], "half"),
        (XTERM, ["\x1bP1+r5463\x1b\\", LAST], "half"),
        (XTERM, ["\x1bP0+r524742\x1b\\", kept("0;48:2::1:2:30"), LAST], "256"),
        ({"TERM": "xterm-direct"}, [], "half"),
        (TRUE, [], "half"),
        (TRUE | {"COLORTERM": "24bit"}, [], "half"),
        (XTERM, [version("tmux 3.3a"), LAST], "half"),
        ({"TERM": "screen", "TMUX": "/tmp/tmux,1,0"}, [], "half"),
        (TRUE | {"TERM_PROGRAM": "Apple_Terminal"}, [LAST], "half"),
        (XTERM | {"TERM_PROGRAM": "Apple_Terminal"}, [LAST], "256"),
        (XTERM, [version("iTerm2 3.5.0"), LAST], "quadrant"),
        (XTERM, [version("Konsole 23.04.3"), LAST], "quadrant"),
        (XTERM, [version("xterm.js(5.6.0)"), LAST], "quadrant"),
        (XTERM | {"WT_SESSION": "x"}, [LAST], "quadrant"),
        ({"TERM": "alacritty"}, [LAST], "quadrant"),
        (XTERM, [version("kitty(0.32.2)"), LAST], "sextant"),
        (XTERM, [version("foot(1.16.2)"), LAST], "sextant"),
        (XTERM, [version("WezTerm 20240203-110809-5046fc22"), LAST], "sextant"),
        (XTERM, [version("VTE(7600)"), LAST], "sextant"),
        (XTERM, [version("ghostty 1.0.1"), LAST], "sextant"),
        (XTERM, [version("contour 0.4.3"), LAST], "sextant"),
        ({"TERM": "xterm-kitty"}, [], "sextant"),
        ({"TERM": "xterm-ghostty"}, [], "sextant"),
        ({"TERM": "foot-extra"}, [], "sextant"),
        # Set by the terminal in which this one was started.
        (TRUE | {"TERM": "st-256color", "VTE_VERSION": "7600"}, [LAST], "half"),
        (TRUE | {"TERM": "rxvt-unicode-256color", "TERM_PROGRAM": "WezTerm"}, [LAST], "half"),
        (TRUE | {"VTE_VERSION": "7600"}, [LAST], "sextant"),
        (TRUE | {"VTE_VERSION": "7600"}, [version("XTerm(390)"), LAST], "half"),
        # What is around tmux may be anything, whatever was inherited by its panes.
        (TRUE | {"VTE_VERSION": "7600", "TMUX": "/tmp/tmux,1,0"}, [], "half"),
        (TRUE | {"VTE_VERSION": "7600"}, [version("tmux 3.3a"), LAST], "half"),
        (TRUE | {"NO_COLOR": "1"}, [version("kitty(0.32.2)"), LAST], "braille"),
        (TRUE | {"NO_COLOR": ""}, [], "braille"),
        (TRUE | {"LANG": "de_DE.ISO-8859-1"}, [], "ascii"),
        (TRUE | {"LANG": "de_DE.ISO-8859-15@euro"}, [], "ascii"),
        (TRUE | {"LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.ISO-8859-1"}, [], "half"),
        (TRUE | {"LC_CTYPE": "C.utf8"}, [], "half"),
        (TRUE | {"LANG": "C"}, [], "half"),
        ({"TERM": "linux", "COLORTERM": "truecolor"}, [], "ascii"),
    ],
)
def test_what_looks_best_and_cannot_go_wrong(
    environ: dict[str, str], answers: list[str], mode: ModeName
) -> None:
    chosen = choose("auto", with_answers(from_environment(environ), answers))
    assert chosen.mode is MODES[mode]
    assert chosen.since


def test_the_settings_know_the_same_modes() -> None:
    assert get_args(PixelMode) == ("auto", *MODES)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("environ", [{}, TRUE, TRUE | {"NO_COLOR": "1"}, {"TERM": "linux"}])
def test_what_was_asked_for_counts_everywhere(mode: PixelMode, environ: dict[str, str]) -> None:
    assert choose(mode, from_environment(environ)).mode.name == mode


@pytest.mark.parametrize(
    ("cell_px", "aspect"),
    [
        ((8, 16), 0.5),
        ((10, 18), 10 / 18),
        ((16, 16), CELL_ASPECT),
        ((1, 900), CELL_ASPECT),
        ((8, 0), CELL_ASPECT),
        (None, CELL_ASPECT),
    ],
)
def test_cells_of_odd_shapes_are_not_believed(
    cell_px: tuple[int, int] | None, aspect: float
) -> None:
    assert Capabilities(cell_px=cell_px).cell_aspect == aspect


def test_the_terminal_knows_its_cells_best() -> None:
    known = from_environment(XTERM, (8, 16))
    assert known.cell_px == (8, 16)
    assert with_answers(known, ["\x1b[6;21;10t", LAST]).cell_px == (10, 21)
    assert with_answers(known, [LAST]).cell_px == (8, 16)


@pytest.mark.parametrize(
    "sides", ["0;10", "21;0", "1;" + "9" * 400, "9" * 5000 + ";1", "1001;10", "9999;9999"]
)
def test_a_cell_of_an_impossible_size_is_not_believed(sides: str) -> None:
    assert with_answers(from_environment(XTERM), [f"\x1b[6;{sides}t", LAST]).cell_px is None
    known = from_environment(XTERM, (8, 16))
    assert with_answers(known, [f"\x1b[6;{sides}t", LAST]).cell_px == (8, 16)


@pytest.mark.parametrize("cell_px", [(0, 16), (8, 0), (8, 1001), (65535, 65535)])
def test_a_driver_with_an_impossible_cell_is_not_believed(cell_px: tuple[int, int]) -> None:
    assert from_environment(XTERM, cell_px).cell_px is None


def test_a_name_without_an_end_is_none() -> None:
    known = from_environment({"TERM": "xterm"})
    assert with_answers(known, [f"\x1bP>|{'A' * 1000} 1\x1b\\"]).terminal is None


@pytest.mark.parametrize("variable", ["SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"])
def test_who_comes_by_ssh_is_far(variable: str) -> None:
    assert from_environment(XTERM | {variable: "x"}).is_remote
    assert not from_environment(XTERM | {variable: ""}).is_remote
