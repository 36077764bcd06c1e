from __future__ import annotations

from pathlib import Path

import pytest

from proconf_tui.media.voice.packets import AudioPacket
from tests.support import voice_run
from tests.support.speech import speak


@pytest.fixture(scope="module")
def wav(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return speak(tmp_path_factory.mktemp("speech") / "speech.wav")


@pytest.fixture(scope="module")
def minute(wav: Path) -> list[AudioPacket]:
    return voice_run.packets_of(wav, 60.0)
