"""Real clients in a room where only one other can be heard: the loudest is."""

from __future__ import annotations

import pytest
from av import AudioFrame

from proconf_tui.engine import room as engine_room
from proconf_tui.engine import selection
from proconf_tui.engine.sfu import EmbeddedEngine
from tests.support.gathering import gathering
from tests.support.rtc_client import RtcClient, TestRoom, until
from tests.support.rtc_tracks import Tone


class _Voice(Tone):
    """A tone that can fall silent."""

    is_silent = False

    async def recv(self) -> AudioFrame:
        frame = await super().recv()
        if self.is_silent:
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
        return frame


def _hears(listener: RtcClient, speaker: RtcClient) -> bool:
    sound = listener.from_peer(speaker.peer_id, "audio")
    if sound is None or sound.frequency_hz is None:
        return False
    return abs(sound.frequency_hz - speaker.frequency_hz) <= 12


async def test_who_talks_is_heard_instead_of_who_fell_silent(
    engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_room, "MAX_AUDIO_SLOTS", 1)
    # A pause of the machine is none of a voice.
    monkeypatch.setattr(selection, "HOLD_S", 60.0)
    with gathering("127.0.0.1"):
        room = TestRoom(engine)
        await room.open()
        clients = [await room.join(name, n, is_publishing=False) for n, name in enumerate("abcd")]
        listener, first, second, third = clients
        voices = {speaker: _Voice(speaker.frequency_hz) for speaker in (first, second, third)}
        for speaker, voice in voices.items():
            speaker.add("audio", voice)
            await engine.set_forwarding(speaker.peer_id, "audio", is_on=True)
            await speaker.negotiate()
            await until(lambda who=speaker.peer_id: who in room.levels)  # type: ignore[misc]
        await until(lambda: _hears(listener, first) and _hears(first, second))
        await until(lambda: set(room.levels) == {speaker.peer_id for speaker in voices})
        mids = [feed.mid for feed in listener.slots]

        monkeypatch.setattr(selection, "HOLD_S", 0.3)
        voices[first].is_silent = True
        await until(lambda: _hears(listener, second))
        await until(lambda: _hears(second, third))
        assert len(mids) == len(listener.slots) == 1
        assert all(len(client.offers) == 1 for client in clients)
        await room.aclose()
