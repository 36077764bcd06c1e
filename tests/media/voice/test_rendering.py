from __future__ import annotations

import numpy as np

from proconf_tui.media.opus import OpusEncoder
from proconf_tui.media.pcm import FloatSamples, to_int16
from proconf_tui.media.voice.pacing import Pace
from proconf_tui.media.voice.playhead import Action, Step
from proconf_tui.media.voice.rendering import Renderer
from proconf_tui.media.voice.stream import Counters
from tests.support.signals import sine

SHORT = 480
UNDECODABLE = bytes.fromhex("79010203")


def _rendered(renderer: Renderer, count: int = 20, last: Pace = Pace.KEEP) -> list[FloatSamples]:
    """Render packets of 10 ms of a tone; the last at a pace of its own."""
    encoder = OpusEncoder()
    packets = [
        encoder.encode(frame) for frame in to_int16(sine(400, count * 0.01, 0.3)).reshape(-1, SHORT)
    ]
    steps = [Step(Action.PLAY, SHORT, packet) for packet in packets]
    return [renderer.render(step) for step in [*steps[:-1], steps[-1]._replace(pace=last)]]


def test_a_packet_that_waited_to_be_shortened_is_heard_when_nothing_follows() -> None:
    renderer = Renderer(Counters())
    *blocks, last = _rendered(renderer, last=Pace.SHORTEN)
    assert len(last) == 0
    ending = renderer.end()
    assert len(ending) > SHORT
    heard = np.concatenate([*blocks[10:], ending])
    assert np.abs(np.diff(heard)).max() < 2 * 0.3 * 2 * np.pi * 400 / 48_000
    assert abs(heard[-1]) < 0.01


def test_nothing_old_is_heard_when_it_begins_again() -> None:
    renderer = Renderer(Counters())
    _rendered(renderer, last=Pace.SHORTEN)
    renderer.end()
    assert len(renderer.render(Step(Action.WAIT, SHORT, follows=False))) == SHORT
    assert len(renderer.end()) == 0


def test_a_jump_comes_after_what_waited() -> None:
    renderer = Renderer(Counters())
    _rendered(renderer, last=Pace.SHORTEN)
    block = renderer.render(Step(Action.WAIT, SHORT, follows=False))
    assert len(block) == 2 * SHORT
    assert np.abs(block[:SHORT]).max() > 0.2
    assert not block[-SHORT // 2 :].any()


def test_silence_follows_a_packet_that_cannot_be_decoded() -> None:
    assert not Renderer(Counters()).warm_up(UNDECODABLE, 300).any()
    assert len(Renderer(Counters()).warm_up(UNDECODABLE, 300)) == 300
