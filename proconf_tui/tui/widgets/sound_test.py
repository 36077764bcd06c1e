"""The test of microphone and loudspeaker, in words: recording, playing back, and what was heard."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from textual.content import Content
from textual.widgets import Static

from proconf_tui.control.sound import SoundTest, SoundTestEnded
from proconf_tui.errors import ProconfError
from proconf_tui.tui.words import one_line

RECORDED_S: Final = 3.0


def verdict(test: SoundTest, microphone: str) -> str:
    """Return what the test has shown; ``microphone`` is the name of the one in use."""
    if test.is_heard:
        loudest = f"{test.peak_dbfs:.0f}".replace("-", "−")
        return f"That is how others hear you, loudest {loudest} dB."
    name = one_line(microphone, 40)
    return f"Nothing was heard from {name}: is it switched off, or another one chosen?"


class SoundTestLine(Static):
    """Says how the test goes on; it takes no place before the first one."""

    DEFAULT_CSS = """
    SoundTestLine {
        display: none;
        height: auto;
        color: $quiet;
        &.-recording { color: $error; }
        &.-playing { color: $primary; }
        &.-good { color: $success; }
        &.-bad { color: $warning; }
    }
    """

    def __init__(self) -> None:
        super().__init__("", id="sound-test")
        self.is_testing = False

    async def run(
        self, ask: Callable[[float], Awaitable[SoundTest]], microphone: str | None
    ) -> None:
        """Ask for a test of so many seconds and tell of it; of one that is ended, or cancelled,
        there is nothing to tell. One at a time: another call does nothing.
        """
        if self.is_testing:
            return
        if microphone is None:
            self.say("There is no microphone to test: choose one first.", "bad")
            return
        self.is_testing = True
        self.say("● Recording: say something…", "recording")
        playing = self.set_timer(RECORDED_S, self._play)
        said = "", ""
        try:
            test = await ask(RECORDED_S)
        except SoundTestEnded:
            pass
        except ProconfError as error:
            said = error.message, "bad"
        else:
            said = verdict(test, microphone), "good" if test.is_heard else "bad"
        finally:
            playing.stop()
            self.is_testing = False
            self.say(*said)

    def forget(self) -> None:
        """Say nothing more of a test that is over: the sound is another now."""
        if not self.is_testing:
            self.say("", "")

    def say(self, text: str, tone: str) -> None:
        """Show a sentence, or none; ``tone`` is ``recording``, ``playing``, ``good`` or ``bad``."""
        self.set_classes(f"-{tone}" if tone else "")
        self.display = bool(text)
        self.update(Content(one_line(text)))

    def _play(self) -> None:
        self.say("▶ Playing it back…", "playing")
