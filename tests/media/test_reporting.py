"""A device that breaks and comes back, heard of and looked at."""

from __future__ import annotations

from proconf_tui.media.reporting import Reporting


def test_how_it_fares_is_known_before_it_is_told_and_without_anybody_who_listens() -> None:
    device = Reporting()
    tell = device._reports()
    tell.lost("It was unplugged.")
    assert device.trouble == "It was unplugged."
    heard: list[tuple[str, str | None]] = []
    device.on_lost = device.on_returned = lambda said: heard.append((said, device.trouble))
    tell.returned("USB")
    tell.lost("It hangs.")
    assert heard == [("USB", None), ("It hangs.", "It hangs.")]
