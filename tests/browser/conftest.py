"""What all tests with browsers need: a Chromium that each file starts once."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.browser import Chromium, Equipment, chromium, missing_requirement
from tests.support.browser_media import tone

PITCH_HZ = 1130.0


@pytest.fixture(autouse=True)
def _needs_a_browser() -> None:
    if problem := missing_requirement():
        pytest.skip(problem)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Chromium]:
    """A browser with a green camera and a microphone that hears a tone of 1130 Hz."""
    if problem := missing_requirement():
        pytest.skip(problem)
    heard = tone(tmp_path_factory.mktemp("devices") / "tone.wav", PITCH_HZ)
    async with chromium(Equipment(microphone=heard)) as running:
        yield running
