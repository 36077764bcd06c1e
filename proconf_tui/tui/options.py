"""What the command line hands to the screen, and what the screen hands back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from proconf_tui.config.settings import PixelMode
from proconf_tui.control.commands import Fit, SetProcessing


@dataclass(frozen=True, slots=True)
class TuiOptions:
    """One meeting to start or to join; device specs are the command line's.

    ``await_server`` takes the place of ``server_url`` where a server of our own is still starting;
    ``server_problem`` says, from any thread, why that one is gone for good, None while it is not.
    ``processing`` is what is done to the microphone's sound.
    ``video_budget_kb_per_s`` is what pictures may write to the terminal, None for what suits it.
    ``keys`` maps names of `proconf_tui.tui.bindings.ACTIONS` to keys, several joined by commas.
    """

    mode: Literal["start", "join"]
    room: str | None = None
    name: str | None = None
    server_url: str | None = None
    await_server: Callable[[], str] | None = None
    server_problem: Callable[[], str | None] = lambda: None
    token: str | None = None
    passcode: str | None = None
    locked: bool = True
    max_peers: int | None = None
    wait: bool = False
    camera: str = "default"
    mic: str = "default"
    speaker: str = "default"
    processing: SetProcessing = field(default_factory=SetProcessing)
    pixels: PixelMode = "auto"
    video_fit: Fit = "letterbox"
    video_budget_kb_per_s: int | None = None
    theme: str | None = None
    skip_prejoin: bool = False
    keys: Mapping[str, str] = field(default_factory=dict)
    log_file: Path | None = None

    def find_server(self) -> str | None:
        """Return the server's address, None for the agent to look for one; may block.

        Raises:
            ProconfError: the server could not be started.
        """
        return self.await_server() if self.await_server else self.server_url


@dataclass(frozen=True, slots=True)
class TuiResult:
    """How the program ends: its exit status, and a sentence for stderr if there is one to say."""

    exit_code: int
    message: str | None = None
