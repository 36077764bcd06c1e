from __future__ import annotations

import sys

import pytest

from proconf_tui.media.device_lister import list_elsewhere
from proconf_tui.media.device_lists import AudioDevice, AudioLists

_NONE = b'{"microphones": [], "speakers": []}'
_HEADSET = AudioDevice("headset", 3, is_default=False)
_BUILT_IN = AudioDevice("built-in", 0, is_default=True)


def _printing(output: bytes, status: int = 0) -> tuple[str, ...]:
    program = f"import sys; sys.stdout.buffer.write({output!r}); sys.exit({status})"
    return (sys.executable, "-c", program)


def test_only_the_last_line_counts() -> None:
    assert list_elsewhere(_printing(b"JACK is not running\n" + _NONE + b"\n")) == AudioLists((), ())


@pytest.mark.parametrize(
    "command",
    [
        _printing(b""),
        _printing(b"\n\n"),
        _printing(b"nonsense"),
        _printing(b'{"microphones": 7, "speakers": []}'),
        _printing(b"\xff\xfe"),
        _printing(_NONE, status=1),
        ("no-such-program-anywhere",),
    ],
)
def test_a_child_that_fails_is_nobodys_concern(command: tuple[str, ...]) -> None:
    assert list_elsewhere(command) is None


def test_what_is_in_use_stays_in_the_list_though_another_process_does_not_see_it() -> None:
    present = AudioLists((_BUILT_IN, _HEADSET), (_BUILT_IN,))
    found = AudioLists((), (_BUILT_IN,))
    assert found.with_used(present, {"headset"}) == AudioLists((_HEADSET,), (_BUILT_IN,))


def test_a_device_is_there_by_its_whole_name() -> None:
    lists = AudioLists((_HEADSET,), (_BUILT_IN,))
    assert lists.has("headset")
    assert lists.has("built-in")
    assert not lists.has("head")


def test_lists_are_the_same_in_any_order_and_by_any_number() -> None:
    one = AudioLists((_BUILT_IN, _HEADSET), ())
    other = AudioLists((AudioDevice("headset", 0, is_default=True), _BUILT_IN), ())
    assert one.has_same_names(other)
    assert not one.has_same_names(AudioLists((_BUILT_IN,), ()))
    assert not one.has_same_names(AudioLists(one.microphones, (_HEADSET,)))
