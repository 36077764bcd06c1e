"""A voice prepares for the loss on its way to the server, though the server has it sent again."""

from __future__ import annotations

import contextlib

import pytest

from proconf_tui.media.aiortc_patches import install, voice_encoder
from proconf_tui.media.loss_expectation import CEILING_PERCENT, FLOOR_PERCENT
from tests.server.test_media import Participant
from tests.support.gathering import gathering
from tests.support.lossy_sender import lose
from tests.support.rtc_client import until
from tests.support.rtc_tracks import Tone
from tests.support.signalling import RunningServer


async def test_loss_that_is_repaired_is_expected_all_the_same(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    install()
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(gathering("127.0.0.1"))
        await server.create_room()
        client = await (await server.join("host", role="host", has_media=True)).until_in()
        speaker = Participant(client, 0)
        stack.push_async_callback(speaker.aclose)
        sender = speaker.rtc.add("audio", Tone(440)).sender
        await speaker.rtc.negotiate()
        await until(lambda: voice_encoder(sender) is not None)
        encoder = voice_encoder(sender)
        assert encoder is not None
        assert encoder.loss_percent == FLOOR_PERCENT
        lose(sender, monkeypatch, one_in=5)
        await until(lambda: encoder.loss_percent > 15)
        assert encoder.loss_percent <= CEILING_PERCENT
