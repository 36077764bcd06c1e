"""What is known of microphones and loudspeakers: plain values, and what two lists make together."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AudioDevice:
    """A microphone or a loudspeaker; ``index`` is PortAudio's and holds until it looks again."""

    name: str
    index: int
    is_default: bool


@dataclass(frozen=True, slots=True)
class AudioLists:
    """All of them, at one moment."""

    microphones: tuple[AudioDevice, ...]
    speakers: tuple[AudioDevice, ...]

    def has_same_names(self, other: AudioLists) -> bool:
        """Return whether the same devices are there, in whatever order."""
        return _names(self.microphones) == _names(other.microphones) and _names(
            self.speakers
        ) == _names(other.speakers)

    def has(self, name: str) -> bool:
        """Return whether there is a microphone or a loudspeaker of that whole name."""
        return name in _names(self.microphones) | _names(self.speakers)

    def with_used(self, present: AudioLists, used: Set[str]) -> AudioLists:
        """Return this and those of ``present`` that are ``used``.

        What only one program can open, a second one does not see.
        """
        return AudioLists(
            _with_used(self.microphones, present.microphones, used),
            _with_used(self.speakers, present.speakers, used),
        )


def _names(devices: tuple[AudioDevice, ...]) -> set[str]:
    return {device.name for device in devices}


def _with_used(
    found: tuple[AudioDevice, ...], present: tuple[AudioDevice, ...], used: Set[str]
) -> tuple[AudioDevice, ...]:
    missing = used - _names(found)
    return found + tuple(device for device in present if device.name in missing)
