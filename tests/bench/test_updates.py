from __future__ import annotations

from bench.lib.updates import PictureCounter

PICTURE = b"\x1b[?2026h" + 60 * b"\x1b[48;2;1;2;3m " + b"\x1b[?2026l"
TEXT = b"\x1b[?2026h" + 5 * b"\x1b[38;2;1;2;3mword" + b"\x1b[?2026l"


def test_updates_with_many_colours_are_pictures() -> None:
    counter = PictureCounter()
    output = PICTURE + TEXT + PICTURE + TEXT + PICTURE[:-1]
    for start in range(0, len(output), 7):
        counter.take(output[start : start + 7])
    assert counter.bytes == len(output)
    assert counter.pictures == 2
    counter.take(PICTURE[-1:])
    assert counter.pictures == 3
