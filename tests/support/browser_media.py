"""What a page plays and shows, found out in the page itself; and files for its devices."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any, Final

import numpy as np

from tests.support.browser import Guest

_RATE_HZ: Final = 48_000

_LISTEN: Final = """
async () => {
  const context = new AudioContext({ sampleRate: 48000 });
  const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
  const audible = [...document.querySelectorAll("audio")].filter(
    (audio) => audio.srcObject && !audio.paused && !audio.muted && audio.volume > 0);
  for (const { srcObject } of audible) {
    context.createMediaStreamSource(srcObject).connect(analyser);
  }
  await new Promise((done) => setTimeout(done, 400));
  const bins = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(bins);
  await context.close();
  return [...bins].map((value) => (Number.isFinite(value) ? value : -200));
}
"""

_COLOUR: Final = """
async (video) => {
  if (video.readyState < 2 || video.videoWidth === 0) return null;
  const canvas = new OffscreenCanvas(16, 16);
  const drawing = canvas.getContext("2d");
  drawing.drawImage(video, 0, 0, 16, 16);
  const pixels = drawing.getImageData(0, 0, 16, 16).data;
  const mean = [0, 0, 0];
  for (let at = 0; at < pixels.length; at += 4) {
    for (const part of [0, 1, 2]) mean[part] += pixels[at + part] / 256;
  }
  return mean;
}
"""

_FRAMES: Final = """
async ([peerId, label]) => {
  const all = await window.proconf.feeds.stats();
  const found = all.find((each) => each.peerId === peerId && each.label === label);
  return found?.framesDecoded ?? 0;
}
"""

_PEER: Final = """
(name) => Object.values(window.proconf.room.participants).find((one) => one.name === name)?.peerId
"""


def tone(path: Path, pitch_hz: float) -> Path:
    """Write two seconds of a tone to be repeated without a seam; the pitch is a multiple of 10.

    It swells four times a second, as speech does: a browser takes what is even for noise.
    """
    assert pitch_hz % 10 == 0
    at_s = np.arange(2 * _RATE_HZ) / _RATE_HZ
    swell = 0.5 - 0.5 * np.cos(2 * np.pi * 4 * at_s)
    samples = (0.5 * 32767 * swell * np.sin(2 * np.pi * pitch_hz * at_s)).astype(np.int16)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, _RATE_HZ, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    return path


def plain_film(path: Path, colour: tuple[int, int, int]) -> Path:
    """Write a film (Y4M) of one colour (red, green, blue) with a bar that wanders over it."""
    width, height = 320, 240
    red, green, blue = colour
    luma = round(16 + 0.257 * red + 0.504 * green + 0.098 * blue)
    chroma = (
        round(128 - 0.148 * red - 0.291 * green + 0.439 * blue),
        round(128 + 0.439 * red - 0.368 * green - 0.071 * blue),
    )
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F20:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(20):
            plane = np.full((height, width), luma, np.uint8)
            plane[:, 16 * number : 16 * number + 8] = max(luma - 24, 16)
            file.write(b"FRAME\n" + plane.tobytes())
            for part in chroma:
                file.write(bytes([part]) * (width * height // 4))
    return path


async def heard_db(guest: Guest, pitch_hz: float) -> float:
    """Return how far a pitch stands above everything else that the page plays, in dB."""
    bins = np.array(await guest.page.evaluate(_LISTEN))
    at_hz = np.arange(len(bins)) * _RATE_HZ / (2 * len(bins))
    is_near = abs(at_hz - pitch_hz) < 25
    if bins[is_near].max() < -70:
        return -200.0
    return float(bins[is_near].max() - np.median(bins[~is_near & (at_hz > 100)]))


async def hears(guest: Guest, *pitches_hz: float) -> bool:
    """Return whether all these tones are played clearly at this moment."""
    return all([await heard_db(guest, pitch_hz) > 25 for pitch_hz in pitches_hz])


async def colour_of(guest: Guest, name: str) -> tuple[float, float, float] | None:
    """Return the mean colour of what somebody's tile shows, None while there is no picture."""
    video = guest.tile(name).locator("video")
    mean: Any = await video.evaluate(_COLOUR)
    return None if mean is None else (mean[0], mean[1], mean[2])


async def frames_decoded(guest: Guest, name: str, label: str = "video") -> int:
    """Return how many of somebody's pictures the browser has decoded."""
    peer_id = await guest.page.evaluate(_PEER, name)
    return int(await guest.page.evaluate(_FRAMES, [peer_id, label]))
