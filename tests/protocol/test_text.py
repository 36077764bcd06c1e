"""The sanitiser against the attacks that others fell for."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from proconf_tui.protocol.limits import NAME_CELLS
from proconf_tui.protocol.text import (
    clean,
    clean_name,
    is_one_emoji,
    is_valid_identity,
    is_valid_peer_id,
    is_valid_room_id,
    width_cells,
)

_NASTY = st.sampled_from(
    "\x1b\x9b\x9d\x90\x9c\x07\\[]P;m0\n\r\t\u0301\u200d\ufe0f\ufe0e\u20e3\u202e\u200b a1#é界"
    "👩💻🏽❤🇩\u1160\u0e33\U000e0041\ue000\ud800"
)
# Hypothesis' own characters, and those that make trouble together.
texts = st.text() | st.lists(_NASTY, max_size=40).map("".join)

FAMILY = "👨\u200d👩\u200d👧"
CODER = "👩🏽\u200d💻"


@pytest.mark.parametrize(
    ("attack", "left"),
    [
        ("\x1b]52;c;cm0gLXJmIC8=\x07hi", "hi"),
        ("\x1b]52;c;cm0gLXJmIC8=\x1b\\hi", "hi"),
        ("\x9d52;c;cm0gLXJmIC8=\x9chi", "hi"),
        ("\x1b]0;new title\x07hi", "hi"),
        ("\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\", "click"),
        ("hi\x1b]52;c;never ends", "hi"),
        ("\x1bP+q544e\x1b\\hi", "hi"),
        ("\x90+q544e\x9chi", "hi"),
        ("\x1b_Gf=24;AAAA\x1b\\hi", "hi"),
        ("\x1b^private\x1b\\hi\x1bXstring\x1b\\", "hi"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b[?1049h\x1b[2J\x1b[Hhi", "hi"),
        ("hi\x1b[31", "hi"),
        ("\x1bchi\x1b(0", "hi"),
        ("hi\x1b", "hi"),
        ("a\x00b\x08c\x7fd\x85e", "abcd e"),
        ("one\rtwo\r\nthree", "one two three"),
        ("a\tb\u00a0c\u3000d\u2800e", "a b c d e"),
    ],
)
def test_nothing_that_commands_a_terminal_is_left(attack: str, left: str) -> None:
    assert clean(attack) == left


@pytest.mark.parametrize(
    ("attack", "left"),
    [
        ("user\u202etxt.exe", "usertxt.exe"),
        ("\u2066a\u2067b\u2068c\u2069\u200e\u200f\u061c", "abc"),
        ("a\u200bb\u200cc\u2060d\ufeffe\u00adf", "abcdef"),
        ("a\u200db", "ab"),
        ("hi\U000e0068\U000e0069\U000e007f", "hi"),
        ("x\ufe00\ufe0f\U000e0100\U000e01efy", "xy"),
        ("\u3164\u115f\uffa0\u034fa", "a"),
        ("icon\ue0b0\U000f0001", "icon"),
        ("\ufdd0\U0010ffff\u2065a", "a"),
        ("lone\ud83dhalf", "lone\ufffdhalf"),
    ],
)
def test_nothing_that_hides_or_reorders_is_left(attack: str, left: str) -> None:
    assert clean(attack) == left


def test_marks_do_not_pile_up_nor_stand_alone() -> None:
    assert clean("Z" + "\u0310" * 200 + "a") == "Z" + "\u0310" * 4 + "a"
    assert clean("\u0310a \u0310b") == "a b"
    assert clean("가\u11a8") == "가\u11a8"


@pytest.mark.parametrize(
    "text",
    [FAMILY, CODER, "❤\ufe0f\u200d🔥", "1\ufe0f\u20e3", "🇩🇪", "👍🏿", "☎\ufe0e", "🏳\ufe0f\u200d🌈"],
)
def test_emoji_stay_whole(text: str) -> None:
    assert clean(text) == text
    assert clean(f"a{text}b") == f"a{text}b"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a🏽", "a"),
        ("👩\u200d", "👩"),
        ("\u200d👩", "👩"),
        ("👩\ufe0f\ufe0f", "👩\ufe0f"),
        ("🏽", ""),
    ],
)
def test_parts_of_emoji_do_not_stand_alone(text: str, left: str) -> None:
    assert clean(text) == left


@pytest.mark.parametrize(
    "text", ["Zoë Müller", "Ťuong Nguyễn", "李小龙", "नमस्ते", "שָׁלוֹם", "ภาษาไทย"]
)
def test_names_of_the_world_are_left_alone(text: str) -> None:
    assert clean(text) == text
    assert clean_name(text) == text


def test_markup_is_only_text() -> None:
    assert clean("[@click=app.exit]x[/]") == "[@click=app.exit]x[/]"


def test_lines_stay_only_where_lines_are_meant() -> None:
    assert clean("a\r\nb\u2028c\n\n\n\nd", is_multiline=True) == "a\nb\nc\n\nd"
    assert clean("a\nb") == "a b"


@pytest.mark.parametrize(
    ("text", "max_cells", "cut"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "abcd…"),
        ("界界界", 5, "界界…"),
        ("界界界", 4, "界…"),
        (f"{CODER}x", 6, "👩🏽…"),
        (f"{CODER}x", 7, f"{CODER}x"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
        ("", 0, ""),
    ],
)
def test_what_is_too_wide_is_cut(text: str, max_cells: int, cut: str) -> None:
    assert clean(text, max_cells=max_cells) == cut


@given(texts, st.none() | st.integers(0, 12), st.booleans())
def test_cleaning_twice_is_cleaning_once(
    text: str, max_cells: int | None, is_multiline: bool
) -> None:
    once = clean(text, max_cells=max_cells, is_multiline=is_multiline)
    assert clean(once, max_cells=max_cells, is_multiline=is_multiline) == once


@given(texts, st.integers(0, 12))
def test_no_text_is_wider_than_its_cells(text: str, max_cells: int) -> None:
    cut = clean(text, max_cells=max_cells)
    assert cell_len(cut) <= width_cells(cut) <= max_cells


@given(texts, st.booleans())
def test_no_text_keeps_a_control_or_a_surrogate(text: str, is_multiline: bool) -> None:
    left = clean(text, is_multiline=is_multiline)
    if is_multiline:
        left = left.replace("\n", "")
    categories = {unicodedata.category(each) for each in left if each != "\u200d"}
    assert not categories & {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


@given(texts)
def test_a_name_is_one_line_of_limited_width_and_stays_as_it_is(text: str) -> None:
    name = clean_name(text)
    assert clean_name(name) == name
    assert name == name.strip()
    assert width_cells(name) <= NAME_CELLS


def test_a_name_has_single_spaces() -> None:
    assert clean_name("  Ana \n\t Lee\u3000") == "Ana Lee"


@pytest.mark.parametrize(
    ("text", "is_room", "is_peer", "is_identity"),
    [
        ("myRoom", True, True, True),
        ("a.b_c-1", True, True, True),
        ("-x", False, True, True),
        ("..", False, False, True),
        ("ana@example.org", False, False, True),
        ("", False, False, False),
        ("a b", False, False, False),
        ("a\n", False, False, False),
        ("x" * 64, True, True, True),
        ("x" * 65, False, False, False),
        ("ro\u200bom", False, False, False),
    ],
)
def test_ids_have_their_patterns(
    text: str, is_room: bool, is_peer: bool, is_identity: bool
) -> None:
    assert is_valid_room_id(text) == is_room
    assert is_valid_peer_id(text) == is_peer
    assert is_valid_identity(text) == is_identity


@pytest.mark.parametrize("emoji", ["👍", "❤️", "👍🏽", "🇫🇷", "1️⃣", "👩‍❤️‍💋‍👩"])
def test_one_emoji(emoji: str) -> None:
    assert is_one_emoji(emoji)
    assert not is_one_emoji(emoji + "👍")


@pytest.mark.parametrize("text", ["", "a", "1", " ", "👍 ", "\u200d", "\ufe0f", "\x1b[2J", "né"])
def test_what_is_not_one_emoji(text: str) -> None:
    assert not is_one_emoji(text)
