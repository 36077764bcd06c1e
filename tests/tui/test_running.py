"""What the log tells of threads that crash, and of a terminal that hangs up."""

from __future__ import annotations

import errno
import io
import logging
import os
import threading

import pytest

from proconf_tui.tui import running
from proconf_tui.tui.app import ProconfApp
from proconf_tui.tui.options import TuiOptions


def crash(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Let a thread of the program end with this."""

    def fail() -> None:
        raise error

    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    running._catch_crashes_of_threads(ProconfApp(TuiOptions("join"), io.BytesIO()))
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()


@pytest.mark.parametrize(
    ("error", "is_traced"),
    [
        (OSError(errno.EIO, os.strerror(errno.EIO)), False),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), True),
        (RuntimeError("arranged by the test"), True),
    ],
    ids=str,
)
def test_a_terminal_that_hangs_up_is_one_line_in_the_log(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    is_traced: bool,
) -> None:
    crash(monkeypatch, error)
    (record,) = caplog.records
    assert (record.exc_info is not None) == is_traced
    assert (record.levelno == logging.CRITICAL) == is_traced
    assert ("terminal is gone" in record.message) != is_traced
