"""Which devices this machine has, as people and programs are told; nothing is opened for it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from proconf_tui.control.screen import DeviceInfo, DeviceList
from proconf_tui.errors import DeviceUnavailable
from proconf_tui.media import devices as known
from proconf_tui.media.device_lists import AudioLists
from proconf_tui.protocol.text import clean


async def list_devices() -> DeviceList:
    """Return the devices of this machine; sound in use is not interrupted."""
    sound, problem = await asyncio.to_thread(_sound)
    cameras = await asyncio.to_thread(known.list_cameras)
    return DeviceList(
        _described(sound.microphones), _described(sound.speakers), _described(cameras), problem
    )


def _sound() -> tuple[AudioLists, str | None]:
    try:
        return known.list_audio(), None
    except DeviceUnavailable as error:
        return AudioLists((), ()), error.message


class _Listed(Protocol):
    @property
    def name(self) -> str: ...


def _described(found: Sequence[_Listed]) -> list[DeviceInfo]:
    return [DeviceInfo(spec=clean(one.name), name=clean(one.name)) for one in found]
