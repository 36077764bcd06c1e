"""How an open device fares: kept for who looks, and told to who wants to know at once."""

from __future__ import annotations

from collections.abc import Callable

from proconf_tui.media.device_stream import Reports


class Reporting:
    """Base of the devices that may break and come back; it needs no ``__init__``."""

    trouble: str | None = None
    """What is wrong, in a sentence, None while it works; set before that is told. Any thread."""
    on_lost: Callable[[str], None] | None = None
    """Called with a sentence, on a device's thread, when the device stopped working."""
    on_returned: Callable[[str], None] | None = None
    """Called with the device's name, on its thread, when it works again, or another does."""

    def _reports(self) -> Reports:
        """Return what the device is to tell how it fares."""
        return Reports(self._report_lost, self._report_returned)

    def _report_lost(self, reason: str) -> None:
        self.trouble = reason
        if self.on_lost is not None:
            self.on_lost(reason)

    def _report_returned(self, name: str) -> None:
        self.trouble = None
        if self.on_returned is not None:
            self.on_returned(name)
