"""The picture buffer: newest picture per slot, never a torn one, across processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from proconf_tui.control.pictures import PictureBuffer, Rgb
from proconf_tui.errors import InvalidMessage

# Pictures of one colour each, of changing size: a mixture of two is seen at once.
_HAMMER = """
import sys
from pathlib import Path
import numpy as np
from proconf_tui.control.pictures import PictureBuffer
buffer = PictureBuffer.open(Path(sys.argv[1]))
shades = [np.full((120 + 5 * n, 200 + n, 3), n * 7, np.uint8) for n in range(30)]
print("writing", flush=True)
while True:
    for shade in shades:
        buffer.write(0, shade)
"""


@pytest.fixture
def buffer(tmp_path: Path) -> Iterator[PictureBuffer]:
    made = PictureBuffer.create(tmp_path / "pictures", slots=3, max_pixels=300 * 300)
    yield made
    made.close()


def _picture(value: int, width: int = 8, height: int = 4) -> Rgb:
    return np.full((height, width, 3), value, np.uint8)


def test_a_picture_written_by_one_mapping_is_read_by_another(
    buffer: PictureBuffer, tmp_path: Path
) -> None:
    gradient = np.arange(4 * 8 * 3, dtype=np.uint8).reshape(4, 8, 3)
    writer = PictureBuffer.open(tmp_path / "pictures")
    writer.write(1, gradient)
    writer.close()
    picture = buffer.read(1)
    assert picture is not None
    np.testing.assert_array_equal(picture.rgb, gradient)
    assert len(buffer) == 3


def test_only_what_is_newer_is_read(buffer: PictureBuffer) -> None:
    assert buffer.read(0) is None
    buffer.write(0, _picture(1))
    first = buffer.read(0)
    assert first is not None
    assert buffer.read(0, first.sequence) is None
    buffer.write(0, _picture(2, width=3))
    second = buffer.read(0, first.sequence)
    assert second is not None
    assert second.sequence == buffer.sequence(0) > first.sequence
    assert second.rgb.shape == (4, 3, 3)
    assert buffer.read(2) is None


def test_a_cleared_slot_holds_nothing_and_goes_on_counting(buffer: PictureBuffer) -> None:
    buffer.write(0, _picture(1))
    before = buffer.sequence(0)
    assert buffer.has_picture(0)
    buffer.clear(0)
    assert not buffer.has_picture(0)
    assert buffer.read(0) is None
    buffer.write(0, _picture(2))
    picture = buffer.read(0, before)
    assert picture is not None
    assert picture.rgb[0, 0, 0] == 2


def test_a_writer_that_died_while_writing_harms_nobody(buffer: PictureBuffer) -> None:
    buffer.write(0, _picture(1))
    buffer._slots[0].header[0] += 1  # as its death leaves it
    assert buffer.read(0) is None
    buffer.write(0, _picture(2))
    picture = buffer.read(0)
    assert picture is not None
    assert picture.rgb[0, 0, 0] == 2


def test_what_does_not_fit_is_refused(buffer: PictureBuffer) -> None:
    for bad in (_picture(1, 301, 300), _picture(1, 0, 4), np.zeros((4, 4, 4), np.uint8)):
        with pytest.raises(ValueError, match="does not fit"):
            buffer.write(0, bad)


def test_a_file_that_is_no_picture_buffer_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    with pytest.raises(InvalidMessage, match="cannot be opened"):
        PictureBuffer.open(wrong)
    for content in (b"", b"short", bytes(8192)):
        wrong.write_bytes(content)
        with pytest.raises(InvalidMessage):
            PictureBuffer.open(wrong)


def test_the_file_is_private_and_closing_twice_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "pictures"
    buffer = PictureBuffer.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    buffer.close()
    buffer.close()


def test_no_reader_ever_sees_a_torn_picture(buffer: PictureBuffer, tmp_path: Path) -> None:
    hammer = [sys.executable, "-c", _HAMMER, str(tmp_path / "pictures")]
    with subprocess.Popen(hammer, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        try:
            seen, newest = 0, 0
            while seen < 40:
                picture = buffer.read(0, newest)
                if picture is None:
                    assert writer.poll() is None
                    continue
                assert picture.sequence > newest
                shade = int(picture.rgb[0, 0, 0]) // 7
                assert picture.rgb.shape == (120 + 5 * shade, 200 + shade, 3)
                assert (picture.rgb == picture.rgb[0, 0, 0]).all()
                seen, newest = seen + 1, picture.sequence
        finally:
            writer.kill()
