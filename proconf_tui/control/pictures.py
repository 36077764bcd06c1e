"""The newest picture of each tile, handed from the agent to the screen through a mapped file.

A seqlock per slot: the writer makes the slot's version odd, writes, and makes it even again; a
reader copies and looks whether the version is still the one it began with. A checksum stands in
for the memory barrier Python lacks, on processors that reorder stores. One writer, any readers,
nobody ever waits.

It is a plain file, not ``multiprocessing.SharedMemory``: attaching that inside a running Textual
app fails, since Textual replaces stderr. It knows no tiles, no peers and no codec.

Layout, native byte order, each slot aligned to a page::

    page 0     magic  slots  max_pixels                            uint64 each
    per slot   version  width  height  checksum                    uint64 each, one page
               pixels: height x width x 3, uint8 RGB
"""

from __future__ import annotations

import mmap
import os
import zlib
from pathlib import Path
from typing import Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from proconf_tui.errors import InvalidMessage

Rgb = npt.NDArray[np.uint8]
"""``(height, width, 3) uint8 RGB``."""

_MAGIC: Final = 0x31_46_55_42_43_49_50  # "PICBUF1"
_PAGE: Final = 4096
_VERSION, _WIDTH, _HEIGHT, _CHECKSUM = range(4)
_ATTEMPTS: Final = 3


class Picture(NamedTuple):
    """One consistent picture; ``sequence`` grows with each one its slot has held."""

    sequence: int
    rgb: Rgb


class _Slot(NamedTuple):
    header: npt.NDArray[np.uint64]
    pixels: Rgb


class PictureBuffer:
    """The mapped file. Close it when done; the file itself belongs to whoever created it."""

    def __init__(self, mapping: mmap.mmap, slots: int, max_pixels: int) -> None:
        self.max_pixels = max_pixels
        self._mapping = mapping
        self._slots = [_view(mapping, index, max_pixels) for index in range(slots)]

    @classmethod
    def create(cls, path: Path, *, slots: int = 16, max_pixels: int = 640 * 360) -> Self:
        """Make the file (mode 0600; an old one of that name is replaced) and map it."""
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            # Sparse: only pages that are written take memory.
            os.ftruncate(descriptor, _PAGE + slots * _slot_bytes(max_pixels))
            mapping = mmap.mmap(descriptor, 0)
        finally:
            os.close(descriptor)
        mapping[:24] = np.array([_MAGIC, slots, max_pixels], np.uint64).tobytes()
        return cls(mapping, slots, max_pixels)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Map a file that `create` made.

        Raises:
            InvalidMessage: there is no such file, or it is no picture buffer.
        """
        try:
            with path.open("r+b") as file:
                mapping = mmap.mmap(file.fileno(), 0)
        except (OSError, ValueError) as error:
            raise InvalidMessage(f"The picture buffer cannot be opened: {error}.") from error
        slots, max_pixels = _checked_header(mapping)
        return cls(mapping, slots, max_pixels)

    def __len__(self) -> int:
        return len(self._slots)

    def write(self, slot: int, rgb: Rgb) -> None:
        """Make ``rgb``, ``(height, width, 3) uint8``, the slot's picture.

        Raises:
            ValueError: it has more than ``max_pixels`` pixels, or another shape.
        """
        height, width, channels = rgb.shape
        if channels != 3 or not 0 < height * width <= self.max_pixels:
            raise ValueError(f"a picture of shape {rgb.shape} does not fit")
        header, pixels = self._slots[slot]
        begun = _begin(header)
        target = pixels[: height * width * 3]
        np.copyto(target.reshape(height, width, 3), rgb)
        header[_WIDTH], header[_HEIGHT] = width, height
        header[_CHECKSUM] = _checksum(width, height, target)
        header[_VERSION] = begun + 1

    def clear(self, slot: int) -> None:
        """Let the slot hold no picture."""
        header, _ = self._slots[slot]
        begun = _begin(header)
        header[_WIDTH] = header[_HEIGHT] = 0
        header[_VERSION] = begun + 1

    def sequence(self, slot: int) -> int:
        """Return the sequence number of what the slot holds or last held; it never falls."""
        return int(self._slots[slot].header[_VERSION]) >> 1

    def has_picture(self, slot: int) -> bool:
        """Return whether the slot holds a picture, or one is being written."""
        header, _ = self._slots[slot]
        return bool(header[_WIDTH] * header[_HEIGHT])

    def read(self, slot: int, newer_than: int = 0) -> Picture | None:
        """Return a copy of the slot's picture if its sequence number is above ``newer_than``.

        None too where the slot is empty or its writer is in the midst of it: look again later.
        """
        for _ in range(_ATTEMPTS):
            header, pixels = self._slots[slot]
            version, width, height, checksum = (int(value) for value in header[:4])
            if version >> 1 <= newer_than or width * height == 0:
                return None
            if version & 1 or width * height > self.max_pixels:
                continue
            copy = pixels[: height * width * 3].copy()
            unchanged = int(header[_VERSION]) == version
            if unchanged and _checksum(width, height, copy) == checksum:
                return Picture(version >> 1, copy.reshape(height, width, 3))
        return None

    def close(self) -> None:
        """Unmap; safe to call twice."""
        self._slots.clear()  # its arrays point into the mapping, which cannot close under them
        self._mapping.close()


def _slot_bytes(max_pixels: int) -> int:
    return _PAGE + -(-max_pixels * 3 // _PAGE) * _PAGE


def _view(mapping: mmap.mmap, index: int, max_pixels: int) -> _Slot:
    start = _PAGE + index * _slot_bytes(max_pixels)
    header = np.frombuffer(mapping, np.uint64, 4, start)
    return _Slot(header, np.frombuffer(mapping, np.uint8, max_pixels * 3, start + _PAGE))


def _checked_header(mapping: mmap.mmap) -> tuple[int, int]:
    if len(mapping) >= _PAGE:
        magic, slots, max_pixels = (int(v) for v in np.frombuffer(mapping[:24], np.uint64))
        if magic == _MAGIC and len(mapping) == _PAGE + slots * _slot_bytes(max_pixels):
            return slots, max_pixels
    mapping.close()
    raise InvalidMessage("This file is no picture buffer.")


def _begin(header: npt.NDArray[np.uint64]) -> int:
    # A writer that died in the midst left it odd: its successor goes on to the next odd number.
    begun = (int(header[_VERSION]) + 1) | 1
    header[_VERSION] = begun
    return begun


def _checksum(width: int, height: int, pixels: Rgb) -> int:
    return zlib.crc32(pixels.data, width << 16 ^ height)
