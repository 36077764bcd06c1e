"""The page cleans text from others exactly as the terminal client and the server do."""

from __future__ import annotations

import random
import unicodedata
from pathlib import Path
from typing import Any, Final

from proconf_tui.protocol.text import clean, clean_name, is_one_emoji
from tests.support.node import run_program

_PROGRAM = Path(__file__).parent / "programs" / "clean_texts.js"

# Of letters and private characters that there are tens of thousands of, some are enough.
_CROWDS: Final = ((0x3400, 0xA000), (0xAC00, 0xD7A0), (0xE000, 0xF900), (0x12000, 0x1AF00))
_POINTS: Final = [
    *range(0xD800),
    *range(0xE000, 0x20000),
    *range(0x20000, 0x30000, 997),
    *range(0xE0000, 0xE0200),
    *(0xF0000, 0x10FFFD, 0x10FFFF),
]

_NASTY: Final = (
    "plain\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07after",
    "\x1b]8;;http://example.org\x1b\\link\x1b]8;;\x1b\\",
    "\x1bPunterminated",
    "\x9b2Jcleared",
    "\u202egnp.exe\u202c",
    "\u2066isolated\u2069",
    "a\u200bb\u200cc\ufeffd",
    "Z\u0301\u0302\u0303\u0304\u0305\u0306\u0307",
    "\u0301leading mark",
    "one\r\ntwo\vthree\u2028four\u2029five\n\n\n\n\nsix",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 family",
    "a\u200db\ufe0f",
    "1\ufe0f\u20e3 #\ufe0f\u20e3",
    "\U0001f44d\U0001f3fd \U0001f3fd",
    "\U0001f1e9\U0001f1ea",
    "\U000e0041\U000e007f tag",
    "\ue000\uf8ff private",
    "\ufdd0\ufffe\U0001fffe",
    "\udc80 lone",
    "  many   spaces\u00a0\u3000 ",
    "<script>alert(1)</script> & \"quotes\" 'too'",
    "__proto__",
)
_PARTS: Final = (
    *"ab1# <&\n\t\r\v\x00\x07\x1b\x7f\x85\x90\x9b\x9c\x9d\\]P[;m0",
    *"\u00a0\u0300\u0301\u034f\u0489\u05bc\u0e33\u1100\u1161\u11a8\u115f\u1160\u17b4\u180e\u2800",
    *"\u200b\u200d\u200e\u202e\u2028\u2029\u2066\u20e3\u2122\u2764\u3000\u3030\u3164\ufe0e\ufe0f",
    *"\ufeff\ufffc\ue000\ufdd0\udc80\uac00\ud7b0",
    *"\U0001f1e9\U0001f1ea\U0001f3fb\U0001f3ff\U0001f44d\U0001f468\U0001f469\U0001faff\U000e0041",
)


def test_the_page_cleans_as_the_terminal_does() -> None:
    dice = random.Random("what others write")
    points = [point for point in _POINTS if _is_looked_at(point)]
    texts = [
        *_NASTY,
        *(f"a{chr(point)}b" for point in points),
        *("".join(dice.choices(_PARTS, k=dice.randint(1, 12))) for _ in range(20_000)),
    ]
    answer = run_program(_PROGRAM, {"texts": texts, "points": points})
    differs = _known_to_one(points, answer["unknown"])
    looked_at = 0
    for text, cleaned in zip(texts, answer["cleaned"], strict=True):
        if differs.isdisjoint(text):
            looked_at += 1
            assert cleaned == _cleaned(text), ascii(text)
    assert looked_at > len(texts) * 0.9


def _cleaned(text: str) -> list[Any]:
    return [clean(text), clean(text, is_multiline=True), clean_name(text), is_one_emoji(text)]


def _is_looked_at(point: int) -> bool:
    crowds = (range(*crowd) for crowd in _CROWDS)
    return point % 37 == 0 or not any(point in crowd for crowd in crowds)


def _known_to_one(points: list[int], unknown_there: list[int]) -> set[str]:
    """Return the characters that are in only one of the two releases of Unicode."""
    unknown_here = {point for point in points if unicodedata.category(chr(point)) == "Cn"}
    return {chr(point) for point in unknown_here ^ set(unknown_there)}


def test_cleaning_twice_changes_nothing() -> None:
    dice = random.Random("once is enough")
    texts = ["".join(dice.choices(_PARTS, k=8)) for _ in range(5_000)]
    once = run_program(_PROGRAM, {"texts": texts, "points": []})["cleaned"]
    lines = [cleaned[1] for cleaned in once]
    twice = run_program(_PROGRAM, {"texts": lines, "points": []})["cleaned"]
    assert [cleaned[1] for cleaned in twice] == lines
