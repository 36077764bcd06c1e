"""Draws the block and braille characters of a screenshot as shapes, so that no font is needed.

Browsers leave gaps between block characters, and most fonts lack sextants (Unicode 16, "Symbols
for Legacy Computing"). What stays text is cut to its visible part, which every renderer then puts
where it belongs. It knows how rich writes an SVG, and nothing of the program.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

Box = tuple[float, float, float, float]
"""x, y, width and height as shares of a cell."""

CELL_WIDTH, CELL_HEIGHT, BASELINE = 12.2, 24.4, 18.5
_BLANK = "&#160;"
_TEXT = re.compile(
    r'<text class="(?P<style>[\w-]+)" x="(?P<x>[\d.]+)" y="(?P<y>[\d.]+)" '
    r'textLength="(?P<length>[\d.]+)" clip-path="(?P<clip>[^"]+)">(?P<text>.*?)</text>'
)
_RULE = re.compile(r"\.(?P<style>terminal-\d+-r\d+) \{ fill: (?P<colour>#\w+)[^}]*\}\n?")
_ENTITY = re.compile(r"&[^;]+;|.")
_QUADRANTS = {"▘": "1", "▝": "2", "▖": "3", "▗": "4", "▚": "14", "▞": "23"}
_QUADRANTS |= {"▛": "123", "▜": "124", "▙": "134", "▟": "234"}
_HALVES: dict[str, Box] = {"▀": (0, 0, 1, 0.5), "▄": (0, 0.5, 1, 0.5), "█": (0, 0, 1, 1)}
_HALVES |= {"▌": (0, 0, 0.5, 1), "▐": (0.5, 0, 0.5, 1)}
_BRAILLE_DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))


def with_shapes(svg: str) -> str:
    """Return the same picture with block characters drawn as shapes."""
    colours = {rule["style"]: rule["colour"] for rule in _RULE.finditer(svg)}
    shapes: dict[str, list[str]] = defaultdict(list)

    def replaced(found: re.Match[str]) -> str:
        cells = _ENTITY.findall(found["text"])
        left, top = float(found["x"]), float(found["y"]) - BASELINE
        if found["style"] not in colours:
            return found[0]
        kept = []
        for column, character in enumerate(cells):
            boxes = list(boxes_of(character))
            shapes[colours[found["style"]]] += [
                _path(left + column * CELL_WIDTH, top, box) for box in boxes
            ]
            kept.append(_BLANK if boxes else character)
        return _text(found, kept) if kept != cells or _BLANK in kept else found[0]

    drawn = _TEXT.sub(replaced, svg)
    paths = (
        f'<path fill="{colour}" shape-rendering="crispEdges" d="{"".join(boxes)}"/>'
        for colour, boxes in shapes.items()
        if boxes
    )
    body, *rest = drawn.rpartition("</g>\n    </g>")
    return _without_unused(body + "\n".join(paths) + "".join(rest))


def boxes_of(character: str) -> Iterator[Box]:
    """Yield the parts of the cell that this character fills; nothing for other characters."""
    code = ord(character) if len(character) == 1 else 0
    if character in _HALVES:
        yield _HALVES[character]
    for quarter in map(int, _QUADRANTS.get(character, "")):
        yield ((quarter - 1) % 2 / 2, (quarter - 1) // 2 / 2, 1 / 2, 1 / 2)
    if 0x1FB00 <= code <= 0x1FB3B:
        # The code points leave out what the older half blocks are: 21 and 42, and empty and full.
        pattern = code - 0x1FB00 + 1
        pattern += (pattern >= 21) + (pattern + (pattern >= 21) >= 42)
        for bit in range(6):
            if pattern >> bit & 1:
                yield (bit % 2 / 2, bit // 2 / 3, 1 / 2, 1 / 3)
    if 0x2800 < code <= 0x28FF:
        for bit, (x, y) in enumerate(_BRAILLE_DOTS):
            if (code - 0x2800) >> bit & 1:
                yield (x / 2 + 0.13, y / 4 + 0.07, 0.24, 0.12)


def _path(left: float, top: float, box: Box) -> str:
    x, y = left + box[0] * CELL_WIDTH, top + box[1] * CELL_HEIGHT
    width, height = box[2] * CELL_WIDTH, box[3] * CELL_HEIGHT
    return f"M{x:.5g} {y:.5g}h{width:.4g}v{height:.4g}h-{width:.4g}z"


def _text(found: re.Match[str], cells: list[str]) -> str:
    """Return what is visible of a text, or nothing."""
    first = next((n for n, cell in enumerate(cells) if cell != _BLANK), None)
    if first is None:
        return ""
    last = max(n for n, cell in enumerate(cells) if cell != _BLANK)
    # A wide character stands in two cells, so the length is what the text had less the blanks.
    blanks = len(cells) - 1 - last + first
    x = float(found["x"]) + first * CELL_WIDTH
    length = float(found["length"]) - blanks * CELL_WIDTH
    return (
        f'<text class="{found["style"]}" x="{x:.5g}" y="{found["y"]}" textLength="{length:.5g}" '
        f'clip-path="{found["clip"]}">{"".join(cells[first : last + 1])}</text>'
    )


def _without_unused(svg: str) -> str:
    used = set(re.findall(r'<text class="([\w-]+)"', svg))
    kept = _RULE.sub(lambda rule: rule[0] if rule["style"] in used else "", svg)
    return re.sub(r"\n\s*\n+", "\n", kept)
